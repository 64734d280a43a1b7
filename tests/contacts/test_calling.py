"""First-day calls: who is called about, in which order, by whom, and what comes of it in the register."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.models import PlannedMark, Register, SessionMark
from behaviour.models import Suspension
from contacts.models import (
    Agency,
    AgencyLink,
    Contact,
    ContactAbout,
    FamilyWish,
)
from pastoral.core.rights import Role
from students.models import StudentFact, TutorGroup
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
    father = carer(kai, relationship="Father", barred=True, surname="Barred", mobile="07700 900666")
    taken("9B", "7A")
    shown = page(client)
    assert names(client) == [["Ada", "Kai"]]
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
    entry = SessionMark.pgh_event_model.objects.filter(student=kai).latest("pgh_id")
    assert entry.pgh_context.metadata["reason"] == "Mother by phone 09:20: Flu; Ada has the dentist"
