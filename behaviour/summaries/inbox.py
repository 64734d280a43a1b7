"""The daily behaviour inbox: what a year team has not yet looked at, and what was handed to somebody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, Self

from django.db.models import DateField, Exists, ExpressionWrapper, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from behaviour.models import Incident, IncidentReview, IncidentType, Involvement
from behaviour.querysets import types_hidden_from
from behaviour.summaries.incidents import IncidentShown, Reader, incidents_read
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.staff_names import names_apart
from students.models import Enrolment
from students.scopes import scope_of
from students.staff import staff_by_year

# What was older than this when it came in, such as last year's, is history and asks nobody for anything.
OLD_ON_ARRIVAL = timedelta(days=14)
SHOWN = 60
ORDER = ("incident__occurred_on", "incident__occurred_at_time", "incident__pk", "year")


@dataclass(frozen=True)
class InboxRow:
    """One incident in the inbox of one year team.

    handed_to: who has it, "" while it is the team's. takers: the colleagues whom it may be handed to.
    """

    incident: IncidentShown
    year: int
    handed_to: str
    is_mine: bool
    takers: tuple[User, ...]

    @property
    def offered(self) -> tuple[tuple[int, str], ...]:
        """Return those colleagues as a choice names them: key and name."""
        return tuple(names_apart(self.takers).items())

    @property
    def key(self) -> str:
        """Return what tells the row from every other on the page."""
        return f"{self.incident.key}-{self.year}"


@dataclass(frozen=True)
class Inbox:
    """What is to be looked at. waiting: how many in all, of which `rows` are the oldest.

    with_colleagues: how many colleagues have, of which `handed` are the oldest. dsls: the incidents for a DSL alone.
    """

    rows: tuple[InboxRow, ...]
    waiting: int
    handed: tuple[InboxRow, ...]
    with_colleagues: int
    reader: Reader
    dsls: frozenset[int]

    @property
    def read(self) -> dict[int, frozenset[int]]:
        """Return by incident the students of whom it tells the person what happened."""
        return self.reader.told_of(row.incident for row in (*self.rows, *self.handed))

    @property
    def is_empty(self) -> bool:
        """Test for the end of the day's work."""
        return not self.waiting


def inbox_of(user: User, on: date) -> Inbox:
    """Return the inbox of one person, oldest first, in seven queries whatever it holds."""
    kind = IncidentType.objects.filter(name=OuterRef("incident__type"), goes_to_dsl=True)
    found = _waiting(user, on).annotate(is_for_dsl=Exists(kind)).values_list("incident", "year", "is_for_dsl")
    is_for_dsl = {(key, year): is_dsls for key, year, is_dsls in found}
    waiting = list(is_for_dsl)
    owners = {
        (review.incident_id, review.year_group_id): review
        for review in IncidentReview.objects.open()
        .filter(incident__in=[key for key, _year in waiting])
        .exclude(owner=None)
        .select_related("owner")
    }
    is_handed = {pair: pair in owners and owners[pair].owner_id != user.pk for pair in waiting}
    mine = [pair for pair in waiting if not is_handed[pair]]
    handed = [pair for pair in waiting if is_handed[pair]]
    wanted = [*islice(mine, SHOWN), *islice(handed, SHOWN)]
    incidents = Incident.objects.filter(pk__in={key for key, _year in wanted})
    read, reader = incidents_read(user, with_parts(incidents), on)
    shown = {each.key: each for each in read}
    takers = Takers.load({year for _key, year in wanted}, on)

    def row(pair: tuple[int, int]) -> InboxRow:
        review = owners.get(pair)
        owner = review.owner if review else None
        incident, year = shown[pair[0]], pair[1]
        return InboxRow(
            incident=incident,
            year=year,
            handed_to=owner.formal_name if owner else "",
            is_mine=bool(owner and owner.pk == user.pk),
            takers=tuple(each for each in takers.of(year, is_for_dsl=is_for_dsl[pair]) if each != user),
        )

    return Inbox(
        rows=tuple(row(pair) for pair in mine[:SHOWN]),
        waiting=len(mine),
        handed=tuple(row(pair) for pair in handed[:SHOWN]),
        with_colleagues=len(handed),
        reader=reader,
        dsls=frozenset(key for (key, _year), is_dsls in is_for_dsl.items() if is_dsls),
    )


@dataclass(frozen=True)
class Takers:
    """Who may be handed an incident of a year: those who review that year's; a matter of the DSL's, only a DSL."""

    held: Mapping[tuple[Right, int], list[User]]

    @classmethod
    def load(cls, years: Collection[int], on: date) -> Self:
        """Read them for these years in one query."""
        return cls(staff_by_year((Right.REVIEW_INCIDENTS, Right.READ_DSL_CONCERNS), years=years, on=on))

    def of(self, year: int, *, is_for_dsl: bool) -> list[User]:
        """Return them for an incident of that year, by name."""
        right = Right.READ_DSL_CONCERNS if is_for_dsl else Right.REVIEW_INCIDENTS
        return self.held[right, year]


def waiting_in_inbox(user: User, on: date) -> QuerySet[Involvement]:
    """Return a row for each incident that waits in the person's inbox; none for those that a colleague has."""
    with_others = IncidentReview.objects.open().filter(incident=OuterRef("incident"), year_group=OuterRef("year"))
    own = _parts_waiting(user, on).exclude(Exists(with_others.exclude(owner=None).exclude(owner=user)))
    one_each = own.values("incident", "year").annotate(part=Min("pk")).values("part")
    return Involvement.objects.filter(pk__in=one_each)


def incident_in_reach(user: User, key: int, year: int) -> Incident | None:
    """Return the incident if the person may deal with it for that year: of their years, or handed to them."""
    incident = Incident.objects.standing(pk=key).exclude(type__in=types_hidden_from(user)).first()
    if incident is None:
        return None
    years = scope_of(user).years_with(Right.REVIEW_INCIDENTS)
    spells = Enrolment.objects.current(scope_of(user).on).filter(year_group=year)
    has_year = incident.involvements.filter(student__in=spells.values("student")).exists()
    was_handed = incident.reviews.filter(year_group=year, owner=user).exists()
    return incident if was_handed or (has_year and (years is None or year in years)) else None


def with_parts(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """Return the incidents with everybody in them, and who logged them, for `incidents_shown`."""
    parts = Prefetch("involvements", Involvement.objects.order_by("role", "student"))
    return incidents.select_related("logged_by").prefetch_related(parts)


def _waiting(user: User, on: date) -> QuerySet[Any]:
    """Return one row for each incident and year that nobody of that year has dealt with, oldest first."""
    return _parts_waiting(user, on).order_by(*ORDER).distinct(*ORDER)


def _parts_waiting(user: User, on: date) -> QuerySet[Any]:
    spell = Enrolment.objects.current(on).filter(student=OuterRef("student")).order_by("-starts_on")
    settled = IncidentReview.objects.filter(incident=OuterRef("incident"), year_group=OuterRef("year"))
    mine = settled.filter(owner=user, decision="")
    years = scope_of(user).years_with(Right.REVIEW_INCIDENTS)
    reach = Q(Exists(mine)) if years is not None else Q()
    if years:
        reach |= Q(year__in=years)
    old = ExpressionWrapper(TruncDate("incident__arrived_at") - OLD_ON_ARRIVAL, output_field=DateField())
    return (
        Involvement.objects.filter(incident__withdrawn_at=None, incident__occurred_on__gte=old)
        .annotate(year=Subquery(spell.values("year_group")[:1]))
        .filter(reach, year__isnull=False)
        .exclude(incident__type__in=types_hidden_from(user))
        .exclude(Exists(settled.exclude(decision="")))
        .order_by()
    )
