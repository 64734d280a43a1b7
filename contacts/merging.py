"""The merge fields of letters: `{{ student.forename }}` and no more than that, checked before a letter is made."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from contacts.models import LetterTemplate

Kind = LetterTemplate.Kind
STAGES = frozenset({Kind.ATTENDANCE_1, Kind.ATTENDANCE_2, Kind.ATTENDANCE_3})
_OF_ATTENDANCE = STAGES | {Kind.MINUTES_LATE, Kind.OTHER}
_MARK = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}")
LIKE_ENOUGH = 0.5
LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Field:
    """One merge field: what it becomes, with an example, and in which kinds of letter; in all of them where empty."""

    name: str
    words: str
    example: str
    kinds: frozenset[Kind] = frozenset()

    @property
    def mark(self) -> str:
        """Return how it is written in a letter."""
        return f"{{{{ {self.name} }}}}"


FIELDS = (
    Field("student.forename", "the forename the student goes by", "Kai"),
    Field("student.full_name", "forename and surname", "Kai Okafor"),
    Field("student.year", "the year group", "9"),
    Field("student.tutor_group", "the tutor group", "9B"),
    Field("carer.name", "whom the copy is for, as in “Dear …”", "Mrs Okafor"),
    Field("letter.date", "the day it is made", "20 November 2026"),
    Field("period.first", "the first day that counts", "2 November 2026"),
    Field("period.last", "the last day that counts", "17 November 2026"),
    Field("school.name", "the school", "Anytown Academy"),
    Field("sender.name", "who makes the letter", "Mrs Price"),
    Field("sender.job", "the job of who makes it", "Head of Year 9"),
    Field("attendance.percent", "attendance over the period", "91.5 %", frozenset(_OF_ATTENDANCE)),
    Field("attendance.missed", "sessions missed", "8", frozenset(_OF_ATTENDANCE)),
    Field("attendance.days_missed", "sessions missed, as days", "4 days", frozenset(_OF_ATTENDANCE)),
    Field("attendance.possible", "sessions there could have been", "94", frozenset(_OF_ATTENDANCE)),
    Field("attendance.authorised", "absences authorised, sessions", "2", frozenset(_OF_ATTENDANCE)),
    Field("attendance.unauthorised", "absences not authorised, sessions", "6", frozenset(_OF_ATTENDANCE)),
    Field(
        "attendance.list",
        "the absences that the letter is about, a line each; never the reason",
        "Monday 16 November, all day: not authorised",
        frozenset(_OF_ATTENDANCE),
    ),
    Field("late.count", "late arrivals", "5", frozenset(_OF_ATTENDANCE)),
    Field("late.times", "how often late, in words", "5 times", frozenset(_OF_ATTENDANCE)),
    Field(
        "late.time",
        "learning time lost; and how many lates are without minutes, where some are",
        "1 h 5 min",
        frozenset(_OF_ATTENDANCE),
    ),
    Field("late.after_close", "of these, after the register closed", "1", frozenset(_OF_ATTENDANCE)),
    Field(
        "late.list",
        "the late arrivals, a line each",
        "Mon 16 Nov AM, 12 min",
        frozenset(_OF_ATTENDANCE),
    ),
    Field("uniform.count", "uniform marks in form time", "4", frozenset({Kind.UNIFORM})),
    Field("uniform.times", "how often, in words", "4 times", frozenset({Kind.UNIFORM})),
    Field("uniform.dates", "their days, a line each", "Monday 16 November", frozenset({Kind.UNIFORM})),
    Field("equipment.count", "equipment marks in form time", "3", frozenset({Kind.EQUIPMENT})),
    Field("equipment.times", "how often, in words", "twice", frozenset({Kind.EQUIPMENT})),
    Field("equipment.dates", "their days, a line each", "Monday 16 November", frozenset({Kind.EQUIPMENT})),
    Field("praise.points", "achievement points", "24", frozenset({Kind.PRAISE})),
    Field("praise.count", "achievements", "9", frozenset({Kind.PRAISE})),
    Field("praise.list", "what they were for, a line each", "Outstanding effort: 5 times", frozenset({Kind.PRAISE})),
    Field("enquiry.received", "when the enquiry came", "Friday 20 November", frozenset({Kind.ACKNOWLEDGEMENT})),
    Field("enquiry.owner", "who looks into it", "Mrs Price", frozenset({Kind.ACKNOWLEDGEMENT})),
)


def fields_for(kind: str) -> tuple[Field, ...]:
    """Return the fields that a letter of the kind may hold."""
    return tuple(field for field in FIELDS if not field.kinds or kind in field.kinds)


def fields_in(words: str) -> frozenset[str]:
    """Return the names of the fields that the words hold."""
    return frozenset(name.strip() for name in _MARK.findall(words))


def faults_in(words: str, kind: str) -> Iterator[str]:
    """Yield what is wrong with the merge fields, each naming what was meant where that can be guessed."""
    known = {field.name: field for field in fields_for(kind)}
    elsewhere = {field.name for field in FIELDS}
    for name in dict.fromkeys(name.strip() for name in _MARK.findall(words)):
        if name in known:
            continue
        shown = name[:LONGEST_SHOWN] or "nothing"
        if name in elsewhere:
            yield f"{{{{ {shown} }}}} has no value in a letter of this kind."
            continue
        near = get_close_matches(name, known, 1, LIKE_ENOUGH)
        meant = f" Did you mean {known[near[0]].mark}?" if near else " The list of fields is beside the form."
        yield f"There is no field {{{{ {shown} }}}}.{meant}"
    if stray := _STRAY.search(_MARK.sub("", words)):
        yield f"“{stray.group()}” stands alone: a field is written {{{{ student.forename }}}}."


def merged(words: str, values: Mapping[str, str]) -> str:
    """Return the words with each field's value in its place. Raises KeyError for a field without one."""
    return _MARK.sub(lambda found: values[found.group(1).strip()], words)


def example_values() -> dict[str, str]:
    """Return an example for every field."""
    return {field.name: field.example for field in FIELDS}


_SENTENCE = re.compile(r"[.!?](?=\s|$)")
LONG_SENTENCE = 25  # words; GOV.UK, "Content design: writing for GOV.UK", split longer ones


def long_sentences(words: str) -> int:
    """Return how many sentences of the words are longer than 25 words, which many families will not follow."""
    paragraphs = (part for part in _MARK.sub("x", words).split("\n\n"))
    return sum(len(each.split()) > LONG_SENTENCE for part in paragraphs for each in _SENTENCE.split(part))
