"""The family page, before the phone is lifted; who is ringing; and how they want to be contacted."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour.models import Detention, GoodNews
from contacts.models import Channel, Contact, EarlyHelp, Enquiry, FamilyWish, Purpose, Result
from contacts.services.contacts import Told, With, contact_log
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from students.models import ParentCarerLink
from tests.cards import card_of
from tests.factories import enrol, staff
from tests.families import carer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Europe/London"))
FIND = reverse("contacts:family_find")


def page_of(client, student):
    answer = client.get(reverse("contacts:family", args=[student.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def log(person, *students, by, days=0, **told):
    at = NOON - timedelta(days=days)
    also = {name: told.pop(name) for name in [*told] if name not in {"channel", "result", "purpose", "direction"}}
    fields = {"channel": Channel.PHONE, "result": Result.REACHED, "purpose": Purpose.ABSENCE} | told
    telling = Told(With.carer(person), occurred_at=at, also=also, **fields)
    return contact_log(told=telling, students=students, token=uuid4(), by=by, now=at)[0]


@pytest.fixture
def kai(seeded, friday):
    return enrol("9B", legal_surname="O'Brien", preferred_forename="Kai")[0]


def test_it_shows_who_may_be_spoken_to_and_bars_whom_a_court_bars(kai, as_role):
    (ada,), (zoe,), (gone,) = enrol("9C"), enrol("7A"), enrol("7A", left_on=date(2026, 10, 1))
    mother = carer(kai, ada, zoe, gone, mobile="07700 900001", email="ngozi@home.example", address="1 Low Road")
    father = carer(kai, relationship="Father", barred=True, forename="Emeka", mobile="07700 900666")
    ParentCarerLink.objects.create(student=ada, parent_carer=father, priority=99, relationship="Father")
    head = as_role(Role.HEAD_OF_YEAR, 9)
    came = {"token": uuid4(), "received_at": NOON, "taken_at": NOON, "taken_by": head.user, "owner": head.user}
    Enquiry.objects.create(**came, student=kai, parent_carer=father, words="When is school out?")
    text = page_of(head, kai)
    assert "no reply: court order" in text
    assert "not acknowledged" not in text
    assert "tel:07700900001" in text
    assert "mailto:ngozi@home.example" in text
    assert "1 Low Road" in text
    assert "must not be contacted about" in text
    assert "900666" not in text
    assert ada.sort_name in text
    assert "a sibling in Year 7" in text
    assert zoe.sort_name not in text
    assert "7A" not in text
    assert text.count("a sibling in") == 1
    assert "barred from O&#x27;Brien" in page_of(head, ada)
    tutor = page_of(as_role(Role.FORM_TUTOR, "9B"), kai)
    assert "tel:07700900001" in tutor
    assert "1 Low Road" not in tutor
    assert ada.sort_name not in tutor
    assert tutor.count("a sibling in Year 9") == 1
    noted = [AccessRecord.objects.filter(subject=f"student:{each.pk}").count() for each in (kai, ada, zoe, gone)]
    assert noted == [3, 2, 0, 0]  # of a sibling whose contacts stand on the page, too
    for each, status in ((father, 404), (mother, 200)):
        assert head.get(reverse("contacts:wish_form", args=[kai.pk, each.pk])).status_code == status


def test_it_shows_what_is_open_what_is_on_and_what_was_said_to_those_who_may_read_it(kai, as_role):
    (ada,) = enrol("9C")
    mother, by = carer(kai, ada), staff(Role.SLT)
    log(mother, ada, by=by, days=3, narrative="said of ada")
    log(mother, kai, by=by, days=2, purpose=Purpose.BEHAVIOUR, narrative="conduct words")
    log(mother, kai, by=by, days=1, next_step="Ring about the bus", next_on=NOON.date() - timedelta(days=1))
    fight = {"next_step": "Ring about the fight", "next_on": NOON.date()}
    log(mother, kai, by=by, days=5, purpose=Purpose.BEHAVIOUR, **fight)
    visit = {"channel": Channel.HOME_VISIT, "is_restricted": True}
    log(mother, kai, by=by, days=9, safety_note="Two large dogs", **visit)
    log(mother, kai, by=by, **visit)  # nobody opened: what was noted before stands
    log(mother, kai, by=by, days=4, purpose=Purpose.GOOD_NEWS)
    GoodNews.objects.create(student=ada, told_on=date(2026, 11, 9), told_by=by)
    Enquiry.objects.create(
        token=uuid4(),
        received_at=NOON,
        taken_at=NOON,
        taken_by=by,
        student=kai,
        parent_carer=mother,
        owner=by,
        words="x",
    )
    card_of(kai, keeper=by, reason="card words")
    Detention.objects.create(
        student=kai, day=date(2026, 11, 23), starts_at=time(15, 10), reason="detention words", set_by=by
    )
    EarlyHelp.objects.create(
        token=uuid4(),
        student=kai,
        opened_on=date(2026, 11, 2),
        opened_by=by,
        lead=by,
        consent_by=mother,
        consent_on=date(2026, 11, 2),
    )
    everything = {
        "said of ada",
        "conduct words",
        "Ring about the bus",
        "Ring about the fight",
        "Two large dogs",
        "Early help",
        "Report card",
        "Detention to come",
        "not acknowledged",
        "last Mon 16 Nov",
    }
    reads = {
        (Role.HEAD_OF_YEAR, 9): everything,
        (Role.FORM_TUTOR, "9B"): everything - {"said of ada", "Two large dogs", "Early help", "not acknowledged"},
        (Role.ATTENDANCE_OFFICER, None): everything
        - {"conduct words", "Ring about the fight", "Two large dogs", "Early help", "Report card", "Detention to come"},
    }
    for (role, scope), expected in reads.items():
        client = as_role(role, scope)
        text = page_of(client, kai)
        assert {words for words in everything if words in text} == expected, role
        form = client.get(reverse("contacts:contact_add"), {"student": kai.pk}).content.decode()
        safe = f"ask {by.formal_name} before you go" if "Two large dogs" not in expected else "Two large dogs"
        assert (safe in text, safe in form, "dogs" in form) == (True, True, "Two large dogs" in expected), role
        assert "card words" not in text
        assert "detention words" not in text


def test_the_phone_rings_with_a_number_on_the_display(kai, as_role):
    (zoe,) = enrol("7A")
    carer(kai, mobile="07700 900001", surname="Ó Briain")
    carer(kai, relationship="Father", barred=True, forename="Emeka", surname="Barr", mobile="+44 7700 900666")
    carer(zoe, mobile="07700 900001", surname="Elsewhere")
    head = as_role(Role.HEAD_OF_YEAR, 9)
    home = reverse("contacts:family", args=[kai.pk])
    for words in ("07700900001", "+44 7700 900001", "900001", "o briain", "briain ngozi", "07700 900666"):
        assert head.get(FIND, {"q": words}).url == home, words
    for words in ("Elsewhere", "0001", "b", "%%%", "99999999"):
        assert "Nobody among" in head.get(FIND, {"q": words}).content.decode(), words
    slt = as_role(Role.SLT).get(FIND, {"q": "900001"}).content.decode()
    assert "Elsewhere" in slt
    barred = enrol("9B")[0]
    carer(kai, barred, relationship="Uncle", barred=True, surname="Barred", mobile="07700 900777")
    found = head.get(FIND, {"q": "900777"}).content.decode()
    assert "barred by a court order" in found
    assert ">07700 900777<" not in found
    assert home in head.get(reverse("reports:student_detail", args=[kai.pk])).content.decode()
    assert f"{FIND}?q=" in head.get(reverse("reports:student_find"), {"q": "900001"}).content.decode()


def test_what_they_want_is_noted_with_what_was_noted_before(kai, as_role):
    mother = carer(kai)
    tutor = as_role(Role.FORM_TUTOR, "9B")
    address = reverse("contacts:wish_form", args=[kai.pk, mother.pk])
    seen = tutor.get(address).context["form"].initial["seen"]
    assert tutor.post(address, {"needs_interpreter": "on", "seen": seen}).status_code == 422
    wish = {"channel": "phone", "language": "Polish", "needs_interpreter": "on", "best_time": "after 17:00"}
    assert tutor.post(address, wish | {"seen": seen}).status_code == 302
    text = page_of(tutor, kai)
    assert "Polish: interpreter" in text
    assert "after 17:00" in text
    again = tutor.post(address, {"channel": "email", "seen": seen})
    assert (again.status_code, "Somebody changed this" in again.content.decode()) == (422, True)
    tutor.post(address, {"channel": "email", "seen": again.context["form"].data["seen"]})
    assert FamilyWish.objects.get().channel == "email"
    assert "Phone · Polish, with an interpreter · after 17:00" in tutor.get(address).content.decode()


def test_at_most_twelve_queries_however_large_the_family_and_its_history(kai, as_role):
    head, by = as_role(Role.HEAD_OF_YEAR, 9), staff(Role.SLT)
    mother, costs = carer(kai), []
    for count in (3, 27):
        for child in enrol("9C", count=2):
            ParentCarerLink.objects.create(student=child, parent_carer=mother, priority=1, relationship="Mother")
        for _ in range(count):
            log(mother, kai, by=by, next_step="x", next_on=NOON.date(), narrative="y")
        with CaptureQueriesContext(connection) as queries:
            page_of(head, kai)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12, costs
    assert Contact.objects.count() == 30


def test_a_wrong_number_stands_until_the_record_changes_or_somebody_is_reached_by_it(kai, as_role):
    (zoe,) = enrol("7A")
    by = staff(Role.SLT)
    mother, father = carer(kai, zoe, mobile="07700 900001"), carer(kai, telephone="020 7946 0001")
    for person, number in ((mother, "07700 900001"), (father, "020 7946 0001")):
        log(person, kai, by=by, days=2, result=Result.WRONG_NUMBER, number=number, narrative="A stranger swore")
    log(mother, zoe, by=by, days=1, result=Result.WRONG_NUMBER, number="07700 900001")
    address = reverse("contacts:wrong_numbers")
    data, officer = as_role(Role.DATA_MANAGER), as_role(Role.ATTENDANCE_OFFICER)
    for client in (data, officer):
        text = client.get(address).content.decode()
        assert text.count("07700 900001") == 1  # found twice, put right once
        assert "020 7946 0001" in text
        assert "swore" not in text
        assert "wrong numbers to put right" in client.get(reverse("core:needs_now")).content.decode()
    tutor = as_role(Role.FORM_TUTOR, "9B")
    assert zoe.sort_name not in tutor.get(address).content.decode()
    assert "wrong number" not in tutor.get(reverse("core:needs_now")).content.decode()
    log(father, kai, by=by, number="020 7946 0001")
    assert "020 7946 0001" not in data.get(address).content.decode()
    mother.mobile = "07700 900002"
    mother.save()
    assert data.get(address).context["page"].total == 0
