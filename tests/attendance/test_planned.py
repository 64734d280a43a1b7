"""What is known beforehand: planned, asked for, decided, moved and withdrawn; never deleted, never silent."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from attendance.models import PlannedMark, SessionMark
from attendance.services.leave import Decision, leave_ask, leave_decide
from attendance.services.part_time import part_time_agree
from attendance.services.plan_rules import AlreadyDecided, PlanFault
from attendance.services.planned import MarksMoved, Tick, dates_seen, plan_move, planned_add, planned_withdraw
from attendance.summaries import absences
from attendance.summaries.leave import taken_of
from attendance.summaries.plan_changes import changes_of
from attendance.summaries.planned import closed_spans, expected_in, reach_of, week_words
from attendance.summaries.reach import reached
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from students.summaries import SchoolCalendar
from tests.factories import StudentFactFactory, enrol, staff
from tests.marks import lay
from tests.planning import FRIDAY, key, parent, plan, span

MONDAY = date(2026, 11, 23)
NOW = datetime.fromisoformat("2026-11-20T15:05+00:00")


@pytest.fixture
def kai(seeded: int, friday: date) -> object:
    return enrol("9B")[0]


@pytest.fixture
def officer(db: None) -> object:
    return staff(Role.ATTENDANCE_OFFICER)


@pytest.fixture
def head(db: None) -> object:
    return staff(Role.SLT)


# --- spans -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 10, 22), date(2026, 11, 3), "4 school days, 8 sessions; half term not counted"),
        (MONDAY, date(2026, 11, 27), "4 school days, 8 sessions; INSET (27 Nov) not counted"),
        (date(2026, 12, 18), date(2027, 1, 5), "2 school days, 4 sessions; INSET (4 Jan) and the holidays not counted"),
        (FRIDAY, MONDAY, "2 school days, 4 sessions"),
        (FRIDAY, FRIDAY, "1 school day, 2 sessions"),
    ],
)
def test_days_without_school_are_said_plainly(seeded: int, first: date, last: date, said: str) -> None:
    assert reach_of(span(first, last), SchoolCalendar.load(), closed_spans()).words == said


def test_the_week_in_words() -> None:
    assert week_words(["MON-AM", "MON-PM", "WED-PM", "FRI-AM"]) == "Mon, Wed PM, Fri AM"
    assert week_words([]) == "every session"


# --- planned absences --------------------------------------------------------------------------------


def add(student: object, by: object, letters: str = "M", **facts: object) -> PlannedMark:
    given = {"span": span(FRIDAY), "note": "Orthodontist", "asked_by": "Mrs O'Brien", "at": NOW, **facts}
    return planned_add(student=student, code=key(letters), by=by, **given)


def test_a_planned_absence_is_expected_in_its_sessions_alone(kai: object, officer: object) -> None:
    add(kai, officer, span=span(FRIDAY, MONDAY, begins="PM", ends="AM"))
    where = [(FRIDAY, "AM"), (FRIDAY, "PM"), (MONDAY, "AM"), (MONDAY, "PM")]
    assert [kai.pk in expected_in([kai.pk], day, session) for day, session in where] == [False, True, True, False]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (span(date(2026, 11, 21), date(2026, 11, 22)), "The next school day is Mon 23 Nov"),
        (span(MONDAY, FRIDAY), "end after it begins"),
        (span(FRIDAY, FRIDAY, begins="PM", ends="AM"), "end after it begins"),
        (span(FRIDAY, date(2028, 1, 1)), "more than a year"),
    ],
)
def test_what_cannot_be_is_refused_in_words(kai: object, officer: object, when: object, message: str) -> None:
    with pytest.raises(PlanFault, match=message):
        add(kai, officer, span=when)
    assert not PlannedMark.objects.exists()


def test_a_leaver_is_planned_for_no_more(kai: object, officer: object) -> None:
    kai.left_on = date(2026, 11, 19)
    kai.save()
    with pytest.raises(PlanFault, match="left on Thu 19 Nov 2026"):
        add(kai, officer)


def test_the_same_plan_from_a_second_tab_is_one(kai: object, officer: object) -> None:
    add(kai, officer)
    with pytest.raises(PlanFault, match="planned already"):
        add(kai, officer)
    assert PlannedMark.objects.count() == 1


def test_only_ticked_marks_change_and_with_the_reason(kai: object, officer: object) -> None:
    lay(kai, FRIDAY, "N /")
    ticks = [Tick(FRIDAY, "AM", key("N"))]
    add(kai, officer, ticks=ticks, why="Mother rang at 10")
    codes = dict(SessionMark.objects.values_list("session", "code_id"))
    assert codes == {"AM": key("M"), "PM": key("\\")}
    from django.apps import apps

    event = apps.get_model("attendance", "SessionMarkEvent").objects.get()
    assert (event.code_id, event.pgh_context.metadata["reason"]) == (key("N"), "Mother rang at 10")


def test_a_mark_that_moved_meanwhile_changes_nothing(kai: object, officer: object) -> None:
    lay(kai, FRIDAY, "//")
    with pytest.raises(MarksMoved):
        add(kai, officer, ticks=[Tick(FRIDAY, "AM", key("N"))])
    assert not PlannedMark.objects.exists()
    assert set(SessionMark.objects.values_list("code_id", flat=True)) == {key("/"), key("\\")}


def test_withdrawn_stays_to_be_read_with_who_and_why(kai: object, officer: object) -> None:
    held = add(kai, officer)
    with pytest.raises(PlanFault):
        planned_withdraw(planned=held, reason=" ", by=officer, at=NOW)
    planned_withdraw(planned=held, reason="Appointment moved", by=officer, at=NOW)
    assert expected_in([kai.pk], FRIDAY, "AM") == {}
    held.refresh_from_db()
    assert held.decision_reason == "Appointment moved"
    (change,) = changes_of(held)
    assert (change.what, change.reason) == ("agreed → withdrawn", "Appointment moved")
    assert change.position == "Attendance Officer"
    with pytest.raises(AlreadyDecided, match="Appointment moved"):
        planned_withdraw(planned=held, reason="again", by=officer, at=NOW)


# --- leave -------------------------------------------------------------------------------------------


def ask(student: object, by: object, letters: str = "C", **facts: object) -> PlannedMark:
    given = {"span": span(MONDAY, date(2026, 11, 26)), "asked_on": FRIDAY, "note": "Funeral", "asked_by": "Mr Price"}
    return leave_ask(student=student, code=key(letters), by=by, at=NOW, **{**given, **facts})


def decide(held: PlannedMark, by: object, decision: Decision, **facts: object) -> PlannedMark:
    given = {"code": held.code_id, "span": span(MONDAY, date(2026, 11, 26)), "reason": "", "at": NOW, **facts}
    return leave_decide(planned=held, decision=decision, by=by, **given)


def test_leave_is_expected_only_once_it_is_granted(kai: object, officer: object, head: object) -> None:
    held = ask(kai, officer)
    assert expected_in([kai.pk], MONDAY, "AM") == {}
    decide(held, head, Decision.GRANT)
    expected = expected_in([kai.pk], MONDAY, "AM")[kai.pk]
    assert (expected.key, expected.is_refused) == (key("C"), False)
    held.refresh_from_db()
    assert (held.decided_by, held.decided_at) == (head, NOW)
    assert changes_of(held)[0].position == "SLT"


def test_refused_leave_is_g_if_it_is_taken(kai: object, officer: object, head: object) -> None:
    held = ask(kai, officer)
    with pytest.raises(PlanFault, match="Say why"):
        decide(held, head, Decision.REFUSE)
    decide(held, head, Decision.REFUSE, reason="Term time")
    expected = expected_in([kai.pk], MONDAY, "PM")[kai.pk]
    assert (expected.key, expected.is_refused) == (key("G"), True)


def test_part_of_the_dates_is_granted_and_the_rest_refused(kai: object, officer: object, head: object) -> None:
    held = ask(kai, officer)
    part = span(date(2026, 11, 24), date(2026, 11, 25), begins="PM")
    decide(held, head, Decision.PART, span=part, reason="The day of the funeral and the journey")
    found = {
        (day, session): expected_in([kai.pk], day, session)[kai.pk].key
        for day in SchoolCalendar.load().between(MONDAY, date(2026, 11, 26))
        for session in ("AM", "PM")
    }
    granted = [place for place, code in found.items() if code == key("C")]
    assert granted == [(date(2026, 11, 24), "PM"), (date(2026, 11, 25), "AM"), (date(2026, 11, 25), "PM")]
    assert list(found.values()).count(key("G")) == 5
    assert PlannedMark.objects.values("batch").distinct().count() == 1
    assert set(PlannedMark.objects.values_list("created_by", flat=True)) == {officer.pk}


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (span(date(2026, 11, 20), MONDAY), "grant a part of that"),
        (span(MONDAY, date(2026, 11, 26)), "That is all of it"),
        (span(date(2026, 11, 26), MONDAY), "end after it begins"),
    ],
)
def test_a_part_is_a_part(kai: object, officer: object, head: object, when: object, message: str) -> None:
    held = ask(kai, officer)
    with pytest.raises(PlanFault, match=message):
        decide(held, head, Decision.PART, span=when, reason="Some of it")
    held.refresh_from_db()
    assert held.status == "asked"


def test_who_decides_second_is_told_what_the_first_decided(kai: object, officer: object, head: object) -> None:
    held = ask(kai, officer)
    decide(held, head, Decision.GRANT)
    with pytest.raises(AlreadyDecided, match=f"granted by {head} on Fri 20 Nov"):
        decide(held, staff(Role.SLT), Decision.REFUSE, reason="No")
    held.refresh_from_db()
    assert (held.status, held.decided_by) == ("agreed", head)


def test_an_interview_asked_for_afterwards_is_not_granted_as_one(kai: object, officer: object, head: object) -> None:
    held = ask(kai, officer, "J1", span=span(date(2026, 11, 18)), asked_on=FRIDAY)
    with pytest.raises(PlanFault, match="in advance"):
        decide(held, head, Decision.GRANT)


# --- part-time timetables ----------------------------------------------------------------------------


def agree(student: object, by: object, **facts: object) -> PlannedMark:
    given = {
        "span": span(date(2026, 11, 23), date(2026, 12, 18), week="MON-AM WED-PM"),
        "review_on": date(2026, 12, 7),
        "agreed_with": "Mrs Niamh O'Brien",
        "agreed_on": FRIDAY,
        "note": "After surgery",
        "at": NOW,
    }
    return part_time_agree(student=student, by=by, **{**given, **facts})


def test_c2_is_expected_in_the_agreed_sessions_alone(kai: object, officer: object) -> None:
    agree(kai, officer)
    assert expected_in([kai.pk], MONDAY, "AM")[kai.pk].key == key("C2")
    assert expected_in([kai.pk], MONDAY, "PM") == {}
    assert expected_in([kai.pk], date(2026, 11, 25), "PM")[kai.pk].key == key("C2")


def test_a_second_timetable_at_the_same_time_is_refused(kai: object, officer: object) -> None:
    agree(kai, officer)
    other = span(date(2026, 12, 14), date(2027, 1, 20), week="FRI-PM")
    with pytest.raises(PlanFault, match="already has a part-time timetable Mon 23 Nov – Fri 18 Dec"):
        agree(kai, officer, span=other, review_on=date(2026, 12, 15))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"span": span(MONDAY, date(2026, 12, 18))}, "sessions"),
        ({"review_on": date(2026, 12, 19)}, "review_on"),
        ({"review_on": date(2026, 11, 20)}, "review_on"),
    ],
)
def test_a_timetable_needs_sessions_and_a_review_in_it(kai: object, officer: object, facts: dict, field: str) -> None:
    with pytest.raises(PlanFault) as fault:
        agree(kai, officer, **facts)
    assert fault.value.field == field


def test_c2_ends_with_compulsory_age(seeded: int, friday: date, officer: object) -> None:
    (freya,) = enrol("12A", born_on=date(2009, 10, 1))
    with pytest.raises(PlanFault, match="compulsory school age up to Fri 26 Jun 2026"):
        agree(freya, officer)


def test_extending_and_ending_early_keep_what_it_was(kai: object, officer: object) -> None:
    held = agree(kai, officer)
    seen = dates_seen(held)
    moved = plan_move(
        planned=held,
        seen=seen,
        ends_on=date(2027, 1, 15),
        review_on=date(2027, 1, 8),
        reason="Slow",
        by=officer,
        at=NOW,
    )
    assert moved.ends_on == date(2027, 1, 15)
    with pytest.raises(AlreadyDecided):
        plan_move(planned=held, seen=seen, ends_on=FRIDAY, review_on=FRIDAY, reason="x", by=officer, at=NOW)
    early = date(2026, 12, 1)
    moved = plan_move(
        planned=moved,
        seen=dates_seen(moved),
        ends_on=early,
        review_on=date(2027, 1, 8),
        reason="Back",
        by=officer,
        at=NOW,
    )
    assert (moved.ends_on, moved.review_on) == (early, early)
    assert [change.reason for change in changes_of(moved)] == ["Back", "Slow"]


# --- pages -------------------------------------------------------------------------------------------


def test_a_tutor_reads_the_class_of_a_sensitive_plan_and_no_word_more(
    kai: object, officer: object, as_role: Callable[..., Client]
) -> None:
    plan(kai, "R", by=officer, note="Eid", asked_by="Mr Quillfeather")
    plan(kai, "V", by=officer, note="Castleton", first=FRIDAY)
    secret = plan(kai, "M", by=officer, note="Clinic", first=MONDAY, provider="Clinic")
    client = as_role(Role.FORM_TUTOR, "9B")
    for address in (
        reverse("attendance:planned_list"),
        f"{reverse('attendance:planned_list')}?when=coming",
        reverse("attendance:planned_detail", args=[secret.pk]),
    ):
        page = client.get(address).content.decode()
        for word in ("Eid", "Quillfeather", "Religious", "Clinic", "medical", ">R<", ">M<"):
            assert word not in page, (address, word)
    page = client.get(reverse("attendance:planned_list")).content.decode()
    assert "Authorised absence" in page
    assert "Castleton" in page


def test_a_head_of_year_plans_in_a_group_they_only_tutor_no_more_than_a_tutor(
    seeded: int, as_role: Callable[..., Client]
) -> None:
    from tests.factories import StaffAssignmentFactory, TutorGroupFactory

    (kai,) = enrol("9B")
    client = as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=client.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    address = f"{reverse('attendance:planned_add')}?student={kai.pk}"
    assert client.get(address).status_code == 403
    assert client.post(address, {}).status_code == 403


def form(**facts: str) -> dict[str, str]:
    given = {
        "code": str(key("M")),
        "starts_on": "2026-11-20",
        "starts_session": "AM",
        "ends_on": "",
        "ends_session": "PM",
    }
    return {**given, "told_by": "", "told_other": "", "note": "", **facts}


def test_marks_in_the_span_are_offered_before_anything_is_saved(kai: object, as_role: Callable[..., Client]) -> None:
    lay(kai, FRIDAY, "N /")
    client = as_role(Role.ATTENDANCE_OFFICER)
    address = f"{reverse('attendance:planned_add')}?student={kai.pk}"
    page = client.post(address, form(note="Dentist"))
    assert not PlannedMark.objects.exists()
    text = page.content.decode()
    assert "Dentist" in text
    assert f'value="2026-11-20|AM|{key("N")}" checked' in text
    assert f'value="2026-11-20|PM|{key(chr(92))}">' in text
    assert "was in school" in text
    done = client.post(address, {**form(note="Dentist"), "marks_seen": "1", "mark": f"2026-11-20|AM|{key('N')}"})
    assert done.status_code == 302
    assert dict(SessionMark.objects.values_list("session", "code_id")) == {"AM": key("M"), "PM": key("\\")}


def test_what_was_typed_stays_when_it_cannot_be(kai: object, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    address = f"{reverse('attendance:planned_add')}?student={kai.pk}"
    page = client.post(address, form(starts_on="2026-11-21", note="Saturday O'Neill"))
    text = page.content.decode()
    assert "The next school day is Mon 23 Nov" in text
    assert "Saturday O&#x27;Neill" in text
    assert client.post(address, form(told_by="other")).context["form"].errors == {"told_other": ["Say who it was."]}


def test_one_day_is_the_whole_day_unless_said(kai: object, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    address = f"{reverse('attendance:planned_add')}?student={kai.pk}"
    page = client.get(address)
    assert (page.context["form"]["starts_session"].value(), page.context["form"]["ends_session"].value()) == (
        "AM",
        "PM",
    )
    backwards = client.post(address, form(starts_session="PM", ends_session="AM"))
    assert list(backwards.context["form"].errors) == ["ends_session"]
    assert backwards.content.decode().count("cannot end with its morning") == 1
    for day, sent, held in (
        ("2026-11-23", {"starts_session": "", "ends_session": ""}, ("AM", "PM")),
        ("2026-11-24", {"starts_session": "PM", "ends_session": ""}, ("PM", "PM")),
        ("2026-11-25", {"ends_session": "AM"}, ("AM", "AM")),
    ):
        client.post(address, form(starts_on=day, **sent))
        plan = PlannedMark.objects.get(starts_on=day)
        assert (plan.ends_on, plan.starts_session, plan.ends_session) == (plan.starts_on, *held)


@pytest.mark.parametrize("decision", ["grant", "refuse"])
def test_what_a_decision_does_not_need_is_not_asked_for(
    kai: object, officer: object, as_role: Callable[..., Client], decision: str
) -> None:
    held = plan(kai, "C", by=officer, kind="leave", status="asked", first=MONDAY, asked_by="Mum", asked_on=FRIDAY)
    address = reverse("attendance:leave_decide", args=[held.pk])
    sent = {"decision": decision, "starts_on": "nonsense", "ends_on": "2026-01-01", "reason": "Said so"}
    sent |= {"code": str(key("C"))} if decision == "grant" else {}
    assert as_role(Role.SLT).post(address, sent).status_code == 302
    held.refresh_from_db()
    assert (held.starts_on, held.ends_on, held.status) == (
        MONDAY,
        MONDAY,
        "agreed" if decision == "grant" else "refused",
    )


def test_a_part_wants_its_days(kai: object, officer: object, as_role: Callable[..., Client]) -> None:
    held = plan(kai, "C", by=officer, kind="leave", status="asked", first=MONDAY, asked_by="Mum", asked_on=FRIDAY)
    sent = {"decision": "part", "code": str(key("C")), "starts_on": "", "reason": "Half of it"}
    page = as_role(Role.SLT).post(reverse("attendance:leave_decide", args=[held.pk]), sent)
    assert page.context["decide"].errors == {"starts_on": ["Put in a day."]}
    assert "only if you grant these days" in page.content.decode()


def test_who_told_is_one_of_the_parents_or_somebody_named(kai: object, as_role: Callable[..., Client]) -> None:
    parent(kai)
    client = as_role(Role.PASTORAL_MANAGER, 9)
    address = f"{reverse('attendance:planned_add')}?student={kai.pk}"
    assert "Mrs Niamh O&#x27;Brien (mother, lives with)" in client.get(address).content.decode()
    client.post(address, form(told_by="other", told_other="Aunt, Ms Reid"))
    assert PlannedMark.objects.get().asked_by == "Aunt, Ms Reid"
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", reason="Pastoral Manager 9").count() in (0, 2)


def test_the_chooser_finds_those_one_plans_for(seeded: int, as_role: Callable[..., Client]) -> None:
    (kai,) = enrol("9B", legal_surname="Quillfeather")
    enrol("9B", legal_surname="Quillfeather", left_on=date(2026, 10, 1))
    enrol("8A", legal_surname="Quillfeather")
    found = as_role(Role.HEAD_OF_YEAR, 9).get(reverse("attendance:leave_ask"), {"q": "quillf"})
    assert found.url == f"{reverse('attendance:leave_ask')}?student={kai.pk}"
    assert as_role(Role.ATTENDANCE_OFFICER).get(reverse("attendance:leave_ask"), {"q": "quillf"}).status_code == 200


def test_leave_goes_from_the_office_to_slt_and_into_the_register(kai: object, as_role: Callable[..., Client]) -> None:
    parent(kai)
    office, head = as_role(Role.ATTENDANCE_OFFICER), as_role(Role.SLT)
    asked = form(
        code=str(key("C")), starts_on="2026-11-23", told_by="Mrs Niamh O'Brien", asked_on="2026-11-20", note="Wedding"
    )
    done = office.post(f"{reverse('attendance:leave_ask')}?student={kai.pk}", asked)
    held = PlannedMark.objects.get()
    assert done.url == reverse("attendance:planned_detail", args=[held.pk])
    assert "Save the decision" not in office.get(done.url).content.decode()
    assert "Wedding" in head.get(done.url).content.decode()
    decision = {"decision": "grant", "code": str(key("C")), "starts_on": "2026-11-23", "starts_session": "AM"}
    head.post(reverse("attendance:leave_decide", args=[held.pk]), {**decision, "ends_session": "PM", "reason": ""})
    assert expected_in([kai.pk], MONDAY, "AM")[kai.pk].key == key("C")
    again = head.post(
        reverse("attendance:leave_decide", args=[held.pk]),
        {**decision, "decision": "refuse", "ends_session": "PM", "reason": "My own reason"},
        follow=True,
    ).content.decode()
    assert "was granted by" in again
    assert "My own reason" in again


def test_refused_leave_taken_is_listed_with_its_marks_and_changed_from_there(
    kai: object, officer: object, as_role: Callable[..., Client]
) -> None:
    lay(kai, date(2026, 11, 16), "N N / / / /")
    held = plan(
        kai, "C", by=officer, first=date(2026, 11, 16), last=date(2026, 11, 18), kind="leave", status="refused",
        decided_by=officer, decided_at=NOW, decision_reason="No", asked_on=date(2026, 11, 1), asked_by="Mr Price",
    )  # fmt: skip
    client = as_role(Role.ATTENDANCE_OFFICER)
    assert "2 sessions" in client.get(reverse("attendance:leave_list")).content.decode()
    ticks = {"mark": [f"2026-11-16|AM|{key('N')}", f"2026-11-16|PM|{'9' * 5000}"], "why": "Taken as holiday"}
    client.post(reverse("attendance:planned_marks", args=[held.pk]), ticks)
    assert SessionMark.objects.get(date=date(2026, 11, 16), session="AM").code_id == key("G")


def test_only_who_decides_leave_takes_a_refusal_back(
    kai: object, officer: object, as_role: Callable[..., Client]
) -> None:
    held = plan(kai, "C", by=officer, kind="leave", status="refused", decided_by=officer, decided_at=NOW)
    address = reverse("attendance:planned_withdraw", args=[held.pk])
    assert as_role(Role.ATTENDANCE_OFFICER).post(address, {"reason": "x"}).status_code == 403
    assert as_role(Role.SLT).post(address, {"reason": "Appeal upheld"}).status_code == 302


def test_a_part_time_timetable_is_agreed_with_a_parent_the_student_lives_with(
    kai: object, as_role: Callable[..., Client]
) -> None:
    parent(kai)
    parent(kai, "Elsewhere", lives_with=False, priority=2)
    client = as_role(Role.HEAD_OF_YEAR, 9)
    address = f"{reverse('attendance:part_time_add')}?student={kai.pk}"
    page = client.get(address)
    assert [name for name, _ in page.context["form"].fields["agreed_with"].choices] == ["Mrs Niamh O'Brien"]
    asked = {
        "sessions": ["MON-AM", "FRI-PM"], "starts_on": "2026-11-23", "ends_on": "2027-02-12", "review_on": "2026-12-07",
        "agreed_with": "Mrs Niamh O'Brien", "agreed_on": "2026-11-20", "note": "Surgery", "plan": "Mondays from 11 Jan",
    }  # fmt: skip
    done = client.post(address, asked, follow=True).content.decode()
    assert "more than six weeks" in done
    assert "Back to full time: Mondays from 11 Jan" in done
    board = client.get(reverse("attendance:part_time_list")).content.decode()
    assert "over 6 weeks" in board
    assert "in 17 days" in board
    assert client.post(address, {**asked, "sessions": []}).context["form"].errors["sessions"]


# --- cost --------------------------------------------------------------------------------------------


LISTS = (
    "planned_list",
    "planned_list?when=coming",
    "planned_list?when=earlier",
    "leave_list",
    "part_time_list",
    "placement_list",
    "placement_confirm",
)


@pytest.mark.parametrize("address", LISTS)
def test_three_rows_cost_what_thirty_do(
    seeded: int, officer: object, as_role: Callable[..., Client], django_assert_max_num_queries: Callable[..., object],
    address: str,
) -> None:  # fmt: skip
    client = as_role(Role.HEAD_OF_YEAR, 9)
    name, _, query = address.partition("?")
    url = f"{reverse(f'attendance:{name}')}?{query}"
    client.get(url)
    counts = []
    for count in (3, 27):
        for student in enrol("9B", count=count):
            StudentFactFactory(student=student)
            some_of_each(student, officer)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(url).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1], counts


def some_of_each(student: object, by: object) -> None:
    plan(student, "M", by=by)
    plan(student, "V", by=by, first=MONDAY)
    plan(student, "V", by=by, first=date(2026, 11, 10))
    decided = {"kind": "leave", "decided_by": by, "decided_at": NOW, "asked_on": FRIDAY}
    plan(student, "C", by=by, kind="leave", status="asked", asked_on=FRIDAY, first=MONDAY)
    plan(student, "C", by=by, status="refused", first=date(2026, 11, 12), **decided)
    lay(student, date(2026, 11, 12), "N N")
    agreed = {"agreed_with": "Mrs A", "agreed_on": FRIDAY, "review_on": FRIDAY, "sessions": ["MON-AM"]}
    plan(student, "C2", by=by, kind="part_time", last=date(2026, 12, 18), **agreed)
    week = {"sessions": ["FRI-AM", "THU-PM"], "provider": "Northfield", "review_on": MONDAY}
    plan(student, "B", by=by, kind="placement", first=date(2026, 11, 16), last=date(2026, 12, 18), **week)


def test_one_plan_costs_the_same_however_many_stand_beside_it(
    seeded: int, officer: object, as_role: Callable[..., Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    kai, zofia = enrol("9B", count=2)
    client = as_role(Role.SLT)
    counts = []
    for student, beside in ((kai, 3), (zofia, 30)):
        held = plan(student, "C", by=officer, kind="leave", status="asked", asked_on=FRIDAY)
        for _ in range(beside):
            plan(student, "V", by=officer)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(reverse("attendance:planned_detail", args=[held.pk])).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_code_is_planned_only_on_days_it_fits(seeded: int, as_role: Callable[..., Client]) -> None:
    """X is for those above compulsory age: a sixth former's last June in Year 11 is not."""
    (freya,) = enrol("12A", born_on=date(2009, 10, 1))
    client = as_role(Role.ATTENDANCE_OFFICER)
    address = f"{reverse('attendance:planned_add')}?student={freya.pk}"
    page = client.post(address, form(code=str(key("X")), starts_on="2026-06-25"))
    assert page.context["form"].errors["code"]
    assert client.post(address, form(code=str(key("X")), starts_on="2026-11-23")).status_code == 302


def test_control_signs_in_a_reason_break_nothing(kai: object, officer: object, as_role: Callable[..., Client]) -> None:
    lay(kai, FRIDAY, "N")
    held = plan(kai, "V", by=officer)
    client = as_role(Role.ATTENDANCE_OFFICER)
    given = {"mark": f"2026-11-20|AM|{key('N')}", "why": "told\0 later"}
    assert client.post(reverse("attendance:planned_marks", args=[held.pk]), given).status_code == 302
    assert client.post(reverse("attendance:planned_withdraw", args=[held.pk]), {"reason": "a\0b"}).status_code == 200


# --- a refusal beside what is agreed -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("letters", "facts"),
    [
        ("M", {}),
        ("C2", {"kind": "part_time", "agreed_with": "Mrs A", "agreed_on": FRIDAY, "review_on": MONDAY}),
        ("B", {"kind": "placement", "provider": "Northfield Academy", "review_on": MONDAY}),
    ],
)
@pytest.mark.parametrize("is_refused_last", [False, True])
def test_whatever_is_agreed_goes_before_a_refusal(
    kai: object, officer: object, letters: str, facts: dict, is_refused_last: bool
) -> None:
    refused = {"kind": "leave", "status": "refused", "decided_by": officer, "decided_at": NOW, "asked_on": FRIDAY}
    if not is_refused_last:
        plan(kai, "C", by=officer, first=FRIDAY, last=MONDAY, **refused)
    plan(kai, letters, by=officer, first=FRIDAY, **facts)
    if is_refused_last:
        plan(kai, "C", by=officer, first=FRIDAY, last=MONDAY, **refused)
    found = expected_in([kai.pk], FRIDAY, "AM")[kai.pk]
    assert (found.key, found.is_refused) == (key(letters), False)
    found = expected_in([kai.pk], MONDAY, "AM")[kai.pk]  # nothing is agreed there
    assert (found.key, found.is_refused) == (key("G"), True)


def test_an_appointment_within_refused_leave_is_no_holiday_taken(kai: object, officer: object) -> None:
    decided = {"kind": "leave", "status": "refused", "decided_by": officer, "decided_at": NOW, "asked_on": FRIDAY}
    refused = plan(kai, "C", by=officer, first=FRIDAY, last=MONDAY, **decided)
    plan(kai, "M", by=officer)
    lay(kai, FRIDAY, "M M N /")
    [taken] = taken_of([refused])[refused.pk]
    assert (taken.day, taken.session) == (MONDAY, "AM")


# --- a long list -------------------------------------------------------------------------------------


def test_what_is_coming_is_walked_soonest_first_and_each_is_met_once(
    seeded: int, officer: object, as_role: Callable[..., Client]
) -> None:
    held = []
    for student in enrol("9B", count=20):
        held += [plan(student, "V", by=officer, first=date(2026, 11, 24 - n)) for n in range(3)]
        held.append(plan(student, "M", by=officer, first=date(2026, 11, 24)))
    coming = [each for each in held if each.starts_on > FRIDAY]
    client = as_role(Role.ATTENDANCE_OFFICER)
    address, met, before = reverse("attendance:planned_list"), [], ""
    while True:
        answer = client.get(address, {"when": "coming", "before": before})
        met += [row.key for row in answer.context["rows"]]
        before = answer.context["page"].next_cursor
        if not before:
            break
        assert "Later" in answer.content.decode()
    assert met == [each.pk for each in sorted(coming, key=lambda each: (each.starts_on, each.pk))]
    last = answer.context["rows"][-1]  # what stands in its way is said, whatever page it is on
    assert (last.sign, [words[:2] for words in last.meets]) == ("M", ["V "])


@pytest.mark.parametrize("before", ["x", "2026-11-23_x", "2026-11-23_" + "9" * 40, "_", "2026-13-01_1"])
def test_a_spoilt_place_in_what_is_coming_is_its_top(
    kai: object, officer: object, as_role: Callable[..., Client], before: str
) -> None:
    plan(kai, "V", by=officer, first=MONDAY)
    answer = as_role(Role.SLT).get(reverse("attendance:planned_list"), {"when": "coming", "before": before})
    assert len(answer.context["rows"]) == 1


def test_a_plan_looks_for_clashes_among_its_own_students_alone(
    seeded: int, officer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """600 plans on one day compared each with each took a second."""
    plans = [plan(student, "V", by=officer) for student in enrol("9B", count=12) for _ in range(2)]
    looked, meets = [], absences._meets
    monkeypatch.setattr(absences, "_meets", lambda one, other: looked.append(one) or meets(one, other))
    who = reached(officer, {each.student_id for each in plans})
    rows = absences.PlanReader(who, SchoolCalendar.load()).rows(plans, among=plans)
    assert (len(rows), len(looked)) == (24, 48)
