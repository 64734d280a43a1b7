"""Absent on the same weekday again and again, and not so on others."""

from collections.abc import Iterator
from datetime import date

from attendance.rules.data import Mark, RuleData, Setting
from attendance.rules.found import Found, key_of
from attendance.rules.odds import is_chance

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
ONE_IN = 50
DEFAULT_WEEKS = 6


def weekday(data: RuleData, setting: Setting) -> Iterator[Found]:
    """Yield who missed a session on at least `count` of the last `weeks` school days that fell on one weekday.

    One finding a student: the weekday that stands out most; others, and what would come about by chance once in 50,
    are faint, so that a week or a month in bed is no pattern. Source: domain.md 4.1 (absence patterns).
    """
    for student, marks in data.absences():
        found = [one for day in range(5) if (one := _on_weekday(data, setting, student, marks, day))]
        most = max(found, key=lambda one: (not one.is_faint, len(one.facts["days"])), default=None)
        yield from (one if one is most else one._replace(is_faint=True) for one in found)


def _on_weekday(data: RuleData, setting: Setting, student: int, marks: list[Mark], day: int) -> Found | None:
    weeks = setting.weeks or DEFAULT_WEEKS
    on_roll = [one for one in data.days[-5 * (weeks + 2) :] if one >= data.admitted[student]]
    looked_at = [one for one in on_roll if one.weekday() == day][-weeks:]
    if len(looked_at) < setting.count:
        return None
    absent = sorted({mark.day for mark in marks if mark.day >= looked_at[0]})
    hits = [one for one in absent if one.weekday() == day]
    everything = [one for one in on_roll if one >= looked_at[0]]
    if len(hits) < setting.count:
        return None
    return Found(
        student,
        key_of(data.half_term, WEEKDAYS[day]),
        _facts(hits, marks, looked_at, absent, everything),
        setting.proposes,
        is_faint=is_chance(len(hits), len(looked_at), len(absent), len(everything), one_in=ONE_IN),
    )


def _facts(
    hits: list[date], marks: list[Mark], looked_at: list[date], absent: list[date], everything: list[date]
) -> dict[str, object]:
    return {
        "first": looked_at[0].isoformat(),
        "last": everything[-1].isoformat(),
        "days": [one.isoformat() for one in hits],
        "of": len(looked_at),
        "other": len(absent) - len(hits),
        "other_of": len(everything) - len(looked_at),
        "sessions": [[mark.day.isoformat(), mark.session] for mark in marks if mark.day in set(hits)],
    }
