"""What the author of a pack says: a draft of a witness statement from the exhibits, and a declaration to sign."""

from collections.abc import Callable, Iterable, Mapping

from django.conf import settings

from attendance.summaries.weeks import counts_between
from pastoral.core.templatetags.pastoral import percent
from reports.packs.content import Exhibit, Facts, Plain, Sign, Words, day_words
from reports.packs.source import Source
from students.scopes import job_of

TRUE = (
    "This statement is true to the best of my knowledge and belief and I make it knowing that, if it is tendered in "
    "evidence, I shall be liable to prosecution if I have wilfully stated in it anything which I know to be false, or "
    "do not believe to be true."
)
DECLARED = (
    "I put this pack together from the records that the school kept at the time. I have read it, and to the best of my "
    "knowledge it leaves out nothing that the person who asked for it needs to know of these sections and days."
)
DRAFT = "Draft made from the records. Its author reads it, corrects what is not their own knowledge, and signs it."
Marked = Mapping[str, list[Exhibit]]


def statement(source: Source, marked: Marked) -> tuple[Exhibit, ...]:
    """Return the draft of a witness statement: what the school did, in order, each with its exhibit."""
    told = [*_author(source), *_register(source, marked)]
    course = [each for key, said in _SAID.items() for each in _course(marked.get(key, ()), said)]
    told += [words for _day, words in sorted(course, key=lambda each: each[0])]
    told += [words for key, words in _PRODUCED.items() if marked.get(key) for words in _produced(marked[key], words)]
    facts = Facts(
        (
            ("Statement of", Plain(source.user.formal_name)),
            ("Occupation", Plain(f"{job_of(source.user)}, {settings.SCHOOL_NAME}")),
            ("Concerning", Plain(f"{source.student.full_name}, born {day_words(source.student.born_on)}")),
        )
    )
    lines = ("Signature", "Date")
    blocks = (
        Words("", (Plain(DRAFT),)),
        facts,
        Words("", tuple(map(Plain, told)), is_numbered=True),
        Sign(TRUE, lines),
    )
    return (Exhibit("Witness statement, draft", None, blocks),)


def _author(source: Source) -> Iterable[str]:
    yield (
        f"I am {source.user.formal_name}, {job_of(source.user)} at {settings.SCHOOL_NAME}. I make this statement from "
        "the school’s records, to which I have access in the course of my work."
    )


def _register(source: Source, marked: Marked) -> Iterable[str]:
    counts = counts_between(source.student.pk, source.first, source.last)
    rate = percent(counts.attended, counts.possible)
    certificate = marked.get("register", ())
    shown = f" I produce the certificate of attendance as exhibit {certificate[0].mark}." if certificate else ""
    yield (
        f"From {day_words(source.first)} to {day_words(source.last)} {source.student.full_name} attended "
        f"{counts.attended} of {counts.possible} possible sessions ({rate}). {counts.unauthorised} of the "
        f"{counts.missed} sessions missed were not authorised.{shown}"
    )


def _course(exhibits: Iterable[Exhibit], said: Callable[[Exhibit], str]) -> Iterable[tuple[str, str]]:
    for each in exhibits:
        if each.day is not None:
            yield each.day.isoformat(), f"{said(each)} I produce the record as exhibit {each.mark}."


def _fact(exhibit: Exhibit, label: str) -> str:
    held = (
        words for block in exhibit.blocks if isinstance(block, Facts) for name, words in block.pairs if name == label
    )
    return next(held, "–")


def _present(exhibit: Exhibit) -> str:
    """Return who came, where that was noted."""
    came = _fact(exhibit, "Present")
    return f" with {came}" if came != "–" else ""


def _agreed(exhibit: Exhibit) -> str:
    """Return who agreed to it, where that was noted."""
    agreed = _fact(exhibit, "Agreed by")
    return f", agreed by {agreed}" if agreed != "–" else ""


def _on(exhibit: Exhibit) -> str:
    return f"On {day_words(exhibit.day)}"


# What the statement says of each exhibit that is of one day; other sections are produced as a whole.
_SAID: Mapping[str, Callable[[Exhibit], str]] = {
    "letters": lambda each: f"{_on(each)} the school sent a letter to {_fact(each, 'To')}.",
    "visits": lambda each: (
        f"{_on(each)} {_fact(each, 'Who went')} visited the home: {_fact(each, 'How it went').lower()}."
    ),
    "meetings": lambda each: f"{_on(each)} a meeting was held{_present(each)}.",
    "plans": lambda each: f"{_on(each)} the school began a plan ({_fact(each, 'Kind')}){_agreed(each)}.",
    "leave": lambda each: f"{_on(each)} leave of absence was asked for: {_fact(each, 'Decision')}.",
}
_PRODUCED = {
    "contacts": "The school’s notes of contacts and attempts are exhibit {mark}.",
    "notices": "What was decided about a notice to improve and penalty notices is exhibit {mark}.",
    "medical": "What was asked for as medical evidence, and what came, is exhibit {mark}.",
    "view": "What the student said is exhibit {mark}.",
    "interventions": "The support that was given, with its measured effect, is exhibit {mark}.",
}


def _produced(exhibits: Iterable[Exhibit], words: str) -> Iterable[str]:
    marks = list(dict.fromkeys(each.mark for each in exhibits))
    yield words.format(mark=", ".join(marks))


def declaration(source: Source) -> tuple[Exhibit, ...]:
    """Return what its author signs."""
    lines = ("Name", "Position", "Signature", "Date")
    return (Exhibit("Author’s declaration", None, (Sign(DECLARED, lines),)),)
