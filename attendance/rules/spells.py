"""Several separate absences within some weeks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol, TypeVar

from attendance.rules.data import PATTERN_LETTERS, Mark, RuleData, Setting
from attendance.rules.found import Found, key_of

DEFAULT_WEEKS = 6
LONGEST_DAYS = 5


class Placed(Protocol):
    """Whatever says of which session it is."""

    @property
    def day(self) -> date:
        """The day."""

    @property
    def session(self) -> str:
        """AM or PM."""


P = TypeVar("P", bound=Placed)


def spells(data: RuleData, setting: Setting) -> Iterator[Found]:
    """Yield who was away in at least `count` separate short spells within the last `weeks` school weeks.

    A spell is sessions missed with no attended session between them, across weekends and holidays; a short one has at
    most five school days. Only spells that hold an absence nobody agreed beforehand count. Quiet about who is
    persistently absent already: the PA tracker has them.
    """
    (span,) = data.spans(setting.weeks or DEFAULT_WEEKS)[-1:] or (None,)
    if span is None:
        return
    for student, marks in data.marks.items():
        missed = [mark for mark in marks if span.holds(mark.day) and not mark.is_late and not data.is_in_grace(mark)]
        short = [spell for spell in runs(missed, data.places) if _counts(spell)]
        if len(short) >= setting.count and not data.is_known_case(data.year_to_date(student)):
            facts = {
                "first": span.first.isoformat(),
                "last": span.last.isoformat(),
                "spells": [[spell[0].day.isoformat(), spell[-1].day.isoformat(), len(spell)] for spell in short],
                "missed": sum(len(spell) for spell in short),
                "sessions": [[mark.day.isoformat(), mark.session] for spell in short for mark in spell],
            }
            yield Found(student, key_of(span.key), facts, setting.proposes)


def _counts(spell: list[Mark]) -> bool:
    return len({mark.day for mark in spell}) <= LONGEST_DAYS and any(mark.letters in PATTERN_LETTERS for mark in spell)


def runs(missed: Sequence[P], order: Mapping[date, int]) -> Iterator[list[P]]:
    """Yield runs of neighbouring sessions; marks on days that are no school days stand alone."""
    if not missed:
        return
    spell = [missed[0]]
    for before, mark in pairwise(missed):
        if _place(mark, order) == _place(before, order) + 1:
            spell.append(mark)
        else:
            yield spell
            spell = [mark]
    yield spell


def _place(mark: Placed, order: Mapping[date, int]) -> int:
    return 2 * order.get(mark.day, -10 * mark.day.toordinal()) + (mark.session == "PM")
