"""The grid of form time: a tutor group, a day, and one place for each matter."""

from dataclasses import dataclass, replace
from datetime import date

from behaviour.models import TutorMark
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student, TutorGroup
from students.scopes import scope_of

Kind = TutorMark.Kind


@dataclass(frozen=True)
class Cell:
    """One matter for one student. mark: the key of the mark that stands, None where nothing is marked.

    typed: a note that was not kept, as a colleague wrote another one meanwhile; the person decides.
    """

    kind: str
    label: str
    mark: int | None
    note: str
    by: str
    typed: str | None = None

    @property
    def is_marked(self) -> bool:
        """Test for a mark that stands."""
        return self.mark is not None


@dataclass(frozen=True)
class GridRow:
    """One student of the group, with a cell for every matter."""

    student_id: int
    name: str
    cells: tuple[Cell, ...]

    @property
    def noted(self) -> tuple[Cell, ...]:
        """Return the cells that are marked."""
        return tuple(cell for cell in self.cells if cell.is_marked)

    def with_typed(self, kind: str, words: str) -> "GridRow":
        """Return the row with a note of one matter that was typed and not kept."""
        cells = (replace(cell, typed=words) if cell.kind == kind else cell for cell in self.cells)
        return replace(self, cells=tuple(cells))


@dataclass(frozen=True)
class Grid:
    """A group on a day."""

    group: TutorGroup
    day: date
    rows: tuple[GridRow, ...]

    def with_row(self, row: GridRow) -> "Grid":
        """Return the grid with another row of the same student."""
        rows = (row if each.student_id == row.student_id else each for each in self.rows)
        return replace(self, rows=tuple(rows))

    def row(self, student_id: int) -> GridRow | None:
        """Return one student's row."""
        return next((row for row in self.rows if row.student_id == student_id), None)


def form_groups(user: User, day: date) -> list[TutorGroup]:
    """Return the tutor groups whose form time the person may mark on the day, by name."""
    students = Student.objects.with_right(user, Right.MARK_FORM_TIME).on_roll(day)
    spells = Enrolment.objects.current(day).filter(student__in=students)
    groups = list(TutorGroup.objects.filter(pk__in=spells.values("tutor_group")))
    own = scope_of(user).tutor_groups
    return sorted(groups, key=lambda group: (group.pk not in own, len(group.name), group.name))


def grid_of(user: User, group: TutorGroup, day: date) -> Grid:
    """Return the group's grid: those whom the person may mark, with what stands on the day, in two queries."""
    spells = Enrolment.objects.current(day).filter(tutor_group=group)
    students = (
        Student.objects.with_right(user, Right.MARK_FORM_TIME)
        .on_roll(day)
        .filter(pk__in=spells.values("student"))
        .order_by("legal_surname", "legal_forename", "pk")
    )
    held = {
        (mark.student_id, mark.kind): mark
        for mark in TutorMark.objects.standing(day=day, student__in=students).select_related("by")
    }
    return Grid(group, day, tuple(_row(student, held) for student in students))


def _row(student: Student, held: dict[tuple[int, str], TutorMark]) -> GridRow:
    return GridRow(student.pk, student.sort_name, tuple(_cell(kind, held.get((student.pk, kind))) for kind in Kind))


def _cell(kind: Kind, mark: TutorMark | None) -> Cell:
    return Cell(
        kind=kind.value,
        label=kind.label,
        mark=mark.pk if mark else None,
        note=mark.note if mark else "",
        by=mark.by.formal_name if mark else "",
    )
