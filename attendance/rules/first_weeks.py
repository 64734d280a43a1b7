"""Absence in the first weeks of a year, or of somebody new."""

from collections.abc import Iterator
from datetime import date, timedelta

from attendance.rules.data import AFTERGLOW_DAYS, Mark, RuleData, Setting
from attendance.rules.found import Found, key_of
from attendance.rules.spells import runs
from students.calendar import academic_year_of, academic_year_start

DEFAULT_WEEKS = 4


def first_weeks(data: RuleData, setting: Setting) -> Iterator[Found]:
    """Yield who missed at least `count` sessions in the first `weeks` school weeks.

    They begin with the year, or with the day of admission for who came later (T4). Two school weeks after their end
    nothing is proposed any more: settling in is over. One bout of illness that was explained is no sign of trouble.
    Source: product.md D36.
    """
    begun = academic_year_start(academic_year_of(data.on))
    ends: dict[date, date | None] = {}
    for student, marks in data.absences():
        first = max(begun, data.admitted[student])
        if first not in ends:
            ends[first] = _last_day(data, first, setting.weeks or DEFAULT_WEEKS)
        last = ends[first]
        if last is None:
            continue
        missed = [mark for mark in marks if first <= mark.day <= last]
        if len(missed) >= setting.count and _is_unsettled(data, missed):
            facts = {
                "first": first.isoformat(),
                "last": min(last, data.on).isoformat(),
                "missed": len(missed),
                "is_new": first > begun,
                "sessions": [[mark.day.isoformat(), mark.session] for mark in missed],
            }
            yield Found(student, key_of(first), facts, setting.proposes)


def _is_unsettled(data: RuleData, missed: list[Mark]) -> bool:
    """Test for absence without an accepted reason, or in more than one spell."""
    return any(mark.letters != "I" for mark in missed) or len(list(runs(missed, data.places))) > 1


def _last_day(data: RuleData, first: date, weeks: int) -> date | None:
    """Return the last day of the first weeks that begin with the day; None when they are long over."""
    mondays = [monday for monday in data.calendar.mondays if monday + timedelta(days=6) >= first][:weeks]
    last = mondays[-1] + timedelta(days=6) if mondays else None
    return None if last is None or data.is_over_by(last, AFTERGLOW_DAYS) else last
