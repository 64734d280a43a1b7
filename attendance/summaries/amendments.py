"""What marks said before: every entry of one session, and amendments of many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from attendance.codes import CODES_BY_KEY
from attendance.models import SessionMark
from attendance.summaries.reach import Reached
from attendance.summaries.shown import MarkShown, mark_shown
from pastoral.core.models import User
from students.models import Enrolment, StaffAssignment

# Who is behind a change, from the context that the history's triggers keep.
_BEHIND = """
    coalesce('import of ' || r.file_name || coalesce(', ' || u.surname, ''),
             trim(coalesce(u.title, '') || ' ' || coalesce(u.forename, '') || ' ' || coalesce(u.surname, ''))),
    coalesce(c.metadata ->> 'position', ''), coalesce(c.metadata ->> 'reason', '')
"""
_JOINS = """
      LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
      LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
      LEFT JOIN core_importrun r ON r.id = (c.metadata ->> 'import_run')::bigint
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a session, as it stood until the next. key: None when the mark was taken away.

    by, position, reason: of the person who made this entry; the original's position is the job held on that day.
    """

    key: int | None
    minutes: int | None
    comment: str
    at: datetime | None
    by: str
    position: str
    reason: str

    def shown(self, *, sees_sensitive: bool) -> MarkShown | None:
        """Return the entry as one person sees it."""
        return mark_shown(self.key, sees_sensitive=sees_sensitive) if self.key else None


def entries_of(student_id: int, day: date, session: str) -> tuple[Entry, ...]:
    """Return the original entry of one session and every amendment in order; empty when it was never marked."""
    mark = SessionMark.objects.filter(student=student_id, date=day, session=session).first()
    rows = _rows([student_id], first=day, last=day, session=session)[::-1]
    if not rows:
        return (_entry_of(mark),) if mark else ()
    by, position = _person(rows[0].was_by_id, rows[0].was_at)
    behind = (rows[0].was_at, by, position, "")
    entries = []
    for row in rows:
        entries.append(Entry(row.was, row.was_minutes, row.was_comment, *behind))
        behind = (row.at, row.by, row.position, row.reason)
    if mark:
        entries.append(Entry(mark.code_id, mark.minutes_late, mark.comment, *behind))
    else:
        entries.append(Entry(None, None, "", *behind))
    return tuple(entries)


def _entry_of(mark: SessionMark) -> Entry:
    by, position = _person(mark.recorded_by_id, mark.recorded_at)
    return Entry(mark.code_id, mark.minutes_late, mark.comment, mark.recorded_at, by, position, "")


def _person(key: int | None, at: datetime) -> tuple[str, str]:
    """Return the name and job, on that day, of whoever made the original entry."""
    if key is None:
        return "", ""
    user = User.objects.get(pk=key)
    held = StaffAssignment.objects.held_by(user, timezone.localtime(at).date()).first()
    return f"{user.title} {user.forename} {user.surname}".strip(), str(held) if held else ""


class AmendmentRow(NamedTuple):
    """One replaced entry as the database tells it."""

    event_id: int
    student_id: int
    day: date
    session: str
    was: int
    was_minutes: int | None
    became: int | None
    became_minutes: int | None
    at: datetime
    by: str
    position: str
    reason: str
    was_comment: str
    was_at: datetime
    was_by_id: int | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """One replaced entry as one person may read it; where a code is hidden the reason is, too.

    student: in a list of many students'.
    """

    row: AmendmentRow
    was: MarkShown
    became: MarkShown | None
    reason: str
    student: Reached | None = None

    @property
    def is_comment_only(self) -> bool:
        """Test for a change of the comment alone."""
        return (self.row.was, self.row.was_minutes) == (self.row.became, self.row.became_minutes)


@dataclass(frozen=True)
class AmendmentPage:
    """One page of amendments, newest first; walked, not numbered."""

    rows: tuple[AmendmentRow, ...]
    next_cursor: str
    is_later: bool


_NEXT = """
    SELECT n.code_id, n.minutes_late FROM attendance_sessionmarkevent n
     WHERE n.pgh_obj_id = e.pgh_obj_id AND n.pgh_id > e.pgh_id ORDER BY n.pgh_id LIMIT 1
"""
_AMENDED = f"""
    SELECT e.pgh_id, e.student_id, e.date, e.session, e.code_id, e.minutes_late,
           CASE WHEN n.code_id IS NULL THEN m.code_id ELSE n.code_id END,
           CASE WHEN n.code_id IS NULL THEN m.minutes_late ELSE n.minutes_late END,
           e.pgh_created_at, {_BEHIND}, e.comment, e.recorded_at, e.recorded_by_id
      FROM attendance_sessionmarkevent e {_JOINS}
      LEFT JOIN LATERAL ({_NEXT}) n ON true
      LEFT JOIN attendance_sessionmark m ON m.id = e.id
     WHERE e.pgh_id < %(before)s AND e.student_id = ANY(%(students)s)
       AND e.date BETWEEN %(first)s AND %(last)s
       AND (%(session)s::text = '' OR e.session = %(session)s)
       AND (%(context)s::uuid IS NULL OR e.pgh_context_id = %(context)s::uuid)
     ORDER BY e.pgh_id DESC LIMIT %(size)s
"""  # noqa: S608 - this module's own words
_NO_END = 2**62


def amendments_page(
    students: Iterable[int],
    *,
    first: date | None,
    last: date | None,
    cursor: str,
    context: UUID | None = None,
    size: int = 50,
) -> AmendmentPage:
    """Return a page of what was amended in the students' marks, newest first, in one query; a bad cursor is the top.

    first, last: the days of the sessions, both in; None for no limit. context: of one change of many marks.
    """
    before = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 19 else None
    rows = _rows(students, first=first, last=last, before=before, context=context, size=size + 1)
    following = str(rows[size - 1].event_id) if len(rows) > size else ""
    return AmendmentPage(rows[:size], following, before is not None)


def _rows(
    students: Iterable[int],
    *,
    first: date | None,
    last: date | None,
    session: str = "",
    before: int | None = None,
    context: UUID | None = None,
    size: int | None = None,
) -> tuple[AmendmentRow, ...]:
    """Return what was replaced, newest first: the one statement behind the mark's page, the student's and the list."""
    values: dict[str, Any] = {
        "before": before or _NO_END,
        "students": list(students),
        "first": first or date.min,
        "last": last or date.max,
        "session": session,
        "context": context,
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AMENDED, values)
        return tuple(AmendmentRow(*row) for row in cursor.fetchall())


def amendments_of(student_id: int, first: date, last: date, *, sees_sensitive: bool) -> tuple[Amendment, ...]:
    """Return every amendment of the student's sessions in those days as one person may read it, newest first."""
    return tuple(_shown(row, sees_sensitive) for row in _rows([student_id], first=first, last=last))


def amendments_shown(rows: Iterable[AmendmentRow], students: dict[int, Reached]) -> tuple[Amendment, ...]:
    """Return the rows as the person may read them, each by the rights over its own student."""
    of = ((row, students[row.student_id]) for row in rows if row.student_id in students)
    return tuple(_shown(row, student.sees_sensitive, student) for row, student in of)


def _shown(row: AmendmentRow, sees_sensitive: bool, student: Reached | None = None) -> Amendment:
    was = mark_shown(row.was, sees_sensitive=sees_sensitive)
    became = mark_shown(row.became, sees_sensitive=sees_sensitive) if row.became else None
    reason = reason_shown(row.reason, row.was, row.became, sees_sensitive=sees_sensitive)
    return Amendment(row, was, became, reason, student)


def reason_shown(reason: str, was: int | None, became: int | None, *, sees_sensitive: bool) -> str:
    """Return why one code took another's place; "" for whom either is hidden: the reason would tell which it is."""
    is_hidden = not sees_sensitive and any(CODES_BY_KEY[key].is_class_only for key in (was, became) if key)
    return "" if is_hidden else reason


def members_named(user: User, group: str, on: date) -> tuple[int, ...]:
    """Return the keys of those of a tutor group's students on the day whom the person may see; leavers too."""
    spells = Enrolment.objects.visible_to(user).current(on).filter(tutor_group__name=group)
    return tuple(spells.values_list("student_id", flat=True))
