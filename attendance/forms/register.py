"""A register page's fields: read from what was sent in, and filled for the page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.http import QueryDict

from attendance.codes import Code
from attendance.services.register import Sent
from attendance.services.register_desk import Choice, Desk, Entry, Said
from attendance.summaries.absences import read_in
from attendance.summaries.planned import Expected
from attendance.summaries.register import RegisterRow, RegisterSheet
from attendance.summaries.shown import MarkShown, mark_shown
from pastoral.core.models import User
from pastoral.core.words import plain
from students.summaries import RollEntry

LONGEST_REASON = 200
MOST_DIGITS = 4
HAVE_BUTTONS = frozenset({"/", "\\", "L", "U", "N"})
REASONS = ("Arrived late", "Marked by mistake", "Was with another member of staff", "Parent or carer told us")


@dataclass(frozen=True)
class Field:
    """One row as the page shows it: what is chosen, what the page began with, and what was wrong or overtaken.

    is_own: the mark that stands was set by the person themselves.
    """

    row: RegisterRow
    said: Said
    began: Said
    fault: str = ""
    is_overtaken: bool = False
    is_own: bool = False
    shown: MarkShown | None = None
    planned: MarkShown | None = None
    why: str = ""
    before: tuple[MarkShown | None, ...] = ()
    codes: tuple[Code, ...] = ()

    @property
    def key(self) -> int:
        """The student's key, in the names of the row's fields."""
        return self.row.student.student_id

    @property
    def was(self) -> str:
        """What the page began with, as the row sends it back."""
        return f"{self.began.choice}:{self.began.minutes or ''}"

    @property
    def offers_plan(self) -> bool:
        """Test for a plan to choose, other than the mark that stands already."""
        held, expected = self.row.standing, self.row.expected
        return self.planned is not None and not (held and expected and held.key == expected.key)

    @property
    def is_refused(self) -> bool:
        """Test for leave that was asked for and refused."""
        return bool(self.row.expected and self.row.expected.is_refused)


@dataclass(frozen=True)
class SentForm:
    """A register page as it came in. faults: of rows that cannot be read, by student."""

    sent: Sent
    faults: Mapping[int, str]

    @classmethod
    def of(cls, data: QueryDict, roll: Collection[RollEntry]) -> Self | None:
        """Read the page; None when it bears no token, which no page of ours lacks."""
        try:
            token = UUID(data.get("token", ""))
        except ValueError:
            return None
        faults: dict[int, str] = {}
        entries = (_entry(data, entry.student_id, faults) for entry in roll)
        reason = plain(data.get("reason", ""))[:LONGEST_REASON]
        return cls(Sent(token, tuple(entry for entry in entries if entry), reason), faults)


def _entry(data: QueryDict, student: int, faults: dict[int, str]) -> Entry | None:
    try:
        choice = Choice(data.get(f"m-{student}", ""))
    except ValueError:
        return None  # the student was not on the page
    minutes = None
    if choice is Choice.LATE:
        typed = plain(data.get(f"t-{student}", ""))
        minutes = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS else None
        if typed and minutes is None:
            faults[student] = f"Minutes late are a whole number, not {typed[:20]}."
    letters = plain(data.get(f"c-{student}", ""))[:2] if choice is Choice.OTHER else ""
    version = plain(data.get(f"v-{student}", ""))[:40]
    return Entry(student, Said(choice, minutes, letters), _was(data.get(f"was-{student}", "")), version)


def _was(words: str) -> Said | None:
    choice, _colon, minutes = words.partition(":")
    if choice not in list(Choice):
        return None
    is_number = minutes.isascii() and minutes.isdecimal() and len(minutes) <= MOST_DIGITS
    return Said(Choice(choice), int(minutes) if is_number else None)


def fields_of(
    sheet: RegisterSheet, by: User, form: SentForm | None = None, faults: Mapping[int, str] | None = None
) -> list[Field]:
    """Return the rows as the page shows them: as they stand, or with what was sent in and what became of it."""
    entries = {entry.student_id: entry for entry in form.sent.entries} if form else {}
    desk = Desk.of(sheet)
    return [_field(desk, row, by, entries.get(row.student.student_id), faults or {}) for row in sheet.rows]


def _field(desk: Desk, row: RegisterRow, by: User, entry: Entry | None, faults: Mapping[int, str]) -> Field:
    key, sees = row.student.student_id, row.sees_sensitive
    is_overtaken = entry is not None and desk.is_overtaken(entry)
    said, began = _kept(desk, row, entry, is_overtaken=is_overtaken)
    planned = row.expected if row.expected and not row.expected.is_refused else None
    return Field(
        row=row,
        said=said,
        began=began,
        fault=faults.get(key, ""),
        is_overtaken=is_overtaken,
        is_own=row.standing is not None and row.standing.by_key == by.pk,
        shown=mark_shown(row.standing.key, sees_sensitive=sees) if row.standing else None,
        planned=mark_shown(planned.key, sees_sensitive=sees) if planned else None,
        why=_why(planned, sees_sensitive=sees),
        before=tuple(mark_shown(mark, sees_sensitive=sees) if mark else None for mark in row.before),
        codes=tuple(code for code in row.offers if code.letters not in HAVE_BUTTONS),
    )


def _kept(desk: Desk, row: RegisterRow, entry: Entry | None, *, is_overtaken: bool) -> tuple[Said, Said]:
    """Return what the row says and what it began with.

    What somebody else set is taken for known by the next sending only where the page says so: on a row marked as
    overtaken, or on one that shows what stands because nobody had touched it.
    """
    began = desk.began(row.student.student_id)
    if entry is None or entry.is_untouched:
        return began, began
    if is_overtaken:
        return entry.said, began
    return (entry.said, entry.was or began) if entry.version == row.version else (began, began)


def _why(planned: Expected | None, *, sees_sensitive: bool) -> str:
    """Return where the student is or why, as it was planned, as far as the person may read it."""
    if planned is None:
        return ""
    reads = read_in(planned.kind, planned.key, sees_sensitive=sees_sensitive)
    return (planned.provider if reads.code else "") or (planned.note if reads.whole else "")
