"""Whose students are on a register: the person's own with the rights over each, and those of the group who are not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student
from students.scopes import scope_of
from students.summaries import RollEntry, roll_rows


@dataclass(frozen=True)
class GroupRoll:
    """A group's students as one person registers them.

    entries: the person's own; rights: over each of them, by key; others: keys of the group's other students of the day,
    moved_on of whom were the person's while they were in the group.
    """

    entries: tuple[RollEntry, ...]
    rights: Mapping[int, frozenset[Right]]
    others: tuple[int, ...] = ()
    moved_on: int = 0

    @property
    def may_take(self) -> bool:
        """Test whether the person may take this register, and not only look at it."""
        return any(Right.TAKE_REGISTER in rights for rights in self.rights.values())

    @property
    def not_theirs(self) -> int:
        """How many of the group are somebody else's students."""
        return len(self.others) - self.moved_on


def group_roll(user: User, group: int, day: date) -> GroupRoll:
    """Return the group's students of the day for the person, in one query; no entries when the group is not theirs.

    Rights are asked for each student: a tutor group may hold several years, and a Head of Year has one of them.
    """
    seen = Exists(Student.objects.visible_to(user).filter(pk=OuterRef("student")))
    rows = roll_rows(Enrolment.objects.filter(tutor_group=group), day).annotate(is_seen=seen)
    scope = scope_of(user)
    whole = [(RollEntry(*row[:-1]), bool(row[-1])) for row in rows]
    rights = {entry.student_id: scope.rights_on(entry.year, group, has_sen=False) for entry, _seen in whole}
    held = [entry for entry, is_seen in whole if is_seen]
    takes = [entry for entry in held if Right.TAKE_REGISTER in rights[entry.student_id]]
    looks = [entry for entry in held if Right.CHASE_REGISTERS in rights[entry.student_id]]
    entries = tuple(takes or looks)
    kept = {entry.student_id for entry in entries}
    asked = Right.TAKE_REGISTER if takes else Right.CHASE_REGISTERS
    return GroupRoll(
        entries,
        {key: held for key, held in rights.items() if key in kept},
        tuple(entry.student_id for entry, _seen in whole if entry.student_id not in kept),
        sum(not is_seen and asked in rights[entry.student_id] for entry, is_seen in whole),
    )
