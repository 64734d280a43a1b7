"""What each merge field becomes for one student and one parent or carer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings

from attendance.summaries.minutes_late import LateSession
from contacts.models import LetterRule, LetterTemplate
from contacts.summaries.letter_figures import UNEXPLAINED, Figures, Mark, Span, Sums, marks_for
from pastoral.core.models import User
from students.scopes import job_of

NOTHING = "none"
_HALVES = {"AM": "morning", "PM": "afternoon"}


@dataclass(frozen=True)
class Addressed:
    """The student that a letter is about, as letters call them."""

    student_id: int
    forename: str
    full_name: str
    year: int | None
    tutor_group: str


def long_day(day: date) -> str:
    """Return a day as letters write it: 20 November 2026."""
    return f"{day.day} {day:%B %Y}"


def facts_of(
    template: LetterTemplate, who: Addressed, span: Span, figures: Figures, sums: Sums, *, measure: str
) -> dict[str, str]:
    """Return the values of a letter that are the same in every copy."""
    counts, late = figures.counts, figures.lateness
    marks = [mark for mark in marks_for(template.kind, measure, figures) if mark in figures.missed]
    return {
        "student.forename": who.forename,
        "student.full_name": who.full_name,
        "student.year": str(who.year or ""),
        "student.tutor_group": who.tutor_group,
        "period.first": long_day(span.first),
        "period.last": long_day(span.last),
        "attendance.percent": f"{counts.percent} %" if counts.percent is not None else "–",
        "attendance.missed": str(counts.missed),
        "attendance.days_missed": _days(counts.missed),
        "attendance.possible": str(counts.possible),
        "attendance.authorised": str(counts.authorised),
        "attendance.unauthorised": _unauthorised(figures),
        "attendance.list": _lines(_absences(marks or figures.missed)),
        "late.count": str(len(figures.late)),
        "late.times": _times(len(figures.late)),
        "late.time": late.lost + (f" (and {late.untimed_words})" if late.untimed else ""),
        "late.after_close": str(late.after),
        "late.list": _lines(LateSession(m.day, m.session, m.letters, m.minutes).words for m in figures.late),
        "uniform.count": str(len(sums.days)),
        "equipment.count": str(len(sums.days)),
        "uniform.times": _times(len(sums.days)),
        "equipment.times": _times(len(sums.days)),
        "uniform.dates": _lines(map(_day, sums.days)),
        "equipment.dates": _lines(map(_day, sums.days)),
        "praise.points": str(sums.points),
        "praise.count": str(sum(sums.types.values())),
        "praise.list": _lines(f"{name}: {_times(n)}" for name, n in sums.types.items()),
    }


def sender_facts(by: User, today: date) -> dict[str, str]:
    """Return the values that are the same in a whole batch."""
    return {
        "letter.date": long_day(today),
        "school.name": settings.SCHOOL_NAME,
        "sender.name": by.formal_name,
        "sender.job": job_of(by),
    }


def measure_of(rule: LetterRule | None) -> str:
    """Return what a letter by the rule counts; without one, every absence."""
    return rule.measure if rule else LetterRule.Measure.MISSED


def _days(sessions: int) -> str:
    """Return half days as days: "4 days", "half a day", "4 and a half days"."""
    whole, half = divmod(sessions, 2)
    if not whole:
        return "half a day" if half else "0 days"
    return f"{whole}{' and a half' * half} day{'' if (whole, half) == (1, 0) else 's'}"


def _unauthorised(figures: Figures) -> str:
    """Return how many absences are not authorised, as many as the list calls so, and how many wait for a reason."""
    waiting = sum(mark.letters == UNEXPLAINED for mark in figures.missed)
    told = f" (and {waiting} more without a reason yet)" if waiting else ""
    return f"{len(figures.settled_unauthorised)}{told}"


def _absences(marks: Iterable[Mark]) -> Iterator[str]:
    """Yield the absences, a line a day where both halves are called the same."""
    for day, held in groupby(marks, key=lambda mark: mark.day):
        halves = list(held)
        kinds = {_kind(mark) for mark in halves}
        if len(halves) > 1 and len(kinds) == 1:
            yield f"{_day(day)}, all day: {kinds.pop()}"
        else:
            yield from (f"{_day(day)}, {_HALVES[mark.session]}: {_kind(mark)}" for mark in halves)


def _kind(mark: Mark) -> str:
    if mark.letters == UNEXPLAINED:
        return "no reason given yet"
    return "authorised" if mark.is_authorised else "not authorised"


def _times(number: int) -> str:
    """Return how often, in words: "once", "twice", "5 times"."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) or NOTHING
