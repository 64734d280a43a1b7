"""Who needs what in the demo school, read off its marks: the same students each time."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import F, Sum

from attendance.models import AttendanceWeek
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


def on_day(cast: Cast, back: int) -> date:
    """Return the school day so many school days before the last one with marks; the first one where there are fewer."""
    return cast.days_back(back + 1)[0]
