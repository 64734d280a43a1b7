"""Which of the sections that a profile asks for have something in them, before a pack is built: in one query."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, Q, QuerySet, Value
from django.urls import reverse

from attendance.models import NoticeDecision, PenaltyNotice, PlannedMark
from behaviour.models import (
    Achievement,
    BullyingCase,
    Detention,
    DslConcern,
    Involvement,
    ReportCard,
    RobinAnswer,
    RoundRobin,
    Suspension,
)
from contacts.models import AgencyLink, Contact, EarlyHelp, LetterCopy, Referral, Seen
from interventions.models import CaseFinding, InterventionStudent, MedicalRequest, Meeting, PACase, Plan, PupilView
from pastoral.core.rights import Right
from reports.models import PackRule
from reports.packs.readers.family import FACTS
from reports.packs.sections import Section, in_order
from reports.packs.source import Source
from students.models import Student, StudentFact

Held = Callable[[Source], Sequence[QuerySet[Any]]]


@dataclass(frozen=True)
class Offered:
    """One section as the build page offers it. is_there: None for what is there in any case; url: what fills a gap."""

    section: Section
    rule: str
    is_there: bool | None
    url: str

    @property
    def is_must(self) -> bool:
        """Test for one that the profile asks for."""
        return self.rule == PackRule.Rule.MUST

    @property
    def is_gap(self) -> bool:
        """Test for one with nothing in it."""
        return self.is_there is False


def offered_of(source: Source, rules: Mapping[str, str]) -> list[Offered]:
    """Return the sections that the profile does not rule out and the builder may put in; one query.

    rules: how much each section belongs there, by key.
    """
    keys = [key for key, rule in rules.items() if rule != PackRule.Rule.NEVER]
    sections = [section for section in in_order(keys) if section.is_for(source.who)]
    there = _there(source, sections)
    return [Offered(each, rules[each.key], there[each.key], _way(source, each)) for each in sections]


def _there(source: Source, sections: Sequence[Section]) -> dict[str, bool | None]:
    asked: dict[str, Any] = {}
    for section in sections:
        for number, rows in enumerate(_HELD[section.key](source) if section.key in _HELD else ()):
            asked[f"{section.key}_{number}"] = Exists(rows.order_by())
    found = Student.objects.filter(pk=source.student.pk).annotate(
        _one=Value(True, output_field=BooleanField()), **asked
    )
    row = found.values("_one", *asked).get()
    return {
        section.key: any(row[name] for name in asked if name.rpartition("_")[0] == section.key)
        if section.key in _HELD
        else None
        for section in sections
    }


def _contacts(source: Source) -> QuerySet[Any]:
    held = Contact.objects.visible_to(source.user).standing(student=source.student)
    return held.filter(occurred_at__date__range=source.span)


def _parts(source: Source) -> QuerySet[Any]:
    held = Involvement.objects.of_students([source.student.pk], user=source.user)
    return held.filter(incident__occurred_on__range=source.span)


def _copies(source: Source) -> QuerySet[Any]:
    held = LetterCopy.objects.visible_to(source.user).filter(letter__student=source.student, letter__withdrawn_at=None)
    return held.filter(sent_at__date__range=source.span)


def _leave(source: Source) -> QuerySet[Any]:
    held = PlannedMark.objects.filter(student=source.student, kind=PlannedMark.Kind.LEAVE)
    return held.filter(starts_on__lte=source.last, ends_on__gte=source.first).exclude(status="withdrawn")


def _answers(source: Source) -> QuerySet[Any]:
    asked = RoundRobin.objects.visible_to(source.user).standing(student=source.student)
    in_span = asked.filter(asked_at__date__range=source.span)
    return RobinAnswer.objects.filter(robin__in=in_span, answered_at__isnull=False)


_HELD: Mapping[str, Held] = {
    "letters": lambda of: [_copies(of)],
    "contacts": lambda of: [_contacts(of)],
    "visits": lambda of: [_contacts(of).filter(channel="home_visit")],
    "meetings": lambda of: [
        Meeting.objects.visible_to(of.user).held().standing(students__student=of.student, held_on__range=of.span)
    ],
    "case": lambda of: [PACase.objects.visible_to(of.user).standing(student=of.student, opened_on__lte=of.last)],
    "plans": lambda of: [
        Plan.objects.visible_to(of.user).standing(student=of.student, starts_on__lte=of.last).exclude(begun_on=None)
    ],
    "notices": lambda of: [
        NoticeDecision.objects.filter(student=of.student),
        PenaltyNotice.objects.filter(student=of.student),
    ],
    "leave": lambda of: [_leave(of)],
    "medical": lambda of: [
        MedicalRequest.objects.filter(
            case__in=PACase.objects.visible_to(of.user), case__student=of.student, withdrawn_at=None
        )
    ],
    "view": lambda of: [PupilView.objects.visible_to(of.user).standing(student=of.student, told_on__range=of.span)],
    "needs": lambda of: [
        StudentFact.objects.in_force(of.today).filter(student=of.student, kind__in=FACTS),
        CaseFinding.objects.filter(case=of.case, withdrawn_at=None, part__in=("needs", "dsl")),
    ],
    "agencies": lambda of: [
        AgencyLink.objects.visible_to(of.user).standing(student=of.student),
        Referral.objects.visible_to(of.user).standing(student=of.student),
        EarlyHelp.objects.visible_to(of.user).standing(student=of.student),
    ],
    "behaviour": lambda of: [_parts(of)],
    "incidents": lambda of: [_parts(of)],
    "sanctions": lambda of: [
        Detention.objects.filter(student=of.student, withdrawn_at=None, day__range=of.span),
        ReportCard.objects.visible_to(of.user).standing(student=of.student, starts_on__range=of.span),
    ],
    "bullying": lambda of: [
        BullyingCase.objects.visible_to(of.user)
        .standing(students__student=of.student, opened_at__date__lte=of.last)
        .filter(Q(closed_at=None) | Q(closed_at__date__gte=of.first))
    ],
    "teachers": lambda of: [_answers(of)],
    "suspensions": lambda of: [Suspension.objects.visible_to(of.user).standing(student=of.student)],
    "interventions": lambda of: [InterventionStudent.objects.visible_to(of.user).standing().filter(student=of.student)],
    "achievements": lambda of: [Achievement.objects.standing(student=of.student, awarded_on__range=of.span)],
    "said": lambda of: [Seen.objects.filter(student=of.student, withdrawn_at=None, seen_at__date__range=of.span)],
    "dsl": lambda of: [DslConcern.objects.visible_to(of.user).filter(student=of.student)],
}
# What fills a gap: the right over the student that its page asks for, its name, and whether it takes the student's key.
_WAYS: Mapping[str, tuple[Right, str, bool]] = {
    "family": (Right.LOG_CONTACTS, "contacts:family", True),
    "letter": (Right.SEND_LETTERS, "contacts:letter_write", False),
    "contact": (Right.LOG_CONTACTS, "contacts:contact_add", False),
    "meeting": (Right.KEEP_MEETINGS, "interventions:meeting_add", False),
    "plan": (Right.KEEP_PLANS, "interventions:plan_add", False),
    "case": (Right.KEEP_PA_CASES, "interventions:case_add", False),
    "notice": (Right.SEE_YEAR_DASHBOARD, "attendance:notice_detail", True),
    "leave": (Right.PLAN_MARKS, "attendance:leave_ask", False),
    "agency": (Right.SEE_AGENCIES, "contacts:agency_student", True),
    "incident": (Right.LOG_INCIDENT, "behaviour:incident_add", False),
    "robin": (Right.ASK_TEACHERS, "behaviour:robin_add", False),
    "suspension": (Right.KEEP_SUSPENSIONS, "behaviour:suspension_add", False),
    "intervention": (Right.KEEP_INTERVENTIONS, "interventions:intervention_add", False),
}


def _way(source: Source, section: Section) -> str:
    if section.makes not in _WAYS:
        return ""
    right, name, is_of_student = _WAYS[section.makes]
    if not source.may(right):
        return ""
    if is_of_student:
        return reverse(name, args=[source.student.pk])
    return reverse(name, query={"student": source.student.pk})
