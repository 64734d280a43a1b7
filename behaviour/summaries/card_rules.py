"""What a report card has come to, and what its own rule then proposes: arithmetic on plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

MOST = 2  # of one target in one lesson


@dataclass(frozen=True)
class DayPoints:
    """One scored day of a card. got, of: points and the most there could be; lessons: how many were scored."""

    day: date
    got: int
    of: int
    lessons: int

    @property
    def percent(self) -> int:
        """Return the share of the points, in whole percent, rounded down: 79.9 is not 80."""
        return 100 * self.got // self.of if self.of else 0


@dataclass(frozen=True)
class StopRule:
    """When a card ends well: the share of the points, in percent, on so many scored days running.

    days: the school days of the card. is_top: there is no level above.
    """

    stop_at: int
    stop_days: int
    days: Sequence[date]
    is_top: bool = False

    def is_met(self, day: DayPoints) -> bool:
        """Test for a day on which enough of the points were earned; in integers."""
        return 100 * day.got >= self.stop_at * day.of

    def runs(self, days: Sequence[DayPoints]) -> list[list[DayPoints]]:
        """Return the runs of days that were met. A day away, or that nobody scored, neither counts nor breaks one."""
        return [list(held) for is_met, held in groupby(days, key=self.is_met) if is_met]


@dataclass(frozen=True)
class Verdict:
    """What the rule proposes: "end", "up", "renew", or nothing yet (""); why says on what it rests."""

    proposes: str
    why: str

    @property
    def words(self) -> str:
        """Return the proposal in words."""
        return _WORDS[self.proposes]


_WORDS = {
    "end": "Targets met: end the card, or step it down",
    "up": "Targets not met: step it up",
    "renew": "Renew it",
    "": "Goes on",
}


def verdict_of(rule: StopRule, scored: Sequence[DayPoints], on: date) -> Verdict:
    """Return what the rule proposes on the day: a person decides.

    A run that was long enough counts whenever it was. Not met is said only once the card's days are over, and never of
    a card that too few lessons were scored on: that is the school's omission, and not the student's.
    """
    runs = rule.runs(scored)
    best = max(runs, key=len, default=[])
    wanted = f"{rule.stop_at} % or more on {_days(rule.stop_days)} running"
    if len(best) >= rule.stop_days:
        return Verdict("end", f"{wanted}: reached {_span(best[0].day, best[-1].day)}.")
    if not rule.days or on <= rule.days[-1]:
        now = len(runs[-1]) if runs and scored[-1] == runs[-1][-1] else 0
        return Verdict("", f"{now} of {_days(rule.stop_days)} running at {rule.stop_at} % or more so far.")
    if 2 * len(scored) < len(rule.days):
        why = f"Scored on {len(scored)} of {_days(len(rule.days))} only: too few to judge the student by."
        return Verdict("renew", why)
    got, of = sum(day.got for day in scored), sum(day.of for day in scored)
    why = f"Wanted {wanted}; the longest run was {_days(len(best))}, and {100 * got // of} % of all points."
    if rule.is_top:
        return Verdict("renew", f"{why} There is no level above: meet the parents.")
    return Verdict("up", why)


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _span(first: date, last: date) -> str:
    return f"{first:%a} {first.day} {first:%b} to {last:%a} {last.day} {last:%b}"
