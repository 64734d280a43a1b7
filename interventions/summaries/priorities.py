"""Priorities of year groups as one person sees them: as a list of the year, and as they stand at a meeting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, Q

from interventions.models import Meeting, Priority
from interventions.querysets_priorities import PriorityQuerySet
from interventions.reading import RESTRICTED
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import day as day_words
from students.scopes import scope_of

SHOWS = {"": "All", "open": "Going on", "done": "Done", "dropped": "Dropped"}
NOBODY = "the whole team"


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list. year: 0 for every year."""

    show: str = ""
    year: int = 0


@dataclass(frozen=True)
class PriorityRow:
    """One priority. words, who: in closed minutes as they stood then. keeps: the person may end it or hand it on.

    since: in closed minutes, what it was changed to after them. opens_meeting: the person may open the meeting's page.
    reads_meeting: they may know what a restricted one is called.
    """

    row: Priority
    words: str
    who: str
    keeps: bool
    is_carried: bool = False
    since: str = ""
    opens_meeting: bool = False
    reads_meeting: bool = False

    @property
    def meeting_words(self) -> str:
        """Return what its meeting is called, for who may know: who was only given one of a restricted one may not."""
        meeting = self.row.meeting
        return meeting.title if self.reads_meeting or not meeting.is_restricted else f"{RESTRICTED} meeting"

    @property
    def is_open(self) -> bool:
        """Test for one that goes on."""
        return self.row.ended_on is None

    @property
    def year_words(self) -> str:
        """Return whose it is."""
        year = self.row.meeting.year_group_id
        return f"Year {year}" if year else "No one year"

    @property
    def state_words(self) -> str:
        """Return how it stands, with what it was done or why it was dropped."""
        if self.row.ended_on is None:
            return "going on"
        return f"{self.row.get_outcome_display().lower()} {day_words(self.row.ended_on)}: {self.row.ended_note}"


def priorities_asked(user: User, asked: Asked) -> PriorityQuerySet:
    """Return the priorities asked for: what goes on first, the oldest first; then what has ended, the latest first."""
    found = Priority.objects.visible_to(user).standing()
    if asked.year:
        found = found.filter(meeting__year_group=asked.year)
    if asked.show:
        found = found.filter(outcome="" if asked.show == "open" else asked.show)
    return with_all(found).order_by(F("ended_on").desc(nulls_first=True), "meeting__held_on", "place", "pk")


def with_all(found: PriorityQuerySet) -> PriorityQuerySet:
    """Return the priorities with everything that their rows say."""
    return found.select_related("meeting__convener", "owner", "set_by", "ended_by")


def rows_of(user: User, found: Iterable[Priority]) -> list[PriorityRow]:
    """Return the rows as the person may keep them; a query more, for the meetings that they may open.

    Where one is of a restricted meeting, another, for those that they read.
    """
    held = list(found)
    known = Meeting.objects.visible_to(user).filter(pk__in={each.meeting_id for each in held})
    open_to = set(known.values_list("pk", flat=True)) if held else set()
    few = [each.pk for each in held if each.meeting.is_restricted]
    read = set(Priority.objects.read_by(user).filter(pk__in=few).values_list("pk", flat=True)) if few else set()
    rows = [row_of(user, each, opens_meeting=each.meeting_id in open_to) for each in held]
    return [replace(each, reads_meeting=each.row.pk in read) for each in rows]


def row_of(user: User, each: Priority, *, opens_meeting: bool = False) -> PriorityRow:
    """Return one row as the person may keep it."""
    return PriorityRow(each, each.words, _who(each), _keeps(user, each), opens_meeting=opens_meeting)


def at_meeting(user: User, meeting: Meeting, *, reads: bool) -> list[PriorityRow]:
    """Return what stands at a meeting: what it set, and what goes on from earlier ones; a query or two.

    reads: the person reads the meeting as a whole, and so what it set; of earlier ones what they may know of.
    """
    own = Q(meeting=meeting) if reads else Q(pk=None)
    carried = Priority.objects.carried_to(meeting).visible_to(user).order_by()
    found = list(
        with_all(Priority.objects.filter(own | Q(pk__in=carried.values("pk")))).order_by(
            "meeting__held_on", "place", "pk"
        )
    )
    were = _as_closed(meeting, found)
    return [_standing(user, meeting, each, were.get(each.pk)) for each in found]


def open_at(user: User, meeting: Meeting) -> PriorityQuerySet:
    """Return what goes on at a meeting, its own and what came over to it, the oldest first: fit for the room."""
    carried = Priority.objects.carried_to(meeting).order_by().values("pk")
    found = Priority.objects.visible_to(user).open().filter(Q(meeting=meeting) | Q(pk__in=carried))
    return with_all(found).order_by("meeting__held_on", "place", "pk")


def _standing(user: User, meeting: Meeting, row: Priority, was: Any) -> PriorityRow:
    is_carried = row.meeting_id != meeting.pk
    keeps = _keeps(user, row)
    if was is None or (was.words, was.owner_id) == (row.words, row.owner_id):
        return PriorityRow(row, row.words, _who(row), keeps, is_carried)
    return PriorityRow(row, was.words, _who(was), keeps, is_carried, since=f"{row.words}, {_who(row)}")


def _as_closed(meeting: Meeting, rows: Sequence[Priority]) -> dict[int, Any]:
    """Return, by key, how each stood when the minutes were closed, of those that were changed since."""
    if meeting.closed_at is None or not rows:
        return {}
    # django-pghistory adds the model of the history: each event holds a row as it was until then.
    events: Any = Priority.pgh_event_model.objects  # type: ignore[attr-defined]
    later = events.filter(pgh_obj_id__in=[each.pk for each in rows], pgh_created_at__gt=meeting.closed_at)
    first = later.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id").select_related("owner")
    return {event.pgh_obj_id: event for event in first}


def _who(row: Any) -> str:
    return row.owner.formal_name if row.owner else NOBODY


def _keeps(user: User, row: Priority) -> bool:
    """Test whether the person may say what becomes of it: its owner, who called its meeting, who keeps the year's."""
    if user.pk in (row.owner_id, row.meeting.convener_id):
        return True
    return Right.KEEP_MEETINGS in scope_of(user).rights_over(row.meeting.year_group_id)


def table_of(rows: Iterable[PriorityRow], asked: Asked, on: date) -> Table:
    """Return the list as a file; what a restricted meeting set is for no file."""
    headings = ("Year", "Priority", "Since", "Meeting", "Who", "State", "Ended", "With what, or why")
    cells = [
        (
            each.year_words,
            RESTRICTED if each.row.meeting.is_restricted else each.words,
            each.row.meeting.held_on,
            RESTRICTED if each.row.meeting.is_restricted else each.row.meeting.title,
            each.who,
            each.row.get_outcome_display() or "going on",
            each.row.ended_on,
            RESTRICTED if each.row.meeting.is_restricted and each.row.ended_note else each.row.ended_note,
        )
        for each in rows
    ]
    whose = f"Year {asked.year}" if asked.year else "All years"
    return Table("Priorities", (f"{whose}, {SHOWS[asked.show].lower()}, {on:%d %B %Y}",), headings, cells)
