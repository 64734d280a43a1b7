"""What the demo school lives besides its files: made once, through the services, and no mark is touched."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from attendance.models import (
    AttendanceTarget,
    Benchmark,
    NoticeDecision,
    PenaltyNotice,
    PlannedMark,
    Register,
    SessionMark,
    TruancyFollowUp,
)
from behaviour.models import (
    Achievement,
    BullyingCase,
    Campaign,
    CampaignAward,
    Detention,
    DslConcern,
    GoodNews,
    Incident,
    IncidentReview,
    InclusionStay,
    OnCall,
    ReportCard,
    RobinAnswer,
    RoundRobin,
    Suspension,
    TutorMark,
)
from contacts.models import (
    Agency,
    AgencyLink,
    Contact,
    EarlyHelp,
    Enquiry,
    FamilyWish,
    Information,
    Letter,
    LetterCopy,
    Message,
    ParentEvent,
    ReferenceRequest,
    Referral,
    Seen,
    TargetStudent,
)
from interventions.models import (
    Action,
    Attachment,
    Intervention,
    InterventionStudent,
    Meeting,
    NeedsScreen,
    PACase,
    Plan,
    PlanAgreement,
    PlanShare,
    PlanVersion,
    SessionPlace,
)
from pastoral.core.rights import Role
from reports.demo.cast import Cast, NobodyThere
from reports.demo.day import PARTS, day_live
from reports.demo.home.contacts import contacts_log
from reports.demo.registers import registers_take
from students.models import ParentCarer, ParentCarerLink
from tests.factories import enrol, staff
from tests.marks import lay
from tests.notices import parent_of

TODAY = date(2026, 11, 20)
MONDAY = date(2026, 9, 7)


@pytest.fixture
def school(seeded, friday):
    """Twelve students of 9B with marks of ten weeks: absent, on holiday, part-time and placed elsewhere; and staff."""
    students = enrol("9B", count=12)
    weeks = ["O O O O / / / / / /", "/ C2 / C2 / / / / / /", "B B / / / / / / / /", "D D / / / / / / / /"]
    for n, student in enumerate(students):
        lay(student, MONDAY, " ".join([weeks[n % 4]] * 10))
    holiday = students[3]
    SessionMark.objects.filter(student=holiday).delete()
    lay(holiday, MONDAY, " ".join(["/"] * 40 + ["G"] * 10 + ["/"] * 50))
    for student in students:
        parent_of(student)
    ParentCarer.objects.update(mobile="07700 900123", address="1 Mill Lane")
    ParentCarer.objects.filter(pk__in=ParentCarer.objects.order_by("pk").values("pk")[:6]).update(email="p@example.org")
    staff(Role.FORM_TUTOR, "9B")
    for role, scope in [(Role.HEAD_OF_YEAR, 9), (Role.PASTORAL_MANAGER, 9), (Role.SLT, None)]:
        staff(role, scope)
    staff(Role.ATTENDANCE_OFFICER)
    return students


def test_the_day_is_lived_once_and_touches_no_mark(school):
    before = list(SessionMark.objects.order_by("pk").values_list())
    made = day_live(TODAY)
    counts = {model: model.objects.count() for model in MODELS}
    assert {name for name, number in made.items() if number} >= set(PARTS) - {"truancy follow-ups"}
    assert day_live(TODAY) == dict.fromkeys(PARTS, 0)
    assert {model: model.objects.count() for model in MODELS} == counts
    assert list(SessionMark.objects.order_by("pk").values_list()) == before


MODELS = (
    Register, PlannedMark, NoticeDecision, PenaltyNotice, InclusionStay, TruancyFollowUp, Benchmark, AttendanceTarget,
    Incident, IncidentReview, TutorMark, Detention, ReportCard, BullyingCase, Achievement, GoodNews, Campaign,
    CampaignAward, OnCall, Suspension, Contact, Enquiry, Agency, AgencyLink, Referral, EarlyHelp, Information,
    ReferenceRequest, Letter, LetterCopy, Message, Seen, TargetStudent, ParentEvent, FamilyWish, ParentCarerLink,
    PACase, Attachment, Intervention, SessionPlace, NeedsScreen, Plan, PlanVersion, PlanShare, Meeting, Action,
    DslConcern, RoundRobin, RobinAnswer,
)  # fmt: skip


def test_what_it_lived_hangs_together(school, as_role):
    """Plans follow the register, registers lie on school days, the inbox and the desk hold a morning's work."""
    day_live(TODAY)
    assert Incident.objects.filter(reviews=None).count() >= 9
    missed = Detention.objects.get(status="missed")
    assert missed.escalation.day > TODAY
    assert BullyingCase.objects.filter(students__side="target").exists()
    inbox = as_role(Role.HEAD_OF_YEAR).get("/behaviour/inbox/").context["inbox"]
    assert inbox.waiting == Incident.objects.filter(reviews=None).count()

    assert PACase.objects.open().count() == 2  # and one withdrawn, one closed
    assert {case.stage_id for case in PACase.objects.open()} == {
        case.moves.last().to_stage_id for case in PACase.objects.open()
    }
    assert Action.objects.filter(case__closed_on=None, evidence_contact__isnull=False).exists()
    outcomes = set(InterventionStudent.objects.values_list("outcome", flat=True))
    assert {"worked", "partly", "not", "not_delivered", ""} >= outcomes > {"not_delivered", ""}
    assert not Intervention.objects.filter(ended_on=None, students__outcome__gt="").exists()
    assert set(PlanAgreement.objects.filter(party="family").values_list("refused_on", flat=True)) > {None}
    assert PlanShare.objects.filter(plan__is_restricted=False, replied_at__isnull=False).exists()
    assert Plan.objects.exclude(ended_on=None).exists()
    assert Action.objects.exclude(carried_from=None).exists()

    part_time = PlannedMark.objects.filter(kind="part_time")
    assert {tuple(plan.sessions) for plan in part_time} == {("MON-PM", "TUE-PM")}
    assert {plan.code.letters for plan in PlannedMark.objects.filter(kind="placement")} == {"B", "D"}
    refused = PlannedMark.objects.filter(student=school[3], status="refused", starts_on__lt=TODAY)
    assert [(plan.starts_on, plan.ends_on) for plan in refused] == [(date(2026, 10, 5), date(2026, 10, 9))]
    assert NoticeDecision.objects.get(student=school[3]).decision == "referred"

    days = set(Register.objects.values_list("date", flat=True))
    assert max(days) == TODAY
    assert all(day.weekday() < 5 and day > TODAY - timedelta(weeks=5) for day in days)
    assert 24 <= Register.objects.count() <= 30

    barred = Enquiry.objects.get(parent_carer__links__has_court_order=True)
    assert (barred.closed_at, barred.acknowledged_at) == (None, None)
    assert Enquiry.objects.filter(received_at__date=TODAY, acknowledged_at=None).count() >= 3
    assert not Contact.objects.filter(direction="out", parent_carer=barred.parent_carer).exists()
    assert not LetterCopy.objects.filter(parent_carer=barred.parent_carer).exists()
    assert LetterCopy.objects.exclude(sent_at=None).count() == Contact.objects.exclude(letter_copy=None).count() > 0
    assert set(Message.objects.values_list("state", flat=True)) <= {"sent", "bounced"}  # nothing leaves the demo


def test_the_same_school_lives_the_same_day(school):
    """The same registers and the same calls, word for word."""
    cast, lived = Cast.of(TODAY), []
    for _turn in range(2):
        with suppress(_TakenBack), transaction.atomic():
            registers_take(cast)
            contacts_log(cast)
            lived.append(
                (
                    list(Register.objects.order_by("date", "session").values_list("date", "session", "taken_at")),
                    list(Contact.objects.order_by("token").values_list("token", "student", "occurred_at", "narrative")),
                )
            )
            raise _TakenBack
    assert lived[0] == lived[1]
    assert all(lived[0])


class _TakenBack(Exception):
    """So that it is lived once more."""


def test_without_marks_or_outside_the_demonstration_nothing_is_made(seeded, friday, settings):
    with pytest.raises(NobodyThere, match="import the demo school first"):
        day_live(TODAY)
    settings.DEMO = False
    with pytest.raises(CommandError, match="PASTORAL_DEMO=1"):
        call_command("demo_day")
    settings.DEMO = True
    with pytest.raises(CommandError, match="import the demo school first"):
        call_command("demo_day")
