"""Teachers of lessons by name: the MIS sends staff codes, people know each other by name."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from attendance.summaries.lessons import ClassRegister, Lesson
from pastoral.core.models import User

Taught = TypeVar("Taught", Lesson, ClassRegister)


def with_names(rows: Iterable[Taught]) -> list[Taught]:
    """Return the rows with the teacher's name where the code is somebody's here, in one query."""
    held = list(rows)
    names = names_of(row.teacher for row in held)
    return [replace(row, teacher=names.get(row.teacher, row.teacher)) for row in held]


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of those whose staff code is among these, in one query; none when there is no code."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    return {user.staff_code: user.formal_name for user in User.objects.filter(staff_code__in=wanted)}
