"""How much of the evidence there is for a case, as one person may know: read from the records, and from answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate

from attendance.figures import PENALTY_NOTICE_SESSIONS, PENALTY_NOTICE_WEEKS, Counts
from attendance.models import AttendanceWeek, NoticeDecision, PenaltyNotice, PlannedMark
from attendance.summaries.notices import SEEING
from attendance.summaries.reach import Reached
from contacts.models import AgencyLink, Channel, EarlyHelp, EarlyHelpReview, Referral
from contacts.summaries.carers import Carer
from interventions.figures.evidence import BY_KEY, MAY_NOT_APPLY, OF_BEHAVIOUR, Meter, Profile, State, meter_of
from interventions.models import (
    CaseFinding,
    InterventionStudent,
    MedicalRequest,
    Meeting,
    MeetingPerson,
    PACase,
    Plan,
    PlanReview,
    PupilView,
)
from interventions.summaries.case_records import STEPS, Records
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day
from students.families import siblings_of
from students.models import Student
from students.summaries import SchoolCalendar

Found = dict[str, tuple[State, str]]
_WITH_FAMILY = (Meeting.Purpose.FAMILY, Meeting.Purpose.PANEL, Meeting.Purpose.TAF)
_ILLNESS = ("I", "M")
_HOLIDAY = "G"


@dataclass(frozen=True)
class Looked:
    """What the meter is counted from: the case and its parts, its student's records, and who looks."""

    user: User
    case: PACase
    who: Reached
    records: Records
    carers: tuple[Carer, ...]
    counts: Counts
    letters: Mapping[str, int]
    findings: tuple[CaseFinding, ...]
    medical: tuple[MedicalRequest, ...]
    views: tuple[PupilView, ...]
    calendar: SchoolCalendar
    today: date


def evidence_meter(looked: Looked, profile: Profile | None = None) -> Meter:
    """Return the meter of a case in one query more. profile: the list that is asked about; None for all."""
    return meter_of(_found(looked), profile)


def _found(looked: Looked) -> Found:
    facts = _facts(looked)
    found: Found = {
        **_of_family(looked, facts),
        **_of_register(looked, facts),
        **_of_contacts(looked, facts),
        **_of_support(looked, facts),
        **_of_notices(looked, facts),
        **_of_medical(looked),
        **_of_agencies(looked, facts),
        "view": _there(looked.views[0].told_on if looked.views else None),
    }
    return _answered(looked, found)


def _there(on: date | None, words: str = "") -> tuple[State, str]:
    if on is None:
        return State.MISSING, ""
    return State.PRESENT, f"{words} {day(on)}".strip()


def _not(why: str) -> tuple[State, str]:
    return State.NOT_APPLICABLE, why


def _answered(looked: Looked, found: Found) -> Found:
    """Put the answers in: what is shown by a record stands, whatever was said of it before."""
    latest: dict[str, CaseFinding] = {}
    for each in looked.findings:
        latest.setdefault(each.part, each)
    reads = Right.SEE_BEHAVIOUR_NARRATIVE in looked.who.rights
    for key, finding in latest.items():
        part = BY_KEY.get(key)
        if part is None or found.get(key, (State.MISSING, ""))[0] in (State.PRESENT, State.HIDDEN):
            continue
        words = finding.words if reads or key not in OF_BEHAVIOUR else "answered"
        if not finding.applies and key in MAY_NOT_APPLY:
            found[key] = _not(words)
        elif part.is_answered or key == "not_authorised":
            found[key] = State.PRESENT, f"{words} ({day(finding.found_on)})"
    return found


def _of_family(looked: Looked, facts: Any) -> Found:
    responsible = [each for each in looked.carers if each.has_parental_responsibility]
    home = [each for each in looked.carers if each.lives_with]
    found: Found = {
        "responsibility": (State.PRESENT, ", ".join(each.name for each in responsible))
        if responsible
        else (State.MISSING, ""),
        "lives_with": (State.PRESENT, ", ".join(each.name for each in home)) if home else (State.MISSING, ""),
    }
    without = [each.name for each in responsible if not each.address.strip()]
    if responsible:
        found["addresses"] = (State.MISSING, f"none for {', '.join(without)}") if without else (State.PRESENT, "")
    if not facts["has_sibling"]:
        found["siblings"] = _not("no brother or sister at this school")
    return found


def _of_register(looked: Looked, facts: Any) -> Found:
    found: Found = {}
    if looked.counts.possible:
        found["register"] = State.PRESENT, f"{looked.counts.missed} of {looked.counts.possible} sessions missed"
    if not looked.who.rights & SEEING:
        return found | {"threshold": (State.HIDDEN, "")}
    missed = facts["unauthorised"] or 0
    if missed >= PENALTY_NOTICE_SESSIONS:
        found["threshold"] = State.PRESENT, f"{missed} unauthorised sessions"
    elif facts["decided_on"]:
        found["threshold"] = _there(facts["decided_on"], "decided on")
    elif not looked.case.stage.is_legal:
        found["threshold"] = _not(f"{missed} of {PENALTY_NOTICE_SESSIONS} sessions; the case is at no legal stage")
    return found


def _of_contacts(looked: Looked, facts: Any) -> Found:
    records = looked.records
    tried, came = records.tries
    visit, met = records.first_with(Channel.HOME_VISIT), records.met_home
    found: Found = {
        "chronology": (State.PRESENT, f"{tried} tried, {came} reached") if tried else (State.MISSING, ""),
        "home_visit": _there(localdate(visit.row.occurred_at) if visit else None),
        "meeting": _there(facts["meeting_on"] or (localdate(met.row.occurred_at) if met else None)),
    }
    if found["meeting"][0] is State.MISSING and Right.SEE_MEETINGS not in looked.who.rights:
        found["meeting"] = State.HIDDEN, ""
    for number, step in enumerate(STEPS, start=1):
        sent = [localdate(copy.sent_at) for copy in records.copies if copy.letter.step == step and copy.sent_at]
        found[f"letter_{number}"] = _there(max((on for on in sent if on >= records.since), default=None), "sent")
    return found


def _of_support(looked: Looked, facts: Any) -> Found:
    rights = looked.who.rights
    found: Found = {
        "plan": _there(facts["plan_on"]),
        "plan_review": _there(facts["plan_review_on"], "held"),
        "strategies": _there(facts["strategy_on"], "latest from"),
    }
    if Right.SEE_PLANS not in rights:
        found |= {key: (State.HIDDEN, "") for key in ("plan", "plan_review") if found[key][0] is State.MISSING}
    return found


def _of_notices(looked: Looked, facts: Any) -> Found:
    is_legal = looked.case.stage.is_legal
    found: Found = {}
    if not looked.who.rights & SEEING:
        found |= dict.fromkeys(("improve", "improve_result", "notices"), (State.HIDDEN, ""))
    elif facts["improve_on"]:
        found["improve"] = _there(facts["improve_on"])
    elif not is_legal:
        found |= {key: _not("the case is at no legal stage") for key in ("improve", "improve_result")}
    if facts["notice_on"] and "notices" not in found:
        found["notices"] = _there(facts["notice_on"], "last issued")
    if facts["leave_on"]:
        found["leave_asked"] = _there(facts["leave_on"])
        if facts["leave_refused"]:
            found["leave_refused"] = State.PRESENT, "refused, with the reason"
    elif not looked.letters.get(_HOLIDAY):
        found |= {
            key: _not("no holiday taken or leave asked for")
            for key in ("leave_asked", "leave_refused", "leave_in_time")
        }
    return found


def _of_medical(looked: Looked) -> Found:
    asked = looked.medical[0] if looked.medical else None
    if asked is None:
        if not looked.who.sees_sensitive or any(looked.letters.get(letters) for letters in _ILLNESS):
            return {}
        keys = ("medical_asked", "medical_came", "illness_ruled_out", "not_authorised")
        return {key: _not("no session missed for illness") for key in keys}
    told = next((each for each in looked.medical if each.authorised_until and (each.contact_id or each.copy_id)), None)
    answered = next((each for each in looked.medical if each.answered_on), None)
    found: Found = {"medical_asked": _there(asked.asked_on)}
    if told:
        found["not_authorised"] = _there(told.asked_on, "told")
    if answered:
        found["medical_came"] = _there(answered.answered_on, answered.get_answer_display().lower() + ",")
    return found


def _of_agencies(looked: Looked, facts: Any) -> Found:
    if Right.SEE_AGENCIES not in looked.who.rights:
        return dict.fromkeys(("agencies", "early_help", "early_help_review"), (State.HIDDEN, ""))
    found: Found = {"agencies": _there(facts["agency_on"] or facts["referral_on"])}
    if facts["help_on"] and not facts["help_declined"]:
        found["early_help"] = _there(facts["help_on"], "since")
        found["early_help_review"] = _there(facts["help_review_on"], "held")
    elif facts["help_on"]:
        found["early_help"] = State.PRESENT, f"none, because: {facts['help_declined']}"
        found["early_help_review"] = _not("there is no early help")
    return found


def _facts(looked: Looked) -> Any:
    """Return what the student's other records say, each as the person may see them, in one query."""
    user, student = looked.user, OuterRef("pk")
    mondays = looked.calendar.school_weeks(looked.today, PENALTY_NOTICE_WEEKS)
    weeks = AttendanceWeek.objects.filter(student=student, monday__in=mondays).order_by().values("student")
    since, today = looked.records.since, looked.today
    support = Plan.objects.visible_to(user).standing(kind__is_evidence=True).exclude(begun_on=None)
    plans = support.filter(Q(ended_on=None) | Q(ended_on__gte=since), student=student)
    reviews = PlanReview.objects.filter(plan__in=support, plan__student=student, held_on__gte=since)
    strategies = InterventionStudent.objects.visible_to(user).standing().filter(student=student, joined_on__lte=today)
    strategies = strategies.filter(Q(left_on=None) | Q(left_on__gte=since))
    strategies = strategies.filter(Q(intervention__ended_on=None) | Q(intervention__ended_on__gte=since))
    meetings = _with_family(user, looked, student)
    decisions = NoticeDecision.objects.filter(student=student).annotate(on=TruncDate("decided_at"))
    leave = PlannedMark.objects.filter(student=student, kind=PlannedMark.Kind.LEAVE).exclude(
        status=PlannedMark.Status.WITHDRAWN
    )
    helped = EarlyHelp.objects.standing(student=student)
    met = EarlyHelpReview.objects.filter(early_help__student=student, early_help__withdrawn_at=None)
    return (
        Student.objects.filter(pk=looked.case.student_id)
        .annotate(
            has_sibling=Exists(siblings_of(looked.case.student).on_roll(looked.today)),
            unauthorised=Subquery(weeks.annotate(n=Sum("unauthorised")).values("n")),
            plan_on=_first(plans, "-begun_on"),
            plan_review_on=_first(reviews, "-held_on"),
            strategy_on=_first(strategies, "-joined_on"),
            meeting_on=_first(meetings, "-held_on"),
            decided_on=_first(decisions, "-on"),
            improve_on=_first(decisions.filter(decision=NoticeDecision.Decision.NOTICE_TO_IMPROVE), "-on"),
            notice_on=_first(PenaltyNotice.objects.filter(student=student), "-issued_on"),
            leave_on=_first(leave, "-starts_on"),
            leave_refused=Exists(leave.filter(status=PlannedMark.Status.REFUSED).exclude(decision_reason="")),
            agency_on=_first(AgencyLink.objects.standing(student=student), "-starts_on"),
            referral_on=_first(Referral.objects.standing(student=student), "-sent_on"),
            help_on=_first(helped, "-opened_on"),
            help_declined=Subquery(helped.order_by("-opened_on", "-pk").values("declined_because")[:1]),
            help_review_on=_first(met.exclude(held_on=None), "-held_on"),
        )
        .values()
        .get()
    )


def _with_family(user: User, looked: Looked, student: OuterRef) -> QuerySet[Meeting]:
    """Return the meetings held with the family: a parent or carer came, or it was for them and none stayed away.

    One of today counts once its minutes are closed or it is noted who came.
    """
    family = MeetingPerson.objects.filter(
        meeting=OuterRef("pk"), parent_carer__in=[each.parent_carer_id for each in looked.carers]
    )
    found = Meeting.objects.visible_to(user).standing(students__student=student)
    found = found.filter(held_on__range=(looked.records.since, looked.today))
    came, there = (
        Exists(family.filter(came=True)),
        Exists(MeetingPerson.objects.filter(meeting=OuterRef("pk"), came=True)),
    )
    found = found.filter(Q(came) | Q(purpose__in=_WITH_FAMILY) & ~Q(Exists(family.filter(came=False))))
    return found.filter(Q(held_on__lt=looked.today) | Q(closed_at__isnull=False) | Q(there))


def _first(rows: QuerySet[Any], order: str) -> Subquery:
    """Return the first value of the column that the rows are in order of."""
    return Subquery(rows.order_by(order, "-pk").values(order.removeprefix("-"))[:1])
