"""The terms in which the law on exclusions counts: the school's own three, or those between the law's dates.

Decided in docs/decisions; source: School Discipline (Pupil Exclusions and Reviews) (England) Regulations 2012, reg 2.
"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Self

from students.calendar import academic_year_of, term_of
from students.models import CalendarSpan

NAMES = ("autumn", "spring", "summer")
Span = tuple[date, date]


@dataclass(frozen=True)
class Terms:
    """The school's own terms, each with its first and last day: those of the years that have three."""

    own: tuple[Span, ...] = ()

    @classmethod
    def load(cls) -> Self:
        """Read them from the half terms of the school calendar, in one query: "Autumn 1" and "Autumn 2" are a term."""
        halves: dict[int, dict[str, list[Span]]] = {}
        for first, last, name in CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM).values_list(
            "first_day", "last_day", "name"
        ):
            words = name.casefold().split() or [""]
            halves.setdefault(academic_year_of(first), {}).setdefault(words[0], []).append((first, last))
        return cls(tuple(term for held in halves.values() for term in _three(held)))

    def of(self, day: date) -> Span:
        """Return the first and the last day of the term that the day is in; outside the school's own, the law's."""
        return next((term for term in self.own if term[0] <= day <= term[1]), None) or term_of(day)


def _three(held: dict[str, list[Span]]) -> list[Span]:
    """Return the three terms of a year, in order; none where its spans are named otherwise or overlap."""
    if set(held) != set(NAMES):
        return []
    terms = [(min(first for first, _ in held[name]), max(last for _, last in held[name])) for name in NAMES]
    is_in_order = all(before[1] < after[0] for before, after in pairwise(terms))
    return terms if is_in_order else []
