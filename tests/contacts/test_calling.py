"""First-day calls: who is called about, in which order, by whom, and what comes of it in the register."""

import re
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.codes import CODES_BY_KEY, code_named
from attendance.models import PlannedMark, Register, SessionMark
from behaviour.models import Suspension
from contacts.models import (
    Agency,
    AgencyLink,
    CallClaim,
    CallEscalation,
    CallingStep,
    Contact,
    ContactAbout,
    FamilyWish,
)
from contacts.services.contacts import Told, With, contact_log
from pastoral.core.rights import Role
from students.families import siblings_of
from students.models import ParentCarer, StudentFact, TutorGroup
from tests.cards import card_of
from tests.factories import StudentFactFactory, enrol, staff
from tests.families import carer
from tests.marks import lay
from tests.planning import plan

DAY = date(2026, 11, 20)
QUEUE = reverse("contacts:call_queue")


@pytest.fixture
def morning(seeded, friday, on_day):
    """Fix the moment at 09:20, after the register closed, and return a way to move on."""

    def at(hour=9, minute=20, day=DAY):
        return on_day(day, hour, minute)

    at()
    return at


def taken(*groups, session="AM", day=DAY):
    """Take the registers of the groups."""
    by = staff(Role.SLT)
    for group in TutorGroup.objects.filter(name__in=groups):
        Register.objects.create(tutor_group=group, date=day, session=session, taken_by=by, taken_at=timezone.now())


def away(group, letters="N", **student):
    """Enrol somebody who is away, with a mother to ring."""
    (made,) = enrol(group, **student)
    lay(made, DAY, letters)
    carer(made, mobile=f"07700 90{made.pk % 10000:04}", surname=made.legal_surname)
    return made


def page(client, **query):
    return client.get(QUEUE, query).content.decode()


def rows(client, **query):
    return client.get(QUEUE, query).context["families"]


def names(client, **query):
    return [[student.absent.forename for student in family.students] for family in rows(client, **query)]


def url(name, student, *more):
    return reverse(f"contacts:{name}", args=[student.pk, *more])


def fields(client, student):
    """Return what the call's form would send as it stands."""
    form = client.get(url("call_form", student)).context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    return sent | {"about": form["about"].value()}


def call(client, student, outcome, **also):
    sent = fields(client, student) | {"outcome": outcome} | {k.replace("_", "-"): v for k, v in also.items()}
    return client.post(url("call_form", student), sent)


def mark(student, session="AM"):
    found = SessionMark.objects.filter(student=student, date=DAY, session=session).select_related("code").first()
    return found.code.letters if found else None


def test_who_is_absent_without_a_reason_is_listed_once_the_register_closed(morning, as_role):
    client = as_role(Role.ATTENDANCE_OFFICER)
    away("9B", legal_forename="Kai")
    (unmarked,) = enrol("9B", legal_forename="Una")
    away("9B", "I", legal_forename="Ill")
    away("9B", "/", legal_forename="Here")
    (untaken,) = enrol("9C", legal_forename="Nobody")
    planned = away("9B", legal_forename="Visit")
    out = away("9B", legal_forename="Out")
    plan(planned, "V", by=client.user)
    Suspension.objects.create(
        student=out, starts_on=DAY, ends_on=DAY, sessions=2, reasons=["DB"], decided_by="x", recorded_by=client.user
    )
    (left,) = enrol("9B", legal_forename="Left", left_on=DAY - timedelta(days=1))
    taken("9B")
    morning(8, 50)
    assert rows(client) == []
    assert "register is still open" in page(client)
    morning()
    assert sorted(names(client)) == [["Kai"], ["Una"]]
    assert "<strong>2</strong> families to call" in client.get(reverse("core:needs_now")).content.decode()
    assert "no mark this morning" in page(client)
    assert "1 register closed and not taken: 9C" in page(client)
    morning(9, 20, date(2026, 11, 21))
    client.force_login(client.user)
    assert "No school today" in page(client)
    assert "Saturday" in page(client)
    morning()
    assert not as_role(Role.HEAD_OF_YEAR, 8).get(QUEUE).context["families"]
    assert {untaken.pk, left.pk, unmarked.pk}


def test_need_orders_the_list_and_is_said_to_who_may_know(morning, as_role):
    client = as_role(Role.PASTORAL_MANAGER, 9)
    for name in ("Plain", "First", "Worker", "Cared", "Card"):
        student = away("9B", legal_forename=name)
        if name != "First":
            lay(student, date(2026, 11, 2), "I")
        if name == "Worker":
            agency = Agency.objects.create(name="Social care", kind=Agency.Kind.CHILDRENS_SERVICES)
            AgencyLink.objects.create(
                token="0" * 32, student=student, agency=agency, starts_on=DAY, made_by=client.user
            )
        if name == "Cared":
            StudentFactFactory(student=student, kind=StudentFact.Kind.LOOKED_AFTER)
        if name == "Card":
            card_of(student, keeper=client.user)
    taken("9B")
    assert names(client) == [["Card"], ["Cared"], ["Worker"], ["First"], ["Plain"]]
    shown = page(client)
    for words in ("On a report card", "Looked after", "Social worker", "First absence this year"):
        assert words in shown
    office = as_role(Role.ATTENDANCE_OFFICER)
    assert names(office) == names(client)
    shown = page(office)
    assert "Looked after" in shown
    assert "On a report card" not in shown
    assert "ocial worker" not in shown
    (seven,) = [away("7A", legal_forename="Young")]
    taken("7A")
    assert names(office)[3] == ["Young"]
    assert names(office, year="7") == [["Young"]]
    assert seven.pk


def test_brothers_and_sisters_are_one_row_and_one_call(morning, as_role):
    client = as_role(Role.ATTENDANCE_OFFICER)
    kai, ada = away("9B", legal_forename="Kai"), away("7A", legal_forename="Ada")
    mother = carer(kai, ada, mobile="07700 900123")
    FamilyWish.objects.create(
        parent_carer=mother, language="Igbo", needs_interpreter=True, channel="text", said_by=client.user
    )
    zoe = away("7A", legal_forename="Zoe")
    father = carer(kai, zoe, relationship="Father", barred=True, surname="Barred", mobile="07700 900666")
    taken("9B", "7A")
    assert sorted(names(client)) == [["Ada", "Kai"], ["Zoe"]]  # of another home, though he is her father too
    assert list(siblings_of(kai)) == [ada]
    SessionMark.objects.filter(student=zoe).update(code=code_named("/", DAY).key)
    shown = page(client)
    assert names(client) == [["Ada", "Kai"]]
    assert "<strong>1</strong> family to call" in client.get(reverse("core:needs_now")).content.decode()
    assert 'href="tel:07700900123"' in shown
    assert "prefers text, Igbo with an interpreter" in shown
    assert "barred by a court order" in shown
    assert "900666" not in shown
    form = client.get(url("call_form", kai)).content.decode()
    assert "900666" not in form
    assert f'value="{father.pk}-' not in form
    sent = fields(client, kai)
    assert sent["whom"] == f"{mother.pk}-0"
    refused = client.post(url("call_form", kai), sent | {"outcome": "no_answer", "whom": f"{father.pk}-0"})
    assert refused.status_code == 422
    hers = kai.parent_carer_links.exclude(parent_carer__in=[mother, father]).get().parent_carer
    refused = client.post(url("call_form", kai), sent | {"outcome": "voicemail", "whom": f"{hers.pk}-0"})
    assert (refused.status_code, "is no parent or carer of" in refused.content.decode()) == (422, True)
    ParentCarer.objects.filter(pk=mother.pk).update(mobile="")  # then one of their own mothers is rung first
    assert fields(client, kai)["about"] in ([kai.pk], [ada.pk])
    ParentCarer.objects.filter(pk=mother.pk).update(mobile="07700 900123")
    answer = call(
        client,
        kai,
        "reason",
        **{f"code_{kai.pk}": "19", f"code_{ada.pk}": "11", f"through_{ada.pk}": "so_far"},
        words="Flu; Ada has the dentist",
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert (mark(kai), mark(ada)) == ("I", "M")
    assert {(c.student_id, c.number, c.outcome) for c in Contact.objects.all()} == {
        (kai.pk, "07700 900123", "reason_given"),
        (ada.pk, "07700 900123", "reason_given"),
    }
    assert ContactAbout.objects.filter(absent_on=DAY).count() == 2
    assert PlannedMark.objects.get().student == kai
    assert rows(client) == []
    twin, amy = away("9B", legal_forename="Twin"), away("7A", legal_forename="Amy")
    aunt, words = carer(twin, amy, mobile="07700 900124"), "Amy is at the clinic"
    mine = fields(client, twin) | {"outcome": "reason", f"code-{twin.pk}": "19", "words": words}
    mine |= {"whom": f"{aunt.pk}-0", "about": [twin.pk, amy.pk]}
    SessionMark.objects.filter(student=amy).delete()
    lay(amy, DAY, "U")  # settled meanwhile
    late = client.post(url("call_form", twin), mine | {f"code-{amy.pk}": "19"}).context["form"]
    again = {b.html_name: b.value() for b in late if b.value() is not None} | {"outcome": "reason"}
    assert client.post(url("call_form", twin), again).status_code == 302
    assert (Contact.objects.filter(student=amy).count(), mark(twin), mark(amy)) == (1, "I", "U")
    # What was said of both stands in neither register: a colleague of the one may not know of the other.
    for student in (kai, twin):
        entry = SessionMark.pgh_event_model.objects.filter(student=student).latest("pgh_id")
        assert entry.pgh_context.metadata["reason"] == f"Mother by phone 09:20: {CODES_BY_KEY[19].meaning}"


def test_one_caller_at_a_time_and_a_stale_claim_is_taken_over(morning, as_role):
    one, two = as_role(Role.ATTENDANCE_OFFICER), as_role(Role.PASTORAL_MANAGER, 9)
    kai = away("9B", legal_forename="Kai")
    taken("9B")
    assert one.post(url("call_claim", kai)).url == url("call_form", kai)
    assert f"{one.user} is calling since 09:20" in page(two)
    assert [each.claim.by for each in rows(one, show="mine")] == [str(one.user)]
    assert rows(two, show="mine") == []
    refused = two.post(url("call_claim", kai), follow=True).content.decode()
    assert "has been calling since 09:20. From 09:30 on it can be taken over." in refused
    assert CallClaim.objects.get().by == one.user
    live = two.get(url("call_form", kai), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in live
    assert f"{one.user} is calling since 09:20" in live
    morning(9, 31)
    assert "is calling" not in page(two)
    assert (
        f"Taken over from {one.user}, who began at 09:20."
        in two.post(url("call_claim", kai), follow=True).content.decode()
    )
    assert CallClaim.objects.get().by == two.user
    one.post(url("call_release", kai))
    assert CallClaim.objects.exists()
    two.post(url("call_release", kai))
    assert not CallClaim.objects.exists()


def test_the_second_to_log_a_call_is_told_who_reached_whom_and_loses_nothing(morning, as_role):
    one, two = as_role(Role.ATTENDANCE_OFFICER), as_role(Role.PASTORAL_MANAGER, 9)
    kai = away("9B", legal_forename="Kai")
    taken("9B")
    mine = fields(two, kai) | {"outcome": "reason", f"code-{kai.pk}": "19", "words": "Flu since the weekend"}
    sent, other_tab = (fields(one, kai) | {"outcome": "no_answer"} for _ in range(2))
    for _ in range(2):
        assert one.post(url("call_form", kai), sent).status_code == 302
    assert "You have called already" in one.post(url("call_form", kai), other_tab).content.decode()
    made = Contact.objects.get()
    assert timezone.localtime(made.retry_at).time() == time(10, 20)
    assert [f.key for f in rows(one, show="later")] == [kai.pk]
    assert "to call about" not in one.get(reverse("core:needs_now")).content.decode()
    morning(10, 20)
    assert "<strong>1</strong> family to call" in one.get(reverse("core:needs_now")).content.decode()
    morning()
    told = two.post(url("call_form", kai), mine)
    shown = told.content.decode()
    assert told.status_code == 409
    assert f"{one.user} has called already: Mrs Ngozi" in shown
    assert "at 09:20, no answer" in shown
    assert "Flu since the weekend" in shown
    assert mark(kai) == "N"
    again = {b.html_name: b.value() for b in told.context["form"] if b.value() is not None}
    assert two.post(url("call_form", kai), again | {"outcome": "reason"}).status_code == 302
    assert two.post(url("call_form", kai), again | {"outcome": "reason", "words": ""}).status_code == 302
    assert mark(kai) == "I"
    entry = SessionMark.pgh_event_model.objects.filter(student=kai).latest("pgh_id")
    assert entry.pgh_context.metadata["reason"].endswith("09:20: Flu since the weekend")
    assert Contact.objects.count() == 2


def test_who_turns_up_meanwhile_leaves_the_list_and_the_call_can_still_be_logged(morning, as_role):
    client = as_role(Role.ATTENDANCE_OFFICER)
    kai = away("9B", legal_forename="Kai")
    taken("9B")
    mine = fields(client, kai) | {"outcome": "reason", f"code-{kai.pk}": "19", "words": "She said flu"}
    SessionMark.objects.filter(student=kai).delete()
    lay(kai, DAY, "U")
    assert rows(client) == []
    told = client.post(url("call_form", kai), mine)
    shown = told.content.decode()
    assert told.status_code == 409
    assert "the mark was changed meanwhile" in shown
    assert "She said flu" in shown
    again = {b.html_name: b.value() for b in told.context["form"] if b.value() is not None}
    answer = client.post(url("call_form", kai), again | {"outcome": "reason"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert Contact.objects.get().narrative == "She said flu"
    assert mark(kai) == "U"
    assert "Nobody needs this call" in client.post(url("call_claim", kai), follow=True).content.decode()


def test_a_reason_holds_for_the_day_or_until_a_date_and_a_holiday_asks_for_leave(morning, as_role):
    client = as_role(Role.ATTENDANCE_OFFICER)
    made = {name: away("9B", legal_forename=name) for name in ("Ill", "Trip", "Odd", "Wrong")}
    taken("9B")
    monday = "2026-11-23"
    ill, trip, odd, wrong = made.values()
    empty = call(client, ill, "reason")
    assert empty.status_code == 422
    assert "Choose the reason given for" in empty.content.decode()
    until = {f"through_{ill.pk}": "until", f"until_{ill.pk}": monday}
    assert (
        "today or later"
        in call(
            client, ill, "reason", **{f"code_{ill.pk}": "19"}, **until | {f"until_{ill.pk}": "2026-11-19"}
        ).content.decode()
    )
    call(client, ill, "reason", **{f"code_{ill.pk}": "19"}, **until)
    call(client, trip, "reason", **{f"code_{trip.pk}": "29", f"through_{trip.pk}": "until", f"until_{trip.pk}": monday})
    shown = call(client, odd, "reason", **{f"code_{odd.pk}": "31"})
    assert shown.status_code == 302
    assert [mark(each) for each in (ill, trip, odd)] == ["I", "G", "O"]
    plans = {
        p.student_id: (p.kind, p.status, p.code.letters, p.starts_session, str(p.ends_on))
        for p in PlannedMark.objects.all()
    }
    assert plans == {
        ill.pk: ("planned", "agreed", "I", "PM", monday),
        trip.pk: ("leave", "asked", "C", "PM", monday),
    }
    call(client, wrong, "wrong_number")
    assert Contact.objects.get(student=wrong).number.startswith("07700")
    call(client, wrong, "on_the_way")
    assert mark(wrong) == "N"
    (row,) = rows(client)
    assert (row.state, row.due) == ("later", ())
    assert "On the way" in page(client)
    later = call(client, wrong, "no_answer", at="23:00")
    assert "That is later than now." in later.content.decode()


def test_who_may_not_change_marks_logs_what_was_said_and_the_mark_waits(morning, as_role):
    client, office = as_role(Role.DSL), as_role(Role.ATTENDANCE_OFFICER)
    kai = away("9B", legal_forename="Kai")
    taken("9B")
    assert "You may not change" in client.get(url("call_form", kai)).content.decode()
    assert "Say in a few words" in call(client, kai, "reason").content.decode()
    assert call(client, kai, "reason", words="Flu, zq flu qz").status_code == 302
    assert mark(kai) == "N"
    assert [f.key for f in rows(office, show="told")] == [kai.pk]
    assert "zq flu" not in page(office)
    assert as_role(Role.FORM_TUTOR, "9B").get(url("call_form", kai)).status_code == 403


def _told_by_those_who_do_not_count(student, agency, by):
    """A barred father rings in with a reason; an agency and somebody else are reached."""
    father = carer(student, relationship="Father", barred=True, forename="Obi")
    for who in (With.carer(father), With("agency", agency=agency), With("other", other_name="Zq Worker")):
        direction = "in" if who.parent_carer else "out"
        told = Told(who, timezone.now(), "phone", "reached", "attendance", direction, {"outcome": "reason_given"})
        contact_log(
            told=told,
            students=[student],
            token=uuid4(),
            by=by,
            now=timezone.now(),
            abouts={student.pk: [{"absent_on": DAY}]},
        )


def test_steps_come_due_by_the_clock_and_are_taken_once(morning, as_role):
    client, office = as_role(Role.PASTORAL_MANAGER, 9), as_role(Role.ATTENDANCE_OFFICER)
    lead = staff(Role.DSL, email="lead@school.example")
    kai, old = away("9B", legal_forename="Kai"), away("9B", legal_forename="Old")
    agency = Agency.objects.create(name="Social care", kind=Agency.Kind.CHILDRENS_SERVICES, telephone="01632 960001")
    AgencyLink.objects.create(token="0" * 32, student=kai, agency=agency, starts_on=DAY, made_by=client.user)
    lay(old, date(2026, 11, 18), "N N N N")
    taken("9B")

    def due(who, student):
        return [each.step.kind for f in rows(who) if student.pk in f.keys for each in f.due]

    assert due(client, kai) == []
    assert due(client, old) == ["dsl", "visit"]
    assert "day 3" in page(client)
    morning(10, 1)
    assert due(client, kai) == ["call", "next"]
    _told_by_those_who_do_not_count(kai, agency, client.user)
    assert due(client, kai) == ["call", "next"]
    needs, day = reverse("core:needs_now"), reverse("contacts:call_day")
    assert "<strong>2</strong> families to call" in office.get(needs).content.decode()
    assert "First-day steps overdue" in office.get(needs).content.decode()
    for who, shows in ((client, True), (office, False)):
        for shown in (page(who), who.get(day, {"show": "all"}).content.decode()):
            assert ("Social care" in shown, "Zq Worker" in shown) == (shows, shows)
            assert ("an agency" in shown, "Somebody else" in shown) == (not shows, not shows)
        last = who.get(day, {"show": "all", "format": "csv"}).content.decode()
        assert ("Zq Worker" in last, "Somebody else" in last) == (shows, not shows)
        assert who.get(day, {"show": "all"}).context["held"].sentence == "2 absent, 0 explained, 2 unreached"
    call(client, kai, "voicemail")
    assert due(client, kai) == []
    morning(11, 5)
    assert due(client, kai) == ["text", "dsl", "social_worker"]
    assert due(office, kai) == ["text", "dsl"]
    shown = client.get(url("call_form", kai)).content.decode()
    assert "lead@school.example" in shown
    assert "tel:01632960001" in shown
    assert "960001" not in office.get(url("call_form", kai)).content.decode()
    call(client, kai, "text")
    step = CallingStep.objects.get(kind="dsl")
    assert (
        "Noted: Tell the DSL"
        in client.post(url("call_step", kai, step.pk), {"note": "Told"}, follow=True).content.decode()
    )
    again = office.post(url("call_step", kai, step.pk), {"note": "Twice"}, follow=True).content.decode()
    assert "not due any more" in again
    assert CallEscalation.objects.get().note == "Told"
    assert due(client, kai) == ["social_worker"]
    client.post(url("call_step", kai, CallingStep.objects.get(kind="social_worker").pk))
    for who, shows in ((client, True), (office, False)):
        for address, query in ((QUEUE, {}), (day, {"show": "all"}), (day, {"show": "all", "format": "csv"})):
            assert ("Tell the social worker" in who.get(address, query).content.decode()) is shows
    strip = office.get(reverse("core:needs_now")).content.decode()
    assert "First-day steps overdue" in strip
    assert lead.pk


def test_the_day_in_numbers_each_with_its_list(morning, as_role):
    client = as_role(Role.ATTENDANCE_OFFICER)
    known, ill, came, told, lost = (away("9B", legal_forename=n) for n in ("Known", "Ill", "Came", "Told", "Lost"))
    plan(known, "M", by=client.user)
    taken("9B")
    call(client, ill, "reason", **{f"code_{ill.pk}": "19"})
    call(client, told, "on_the_way")
    call(client, lost, "no_answer")
    morning(13, 5)
    client.post(url("call_step", lost, CallingStep.objects.get(kind="dsl").pk), {"note": "zq note qz"})
    SessionMark.objects.create(student=came, date=DAY, session="PM", code_id=2)
    taken("9B", session="PM")
    morning(13, 50)
    page_of = reverse("contacts:call_day")
    SessionMark.objects.bulk_create(
        SessionMark(student=each, date=DAY, session="PM", code_id=key)
        for each, key in ((known, 30), (ill, 19), (told, 30), (lost, 30))
    )
    shown = client.get(page_of)
    sentence = shown.context["held"].sentence
    assert sentence == (
        "5 absent, 2 explained, 1 came in later, 1 reached, mark not changed yet, 1 unreached, escalated 13:05"
    )
    for show, names_of in (
        ("all", {"Known", "Ill", "Came", "Told", "Lost"}),
        ("explained", {"Known", "Ill"}),
        ("came", {"Came"}),
        ("told", {"Told"}),
        ("unreached", {"Lost"}),
        ("escalated", {"Lost"}),
    ):
        listed = client.get(page_of, {"show": show, "year": 9}).context["rows"]
        assert {row.absent.forename for row in listed} == names_of, show
    assert not client.get(page_of, {"show": "all", "year": 8}).context["rows"]
    csv = client.get(page_of, {"show": "all", "format": "csv"}).content.decode()
    assert csv.count("\n") == 6
    assert "By a call" in csv
    assert "zq note" not in csv
    assert "School did not meet" in client.get(page_of, {"day": "2026-10-28"}).content.decode()
    assert "This is today" in client.get(page_of, {"day": "2026-12-01"}).content.decode()


def test_the_ladder_is_set_by_the_school(morning, as_role):
    client = as_role(Role.DATA_MANAGER)
    address = reverse("contacts:calling_steps")
    new = {"kind": "police", "label": "Ring 101", "starts_at": "14:00", "first_day": "2", "is_on": "on"}
    assert client.post(address, new).status_code == 302
    assert "already" in client.post(address, new).content.decode()
    assert "day 1" in client.post(address, new | {"first_day": "0"}).content.decode()
    step = CallingStep.objects.get(label="Ring 101")
    place = reverse("contacts:calling_step", args=[step.pk])
    seen = client.get(place).context["form"]["seen"].value()
    assert client.post(place, new | {"seen": seen, "label": "Ring the police"}).status_code == 302
    assert "Somebody changed this" in client.post(place, new | {"seen": seen, "starts_at": "15:00"}).content.decode()
    step.refresh_from_db()
    assert (step.label, step.starts_at) == ("Ring the police", time(14, 0))


def test_namesakes_are_told_apart_and_thirty_families_cost_what_three_do(morning, as_role):
    client = as_role(Role.ATTENDANCE_OFFICER)

    def cost(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    twins = [away("9B", legal_forename="Sam", legal_surname="Reid") for _ in range(2)]
    away("9C")
    taken("9B", "9C")
    assert [len(f.students) for f in rows(client)] == [1, 1, 1]
    assert all(twin.admission_number in page(client) for twin in twins)
    pages = (QUEUE, reverse("contacts:call_day"), reverse("core:needs_now"))
    few = [cost(address) for address in pages]
    one = cost(url("call_form", twins[0]))
    for _ in range(27):
        away("9B")
    assert [cost(address) for address in pages] == few
    assert max(few) <= 12
    assert cost(url("call_form", twins[0])) == one
    morning(11, 5)  # now the page names whom of the DSLs and social workers to tell
    assert cost(url("call_form", twins[0])) <= 12
    assert re.search(r"30</strong> families to call", client.get(reverse("core:needs_now")).content.decode())
