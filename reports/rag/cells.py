"""The week's grid: one cell for each session, as the reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from attendance.codes import CLASS_NAMES, CodeClass, code_on
from reports.models import RagStudent

SESSION_NAMES = ("morning", "afternoon")


class CellKind(StrEnum):
    """How a cell is drawn."""

    PRESENT = "present"
    LATE = "late"
    ACTIVITY = "activity"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    NOT_REQUIRED = "not-required"
    UNMARKED = "unmarked"
    CLOSED = "closed"
    NOT_ON_ROLL = "not-on-roll"


@dataclass(frozen=True, slots=True)
class Cell:
    """One session of one student: the sign that is printed, how, and what it means in words."""

    sign: str
    kind: CellKind
    meaning: str
    minutes: int = 0

    @property
    def words(self) -> str:
        """What the cell means, with the minutes late."""
        return f"{self.meaning}, {self.minutes} minutes late" if self.minutes else self.meaning

    @property
    def is_plain(self) -> bool:
        """Test for a cell that needs no frame: present, or nothing to be present at."""
        return self.kind in {CellKind.PRESENT, CellKind.CLOSED, CellKind.NOT_ON_ROLL}


@dataclass(frozen=True, slots=True)
class DayCells:
    """One student's morning and afternoon of one day."""

    am: Cell
    pm: Cell
    is_school_day: bool

    @property
    def is_plain(self) -> bool:
        """Test for a day on which neither session needs a frame."""
        return self.am.is_plain and self.pm.is_plain

    @property
    def is_present(self) -> bool:
        """Test for present morning and afternoon."""
        return self.am.kind == self.pm.kind == CellKind.PRESENT

    @property
    def words(self) -> str:
        """Both sessions in words; once when they are alike."""
        if self.am.words == self.pm.words:
            return self.am.words
        am, pm = _at(self.am.words, "in the morning"), _at(self.pm.words, "in the afternoon")
        return f"{am}, {pm[0].lower()}{pm[1:]}"


def _at(words: str, when: str) -> str:
    """Return the words with their half of the day, which some codes name themselves."""
    return words if when in words else f"{words} {when}"


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row that print as one cell: days of presence, or one other day."""

    days: tuple[DayCells, ...]

    @property
    def is_plain(self) -> bool:
        """Test for days that need no frame."""
        return self.days[0].is_plain

    @property
    def signs(self) -> str:
        """The signs in order, apart by blanks."""
        return " ".join(cell.sign for day in self.days for cell in (day.am, day.pm) if cell.sign)


def spans(days: Sequence[DayCells]) -> tuple[Span, ...]:
    """Put days of presence that follow each other into one cell, which is what drawing on paper takes its time for."""
    found: list[list[DayCells]] = []
    for day in days:
        if found and day.is_present and found[-1][-1].is_present:
            found[-1].append(day)
        else:
            found.append([day])
    return tuple(Span(tuple(span)) for span in found)


# A sensitive code is shown to a tutor as its class: by a small letter, since codes are capitals.
CLASS_SIGNS = {CodeClass.AUTHORISED: "a", CodeClass.NOT_POSSIBLE: "n", CodeClass.UNAUTHORISED: "u"}
_KIND_OF_CLASS = {
    CodeClass.PRESENT: CellKind.PRESENT,
    CodeClass.APPROVED_ACTIVITY: CellKind.ACTIVITY,
    CodeClass.AUTHORISED: CellKind.AUTHORISED,
    CodeClass.UNAUTHORISED: CellKind.UNAUTHORISED,
    CodeClass.NOT_POSSIBLE: CellKind.NOT_REQUIRED,
    CodeClass.ADMINISTRATIVE: CellKind.NOT_REQUIRED,
}
_CLOSED = Cell("", CellKind.CLOSED, "No school")
_NOT_ON_ROLL = Cell("", CellKind.NOT_ON_ROLL, "Not on roll")
_UNMARKED = Cell("?", CellKind.UNMARKED, "Not marked")


def week_cells(
    student: RagStudent, monday: date, school_days: Sequence[date], *, shows_sensitive: bool
) -> tuple[DayCells, ...]:
    """Lay out Monday to Friday; without shows_sensitive the codes R, I, M, Y5 and E appear as their class alone."""

    def cell(day: date, place: int) -> Cell:
        return _cell(student, day, place, school_days, shows_sensitive=shows_sensitive)

    return tuple(
        DayCells(cell(day, 2 * n), cell(day, 2 * n + 1), is_school_day=day in school_days)
        for n, day in enumerate(monday + timedelta(days=n) for n in range(5))
    )


def _cell(student: RagStudent, day: date, place: int, school_days: Sequence[date], *, shows_sensitive: bool) -> Cell:
    letters = student.codes[place]
    if letters:
        return _marked(letters, day, student.minutes[place], shows_sensitive)
    if day not in school_days:
        return _CLOSED
    if day < student.admitted_on or (student.left_on and day > student.left_on):
        return _NOT_ON_ROLL
    return _UNMARKED


@lru_cache(maxsize=2000)
def _marked(letters: str, day: date, minutes: int, shows_sensitive: bool) -> Cell:
    code = code_on(letters, day)
    if code is None:
        return _UNMARKED
    kind = CellKind.LATE if letters == "L" else _KIND_OF_CLASS[code.code_class]
    if code.is_class_only and not shows_sensitive:
        return Cell(CLASS_SIGNS[code.code_class], kind, CLASS_NAMES[code.code_class])
    return Cell(letters, kind, code.meaning, minutes)
