"""A contact in the file of each student it is about: once, by whom, and never to somebody whom a court order bars."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from behaviour.models import Incident, IncidentReview, Involvement
from contacts.models import Channel, Contact, Direction, Purpose, Result
from contacts.services.contacts import CarerBarred, NobodyToldAbout, NotTheirCarer, Told, With, contact_log
from contacts.summaries.carers import carers_of
from pastoral.core.rights import Role
from students.models import ParentCarerLink, YearGroup
from tests.factories import enrol, staff
from tests.families import carer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Europe/London"))


def told(person, **also):
    fields = {"occurred_at": NOON, "channel": Channel.PHONE, "result": Result.REACHED, "purpose": Purpose.BEHAVIOUR}
    return Told(With.carer(person), **fields | also)


def log(person, *students, by, token=None, abouts=None, **also):
    now = NOON + timedelta(hours=also.pop("hours", 1))
    return contact_log(
        told=told(person, **also), students=students, token=token or uuid4(), by=by, now=now, abouts=abouts
    )


@pytest.fixture
def pair(seeded, friday):
    return enrol("9B", count=2, legal_surname="Okafor")


@pytest.fixture
def head(pair):
    return staff(Role.HEAD_OF_YEAR, 9)


def test_one_call_stands_in_both_files_once_however_often_it_is_sent(pair, head):
    mother, token = carer(*pair), uuid4()
    first, second = (log(mother, *pair, by=head, token=token, hours=25) for _ in range(2))
    assert [contact.pk for contact in first] == [contact.pk for contact in second]
    assert {contact.student_id for contact in Contact.objects.all()} == {student.pk for student in pair}
    assert all(contact.is_with_carer and contact.is_logged_late for contact in Contact.objects.all())


def test_a_barred_carer_is_called_by_no_way_and_may_ring_in(pair, head):
    kai, ada = pair
    father = carer(kai, relationship="Father", barred=True)
    ParentCarerLink.objects.create(student=ada, parent_carer=father, priority=99, relationship="Father")
    with pytest.raises(CarerBarred, match="court order"):
        log(father, ada, kai, by=head)
    assert not Contact.objects.exists()
    (about_ada,) = log(father, ada, by=head)
    with pytest.raises(IntegrityError, match="bars"), transaction.atomic():
        Contact.objects.filter(pk=about_ada.pk).update(student=kai)
    (rang,) = log(father, kai, by=head, direction=Direction.IN)
    rang.refresh_from_db()
    assert not rang.is_with_carer
    with pytest.raises(IntegrityError, match="bars"), transaction.atomic():
        Contact.objects.filter(pk=rang.pk).update(direction=Direction.OUT)
    (held,) = carers_of([kai.pk])[kai.pk]
    assert held.is_barred
    assert held.numbers == ()


def test_nobody_elses_parent_and_no_student_are_refused(pair, head):
    (stranger,) = enrol("9C")
    with pytest.raises(NotTheirCarer):
        log(carer(stranger), pair[0], by=head)
    with pytest.raises(NobodyToldAbout):
        log(carer(*pair), by=head)


def test_the_48_hours_end_with_the_first_carer_reached_about_it(pair, head):
    kai, ada = pair
    incident = Incident.objects.create(type="Defiance", occurred_on=NOON.date())
    parts = [Involvement.objects.create(incident=incident, student=each, role="perpetrator") for each in pair]
    year = YearGroup.objects.get(number=9)
    IncidentReview.objects.create(
        incident=incident, year_group=year, decision="acted", action="Spoken with", decided_by=head, decided_at=NOON
    )
    mother, father = carer(kai, ada), carer(kai, relationship="Father", barred=True)
    about = {kai.pk: [{"involvement": parts[0]}]}
    log(mother, kai, by=head, abouts=about, result=Result.VOICEMAIL)
    log(mother, kai, by=head, abouts=about, result=Result.NO_ANSWER)
    log(mother, kai, by=head, abouts=about, occurred_at=NOON - timedelta(days=1))  # before it happened
    log(father, kai, by=head, abouts=about, direction=Direction.IN)
    log(mother, kai, by=head)
    owed = {part.student_id: part for part in Involvement.objects.owed_contact()}
    assert [(owed[each.pk].reached_at, owed[each.pk].attempts) for each in pair] == [(None, 2), (None, 0)]
    (reached,) = log(mother, kai, by=head, abouts=about, occurred_at=NOON + timedelta(minutes=30))
    log(mother, kai, by=head, abouts=about)
    assert Involvement.objects.owed_contact().get(student=kai).reached_at == NOON
    Contact.objects.exclude(pk=reached.pk).filter(abouts__involvement=parts[0], result=Result.REACHED).update(
        withdrawn_at=NOON, withdrawn_by=head, withdrawn_because="The wrong student"
    )
    assert Involvement.objects.owed_contact().get(student=kai).reached_at == reached.occurred_at
