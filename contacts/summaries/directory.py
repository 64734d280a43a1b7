"""The directory: agencies with their workers, how referrals to them went, and whom a form may name of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from contacts.models import Agency, AgencyLink, AgencyWorker, Referral
from pastoral.core.models import User
from students.querysets import in_force

Choice = tuple[str, str]
Groups = list[tuple[str, list[Choice]]]
State = Referral.State
# What counts as what: whatever was done had been accepted before.
OUTCOMES = {
    "sent": Q(state=State.SENT),
    "accepted": Q(state__in=(State.ACCEPTED, State.DONE)),
    "refused": Q(state=State.REFUSED),
    "done": Q(state=State.DONE),
}


@dataclass(frozen=True)
class Outcomes:
    """How referrals went so far. all: however they stand; sent: not answered yet; accepted: those done among them."""

    all: int = 0
    sent: int = 0
    accepted: int = 0
    refused: int = 0
    done: int = 0


@dataclass(frozen=True)
class Listed:
    """One agency of the directory. workers: those who are there, then those who left; now: students it works with."""

    agency: Agency
    workers: tuple[AgencyWorker, ...]
    outcomes: Outcomes
    now: int

    @property
    def there(self) -> tuple[AgencyWorker, ...]:
        """Return the workers who are still there."""
        return tuple(worker for worker in self.workers if worker.left_on is None)


def agencies_listed(user: User, on: date, *, kind: str = "", words: str = "", is_active: bool = True) -> list[Listed]:
    """Return the agencies asked for, by name, with what came of referrals of students whom the person may see.

    In four queries however many there are.
    """
    found = Agency.objects.filter(is_active=is_active)
    if kind:
        found = found.filter(kind=kind)
    if words:
        hits = AgencyWorker.objects.filter(name__icontains=words).values("agency")
        found = found.filter(Q(name__icontains=words) | Q(offers__icontains=words) | Q(pk__in=hits))
    return _listed(user, list(found), on)


def agency_listed(user: User, agency: Agency, on: date) -> Listed:
    """Return one agency as the directory has it."""
    (only,) = _listed(user, [agency], on)
    return only


def _listed(user: User, agencies: Sequence[Agency], on: date) -> list[Listed]:
    workers: dict[int, list[AgencyWorker]] = defaultdict(list)
    for worker in AgencyWorker.objects.filter(agency__in=agencies).order_by("name"):
        workers[worker.agency_id].append(worker)
    outcomes, now = _outcomes(user, agencies), _now(user, agencies, on)
    return [
        Listed(
            agency,
            tuple(sorted(workers[agency.pk], key=lambda worker: worker.left_on is not None)),
            outcomes.get(agency.pk, Outcomes()),
            now.get(agency.pk, 0),
        )
        for agency in agencies
    ]


def _outcomes(user: User, agencies: Sequence[Agency]) -> dict[int, Outcomes]:
    counts = {name: Count("pk", filter=test) for name, test in OUTCOMES.items()}
    rows = Referral.objects.visible_to(user).standing(agency__in=agencies).order_by().values("agency")
    found = rows.annotate(all=Count("pk"), **counts).values_list("agency", "all", *OUTCOMES)
    return {agency: Outcomes(*numbers) for agency, *numbers in found}


def _now(user: User, agencies: Sequence[Agency], on: date) -> dict[int, int]:
    links = AgencyLink.objects.visible_to(user).in_force(on).filter(agency__in=agencies).order_by().values("agency")
    return dict(links.annotate(n=Count("student", distinct=True)).values_list("agency", "n"))


def agencies_offered(student: int, on: date, *, keep: Mapping[str, int | None] | None = None) -> Groups:
    """Return the directory as groups of choices, those who work with the student first; one query.

    keep: agency_id and worker_id that a record names already: offered though they are no longer there.
    """
    kept = keep or {}
    links = AgencyLink.objects.standing(student=student, agency=OuterRef("pk")).filter(in_force(on))
    there = Q(left_on=None) | Q(pk=kept.get("worker_id") or 0)
    workers = AgencyWorker.objects.filter(there, agency=OuterRef("pk")).order_by("name")
    row = JSONObject(key="pk", name="name", job="job")
    of_worker = AgencyWorker.objects.filter(pk=kept.get("worker_id") or 0).values("agency")
    found: Any = Agency.objects.filter(
        Q(is_active=True) | Q(pk=kept.get("agency_id") or 0) | Q(pk__in=of_worker)
    ).annotate(is_with_them=Exists(links), people=ArraySubquery(workers.values(row=row)))
    groups: dict[bool, Groups] = {True: [], False: []}
    for agency in found:
        people = [(f"w{each['key']}", ", ".join(filter(None, (each["name"], each["job"])))) for each in agency.people]
        groups[agency.is_with_them].append((agency.name, [(f"a{agency.pk}", agency.name), *people]))
    return [*groups[True], *groups[False]]


def agency_names() -> list[tuple[int, str]]:
    """Return every agency's key and name, for the filter of a list."""
    return list(Agency.objects.values_list("pk", "name"))
