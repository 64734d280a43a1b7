"""Tutor groups as registers: who is on roll in them on a day, and how many of them are marked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, FilteredRelation, OuterRef, Q, Subquery

from attendance.models import Register
from attendance.summaries.times import SESSIONS
from pastoral.core.rights import Right
from students.models import Enrolment
from students.scopes import Scope

# A register taken in the MIS may lack a starter of today or somebody away; one with fewer marks was not taken.
HELD_PERCENT = 90


@dataclass(frozen=True)
class Roll:
    """A tutor group's students on a day: how many, and how many have a mark in each session.

    imported: marked from the MIS. taken: when each session's register was taken here.
    """

    group_id: int
    group: str
    years: tuple[int, ...]
    expected: int
    marked: Mapping[str, int]
    imported: Mapping[str, int]
    taken: Mapping[str, datetime | None]

    def is_held(self, session: str) -> bool:
        """Test for a register that was taken in the MIS: marks from there, and nearly everybody has one."""
        return self.imported[session] > 0 and 100 * self.marked[session] >= HELD_PERCENT * self.expected


def rolls_of(day: date, years: Collection[int] | None, groups: Collection[int] = ()) -> list[Roll]:
    """Return each tutor group with students on roll that day, and how many of them are marked, in one query.

    A group is one register, whole, whatever years its students are in. years: those with students in these; None for
    all. groups: these tutor groups besides.
    """
    members = Enrolment.objects.members_on(day)
    if years is not None:
        of_years = Enrolment.objects.members_on(day).filter(year_group__in=years)
        members = members.filter(Q(tutor_group__in=of_years.values("tutor_group")) | Q(tutor_group__in=groups))
    marks = "student__session_marks"
    for session in SESSIONS:
        of_session = Q(**{f"{marks}__date": day, f"{marks}__session": session})
        members = members.annotate(**{session.lower(): FilteredRelation(marks, condition=of_session)})
    rows = (
        members.order_by()
        .values("tutor_group_id", "tutor_group__name")
        .annotate(
            years=ArrayAgg("year_group_id", distinct=True),
            expected=Count("pk"),
            am_marked=Count("am"),
            pm_marked=Count("pm"),
            am_imported=Count("am", filter=Q(am__recorded_by=None)),
            pm_imported=Count("pm", filter=Q(pm__recorded_by=None)),
        )
        .annotate(am_taken=_taken_at(day, "AM"), pm_taken=_taken_at(day, "PM"))
    )
    return sorted(map(_roll, rows), key=lambda roll: (roll.years[0], roll.group))


def _taken_at(day: date, session: str) -> Subquery:
    registers = Register.objects.filter(tutor_group=OuterRef("tutor_group_id"), date=day, session=session)
    return Subquery(registers.values("taken_at")[:1])


def _roll(row: Mapping[str, Any]) -> Roll:
    counted = {
        kind: {session: int(str(row[f"{session.lower()}_{kind}"])) for session in SESSIONS}
        for kind in ("marked", "imported")
    }
    return Roll(
        int(str(row["tutor_group_id"])),
        str(row["tutor_group__name"]),
        tuple(sorted(row["years"])),
        int(str(row["expected"])),
        counted["marked"],
        counted["imported"],
        {session: row[f"{session.lower()}_taken"] for session in SESSIONS},
    )


def rights_on_roll(scope: Scope, roll: Roll) -> frozenset[Right]:
    """Return the rights that the person holds over some student of the group: the register asks for each of them."""
    held = (scope.rights_on(year, roll.group_id, has_sen=False) for year in roll.years)
    return frozenset().union(*held)
