"""A student's part in incidents, and achievements, as the student page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from behaviour.models import Achievement, Involvement
from pastoral.core.models import User
from students.querysets import StudentQuerySet


@dataclass(frozen=True)
class BehaviourRecord:
    """The student's part in incidents and their achievements this year."""

    incidents: tuple[dict[str, Any], ...]
    achievements: tuple[dict[str, Any], ...]

    @property
    def points(self) -> int:
        """Behaviour points this year."""
        return sum(row["points"] for row in self.incidents)

    @property
    def achievement_points(self) -> int:
        """Achievement points this year."""
        return sum(row["points"] for row in self.achievements)


def behaviour_of(user: User, students: StudentQuerySet, pk: int, since: date) -> BehaviourRecord:
    """Read incidents and achievements since the date, latest first, in one query."""
    seen = Involvement.objects.of_students(students.filter(pk=pk), user)
    incidents = seen.filter(student=OuterRef("pk"), incident__occurred_on__gte=since)
    achievements = Achievement.objects.standing(student=OuterRef("pk"), awarded_on__gte=since)
    row = students.filter(pk=pk).values_list(
        ArraySubquery(
            incidents.order_by("-incident__occurred_on", "-pk").values(
                row=JSONObject(
                    on="incident__occurred_on",
                    type="incident__type",
                    location="incident__location",
                    role="role",
                    points="points",
                    status="incident__status",
                    action="action_taken",
                )
            )
        ),
        ArraySubquery(
            achievements.order_by("-awarded_on", "-pk").values(
                row=JSONObject(on="awarded_on", type="type", activity="activity", points="points")
            )
        ),
    )
    found: Sequence[list[dict[str, Any]]] = row.first() or ([], [])
    return BehaviourRecord(*(tuple(_dated(item) for item in part) for part in found))


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "on": date.fromisoformat(row["on"])}
