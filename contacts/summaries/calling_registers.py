"""The registers of a day as first-day calls go by them: which have closed, and which of these were taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Self

from attendance.summaries.board_rolls import Roll, rolls_of
from attendance.summaries.times import SESSIONS
from attendance.summaries.times_kept import TimesKept


class Held(NamedTuple):
    """What was read of a day already. rolls: None when they were not, or not of every group."""

    times: TimesKept
    rolls: Sequence[Roll] | None = None


def _rolls(day: date, years: frozenset[int] | None, held: Held | None) -> list[Roll]:
    if held is None or held.rolls is None:
        return rolls_of(day, years)
    return [roll for roll in held.rolls if years is None or years.intersection(roll.years)]


@dataclass(frozen=True)
class Registers:
    """The registers of a day as first-day calls go by them. closed: sessions whose register has closed by the moment.

    taken: the groups, by session, whose register was taken here or in the MIS; wanted: those of closed sessions that
    nobody took.
    """

    day: date
    closed: tuple[str, ...]
    taken: Mapping[str, frozenset[int]]
    wanted: tuple[Roll, ...]

    @classmethod
    def load(cls, day: date, now: datetime, years: frozenset[int] | None, held: Held | None = None) -> Self:
        """Read them in two queries, in none where both were read before. years: those to look at; None for all."""
        times = held.times if held else TimesKept.load()
        closed = tuple(each for each in SESSIONS if now >= times.at(day, each).closes_at(day, each))
        rolls = _rolls(day, years, held) if closed else []
        taken = {
            session: frozenset(roll.group_id for roll in rolls if roll.taken[session] or roll.is_held(session))
            for session in closed
        }
        is_here = times.is_taken_here_on(day)
        wanted = [roll for roll in rolls if is_here and any(roll.group_id not in taken[each] for each in closed)]
        return cls(day, closed, taken, tuple(wanted))
