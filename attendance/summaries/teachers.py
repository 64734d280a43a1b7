"""Teachers of lessons by name: the MIS sends staff codes, people know each other by name."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from attendance.summaries.lessons import ClassRegister, Lesson
from students.staff import staff_names

Taught = TypeVar("Taught", Lesson, ClassRegister)


def with_names(rows: Iterable[Taught]) -> list[Taught]:
    """Return the rows with the teacher's name where the code is somebody's here, in one query."""
    held = list(rows)
    names = staff_names(row.teacher for row in held)
    return [replace(row, teacher=names.get(row.teacher, row.teacher)) for row in held]
