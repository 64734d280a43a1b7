"""Who needs what in the demo school, read off its marks: the same students each time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import F, Sum

from attendance.figures import Band, Bands, Counts
from attendance.models import AttendanceWeek, SessionMark
from attendance.querysets import mark_counts
from reports.demo.cast import Cast
from reports.demo.home.people import Homes
from students.calendar import academic_year_of, academic_year_start
from students.summaries import RollEntry

LAST_YEAR_OF_COMPULSORY_AGE = 11
Missed = Mapping[int, Fraction]


def missed_share(first: date, last: date) -> Missed:
    """Return the share of possible sessions that each student missed in the weeks between, by key."""
    weeks = AttendanceWeek.objects.filter(monday__range=(first - timedelta(days=6), last))
    missed, present = F("authorised") + F("unauthorised"), F("present") + F("approved_activity")
    sums = weeks.order_by().values("student").annotate(missed=Sum(missed), possible=Sum(missed + present))
    rows = sums.filter(possible__gt=0).values_list("student", "missed", "possible")
    return {student: Fraction(missed, possible) for student, missed, possible in rows}


def missed_this_year(cast: Cast) -> Missed:
    """Return the share missed in the academic year so far, by key."""
    return missed_share(academic_year_start(academic_year_of(cast.day)), cast.day)


def worst_first(homes: Homes, missed: Missed) -> dict[int, list[RollEntry]]:
    """Return the students of compulsory age who have somebody to ring, by year, whoever missed most first."""
    found: dict[int, list[RollEntry]] = {}
    for key, member in homes.members.items():
        if member.year <= LAST_YEAR_OF_COMPULSORY_AGE and key in missed and homes.carer(key):
            found.setdefault(member.year, []).append(member)
    return {year: sorted(found[year], key=lambda each: -missed[each.student_id]) for year in sorted(found)}


def just_come(members: Sequence[RollEntry], on: date) -> list[RollEntry]:
    """Return the students in the order in which they were admitted by a day, the last first."""
    return sorted((each for each in members if each.admitted_on <= on), key=lambda each: each.admitted_on, reverse=True)


def red_of_a_year(members: Sequence[RollEntry], on: date) -> list[RollEntry]:
    """Return all who were red on a day, of the year group that had the fewest of them; nobody where nobody was."""
    first = academic_year_start(academic_year_of(on))
    marks = SessionMark.objects.filter(date__gte=first, date__lt=on).order_by().values("student_id")
    rows: Iterable[Mapping[str, Any]] = marks.annotate(**mark_counts())
    counts = {row["student_id"]: Counts.from_row(row) for row in rows}
    red: dict[int, list[RollEntry]] = {}
    for each in members:
        if Bands().band(counts.get(each.student_id, Counts())) is Band.RED:
            red.setdefault(each.year, []).append(each)
    return min(red.values(), key=len, default=[])


def on_day(cast: Cast, back: int) -> date:
    """Return the school day so many school days before the last one with marks; the first one where there are fewer."""
    return cast.days_back(back + 1)[0]
