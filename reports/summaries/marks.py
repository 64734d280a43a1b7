"""One student's marks: as they are held, and the sets behind each figure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.models import SessionMark
from reports.summaries.shown import is_missed


class HeldMark(NamedTuple):
    """One mark of the student as it is held now."""

    pk: int
    day: date
    session: str
    key: int
    minutes: int | None
    comment: str

    @property
    def letters(self) -> str:
        """The letters of its code."""
        return CODES_BY_KEY[self.key].letters

    @property
    def code_class(self) -> CodeClass:
        """What it counts as."""
        return CODES_BY_KEY[self.key].code_class


@dataclass(frozen=True)
class Window:
    """The spans that the figures on the page cover."""

    first: date
    as_at: date
    monday: date
    notice_first: date


MarkTest = Callable[[HeldMark, Window], bool]


@dataclass(frozen=True)
class MarkSet:
    """The marks behind one figure, by slug."""

    slug: str
    title: str
    holds: MarkTest


def in_window(mark: HeldMark, window: Window) -> bool:
    """Test for a mark of the year to date."""
    return window.first <= mark.day <= window.as_at


_COUNTED = {CodeClass.PRESENT, CodeClass.APPROVED_ACTIVITY, CodeClass.AUTHORISED, CodeClass.UNAUTHORISED}
_MARK_SETS: tuple[MarkSet, ...] = (
    MarkSet("missed", "Sessions missed, year to date", lambda m, w: in_window(m, w) and is_missed(m.key)),
    MarkSet(
        "authorised",
        "Authorised absence, year to date",
        lambda m, w: in_window(m, w) and m.code_class == CodeClass.AUTHORISED,
    ),
    MarkSet(
        "unauthorised",
        "Unauthorised absence, year to date",
        lambda m, w: in_window(m, w) and m.code_class == CodeClass.UNAUTHORISED,
    ),
    MarkSet("late", "Lates, year to date", lambda m, w: in_window(m, w) and m.letters in ("L", "U")),
    MarkSet("week", "Marks of the week", lambda m, w: w.monday <= m.day <= w.as_at),
    MarkSet(
        "penalty_notice",
        "Unauthorised sessions in the last 10 school weeks",
        lambda m, w: w.notice_first <= m.day <= w.as_at and m.code_class == CodeClass.UNAUTHORISED,
    ),
    MarkSet(
        "not_counted",
        "Marks that are in no percentage, year to date",
        lambda m, w: in_window(m, w) and m.code_class not in _COUNTED,
    ),
)
MARK_SETS: dict[str, MarkSet] = {held.slug: held for held in _MARK_SETS}
RECENT = MarkSet("recent", "The last 30 possible sessions", lambda m, w: m.code_class in _COUNTED and m.day <= w.as_at)
MARK_SETS["recent"] = RECENT


def marks_of(student_id: int, since: date) -> tuple[HeldMark, ...]:
    """Return the student's marks since the date as they are held now, oldest first."""
    rows = SessionMark.objects.filter(student=student_id, date__gte=since).order_by("date", "session")
    return tuple(
        HeldMark(*row) for row in rows.values_list("pk", "date", "session", "code_id", "minutes_late", "comment")
    )
