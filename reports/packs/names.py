"""Other students' names, taken out of a pack: "Student A" in their place, with a list kept outside of it.

Whoever took part in something, and whoever's whole name is written anywhere, is looked for by every name they may be
called. Any other student's forename or surname that stands alone goes too, as "another student", unless somebody whom
the pack may name is called so, or it is part of a known adult's whole name. What may be a name and may be a word of
the language ("Grace", "Will") is taken for a name by its capital within a sentence; where it begins one it stays, and
whoever built the pack is told to look.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from behaviour.naming import (
    SOMEBODY,
    Mask,
    Name,
    bare,
    finder_of,
    folded,
    forms_of,
    is_a_word,
    names_met,
    whole_finder_of,
    words_folded,
)
from behaviour.summaries.incidents import name_of
from contacts.models import AgencyWorker
from contacts.summaries.carers import carers_of
from pastoral.core.models import User
from students.models import ParentCarer, Student

_COURTESY = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx)\.?\s+$")
_OFFICE = re.compile(r"\b(?:Dr|Sir|Madam|Rev|PC|PCSO|DC|DS|Sgt|Nurse|Cllr)\.?\s+$")
_ADULT = "another adult"
_BEGINS = re.compile(r"(?:^|[.!?:;]\s+|\n\s*)[\"'“‘(]*$")
# More words than those that staff write of an incident: a pack is of everything, and of any student's name.
_COMMON = frozenset(
    "king queen bishop knight duke earl parent parents child good little early can could said say says see sees "
    "saw sent set per jan ha has had have ye yes yet thi this that than then there they you your we were was what "
    "when while who why with work year are but for from get got him how if into it its just let like made make me "
    "mean men mine more most much must new not now of off old one only other our out over own ran rang rest room "
    "run same school sit six some tell ten test these those time to today told too two up us very self road "
    "street yard".split()
)
# Words that begin with a capital within a sentence although they are nobody's name.
_PROPER = frozenset(
    "jan april may june august summer winter autumn spring day days monday friday sunday christmas easter english "
    "french german spanish welsh irish england france art hall house school street park lane road field room yard "
    "church head case year test parent parents".split()
)


@dataclass(frozen=True)
class Alone:
    """Names of any student, looked for where they stand alone.

    forenames: forms without their signs, of every forename that is met; any other that is found is a surname. said:
    forms that stand somewhere with a capital within a sentence. adults: whole names that may stay.
    """

    found: re.Pattern[str] | None
    forenames: frozenset[str]
    said: frozenset[str]
    adults: re.Pattern[str] | None

    def __call__(self, text: str) -> str:
        """Return the text with "another student" in their place, "another adult" for Mr and Mrs."""
        parts, at = [], 0
        for start, end in self._met(text):
            if self._is_name(text, start, end):
                titled = _COURTESY.search(text, at, start)
                parts += [text[at : titled.start() if titled else start], _ADULT if titled else SOMEBODY]
                at = end
        return "".join([*parts, text[at:]])

    def left_in(self, text: str) -> Iterator[str]:
        """Yield the words that stay although they may be a name: who built the pack has to judge."""
        for start, end in self._met(text):
            word, form = text[start:end], bare(text[start:end])
            may_be = form in self.forenames or form not in _PROPER
            if (word[0].isupper() or not _is_a_word(form)) and may_be and not self._is_name(text, start, end):
                yield word

    def _met(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a form stands, but for those that belong to an adult's name."""
        small = folded(text)
        spans = [each.span() for each in self.adults.finditer(small)] if self.adults else []
        for match in self.found.finditer(small) if self.found else ():
            start, end = match.span()
            is_adult = any(first <= start and end <= last for first, last in spans)
            if not is_adult and not _OFFICE.search(text, 0, start):
                yield start, end

    def _is_name(self, text: str, start: int, end: int) -> bool:
        """Test for a name and not a word of the language: where it may be both, a capital within a sentence tells.

        In small letters a forename is one where it stands with such a capital elsewhere.
        """
        form, has_capital = bare(text[start:end]), text[start].isupper()
        if _is_a_word(form):
            return has_capital and form not in _PROPER and not _begins(text, start)
        return has_capital or bool({form, form.removesuffix("s")} & self.forenames & self.said)


def _is_a_word(form: str) -> bool:
    return any(is_a_word(each) or each in _COMMON or each in _PROPER for each in (form, form.removesuffix("s")))


def _begins(text: str, start: int) -> bool:
    return bool(_BEGINS.search(text[:start]))


@dataclass(frozen=True)
class Redaction:
    """What takes the names out. marks: the key of the student behind each mark, in order.

    words: those without which no name with a mark is in a text.
    """

    mask: Mask
    words: frozenset[str]
    alone: Alone
    marks: dict[str, int]

    def __call__(self, text: str) -> str:
        """Return the text without the names."""
        if self.words & set(words_folded(text)):
            text = self.mask(text)
        return self.alone(text)


def redaction_of(
    student: Student, texts: Iterable[str], involved: Iterable[int], named: Collection[int] = ()
) -> Redaction:
    """Return what takes every other student's name out of the texts, in five queries.

    involved: students who are known to be in what the pack tells of. named: those whose names stay.
    """
    held, known = list(texts), set(involved) - {student.pk}
    columns = ("legal_forename", "preferred_forename", "legal_surname")
    everyone = {each.pk: each for each in Student.objects.exclude(pk=student.pk).only(*columns)}
    colleagues = list(_colleagues())
    family = list(_family(student))
    names = {key: name_of(each) for key, each in everyone.items()}
    kept = [*family, *(Name("", "", each.surname) for each in colleagues), *(names[key] for key in named)]
    found = known & everyone.keys() | names_met(names, held, colleagues)
    ordered = sorted((everyone[key] for key in found), key=lambda each: (each.sort_name, each.pk))
    marks = dict(zip(_marks(), ordered, strict=False))
    unnamed = {mark: each.pk for mark, each in marks.items() if each.pk not in named}
    hidden = [names[key] for key in unnamed.values()]
    return Redaction(
        mask=Mask(hidden, kept, marks=list(unnamed)),
        words=frozenset(word for each in hidden for form in each.single for word in _ways(form)),
        alone=_alone([names[key] for key in names.keys() - set(named)], held, kept, colleagues + family),
        marks={mark: each.pk for mark, each in marks.items()},
    )


def _alone(names: Iterable[Name], texts: Iterable[str], kept: Iterable[Name], adults: Iterable[Name]) -> Alone:
    """Return what finds the students' names of which the texts hold every word. kept: names that stay."""
    held = list(texts)
    said = {word for text in held for word in words_folded(text)}
    ours = {form for each in kept for form in each.single}
    forenames, surnames = set[str](), set[str]()
    for name in names:
        forenames |= {form for each in name.forenames for form in forms_of(each) if _is_said(form, said)}
        surnames |= {form for form in forms_of(name.surname) if _is_said(form, said)}
    whole = [each for each in adults if each.forenames and _is_said(each.surname, said)]
    found = finder_of((forenames | surnames) - ours)
    return Alone(found, frozenset(map(bare, forenames - ours)), _said(found, held), whole_finder_of(whole))


def _said(found: re.Pattern[str] | None, texts: Iterable[str]) -> frozenset[str]:
    """Return the forms that stand in one of the texts with a capital within a sentence, or with capitals alone."""
    met = ((text, each.span()) for text in texts for each in (found.finditer(folded(text)) if found else ()))
    words = {text[start:end] for text, (start, end) in met if text[start].isupper() and not _begins(text, start)}
    return frozenset(form for word in words for form in (bare(word), bare(word).removesuffix("s")))


def _is_said(form: str, said: Collection[str]) -> bool:
    parts, joined = words_folded(form), bare(form)
    return joined in said or f"{joined}s" in said or all(word in said or f"{word}s" in said for word in parts)


def _ways(form: str) -> Iterator[str]:
    parts = words_folded(form)
    for word in (*parts, "".join(parts)):
        yield from (word, f"{word}s")


def _family(student: Student) -> Iterator[Name]:
    """Yield the student and the family's adults, whom a pack names as they are called."""
    yield name_of(student)
    carers = [each.parent_carer_id for each in carers_of([student.pk])[student.pk]]
    for forename, surname in ParentCarer.objects.filter(pk__in=carers).values_list("forename", "surname"):
        yield Name(forename, "", surname)


def _colleagues() -> Iterator[Name]:
    """Yield staff and people of agencies, who are called by their surnames."""
    for forename, surname in User.objects.values_list("forename", "surname"):
        yield Name(forename, "", surname)
    for name in AgencyWorker.objects.values_list("name", flat=True):
        forename, _, surname = name.rpartition(" ")
        yield Name(forename, "", surname)


def _marks() -> Iterator[str]:
    """Yield Student A to Student Z, Student AA and so on."""
    for first in ("", *ascii_uppercase):
        for last in ascii_uppercase:
            yield f"Student {first}{last}"
