"""Where and when the incidents of cases happened: a table of places by weekday or part of the day, and the lists."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from behaviour.models import CaseIncident, Incident
from behaviour.querysets import BullyingCaseQuerySet
from behaviour.summaries.cases import KEPT
from behaviour.summaries.inbox import with_parts
from behaviour.summaries.incidents import IncidentShown, incidents_read
from pastoral.core.models import User
from students.lessons import LessonTime, in_day, lessons, slot_of

NOT_SAID = "none"  # asks for what has nothing there
NOT_SAID_WORDS = "Not said"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SCHOOL_WEEK = 5
HOTTEST = 5


class Happened(NamedTuple):
    """One incident of the cases. slot: the part of the day; "" where nothing says it, as with place."""

    key: int
    place: str
    weekday: int
    slot: str


@dataclass(frozen=True)
class Spot:
    """A place, a weekday ("1" to "7") and a part of the day that are asked for; "" asks for any."""

    place: str = ""
    weekday: str = ""
    slot: str = ""

    def holds(self, one: Happened) -> bool:
        """Test for an incident that happened there and then."""
        asked = ((self.place, one.place), (self.weekday, str(one.weekday)), (self.slot, one.slot))
        return all(not word or held == ("" if word == NOT_SAID else word) for word, held in asked)

    @property
    def query(self) -> str:
        """The spot as an address asks for it."""
        return urlencode({name: word for name, word in vars(self).items() if word})

    @property
    def in_words(self) -> tuple[str, ...]:
        """What the list is narrowed to."""
        weekday = WEEKDAYS[int(self.weekday) - 1] + "s" if self.weekday in set("1234567") else ""
        place = "no place said" if self.place == NOT_SAID else self.place
        slot = "no part of the day said" if self.slot == NOT_SAID else self.slot
        return tuple(filter(None, (place, weekday, slot)))


@dataclass(frozen=True)
class Cell:
    """How many happened at a spot, of how many in all. heat: 0 for none, to 5 for the most of the table."""

    count: int
    of: int
    heat: int
    spot: Spot

    @property
    def share(self) -> Decimal | None:
        """Return them in a hundred of all; None where there are none at all."""
        return Decimal(100 * self.count) / self.of if self.of else None


@dataclass(frozen=True)
class PlaceTable:
    """Places by weekday or by part of the day: rows with their cells, the whole row and the whole column last."""

    BYS: ClassVar[tuple[tuple[str, str], ...]] = (("", "By weekday"), ("slot", "By part of the day"))
    by: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    sums: tuple[Cell, ...]

    @property
    def total(self) -> int:
        """How many incidents there are."""
        return self.sums[-1].count

    @property
    def in_words(self) -> str:
        """The table in a sentence, for who hears it."""
        places = [(cells[-1].count, name) for name, cells in self.rows]
        times = [(cell.count, name) for cell, name in zip(self.sums[:-1], self.columns, strict=True)]
        (most, place), (often, column) = max(places, key=lambda each: each[0]), max(times, key=lambda each: each[0])
        told = f"{self.total} incident{'s' * (self.total != 1)}"
        return f"{told}; most of one place: {place}, {most}; most of one time: {column}, {often}."


def happened(user: User, cases: BullyingCaseQuerySet, periods: Sequence[LessonTime]) -> list[Happened]:
    """Return the standing incidents of the cases of which the person may read, each once; in one query."""
    links = CaseIncident.objects.filter(case__in=cases.order_by().values("pk"))
    rows = (
        Incident.objects.visible_to(user)
        .standing(pk__in=links.values("incident"))
        .values_list("pk", "location", "occurred_on", "period", "occurred_at_time")
    )
    return [Happened(key, place, on.isoweekday(), slot_of(period, at, periods)) for key, place, on, period, at in rows]


def places_of(user: User, cases: BullyingCaseQuerySet, by: str) -> PlaceTable | None:
    """Return the table of the cases' incidents; None without any. by: "slot", or "" for weekdays; in two queries."""
    periods = lessons().periods()
    held = happened(user, cases, periods)
    if not held:
        return None
    columns = _slots({one.slot for one in held}, periods) if by == "slot" else _weekdays({one.weekday for one in held})
    places = Counter(one.place for one in held)
    ordered = sorted(places, key=lambda place: (not place, -places[place], place))
    most = max(Counter((one.place, one.slot if by == "slot" else one.weekday) for one in held).values())

    def row(place: str) -> tuple[Cell, ...]:
        spots = [Spot(**{"place": place, **asked}) for _name, asked in (*columns, ("", {}))]
        counts = [sum(map(spot.holds, held)) for spot in spots]
        inner = [_heat(count, most) if place else 0 for count in counts[:-1]]
        return tuple(
            Cell(count, len(held), heat, spot) for count, heat, spot in zip(counts, [*inner, 0], spots, strict=True)
        )

    return PlaceTable(
        by=by,
        columns=tuple(name for name, _asked in columns),
        rows=tuple((place or NOT_SAID_WORDS, row(place or NOT_SAID)) for place in ordered),
        sums=row(""),
    )


def _heat(count: int, most: int) -> int:
    return -(-HOTTEST * count // most)


def _weekdays(found: Iterable[int]) -> list[tuple[str, dict[str, str]]]:
    days = sorted({*range(1, SCHOOL_WEEK + 1), *found})
    return [(WEEKDAYS[day - 1], {"weekday": str(day)}) for day in days]


def _slots(found: Collection[str], periods: Sequence[LessonTime]) -> list[tuple[str, dict[str, str]]]:
    named = [(slot, {"slot": slot}) for slot in in_day(periods, found)]
    return [*named, (NOT_SAID_WORDS, {"slot": NOT_SAID})] if "" in found else named


@dataclass(frozen=True)
class CaseIncidentRow:
    """One incident behind the table, and the cases that it is in."""

    incident: IncidentShown
    cases: tuple[int, ...]


def incidents_at(user: User, cases: BullyingCaseQuerySet, spot: Spot) -> list[int]:
    """Return the keys of the cases' incidents that happened at the spot, the latest first; in three queries."""
    keys = [one.key for one in happened(user, cases, lessons().periods()) if spot.holds(one)]
    return list(Incident.objects.filter(pk__in=keys).order_by("-occurred_on", "-pk").values_list("pk", flat=True))


def incident_rows(
    user: User, cases: BullyingCaseQuerySet, keys: Sequence[int], on: date
) -> tuple[CaseIncidentRow, ...]:
    """Return these incidents in this order, naming those alone whose cases the person keeps; in five queries."""
    links = CaseIncident.objects.filter(incident=OuterRef("pk"), case__in=cases.order_by().values("pk"))
    read: Any = with_parts(Incident.objects.filter(pk__in=keys)).annotate(
        case_keys=ArraySubquery(links.order_by("case").values("case"))
    )
    held = {each.pk: each for each in read}
    shown, _reader = incidents_read(user, [held[key] for key in keys], on, by=KEPT)
    return tuple(CaseIncidentRow(each, tuple(held[each.key].case_keys)) for each in shown)
