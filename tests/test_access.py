"""Every address × every role, against the table in access.py."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from attendance.models import Period, RuleException, TruancyFollowUp
from attendance.summaries.reach import reached
from behaviour.models import (
    Achievement,
    BullyingCase,
    CaseCheck,
    CaseStudent,
    Detention,
    DslConcern,
    GoodNews,
    Incident,
    IncidentReview,
    IncidentType,
    InclusionStay,
    Involvement,
    ListedWord,
    OnCall,
    RobinAnswer,
    SetWork,
    Suspension,
    SuspensionElsewhere,
    TutorMark,
    WorkWaiver,
)
from contacts.models import (
    CallEscalation,
    CallingStep,
    Contact,
    ContactAbout,
    EarlyHelpAction,
    EarlyHelpReview,
    Enquiry,
    EventPlace,
    LetterRule,
    LetterTemplate,
    ParentEvent,
    Seen,
    Share,
    TargetStudent,
)
from interventions.models import Barrier, CaseStage, InterventionType, NeedsScreen, StageStep
from interventions.services.case_parts import finding_add
from interventions.services.cases import case_close
from pastoral.core.models import AccessRecord, ImportRun, User
from pastoral.core.rights import Right, Role, rights_of
from reports.chronology.entries import Kind
from reports.chronology.timeline import chronology_of
from reports.models import Briefing, RagAnswer
from students.models import Student, StudentFact
from tests import agencies
from tests.access import COLUMNS, ROWS, Row, own_patterns
from tests.campaigns import campaign
from tests.cards import card_of
from tests.cases import file_about, file_of, filled_case
from tests.factories import (
    AttendanceTargetFactory,
    BenchmarkFactory,
    BulkChangeFactory,
    JobFactory,
    ProposalFactory,
    SavedViewFactory,
    SessionMarkFactory,
    StaffAssignmentFactory,
    StudentFactFactory,
    TutorGroupFactory,
    enrol,
    staff,
)
from tests.families import carer
from tests.helping import intervention, review, session
from tests.lessons import lesson
from tests.letters import letter_about, message_about
from tests.meetings import decided_of_few, meetings_of
from tests.notices import penalty_notice
from tests.packs import packs_of, snapshot_for
from tests.planning import plan
from tests.plans import plan_for, plan_kind
from tests.reports.half_term import half_terms_of
from tests.reports.rag_school import made
from tests.robins import robin_of
from tests.secrets import (
    FEW,
    HIDDEN,
    READ_AS_TUTOR,
    READERS,
    SIGN,
    VIEWS,
    allowed_to,
    exports_of,
    forbidden_to,
    secret,
    words_in,
)

LAST_WEEK = date(2026, 11, 9)
ACTED_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
SCOPES = {Role.FORM_TUTOR: "9B", Role.PASTORAL_MANAGER: 9, Role.HEAD_OF_YEAR: 9}

DONE = {"state_on": date(2026, 11, 9)}
SURNAME = "Quillfeather"

World = dict[str, tuple[object, ...]]


@pytest.fixture
def world(seeded: int, friday: date, settings: Any, tmp_path: Path) -> World:
    """Students in 9B (the second with SEN), 9C and 8A with a mark each, last week's RAG, a job and an import."""
    first, second = enrol("9B", count=2, legal_surname=SURNAME)
    (third,), (fourth,) = enrol("9C", legal_surname=SURNAME), enrol("8A", legal_surname=SURNAME)
    StudentFactFactory(student=second, kind=StudentFact.Kind.SEN, value="K")
    for student in (first, second, third, fourth):
        SessionMarkFactory(student=student, date=LAST_WEEK)
    settings.MEDIA_ROOT = tmp_path
    by = staff(Role.ATTENDANCE_OFFICER)
    sheets = dict(made(LAST_WEEK, friday, tells_tutors=False).documents.values_list("name", "pk"))
    return {
        "": (),
        **the_day(first, fourth),
        **behaviour_of(first, fourth),
        **cases_of(first, fourth),
        **seen_of(first, fourth),
        **texts_of(first, fourth),
        **enquiries_of(first, fourth),
        **contacts_of(first, fourth),
        **letters_of(first, fourth),
        **agencies_of(first, fourth),
        **ladder_of(first, fourth),
        **meetings_of(first, fourth),
        **plans_of(first, fourth),
        **interventions_of(first, fourth),
        **packs_of(first, fourth),
        "rule": ("lates_week",),
        "proposal of 9C": (ProposalFactory(student=third).pk,),
        "proposal of 8A": (ProposalFactory(student=fourth).pk,),
        "somebody's job": (JobFactory().pk,),
        "benchmark": (BenchmarkFactory().pk,),
        "target": (AttendanceTargetFactory().pk,),
        "somebody's view": (SavedViewFactory().pk,),
        "import": (ImportRun.objects.create(file_name="students.csv", status=ImportRun.Status.PREVIEW).pk,),
        "list": ("pa",),
        "name of 9B": ("9B",),
        "name of 8A": ("8A",),
        "year 9": (9,),
        "year 8": (8,),
        "year 9 list": (9, "pa"),
        "year 8 list": (8, "pa"),
        "student of 9B": (first.pk,),
        "student of 9B with SEN": (second.pk,),
        "student of 9C": (third.pk,),
        "student of 8A": (fourth.pk,),
        "somebody's bulk change": (BulkChangeFactory().pk,),
        "step of calling": (CallingStep.objects.earliest("pk").pk,),
        "step for 9B": (first.pk, CallingStep.objects.earliest("pk").pk),
        "step for 8A": (fourth.pk, CallingStep.objects.earliest("pk").pk),
        "mark of 9B": (first.pk, LAST_WEEK, "AM"),
        "mark of 9C": (third.pk, LAST_WEEK, "AM"),
        "mark of 8A": (fourth.pk, LAST_WEEK, "AM"),
        "notice of 9B": (penalty_notice(first, by=by).pk,),
        "notice of 8A": (penalty_notice(fourth, by=by).pk,),
        "week": (LAST_WEEK,),
        "register of 9B": (TutorGroupFactory(name="9B").pk, friday, "AM"),
        "register of 8A": (TutorGroupFactory(name="8A").pk, friday, "AM"),
        "plan in 9B": (plan(first, "V", by=by).pk,),
        "plan in 8A": (plan(fourth, "V", by=by).pk,),
        "leave in 9B": (plan(first, "C", by=by, kind="leave", status="asked", asked_on=friday).pk,),
        "lesson": (Period.objects.get(name="P1").pk,),
        "no lesson": (999999,),
        "sheet of 9B": (sheets["9B"],),
        **answers_of(first, second, third, fourth, sheets),
        "sheet of 9C": (sheets["9C"],),
        "sheet of Year 9": (sheets["Year 9"],),
        "sheet of Year 8": (sheets["Year 8"],),
        **half_terms_of(friday),
    }


def answers_of(ours: Student, unasked: Student, beside: Student, other: Student, sheets: dict[str, int]) -> World:
    """What tutors answered about a student of 9B and one of 8A, asking for a call, and the tutors."""
    figures = {"as_at": "2026-11-20", "rag_week": "", "reds": [], "red_total": 0, "clocks": []}
    told = Briefing.objects.create(
        year_group_id=9,
        week=date(2026, 11, 16),
        figures=figures | {"cases": [], "restricted": 0, "bullying": 0},
        comment=secret("briefing", "9B"),
        sent_by=staff(Role.HEAD_OF_YEAR, 9),
        sent_to=staff(Role.SLT),
    )
    world: World = {
        "somebody's briefing": (told.pk,),
        "student on the sheet of 9B": (sheets["9B"], unasked.pk),
        "student on the sheet of 9C": (sheets["9C"], beside.pk),
    }
    for student, group in ((ours, "9B"), (other, "8A")):
        by = staff(Role.FORM_TUTOR, group)
        note = secret("rag-answer", group)
        RagAnswer.objects.create(document_id=sheets[group], student=student, answer="call", note=note, by=by)
        world[f"tutor of {group}"] = (by.pk,)
    return world


def behaviour_of(ours: Student, other: Student) -> World:
    """An incident, sanctions and a report card in 9B and in 8A, and a concern about the student of 9B."""
    world: World = {
        "type of incident": (IncidentType.objects.values_list("pk", flat=True)[0],),
        "list of places": ("location",),
        "place": ("location", ListedWord.objects.filter(kind="location").values_list("pk", flat=True)[0]),
    }
    by = staff(Role.SLT)
    for student, group, year in ((ours, "9B", 9), (other, "8A", 8)):
        incident = Incident.objects.create(
            type="Defiance", occurred_on=date(2026, 11, 20), what_happened=secret("incident", group)
        )
        part = Involvement.objects.create(
            incident=incident,
            student=student,
            role="perpetrator",
            statement=secret("statement", group),
            comment=secret("comment", group),
        )
        IncidentReview.objects.create(
            incident=incident,
            year_group_id=year,
            decision="acted",
            action=secret("action", group),
            decided_by=by,
            decided_at=ACTED_AT,
        )
        world[f"call owed in {group}"] = (part.pk,)
        world[f"copy for {group}"] = (incident.pk, student.pk)
        world[f"incident in {group}"] = (incident.pk,)
        world[f"incident in {group}, Year {year}"] = (incident.pk, year)
        praise = Achievement.objects.create(student=student, type="Effort", awarded_on=date(2026, 9, 20))
        world[f"achievement in {group}"] = (praise.pk,)
        news = GoodNews.objects.create(student=student, told_on=date(2026, 9, 20), told_by=staff(Role.SLT))
        world[f"good news in {group}"] = (news.pk,)
        world[f"campaign of Year {year}"] = (
            campaign(staff(Role.SLT), year_group_id=year, about=secret("campaign", group)).pk,
        )
        world[f"group {group}"] = (TutorGroupFactory(name=group).pk,)
        world |= sanctions_of(student, group)
        robin = robin_of(student, by=staff(Role.SLT))
        world[f"robin in {group}"] = (robin.pk,)
        RobinAnswer.objects.create(
            robin=robin, teacher=staff(Role.SLT), answers=[secret("robin", group), "", ""], answered_at=ACTED_AT
        )
        TutorMark.objects.create(
            student=student, day=date(2026, 11, 20), kind="uniform", by=by, note=secret("form-time", group)
        )
        world["answer of somebody"] = (RobinAnswer.objects.create(robin=robin, teacher=staff(Role.SLT)).pk,)
        world[f"card in {group}"] = (card_of(student, keeper=staff(Role.SLT), reason=secret("card", group)).pk,)
    world["campaign of the school"] = (campaign(staff(Role.SLT)).pk,)
    world["reward of another campaign"] = (*world["campaign of Year 9"], 999999)
    concern = DslConcern.objects.create(
        student=ours, words=secret("concern", "9B"), token=uuid4(), receipt="AAAAAA", written_by=by
    )
    return world | {"concern about 9B": (concern.pk,)}


def incident_with(student: Student, *, action_taken: str = "", **facts: Any) -> Incident:
    """An incident that the student did."""
    made = Incident.objects.create(**{"type": "Defiance", "occurred_on": date(2026, 11, 20)} | facts)
    Involvement.objects.create(incident=made, student=student, role="perpetrator", action_taken=action_taken)
    return made


def texts_of(ours: Student, other: Student) -> World:
    """Withdrawn incidents, cells of the MIS, an ended card in 9B and in 8A, and an incident of both groups."""
    by = staff(Role.SLT)
    (hidden,) = enrol("8A", legal_forename="Witt", legal_surname=HIDDEN)
    shared = incident_with(ours, action_taken=f"Moved from Witt {HIDDEN}", what_happened=f"Witt {HIDDEN} saw it.")
    Involvement.objects.create(incident=shared, student=hidden, role="witness")
    world: World = {"incident shared": (shared.pk,)}
    for student, group in ((ours, "9B"), (other, "8A")):
        cell = incident_with(student, action_taken=secret("action-cell", group))
        world[f"incident with a cell in {group}"] = (cell.pk,)
        gone = {"withdrawn_at": ACTED_AT, "withdrawn_by": by, "withdrawn_because": secret("incident-withdrawn", group)}
        world[f"incident withdrawn in {group}"] = (incident_with(student, **gone).pk,)
        ended = {"outcome": "ended", "outcome_note": secret("card-ended", group), "ended_by": by, "ended_at": ACTED_AT}
        card_of(student, keeper=by, **ended)
    return world


def letters_of(ours: Student, other: Student) -> World:
    """A letter about uniform, and an e-mail that failed, about 9B and about 8A."""
    by = staff(Role.SLT)
    world: World = {
        "template": (LetterTemplate.objects.values_list("pk", flat=True)[0],),
        "rule of letters": (LetterRule.objects.values_list("pk", flat=True)[0],),
    }
    for student, group in ((ours, "9B"), (other, "8A")):
        letter = letter_about(student, by=by, words=secret("letter", group))
        world[f"letter about {group}"] = (letter.pk,)
        world[f"batch about {group}"] = (letter.batch_id,)
        world[f"e-mail about {group}"] = (message_about(student, by=by).pk,)
    return world


def sanctions_of(student: Student, group: str) -> World:
    """A detention and a suspension of the student, for a matter of the DSL, and a call for help about them."""
    by = staff(Role.SLT)
    matter = incident_with(student, type="Sexual harm or harassment", what_happened=secret("incident-dsl", group))
    detention = Detention.objects.create(
        student=student, day=date(2026, 11, 20), starts_at=time(15, 10), reason=secret("detention", group), set_by=by
    )
    call = OnCall.objects.create(student=student, room="Sc4", reason="x", asked_by=by)
    OnCall.objects.create(about=secret("call", group), room="Sc4", reason="Unwell or hurt", asked_by=by)
    friday = date(2026, 11, 20)
    suspension = Suspension.objects.create(
        student=student,
        starts_on=friday,
        ends_on=friday,
        sessions=2,
        reasons=["DB"],
        decided_by="x",
        recorded_by=by,
        circumstances=secret("suspension", group),
        incident=matter,
    )
    elsewhere = SuspensionElsewhere.objects.create(
        student=student,
        academic_year=2026,
        sessions=4,
        school=secret("suspension", group),
        source="x",
        told_on=friday,
        token=uuid4(),
        recorded_by=by,
    )
    work = SetWork.objects.create(
        student=student, away_from=friday, subject="Art", set_on=friday, not_needed=secret("work", group)
    )
    WorkWaiver.objects.create(student=student, away_from=friday, because=secret("work", group), by=by)
    return {
        f"absence in {group}": (student.pk, f"{friday}"),
        f"set work in {group}": (work.pk,),
        f"earlier school of {group}": (elsewhere.pk,),
        f"detention in {group}": (detention.pk,),
        f"call about {group}": (call.pk,),
        f"suspension in {group}": (suspension.pk,),
        f"matter of the DSL in {group}": (matter.pk,),
    }


def cases_of(ours: Student, other: Student) -> World:
    """A case of bullying in 9B and one in 8A, each with a target and a check."""
    world: World = {}
    by = staff(Role.SLT)
    for student, group in ((ours, "9B"), (other, "8A")):
        case = BullyingCase.objects.create(
            form="verbal",
            motivations=["race"],
            summary=secret("case", group),
            action=secret("case-action", group),
            outcome=secret("case-outcome", group),
            owner=by,
            opened_by=by,
        )
        gone = {"withdrawn_at": ACTED_AT, "withdrawn_by": by, "withdrawn_because": secret("case-withdrawn", group)}
        twice = BullyingCase.objects.create(
            form="verbal", motivations=["race"], summary="x", owner=by, opened_by=by, **gone
        )
        CaseStudent.objects.create(case=twice, student=student, side="target")
        support = secret("case-support", group)
        side = CaseStudent.objects.create(case=case, student=student, side="target", support=support)
        asked = {"done_on": date(2026, 11, 19), "done_by": by, "is_over": False, "note": secret("case-check", group)}
        CaseCheck.objects.create(case=case, weeks=1, due_on=date(2026, 11, 19), **asked)
        check = CaseCheck.objects.create(case=case, weeks=2, due_on=date(2026, 11, 20))
        world[f"case of {group}"] = (case.pk,)
        world[f"side in case of {group}"] = (case.pk, side.pk)
        world[f"check of case of {group}"] = (case.pk, check.pk)
    return world


def seen_of(ours: Student, other: Student) -> World:
    """A student of 9B and one of 8A who were seen by somebody of SLT, and once more with words for few."""
    world: World = {}
    by = staff(Role.SLT)
    for student, group in ((ours, "9B"), (other, "8A")):
        for kind, is_restricted in (("seen-restricted", True), ("seen", False)):
            seen = Seen.objects.create(
                token=uuid4(),
                student=student,
                seen_at=ACTED_AT,
                logged_at=ACTED_AT,
                by=by,
                narrative=secret(kind, group),
                is_restricted=is_restricted,
            )
        world[f"seen of {group}"] = (seen.pk,)
        world[f"carer in {group}"] = (student.pk, carer(student).pk)
        target = TargetStudent.objects.create(
            token=uuid4(),
            student=student,
            starts_on=date(2026, 11, 2),
            ends_on=date(2026, 12, 18),
            because=secret("target", group),
            owner=by,
            agreed_by=by,
        )
        event = ParentEvent.objects.create(token=uuid4(), name="Evening", held_on=date(2026, 11, 19), made_by=by)
        world[f"target of {group}"] = (target.pk,)
        world[f"event of {group}"] = (event.pk,)
        world[f"place of {group}"] = (EventPlace.objects.create(event=event, student=student).pk,)
    return world


def enquiries_of(ours: Student, other: Student) -> World:
    """An open enquiry and a closed one about behaviour in 9B and in 8A, and one about nobody yet."""
    by = staff(Role.SLT)
    rest = {"received_at": ACTED_AT, "taken_at": ACTED_AT, "taken_by": by, "owner": by}
    world: World = {
        "enquiry about nobody": (Enquiry.objects.create(token=uuid4(), from_name="x", words="x", **rest).pk,)
    }
    for student, group in ((ours, "9B"), (other, "8A")):
        opened = Enquiry.objects.create(
            token=uuid4(),
            student=student,
            from_name=secret("enquiry-name", group),
            words=secret("enquiry", group),
            **rest,
        )
        closed = Enquiry.objects.create(
            token=uuid4(),
            student=student,
            from_name="x",
            topic="bullying",
            words=secret("enquiry-behaviour", group),
            outcome=secret("enquiry-outcome", group),
            acknowledged_at=ACTED_AT,
            acknowledged_by=by,
            closed_at=ACTED_AT,
            closed_by=by,
            **rest,
        )
        world[f"enquiry of {group}"] = (opened.pk,)
        world[f"closed enquiry of {group}"] = (closed.pk,)
    return world


def calls_of(ours: Student, other: Student, by: User) -> None:
    """A call about an enquiry of each, and two that stand in both files, about a matter of the DSL of the one alone."""
    rest = {
        "made_by": by,
        "logged_by": by,
        "owner": by,
        "occurred_at": ACTED_AT,
        "channel": "phone",
        "result": "reached",
    }
    for student, group in ((ours, "9B"), (other, "8A")):
        words, also = secret("contact-enquiry", group), {"party": "other", "other_name": "x", "purpose": "enquiry"}
        call = Contact.objects.create(token=uuid4(), student=student, narrative=words, **also, **rest)
        ContactAbout.objects.create(contact=call, enquiry=Enquiry.objects.get(student=student, topic="bullying"))
        matter = student.involvements.get(incident__type="Sexual harm or harassment")
        token, both = uuid4(), {"party": "other", "other_name": "x", "purpose": "welfare"}
        for each in (ours, other):
            words = secret("contact-dsl", "9B" if each == ours else "8A")
            call = Contact.objects.create(token=token, student=each, narrative=words, **both, **rest)
            if each == student:
                ContactAbout.objects.create(contact=call, involvement=matter)


def contacts_of(ours: Student, other: Student) -> World:
    """A visit to the home about behaviour, shared and answered, and a restricted talk, in 9B and in 8A."""
    world: World = {}
    by = staff(Role.SLT)
    calls_of(ours, other, by)
    for student, group in ((ours, "9B"), (other, "8A")):
        common = {"student": student, "made_by": by, "logged_by": by, "owner": by, "occurred_at": ACTED_AT}
        visit = Contact.objects.create(
            token=uuid4(),
            channel="home_visit",
            party="carer",
            parent_carer=carer(student),
            result="reached",
            purpose="behaviour",
            narrative=secret("contact", group),
            safety_note=secret("safety", group),
            next_step=secret("step", group),
            next_on=date(2026, 11, 23),
            **common,
        )
        few = Contact.objects.create(
            token=uuid4(),
            channel="phone",
            party="other",
            other_name=secret("caller", group),
            result="reached",
            purpose="welfare",
            narrative=secret("few", group),
            is_restricted=True,
            **common,
        )
        of_dsl = Contact.objects.create(
            token=uuid4(),
            channel="in_person",
            party="other",
            other_name="x",
            result="reached",
            purpose="welfare",
            narrative=secret("contact-dsl", group),
            **common,
        )
        matter = incident_with(student, type="Sexual harm or harassment").involvements.get()
        ContactAbout.objects.create(contact=of_dsl, involvement=matter)
        share = Share.objects.create(
            contact=visit,
            to=staff(Role.SENCO),
            by=by,
            read_at=ACTED_AT,
            replied_at=ACTED_AT,
            reply=secret("reply", group),
        )
        world |= {
            f"contact in {group}": (visit.pk,),
            f"few in {group}": (few.pk,),
            f"contact about a matter of the DSL in {group}": (of_dsl.pk,),
            "somebody's share": (share.pk,),
        }
    return world


def agencies_of(ours: Student, other: Student) -> World:
    """An agency that works with a student of 9B and with one of 8A, and what it was asked and told about them."""
    by = staff(Role.SLT)
    held = agencies.agency("Kooth")
    world: World = {"agency": (held.pk,), "worker": (agencies.worker(held).pk,)}
    for student, group in ((ours, "9B"), (other, "8A")):
        words = secret("referral", group)
        sent = agencies.referral(
            student, held, by, reason=words, shared=words, without_because=words, state="done", **DONE, outcome=words
        )
        world |= {
            f"agency of {group}": (agencies.link(student, held, by).pk,),
            f"referral of {group}": (sent.pk,),
            f"referral of {group}, its kind": ("referral", sent.pk),
        }
        world |= early_help_of(student, group, by) | told_of(student, group, by)
    return world


def plans_of(ours: Student, other: Student) -> World:
    """A plan that was agreed, reviewed and shared, and one whose words few read, in 9B and in 8A."""
    by = staff(Role.SLT)
    world: World = {"kind of plan": (plan_kind().pk,)}
    for student, group in ((ours, "9B"), (other, "8A")):
        for kind, about in (("plan", "plan of"), ("plan-restricted", "few read this plan of")):
            words = secret(kind, group)
            said = {"reason": words, "strengths": words, "student_words": words, "family_words": words}
            is_for_few = kind == "plan-restricted"
            held = plan_for(student, by, is_restricted=is_for_few, is_begun=is_for_few, **said)
            if not is_for_few:
                decided_of_few(held, by, group)
            facts = {"party": "student", "version": 1, "refused_on": ACTED_AT, "refused_because": words}
            agreement = held.agreements.create(**facts)
            review = held.reviews.earliest("due_on")
            told = {"held_on": ACTED_AT, "by": by, "decision": "go_on", "notes": words, "student_words": words}
            held.reviews.filter(pk=review.pk).update(**told)
            answered = {"opened_at": ACTED_AT, "replied_at": ACTED_AT, "reply": words, "asks": words}
            share = held.shares.create(to=staff(Role.SENCO), by=by, due_on=ACTED_AT, **answered)
            world |= {
                f"{about} {group}": (held.pk,),
                f"version of {about} {group}": (held.pk, 1),
                f"agreement to {about} {group}": (held.pk, agreement.pk),
                f"review of {about} {group}": (held.pk, review.pk),
                f"share of {about} {group}": (held.pk, share.pk),
                f"file with {about} {group}": (file_about(student, by, words, plan=held).pk,),
                "somebody's plan share": (share.pk,),
            }
    return world


def early_help_of(student: Student, group: str, by: User) -> World:
    """Early help with an action and a meeting."""
    words = secret("early-help", group)
    held = agencies.early_help(student, by, needs=words, strengths=words, wishes=words)
    day = date(2026, 11, 16)
    action = EarlyHelpAction.objects.create(early_help=held, what=words, owner=by, due_on=day)
    review = EarlyHelpReview.objects.create(early_help=held, due_on=day, held_on=day, decision="go_on", notes=words)
    return {
        f"early help of {group}": (held.pk,),
        f"action for {group}": (held.pk, action.pk),
        f"one's action for {group}": (action.pk,),
        f"meeting for {group}": (held.pk, review.pk),
    }


def told_of(student: Student, group: str, by: User) -> World:
    """Information about the student and a reference for them; of each a restricted one too."""
    world: World = {}
    for kind, is_restricted in (("information", False), ("information-restricted", True)):
        words = secret(kind, group)
        told = agencies.information(student, by, title=words, narrative=words, is_restricted=is_restricted)
        world[f"{'restricted' if is_restricted else 'information'} on {group}"] = (told.pk,)
    for kind, is_restricted in (("reference", False), ("reference-restricted", True)):
        asked = agencies.reference(student, by, draft=secret(kind, group), is_restricted=is_restricted)
        world[f"{'restricted' if is_restricted else 'reference'} for {group}"] = (asked.pk,)
    return world


def ladder_of(ours: Student, other: Student) -> World:
    """Attendance cases with all that they hold: one that is open, and a restricted one that was closed before."""
    by = staff(Role.SLT)
    world: World = {
        "stage": (CaseStage.objects.earliest("pk").pk,),
        "step": (StageStep.objects.earliest("pk").pk,),
        "barrier": (Barrier.objects.earliest("pk").pk,),
    }
    for student, group in ((ours, "9B"), (other, "8A")):
        few = filled_case(student, by, secret("pa-case-restricted", group), is_restricted=True)
        case_close(
            case=few, closed_on=few.opened_on, outcome="not", outcome_note=secret("pa-case-restricted", group), by=by
        )
        case = filled_case(student, by, secret("pa-case", group))
        told_of = {"part": "bullying_asked", "words": secret("finding-bullying", group), "found_on": case.opened_on}
        finding_add(case=case, token=uuid4(), facts=told_of, by=by)
        world |= {
            f"restricted case in {group}": (few.pk,),
            f"case on the ladder in {group}": (case.pk,),
            f"medical request in {group}": (case.pk, case.medical_requests.get().pk),
            f"finding in {group}": (case.pk, "siblings"),
            f"action of a case in {group}": (case.pk, case.actions.earliest("pk").pk),
            f"view in {group}": (case.pk, "view", case.views.get().pk),
            f"file in {group}": (file_of(case, by, secret("file", group)).pk,),
            f"restricted file in {group}": (file_of(case, by, secret("file-few", group), is_restricted=True).pk,),
        }
    return world


def interventions_of(ours: Student, other: Student) -> World:
    """An intervention about behaviour, a restricted one about attendance and a restricted screen, in 9B and in 8A."""
    world: World = {"type of intervention": (InterventionType.objects.values_list("pk", flat=True)[0],)}
    by = staff(Role.SLT)
    for student, group in ((ours, "9B"), (other, "8A")):
        words = secret("intervention", group)
        held = intervention(student, by=by, aim="behaviour", target=words, because=words, group_name=words)
        logged = session(held, ACTED_AT, note=words)
        review(held, date(2026, 11, 20))
        few = secret("intervention-restricted", group)
        restricted = intervention(student, by=by, target=few, because=few, group_name=few, is_restricted=True)
        session(restricted, ACTED_AT, note=few)
        screen = NeedsScreen.objects.create(
            token=uuid4(), student=student, screened_on=LAST_WEEK, by=by, summary=few, is_restricted=True
        )
        world |= {
            f"screen of {group}": (screen.pk,),
            f"intervention in {group}": (held.pk,),
            f"seat in {group}": (held.pk, held.students.get().pk),
            f"session in {group}": (held.pk, logged.pk),
            f"few of {group}": (restricted.pk,),
        }
    return world


def the_day(ours: Student, other: Student) -> World:
    """A lesson missed on the Friday, one followed up by somebody, and a stay in a room, in 9B and in 8A."""
    world: World = {}
    for student, group in ((ours, "9B"), (other, "8A")):
        SessionMarkFactory(student=student, date=date(2026, 11, 20))
        SessionMarkFactory(student=student, date=date(2026, 11, 20), session="PM", letters="N")
        for kind, name in (("visit", "call-note"), ("dsl", "call-dsl")):
            step = CallingStep.objects.filter(kind=kind).first()
            CallEscalation.objects.create(
                student=student,
                day=date(2026, 11, 20),
                step=step,
                label="x",
                note=secret(name, group),
                by=staff(Role.SLT),
            )
        lesson(student, date(2026, 11, 20), "P3", "N")
        follow_up = TruancyFollowUp.objects.create(
            student=student, date=date(2026, 11, 19), period="P1", owner=staff(Role.SLT)
        )
        stay = InclusionStay.objects.create(
            student=student, room="inclusion", reason=secret("stay", group), adult="Mr Y", recorded_by=staff(Role.SLT)
        )
        over = InclusionStay.objects.create(
            student=student,
            room="nurture",
            reason="x",
            recorded_by=staff(Role.SLT),
            came_at=datetime(2026, 11, 19, 10, tzinfo=UTC),
            left_at=datetime(2026, 11, 19, 11, tzinfo=UTC),
            outcome=secret("stay-outcome", group),
        )
        world[f"stay over in {group}"] = (over.pk,)
        world[f"lesson missed in {group}"] = (student.pk, "2026-11-20", "P3")
        exception = RuleException.objects.create(
            student=student,
            strand="attendance",
            first_day=date(2026, 11, 9),
            last_day=date(2026, 11, 20),
            words="x",
            made_by=staff(Role.SLT),
        )
        world[f"exception in {group}"] = (exception.pk,)
        world[f"follow-up of {group}"] = (follow_up.pk,)
        world[f"stay of {group}"] = (stay.pk,)
    return world


def client_of(column: str) -> Client:
    client = Client()
    if column != "nobody":
        first, *more = READ_AS_TUTOR.get(column) or [(Role(column), SCOPES.get(Role(column)))]
        user = staff(*first)
        for other in more:
            staff(*other).assignments.update(user=user)
        client.force_login(user)
    return client


def test_every_address_is_in_the_table() -> None:
    assert {row.name for row in ROWS} == {name for name, _pattern in own_patterns()}


@pytest.mark.parametrize("column", COLUMNS)
def test_each_role_gets_what_the_table_says_and_no_name_where_refused(column: str, world: World) -> None:
    """And T14: no page, search, file or PDF tells words that the role may not read; those it may, it finds."""
    statuses = walk(client_of(column), column, ROWS, world)
    expected = {told(row): row.statuses[COLUMNS.index(column)] for row in ROWS}
    assert {key: (expected[key], status) for key, status in statuses.items() if status != expected[key]} == {}


def test_t14_whoever_has_another_role_reads_of_9b_as_its_tutor(world: World) -> None:
    """On all pages but those of rights that neither role has: of two roles one has no other rights than theirs."""
    for person, roles in READ_AS_TUTOR.items():
        held = [COLUMNS.index(role) for role, _scope in roles]
        shut = {row for row in ROWS if row.method == "POST" or all(row.statuses[place] == 403 for place in held)}
        client = client_of(person)
        user = User.objects.get(pk=client.session[SESSION_KEY])
        assert user.rights == rights_of({role for role, _scope in roles})
        walk(client, person, [row for row in ROWS if row not in shut], world)


def test_t14_a_pack_takes_no_more_than_its_builder_may_hand_on(world: World) -> None:
    """With every section; what is for few, and the DSL's, by right and by choice; no other child's name.

    Whoever has the rights that it took opens it later: to them, too, it tells nothing that they may not read.
    """
    student = Student.objects.get(pk=world["student of 9B"][0])
    few = tuple(secret(kind, "9B") for kind in READERS if kind.split("-")[-1] in ("restricted", "few", "caller"))
    dsls = tuple(secret(kind, "9B") for kind in ("concern", "incident-dsl", "contact-dsl"))
    found: dict[str, str] = {}
    users = {column: User.objects.get(pk=client_of(column).session[SESSION_KEY]) for column in COLUMNS[1:]}
    reach = {column: reached(user, [student.pk]).get(student.pk) for column, user in users.items()}
    for column, user in users.items():
        plain, whole = (snapshot_for(student, user, chooses=chooses) for chooses in (False, True))
        assert (plain.text == "") == (not user.may(Right.BUILD_PACKS) or column == "senco"), column
        for built in (plain, whole):
            opens = [each for each, who in reach.items() if who and built.needs <= who.rights]
            assert column in opens or not built.text, column
            for reader in opens:
                assert [word for word in forbidden_to(reader) if word in built.text] == [], (column, reader)
            assert HIDDEN not in built.text, column
        assert [word for word in (*few, *dsls) if word in plain.text] == [], column
        found[column] = whole.text
    assert secret("meeting-restricted", "9B") in found["head_of_year"]
    assert secret("concern", "9B") in found["dsl"]
    assert secret("incident", "9B") in found["pastoral_manager"]


def walk(client: Client, column: str, rows: Iterable[Row], world: World) -> dict[str, int]:
    """Return the status of each address, and see to it that nothing is told on the way that is not to be told."""
    statuses, naming, pages = {}, [], {}
    for row in rows:
        address = reverse(row.name, args=world[row.target])
        statuses[told(row)], body, pages[row.method, address] = answer_of(client, row.method, address)
        if statuses[told(row)] in {403, 404} and SURNAME.encode() in body:
            naming.append(told(row))
    assert naming == []
    for name, target, query in VIEWS:
        address = f"{reverse(name, args=world[target])}?{query}"
        pages["GET", address] = answer_of(client, "GET", address)[2]
    if SURNAME not in pages["GET", reverse("reports:student_detail", args=world["student of 8A"])]:
        assert [key for key, words in pages.items() if HIDDEN in words] == []
    shown = {address: words for (method, address), words in pages.items() if method == "GET"}
    files = exports_of(client, shown, takes_pages=column == "head_of_year")
    pages |= {("GET", address): words for address, words in files}
    assert [(key, word) for word in forbidden_to(column) for key, words in pages.items() if word in words] == []
    everything = "".join(pages.values())
    assert [word for word in allowed_to(column) if word not in everything] == []
    return statuses


def told(row: Row) -> str:
    return f"{row.method} {row.name} {row.target}".strip()


def answer_of(client: Client, method: str, address: str) -> tuple[int, bytes, str]:
    answer = client.post(address) if method == "POST" else client.get(address)
    client.cookies.pop("messages", None)  # a word about the own student, for whichever page comes next
    body = answer.getvalue()  # a file is open until it is read to its end
    return answer.status_code, body, words_in(answer, body)


def test_t14_no_search_finds_a_student_by_restricted_words(world: World, as_role: Callable[..., Client]) -> None:
    for role in Role:
        client = as_role(role)
        for name, field in (("reports:student_find", "q"), ("students:pick", "who"), ("behaviour:score_list", "q")):
            assert SURNAME not in client.get(reverse(name), {field: SIGN}).content.decode(), (role, name)


def test_reading_a_student_is_logged_with_the_reason(world: World, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.HEAD_OF_YEAR, 9)
    client.get(reverse("reports:student_detail", args=world["student of 9B"]))
    record = AccessRecord.objects.get()
    assert record.subject == f"student:{world['student of 9B'][0]}"
    assert record.reason == "Head of Year 9"
    assert record.user == client.user


def test_who_is_refused_leaves_no_record(world: World, as_role: Callable[..., Client]) -> None:
    as_role(Role.FORM_TUTOR, "9B").get(reverse("reports:student_detail", args=world["student of 8A"]))
    assert not AccessRecord.objects.exists()


def test_rights_reach_no_further_than_their_role(world: World, as_role: Callable[..., Client]) -> None:
    """A Head of Year 8 who is tutor of 9B sees 9B as a tutor does, and Year 8 as its Head of Year."""
    client = as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=client.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    own = client.get(reverse("reports:student_detail", args=world["student of 8A"])).context
    other = client.get(reverse("reports:student_detail", args=world["student of 9B"])).context
    assert (own["sees_sensitive"], own["carers"] is None) == (True, False)
    assert (other["sees_sensitive"], other["carers"] is None) == (False, False)  # a tutor rings homes too


def test_cover_ends_with_its_last_day(
    world: World, as_role: Callable[..., Client], on_day: Callable[..., object]
) -> None:
    client = as_role(Role.FORM_TUTOR, "9C")
    StaffAssignmentFactory(
        user=client.user,
        role=Role.FORM_TUTOR,
        tutor_group=TutorGroupFactory(name="9B"),
        starts_on=date(2026, 11, 20),
        ends_on=date(2026, 11, 20),
    )
    address = reverse("reports:student_detail", args=world["student of 9B"])
    assert client.get(address).status_code == 200
    on_day(date(2026, 11, 21))
    client.force_login(User.objects.get(pk=client.user.pk))  # yesterday's sign-in is over, too
    assert client.get(address).status_code == 404


def test_a_chronology_tells_of_every_source_and_only_by_choice_of_restricted_ones(world: World) -> None:
    """What its reader may read is all in it: without the choice nothing restricted, and nothing for the DSL alone."""
    dsl, first, last = staff(Role.DSL), date(2026, 9, 1), date.max.replace(year=2100)
    (ours,) = world["student of 9B"]
    every = chronology_of(cast("int", ours), dsl, first, last, takes_restricted=True, takes_dsl=True)
    told = "\n".join(f"{each.title}\n{each.words}" for each in every)
    assert {each.kind for each in every} == set(Kind) - {
        Kind.DETENTION,
        Kind.FORM_TIME,
        Kind.LATE,
        Kind.LETTER,
        Kind.ACTION,
    }
    few = [secret(kind, "9B") for kind in ("few", "incident-dsl", "concern", "plan-restricted", "meeting-restricted")]
    assert not [words for words in few if words not in told]
    plain = chronology_of(cast("int", ours), dsl, first, last)
    told = "\n".join(f"{each.title}\n{each.words}" for each in plain)
    assert not [words for kind in FEW for words in [secret(kind, "9B")] if words in told]
