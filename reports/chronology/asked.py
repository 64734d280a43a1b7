"""What the address asks a chronology for: days, kinds, the order, and what is only told by choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest

from pastoral.core.words import LONGEST, asked_for, day_read, plain
from reports.chronology.entries import Entry, Kind
from students.calendar import academic_year_name, academic_year_of, academic_year_start

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)  # an address may hold any day
FOUR_WEEKS = timedelta(weeks=4)


@dataclass(frozen=True)
class Asked:
    """The days, both in, the kinds (all when empty), newest or oldest first, and what is asked for beside."""

    first: date
    last: date
    kinds: tuple[Kind, ...]
    is_oldest_first: bool
    takes_restricted: bool
    takes_dsl: bool

    @classmethod
    def of(cls, request: HttpRequest, today: date) -> "Asked":
        """Read the address: this school year up to today where it says nothing that is a day."""
        first = day_read(asked_for(request, "first")) or academic_year_start(academic_year_of(today))
        last = day_read(asked_for(request, "last")) or max(today, first)
        first, last = (min(max(day, EARLIEST), LATEST) for day in sorted((first, last)))
        named = {plain(words[:LONGEST]) for words in request.GET.getlist("kind")}
        return cls(
            first=first,
            last=last,
            kinds=tuple(kind for kind in Kind if kind in named),
            is_oldest_first=asked_for(request, "order") == "oldest",
            takes_restricted=asked_for(request, "restricted") == "1",
            takes_dsl=asked_for(request, "dsl") == "1",
        )

    @property
    def about(self) -> tuple[str, ...]:
        """What it was narrowed to, for the head of a paper or a file."""
        span = f"{self.first:%-d %B %Y} to {self.last:%-d %B %Y}"
        kinds = ", ".join(kind.label for kind in self.kinds)
        return (span, f"Only: {kinds}" if kinds else "Every kind")

    def ordered(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """Return the entries, oldest first as they come, in the order asked for."""
        return tuple(entries if self.is_oldest_first else reversed(entries))


def spans_offered(today: date) -> list[tuple[str, date]]:
    """Return the usual spans up to today: their names and first days."""
    year = academic_year_of(today)
    return [
        ("Last 4 weeks", today - FOUR_WEEKS),
        (academic_year_name(year), academic_year_start(year)),
        ("With last year", academic_year_start(year - 1)),
        ("Everything", EARLIEST),
    ]
