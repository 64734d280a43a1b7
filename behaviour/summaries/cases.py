"""Cases of bullying and prejudice as one person may read them: the register, what is due, one case whole."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet

from behaviour.case_rules import is_prejudice, missing_to_close
from behaviour.models import BullyingCase, CaseCheck, CaseIncident, CaseStudent, Incident, IncidentType, Involvement
from behaviour.models.cases import PROTECTED, Medium
from behaviour.naming import SOMEBODY, Mask
from behaviour.querysets import BullyingCaseQuerySet
from behaviour.summaries.case_history import HISTORY, MOTIVATIONS, OF_SIDES, is_told
from behaviour.summaries.inbox import with_parts
from behaviour.summaries.incidents import IncidentShown, PartShown, Reader, ever_in, incident_shown
from pastoral.core.changes import Change, changes_of, events_of
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.staff import staff_names

MEDIA = {Medium.IN_PERSON: "in person", Medium.ONLINE: "online or by phone", Medium.BOTH: "in person and online"}
KEPT = Right.KEEP_CASES  # a case names, and tells of, those alone over whom its reader holds this


@dataclass(frozen=True)
class MotivationShown:
    """One motivation in words, and whether it is a protected characteristic."""

    label: str
    is_protected: bool


@dataclass(frozen=True)
class SideShown:
    """One student on one side. row: the key of the side itself.

    support: its words are for who keeps the student's cases; anybody else reads whether there is some.
    """

    row: int
    person: PartShown
    side: str
    support: str
    has_support: bool
    parents_told_on: date | None


@dataclass(frozen=True)
class CheckShown:
    """One look back. late: days since it was due and not done; 0 when it was done or is ahead."""

    key: int
    weeks: int
    due_on: date
    done_on: date | None
    done_by: str
    is_over: bool | None
    note: str
    late: int


@dataclass(frozen=True)
class CaseShown:
    """A case as one person reads it. missing: what is to be written before it can be closed."""

    key: int
    form: str
    medium: str
    motivations: tuple[MotivationShown, ...]
    is_prejudice: bool
    finding: str
    summary: str
    action: str
    outcome: str
    owner: str
    opened_by: str
    opened_at: datetime
    closed_by: str
    closed_at: datetime | None
    withdrawn_because: str
    sides: tuple[SideShown, ...]
    checks: tuple[CheckShown, ...]
    missing: tuple[str, ...]

    @property
    def targets(self) -> tuple[SideShown, ...]:
        """Return those to whom it was done."""
        return tuple(each for each in self.sides if each.side == CaseStudent.Side.TARGET)

    @property
    def perpetrators(self) -> tuple[SideShown, ...]:
        """Return those who did it."""
        return tuple(each for each in self.sides if each.side == CaseStudent.Side.PERPETRATOR)

    @property
    def is_open(self) -> bool:
        """Test for a case that goes on."""
        return self.closed_at is None and not self.withdrawn_because

    @property
    def next_check(self) -> CheckShown | None:
        """Return the look back that is due next, or was due longest ago."""
        return next((check for check in self.checks if check.done_on is None), None) if self.is_open else None


@dataclass(frozen=True)
class CaseRecord:
    """A case whole: its incidents, other incidents between the same students, and who changed what."""

    shown: CaseShown
    incidents: tuple[IncidentShown, ...]
    hidden_incidents: int
    others: tuple[IncidentShown, ...]
    changes: tuple[Change, ...]
    reader: Reader

    @property
    def read(self) -> dict[int, frozenset[int]]:
        """Return by incident shown with it the students of whom it tells the person what happened."""
        return self.reader.told_of((*self.incidents, *self.others))

    @property
    def in_it(self) -> frozenset[int]:
        """Return the students of the case whom the person may see."""
        return frozenset(side.person.key for side in self.shown.sides if side.person.key)


def with_sides(cases: BullyingCaseQuerySet) -> BullyingCaseQuerySet:
    """Read the cases with students, checks, staff and `linked`, the keys of their incidents, for `cases_shown`."""
    links = CaseIncident.objects.filter(case=OuterRef("pk")).order_by("incident").values("incident")
    checks = Prefetch("checks", CaseCheck.objects.select_related("done_by").order_by("due_on", "weeks"))
    read = cases.select_related("owner", "opened_by", "closed_by").prefetch_related("students", checks)
    return read.annotate(linked=ArraySubquery(links))


def cases_shown(user: User, cases: Iterable[BullyingCase], on: date) -> tuple[CaseShown, ...]:
    """Return the cases, read by `with_sides`, as this person reads them, in four queries more."""
    held: list[Any] = list(cases)
    people = _ever_in(held)
    reader = Reader.of(user, set().union(*people.values()), on, by=KEPT)
    return tuple(_case(case, reader, reader.mask(people[case.pk]), on) for case in held)


def case_record(user: User, case: Any, on: date) -> CaseRecord:
    """Return one case whole, read by `with_sides`, as this person reads it, in five queries more."""
    people = _people(case)
    linked = set(case.linked)
    found = _incidents(user, Incident.objects.filter(Q(pk__in=linked) | _between(*_sides(case))))
    events = events_of(HISTORY, case.pk)
    in_each = ever_in(each.pk for each in found)
    students = people.union(*in_each.values())
    students |= {event.row["student_id"] for event in events if event.kind == OF_SIDES.model}
    reader = Reader.of(user, students, on, by=KEPT)
    mask = reader.mask(reader.called)
    named = replace(OF_SIDES, about=lambda row: reader.names.get(row["student_id"], (SOMEBODY,))[0])
    kinds = tuple(named if kind is OF_SIDES else kind for kind in HISTORY)
    rows = [case, *case.students.all(), *case.checks.all()]
    staff = staff_names(each.recorded_by for each in found)
    shown = [incident_shown(each, reader, staff, in_each[each.pk]) for each in found]
    return CaseRecord(
        shown=_case(case, reader, mask, on),
        incidents=tuple(each for each in shown if each.key in linked),
        hidden_incidents=len(linked - {each.pk for each in found}),
        others=tuple(each for each in shown if each.key not in linked),
        changes=changes_of(kinds, (each for each in events if is_told(each, reader.names)), rows, mask),
        reader=reader,
    )


def texts_beyond(user: User, case: BullyingCase, on: date) -> frozenset[str]:
    """Return the texts of the case that name students whom the person may not see: nobody saves those back.

    The case's own by the names of their fields, a student's support as "support-<key of the side>".
    """
    sides = list(case.students.all())
    linked = CaseIncident.objects.filter(case=case).values_list("incident", flat=True)
    taken_off = {event.row["student_id"] for event in events_of((OF_SIDES,), case.pk)}
    reader = Reader.of(user, _people(case).union(taken_off, *ever_in(linked).values()), on, by=KEPT)
    mask = reader.mask(reader.called)
    texts = {name: getattr(case, name) for name in ("summary", "action", "outcome", "withdrawn_because")}
    texts |= {f"support-{each.pk}": each.support for each in sides}
    return frozenset(name for name, text in texts.items() if mask(text) != text)


def _ever_in(cases: Sequence[Any]) -> dict[int, set[int]]:
    """Return by case whom its texts may name: in it or in its incidents now, or taken off either. In two queries."""
    in_each = ever_in(key for case in cases for key in case.linked)
    people = {case.pk: _people(case).union(*(in_each[key] for key in case.linked)) for case in cases}
    history: Any = apps.get_model("behaviour", "CaseStudentEvent")
    for case, student in history.objects.filter(case__in=list(people)).order_by().values_list("case", "student"):
        people[case].add(student)
    return people


def _people(case: BullyingCase) -> set[int]:
    return {each.student_id for each in case.students.all()}


def _incidents(user: User, incidents: QuerySet[Incident]) -> list[Incident]:
    seen = incidents.filter(pk__in=Incident.objects.visible_to(user).standing().values("pk"))
    return list(with_parts(seen).order_by("-occurred_on", "-pk"))


def _sides(case: BullyingCase) -> tuple[list[int], list[int]]:
    sides: dict[str, list[int]] = {}
    for each in case.students.all():
        sides.setdefault(each.side, []).append(each.student_id)
    return sides.get(CaseStudent.Side.TARGET, []), sides.get(CaseStudent.Side.PERPETRATOR, [])


def incidents_between(user: User, targets: Iterable[int], perpetrators: Iterable[int]) -> list[Incident]:
    """Return the incidents, with their parts, that have one of the targets and one of those who did it in them."""
    return _incidents(user, Incident.objects.filter(_between(targets, perpetrators)))


def _between(targets: Iterable[int], perpetrators: Iterable[int]) -> Q:
    """Return the test for incidents with one of the targets and one of those who did it; none of the DSL's."""
    with_target = Involvement.objects.filter(student__in=list(targets)).exclude(role=Involvement.Role.WITNESS)
    with_other = Involvement.objects.filter(student__in=list(perpetrators), role__in=Involvement.ROLES_WITH_POINTS)
    return (
        Q(pk__in=with_target.values("incident"))
        & Q(pk__in=with_other.values("incident"))
        & ~Q(type__in=IncidentType.objects.filter(goes_to_dsl=True).values("name"))
    )


def is_for_dsl(incidents: Collection[Incident]) -> bool:
    """Test for one of the DSL's among the incidents, as the MIS may hold one: it is in no case."""
    names = {incident.type for incident in incidents}
    return bool(names) and IncidentType.objects.filter(name__in=names, goes_to_dsl=True).exists()


def _case(case: BullyingCase, reader: Reader, mask: Mask, on: date) -> CaseShown:
    students, checks = list(case.students.all()), list(case.checks.all())
    sides = [_side(each, reader, mask) for each in students]
    return CaseShown(
        key=case.pk,
        form=case.get_form_display(),
        medium=MEDIA[Medium(case.medium)],
        motivations=tuple(MotivationShown(MOTIVATIONS[each], each in PROTECTED) for each in case.motivations),
        is_prejudice=is_prejudice(case.motivations),
        finding=case.get_finding_display(),
        summary=mask(case.summary),
        action=mask(case.action),
        outcome=mask(case.outcome),
        owner=case.owner.formal_name,
        opened_by=case.opened_by.formal_name,
        opened_at=case.opened_at,
        closed_by=case.closed_by.formal_name if case.closed_by else "",
        closed_at=case.closed_at,
        withdrawn_because=mask(case.withdrawn_because),
        sides=tuple(sorted(sides, key=lambda each: (not each.person.is_named, each.person.name))),
        checks=tuple(_check(check, mask, on, is_open=case.closed_at is None) for check in checks),
        missing=missing_to_close(case, students, checks),
    )


def _side(row: CaseStudent, reader: Reader, mask: Mask) -> SideShown:
    person = reader.person(row.student_id, row.side)
    support = mask(row.support) if person.is_named else ""
    return SideShown(row.pk, person, row.side, support, bool(row.support), row.parents_told_on)


def _check(check: CaseCheck, mask: Mask, on: date, *, is_open: bool) -> CheckShown:
    return CheckShown(
        key=check.pk,
        weeks=check.weeks,
        due_on=check.due_on,
        done_on=check.done_on,
        done_by=check.done_by.formal_name if check.done_by else "",
        is_over=check.is_over,
        note=mask(check.note),
        late=max((on - check.due_on).days, 0) if check.done_on is None and is_open else 0,
    )
