"""The registers board: every tutor group's register of a day, and whether somebody has to be asked for it.

The roll of the day alone says which registers are due: a group without students that day, last year's group and a
group whose students start later are due none, and on a day on which school does not meet nothing is due at all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from django.utils import timezone

from attendance.models import Register, RegisterNudge
from attendance.summaries.board_rolls import Roll, rolls_of
from attendance.summaries.closed import closed_day
from attendance.summaries.times import SESSIONS, SchoolTimes
from attendance.summaries.times_kept import TimesKept
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import StaffAssignment

NUDGE_AGAIN_MINUTES = 10


class State(StrEnum):
    """How a register stands; the order is that of who has to be asked first.

    ELSEWHERE: it is the MIS that takes registers, and not nearly all of this one's marks are imported yet.
    """

    NOT_TAKEN = "not_taken"
    OVERDUE = "overdue"
    OPEN = "open"
    HELD = "held"
    ELSEWHERE = "elsewhere"
    NOT_YET = "not_yet"
    TAKEN = "taken"


ALARMS = frozenset({State.NOT_TAKEN, State.OVERDUE})
NUDGED_IN = ALARMS | {State.OPEN}
_PLACE = {state: place for place, state in enumerate(State)}


@dataclass(frozen=True)
class Tutor:
    """Somebody who is tutor of a group on a day, cover included."""

    user_id: int
    name: str
    email: str


@dataclass(frozen=True)
class Nudge:
    """The last time somebody was asked for the register. is_own: by the person looking."""

    sent_at: datetime
    sent_by: str
    is_own: bool
    is_mailed: bool

    @property
    def words(self) -> str:
        """Who asked when: "nudged 08:58 by you"."""
        by = "you" if self.is_own else self.sent_by
        return f"nudged {timezone.localtime(self.sent_at):%H:%M} by {by}"


@dataclass(frozen=True)
class BoardRow:
    """One group's register of one session. minutes: after it was due; 0 when taken on time."""

    roll: Roll
    day: date
    session: str
    state: State
    minutes: int
    tutors: tuple[Tutor, ...]
    taken_by: str = ""
    taken_at: datetime | None = None
    nudge: Nudge | None = None

    @property
    def key(self) -> str:
        """What the row is called in the page, the same at every refresh."""
        return f"{self.roll.group_id}-{self.session.lower()}"

    @property
    def marked(self) -> int:
        """How many of the group's students have a mark."""
        return self.roll.marked[self.session]

    @property
    def is_part_marked(self) -> bool:
        """Test for a register in which some students have a mark and some do not."""
        return 0 < self.marked < self.roll.expected

    @property
    def is_alarm(self) -> bool:
        """Test for a register that somebody has to be asked for now."""
        return self.state in ALARMS

    @property
    def may_be_nudged(self) -> bool:
        """Test for a register that is still wanted."""
        return self.state in NUDGED_IN

    @property
    def is_other_day(self) -> bool:
        """Test for a register that was taken on a later day than its own."""
        return self.taken_at is not None and timezone.localtime(self.taken_at).date() != self.day


@dataclass(frozen=True)
class SessionBoard:
    """Every register of one session, who has to be asked first on top."""

    session: str
    rows: tuple[BoardRow, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many registers are in each state."""
        held = dict.fromkeys(map(str, State), 0)
        for row in self.rows:
            held[row.state] += 1
        return held

    @property
    def done(self) -> int:
        """Registers that nobody has to be asked for: taken here, or their marks held from the MIS."""
        return self.counts["taken"] + self.counts["held"]

    @property
    def alarms(self) -> int:
        """Registers that somebody has to be asked for."""
        return self.counts["overdue"] + self.counts["not_taken"]

    @property
    def part_marked(self) -> int:
        """Registers of which some students have no mark."""
        return sum(row.is_part_marked for row in self.rows)

    @property
    def late(self) -> int:
        """Registers taken after they were due."""
        return sum(row.state is State.TAKEN and row.minutes > 0 for row in self.rows)


@dataclass(frozen=True)
class Board:
    """The registers of a day. closed: why none is due, "" on a school day; is_taken_here: not in the MIS."""

    day: date
    closed: str
    last_school_day: date | None
    sessions: Mapping[str, SessionBoard]
    is_taken_here: bool = True


def board_of(*, day: date, now: datetime, years: frozenset[int] | None, user: User) -> Board:
    """Return the board of the day as it stands at the moment, in seven queries however many groups there are.

    years: the year groups to show; None for all. user: who looks, for "nudged by you".
    """
    if closed := closed_day(day):
        return Board(day, closed.why, closed.before, {session: SessionBoard(session, ()) for session in SESSIONS})
    times = TimesKept.load(with_lessons=True)
    rolls = rolls_of(day, years)
    groups = [roll.group_id for roll in rolls]
    sessions = _sessions(
        rolls, day, now, times, registers_of(groups, day), tutors_of(groups, day), _nudges(groups, day, user)
    )
    return Board(day, "", None, sessions, times.is_taken_here_on(day))


def registers_of(groups: Collection[int], day: date) -> dict[tuple[int, str], Register]:
    """Return the registers of the groups taken for the day, by group and session, in one query."""
    rows = Register.objects.filter(tutor_group__in=groups, date=day).select_related("taken_by")
    return {(row.tutor_group_id, row.session): row for row in rows}


def tutors_of(groups: Collection[int], day: date) -> dict[int, tuple[Tutor, ...]]:
    """Return who is tutor of each group on the day, cover included, who left not; in one query."""
    held = (
        StaffAssignment.objects.in_force(day)
        .filter(role=Role.FORM_TUTOR, tutor_group__in=groups, user__is_active=True)
        .select_related("user")
        .order_by("starts_on", "pk")
    )
    found: dict[int, dict[int, Tutor]] = defaultdict(dict)
    for row in held:
        found[row.tutor_group_id or 0][row.user_id] = Tutor(row.user_id, row.user.formal_name, row.user.email)
    return {group: tuple(tutors.values()) for group, tutors in found.items()}


def _nudges(groups: Collection[int], day: date, user: User) -> dict[tuple[int, str], Nudge]:
    rows = RegisterNudge.objects.filter(tutor_group__in=groups, date=day).select_related("sent_by").order_by("sent_at")
    return {
        (row.tutor_group_id, row.session): Nudge(
            row.sent_at, row.sent_by.formal_name, row.sent_by_id == user.pk, row.mailed_at is not None
        )
        for row in rows
    }


def _sessions(
    rolls: Iterable[Roll],
    day: date,
    now: datetime,
    kept: TimesKept,
    registers: Mapping[tuple[int, str], Register],
    tutors: Mapping[int, tuple[Tutor, ...]],
    nudges: Mapping[tuple[int, str], Nudge],
) -> dict[str, SessionBoard]:
    boards = {}
    for session in SESSIONS:
        rows, times = [], kept.at(day, session)
        for roll in rolls:
            register = registers.get((roll.group_id, session))
            state, minutes = state_of(roll, session, now=now, day=day, times=times)
            rows.append(
                BoardRow(
                    roll,
                    day,
                    session,
                    state,
                    minutes,
                    tutors.get(roll.group_id, ()),
                    register.taken_by.formal_name if register else "",
                    register.taken_at if register else None,
                    nudges.get((roll.group_id, session)),
                )
            )
        rows.sort(key=lambda row: _PLACE[row.state])
        boards[session] = SessionBoard(session, tuple(rows))
    return boards


def state_of(roll: Roll, session: str, *, now: datetime, day: date, times: SchoolTimes) -> tuple[State, int]:
    """Return how a register stands, and the minutes since it was due: of its taking, or up to now.

    Marks of nearly everybody from the MIS without a register of ours are held: the register was taken there. Of a few
    it was not, and marks that somebody here laid beforehand (a visit, a late arrival at the office) take no register.
    Where the MIS takes the registers, none is open or overdue here, however few marks are imported yet.

    times: those set for that session.
    """
    due = times.overdue_at(day, session)
    if taken_at := roll.taken[session]:
        return State.TAKEN, minutes_between(due, taken_at)
    if roll.is_held(session):
        return State.HELD, 0
    if now < times.starts_at(day, session):
        return State.NOT_YET, 0
    if not times.is_taken_here:
        return State.ELSEWHERE, 0
    if now <= due:
        return State.OPEN, 0
    return (State.NOT_TAKEN if now >= ends_at(times, day, session) else State.OVERDUE), minutes_between(due, now)


def ends_at(times: SchoolTimes, day: date, session: str) -> datetime:
    """Return the moment at which the session is over: the morning with the afternoon's register, that with the day."""
    if session == "AM":
        return times.starts_at(day, "PM")
    last = max((lesson.ends for lesson in times.lessons if lesson.session == "PM"), default=None)
    return timezone.make_aware(datetime.combine(day, last)) if last else times.closes_at(day, "PM")


def minutes_between(due: datetime, at: datetime) -> int:
    """Return the whole minutes begun since it was due; 0 up to then."""
    return max(0, -int((due - at).total_seconds() // 60)) if at > due else 0
