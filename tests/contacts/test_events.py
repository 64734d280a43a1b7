"""Events that families are asked to: asked by year or group, answers, who came, and whom to ring afterwards."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Channel, Contact, EventPlace, ParentEvent, Purpose, Result
from contacts.services.contacts import Told, With, contact_log
from pastoral.core.rights import Role
from tests.factories import enrol, staff
from tests.families import carer

TODAY = date(2026, 11, 20)
ADD, LIST = reverse("contacts:event_add"), reverse("contacts:event_list")


def event_with(*students, held_on=TODAY, by=None):
    event = ParentEvent.objects.create(
        token=uuid4(), name="Year 9 evening", held_on=held_on, made_by=by or staff(Role.SLT)
    )
    for student in students:
        EventPlace.objects.create(event=event, student=student)
    return event


def tick(client, event, student, do, **headers):
    place = event.places.get(student=student)
    return client.post(reverse("contacts:event_tick", args=[place.pk]), {"do": do, "show": "door"}, headers=headers)


@pytest.fixture
def head(seeded, as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def test_a_year_or_groups_are_asked_once_each(head):
    ours, (gone,) = enrol("9B", count=2), enrol("9B", left_on=date(2026, 11, 1))
    (other,), (zoe,) = enrol("9C"), enrol("8A")
    sent = {"name": "Coffee morning", "held_on": "2026-12-01", "token": uuid4(), "asked": ["group-9B", "group-9C"]}
    for _ in range(2):
        head.post(ADD, sent)
    (event,) = ParentEvent.objects.all()
    asked = set(event.places.values_list("student", flat=True))
    assert asked == {ours[0].pk, ours[1].pk, other.pk}
    assert not asked & {gone.pk, zoe.pk}
    head.post(ADD, sent | {"token": uuid4(), "asked": ["year-9", "group-9B"]})
    assert ParentEvent.objects.exclude(pk=event.pk).get().places.count() == 3
    assert head.post(ADD, sent | {"token": uuid4(), "asked": ["year-8"]}).status_code == 422
    assert head.post(ADD, sent | {"token": uuid4(), "asked": []}).status_code == 422


def test_answers_and_who_came_at_the_door_logged_as_a_contact_nobody_barred(head, as_role, on_day):
    kai, ada = enrol("9B", count=2)
    mother, father = carer(kai), carer(kai, relationship="Father", barred=True, forename="Emeka")
    event = event_with(kai, ada, held_on=date(2026, 11, 23))
    address = reverse("contacts:event_detail", args=[event.pk])
    tick(head, event, kai, "coming")
    ticked = tick(head, event, ada, "not_coming", HX_Request="true").content.decode()
    assert 'id="event-count" hx-swap-oob="true">2 asked, 1 coming, 1 not' in ticked
    assert "2 asked, 1 coming, 1 not" in head.get(address).content.decode()
    assert "still to come" in tick(head, event, kai, f"came-{mother.pk}", HX_Request="true").content.decode()
    assert not Contact.objects.exists()
    on_day(date(2026, 11, 23), 18)
    tutor = as_role(Role.FORM_TUTOR, "9B")
    door = tutor.get(address, {"show": "door"}).content.decode()
    assert f"came-{mother.pk}" in door
    assert f"came-{father.pk}" not in door
    assert "court order" in tick(tutor, event, kai, f"came-{father.pk}", HX_Request="true").content.decode()
    assert not Contact.objects.exists()
    for _ in range(2):
        tick(tutor, event, kai, f"came-{mother.pk}")
    (contact,) = Contact.objects.all()
    assert (contact.channel, contact.result, contact.parent_carer) == (Channel.IN_PERSON, Result.REACHED, mother)
    assert contact.is_with_carer
    tick(tutor, event, kai, "not")
    assert event.places.get(student=kai).came is False
    assert not Contact.objects.standing().exists()
    tick(tutor, event, kai, f"came-{mother.pk}")
    assert Contact.objects.standing().count() == 1
    Contact.objects.standing().update(
        withdrawn_at=contact.logged_at, withdrawn_by=tutor.user, withdrawn_because="By hand"
    )
    for do in ("not", f"came-{mother.pk}"):
        tick(tutor, event, kai, do)
    assert Contact.objects.standing().count() == 1
    tick(tutor, event, ada, "came")
    assert Contact.objects.standing(student=ada).get().other_name == "Somebody of the family"
    tick(tutor, event, ada, f"came-{mother.pk}")
    assert Contact.objects.standing().count() == 2


def test_who_did_not_come_is_rung_until_home_is_reached(head):
    kai, ada, may = enrol("9B", count=3)
    by = staff(Role.SLT)
    event = event_with(kai, ada, may, held_on=date(2026, 11, 18))
    tick(head, event, kai, "came")
    tick(head, event, may, "coming")
    address = reverse("contacts:event_detail", args=[event.pk])
    called = [row.who.student_id for row in head.get(address, {"show": "call"}).context["page"].rows]
    assert called == [may.pk, ada.pk]
    assert f"?student={may.pk}" in head.get(address, {"show": "call"}).content.decode()
    at = datetime(2026, 11, 19, 12, tzinfo=ZoneInfo("Europe/London"))
    told = Told(With.carer(carer(may)), occurred_at=at, channel="phone", result="reached", purpose=Purpose.PROGRESS)
    contact_log(told=told, students=[may], token=uuid4(), by=by, now=at)
    called = [row.who.student_id for row in head.get(address, {"show": "call"}).context["page"].rows]
    assert called == [ada.pk]


def test_whoever_made_it_calls_it_off_and_others_see_only_their_own(head, as_role):
    (kai,), (zoe,) = enrol("9B"), enrol("8A")
    event = event_with(kai, zoe, by=head.user)
    tutor = as_role(Role.FORM_TUTOR, "9B")
    text = tutor.get(reverse("contacts:event_detail", args=[event.pk])).content.decode()
    assert kai.sort_name in text
    assert zoe.sort_name not in text
    assert tutor.get(LIST).context["page"].rows[0].asked == 1
    withdraw = reverse("contacts:event_withdraw", args=[event.pk])
    assert tutor.post(withdraw, {"because": "x"}).status_code == 404
    head.post(withdraw, {"because": "Snow"})
    assert tutor.get(LIST).context["page"].total == 0
    assert tick(tutor, event, kai, "coming").status_code == 404


def test_three_and_thirty_cost_the_same_queries(head):
    costs, event = [], event_with()
    for count in (3, 27):
        for student in enrol("9B", count=count):
            carer(student)
            EventPlace.objects.create(event=event, student=student)
            event_with(student)
        pages = [
            LIST,
            *(f"{reverse('contacts:event_detail', args=[event.pk])}?show={show}" for show in ("door", "call")),
        ]
        for address in pages:
            with CaptureQueriesContext(connection) as queries:
                head.get(address)
            costs.append(len(queries))
    assert costs[:3] == costs[3:]
    assert max(costs) <= 12
