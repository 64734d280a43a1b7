"""A whole tutor group listed with ticks, beside the student picker."""

from dataclasses import dataclass
from typing import Self

from django.http import QueryDict
from django.utils import timezone

from students.models import Enrolment
from students.querysets import StudentQuerySet
from students.summaries import RollEntry, roll_of


@dataclass(frozen=True)
class Ticks:
    """A tutor group listed with ticks. listed: the group's key, 0 for none; ticked: the keys of students."""

    roll: tuple[RollEntry, ...]
    listed: int
    ticked: frozenset[int]

    @classmethod
    def of(cls, data: QueryDict, among: StudentQuerySet) -> Self:
        """Read the group asked for, everybody ticked when it is listed for the first time; in one query."""
        today = timezone.localdate()
        roll = roll_of(Enrolment.objects.filter(student__in=among), today)
        asked = data.get("group", "")
        listed = next((each.tutor_group_id for each in roll if str(each.tutor_group_id) == asked), 0)
        sent = frozenset(data.getlist("member"))
        is_first = str(listed) != data.get("listed", "")
        members = [each.student_id for each in roll if each.tutor_group_id == listed]
        return cls(roll, listed, frozenset(key for key in members if is_first or str(key) in sent))

    @property
    def members(self) -> list[tuple[RollEntry, bool]]:
        """The group's students, with whether each is ticked."""
        return [(each, each.student_id in self.ticked) for each in self.roll if each.tutor_group_id == self.listed]

    @property
    def groups(self) -> list[tuple[int, str]]:
        """The groups that may be listed."""
        return list(dict.fromkeys((each.tutor_group_id, each.tutor_group) for each in self.roll))
