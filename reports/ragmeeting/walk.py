"""What a RAG meeting goes through, as one person sees it, and one stop of it with all that is shown there."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from attendance.models import AttendanceWeek
from attendance.summaries.reach import Reached, reached
from interventions.models import Action, Meeting, MeetingStudent
from interventions.summaries.actions import ActionRow, actions_shown, with_all
from interventions.summaries.meetings import Sight, sight_of, with_parts
from interventions.summaries.priorities import PriorityRow, open_at, row_of
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.together import read_together
from pastoral.core.versions import version_of
from reports.models import RagStudent, WeeklyRagRun
from reports.rag.sheet import Line, line_of
from reports.summaries.support import NO_SUPPORT, Support, support_of

LOOKED_BACK = timedelta(days=120)
SAID = ("decision", "looked_at")


@dataclass(frozen=True)
class Stop:
    """One thing to look at: a student of the RAG, or an action that is overdue.

    key: "s12" or "a5" in the address.
    """

    key: str
    who: Reached
    why: str
    row: MeetingStudent | None = None
    action: ActionRow | None = None

    @property
    def is_done(self) -> bool:
        """Test for a student whom the meeting has looked at."""
        return bool(self.row and self.row.looked_at)

    @property
    def seen(self) -> str:
        """Return the version of what stands there, so that the second of two people is told."""
        if self.row:
            return version_of(self.row, SAID)
        return version_of(self.action.row, ("owner_id", "due_on", "done_on")) if self.action else ""


@dataclass(frozen=True)
class LastSaid:
    """What an earlier meeting decided about a student."""

    on: date
    words: str


@dataclass(frozen=True)
class Card:
    """All that is shown of the student of a stop. line: the figures as they were frozen; weeks: per cent of each."""

    line: Line | None
    weeks: tuple[Decimal | None, ...]
    support: Support
    last: LastSaid | None
    actions: tuple[ActionRow, ...]


@dataclass(frozen=True)
class Walk:
    """A RAG meeting as one person goes through it. newest: the issue that stands; hidden: movers they do not see."""

    meeting: Meeting
    sight: Sight
    run: WeeklyRagRun
    newest: int
    stops: tuple[Stop, ...]
    hidden: int
    open_actions: tuple[ActionRow, ...]
    priorities: tuple[PriorityRow, ...]

    @property
    def looked_at(self) -> int:
        """How many students were looked at."""
        return sum(stop.is_done for stop in self.stops)

    @property
    def students(self) -> int:
        """How many students there are to look at."""
        return sum(stop.row is not None for stop in self.stops)

    def at(self, key: str) -> int:
        """Return the place of the stop that the address names, else of the first to be looked at; all seen: the end."""
        places = {stop.key: place for place, stop in enumerate(self.stops)}
        if key in places:
            return places[key]
        if key == "end":
            return len(self.stops)
        return next((place for place, stop in enumerate(self.stops) if not stop.is_done), len(self.stops))

    def after(self, place: int) -> str:
        """Return the key of the next stop to be looked at, from the top again; "end" when there is none."""
        turned = [*self.stops[place + 1 :], *self.stops[:place]]
        return next((stop.key for stop in turned if not stop.is_done), "end")

    def beside(self, place: int) -> tuple[str, str]:
        """Return the keys of the stops before and after a place, "" before the first."""
        before = self.stops[place - 1].key if 0 < place <= len(self.stops) else ""
        after = self.stops[place + 1].key if place + 1 < len(self.stops) else "end"
        return before, after if place < len(self.stops) else ""


def walk_of(user: User, pk: int, on: date) -> Walk | None:
    """Return the RAG meeting as the person goes through it, in eight queries; None for one that they do not keep."""
    meeting = with_parts(Meeting.objects.visible_to(user).standing()).filter(pk=pk).exclude(rag_week=None).first()
    if meeting is None:
        return None
    rows = list(meeting.students.all())
    runs = WeeklyRagRun.objects.filter(week=meeting.rag_week).exclude(frozen_at=None)
    aims = open_at(user, meeting)
    frozen, found, going_on = read_together(runs, _actions_of_year(meeting), aims)
    issues = {run.issue: run for run in frozen}
    run = issues.get(meeting.rag_issue)
    if run is None:
        return None
    talked_of = {row.student_id for row in rows}
    actions = [each for each in found if each.student_id in talked_of or each.due_on < on]
    keys = {row.student_id for row in rows} | {each.student_id for each in actions if each.student_id}
    students = reached(user, keys)
    sight = sight_of(user, meeting, students)
    if not sight.keeps:
        return None
    shown = actions_shown(user, actions, on, students=students)
    stops = [
        Stop(f"s{row.pk}", students[row.student_id], row.why, row=row) for row in rows if row.student_id in sight.parts
    ]
    overdue = [
        each for each in shown if each.words and each.who and each.late > 0 and each.row.meeting_id != meeting.pk
    ]
    stops += [Stop(f"a{each.row.pk}", each.who, "overdue action", action=each) for each in overdue if each.who]
    hidden, priorities = len(rows) - len(sight.parts), tuple(row_of(user, each) for each in going_on)
    return Walk(meeting, sight, run, max(issues), tuple(stops), hidden, tuple(shown), priorities)


def _actions_of_year(meeting: Meeting) -> Any:
    """Return what is open about whoever stands in the issue that the meeting walks through, of its year."""
    issue: dict[str, Any] = {"week": meeting.rag_week, "issue": meeting.rag_issue}
    frozen = RagStudent.objects.filter(run__in=WeeklyRagRun.objects.filter(**issue).exclude(frozen_at=None))
    if meeting.year_group_id:
        frozen = frozen.filter(year=meeting.year_group_id)
    here = with_all(Action.objects.open().filter(student__in=frozen.order_by().values("student")))
    return here.order_by("due_on", "pk")


def card_of(user: User, walk: Walk, stop: Stop, on: date) -> Card:
    """Return all that is shown of the student at a stop, in two queries."""
    student = stop.who.student_id
    frozen, weeks, said = read_together(
        RagStudent.objects.visible_to(user).filter(run=walk.run, student=student),
        _weeks(student, walk.run),
        _said(user, walk.meeting, student),
    )
    row = frozen[0] if frozen else None
    sees = Right.SEE_SENSITIVE_CODES in stop.who.rights
    support = support_of([student], on - LOOKED_BACK, on).get(student, NO_SUPPORT)
    return Card(
        line=line_of(row, walk.run, shows_sensitive=sees) if row else None,
        weeks=tuple(_percent(week) for week in weeks),
        support=support.seen_with(stop.who.rights),
        last=LastSaid(said[0].meeting.held_on, said[0].decision) if said else None,
        actions=tuple(each for each in walk.open_actions if each.row.student_id == student),
    )


def _weeks(student: int, run: WeeklyRagRun) -> QuerySet[AttendanceWeek]:
    """Return the student's weeks of the year up to the run's, oldest first."""
    weeks = AttendanceWeek.objects.filter(student=student, academic_year=run.academic_year, monday__lte=run.week)
    return weeks.order_by("monday")


def _percent(week: AttendanceWeek) -> Decimal | None:
    attended = week.present + week.approved_activity
    possible = attended + week.authorised + week.unauthorised
    return Decimal(100 * attended) / possible if possible else None


def _said(user: User, meeting: Meeting, student: int) -> QuerySet[MeetingStudent]:
    """Return what the last meeting decided, among those that the person sees and that are not for few."""
    meetings = Meeting.objects.visible_to(user).standing(is_restricted=False).exclude(pk=meeting.pk)
    said = MeetingStudent.objects.filter(student=student, meeting__in=meetings, meeting__held_on__lte=meeting.held_on)
    return said.exclude(decision="").select_related("meeting").order_by("-meeting__held_on", "-pk")[:1]
