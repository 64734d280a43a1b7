"""One student's marks: as they are held, the sets behind each figure, and what they replaced."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.models import SessionMark
from reports.summaries.shown import MarkShown, is_missed, mark_shown


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


@dataclass(frozen=True, slots=True)
class Amendment:
    """What one mark said before it was replaced or taken away: when that happened, who did it, as what and why."""

    day: date
    session: str
    shown: MarkShown
    minutes: int | None
    replaced_by: MarkShown | None
    replaced_minutes: int | None
    at: datetime
    by: str
    position: str
    reason: str

    @property
    def is_comment_only(self) -> bool:
        """Test for a change of the comment alone."""
        return (self.shown, self.minutes) == (self.replaced_by, self.replaced_minutes)


_AMENDMENTS = """
    SELECT e.date, e.session, e.code_id, e.minutes_late, e.pgh_created_at,
           lead(e.code_id) OVER w, lead(e.minutes_late) OVER w, lead(e.pgh_id) OVER w IS NULL AS is_last,
           m.code_id, m.minutes_late,
           coalesce('import of ' || r.file_name,
                    trim(coalesce(u.title, '') || ' ' || coalesce(u.forename, '') || ' ' || coalesce(u.surname, ''))),
           coalesce(c.metadata ->> 'position', ''), coalesce(c.metadata ->> 'reason', '')
      FROM attendance_sessionmarkevent e
      LEFT JOIN attendance_sessionmark m ON m.id = e.id
      LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
      LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
      LEFT JOIN core_importrun r ON r.id = (c.metadata ->> 'import_run')::bigint
     WHERE e.student_id = %s AND e.date BETWEEN %s AND %s
    WINDOW w AS (PARTITION BY e.id ORDER BY e.pgh_id)
     ORDER BY e.pgh_id DESC
"""


def amendments_of(student_id: int, first: date, last: date) -> tuple[Amendment, ...]:
    """Return every replaced entry between the dates, latest first, with who replaced it, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_AMENDMENTS, [student_id, first, last])
        return tuple(_amendment(*row) for row in cursor.fetchall())


def _amendment(
    day: date,
    session: str,
    key: int,
    minutes: int | None,
    at: datetime,
    next_key: int | None,
    next_minutes: int | None,
    is_last: bool,
    held_key: int | None,
    held_minutes: int | None,
    by: str,
    position: str,
    reason: str,
) -> Amendment:
    new_key, new_minutes = (held_key, held_minutes) if is_last else (next_key, next_minutes)
    return Amendment(
        day=day,
        session=session,
        shown=mark_shown(key, sees_sensitive=True),
        minutes=minutes,
        replaced_by=mark_shown(new_key, sees_sensitive=True) if new_key else None,
        replaced_minutes=new_minutes,
        at=at,
        by=by,
        position=position,
        reason=reason,
    )


def marks_of(student_id: int, since: date) -> tuple[HeldMark, ...]:
    """Return the student's marks since the date as they are held now, oldest first."""
    rows = SessionMark.objects.filter(student=student_id, date__gte=since).order_by("date", "session")
    return tuple(
        HeldMark(*row) for row in rows.values_list("pk", "date", "session", "code_id", "minutes_late", "comment")
    )
