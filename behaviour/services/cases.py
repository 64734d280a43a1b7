"""Writes to cases of bullying and prejudice."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from behaviour.case_rules import missing_to_close
from behaviour.models import BullyingCase, CaseCheck, CaseIncident, CaseStudent, Incident, IncidentType, Involvement
from behaviour.services.history import added
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.versions import facts_set
from students.models import Student
from students.summaries import SchoolCalendar

Side = CaseStudent.Side
FACTS = ("form", "medium", "motivations", "finding", "summary", "action", "outcome", "owner")
AGAIN_AFTER = 2  # weeks, when a check says that it has not stopped
SIDES = {
    Involvement.Role.VICTIM: Side.TARGET,
    Involvement.Role.PERPETRATOR: Side.PERPETRATOR,
    Involvement.Role.PARTICIPANT: Side.PERPETRATOR,
}


class CaseForDsl(Exception):
    """A matter for the DSL is no case; the message is fit for the form."""


class CaseClosed(Exception):
    """It was closed meanwhile; the message is fit for the page."""


class CaseOvertaken(Exception):
    """Somebody changed it meanwhile, or did it before; the message is fit for the page."""


@dataclass(frozen=True)
class Person:
    """One student on one side of a case."""

    student: Student
    side: str


@transaction.atomic
def case_open(
    *,
    facts: Mapping[str, Any],
    people: Sequence[Person],
    incidents: Collection[Incident],
    token: UUID,
    by: User,
    now: datetime,
    calendar: SchoolCalendar,
) -> BullyingCase:
    """Open a case with its two checks; the same sending again returns the one that it made.

    Who is in its incidents and whose cases the person does not keep is in the case too, on the side of the part played.
    Raises CaseForDsl for an incident that is the DSL's.
    """
    _refuse_dsl(incidents)
    fresh = {"owner": by, **facts, "opened_by": by, "opened_at": now}
    case, is_new = BullyingCase.objects.get_or_create(token=token, defaults=fresh)
    if not is_new:
        return case
    sides = {person.student.pk: person.side for person in people}
    mine = Student.objects.with_right(by, Right.KEEP_CASES)
    for part in Involvement.objects.filter(incident__in=incidents).exclude(student__in=mine):
        if side := side_of(part.role):
            sides.setdefault(part.student_id, side)
    CaseStudent.objects.bulk_create(CaseStudent(case=case, student_id=key, side=side) for key, side in sides.items())
    CaseIncident.objects.bulk_create(CaseIncident(case=case, incident=each) for each in incidents)
    opened_on = timezone.localdate(now)
    CaseCheck.objects.bulk_create(
        CaseCheck(case=case, weeks=weeks, due_on=_school_day(opened_on, weeks, calendar)) for weeks in CaseCheck.WEEKS
    )
    return case


@transaction.atomic
def case_change(
    *, case: BullyingCase, seen: str, facts: Mapping[str, Any], people: Sequence[Person], among: Collection[int]
) -> BullyingCase:
    """Change what a case says and who is in it; students beyond the person's sight stay.

    seen: the `case_version` that the person saw. among: the keys of the students whom the person may choose.
    Raises CaseClosed once it is closed, CaseOvertaken when somebody changed it meanwhile.
    """
    held = _locked(case)
    if held.closed_at is not None:
        raise CaseClosed(closed_in_words(held))
    if case_version(held) != seen:
        raise CaseOvertaken("Somebody changed this case while you were writing. Nothing of yours is saved yet.")
    for name, value in facts.items():
        setattr(held, name, value)
    held.save(update_fields=list(facts))
    sides = {person.student.pk: person.side for person in people}
    for row in held.students.filter(student__in=among):
        if row.student_id not in sides:
            row.delete()
        elif row.side != sides[row.student_id]:
            row.side = sides[row.student_id]
            row.save(update_fields=["side"])
    here = set(held.students.values_list("student", flat=True))
    for key in sides.keys() - here:
        added(CaseStudent.objects.create(case=held, student_id=key, side=sides[key]))
    return held


@transaction.atomic
def student_support(*, row: CaseStudent, seen: str, facts: Mapping[str, Any]) -> CaseStudent:
    """Write what support one side gets, and when the parents were told: those of the two that the person may read.

    seen: their `version_of` as the page was made. Raises Overtaken.
    """
    held = CaseStudent.objects.select_for_update().get(pk=row.pk)
    facts_set(held, seen, facts)
    held.save(update_fields=list(facts))
    return held


@transaction.atomic
def incident_link(*, case: BullyingCase, incident: Incident) -> None:
    """Take an incident into the case. Raises CaseForDsl for one that is the DSL's."""
    _refuse_dsl([incident])
    link, is_new = CaseIncident.objects.get_or_create(case=_locked(case), incident=incident)
    if is_new:
        added(link)


@transaction.atomic
def incident_unlink(*, case: BullyingCase, incident: Incident) -> None:
    """Take an incident out of the case again; the case stays."""
    CaseIncident.objects.filter(case=_locked(case), incident=incident).delete()


@transaction.atomic
def check_answer(
    *, check: CaseCheck, is_over: bool, note: str, by: User, on: date, calendar: SchoolCalendar
) -> CaseCheck:
    """Write what the target said; when it has not stopped and no look back is ahead, another one is due in two weeks.

    Raises CaseOvertaken when another answer is written already, the person's own too.
    """
    case = _locked(check.case)
    held = CaseCheck.objects.select_for_update(of=("self",)).select_related("done_by").get(pk=check.pk)
    if held.done_on is not None:
        if (held.is_over, held.note, held.done_by_id) != (is_over, note, by.pk):
            raise CaseOvertaken(f"{held.done_by.formal_name if held.done_by else ''} answered it already.")
        return held
    held.done_on, held.done_by, held.is_over, held.note = on, by, is_over, note
    held.save()
    if not is_over and not case.checks.filter(done_on=None).exists():
        _look_again(case, on, calendar)
    return held


@transaction.atomic
def case_close(*, case: BullyingCase, seen: str, facts: Mapping[str, Any], by: User, now: datetime) -> BullyingCase:
    """Close a case with its finding, action and outcome: those of them that the person may read.

    Where something is still missing (`missing_to_close`) it stays open, with what was written; closed twice, it was
    closed by the first. seen: the `version_of` these facts as the page was made. Raises Overtaken.
    """
    held = _locked(case)
    facts_set(held, seen, facts)
    if held.closed_at is None and not missing_to_close(held, held.students.all(), held.checks.all()):
        held.closed_at, held.closed_by = now, by
    held.save(update_fields=[*facts, "closed_at", "closed_by"])
    return held


@transaction.atomic
def case_reopen(*, case: BullyingCase, on: date, calendar: SchoolCalendar) -> BullyingCase:
    """Open a closed case again, since it has begun anew: it is looked at in two weeks."""
    held = _locked(case)
    if held.closed_at is not None:
        held.closed_at = held.closed_by = None
        held.save(update_fields=["closed_at", "closed_by"])
        _look_again(held, on, calendar)
    return held


@transaction.atomic
def case_withdraw(*, case: BullyingCase, because: str, by: User, now: datetime) -> BullyingCase:
    """Take a case out of every list and figure; it stays in the history. Done twice, the first one stands."""
    held = _locked(case)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return held


def side_of(role: str) -> str | None:
    """Return the side that a part in an incident puts a student on; None for a witness."""
    return SIDES.get(Involvement.Role(role))


def closed_in_words(case: BullyingCase) -> str:
    """Return who closed the case, and what is to be done first."""
    who = case.closed_by.formal_name if case.closed_by else ""
    return f"{who} has closed this case. Open it again to change what it says."


def case_version(case: BullyingCase) -> str:
    """Return what tells this state of a case from any other."""
    people = sorted((row.student_id, row.side) for row in case.students.all())
    facts = [str(getattr(case, name)) for name in (*FACTS, "closed_at", "withdrawn_at")]
    return hashlib.sha256(repr([facts, people]).encode()).hexdigest()[:20]


def _locked(case: BullyingCase) -> BullyingCase:
    return BullyingCase.objects.select_for_update(of=("self",)).get(pk=case.pk)


def _refuse_dsl(incidents: Iterable[Incident]) -> None:
    names = {incident.type for incident in incidents}
    if IncidentType.objects.filter(name__in=names, goes_to_dsl=True).exists():
        raise CaseForDsl("This is for the DSL, and is not kept as a case: write a concern to the DSL.")


def _look_again(case: BullyingCase, on: date, calendar: SchoolCalendar) -> None:
    last = case.checks.order_by("-weeks").values_list("weeks", flat=True).first() or 0
    CaseCheck.objects.create(case=case, weeks=last + AGAIN_AFTER, due_on=_school_day(on, AGAIN_AFTER, calendar))


def _school_day(on: date, weeks: int, calendar: SchoolCalendar) -> date:
    """Return the day so many weeks on, or the next one on which school meets."""
    day = on + timedelta(weeks=weeks)
    return day if calendar.is_school_day(day) else calendar.next_school_day(day) or day
