"""Repeat pairs: the same student doing it to the same other one in more than one incident or case."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Q
from django.db.models.functions import TruncDate

from behaviour.models import BullyingCase, CaseIncident, CaseStudent, IncidentType, Involvement
from behaviour.summaries.incidents import PartShown, Reader
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start
from students.models import Student


@dataclass
class Pair:
    """Who did it, and to whom: in which incidents, and in which cases. latest: the day of the last of them."""

    perpetrator: int
    target: int
    incidents: set[int] = field(default_factory=set)
    cases: set[int] = field(default_factory=set)
    latest: date = date.min


@dataclass(frozen=True)
class PairShown:
    """A repeat pair as one person may read it. times: incidents, and cases without an incident of theirs.

    incidents: their keys, for opening a case on them. case: the key of a case that both are in, None without one.
    """

    perpetrator: PartShown
    target: PartShown
    times: int
    latest: date
    incidents: tuple[int, ...]
    case: int | None


def repeat_pairs(user: User, on: date, *, among: Collection[int] | None = None) -> tuple[PairShown, ...]:
    """Return the pairs of this year and the last with a student over whom the person keeps cases, most often first.

    among: only pairs of these students. A victim and whoever did it or took part in it are a pair; matters for the DSL
    are in no pair, and a case that was found not to be so makes none. In six queries.
    """
    since = academic_year_start(academic_year_of(on) - 1)
    pairs: dict[tuple[int, int], Pair] = {}
    for perpetrator, target, keys, latest in _by_incidents(user, since, among):
        pair = pairs.setdefault((perpetrator, target), Pair(perpetrator, target))
        pair.incidents |= set(keys)
        pair.latest = max(pair.latest, latest)
    for perpetrator, target, keys, latest in _by_cases(user, since, among):
        pair = pairs.setdefault((perpetrator, target), Pair(perpetrator, target))
        pair.cases |= set(keys)
        pair.latest = max(pair.latest, latest)
    linked: dict[int, set[int]] = {}
    for case, incident in CaseIncident.objects.filter(
        case__in=set().union(*(pair.cases for pair in pairs.values()))
    ).values_list("case", "incident"):
        linked.setdefault(case, set()).add(incident)
    repeated = [(pair, times) for pair in pairs.values() if (times := _times(pair, linked)) > 1]
    people = {key for pair, _times in repeated for key in (pair.perpetrator, pair.target)}
    reader = Reader.of(user, people, on, by=Right.KEEP_CASES)
    found = [_shown(pair, times, reader) for pair, times in repeated]
    return tuple(sorted(found, key=lambda pair: (-pair.times, -pair.latest.toordinal(), pair.perpetrator.name)))


def _by_incidents(user: User, since: date, among: Collection[int] | None) -> Any:
    other = "incident__involvements"
    rows = Involvement.objects.filter(
        **{f"{other}__role": Involvement.Role.VICTIM},
        role__in=Involvement.ROLES_WITH_POINTS,
        incident__withdrawn_at=None,
        incident__occurred_on__gte=since,
    ).exclude(incident__type__in=IncidentType.objects.filter(goes_to_dsl=True).values("name"))
    return (
        rows.values_list("student", f"{other}__student")
        .annotate(keys=ArrayAgg("incident", distinct=True), latest=Max("incident__occurred_on"))
        .filter(_reach(user, f"{other}__student", among))
        .order_by()
    )


def _by_cases(user: User, since: date, among: Collection[int] | None) -> Any:
    rows = CaseStudent.objects.filter(
        case__students__side=CaseStudent.Side.TARGET,
        side=CaseStudent.Side.PERPETRATOR,
        case__withdrawn_at=None,
        case__opened_at__date__gte=since,
    ).exclude(case__finding=BullyingCase.Finding.NOT_FOUND)
    return (
        rows.values_list("student", "case__students__student")
        .annotate(keys=ArrayAgg("case", distinct=True), latest=Max(TruncDate("case__opened_at")))
        .filter(_reach(user, "case__students__student", among))
        .order_by()
    )


def _reach(user: User, other: str, among: Collection[int] | None) -> Q:
    kept = Student.objects.with_right(user, Right.KEEP_CASES).values("pk")
    reach = Q(student__in=kept) | Q(**{f"{other}__in": kept})
    return reach if among is None else reach & Q(**{"student__in": among, f"{other}__in": among})


def _times(pair: Pair, linked: dict[int, set[int]]) -> int:
    """Return how often: a case on an incident of theirs is no second time."""
    return len(pair.incidents) + sum(1 for case in pair.cases if pair.incidents.isdisjoint(linked.get(case, set())))


def _shown(pair: Pair, times: int, reader: Reader) -> PairShown:
    return PairShown(
        perpetrator=reader.person(pair.perpetrator, "Perpetrator"),
        target=reader.person(pair.target, "Target"),
        times=times,
        latest=pair.latest,
        incidents=tuple(sorted(pair.incidents)),
        case=max(pair.cases, default=None),
    )
