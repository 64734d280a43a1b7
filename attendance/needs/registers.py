"""Registers that wait: a tutor's own, and those of the year or the school that somebody chases."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from attendance.summaries.board import ALARMS, NUDGED_IN, State, state_of
from attendance.summaries.board_rolls import Roll, rights_on_roll
from attendance.summaries.register import opens_at
from attendance.summaries.times import SESSIONS, SchoolTimes
from attendance.summaries.today import rolls_chased, today_of
from pastoral.core.needs import Line, Look, Tone
from pastoral.core.rights import Right
from students.scopes import scope_of

WORDS = {"AM": "morning", "PM": "afternoon"}


def own_registers(look: Look) -> Iterator[Line]:
    """Return a line for each register of the groups that the person is tutor of; none on a day without school."""
    for roll in _own_rolls(look):
        for session in SESSIONS:
            found = _Register.of(look, roll, session)
            if found.is_current or found.state is State.NOT_TAKEN:
                yield found.line()


def registers_to_chase(look: Look) -> Iterator[Line]:
    """Return how many registers of each session are wanted in the person's years: what the board shows to chase."""
    years = scope_of(look.user).years_with(Right.CHASE_REGISTERS)
    if years is not None and not years:
        return
    rolls = [roll for roll in look.once(rolls_chased) if years is None or years.intersection(roll.years)]
    for session in SESSIONS:
        wanted = [found for roll in rolls if (found := _Register.of(look, roll, session)).state in NUDGED_IN]
        if wanted:
            yield _to_chase(session, wanted)


def _to_chase(session: str, wanted: list["_Register"]) -> Line:
    alarms, number = sum(found.state in ALARMS for found in wanted), len(wanted)
    url = f"{reverse('attendance:board')}?{urlencode({'session': session, 'show': 'chase'})}"
    label = f"{WORDS[session]} register{'s' * (number != 1)} not taken"
    if not alarms:
        first = wanted[0]
        due = timezone.localtime(first.times.overdue_at(first.look.day, session))
        return Line(label, url, 20, number, state=f"due by {due:%H:%M}")
    overdue = f"{alarms} overdue" if alarms < number else ""
    return Line(label, url, 20, number, state=overdue, tone=Tone.BAD)


def _own_rolls(look: Look) -> list[Roll]:
    """Return the groups that the person is tutor of and may take the register of."""
    scope = scope_of(look.user)
    if not scope.tutor_groups:
        return []
    return [
        roll
        for roll in look.once(rolls_chased)
        if roll.group_id in scope.tutor_groups and Right.TAKE_REGISTER in rights_on_roll(scope, roll)
    ]


@dataclass(frozen=True)
class _Register:
    """One register at the moment. minutes: since it was due."""

    look: Look
    roll: Roll
    session: str
    times: SchoolTimes
    state: State
    minutes: int

    @classmethod
    def of(cls, look: Look, roll: Roll, session: str) -> "_Register":
        times = look.once(today_of).times.at(look.day, session)
        state, minutes = state_of(roll, session, now=look.now, day=look.day, times=times)
        return cls(look, roll, session, times, state, minutes)

    @property
    def is_current(self) -> bool:
        """Test for the register of now: the afternoon's once it begins, or can be taken and the morning's is."""
        afternoon = opens_at(self.look.day, "PM", self.times)
        is_next = self.roll.taken["AM"] is not None and self.look.now >= afternoon
        return self.session == ("PM" if is_next else self.times.session_at(self.look.now))

    def line(self) -> Line:
        """Say how the register stands, with the way to take it where it can be."""
        state, tone = self._words()
        url = reverse("attendance:register_detail", args=[self.roll.group_id, self.look.day, self.session])
        is_open = self.look.now >= opens_at(self.look.day, self.session, self.times)
        action = "Take" if is_open and tone is not Tone.GOOD else ""
        return Line(f"{self.roll.group} {WORDS[self.session]} register", url, 10, None, state, action, tone)

    def _words(self) -> tuple[str, Tone]:
        taken = self.roll.taken[self.session]
        opens = timezone.localtime(opens_at(self.look.day, self.session, self.times))
        begins = timezone.localtime(self.times.starts_at(self.look.day, self.session))
        words = {
            State.TAKEN: (f"taken {timezone.localtime(taken):%H:%M}" if taken else "taken", Tone.GOOD),
            State.HELD: ("marks held from the MIS", Tone.GOOD),
            State.OPEN: ("not taken", Tone.WARN),
            State.OVERDUE: (f"not taken, {self.minutes} min overdue", Tone.BAD),
            State.NOT_TAKEN: ("not taken", Tone.BAD),
        }
        if self.state in words:
            return words[self.state]
        is_open = self.look.now >= opens
        return (f"begins at {begins:%H:%M}" if is_open else f"opens at {opens:%H:%M}"), Tone.PLAIN
