"""Everybody's actions in one list: open, due, overdue, set for others and done, with what other pages keep."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.models import NoticeDecision
from behaviour.models import BullyingCase, CaseCheck, CaseStudent
from contacts.models import Contact, EarlyHelpAction, Enquiry, Seen
from interventions.models import Action, MedicalRequest, Meeting, PACase, PlanReview
from pastoral.core.models import AccessRecord
from pastoral.core.needs import Look, lines_for
from pastoral.core.rights import Role
from tests import agencies, helping
from tests.behaviour.test_contact_duties import acted
from tests.cases import case_of
from tests.contacts.test_targets import agreed
from tests.factories import enrol, staff
from tests.families import carer
from tests.meetings import action_of, asked_to, meeting_of
from tests.planning import plan as plan_marks
from tests.plans import plan_for
from tests.robins import robin_of

LIST = reverse("interventions:action_list")
FRIDAY = date(2026, 11, 20)
DUTIES = [
    ("Review", "Attendance case"),
    ("Attendance case", "Medical evidence asked for"),
    ("Attendance case", "Left the school: close it"),
    ("Plan", "Pastoral support plan. Left the school: close it"),
    ("Intervention", "Home visit. Left the school: close it"),
    ("Intervention", "Mentoring: its time is up"),
    ("Intervention", "Behaviour mentoring: say how it came out"),
    ("Review", "Counselling"),
    ("Meeting", "Minutes to close: Panel"),
    ("Round robin", "Meeting with the parents"),
    ("Call home", "Reach a parent about an incident"),
    ("Enquiry", "Follow up an enquiry"),
    ("See again", "See the student again"),
    ("Referral", "Ask the agency again"),
    ("Information", "Ask the ward"),
    ("Reference", "Lowfield College"),
    ("Review", "Target list: 1 of yours to go through"),
    ("Review", "Part-time timetable"),
    ("Look again", "Penalty notice: notice to improve"),
]


def items(client, **asked):
    return client.get(LIST, asked).context["page"].rows


def words(client, **asked):
    return [item.action.words if item.action else item.duty.what for item in items(client, **asked)]


def call_of(student, by, **facts):
    people = {"made_by": by, "logged_by": by, "owner": by, "student": student, "parent_carer": carer(student)}
    how = {"channel": "phone", "party": "carer", "result": "reached", "occurred_at": timezone.now()}
    return Contact.objects.create(token=uuid4(), **people, **how, **facts)


@pytest.fixture
def head(seeded, as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def test_one_list_shows_what_is_theirs_and_what_other_pages_keep(head, friday):
    (kai,) = enrol("9B", legal_surname="O'Neill")
    me, tutor = head.user, staff(Role.FORM_TUTOR, "9B")
    late = action_of(me, "Visit home", student=kai, due_on=friday - timedelta(days=3), set_by=tutor)
    action_of(me, "Ask the nurse", student=kai, due_on=friday)
    action_of(me, "Later on", student=kai, due_on=friday + timedelta(days=5))
    action_of(tutor, "Talk in form time", student=kai, set_by=me, due_on=friday + timedelta(days=1))
    help_ = agencies.early_help(kai, me)
    EarlyHelpAction.objects.create(early_help=help_, what="Call the clinic", owner=me, due_on=friday)
    call_of(kai, me, next_step="Send the timetable", next_on=friday - timedelta(days=1))
    case = BullyingCase.objects.create(form="verbal", motivations=["race"], summary="x", owner=me, opened_by=me)
    CaseStudent.objects.create(case=case, student=kai, side="target")
    CaseCheck.objects.create(case=case, weeks=2, due_on=friday - timedelta(days=2))
    case_of(kai, me, review_on=friday)
    assert "Attendance case" in words(head, show="due")
    PACase.objects.update(withdrawn_at=timezone.now(), withdrawn_by=me, withdrawn_because="Twice")
    assert "Attendance case" not in words(head, show="due")
    assert words(head, show="overdue") == ["Visit home", "Ask whether it has stopped", "Send the timetable"]
    assert words(head, show="overdue", only="actions") == ["Visit home"]
    assert set(words(head, show="due")) == {*words(head, show="overdue"), "Ask the nurse", "Call the clinic"}
    assert "Later on" in words(head)
    assert words(head, show="set") == ["Talk in form time"]
    assert [line.count for line in lines_for(Look(me, timezone.now())) if "overdue" in line.label] == [1]
    tick = reverse("interventions:action_tick", args=[late.pk])
    for _ in range(2):
        assert head.post(tick, {"back": f"{LIST}?show=overdue"}).url == f"{LIST}?show=overdue"
    late.refresh_from_db()
    assert (late.done_on, late.done_by) == (friday, me)
    assert words(head, show="done") == ["Visit home"]
    page = head.get(LIST, {"show": "done"}).content.decode()
    seen = late.settled_as
    assert seen in page
    Action.objects.update(done_note="Nobody in")  # a colleague, meanwhile
    assert head.post(tick, {"do": "open", "seen": seen}).status_code == 409
    late.refresh_from_db()
    assert late.done_note == "Nobody in"
    head.post(tick, {"do": "open", "seen": late.settled_as})
    assert "Visit home" in words(head, show="overdue")
    table = head.get(LIST, {"show": "overdue", "format": "csv"}).content.decode()
    assert "Visit home" in table
    assert "O'Neill" in table
    assert "3 days overdue" in table
    assert AccessRecord.objects.filter(kind="export", subject="actions:overdue").count() == 1


def test_every_kind_that_other_pages_keep_is_in_the_list_and_opens(head, friday, client_for):
    me, (kai,), (gone,) = head.user, enrol("9B"), enrol("9C", left_on=friday - timedelta(days=4))
    before, ahead = friday - timedelta(days=2), friday + timedelta(days=9)
    medical = {"asked_of": carer(kai), "asked_on": before, "about": "Cold", "authorised_until": ahead, "asked_by": me}
    MedicalRequest.objects.create(token=uuid4(), case=case_of(kai, me, review_on=ahead), **medical)
    case_of(gone, me, review_on=before)
    PlanReview.objects.create(plan=plan_for(gone, me), due_on=before)
    over = helping.intervention(kai, by=me, planned_until=before)
    helping.intervention(gone, by=me, kind="Home visit")
    helping.intervention(kai, by=me, kind="Behaviour mentoring", ended_on=before, ended_by=me)
    given = helping.intervention(kai, by=staff(Role.SLT), deliverer=me, kind="Counselling")
    helping.review(given, before)
    meeting_of(me, kai, title="Panel", held_on=before)
    meeting_of(me, kai, title="To come", held_on=ahead)
    robin_of(kai, by=staff(Role.SENCO), teachers=(me,))
    acted(kai, by=me)
    taken = {"taken_by": me, "owner": me, "received_at": timezone.now(), "from_name": "x"}
    Enquiry.objects.create(token=uuid4(), student=kai, words="x", follow_up_on=ahead, **taken)
    Seen.objects.create(token=uuid4(), student=kai, by=me, seen_at=timezone.now(), review_on=ahead)
    agencies.referral(kai, agencies.agency("Kooth"), me, chase_on=ahead)
    agencies.information(kai, me, follow_up="Ask the ward", follow_up_owner=me, follow_up_on=ahead)
    agencies.reference(kai, me)
    for student in (kai, gone):  # one line for a list, and nobody of it who left
        agreed(student, me, name="Autumn 2 2026")
    agreed(kai, staff(Role.SLT), name="Spring 1 2027")
    plan_marks(kai, "C2", by=me, last=ahead, kind="part_time", review_on=ahead, agreed_on=before, agreed_with="Mum")
    decided = {"reason": "x", "window_first": before, "window_last": before, "review_on": ahead, "decided_by": me}
    NoticeDecision.objects.create(student=kai, decision="notice_to_improve", **decided)
    with CaptureQueriesContext(connection) as taken_queries:
        duties = [item.duty for item in items(head) if item.duty]
    assert len(taken_queries) <= 12
    assert sorted((duty.kind, duty.what) for duty in duties) == sorted(DUTIES)
    assert {duty.url: head.get(duty.url).status_code for duty in duties} == {duty.url: 200 for duty in duties}
    assert [duty.due_on for duty in duties if "Left the school" in duty.what] == [gone.left_on] * 3
    assert over.planned_until in [duty.due_on for duty in duties]


def test_an_action_is_settled_handed_on_and_opened_again(head, friday, client_for):
    (kai,) = enrol("9B")
    me, tutor = head.user, staff(Role.FORM_TUTOR, "9B")
    add = f"{reverse('interventions:action_add')}?student={kai.pk}"
    sent = {"token": uuid4(), "what": "Ask the nurse", "owner": me.pk, "due_on": friday, "kind": "medical"}
    assert head.post(add, sent | {"due_on": "2026-11-01"}).status_code == 422
    for _ in range(2):
        assert head.post(add, sent).status_code == 302
    action = Action.objects.get()
    page = reverse("interventions:action_detail", args=[action.pk])
    forms = {slug: form for slug, _words, form in head.get(page).context["steps"]}
    change = {"do": "change", "seen": forms["change"].initial["seen"], "what": "Ask the nurse", "due_on": friday}
    assert head.post(page, change | {"owner": tutor.pk}).status_code == 302
    assert words(head) == []
    assert words(client_for(tutor)) == ["Ask the nurse"]
    again = head.post(page, change | {"owner": me.pk, "what": "Ask her mother"})
    assert again.status_code == 422
    assert "Now it says: Ask the nurse" in again.content.decode()
    call = call_of(kai, me)
    done = {"do": "done", "on": friday, "note": "Letter is coming", "shows": f"c{call.pk}"}
    assert client_for(tutor).post(page, done | {"on": "2027-01-01"}).status_code == 422
    assert client_for(tutor).post(page, done).status_code == 302
    action.refresh_from_db()
    assert (action.done_by, action.done_note, action.evidence_contact) == (tutor, "Letter is coming", call)
    text = head.get(page).content.decode()
    assert "Letter is coming" in text
    assert "Phone" in text
    assert "who does it" in text
    client_for(tutor).post(page, done)  # the same again is one
    other_note = client_for(tutor).post(page, done | {"note": "Otherwise"})
    assert (other_note.status_code, "Otherwise" in other_note.content.decode()) == (409, True)
    Action.objects.update(done_note="", evidence_contact=None)  # one tap first, then the page in another tab
    assert client_for(tutor).post(page, done).status_code == 302
    action.refresh_from_db()
    assert (action.done_note, action.evidence_contact) == ("Letter is coming", call)
    late = head.post(page, {"do": "drop", "because": "He moved"})
    assert late.status_code == 409
    assert "He moved" in late.content.decode()
    head.post(reverse("interventions:action_tick", args=[action.pk]), {"do": "open", "seen": action.settled_as})
    assert head.post(page, {"do": "drop", "because": ""}).status_code == 422
    head.post(page, {"do": "drop", "because": "He moved"})
    assert "He moved" in client_for(tutor).get(LIST, {"show": "done"}).content.decode()
    other = client_for(staff(Role.FORM_TUTOR, "9C"))
    assert other.get(page).status_code == other.post(page, done).status_code == 404


def test_restricted_words_are_for_their_own_and_withdrawn_records_ask_nothing(head, client_for):
    (kai,) = enrol("9B")
    manager, sits, slt = staff(Role.PASTORAL_MANAGER, 9), staff(Role.PASTORAL_MANAGER, 9), staff(Role.SLT)
    meeting = meeting_of(slt, kai, title="Hush", is_restricted=True)
    asked_to(meeting, staff=sits)
    action = action_of(slt, "Ring the refuge", student=kai, meeting=meeting)
    for user, may in ((slt, True), (head.user, True), (sits, True), (manager, False)):
        client = client_for(user)
        page = client.get(reverse("interventions:action_detail", args=[action.pk])).content.decode()
        listed = client.get(LIST, {"show": "students"}).content.decode()
        assert ("refuge" in page) is may
        if user != slt:
            assert ("refuge" in listed) is may
            assert "9B" in listed
            assert "refuge" not in client.get(LIST, {"show": "students", "format": "csv"}).content.decode()
    Meeting.objects.update(withdrawn_at=action.set_at, withdrawn_by=slt, withdrawn_because="x")
    assert words(client_for(slt)) == []


def test_three_rows_and_thirty_cost_the_same(head):
    students = enrol("9B", count=30)
    held = meeting_of(head.user, *students)
    counts = []
    for some in (students[:3], students[3:]):
        for student in some:
            action_of(head.user, student=student, meeting=held)
        with CaptureQueriesContext(connection) as taken:
            assert len(items(head)) >= len(some)
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 12
    one = reverse("interventions:action_detail", args=[Action.objects.earliest("pk").pk])
    with CaptureQueriesContext(connection) as taken:
        assert head.get(one).status_code == 200
    assert len(taken) <= 12
