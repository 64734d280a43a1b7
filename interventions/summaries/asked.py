"""What an address asks of the list of interventions, as queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from interventions.models import Aim, InterventionStudent
from interventions.summaries.coverage import COVERS
from pastoral.core.models import User
from pastoral.core.words import key_read
from students.models import Enrolment

SHOWS = {
    "": "Running",
    "due": "Review due",
    "overdue": "Overdue",
    "outcome": "Ended without outcome",
    "ended": "Ended",
    "all": "All",
}


@dataclass(frozen=True)
class Asked:
    """Which part of the list: state, kind, aim, year, whom it covers, one's own, one student's."""

    show: str = ""
    kind: int = 0
    aim: str = ""
    year: int = 0
    cover: str = ""
    student: int = 0
    is_mine: bool = False

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Self:
        """Keep what means something."""
        return cls(
            words["show"] if words["show"] in SHOWS else "",
            key_read(words["type"]),
            words["aim"] if words["aim"] in Aim.values else "",
            key_read(words["year"]),
            words["cover"] if words["cover"] in COVERS else "",
            key_read(words["student"]),
            words["mine"] == "1",
        )

    @property
    def is_narrowed(self) -> bool:
        """Test for anything but a part of the list."""
        return bool(self.kind or self.aim or self.year or self.cover or self.student or self.is_mine)


def in_state(found: Any, show: str, on: date) -> Any:
    """Return those of the listed interventions that are in the state."""
    if show == "due":
        return found.filter(ended_on=None, review_on__lte=on)
    if show == "overdue":
        return found.filter(Q(review_on__lt=on) | Q(planned_until__lt=on), ended_on=None)
    if show == "outcome":
        return found.filter(without_outcome())
    if show == "ended":
        return found.exclude(ended_on=None)
    return found if show == "all" else found.filter(ended_on=None)


def without_outcome() -> Q:
    """Return the test for interventions that ended, with a student of whom nobody said how it came out."""
    lacking = InterventionStudent.objects.filter(intervention=OuterRef("pk"), outcome="")
    return Q(Exists(lacking), ended_on__isnull=False)


def narrowed(found: Any, user: User, asked: Asked, on: date) -> Any:
    """Return those that are asked for by kind, aim, owner, year and student; whom it covers is read elsewhere."""
    if asked.kind:
        found = found.filter(type=asked.kind)
    if asked.aim:
        found = found.filter(aim=asked.aim)
    if asked.is_mine:
        found = found.filter(Q(owner=user) | Q(deliverer=user))
    theirs = InterventionStudent.objects.visible_to(user)
    if asked.year:
        spells = Enrolment.objects.current(on).filter(year_group=asked.year).values("student")
        found = found.filter(pk__in=theirs.filter(student__in=spells).order_by().values("intervention"))
    if asked.student:
        found = found.filter(pk__in=theirs.filter(student=asked.student).order_by().values("intervention"))
    return found
