"""Meetings as a list: those to come, those whose minutes are open, those held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from attendance.summaries.reach import Reached
from interventions.models import Action, Meeting, MeetingPerson
from interventions.querysets import ActionQuerySet, MeetingQuerySet
from interventions.reading import RESTRICTED
from interventions.summaries.meetings import Sight, of_meeting, sights_of, with_parts
from pastoral.core.models import User
from pastoral.core.spreadsheets import Table

SHOWS = {
    "": "All",
    "planned": "To come",
    "today": "Mine today",
    "open": "Minutes open",
    "closed": "Minutes closed",
    "mine": "Mine",
}


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list."""

    show: str = ""
    purpose: str = ""
    year: int = 0
    student: int = 0

    @property
    def is_narrowed(self) -> bool:
        """Test for a list that leaves something out beside its tab."""
        return bool(self.purpose or self.year or self.student)


@dataclass(frozen=True)
class MeetingRow:
    """One meeting of the list. seen: its students whom the person sees; actions, still_open: how many were set."""

    meeting: Meeting
    sight: Sight
    seen: tuple[Reached, ...]
    hidden: int
    actions: int
    still_open: int
    is_to_come: bool

    @property
    def title(self) -> str:
        """Return what it is called, for who may know."""
        return self.meeting.title if self.sight.reads else f"{RESTRICTED} meeting"

    @property
    def state(self) -> str:
        """Return how it stands, in words."""
        if self.meeting.closed_at:
            return "minutes closed"
        return "to come" if self.is_to_come else "minutes open"


def meetings_asked(user: User, asked: Asked, on: date) -> MeetingQuerySet:
    """Return the meetings asked for, with what their rows show, the latest first, what is to come soonest first."""
    found = _shown(Meeting.objects.visible_to(user).standing(), asked.show, user, on)
    if asked.purpose:
        found = found.filter(purpose=asked.purpose)
    if asked.year:
        found = found.filter(year_group=asked.year)
    if asked.student:
        found = found.filter(students__student=asked.student)
    decided = Action.objects.standing().filter(of_meeting(OuterRef("pk")))
    counted = found.annotate(n_actions=_number(decided), n_open=_number(decided.filter(done_on=None)))
    shown: MeetingQuerySet = with_parts(counted if asked.show == "planned" else counted.order_by("-held_on", "-pk"))
    return shown


def rows_of(user: User, meetings: Iterable[Meeting], asked: Asked, on: date) -> list[MeetingRow]:
    """Return the rows of what `meetings_asked` found, or of a page of it; four queries.

    Of one student's only those whose part the person reads: who is in a restricted meeting is for few.
    """
    rows = [_row(*each, on) for each in sights_of(user, list(meetings))]
    return [row for row in rows if not asked.student or asked.student in row.sight.parts]


def _number(actions: ActionQuerySet) -> Subquery:
    """Return how many of the actions there are of each meeting, those that went over to a later one among them."""
    counted = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(actions.order_by().annotate(number=counted).values("number"))


def _shown(meetings: MeetingQuerySet, show: str, user: User, on: date) -> MeetingQuerySet:
    if show == "planned":
        return meetings.filter(held_on__gte=on, closed_at=None).order_by("held_on", F("starts_at").asc(nulls_last=True))
    if show == "today":
        return theirs_on(user, on)
    if show == "open":
        return meetings.filter(held_on__lte=on, closed_at=None)
    if show == "closed":
        return meetings.exclude(closed_at=None)
    if show == "mine":
        return meetings.filter(Q(convener=user) | Q(pk__in=user_meetings(user)))
    return meetings


def user_meetings(user: User) -> QuerySet[MeetingPerson, Any]:
    """Return the keys of the meetings to which the person was asked."""
    return MeetingPerson.objects.filter(staff=user).order_by().values("meeting")


def theirs_on(user: User, on: date) -> MeetingQuerySet:
    """Return the meetings of the day that the person called or is asked to, of which the minutes are open."""
    today = Meeting.objects.standing(held_on=on, closed_at=None)
    return today.filter(Q(convener=user) | Q(pk__in=user_meetings(user)))


def _row(meeting: Meeting, sight: Sight, seen: Sequence[Reached], on: date) -> MeetingRow:
    hidden = len(meeting.students.all()) - len(seen)
    actions, still_open = getattr(meeting, "n_actions", 0), getattr(meeting, "n_open", 0)
    is_to_come = meeting.held_on > on and meeting.closed_at is None
    return MeetingRow(meeting, sight, tuple(seen), hidden, actions, still_open, is_to_come)


def table_of(rows: Sequence[MeetingRow], asked: Asked, on: date) -> Table:
    """Return the list as a file: of a restricted meeting only that there was one."""
    headings = ("Date", "What for", "Title", "Year", "Called by", "Students", "Actions", "Open", "State")
    cells = [
        (
            row.meeting.held_on,
            "" if row.meeting.is_restricted else row.meeting.get_purpose_display(),
            f"{RESTRICTED} meeting" if row.meeting.is_restricted else row.meeting.title,
            row.meeting.year_group_id,
            row.meeting.convener.formal_name,
            "" if row.meeting.is_restricted else ", ".join(who.name for who in row.seen),
            row.actions,
            row.still_open,
            row.state,
        )
        for row in rows
    ]
    return Table("Meetings", (f"{SHOWS[asked.show]}, {on:%d %B %Y}",), headings, cells)
