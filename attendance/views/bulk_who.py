"""Whose marks are to be changed: groups listed with ticks, students found by name, a year taken whole."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.utils import timezone

from attendance.models import BulkChange
from attendance.summaries.reach import Reached, reached, reached_of
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from pastoral.core.words import asked_for, plain
from students.models import Enrolment, Student
from students.scopes import scope_of

MOST_FOUND = 30
MOST_NAMED = 3
LONGEST_WORDS = 60


@dataclass(frozen=True)
class Who:
    """Who was chosen so far. picked: those with a tick; whom: what is taken whole besides, "" for nothing.

    looked_for: the words that `found` was found by.
    """

    picked: dict[int, Reached]
    whom: str = ""
    found: tuple[Reached, ...] = ()
    looked_for: str = ""

    @classmethod
    def of(cls, request: StaffRequest, do: str) -> Self:
        """Return who the page has: a tutor group that was asked for is listed with a tick for everybody."""
        picked = _may_change(reached(request.user, _keys(request.POST.getlist("student"))))
        whom, words = request.POST.get("whom", ""), plain(request.POST.get("words", "")[:LONGEST_WORDS])
        if do == "list" and whom.startswith("group:"):
            return cls({**picked, **_members(request, whom)})
        found = _found(request, words) if do == "find" and words else {}
        new = {key: who for key, who in found.items() if key not in picked}
        if len(new) == 1:
            return cls({**picked, **new}, whom, (), words)
        return cls(picked, whom, tuple(new.values()), words)

    @classmethod
    def asked(cls, request: StaffRequest, again: BulkChange | None) -> Self:
        """Return who the address asks for: a student, a tutor group, or those of a change to be made again."""
        picked = _may_change(reached(request.user, again.picked if again else _keys([asked_for(request, "student")])))
        group = asked_for(request, "group")
        whom = _whom_of(again) if again else f"group:{group}" if group else ""
        if whom.startswith("group:"):
            return cls({**_members(request, whom), **picked})
        return cls(picked, whom)

    @property
    def words(self) -> str:
        """Who was chosen, without a name: "Year 9 and 2 students of 9B"."""
        kind, _, name = self.whom.partition(":")
        whole = {"all": "The whole school", "year": f"Year {name}", "group": name}.get(kind, "")
        return " and ".join(part for part in (whole, _counted(self.picked.values())) if part)

    @property
    def is_year(self) -> bool:
        """Test for a year, or the school, taken whole."""
        return self.whom == "all" or self.whom.startswith("year:")


def _counted(picked: Iterable[Reached]) -> str:
    groups = Counter(who.tutor_group for who in picked)
    if not groups:
        return ""
    count = groups.total()
    named = ", ".join(sorted(groups)) if len(groups) <= MOST_NAMED else f"{len(groups)} groups"
    return f"{count} student{'s' * (count != 1)} of {named}"


def _keys(values: Iterable[str]) -> set[int]:
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19}


def _may_change(students: dict[int, Reached]) -> dict[int, Reached]:
    return {key: who for key, who in students.items() if Right.BULK_MARKS in who.rights}


def _found(request: StaffRequest, words: str) -> dict[int, Reached]:
    keys = Student.objects.visible_to(request.user).found_by(words)[:MOST_FOUND].values_list("pk", flat=True)
    return _may_change(reached(request.user, keys))


def _members(request: StaffRequest, whom: str) -> dict[int, Reached]:
    """Return the students of the tutor group who are on roll, in the order of lists."""
    today = timezone.localdate()
    spells = Enrolment.objects.visible_to(request.user).current(today)
    members = spells.filter(tutor_group__name=whom.removeprefix("group:")).values("student")
    students = Student.objects.visible_to(request.user).on_roll(today).filter(pk__in=members)
    return _may_change(reached_of(request.user, students))


def again_of(request: StaffRequest) -> BulkChange | None:
    """Return the change that the address asks to make again; None when it asks for none."""
    try:
        return BulkChange.objects.visible_to(request.user).get(pk=UUID(asked_for(request, "again")))
    except (ValueError, BulkChange.DoesNotExist):
        return None


def _whom_of(change: BulkChange) -> str:
    """Return what a change took whole, as the form's choice."""
    name = change.whom.partition(" and ")[0]
    if re.match(r"\d+ ", name):
        return ""
    year = name.removeprefix("Year ")
    return "all" if name == "The whole school" else f"year:{year}" if year != name else f"group:{name}"


def whom_choices(request: StaffRequest) -> list[Any]:
    """Return the groups whose marks the person may change in bulk, as choices."""
    scope = scope_of(request.user)
    spells = Enrolment.objects.visible_to(request.user).current(scope.on)
    rows = spells.order_by("year_group", "tutor_group__name").values_list(
        "year_group", "tutor_group", "tutor_group__name"
    )
    places = [row for row in rows.distinct() if Right.BULK_MARKS in scope.rights_on(*row[:2], has_sen=False)]
    years = [year for year in dict.fromkeys(year for year, *_ in places) if Right.BULK_MARKS in scope.rights_over(year)]
    groups = [(f"group:{name}", name) for name in dict.fromkeys(row[2] for row in places)]
    whole: list[Any] = [("all", "The whole school")] if Right.BULK_MARKS in scope.rights_over(None) else []
    whole += [(f"year:{year}", f"Year {year}, everybody") for year in years]
    return [("Tutor groups, listed below", groups), ("Taken whole, not listed", whole)]
