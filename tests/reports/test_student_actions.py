"""What may be done from a student's page: by the rights over that very student, with the student chosen."""

from datetime import date

import pytest
from django.urls import reverse

from pastoral.core.rights import Role
from tests.factories import (
    SessionMarkFactory,
    StaffAssignmentFactory,
    StudentFactFactory,
    TutorGroupFactory,
    enrol,
    staff,
)

FRIDAY = date(2026, 11, 20)
TUTOR = [
    "Correct a mark",
    "Register 9B",
    "Log a contact",
    "Family",
    "Detention",
    "Report card",
    "Letters",
    "Chronology",
    "Papers",
    "Where now",
]
PM = [
    "Correct a mark",
    "Register 9B",
    "Log a contact",
    "Family",
    "Plan an absence",
    "Leave request",
    "Detention",
    "Inclusion room",
    "Report card",
    "Intervention",
    "Ask the teachers",
    "Plan",
    "Letters",
    "Penalty-notice case",
    "Attendance case",
    "Set an action",
    "Meeting",
    "Proposals",
    "Chronology",
    "Papers",
    "Build a pack",
    "Where now",
]
BEHAVIOUR = {"Detention", "Report card", "Intervention", "Ask the teachers", "Plan"}
HEAD = [*PM[:7], "Suspension", *PM[7:]]
ACTIONS = {
    Role.FORM_TUTOR: TUTOR,
    Role.PASTORAL_MANAGER: PM,
    Role.HEAD_OF_YEAR: HEAD,
    Role.SLT: [words for words in HEAD if words not in {"Correct a mark", "Plan an absence", "Leave request"}],
    Role.ATTENDANCE_OFFICER: [words for words in PM if words not in {"Inclusion room", *BEHAVIOUR}],
    Role.SENCO: [
        "Log a contact",
        "Family",
        "Intervention",
        "Ask the teachers",
        "Plan",
        "Letters",
        "Set an action",
        "Meeting",
        "Chronology",
        "Papers",
        "Build a pack",
        "Where now",
    ],
    Role.DSL: [
        "Register 9B",
        "Log a contact",
        "Family",
        "Inclusion room",
        "Intervention",
        "Ask the teachers",
        "Plan",
        "Letters",
        "Penalty-notice case",
        "Set an action",
        "Meeting",
        "Proposals",
        "Chronology",
        "Papers",
        "Build a pack",
        "Where now",
    ],
}


@pytest.fixture
def kai(seeded, on_day):
    """A student of 9B with SEN, on Friday morning."""
    (student,) = enrol("9B")
    StudentFactFactory(student=student, kind="sen", value="K")
    SessionMarkFactory(student=student, date=FRIDAY)
    return student


def actions(client, student) -> list:
    return client.get(student.get_absolute_url()).context["actions"]


@pytest.mark.parametrize("role", ACTIONS)
def test_each_role_is_offered_what_it_may_and_every_way_opens(kai, as_role, on_day, role):
    client = as_role(role)
    on_day(FRIDAY, 9, 30)
    found = actions(client, kai)
    assert [action.words for action in found] == ACTIONS[role]
    for action in found:
        page = client.get(action.url)
        assert page.status_code == 200, action
        assert kai.legal_surname in page.content.decode().replace("&#x27;", "'"), action


def test_a_head_of_year_7_who_is_tutor_of_9b_acts_as_tutor(kai, client_for, on_day):
    user = staff(Role.HEAD_OF_YEAR, 7)
    StaffAssignmentFactory(user=user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    on_day(FRIDAY, 9, 30)
    assert [action.words for action in actions(client_for(user), kai)] == TUTOR


def test_the_mark_and_the_register_are_those_of_now(kai, as_role, on_day):
    client = as_role(Role.FORM_TUTOR)
    on_day(FRIDAY, 13, 30)
    mark, register, *_others = actions(client, kai)
    assert mark.url.startswith(reverse("attendance:mark_detail", args=[kai.pk, FRIDAY, "PM"]))
    assert register.url.endswith("/2026-11-20/PM/")


def test_on_a_sunday_the_mark_is_of_the_last_day_with_marks_and_no_register_is_due(kai, as_role, client_for, on_day):
    user = as_role(Role.HEAD_OF_YEAR).user
    on_day(date(2026, 11, 22), 12, 0)
    found = actions(client_for(user), kai)
    assert found[0].url.startswith(reverse("attendance:mark_detail", args=[kai.pk, FRIDAY, "AM"]))
    assert "Register 9B" not in [action.words for action in found]


def test_nothing_is_planned_for_a_leaver(kai, as_role, on_day):
    client = as_role(Role.HEAD_OF_YEAR)
    on_day(FRIDAY, 9, 30)
    kai.left_on = date(2026, 11, 18)
    kai.save()
    words = ["Correct a mark", "Log a contact", "Family", "Letters", "Penalty-notice case"]
    words += ["Attendance case", "Set an action", "Proposals", "Chronology", "Papers", "Build a pack"]
    assert [action.words for action in actions(client, kai)] == words
