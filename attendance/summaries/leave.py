"""Leave: what somebody who decides on it should have before them, and refused leave that was taken all the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.figures import Band, Counts
from attendance.models import PlannedMark, SessionMark
from attendance.summaries.bands import bands_now
from attendance.summaries.plan_marks import is_here
from attendance.summaries.planned import covers, sessions_of
from attendance.summaries.shown import MarkShown, is_missed, mark_shown
from attendance.summaries.weeks import counts_between
from students.calendar import academic_year_of, academic_year_start
from students.summaries import SchoolCalendar


@dataclass(frozen=True)
class LeaveContext:
    """One student's year so far beside a request. granted: sessions of leave agreed in the academic year of the leave.

    refused: how many requests were refused in it. since, as_at: the window of the attendance.
    """

    counts: Counts
    band: Band
    is_early: bool
    granted: int
    requests: int
    refused: int
    since: date
    as_at: date

    @property
    def percent(self) -> Decimal | None:
        """Attendance in per cent, year to date."""
        return self.counts.percent


def leave_context(
    planned: PlannedMark, beside: Sequence[PlannedMark], calendar: SchoolCalendar, as_at: date
) -> LeaveContext:
    """Return the context of one request in two queries. beside: all that is planned for the student."""
    since = academic_year_start(academic_year_of(as_at))
    counts, bands = counts_between(planned.student_id, since, as_at), bands_now()
    others = [plan for plan in beside if _is_leave_beside(plan, planned)]
    agreed = [plan for plan in others if plan.status == PlannedMark.Status.AGREED]
    return LeaveContext(
        counts=counts,
        band=bands.band(counts),
        is_early=bands.is_early(counts),
        granted=len({place for plan in agreed for place in sessions_of(plan, calendar)}),
        requests=len(others),
        refused=sum(plan.status == PlannedMark.Status.REFUSED for plan in others),
        since=since,
        as_at=as_at,
    )


def _is_leave_beside(plan: PlannedMark, planned: PlannedMark) -> bool:
    """Test for another request for leave in the academic year of this one."""
    is_leave = plan.kind == PlannedMark.Kind.LEAVE and plan.pk != planned.pk
    return is_leave and academic_year_of(plan.starts_on) == academic_year_of(planned.starts_on)


@dataclass(frozen=True, slots=True)
class Taken:
    """One session of leave decided in which the register has an absence."""

    day: date
    session: str
    shown: MarkShown


def taken_of(decided: Sequence[PlannedMark]) -> dict[int, tuple[Taken, ...]]:
    """Return what the register says of leave decided, by the plan's key, in two queries; plans with nothing are out.

    Of refused leave, every absence in its span for which nothing else was agreed: it was taken. Of granted leave, the
    unauthorised absences: the register does not know of it yet.
    """
    if not decided:
        return {}
    first, last = min(plan.starts_on for plan in decided), max(plan.ends_on for plan in decided)
    rows = SessionMark.objects.filter(student__in={plan.student_id for plan in decided}).between(first, last)
    marks: dict[int, list[tuple[date, str, int]]] = {}
    for student, day, session, key in rows.order_by("date", "session").values_list(
        "student_id", "date", "session", "code_id"
    ):
        if is_missed(key):
            marks.setdefault(student, []).append((day, session, key))
    agreed = _agreed(decided, first, last)
    found = {plan.pk: _taken(plan, marks.get(plan.student_id, []), agreed.get(plan.student_id, [])) for plan in decided}
    return {key: taken for key, taken in found.items() if taken}


def _agreed(decided: Sequence[PlannedMark], first: date, last: date) -> dict[int, list[PlannedMark]]:
    """Return what is agreed for the students of refused leave, by student."""
    refused = {plan.student_id for plan in decided if plan.status == PlannedMark.Status.REFUSED}
    rows = PlannedMark.objects.filter(
        student__in=refused, status=PlannedMark.Status.AGREED, starts_on__lte=last, ends_on__gte=first
    )
    found: dict[int, list[PlannedMark]] = {}
    for row in rows:
        found.setdefault(row.student_id, []).append(row)
    return found


def _taken(
    plan: PlannedMark, marks: Sequence[tuple[date, str, int]], agreed: Sequence[PlannedMark]
) -> tuple[Taken, ...]:
    is_refused = plan.status == PlannedMark.Status.REFUSED
    return tuple(
        Taken(day, session, mark_shown(key, sees_sensitive=True))
        for day, session, key in marks
        if covers(plan, day, session) and not is_here(key)
        if CODES_BY_KEY[key].code_class is CodeClass.UNAUTHORISED
        or (is_refused and not any(covers(other, day, session) for other in agreed))
    )
