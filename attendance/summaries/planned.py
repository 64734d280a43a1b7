"""What is known beforehand of a session: the codes expected of students, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from attendance.codes import code_on
from attendance.models import PlannedMark

# A single absence says more than a timetable, and a timetable more than a placement.
_WEIGHT = {"leave": 3, "planned": 3, "part_time": 2, "placement": 1}
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True, slots=True)
class Expected:
    """The code expected of a student in one session. is_refused: leave was asked for and refused; G if it is taken."""

    planned_id: int
    student_id: int
    kind: str
    key: int
    is_refused: bool
    note: str
    provider: str


def expected_in(students: Collection[int], day: date, session: str) -> dict[int, Expected]:
    """Return what is expected of each student in the session, by key, in one query; nothing for most."""
    rows = PlannedMark.objects.standing().in_force(day).filter(student__in=list(students)).order_by("created_at", "pk")
    found: dict[int, PlannedMark] = {}
    for row in rows:
        held = found.get(row.student_id)
        if covers(row, day, session) and (held is None or _WEIGHT[row.kind] >= _WEIGHT[held.kind]):
            found[row.student_id] = row
    return {student: _expected(row, day) for student, row in found.items()}


def covers(planned: PlannedMark, day: date, session: str) -> bool:
    """Test whether the plan covers the session: within its span, and on one of its sessions of the week."""
    first, last = (planned.starts_on, planned.starts_session), (planned.ends_on, planned.ends_session)
    return first <= (day, session) <= last and (not planned.sessions or week_session(day, session) in planned.sessions)


def week_session(day: date, session: str) -> str:
    """Return the session of the week as plans name it: "MON-AM"."""
    return f"{_WEEKDAYS[day.weekday()]}-{session}"


def _expected(planned: PlannedMark, day: date) -> Expected:
    is_refused = planned.status == PlannedMark.Status.REFUSED
    holiday = code_on("G", day)
    key = holiday.key if is_refused and holiday else planned.code_id
    return Expected(planned.pk, planned.student_id, planned.kind, key, is_refused, planned.note, planned.provider)
