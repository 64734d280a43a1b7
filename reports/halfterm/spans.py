"""The half terms of the calendar, and the three windows that a report counts over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.models.halfterm import HALF_TERMS
from students.calendar import academic_year_name, academic_year_of
from students.models import CalendarSpan
from students.summaries import SchoolCalendar

NOW, BEFORE, YEAR_AGO = SLUGS = ("now", "before", "year_ago")


@dataclass(frozen=True)
class HalfTerm:
    """One half term as the calendar has it. number: its place in the academic year, from 1."""

    academic_year: int
    number: int
    name: str
    first: date
    last: date

    @property
    def key(self) -> str:
        """How a form names it: "2026-1"."""
        return f"{self.academic_year}-{self.number}"

    @property
    def title(self) -> str:
        """How pages name it: "Autumn 1 2026, half term 1 of 2026/27"."""
        return f"{self.name}, half term {self.number} of {academic_year_name(self.academic_year)}"


def half_terms() -> tuple[HalfTerm, ...]:
    """Return the half terms held, oldest first, in one query; a year has six of them at most."""
    spans = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM).order_by("first_day")
    found: list[HalfTerm] = []
    for name, first, last in spans.values_list("name", "first_day", "last_day"):
        year = academic_year_of(first)
        number = 1 + sum(each.academic_year == year for each in found)
        if number <= HALF_TERMS:
            found.append(HalfTerm(year, number, name, first, last))
    return tuple(found)


def half_term_at(held: Sequence[HalfTerm], academic_year: int, number: int) -> HalfTerm | None:
    """Return one of them; None where the calendar has none."""
    return next((each for each in held if (each.academic_year, each.number) == (academic_year, number)), None)


def ended_before(held: Sequence[HalfTerm], today: date) -> HalfTerm | None:
    """Return the half term that ended last; None before the end of the first."""
    return next((each for each in reversed(held) if each.last < today), None)


@dataclass(frozen=True)
class Window:
    """One span that figures are counted over. days: the school days in it."""

    slug: str
    name: str
    first: date
    last: date
    days: int

    @property
    def sessions(self) -> int:
        """The sessions of its school days, half a day each."""
        return 2 * self.days


def windows_of(
    half_term: HalfTerm, as_at: date, held: Sequence[HalfTerm], calendar: SchoolCalendar
) -> dict[str, Window | None]:
    """Return the half term up to the as-at day, the one before it and the same one last year; None for one not held.

    Of a half term that is still on the others count the same number of school days, so that like stands beside like.
    """
    place = held.index(half_term)
    others = {
        BEFORE: held[place - 1] if place else None,
        YEAR_AGO: half_term_at(held, half_term.academic_year - 1, half_term.number),
    }
    days = calendar.between(half_term.first, as_at)
    most = len(days) if as_at < half_term.last else None
    found: dict[str, Window | None] = {NOW: Window(NOW, half_term.name, half_term.first, as_at, len(days))}
    for slug, other in others.items():
        found[slug] = _cut(slug, other, most, calendar) if other else None
    return found


def _cut(slug: str, half_term: HalfTerm, most: int | None, calendar: SchoolCalendar) -> Window:
    last = last_of_as_many(calendar.between(half_term.first, half_term.last), half_term.last, most)
    return Window(slug, half_term.name, half_term.first, last, len(calendar.between(half_term.first, last)))


def last_of_as_many(days: Sequence[date], last: date, most: int | None) -> date:
    """Return the last of so many of a span's school days; the span's own last day where it has no more of them."""
    return days[most - 1] if most and most < len(days) else last
