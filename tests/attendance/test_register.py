"""Taking a register: what the page offers, what is written, and what happens when two people are at it."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.codes import code_named
from attendance.models import PlannedMark, Register, RegisterSubmission, SessionMark
from pastoral.core.rights import Role
from students.models import Student
from tests.attendance.registers import DAY, address, events, marks, opened, say
from tests.factories import EnrolmentFactory, StaffAssignmentFactory, TutorGroupFactory, enrol, lay_calendar, staff
from tests.marks import lay

NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.fixture
def morning(on_day: Callable[..., Any], seeded: int) -> date:
    on_day(DAY, 8, 50)
    return DAY


def test_a_register_is_taken_present_but_for_the_exceptions(morning: date, client_for: Callable[..., Client]) -> None:
    kai, zofia, yusuf = enrol("9B", count=3)
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    say(data, zofia, "absent")
    say(data, yusuf, "late", minutes="5")
    answer = client.post(address(), data, follow=True)
    assert "1 present, 1 absent, 1 late" in answer.content.decode()
    assert marks() == {kai.pk: ("/", None), zofia.pk: ("N", None), yusuf.pk: ("L", 5)}
    register = Register.objects.get()
    assert (register.taken_by, register.taken_at.hour) == (client.user, 8)
    assert f"taken by {client.user.formal_name}" in unescape(answer.content.decode())


def test_sent_twice_it_is_taken_once(morning: date, client_for: Callable[..., Client]) -> None:
    kai, zofia = enrol("9B", count=2)
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    say(data, kai, "absent")
    assert client.post(address(), data).status_code == 302
    office = client_for(staff(Role.ATTENDANCE_OFFICER))
    other = opened(office, address())
    say(other, kai, "other", letters="I")
    assert office.post(address(), other | {"reason": "Parent rang"}).status_code == 302
    assert client.post(address(), data).status_code == 302, "the answer was lost and the page sent again by itself"
    assert marks() == {kai.pk: ("I", None), zofia.pk: ("/", None)}, "what the office set since then stands"
    assert RegisterSubmission.objects.count() == 2
    assert Register.objects.get().taken_by == client.user


def test_the_same_page_with_other_choices_is_not_swallowed_as_a_resend(
    morning: date, client_for: Callable[..., Client]
) -> None:
    (kai,) = enrol("9B")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    client.post(address(), data)
    say(data, kai, "absent")
    answer = client.post(address(), data)
    assert answer.status_code == 409
    assert "you chose Absent" in answer.content.decode()
    assert marks() == {kai.pk: ("/", None)}


def test_the_second_person_sees_what_changed_and_loses_nothing(
    morning: date, client_for: Callable[..., Client]
) -> None:
    kai, zofia, yusuf = enrol("9B", count=3)
    tutor, manager = client_for(staff(Role.FORM_TUTOR, "9B")), client_for(staff(Role.PASTORAL_MANAGER, 9))
    first, second = opened(tutor, address()), opened(manager, address())
    say(first, kai, "late", minutes="5")
    tutor.post(address(), first)
    say(second, kai, "absent")
    say(second, zofia, "late", minutes="9")
    answer = manager.post(address(), second | {"reason": "Seen in the corridor"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(rf"{re.escape(tutor.user.title)} .* set Late 5 min at \d\d:\d\d – you chose Absent", text)
    assert "you chose Late 9 min" in text
    assert marks() == {kai.pk: ("L", 5), zofia.pk: ("/", None), yusuf.pk: ("/", None)}, "nothing was written"
    kept = {field.key: field for field in answer.context["fields"]}
    assert (kept[zofia.pk].said.minutes, answer.context["reason"]) == (9, "Seen in the corridor")
    again = second | {f"v-{key}": field.row.version for key, field in kept.items()}
    assert manager.post(address(), again | {"reason": "Seen in the corridor"}).status_code == 302
    assert marks() == {kai.pk: ("N", None), zofia.pk: ("L", 9), yusuf.pk: ("/", None)}
    assert {event.pgh_context.metadata["reason"] for event in events()} == {"Seen in the corridor"}


def test_two_who_say_the_same_do_not_get_in_each_others_way(morning: date, client_for: Callable[..., Client]) -> None:
    kai, zofia = enrol("9B", count=2)
    tutor, manager = client_for(staff(Role.FORM_TUTOR, "9B")), client_for(staff(Role.PASTORAL_MANAGER, 9))
    first, second = opened(tutor, address()), opened(manager, address())
    say(first, kai, "absent")
    say(second, kai, "absent")
    assert tutor.post(address(), first).status_code == manager.post(address(), second).status_code == 302
    assert marks() == {kai.pk: ("N", None), zofia.pk: ("/", None)}
    assert (Register.objects.get().taken_by, events()) == (tutor.user, [])


def test_a_row_left_alone_keeps_what_somebody_else_set_meanwhile(
    morning: date, client_for: Callable[..., Client]
) -> None:
    kai, zofia = enrol("9B", count=2)
    tutor, office = client_for(staff(Role.FORM_TUTOR, "9B")), client_for(staff(Role.ATTENDANCE_OFFICER))
    data = opened(tutor, address())
    say(data, kai, "absent")
    tutor.post(address(), data)
    mine, theirs = opened(tutor, address()), opened(office, address())
    say(theirs, kai, "other", letters="I")
    office.post(address(), theirs | {"reason": "Parent rang"})
    say(mine, zofia, "late", minutes="7")
    assert tutor.post(address(), mine | {"reason": "Came in with the bus"}).status_code == 302
    assert marks() == {kai.pk: ("I", None), zofia.pk: ("L", 7)}


def test_a_change_needs_its_reason_and_keeps_what_was_typed(morning: date, client_for: Callable[..., Client]) -> None:
    kai, _zofia = enrol("9B", count=2)
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    client.post(address(), opened(client, address()))
    data = opened(client, address())
    say(data, kai, "absent")
    answer = client.post(address(), data)
    assert answer.status_code == 422
    assert "Say why the marks are changed" in answer.content.decode()
    assert {field.key: field.said.choice for field in answer.context["fields"]}[kai.pk] == "absent"
    assert client.post(address(), data | {"reason": "Not in the room after all"}).status_code == 302
    (event,) = events()
    metadata = event.pgh_context.metadata
    assert (metadata["user"], metadata["reason"], metadata["position"]) == (
        client.user.pk,
        "Not in the room after all",
        "Form Tutor 9B",
    )


def test_who_arrives_after_all_needs_no_typed_reason(morning: date, client_for: Callable[..., Client]) -> None:
    (kai,) = enrol("9B")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    say(data, kai, "absent")
    client.post(address(), data)
    data = opened(client, address())
    say(data, kai, "late", minutes="12")
    assert client.post(address(), data).status_code == 302
    assert marks() == {kai.pk: ("L", 12)}
    assert events()[0].pgh_context.metadata["reason"] == "Arrived late, 12 minutes"


@pytest.mark.parametrize(("minutes", "letters"), [("1", "L"), ("30", "L"), ("31", "U"), ("240", "U")])
def test_late_becomes_u_once_the_register_is_closed(
    morning: date, client_for: Callable[..., Client], minutes: str, letters: str
) -> None:
    (kai,) = enrol("9B")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    say(data, kai, "late", minutes=minutes)
    client.post(address(), data)
    assert marks() == {kai.pk: (letters, int(minutes))}


@pytest.mark.parametrize("minutes", ["", "0", "241", "-3", "ten", "٣", "9999999999", "5.5"])
def test_minutes_that_cannot_be_are_said_so_and_nothing_is_lost(
    morning: date, client_for: Callable[..., Client], minutes: str
) -> None:
    kai, zofia = enrol("9B", count=2)
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    say(data, kai, "late", minutes=minutes)
    say(data, zofia, "absent")
    answer = client.post(address(), data)
    fields = {field.key: field for field in answer.context["fields"]}
    assert answer.status_code == 422
    assert fields[kai.pk].fault
    assert fields[zofia.pk].said.choice == "absent"
    assert str(answer.context["token"]) == data["token"]
    assert (marks(), Register.objects.count()) == ({}, 0)


def test_what_is_planned_is_filled_in_and_can_be_overruled(morning: date, client_for: Callable[..., Client]) -> None:
    kai, zofia, yusuf = enrol("9B", count=3)
    office = staff(Role.ATTENDANCE_OFFICER)
    span = {"starts_on": DAY, "ends_on": DAY, "created_by": office}
    for student, letters, note in ((kai, "M", "Orthodontist"), (zofia, "V", "Geography trip")):
        key = code_named(letters, DAY).key
        PlannedMark.objects.create(student=student, kind="planned", code_id=key, note=note, **span)
    PlannedMark.objects.create(
        student=yusuf,
        kind="leave",
        status="refused",
        code_id=code_named("C", DAY).key,
        decided_by=office,
        decided_at="2026-11-01T09:00Z",
        **span,
    )
    tutor = client_for(staff(Role.FORM_TUTOR, "9B"))
    text = tutor.get(address()).content.decode()
    assert "Authorised absence" in text
    assert "Geography trip" in text
    assert "Orthodontist" not in text, "why is for those who may see the code"
    assert "medical" not in text.lower()
    assert "Leave was refused" in text
    data = opened(tutor, address())
    assert (data[f"m-{kai.pk}"], data[f"m-{yusuf.pk}"]) == ("planned", "present")
    say(data, yusuf, "absent")
    say(data, zofia, "present")
    tutor.post(address(), data)
    assert marks() == {kai.pk: ("M", None), zofia.pk: ("/", None), yusuf.pk: ("G", None)}
    after = tutor.get(address()).content.decode()
    assert "medical" not in after.lower()
    assert "M as set" not in after
    assert "Orthodontist" in client_for(office).get(address()).content.decode()


def test_a_tutors_register_says_no_word_of_why_there_is_leave_or_a_part_time_timetable(
    morning: date, client_for: Callable[..., Client]
) -> None:
    kai, zofia, yusuf = enrol("9B", count=3)
    office = staff(Role.ATTENDANCE_OFFICER)
    decided = {"decided_by": office, "decided_at": "2026-11-01T09:00Z"}
    agreed = {"agreed_with": "Mrs A", "agreed_on": DAY, "review_on": DAY}
    placed = {"provider": "Northfield Academy", "review_on": DAY}
    for student, letters, kind, note, facts in (
        (kai, "C2", "part_time", "After surgery", agreed),
        (zofia, "C", "leave", "Custody hearing", decided),
        (yusuf, "B", "placement", "Cannot cope", placed),
    ):
        key = code_named(letters, DAY).key
        span = {"starts_on": DAY, "ends_on": DAY, "created_by": office}
        PlannedMark.objects.create(student=student, kind=kind, code_id=key, note=note, **span, **facts)
    tutors, offices = (
        client_for(user).get(address()).content.decode() for user in (staff(Role.FORM_TUTOR, "9B"), office)
    )
    whys = ("After surgery", "Custody hearing")
    assert [why in tutors for why in (*whys, "Cannot cope")] == [False, False, False]
    assert [why in offices for why in whys] == [True, True]
    assert "Northfield Academy" in tutors
    assert "C2" in tutors


def test_a_plan_that_is_gone_meanwhile_is_said_so(morning: date, client_for: Callable[..., Client]) -> None:
    (kai,) = enrol("9B")
    office = staff(Role.ATTENDANCE_OFFICER)
    plan = PlannedMark.objects.create(
        student=kai, kind="planned", code_id=code_named("V", DAY).key, starts_on=DAY, ends_on=DAY, created_by=office
    )
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    plan.status = "withdrawn"
    plan.save()
    answer = client.post(address(), data)
    assert answer.status_code == 422
    assert "Nothing is planned" in answer.content.decode()
    assert marks() == {}


@pytest.mark.parametrize(
    ("role", "letters", "status"),
    [
        (Role.FORM_TUTOR, "I", 422),
        (Role.PASTORAL_MANAGER, "I", 302),
        (Role.PASTORAL_MANAGER, "X", 422),
        (Role.PASTORAL_MANAGER, "C", 422),
        (Role.ATTENDANCE_OFFICER, "H", 422),
        (Role.ATTENDANCE_OFFICER, "", 422),
        (Role.ATTENDANCE_OFFICER, "#", 422),
    ],
)
def test_only_codes_offered_are_taken(
    morning: date, client_for: Callable[..., Client], role: Role, letters: str, status: int
) -> None:
    (kai,) = enrol("9B")
    scope = {Role.FORM_TUTOR: "9B", Role.PASTORAL_MANAGER: 9}.get(role)
    client = client_for(staff(role, scope))
    data = opened(client, address())
    say(data, kai, "other", letters=letters)
    assert client.post(address(), data).status_code == status
    assert marks() == ({kai.pk: (letters, None)} if status == 302 else {})


def test_a_version_says_nothing_of_the_mark(morning: date, client_for: Callable[..., Client]) -> None:
    kai, zofia = enrol("9B", count=2)
    for student in (kai, zofia):
        lay(student, DAY, "I")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    assert data[f"v-{kai.pk}"] != data[f"v-{zofia.pk}"]
    assert data[f"m-{kai.pk}"] == "stands"
    text = client.get(address()).content.decode().lower()
    assert "illness" not in text
    assert client.post(address(), data).status_code == 302
    assert marks() == {kai.pk: ("I", None), zofia.pk: ("I", None)}


def test_the_five_days_before_stand_beside_each_name(morning: date, client_for: Callable[..., Client]) -> None:
    (kai,) = enrol("9B")
    lay(kai, date(2026, 11, 13), "/ / L / N N / / I I")
    sheet = client_for(staff(Role.FORM_TUTOR, "9B")).get(address()).context["fields"][0]
    assert [shown.sign for shown in sheet.before] == ["/", "\\", "L", "\\", "N", "N", "/", "\\", "●", "●"]


def test_starters_leavers_and_twins(morning: date, client_for: Callable[..., Client]) -> None:
    twins = enrol("9B", count=2, legal_surname="O'Brien", legal_forename="Kai")
    starter, leaver, later, moved = enrol("9B", count=4)
    Student.objects.filter(pk=leaver.pk).update(left_on=date(2026, 11, 19))
    Student.objects.filter(pk=starter.pk).update(admitted_on=DAY)
    Student.objects.filter(pk=later.pk).update(admitted_on=date(2026, 11, 23))
    moved.enrolments.update(ends_on=date(2026, 11, 19))
    EnrolmentFactory(student=moved, tutor_group__name="9C", starts_on=DAY)
    client = client_for(staff(Role.HEAD_OF_YEAR, 9))
    answer = client.get(address())
    assert {field.key for field in answer.context["fields"]} == {*(twin.pk for twin in twins), starter.pk}
    assert all(twin.admission_number in answer.content.decode() for twin in twins)
    assert {field.key for field in client.get(address("9C")).context["fields"]} == {moved.pk}
    assert leaver.pk in {field.key for field in client.get(address(day=date(2026, 11, 19))).context["fields"]}


def test_who_joined_since_the_page_was_opened_is_left_to_mark(morning: date, client_for: Callable[..., Client]) -> None:
    (kai,) = enrol("9B")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    enrol("9B")
    answer = client.post(address(), data, follow=True)
    assert set(marks()) == {kai.pk}
    assert "Not marked yet" in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "session", "words"),
    [
        (date(2026, 11, 20), "PM", "opens at 12:05"),
        (date(2026, 11, 23), "AM", "opens on Mon 23 Nov at 07:45"),
        (date(2026, 10, 28), "AM", "Half term or holiday"),
        (date(2026, 11, 14), "AM", "Saturday"),
        (date(2026, 9, 1), "AM", "INSET"),
        (date(2026, 7, 1), "AM", "other academic years"),
    ],
)
def test_a_register_that_cannot_be_taken_says_why(
    morning: date, client_for: Callable[..., Client], day: date, session: str, words: str
) -> None:
    (kai,) = enrol("9B")
    kai.enrolments.update(starts_on=date(2025, 9, 1))
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    url = address(day=day, session=session)
    answer = client.get(url)
    assert words in answer.content.decode()
    assert 'id="register"' not in answer.content.decode()
    posted = client.post(url, {"token": str(uuid4()), f"m-{kai.pk}": "present"})
    assert posted.status_code == 422
    assert words in posted.content.decode()
    assert (SessionMark.objects.count(), Register.objects.count()) == (0, 0)


def test_a_past_day_is_put_right_with_a_reason(morning: date, client_for: Callable[..., Client]) -> None:
    (kai,) = enrol("9B")
    day = date(2026, 11, 18)
    lay(kai, day, "N")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address(day=day))
    say(data, kai, "present")
    assert client.post(address(day=day), data).status_code == 422
    assert client.post(address(day=day), data | {"reason": "Was at the nurse"}).status_code == 302
    assert marks(day) == {kai.pk: ("/", None)}


def test_cover_takes_the_register_and_loses_it_again(
    morning: date, client_for: Callable[..., Client], on_day: Callable[..., Any]
) -> None:
    enrol("9B")
    enrol("9C")
    user = staff(Role.FORM_TUTOR, "9C")
    cover = {"role": Role.FORM_TUTOR, "tutor_group": TutorGroupFactory(name="9B"), "starts_on": DAY, "ends_on": DAY}
    StaffAssignmentFactory(user=user, **cover)
    client = client_for(user)
    assert client.post(address(), opened(client, address())).status_code == 302
    on_day(date(2026, 11, 23), 8, 50)
    assert client_for(type(user).objects.get(pk=user.pk)).get(address(day=date(2026, 11, 23))).status_code == 404


def test_somebody_with_two_reaches_acts_in_each_as_its_role(morning: date, client_for: Callable[..., Client]) -> None:
    """A Head of Year 8 who is tutor of 9B sets no codes in 9B, and sees none that a tutor does not."""
    (kai,) = enrol("9B")
    enrol("8A")
    lay(kai, DAY, "I")
    user = staff(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    client = client_for(user)
    own, other = client.get(address("8A")), client.get(address())
    assert own.context["fields"][0].codes
    assert not other.context["fields"][0].codes
    assert "Illness" not in other.content.decode()


def test_who_only_chases_looks_and_does_not_take(morning: date, client_for: Callable[..., Client]) -> None:
    (kai,) = enrol("9B")
    client = client_for(staff(Role.SLT))
    answer = client.get(address())
    assert "not taken yet" in answer.content.decode()
    assert "<form" not in answer.content.decode().split('id="content"')[1]
    assert client.post(address(), {"token": str(uuid4()), f"m-{kai.pk}": "absent"}).status_code == 403
    assert marks() == {}


def test_register_now_leads_where_it_should(
    morning: date, client_for: Callable[..., Client], on_day: Callable[..., Any]
) -> None:
    enrol("9B")
    enrol("9C")
    user = staff(Role.FORM_TUTOR, "9B")
    url = reverse("attendance:register_now")
    assert client_for(user).get(url).url == address()
    on_day(DAY, 13, 10)
    assert client_for(user).get(url).url == address(session="PM")
    StaffAssignmentFactory(user=user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9C"))
    both = client_for(type(user).objects.get(pk=user.pk))
    assert [group.group for group in both.get(url).context["groups"]] == ["9B", "9C"]
    on_day(date(2026, 11, 21), 9)
    weekend = client_for(user).get(url).content.decode()
    assert "No school today: Saturday" in weekend
    assert "Mon 23 Nov" in weekend
    nobody = client_for(staff(Role.FORM_TUTOR, "7A"))
    on_day(DAY, 9)
    assert "No register is yours to take" in nobody.get(url).content.decode()


@pytest.mark.parametrize("words", ["", "nonsense", "9" * 50])
def test_a_page_without_a_token_is_not_taken(morning: date, client_for: Callable[..., Client], words: str) -> None:
    (kai,) = enrol("9B")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    answer = client.post(address(), {"token": words, f"m-{kai.pk}": "absent"})
    assert answer.status_code == 422
    assert marks() == {}
    assert client.get("/register/99999999999999999999/2026-11-20/AM/").status_code == 404


def resent(data: dict[str, str], answer: Any) -> dict[str, str]:
    """Return what a browser sends from the page that came back, nothing touched on it."""
    sent = {"token": str(answer.context["token"]), "reason": data["reason"]}
    for field in answer.context["fields"]:
        key, said = field.key, field.said
        sent |= {f"m-{key}": said.choice.value, f"t-{key}": str(said.minutes or ""), f"c-{key}": said.letters}
        sent |= {f"v-{key}": field.row.version, f"was-{key}": field.was}
    return sent


@pytest.mark.parametrize("minutes", ["", "ten"])
def test_a_page_sent_back_for_a_fault_names_what_somebody_else_set_meanwhile(
    morning: date, client_for: Callable[..., Client], minutes: str
) -> None:
    kai, zofia = enrol("9B", count=2)
    tutor, manager = client_for(staff(Role.FORM_TUTOR, "9B")), client_for(staff(Role.PASTORAL_MANAGER, 9))
    mine, theirs = opened(tutor, address()), opened(manager, address())
    say(theirs, kai, "absent")
    manager.post(address(), theirs)
    say(mine, zofia, "late", minutes=minutes)
    answer = tutor.post(address(), mine)
    assert answer.status_code == 409
    assert {field.key for field in answer.context["fields"] if field.is_overtaken} == {kai.pk, zofia.pk}
    assert re.search(r"set Absent at \d\d:\d\d – you chose Present", answer.content.decode())
    again = resent(mine, answer)
    say(again, zofia, "late", minutes="4")
    refused = tutor.post(address(), again)
    assert refused.status_code == 422
    assert "Changed: " in refused.content.decode()
    assert all(one.sort_name in unescape(refused.context["reason_fault"]) for one in (kai, zofia))
    assert marks() == {kai.pk: ("N", None), zofia.pk: ("/", None)}


def test_a_page_sent_back_for_its_reason_overwrites_no_row_left_alone(
    morning: date, client_for: Callable[..., Client]
) -> None:
    kai, zofia = enrol("9B", count=2)
    tutor, office = client_for(staff(Role.FORM_TUTOR, "9B")), client_for(staff(Role.ATTENDANCE_OFFICER))
    tutor.post(address(), opened(tutor, address()))
    mine, theirs = opened(tutor, address()), opened(office, address())
    say(theirs, kai, "other", letters="I")
    office.post(address(), theirs | {"reason": "Parent rang"})
    say(mine, zofia, "absent")
    answer = tutor.post(address(), mine)
    assert answer.status_code == 422
    assert tutor.post(address(), resent(mine, answer) | {"reason": "Left the room"}).status_code == 302
    assert marks() == {kai.pk: ("I", None), zofia.pk: ("N", None)}


def test_an_earlier_save_is_not_called_somebody_elses(morning: date, client_for: Callable[..., Client]) -> None:
    (kai,) = enrol("9B")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    client.post(address(), data)
    say(data, kai, "absent")
    text = client.post(address(), data).content.decode()
    assert "Your earlier save set Present at" in text
    assert "somebody else" not in text


def test_a_page_sent_again_says_what_stands_and_not_that_it_is_saved(
    morning: date, client_for: Callable[..., Client]
) -> None:
    kai, _zofia = enrol("9B", count=2)
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    data = opened(client, address())
    say(data, kai, "absent")
    client.post(address(), data, follow=True)
    other = opened(client, address())
    say(other, kai, "late", minutes="5")
    client.post(address(), other, follow=True)
    text = client.post(address(), data, follow=True).content.decode()
    assert "The register is saved" not in text
    assert "this page was already saved. The marks stand as below: 1 present, 0 absent, 1 late" in text


def test_what_is_saved_is_said_as_it_stands(morning: date, client_for: Callable[..., Client]) -> None:
    kai, zofia = enrol("9B", count=2)
    tutor, office = client_for(staff(Role.FORM_TUTOR, "9B")), client_for(staff(Role.ATTENDANCE_OFFICER))
    tutor.post(address(), opened(tutor, address()))
    mine, theirs = opened(tutor, address()), opened(office, address())
    say(theirs, kai, "other", letters="I")
    office.post(address(), theirs | {"reason": "Parent rang"})
    say(mine, zofia, "absent")
    text = tutor.post(address(), mine | {"reason": "Left"}, follow=True).content.decode()
    assert "The register is saved: 0 present, 1 absent, 0 late, 1 with another code." in text


def test_the_afternoon_is_next_once_it_opens_and_the_morning_is_taken(
    morning: date, client_for: Callable[..., Client], on_day: Callable[..., Any]
) -> None:
    enrol("9B")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    url = reverse("attendance:register_now")
    on_day(DAY, 12, 30)
    assert client.get(url).url == address(), "the morning is not taken yet"
    client.post(address(), opened(client, address()))
    assert client.get(url).url == address(session="PM")
    on_day(DAY, 12, 4)
    assert client.get(url).url == address(), "the afternoon is not open yet"


def test_a_group_of_several_years_is_registered_by_each_for_their_own(
    morning: date, client_for: Callable[..., Client]
) -> None:
    (kai,), (zofia, yusuf) = enrol("9V", year=9), enrol("9V", count=2, year=10)
    lay(zofia, DAY, "I")
    user = staff(Role.HEAD_OF_YEAR, 9)
    client = client_for(user)
    page = client.get(address("9V"))
    assert [field.key for field in page.context["fields"]] == [kai.pk]
    assert "2 students of this group are not yours" in page.content.decode()
    assert client.post(address("9V"), opened(client, address("9V"))).status_code == 302
    assert marks()[kai.pk] == ("/", None)
    assert Register.objects.count() == 0, "two of the group are not marked by anybody"
    assert "not taken yet" in client.get(address("9V")).content.decode()
    StaffAssignmentFactory(user=user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9V"))
    both = client_for(type(user).objects.get(pk=user.pk))
    fields = {field.key: field for field in both.get(address("9V")).context["fields"]}
    assert set(fields) == {kai.pk, zofia.pk, yusuf.pk}
    assert fields[kai.pk].codes
    assert not fields[zofia.pk].codes, "a tutor of Year 10 students sets no codes on them"
    assert "Illness" not in both.get(address("9V")).content.decode().split(f'id="row-{zofia.pk}"')[1]
    both.post(address("9V"), opened(both, address("9V")))
    assert Register.objects.get().taken_by == user


def test_a_group_is_taken_by_the_last_of_those_who_share_it(morning: date, client_for: Callable[..., Client]) -> None:
    enrol("9V", year=9)
    enrol("9V", year=10)
    for year, count in ((9, 0), (10, 1)):
        client = client_for(staff(Role.HEAD_OF_YEAR, year))
        data = opened(client, address("9V"))
        assert [client.post(address("9V"), data).status_code for _click in range(2)] == [302, 302]
        assert Register.objects.count() == count
    assert Register.objects.get().taken_by == client.user


def test_a_group_of_several_years_is_one_choice(morning: date, client_for: Callable[..., Client]) -> None:
    enrol("9V", year=9)
    enrol("9V", year=10)
    client = client_for(staff(Role.FORM_TUTOR, "9V"))
    assert client.get(reverse("attendance:register_now")).url == address("9V")


def test_a_past_register_says_who_has_moved_on(morning: date, client_for: Callable[..., Client]) -> None:
    kai, moved = enrol("9B", count=2)
    moved.enrolments.update(ends_on=date(2026, 11, 19))
    EnrolmentFactory(student=moved, tutor_group__name="9C", starts_on=DAY)
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    page = client.get(address(day=date(2026, 11, 18)))
    assert [field.key for field in page.context["fields"]] == [kai.pk]
    assert "1 student of this day has moved on" in page.content.decode()
    assert "moved on" not in client.get(address()).content.decode()


def test_a_taken_register_leads_to_each_marks_history(morning: date, client_for: Callable[..., Client]) -> None:
    (kai,) = enrol("9B")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    history = reverse("attendance:mark_detail", args=[kai.pk, DAY, "AM"])
    assert history not in client.get(address()).content.decode()
    client.post(address(), opened(client, address()))
    assert f'href="{history}?back={address()}"' in client.get(address()).content.decode()
    assert client.get(history).status_code == 200


def statements(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries.captured_queries if not query["sql"].startswith(NOT_COUNTED)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [3, 30])
def test_open_save_and_correct_in_eight_queries_each(
    on_day: Callable[..., Any], client_for: Callable[..., Client], count: int
) -> None:
    lay_calendar()
    on_day(DAY, 8, 50)
    students = enrol("9B", count=count)
    for student in students:
        lay(student, date(2026, 11, 13), "/ / / / / / / / / /")
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    found = {}
    for step, choice in (("first", "absent"), ("correction", "present")):
        with CaptureQueriesContext(connection) as queries:
            data = opened(client, address())
        found[f"open, {step}"] = len(statements(queries)) - 1  # the address asks for the group
        say(data, students[0], choice)
        say(data, students[1], "late", minutes="4" if step == "first" else "6")
        url = address()
        with CaptureQueriesContext(connection) as queries:
            assert client.post(url, data | {"reason": "Looked again"}).status_code == 302
        found[f"save, {step}"] = len(statements(queries))
    assert found == {"open, first": 8, "save, first": 8, "open, correction": 8, "save, correction": 8}
    assert [event.pgh_context.metadata["user"] for event in events()] == [client.user.pk] * 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pghistory.context_metadata', true)")
        assert cursor.fetchone()[0] in (None, ""), "the next request is nobody's yet"


def test_a_choice_of_thirty_groups_costs_what_three_do(morning: date, client_for: Callable[..., Client]) -> None:
    client = client_for(staff(Role.ATTENDANCE_OFFICER))
    url, found = reverse("attendance:register_now"), []
    for first, last in ((0, 3), (3, 30)):
        for n in range(first, last):
            enrol(f"9{n:02}", year=9)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(url).context["groups"]) == last
        found.append(len(statements(queries)))
    assert found[0] == found[1] <= 12


def test_presence_from_an_import_says_nothing_and_anything_else_says_whose_it_is(
    morning: date, client_for: Callable[..., Client]
) -> None:
    kai, zofia, yusuf = enrol("9B", count=3)
    tutor = staff(Role.FORM_TUTOR, "9B")
    client = client_for(tutor)
    group = TutorGroupFactory(name="9B")
    Register.objects.create(tutor_group=group, date=DAY, session="AM", taken_by=tutor, taken_at=timezone.now())
    for student, letters in ((kai, "/"), (zofia, "N")):
        lay(student, DAY, letters)
    lay(yusuf, DAY, "/")
    SessionMark.objects.filter(student=yusuf).update(recorded_by=staff(Role.ATTENDANCE_OFFICER))
    page = client.get(address()).content.decode()
    assert "Present by an import" not in page
    assert "Absent by an import" in page
    assert page.count("Present by ") == 1
