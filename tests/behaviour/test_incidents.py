"""Logging an incident in one step, who reads it, and withdrawing it."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from behaviour.models import Incident, IncidentType, Involvement
from pastoral.core.models import AccessRecord, Draft
from pastoral.core.rights import Role
from tests.factories import StaffAssignmentFactory, TutorGroupFactory, enrol, staff

ADD = reverse("behaviour:incident_add")


@pytest.fixture
def students(seeded, friday):
    """Two of 9B and one of 8A."""
    return [*enrol("9B", count=2), *enrol("8A", legal_surname="Quillfeather")]


def sent(*chosen, kind="Fighting", **also):
    data = {
        "do": "save",
        "token": str(uuid4()),
        "student": [str(student.pk) for student in chosen],
        "kind": str(IncidentType.objects.get(name=kind).pk),
        "what_happened": "Pushed in the queue, then punched.",
        "location": "Canteen",
        "activity": "",
        "period": "Lunch",
        "occurred_on": "2026-11-20",
        "occurred_at": "12:40",
    }
    return data | {f"role-{student.pk}": "perpetrator" for student in chosen} | also


def test_two_students_with_roles_in_one_step(students, as_role):
    kai, zofia, _other = students
    client = as_role(Role.FORM_TUTOR)
    answer = client.post(ADD, sent(kai, zofia, **{f"role-{zofia.pk}": "victim"}))
    incident = Incident.objects.get()
    assert answer.url == reverse("behaviour:incident_detail", args=[incident.pk])
    assert (incident.type, incident.severity, incident.period, incident.logged_by) == (
        "Fighting", 3, "Lunch", client.user,
    )  # fmt: skip
    assert set(Involvement.objects.values_list("student", "role", "points")) == {
        (kai.pk, "perpetrator", 5),
        (zofia.pk, "victim", 0),
    }
    assert "Pushed in the queue" in client.get(answer.url).content.decode()


def test_the_same_sending_twice_logs_once(students, as_role):
    client, data = as_role(Role.FORM_TUTOR), sent(students[0])
    assert client.post(ADD, data).url == client.post(ADD, data).url
    assert (Incident.objects.count(), Involvement.objects.count()) == (1, 1)


def test_a_name_typed_and_not_chosen_chooses_the_only_one(students, as_role):
    client = as_role(Role.SLT)
    assert client.post(ADD, sent(who="quillfea")).status_code == 302
    assert Involvement.objects.get().student == students[2]


def test_a_name_that_fits_several_asks_which_and_keeps_what_was_typed(seeded, friday, as_role):
    enrol("9B", count=2, legal_surname="Nowak")
    page = as_role(Role.FORM_TUTOR).post(ADD, sent(who="Nowak"))
    assert page.status_code == 422
    text = page.content.decode()
    assert "Which of them is “Nowak”?" in text
    assert "Pushed in the queue" in text
    assert len(page.context["picking"].matches) == 2
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"student": []}, "Choose a student."),
        ({"kind": ""}, "Choose what kind of incident it was."),
        ({"what_happened": " "}, "This field is required."),
        ({"occurred_on": "2026-11-21"}, "The day is still to come"),
        ({"kind": "999999"}, "Select a valid choice"),
    ],
)
def test_a_fault_is_said_and_nothing_is_lost(students, as_role, change, fault):
    page = as_role(Role.FORM_TUTOR).post(ADD, sent(students[0]) | change)
    assert page.status_code == 422
    assert fault in page.content.decode()
    assert 'value="12:40"' in page.content.decode()
    assert not Incident.objects.exists()


def test_nobody_logs_on_a_student_out_of_reach(students, as_role):
    page = as_role(Role.FORM_TUTOR).post(ADD, sent(students[2]))
    assert page.status_code == 422
    assert "Quillfeather" not in page.content.decode()


def test_without_script_students_are_added_and_taken_off_one_by_one(students, as_role):
    kai, zofia, _other = students
    client = as_role(Role.FORM_TUTOR)
    data = {name: value for name, value in sent(kai).items() if name != "do"}
    page = client.post(ADD, data | {"who": zofia.admission_number})
    assert page.context["picking"].chosen == [kai, zofia]
    assert "Pushed in the queue" in page.content.decode()
    page = client.post(ADD, data | {"student": [str(kai.pk), str(zofia.pk)], "drop": str(kai.pk)})
    assert page.context["picking"].chosen == [zofia]
    assert not Incident.objects.exists()


def test_sexual_harm_is_never_an_incident(students, as_role):
    tutor = as_role(Role.FORM_TUTOR)
    Draft.objects.create(user=tutor.user, key="behaviour:incident_add?student=&call=", saved_at=timezone.now())
    harm = sent(students[0], kind="Sexual harm or harassment") | {"draft": "behaviour:incident_add?student=&call="}
    page = tutor.post(ADD, harm)
    assert (page.status_code, Draft.objects.exists(), "data-draft=" in page.content.decode()) == (422, False, False)
    concern = reverse("behaviour:concern_add")
    assert f'formaction="{concern}"' in page.content.decode()
    carried = tutor.post(concern, harm | {"do": "carry"})
    assert carried.context["picking"].chosen == [students[0]]
    assert "Pushed in the queue" in carried.content.decode()
    assert "goes to the DSL" in page.content.decode()
    assert "Pushed in the queue" in page.content.decode()
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("role", "named", "reads"),
    [(Role.FORM_TUTOR, 1, True), (Role.HEAD_OF_YEAR, 1, True), (Role.SLT, 2, True)],
)
def test_another_students_name_is_shown_only_where_they_may_be_seen(students, as_role, client_for, role, named, reads):
    kai, _zofia, other = students
    as_role(Role.SLT).post(ADD, sent(kai, other))
    page = as_role(role).get(reverse("behaviour:incident_detail", args=[Incident.objects.get().pk]))
    assert len(page.context["incident"].named) == named
    assert ("Quillfeather" in page.content.decode()) is (named == 2)
    assert ("Pushed in the queue" in page.content.decode()) is reads


def test_who_sees_nobody_in_it_finds_nothing(students, as_role):
    as_role(Role.SLT).post(ADD, sent(students[2]))
    address = reverse("behaviour:incident_detail", args=[Incident.objects.get().pk])
    assert as_role(Role.FORM_TUTOR).get(address).status_code == 404
    assert as_role(Role.ATTENDANCE_OFFICER).get(address).status_code == 403


def test_it_is_withdrawn_with_a_reason_by_who_logged_it_or_reviews_it(students, as_role, client_for):
    tutor = as_role(Role.FORM_TUTOR)
    tutor.post(ADD, sent(students[0]))
    incident = Incident.objects.get()
    address = reverse("behaviour:incident_withdraw", args=[incident.pk])
    other = client_for(staff(Role.FORM_TUTOR, "9B"))
    assert other.post(address, {"because": "not mine"}).status_code == 302
    assert Incident.objects.standing().exists()
    assert as_role(Role.HEAD_OF_YEAR).post(address, {"because": ""}).status_code == 422
    tutor.post(address, {"because": "Logged twice"})
    incident.refresh_from_db()
    assert (incident.withdrawn_because, incident.withdrawn_by) == ("Logged twice", tutor.user)
    assert "Logged twice" in tutor.get(reverse("behaviour:incident_detail", args=[incident.pk])).content.decode()


def test_t14_a_second_role_that_sees_every_student_reads_no_more_than_the_first(students, as_role):
    """Attendance Officer, and tutor of 8A: of the school's behaviour they read what a tutor of 8A reads."""
    kai, zofia, mine = students
    slt, both = as_role(Role.SLT), as_role(Role.ATTENDANCE_OFFICER)
    StaffAssignmentFactory(role=Role.FORM_TUTOR, user=both.user, tutor_group=TutorGroupFactory(name="8A"))
    slt.post(ADD, sent(kai, zofia))
    slt.post(ADD, sent(kai, mine))
    shared, others = Incident.objects.all().order_by("-pk")
    shared.involvements.filter(student=mine).update(action_taken="Parents met")
    for made in (shared, others):
        for text in ("Uncle told", "Aunt told"):
            made.involvements.filter(student=kai).update(comment=text, statement=text, action_taken=text)
    assert both.get(reverse("behaviour:incident_detail", args=[others.pk])).status_code == 404
    page = both.get(reverse("behaviour:incident_detail", args=[shared.pk]))
    text = page.content.decode()
    assert {part.key for part in page.context["incident"].named} == {kai.pk, mine.pk}
    assert ("Pushed in the queue" in text, "Parents met" in text) == (True, True)
    assert ("Uncle" in text, "Aunt" in text) == (False, False)
    form = both.get(reverse("behaviour:detention_add"), {"incident": others.pk})
    assert (form.context["incident"], kai.legal_surname in form.content.decode()) == (None, False)
    noted = AccessRecord.objects.filter(user=both.user, subject__startswith="student:")
    assert list(noted.values_list("subject", "reason")) == [(f"student:{mine.pk}", "Form Tutor 8A")]
