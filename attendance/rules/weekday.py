"""Absent on the same weekday again and again, and not so on others."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

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
    looks: dict[date, list[Look]] = {}
    for student, marks in data.absences():
        admitted = data.admitted[student]
        if admitted not in looks:
            looks[admitted] = _looks(data, setting, admitted)
        absent = sorted({mark.day for mark in marks})
        found = [one for look in looks[admitted] if (one := _on_weekday(data, setting, student, marks, absent, look))]
        most = max(found, key=lambda one: (not one.is_faint, len(one.facts["days"])), default=None)
        yield from (one if one is most else one._replace(is_faint=True) for one in found)


class Look(NamedTuple):
    """The days that one weekday is judged by. own: those on it; everything: all school days since the first of them."""

    weekday: int
    own: list[date]
    everything: list[date]


def _looks(data: RuleData, setting: Setting, admitted: date) -> list[Look]:
    """Return the weekdays with enough days to look at since the admission: the same for all admitted that day."""
    weeks = setting.weeks or DEFAULT_WEEKS
    on_roll = [one for one in data.days[-5 * (weeks + 2) :] if one >= admitted]
    found = []
    for weekday in range(5):
        own = [one for one in on_roll if one.weekday() == weekday][-weeks:]
        if own and len(own) >= setting.count:
            found.append(Look(weekday, own, [one for one in on_roll if one >= own[0]]))
    return found


def _on_weekday(
    data: RuleData, setting: Setting, student: int, marks: list[Mark], absent_ever: list[date], look: Look
) -> Found | None:
    absent = [day for day in absent_ever if day >= look.own[0]]
    hits = [one for one in absent if one.weekday() == look.weekday]
    if len(hits) < setting.count:
        return None
    return Found(
        student,
        key_of(data.half_term, WEEKDAYS[look.weekday]),
        _facts(hits, marks, look.own, absent, look.everything),
        setting.proposes,
        is_faint=is_chance(len(hits), len(look.own), len(absent), len(look.everything), one_in=ONE_IN),
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
