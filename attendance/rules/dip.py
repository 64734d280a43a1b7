"""A week far under the student's own year."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from attendance.figures import Counts, has_dipped, total
from attendance.rules.data import RuleData, Setting
from attendance.rules.found import Found, key_of


def dip(data: RuleData, setting: Setting) -> Iterator[Found]:
    """Yield whose finished week dipped, and so did `count` of the `weeks` school weeks that ended with it.

    The dip is figures.has_dipped, as in the weekly RAG. The running week is looked at once its last school day is over.
    Quiet about a week most of whose absence is explained, and about who was persistently absent before it: a bout of
    flu needs no step, and the PA tracker has the other.
    """
    finished = [monday for monday in data.calendar.school_weeks(data.on, 2) if _is_over(data, monday)]
    looked_at = {monday: set(data.calendar.school_weeks(monday, setting.weeks or 1)) for monday in finished}
    wanted = set().union(*looked_at.values())
    for student, weeks in data.weeks.items():
        held = _dips(data, student, weeks, wanted)
        for monday in finished if held else ():
            dips = [one for one in held if one[0] in looked_at[monday]]
            if len(dips) >= setting.count and dips[-1][0] == monday and _is_news(data, student, dips[-1]):
                yield Found(student, key_of(monday), _facts(data, student, dips), setting.proposes)


def _is_over(data: RuleData, monday: date) -> bool:
    days = data.calendar.between(monday, monday + timedelta(days=6))
    return bool(days) and days[-1] <= data.on


Dip = tuple[date, Counts, Counts]


def _is_news(data: RuleData, student: int, last: Dip) -> bool:
    monday, before, week = last
    if data.is_excused(student, monday, monday + timedelta(days=6)):
        return False
    return 2 * week.unauthorised >= week.missed and not data.is_known_case(before)


def _dips(data: RuleData, student: int, weeks: Sequence[tuple[date, Counts]], wanted: Collection[date]) -> list[Dip]:
    """Return the weeks, of those wanted, that dipped. The year before is added up only for them: most are not."""
    found: list[Dip] = []
    for place, (monday, counts) in enumerate(weeks):
        if place and monday in wanted:
            before = total(held for _, held in weeks[:place])
            week = _explained(data, student, monday, counts)
            if has_dipped(before, week):
                found.append((monday, before, week))
    return found


def _explained(data: RuleData, student: int, monday: date, counts: Counts) -> Counts:
    """Return the week without the absences that may still be explained: they are possible only once they are."""
    open_ones = sum(data.is_in_grace(mark) and mark.day >= monday for mark in data.marks.get(student, ()))
    return counts + Counts(unauthorised=-open_ones) if open_ones else counts


def _facts(data: RuleData, student: int, dips: list[Dip]) -> dict[str, object]:
    monday, before, week = dips[-1]
    mondays = {one for one, _, _ in dips}
    marks = [mark for mark in data.marks.get(student, ()) if mark.day - timedelta(days=mark.day.weekday()) in mondays]
    return {
        "first": monday.isoformat(),
        "last": data.last_of(monday).isoformat(),
        "attended": week.attended,
        "possible": week.possible,
        "before_attended": before.attended,
        "before_possible": before.possible,
        "dips": len(dips),
        "sessions": [[mark.day.isoformat(), mark.session] for mark in marks if mark.letters != "L"],
    }
