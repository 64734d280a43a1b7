"""A register sent in: taken once however often it arrives, and nothing of anybody else's overwritten unseen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import connection, transaction

from attendance.codes import code_named
from attendance.models import SessionMark
from attendance.offers import codes_offered, present_in
from attendance.services.marks import MarkRow, ReasonMissing, marks_write
from attendance.summaries.planned import Expected
from attendance.summaries.register import (
    Sitting,
    Standing,
    absent_key,
    expected_on,
    not_open_because,
    standing_of,
    version_of,
)
from attendance.summaries.times import SchoolTimes
from pastoral.core.history import NAMED_LOCALLY, Context, acting_in_transaction
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.scopes import job_of
from students.summaries import RollEntry

MOST_MINUTES = 240
LATE_LETTERS = ("L", "U")


class Choice(StrEnum):
    """What somebody says of one student on a register."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    PLANNED = "planned"  # as it was known beforehand
    STANDS = "stands"  # the mark that stands already
    OTHER = "other"  # a code chosen by its letters


class Said(NamedTuple):
    """What is said of one student: minutes with LATE, letters with OTHER."""

    choice: Choice
    minutes: int | None = None
    letters: str = ""


class Entry(NamedTuple):
    """One row sent in. was: what the page said when it was opened; version: of the mark that stood then."""

    student_id: int
    said: Said
    was: Said | None
    version: str


class RegisterNotOpen(Exception):
    """The register cannot be taken now; the message is fit for the page."""


class RowsRefused(Exception):
    """Rows cannot stand as they were sent; faults are by student and fit for the page."""

    def __init__(self, faults: Mapping[int, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = dict(faults)


class RowsChanged(Exception):
    """Somebody else changed marks meanwhile that were sent differently; nothing was written."""

    def __init__(self, students: Iterable[int]) -> None:
        self.students = frozenset(students)
        super().__init__(f"{len(self.students)} changed")


@dataclass(frozen=True)
class Sent:
    """A register page as it was sent in."""

    token: UUID
    entries: tuple[Entry, ...]
    reason: str = ""

    def key(self, sitting: Sitting, by: User) -> UUID:
        """Return what the sending is known by: the same page with the same content, by the same person."""
        said = sorted((entry.student_id, *entry.said) for entry in self.entries)
        return uuid5(self.token, f"{by.pk} {sitting} {said} {self.reason}")


# The register is made once and keeps who took it first; whoever sends it next waits here for the one before.
_OPEN = f"""
    WITH register AS (
        INSERT INTO attendance_register AS r (tutor_group_id, date, session, taken_by_id, taken_at)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (tutor_group_id, date, session) DO UPDATE SET taken_at = r.taken_at
        RETURNING id
    ), sent AS (
        INSERT INTO attendance_registersubmission (token, register_id, sent_by_id, sent_at)
        SELECT %s, id, %s, %s FROM register
        ON CONFLICT (token) DO NOTHING
        RETURNING token
    )
    SELECT t.am_starts, t.pm_starts, t.open_minutes, t.overdue_minutes,
           EXISTS (SELECT FROM students_schoolday WHERE day = %s), EXISTS (SELECT FROM sent), {NAMED_LOCALLY}
      FROM attendance_registertimes t
"""  # noqa: S608 - put together from constants


def register_take(
    *, sitting: Sitting, roll: tuple[RollEntry, ...], rights: frozenset[Right], sent: Sent, by: User, now: datetime
) -> bool:
    """Take the register as it was sent in; False when the very same sending was taken before, which changes nothing.

    Marks nobody touched since the page was opened are written. Raises RegisterNotOpen, RowsRefused, RowsChanged or
    ReasonMissing, and then nothing at all is written.
    """
    reason = sent.reason or _own_reason(sent.entries)
    named = {"position": job_of(by), "reason": reason} if reason else {"position": job_of(by)}
    with acting_in_transaction(by, **named) as context, transaction.atomic():
        times, is_new = _open(sitting, sent.key(sitting, by), by, now, context)
        if is_new:
            _write(sitting, roll, rights, sent, times, by, reason)
    return is_new


def _open(sitting: Sitting, key: UUID, by: User, now: datetime, context: Context) -> tuple[SchoolTimes, bool]:
    group, day, session = sitting
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [group, day, session, by.pk, now, key, by.pk, now, day, *context])
        am_starts, pm_starts, open_minutes, overdue_minutes, is_school_day, is_new, *_ = cursor.fetchone()
    times = SchoolTimes(am_starts, pm_starts, open_minutes, overdue_minutes)
    if fault := not_open_because(sitting, times, now, is_school_day=is_school_day):
        raise RegisterNotOpen(fault)
    return times, is_new


def _write(
    sitting: Sitting,
    roll: tuple[RollEntry, ...],
    rights: frozenset[Right],
    sent: Sent,
    times: SchoolTimes,
    by: User,
    reason: str,
) -> None:
    students = {entry.student_id: entry for entry in roll}
    desk = _Desk(sitting, students, rights, times, expected_on(students, sitting), _standing(students, sitting))
    faults: dict[int, str] = {}
    rows = [row for entry in sent.entries if entry.student_id in students and (row := desk.row(entry, faults))]
    if faults:
        raise RowsRefused(faults)
    if changed := [entry.student_id for entry in sent.entries if desk.is_overtaken(entry, rows)]:
        raise RowsChanged(changed)
    replaced = [desk.standing[row.student_id] for row in rows if row.student_id in desk.standing]
    if replaced and not sent.reason and any(held.letters != "N" for held in replaced):
        raise ReasonMissing("Say why the marks are changed: the reason stays with them.")
    marks_write(rows=rows, by=by, reason=reason)


@dataclass(frozen=True)
class _Desk:
    """What the rows sent in are held against."""

    sitting: Sitting
    students: Mapping[int, RollEntry]
    rights: frozenset[Right]
    times: SchoolTimes
    expected: Mapping[int, Expected]
    standing: Mapping[int, Standing]

    def row(self, entry: Entry, faults: dict[int, str]) -> MarkRow | None:
        """Return the mark that the entry asks for; None when it leaves things as they stand, or is at fault."""
        held = self.standing.get(entry.student_id)
        if entry.said.choice is Choice.STANDS or (entry.version and entry.said == entry.was):
            return None  # not touched: what stands now stays, whoever made it so
        try:
            key, minutes = self._asked(entry)
        except ValueError as fault:
            faults[entry.student_id] = str(fault)
            return None
        if held and (held.key, held.minutes) == (key, minutes):
            return None
        return MarkRow(entry.student_id, self.sitting.day, self.sitting.session, key, minutes)

    def is_overtaken(self, entry: Entry, rows: list[MarkRow]) -> bool:
        """Test for an entry whose mark is not the one that stood when the page was opened."""
        held = self.standing.get(entry.student_id)
        is_asked = any(row.student_id == entry.student_id for row in rows)
        return is_asked and version_of(entry.student_id, self.sitting, held) != entry.version

    def _asked(self, entry: Entry) -> tuple[int, int | None]:
        said, expected = entry.said, self.expected.get(entry.student_id)
        match said.choice:
            case Choice.PRESENT:
                return self._key(present_in(self.sitting.session)), None
            case Choice.LATE:
                if said.minutes is None or not 1 <= said.minutes <= MOST_MINUTES:
                    raise ValueError(f"Type how many minutes late, 1 to {MOST_MINUTES}.")
                return self._key(self.times.late_letters(said.minutes)), said.minutes
            case Choice.ABSENT:
                return absent_key(expected, self.sitting.day), None
            case Choice.PLANNED:
                if expected is None:
                    raise ValueError("Nothing is planned for this session any more: choose again.")
                return expected.key, None
        return self._offered(entry.student_id, said.letters), None

    def _offered(self, student_id: int, letters: str) -> int:
        born_on = self.students[student_id].born_on
        offers = codes_offered(self.sitting.day, self.sitting.session, born_on=born_on, rights=self.rights)
        found = next((code.key for code in offers if code.letters == letters and not code.takes_minutes), None)
        if found is None:
            raise ValueError("Choose one of the codes offered for this student.")
        return found

    def _key(self, letters: str) -> int:
        return code_named(letters, self.sitting.day).key


def _standing(students: Iterable[int], sitting: Sitting) -> dict[int, Standing]:
    """Return the marks as they stand, held still until the transaction ends."""
    _group, day, session = sitting
    rows = (
        SessionMark.objects.filter(student__in=list(students), date=day, session=session)
        .select_related("recorded_by")
        .select_for_update(of=("self",))
        .order_by("student")
    )
    return {mark.student_id: standing_of(mark) for mark in rows}


def _own_reason(entries: Iterable[Entry]) -> str:
    """Return the reason that speaks for itself: who was marked absent has arrived late; "" for any other change."""
    changed = [entry for entry in entries if entry.version and entry.was and entry.said != entry.was]
    if not changed or any((e.was.choice, e.said.choice) != (Choice.ABSENT, Choice.LATE) for e in changed if e.was):
        return ""
    minutes = {entry.said.minutes for entry in changed}
    return f"Arrived late, {minutes.pop()} minutes" if len(minutes) == 1 else "Arrived late"
