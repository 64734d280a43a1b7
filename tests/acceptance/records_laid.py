"""The facts of `records`, laid in the database as the application's own services would leave them."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from behaviour.models import (
    BullyingCase,
    CaseStudent,
    Detention,
    DslConcern,
    Incident,
    IncidentReview,
    InclusionStay,
    Involvement,
    Suspension,
)
from contacts.models import Contact, ContactAbout, Enquiry
from interventions.models import MeetingStudent, PACase, Plan, PlanKind
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import Student, YearGroup
from tests.acceptance.records import Fact
from tests.agencies import agency, early_help, referral
from tests.cards import card_of
from tests.cases import case_of
from tests.factories import staff
from tests.families import carer
from tests.helping import intervention
from tests.meetings import action_of, meeting_of
from tests.planning import plan
from tests.plans import plan_for


def lay(facts: list[Fact]) -> None:
    """Lay every fact."""
    by = staff(Role.SLT)
    students = {each.admission_number: each for each in Student.objects.all()}
    for fact in facts:
        made = _LAID[fact["kind"]](fact, students, by)
        if fact.get("withdrawn"):
            made.withdrawn_at, made.withdrawn_by, made.withdrawn_because = timezone.now(), by, "By mistake"
            made.save()


def _at(day: date, hours: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(hours=hours)


def _detention(fact: Fact, students: dict[str, Student], by: User) -> Any:
    facts = {"day": fact["on"], "status": fact["status"], "starts_at": time(15, 30), "reason": "x", "set_by": by}
    return Detention.objects.create(student=students[fact["who"]], **facts)


def _suspension(fact: Fact, students: dict[str, Student], by: User) -> Any:
    facts = {"kind": fact["is"], "starts_on": fact["on"], "ends_on": fact["to"], "sessions": fact["sessions"]}
    if fact.get("met"):
        facts |= {"reintegration_at": _at(fact["to"], 33), "reintegration": "Mother came"}
    if fact.get("booked"):
        facts["reintegration_at"] = _at(date(2026, 12, 1))
    also = {"reasons": ["PP"], "decided_by": "Head", "recorded_by": by}
    return Suspension.objects.create(student=students[fact["who"]], **facts, **also)


def _card(fact: Fact, students: dict[str, Student], by: User) -> Any:
    ended = {"outcome": "ended", "ended_by": by, "ended_at": _at(fact["to"])} if fact["to"] else {}
    last = fact["to"] or date(2026, 10, 30)
    return card_of(students[fact["who"]], keeper=by, starts_on=fact["on"], ends_on=last, **ended)


def _stay(fact: Fact, students: dict[str, Student], by: User) -> Any:
    facts = {"room": "inclusion", "kind": fact["is"], "came_at": _at(fact["on"]), "left_at": _at(fact["on"], 11)}
    also = {"reason": "x", "adult": "y", "recorded_by": by}
    return InclusionStay.objects.create(student=students[fact["who"]], **facts, **also)


def _bullying(fact: Fact, students: dict[str, Student], by: User) -> Any:
    facts = {"form": "verbal", "motivations": [fact["about"]], "finding": fact["is"], "opened_at": _at(fact["on"])}
    if fact["to"]:
        facts |= {"closed_at": _at(fact["to"]), "closed_by": by, "action": "x", "outcome": "y"}
    made = BullyingCase.objects.create(token=uuid4(), summary="x", owner=by, opened_by=by, **facts)
    sides = [(who, "target") for who in fact["targets"]] + [(who, "perpetrator") for who in fact["others"]]
    CaseStudent.objects.bulk_create(CaseStudent(case=made, student=students[who], side=side) for who, side in sides)
    return made


def _concern(fact: Fact, students: dict[str, Student], by: User) -> Any:
    read = {"read_at": _at(fact["on"], 12), "read_by": by} if fact["read"] else {}
    also = {"words": "x", "token": uuid4(), "receipt": uuid4().hex[:10], "written_by": by}
    return DslConcern.objects.create(student=students[fact["who"]], written_at=_at(fact["on"]), **also, **read)


def _help(fact: Fact, students: dict[str, Student], by: User) -> Any:
    ended = {"ended_on": fact["to"], "ended_by": by} if fact["to"] else {}
    few = fact.get("restricted", False)
    return intervention(students[fact["who"]], by=by, starts_on=fact["on"], is_restricted=few, **ended)


def _pa_case(fact: Fact, students: dict[str, Student], by: User) -> Any:
    made = case_of(students[fact["who"]], by, on=fact["on"])
    if fact["to"]:
        closed = {"closed_on": fact["to"], "closed_by": by, "outcome_note": "x"}
        PACase.objects.filter(pk=made.pk).update(outcome="legal" if fact["legal"] else "improved", **closed)
    return made


def _early_help(fact: Fact, students: dict[str, Student], by: User) -> Any:
    also: Fact = {"opened_on": fact["on"]}
    if fact["declined"]:
        also |= {"declined_because": "Not wanted", "consent_by": None, "consent_on": None}
    if fact["to"]:
        also |= {"closed_on": fact["to"], "ending": "needs_met", "outcome": "x"}
    return early_help(students[fact["who"]], by, **also)


def _plan(fact: Fact, students: dict[str, Student], by: User) -> Any:
    kind = PlanKind.objects.filter(form="contract").values_list("name", flat=True)[0] if fact["contract"] else "PSP"
    made = plan_for(students[fact["who"]], by, is_begun=False, kind=kind)
    ended = {"ended_on": fact["to"], "ended_by": by, "outcome": "met", "outcome_note": "x"} if fact["to"] else {}
    if fact["on"]:
        Plan.objects.filter(pk=made.pk).update(starts_on=fact["on"], begun_on=fact["on"], **ended)
    return made


def _referral(fact: Fact, students: dict[str, Student], by: User) -> Any:
    return referral(students[fact["who"]], agency(), by, sent_on=fact["on"])


def _elsewhere(fact: Fact, students: dict[str, Student], by: User) -> Any:
    also = {"kind": fact["is"], "review_on": fact["review"], "agreed_on": fact["on"], "agreed_with": "x"}
    also["provider"] = "Elsewhere" if fact["is"] == "placement" else ""
    letters = "B" if fact["is"] == "placement" else "C2"
    return plan(students[fact["who"]], letters, by=by, first=fact["on"], last=fact["to"], **also)


def _enquiry(fact: Fact, students: dict[str, Student], by: User) -> Any:
    facts: Fact = {"received_at": _at(fact["on"]), "from_name": "Mother", "words": "x", "owner": by, "taken_by": by}
    if fact["hours"]:
        facts |= {"acknowledged_at": _at(fact["on"], 9 + fact["hours"]), "acknowledged_by": by}
        facts["acknowledged_how"] = "phone"
    return Enquiry.objects.create(token=uuid4(), student=students[fact["who"]], **facts)


def _call(fact: Fact, students: dict[str, Student], by: User) -> Any:
    incident, student = Incident.objects.get(external_id=fact["incident"]), students[fact["who"]]
    acted = {"decision": "acted", "action": "x", "decided_by": by, "decided_at": _at(fact["on"])}
    year = YearGroup.objects.get(number=fact["year"])
    IncidentReview.objects.update_or_create(incident=incident, year_group=year, defaults=acted)
    if fact["hours"]:
        at = _at(fact["on"], 9 + fact["hours"])
        told = {"made_by": by, "logged_by": by, "owner": by, "channel": "phone", "party": "carer", "result": "reached"}
        home = Contact.objects.create(
            token=uuid4(), student=student, occurred_at=at, logged_at=at, parent_carer=carer(student), **told,
            purpose="behaviour",
        )  # fmt: skip
        part = Involvement.objects.get(incident=incident, student=student)
        ContactAbout.objects.create(contact=home, involvement=part)
    return incident


def _meeting(fact: Fact, students: dict[str, Student], by: User) -> Any:
    closed = {"closed_at": _at(fact["on"], 16)} if fact["held"] else {}
    made = meeting_of(by, purpose="rag", title="RAG", year_group_id=fact["year"], held_on=fact["on"], **closed)
    for place, (who, is_decided) in enumerate(fact["looked"]):
        said = {"looked_at": _at(fact["on"], 15), "decision": "Mentor" if is_decided else ""}
        MeetingStudent.objects.create(meeting=made, student=students[who], order=place, **said)
    for due, done, dropped in fact["actions"]:
        settled = {"done_on": done, "done_by": by, "not_needed_because": dropped} if done else {}
        action_of(by, meeting=made, due_on=due, **settled)
    return made


_LAID: dict[str, Callable[[Fact, dict[str, Student], User], Any]] = {
    "detention": _detention,
    "suspension": _suspension,
    "card": _card,
    "stay": _stay,
    "bullying": _bullying,
    "concern": _concern,
    "help": _help,
    "pa_case": _pa_case,
    "early_help": _early_help,
    "plan": _plan,
    "referral": _referral,
    "elsewhere": _elsewhere,
    "enquiry": _enquiry,
    "call": _call,
    "meeting": _meeting,
}
