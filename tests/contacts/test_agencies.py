"""The directory, agencies in a student's life, referrals with their steps, and who reads what of them."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Agency, AgencyLink, AgencyWorker, Contact, Referral
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.agencies import agency, link, referral, worker
from tests.factories import enrol
from tests.families import carer

LIST = reverse("contacts:referral_list")
DIRECTORY = reverse("contacts:agency_list")


def page(client, address, **asked):
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def sent(form, **fields):
    """Return what the form as it was opened sends, with some fields changed."""
    held = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**held, **fields}.items() if value not in (None, "", [], False)}


@pytest.fixture
def head(as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def test_the_directory_holds_who_works_there_and_how_referrals_went(seeded, head, as_role):
    add = reverse("contacts:agency_add")
    facts = {"name": "Kooth", "kind": "camhs", "telephone": "020 7946 0001", "email": "hello@kooth.example"}
    facts |= {"offers": "Counselling online", "is_active": "on"}
    assert head.post(add, facts).status_code == 302
    again = head.post(add, facts | {"offers": "typed twice"})
    assert (again.status_code, "is there already" in again.content.decode()) == (422, True)
    kooth = Agency.objects.get()
    for name in ("Jo Hart", "Al Gone"):
        assert head.post(reverse("contacts:worker_add", args=[kooth.pk]), {"name": name}).status_code == 302
    gone = AgencyWorker.objects.get(name="Al Gone")
    change = reverse("contacts:worker_change", args=[gone.pk])
    seen = head.get(change).context["form"].initial["seen"]
    assert head.post(change, {"name": "Al Gone", "left_on": "2026-11-21", "seen": seen}).status_code == 422
    assert head.post(change, {"name": "Al Gone", "left_on": "2026-10-02", "seen": seen}).status_code == 302
    stale = head.post(change, {"name": "Al Gone", "job": "Nurse", "seen": seen})
    assert "Somebody changed this while you were writing" in stale.content.decode()
    (kai,), (other,) = enrol("9B"), enrol("8A")
    for student in (kai, kai, other):
        referral(student, kooth, head.user, state="done", state_on=date(2026, 11, 9), outcome="Better")
    referral(kai, kooth, head.user, state="refused", state_on=date(2026, 11, 9), state_because="Full")
    text = page(head, DIRECTORY)
    assert "tel:02079460001" in text
    assert "Al Gone" not in text
    assert [f"{n} {word}" in text for n, word in ((3, "referrals"), (2, "accepted"), (1, "refused"), (2, "done"))] == [
        True
    ] * 4
    assert "4 referrals" in page(as_role(Role.SLT), DIRECTORY)
    told = page(head, reverse("contacts:agency_detail", args=[kooth.pk]))
    assert "left Fri 2 Oct" in told
    assert "Who changed what" in told
    assert "Kooth" in page(head, DIRECTORY, q="hart")
    assert "No such agency" in page(head, DIRECTORY, q="nobody")
    change = reverse("contacts:agency_change", args=[kooth.pk])
    form = head.get(change).context["form"]
    assert head.post(change, sent(form, is_active="")).status_code == 302
    assert "Kooth" not in page(head, DIRECTORY)
    assert "Kooth" in page(head, DIRECTORY, show="past")
    assert "Kooth" not in page(head, reverse("contacts:referral_add"), student=kai.pk)


def test_an_agency_in_a_students_life_is_only_a_flag_to_the_tutor(seeded, head, as_role):
    (kai,) = enrol("9B", legal_surname="O'Brien")
    kooth = agency("Kooth")
    jo = worker(kooth)
    tutor = as_role(Role.FORM_TUTOR, "9B")
    place = reverse("contacts:agency_place", args=[kai.pk])
    assert "involved" not in page(tutor, place)
    add = reverse("contacts:link_add", query={"student": kai.pk})
    form = head.get(add).context["form"]
    told = sent(form, agency=f"w{jo.pk}", role="Counselling", starts_on="2026-11-02")
    for _ in range(2):
        assert head.post(add, told).status_code == 302
    held = AgencyLink.objects.get()
    assert (held.agency, held.worker, held.student) == (kooth, jo, kai)
    assert "An agency outside the school is involved" in page(tutor, place)
    assert "Kooth" not in page(tutor, place)
    assert tutor.get(reverse("contacts:agency_student", args=[kai.pk])).status_code == 403
    assert "Kooth" in page(head, place)
    assert place in page(head, kai.get_absolute_url())
    change = reverse("contacts:link_change", args=[held.pk])
    form = head.get(change).context["form"]
    assert head.post(change, sent(form, ends_on="2026-11-01")).status_code == 422
    assert head.post(change, sent(form, ends_on="2026-11-19")).status_code == 302
    assert "involved" not in page(tutor, place)
    assert "Kooth" not in page(head, place)
    assert "Kooth" in page(head, reverse("contacts:agency_student", args=[kai.pk]))
    withdraw = reverse("contacts:agency_withdraw", args=["link", held.pk])
    assert head.post(withdraw, {"because": "Of another student"}).status_code == 302
    assert "Kooth" not in page(head, reverse("contacts:agency_student", args=[kai.pk]))
    assert head.get(reverse("contacts:agency_withdraw", args=["nothing", held.pk])).status_code == 404
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}").exists()


def test_a_referral_is_sent_with_consent_or_the_reason_to_do_without(seeded, head):
    (kai,) = enrol("9B")
    mother, father = carer(kai), carer(kai, relationship="Father", forename="Obi", barred=True)
    kooth = agency("Kooth")
    assert "choose the student" in page(head, reverse("contacts:referral_add"))
    add = reverse("contacts:referral_add", query={"student": kai.pk, "agency": f"a{kooth.pk}"})
    form = head.get(add).context["form"]
    assert str(father) not in str(form["consent_by"])
    told = sent(form, reason="Low mood", shared="Attendance", basis="Consent")
    faults = head.post(add, told)
    assert (faults.status_code, set(faults.context["form"].errors)) == (422, {"consent_by", "consent_on"})
    by_father = told | {"consent_by": father.pk, "consent_on": "2026-11-19"}
    assert "consent_by" in head.post(add, by_father).context["form"].errors
    assert "without_because" in head.post(add, told | {"consent": "risk"}).context["form"].errors
    whole = told | {"consent_by": mother.pk, "consent_on": "2026-11-19", "without_because": "left over"}
    for _ in range(2):
        assert head.post(add, whole).status_code == 302
    held = Referral.objects.get()
    assert (held.agency, held.consent_by, held.without_because, held.owner) == (kooth, mother, "", head.user)
    change = reverse("contacts:referral_change", args=[held.pk])
    form = head.get(change).context["form"]
    assert head.post(change, sent(form, reason="Low mood since May")).status_code == 302
    stale = head.post(change, sent(form, reason="Otherwise")).content.decode()
    assert "Somebody changed this" in stale
    assert "Otherwise" in stale
    Referral.objects.update(sent_on=date(2026, 11, 2), state="refused", state_on=date(2026, 11, 9), state_because="x")
    late = head.post(change, sent(head.get(change).context["form"], sent_on="2026-11-10"))
    assert "after they answered, on Mon 9 Nov" in late.content.decode()
    assert "Low mood" in page(head, reverse("contacts:referral_detail", args=[held.pk]))


def test_the_steps_of_a_referral_come_in_their_order_and_the_ladder_shows_each_try(seeded, head, as_role):
    (kai,) = enrol("9B")
    kooth = agency("Kooth")
    jo = worker(kooth)
    held = referral(kai, kooth, head.user, chase_on=date(2026, 11, 16))
    address = reverse("contacts:referral_detail", args=[held.pk])
    needs = reverse("core:needs_now")
    assert "4 days overdue" in page(head, LIST)
    assert "referral to chase" in page(head, needs)
    log = reverse("contacts:contact_add", query={"student": kai.pk, "agency": f"w{jo.pk}"})
    form = head.get(log).context["form"]
    assert (form["who"].value(), form["agency"].value(), form["purpose"].value()) == ("agency", f"w{jo.pk}", "referral")
    for result, words in (("no_answer", ""), ("reached", "They have a list")):
        token = uuid4()
        told = sent(form, result=result, narrative=words, token=token)
        assert head.post(log, told).status_code == 302
    assert Contact.objects.filter(agency=kooth).count() == 2
    text = page(head, address)
    assert ("No answer" in text, "They have a list" in text) == (True, True)
    assert "was sent only on" in head.post(address, {"do": "accept", "on": "2026-11-01"}).content.decode()
    assert head.post(address, {"do": "done", "on": "2026-11-20", "outcome": "x"}).status_code == 422
    for _ in range(2):
        assert head.post(address, {"do": "accept", "on": "2026-11-18", "reference": "K77"}).status_code == 302
    other = head.post(address, {"do": "accept", "on": "2026-11-18", "reference": "K78"})  # a colleague's other words
    assert (other.status_code, "K78" in other.content.decode()) == (422, True)
    late = head.post(address, {"do": "refuse", "on": "2026-11-19", "because": "Full"})
    assert (late.status_code, "stands otherwise by now" in late.content.decode()) == (422, True)
    assert "accepted only on" in head.post(address, {"do": "done", "on": "2026-11-17", "outcome": "x"}).content.decode()
    assert head.post(address, {"do": "chase", "chase_on": "2026-11-20"}).status_code == 302
    assert "today" in page(head, LIST, show="chase", mine="1")
    assert head.post(address, {"do": "done", "on": "2026-11-20", "outcome": "She sleeps again"}).status_code == 302
    assert "referral to chase" not in page(head, needs)
    text = page(head, address)
    assert "She sleeps again" in text
    assert "That answer was a mistake" in text
    assert head.post(address, {"do": "put_back"}).status_code == 302
    held.refresh_from_db()
    assert (held.state, held.state_on, held.outcome, held.reference) == ("sent", None, "", "K77")
    assert head.post(address, {"do": "take_back", "on": "2026-11-20", "because": "Moved"}).status_code == 302
    assert "Moved" in page(head, address)
    for asked in ({"show": "all"}, {"show": "taken_back", "agency": kooth.pk, "year": 9}):
        assert kai.sort_name in page(head, LIST, **asked)
    assert "No such referral" in page(head, LIST, show="all", year=8)
    for how in ("csv", "xlsx"):
        body = head.get(LIST, {"show": "all", "format": how}).getvalue()
        assert not any(words in body for words in (b"Low mood", b"Attendance", b"Moved", b"They have a list"))
    assert AccessRecord.objects.filter(kind="export", subject="referrals:all").exists()
    withdraw = reverse("contacts:agency_withdraw", args=["referral", held.pk])
    assert head.post(withdraw, {"because": "Twice"}).status_code == 302
    assert "was withdrawn by" in head.post(address, {"do": "put_back"}, follow=True).content.decode()
    assert as_role(Role.FORM_TUTOR, "9B").get(address).status_code == 403
    assert as_role(Role.HEAD_OF_YEAR, 8).get(address).status_code == 404


def test_the_directory_of_thirty_costs_what_one_of_three_does(seeded, head):
    def laid(number):
        for student in enrol("9B", count=number):
            each = agency()
            worker(each)
            link(student, each, head.user)
            referral(student, each, head.user, chase_on=date(2026, 11, 16))
        with CaptureQueriesContext(connection) as queries:
            page(head, DIRECTORY)
        return len(queries)

    few = laid(3)
    assert laid(27) == few <= 12
