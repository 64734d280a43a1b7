"""One thing owed by a moment, whatever it is about, and how the database reads, filters and cuts such things."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import Expression, F, Q, QuerySet, Value
from django.utils import timezone

from attendance.summaries.reach import Reached, reached
from behaviour.summaries.contact_clock import span_words
from pastoral.core.models import User
from pastoral.core.paging import ListPage, counted_page
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.templatetags.pastoral import daytime
from students.models import Student
from students.summaries import Window

ONLY = {
    "": "All",
    "kept": "In time",
    "late": "Late",
    "settled": "Done, or the time is up",
    "open": "Still to be done",
    "overdue": "Overdue now",
    "waived": "Waived",
}


@dataclass(frozen=True, slots=True)
class Clocked:
    """One thing owed, as it stands at `now`. who: its student, None for one not looked up. name: as the list has it.

    what: what it is about, without anything that was said. url: the page on which it is done.
    """

    who: Reached | None
    name: str
    what: str
    url: str
    owner_id: int | None
    owner: str
    began_at: datetime
    due_at: datetime
    met_at: datetime | None
    now: datetime
    is_waived: bool = False

    @property
    def year(self) -> int | None:
        """The student's year."""
        return self.who.year if self.who else None

    @property
    def due_words(self) -> str:
        """When it is due; what may take all of a day by that day, and not the midnight after it."""
        at = timezone.localtime(self.due_at)
        return f"end of {in_words(at - timedelta(days=1))}" if at.time() == time.min else daytime(at)

    @property
    def state(self) -> str:
        """How it stands."""
        if self.met_at:
            return "met"
        if self.is_waived:
            return "waived"
        return "overdue" if self.due_at < self.now else "running"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return not self.met_at and not self.is_waived

    @property
    def is_in_time(self) -> bool:
        """Whether it was done before the time was up."""
        return self.met_at is not None and self.met_at <= self.due_at

    @property
    def took(self) -> timedelta:
        """How long it took, or has taken so far; what was done before it began took no time."""
        return max((self.met_at or self.now) - self.began_at, timedelta())

    @property
    def words(self) -> str:
        """How it stands, in words."""
        if self.met_at:
            return f"done after {span_words(self.took)}" + ("" if self.is_in_time else ", late")
        if self.is_waived:
            return "waived"
        late = self.due_at < self.now
        return f"{span_words(self.now - self.due_at)} overdue" if late else f"{span_words(self.due_at - self.now)} left"


Students = Mapping[int, Reached]


@dataclass(frozen=True)
class Source:
    """One kind of record that is owed by a moment.

    found: those of a window that the person sees, as `with_clock` reads them. row: what the list shows of one, or
    rows: of several at once, one of each. student: the way to the student of a record.
    """

    found: Callable[[User, Window], QuerySet[Any]]
    rows: Callable[[User, Sequence[Any], Students, datetime], Sequence[Clocked]]
    student: str = "student"

    def students_in(self, held: Sequence[Any]) -> list[int]:
        """Return the students of the records that are about one: an enquiry may be about nobody."""
        key = attrgetter(f"{self.student.replace('__', '.')}_id")
        return [found for each in held if (found := key(each)) is not None]


@dataclass(frozen=True)
class Part:
    """Which part of the rows is asked for: by how they stand, a year, an owner (0: nobody's)."""

    only: str = ""
    year: int = 0
    owner: int | None = None


def with_clock(
    found: QuerySet[Any], *, due: Expression, met: Any, owner: Expression | F, waived: Any = None
) -> QuerySet[Any]:
    """Add when each record is due and was done, whose it is (0: nobody's), and whether nobody owes it any more."""
    is_waived = Value(False) if waived is None else waived
    clock: QuerySet[Any] = found.annotate(clock_due=due, clock_met=met, clock_owner=owner, clock_waived=is_waived)
    return clock


def clocked_page(
    sources: Sequence[Source], user: User, window: Window, part: Part, now: datetime, *, cursor: str, size: int
) -> ListPage[Clocked]:
    """Return one page of what is asked for, what is due first on top: sorted, counted and cut by the database."""
    found = [_part_of(source.found(user, window), source, part, user, now) for source in sources]
    if len(found) == 1:
        ordered = found[0].order_by("clock_due", "pk")
        return counted_page(ordered, lambda held: clocked(sources, [list(held)], user, now), cursor=cursor, size=size)
    keys = [
        each.annotate(clock_source=Value(n)).values_list("clock_source", "pk", "clock_due")
        for n, each in enumerate(found)
    ]
    together: Any = keys[0].union(*keys[1:], all=True).order_by("clock_due", "clock_source", "pk")
    return counted_page(together, lambda held: _read(sources, found, user, list(held), now), cursor=cursor, size=size)


def clocked(sources: Sequence[Source], held: Sequence[Sequence[Any]], user: User, now: datetime) -> list[Clocked]:
    """Return the rows of the records of each source, one after the other; the students are read once for all."""
    both = list(zip(sources, held, strict=True))
    students = reached(user, {key for source, records in both for key in source.students_in(records)})
    return [row for source, records in both for row in source.rows(user, records, students, now)]


def _part_of(found: QuerySet[Any], source: Source, part: Part, user: User, now: datetime) -> QuerySet[Any]:
    """Return those of the part; what was waived only where it is asked for by name, or for all."""
    is_up = Q(clock_met=None, clock_waived=False, clock_due__lt=now)
    fits = {
        "kept": Q(clock_met__lte=F("clock_due")),
        "late": Q(clock_met__gt=F("clock_due")) | is_up,
        "settled": Q(clock_met__isnull=False) | is_up,
        "open": Q(clock_met=None, clock_waived=False),
        "overdue": is_up,
        "waived": Q(clock_met=None, clock_waived=True),
    }
    found = found.filter(fits.get(part.only, Q()))
    if part.owner is not None:
        found = found.filter(clock_owner=part.owner)
    if part.year:
        year = Student.objects.visible_to(user).in_year(part.year, timezone.localdate(now))
        found = found.filter(**{f"{source.student}__in": year.values("pk")})
    return found


def _read(
    sources: Sequence[Source], found: Sequence[QuerySet[Any]], user: User, keys: Sequence[Any], now: datetime
) -> list[Clocked]:
    """Return the rows of records named by source and key, in that order; one query for each source."""
    wanted = [[key for kind, key, _due in keys if kind == number] for number in range(len(sources))]
    held = [list(each.filter(pk__in=named)) if named else [] for each, named in zip(found, wanted, strict=True)]
    places = [(number, each.pk) for number, records in enumerate(held) for each in records]
    made = dict(zip(places, clocked(sources, held, user, now), strict=True))
    return [made[kind, key] for kind, key, _due in keys if (kind, key) in made]
