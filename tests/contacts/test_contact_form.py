"""Logging a contact by the form: one student's page, a call in one step, brothers and sisters, a barred parent."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from behaviour.models import BullyingCase, CaseStudent, Incident, IncidentType, Involvement
from contacts.models import Agency, Contact, ContactAbout, Enquiry, Share
from contacts.summaries.retries import RetryRule
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.cards import card_of
from tests.contacts.test_logging import log
from tests.factories import SessionMarkFactory, enrol, staff
from tests.families import carer

FRIDAY = date(2026, 11, 20)


def address(**asked):
    return reverse("contacts:contact_add", query=asked)


def sent(form, **fields):
    """Return what the form as it was opened sends, with some fields changed."""
    held = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**held, **fields}.items() if value not in (None, "", [], False)}


@pytest.fixture
def family(seeded):
    kai, ada = enrol("9B", legal_surname="O'Brien")[0], enrol("7A", legal_surname="O'Brien")[0]
    mother = carer(kai, ada, surname="O'Brien", mobile="07700 900001", telephone="020 7946 0001")
    father = carer(kai, relationship="Father", forename="Obi", barred=True, mobile="07700 900666")
    return kai, ada, mother, father


def test_a_call_takes_a_result_and_nothing_else(family, as_role, django_assert_max_num_queries):
    kai, _ada, mother, father = family
    client = as_role(Role.HEAD_OF_YEAR, 9)
    with django_assert_max_num_queries(13):
        page = client.get(address(student=kai.pk))
    body = page.content.decode()
    assert "07700 900001" in body
    assert "07700 900666" not in body
    assert f'value="c{father.pk}" data-barred disabled' in body
    told = sent(page.context["form"], result="reached")
    for _ in range(2):
        assert client.post(address(student=kai.pk), told).status_code == 302
    contact = Contact.objects.get()
    assert (contact.student, contact.parent_carer, contact.channel, contact.direction) == (kai, mother, "phone", "out")
    assert (contact.made_by, contact.logged_by, contact.owner) == (client.user,) * 3
    assert (contact.number, contact.purpose, contact.retry_at) == ("07700 900001", "other", None)


def test_one_call_about_two_is_linked_to_what_each_of_them_is_in(family, as_role):
    kai, ada, _mother, father = family
    for student in (kai, ada):
        SessionMarkFactory(student=student, date=FRIDAY, letters="N")
    client = as_role(Role.ATTENDANCE_OFFICER)
    page = client.get(address(student=kai.pk, absent_on="2026-11-20"))
    form = page.context["form"]
    assert form["about"].value() == ["absent_on-2026-11-20"]
    assert form["purpose"].value() == "absence"
    told = sent(form, result="no_answer", also=[str(ada.pk)])
    assert client.post(address(student=kai.pk), {**told, "who": f"c{father.pk}"}).status_code == 422
    typed = client.post(
        address(student=kai.pk), {**told, "also": [], "who": "other", "other_name": f"obi {father.surname}"}
    )
    assert "court order" in typed.content.decode()
    stepfather = carer(kai, relationship="Step-father", forename="Sam")
    refused = client.post(address(student=kai.pk), {**told, "who": f"c{stepfather.pk}"})
    assert "may not be contacted about" in refused.content.decode()
    assert not Contact.objects.exists()
    assert client.post(address(student=kai.pk), told).status_code == 302
    assert {(each.contact.student_id, each.absent_on) for each in ContactAbout.objects.all()} == {
        (kai.pk, FRIDAY),
        (ada.pk, FRIDAY),
    }
    assert {timezone.localtime(each.retry_at).isoformat()[:16] for each in Contact.objects.all()} == {
        "2026-11-23T08:45"  # 16:05 is after the office closed
    }
    rang = sent(form, token=str(uuid4()), result="reached", direction="in", who=f"c{father.pk}", about=[])
    assert client.post(address(student=kai.pk), rang).status_code == 302
    assert not Contact.objects.get(direction="in").is_with_carer


def test_when_to_try_again_keeps_to_the_schools_day():
    half_term = [date(2026, 10, 23), date(2026, 11, 2)]
    spring = [date(2027, 3, 25), date(2027, 4, 12)]

    def at(days, moment, attempts=0):
        rule = RetryRule(60, time(8, 45), time(16, 0), days)
        proposed = rule.proposed(attempts=attempts, now=moment.replace(tzinfo=ZoneInfo("Europe/London")))
        return proposed and timezone.localtime(proposed).isoformat()[:16]

    assert at(half_term, datetime(2026, 10, 23, 9, 0)) == "2026-10-23T10:00"
    assert at(half_term, datetime(2026, 10, 23, 10, 0), attempts=2) == "2026-10-23T14:00"
    assert at(half_term, datetime(2026, 10, 23, 14, 0), attempts=2) == "2026-11-02T08:45"
    assert at(half_term, datetime(2026, 10, 23, 6, 0)) == "2026-10-23T08:45"
    assert at(half_term[1:], datetime(2026, 10, 25, 0, 30)) == "2026-11-02T08:45"
    assert at([date(2026, 10, 25)], datetime(2026, 10, 25, 0, 30), attempts=3) == "2026-10-25T08:45"  # a longer night
    assert at([date(2027, 3, 28)], datetime(2027, 3, 28, 0, 30), attempts=3) == "2027-03-28T09:30"  # a shorter one
    assert at(spring[1:], datetime(2027, 3, 26, 12, 0)) == "2027-04-12T08:45"
    assert at([date(2027, 7, 23)], datetime(2027, 7, 23, 15, 30)) is None


def test_a_visit_an_agency_and_somebody_else_are_told_whole(family, as_role):
    kai, _ada, _mother, _father = family
    agency = Agency.objects.create(name="Early Help Hub", kind="early_help")
    client = as_role(Role.HEAD_OF_YEAR, 9)
    here = address(student=kai.pk)
    form = client.get(here).context["form"]
    visit = sent(form, result="reached", channel="home_visit", who_answered="An aunt", safety_note="Dog", shared="x")
    assert client.post(here, visit).status_code == 302
    contact = Contact.objects.get()
    assert (contact.who_answered, contact.safety_note, contact.shared) == ("An aunt", "Dog", "")
    assert list(contact.visited_by.all()) == [client.user]
    colleague = staff(Role.PASTORAL_MANAGER, 9)
    edit, detail = (reverse(f"contacts:contact_{name}", args=[contact.pk]) for name in ("edit", "detail"))
    first = client.get(edit).context["form"]
    assert client.post(edit, sent(first, visited_by=[colleague.pk])).status_code == 302
    assert list(contact.visited_by.all()) == [colleague]
    stale = client.post(edit, sent(first, visited_by=[client.user.pk, colleague.pk]))
    assert (stale.status_code, "Somebody changed this" in stale.content.decode()) == (422, True)
    shown = client.get(detail).content.decode()
    assert (colleague.formal_name in shown, f"{client.user.formal_name} went" in shown) == (True, True)
    other = {"token": str(uuid4()), "who": "agency", "agency": f"a{agency.pk}", "shared": "Dates", "who_answered": "x"}
    assert client.post(here, {**visit, **other, "channel": "phone"}).status_code == 302
    assert client.post(here, {**visit, "token": str(uuid4()), "who": "other"}).status_code == 422
    named = {"token": str(uuid4()), "who": "other", "other_name": "A neighbour", "next_step": "Ring back"}
    assert client.post(here, {**visit, **named, "channel": "phone"}).status_code == 422
    assert client.post(here, {**visit, **named, "channel": "phone", "next_on": "2026-11-23"}).status_code == 302
    tutor = as_role(Role.FORM_TUTOR, "9B")
    assert "Early Help" not in tutor.get(here).content.decode()
    rows = [shown.who for shown in tutor.get(reverse("contacts:ledger")).context["rows"]]
    assert sorted(rows) == ["Mrs Ngozi O'Brien", "Somebody else"]
    told = as_role(Role.SLT).get(f"{reverse('contacts:ledger')}?format=csv").content.decode()
    assert "Early Help Hub" in told
    assert not [word for word in ("An aunt", "Dog", "A neighbour", "Ring back", "Dates") if word in told]


def test_the_second_writer_sees_the_first_and_a_share_opens_one_entry(family, as_role, client_for):
    kai, _ada, _mother, _father = family
    first, second = as_role(Role.HEAD_OF_YEAR, 9), as_role(Role.PASTORAL_MANAGER, 9)
    here = address(student=kai.pk)
    for words in ("She was upset", "Another call"):
        told = sent(first.get(here).context["form"], result="reached", narrative=words, is_restricted="on")
        first.post(here, told)
    contact = Contact.objects.get(narrative="She was upset")
    edit, detail = (reverse(f"contacts:contact_{name}", args=[contact.pk]) for name in ("edit", "detail"))
    assert second.get(edit).status_code == 302  # for few
    Contact.objects.update(is_restricted=False)
    forms = [client.get(edit).context["form"] for client in (first, second)]
    told = [sent(form, narrative=f"Words {n}") for n, form in enumerate(forms)]
    assert first.post(edit, told[0]).status_code == 302
    overtaken = second.post(edit, told[1])
    assert overtaken.status_code == 422
    assert "Now it says: Words 0" in overtaken.content.decode()
    senco = client_for(staff(Role.SENCO))
    first.post(detail, {"do": "share", "to": [senco.user.pk], "asks": "Can you help?"})
    (share,) = Share.objects.all()
    assert senco.get(detail).status_code == 404
    assert "not opened yet" in first.get(detail).content.decode()
    page = senco.get(reverse("contacts:share_detail", args=[share.pk])).content.decode()
    assert "Words 0" in page
    assert "Another call" not in page
    assert AccessRecord.objects.filter(user=senco.user).get().reason.startswith("Shared by")
    first.get(reverse("contacts:share_detail", args=[share.pk]))
    assert AccessRecord.objects.filter(user=first.user, reason__startswith="Shared with").count() == 1
    senco.post(reverse("contacts:share_detail", args=[share.pk]), {"words": "Yes, on Monday"})
    assert "Yes, on Monday" in first.get(detail).content.decode()
    for words in ("Monday", "Monday"):  # another answer, though the first one ends so; and that one sent twice
        senco.post(reverse("contacts:share_detail", args=[share.pk]), {"words": words})
    assert first.get(detail).content.decode().count("Monday") == 2
    exact = timezone.now() - timedelta(minutes=7, seconds=-9)
    Contact.objects.filter(pk=contact.pk).update(occurred_at=exact, result="no_answer", retry_at=exact)
    first.post(edit, sent(first.get(edit).context["form"], narrative="Only words"))
    contact.refresh_from_db()
    assert (contact.occurred_at, contact.retry_at, contact.narrative) == (exact, exact, "Only words")
    assert senco.get(reverse("contacts:student_contacts", args=[kai.pk])).status_code == 404
    # Whoever was only shown it reads it, and neither shows it on nor takes it over.
    Contact.objects.filter(pk=contact.pk).update(is_restricted=True)
    first.post(detail, {"do": "share", "to": [second.user.pk]})
    assert "Words 0" in second.get(detail).content.decode()
    for sent_on in ({"do": "share", "to": [staff(Role.FORM_TUTOR, "9B").pk]}, {"do": "pass", "to": second.user.pk}):
        assert second.post(detail, sent_on).status_code == 403
    assert (second.get(edit).status_code, Share.objects.count()) == (302, 2)
    first.post(reverse("contacts:contact_withdraw", args=[contact.pk]), {"because": "Logged twice"})
    assert len(first.get(reverse("contacts:ledger")).context["rows"]) == 1


def test_the_matter_guards_the_words_whatever_the_call_was_for(family, as_role, client_for):
    kai, _ada, mother, _father = family
    dsl, head, tutor = as_role(Role.DSL), as_role(Role.HEAD_OF_YEAR, 9), as_role(Role.FORM_TUTOR, "9B")
    IncidentType.objects.create(name="Harm of the DSL", goes_to_dsl=True)
    harm = Involvement.objects.create(
        incident=Incident.objects.create(type="Harm of the DSL", occurred_on=FRIDAY), student=kai, role="victim"
    )
    case = BullyingCase.objects.create(
        form="verbal", motivations=["race"], summary="x", owner=dsl.user, opened_by=dsl.user
    )
    CaseStudent.objects.create(case=case, student=kai, side="target")
    readers = {"involvement": (dsl,), "bullying_case": (dsl, head)}
    for field, matter in (("involvement", harm), ("bullying_case", case)):
        said = {"narrative": "What she told us", "next_step": "Ring her", "next_on": FRIDAY}
        about = {kai.pk: [{field: matter}]}
        (contact,) = log(mother, kai, by=dsl.user, abouts=about, purpose="welfare", also=said)
        for client in (dsl, head, tutor):
            page = client.get(reverse("contacts:contact_detail", args=[contact.pk])).content.decode()
            reads = client in readers[field]
            assert [words in page for words in ("What she told us", "<dt>About</dt>")] == [reads, reads], field
        Contact.objects.filter(pk=contact.pk).update(owner=tutor.user)  # passed on: whoever answers for it reads it
    assert "What she told us" in tutor.get(reverse("contacts:contact_detail", args=[contact.pk])).content.decode()
    assert tutor.get(reverse("contacts:promise_list")).content.decode().count(">Ring her</a>") == 2
    # In a brother's file the words ask for what they ask for in hers; of bullying or a card nothing for the office.
    told = log(
        mother, kai, _ada, by=dsl.user, abouts={kai.pk: [{"involvement": harm}]}, also={"narrative": "Not yours"}
    )
    asked = Enquiry.objects.create(
        token=uuid4(), student=kai, from_name="x", topic="bullying", words="x", received_at=timezone.now(),
        taken_by=dsl.user, owner=dsl.user,
    )  # fmt: skip
    card = card_of(kai, keeper=dsl.user)
    for matter in ({"enquiry": asked}, {"report_card": card}):
        told += log(mother, kai, by=dsl.user, abouts={kai.pk: [matter]}, also={"narrative": "Not yours"})
    office, other_tutor = as_role(Role.ATTENDANCE_OFFICER), as_role(Role.FORM_TUTOR, "7A")
    readers = [(dsl,), (dsl,), (dsl, tutor), (dsl, tutor)]
    for contact, may in zip(told, readers, strict=True):
        for client in (dsl, office, tutor if contact.student == kai else other_tutor):
            page = client.get(reverse("contacts:contact_detail", args=[contact.pk])).content.decode()
            assert ("Not yours" in page) == (client in may), contact.abouts.values()
    # That home was rung about a referral is told to nobody who may not know of agencies, but to whom it belongs.
    (told,) = log(mother, kai, by=dsl.user, purpose="referral")
    for client, sees in ((head, [told]), (as_role(Role.ATTENDANCE_OFFICER), []), (tutor, [])):
        for asked in ({"purpose": "referral"}, {"student": kai.pk, "purpose": "referral"}):
            assert client.get(reverse("contacts:ledger"), asked).context["page"].rows == sees
    Contact.objects.filter(pk=told.pk).update(owner=tutor.user)
    assert tutor.get(reverse("contacts:ledger"), {"purpose": "referral"}).context["page"].rows == [told]


def test_a_promise_is_done_in_one_tap_and_lists_cost_the_same(family, as_role):
    kai, _ada, _mother, _father = family
    client = as_role(Role.HEAD_OF_YEAR, 9)
    here = address(student=kai.pk)
    told = sent(client.get(here).context["form"], result="reached", next_step="Ring", next_on="2026-11-19")
    client.post(here, told)
    strip = client.get(reverse("core:needs_now")).content.decode()
    assert "next step promised" in strip
    page = client.get(reverse("contacts:promise_list"))
    assert "overdue" in page.content.decode()
    contact = Contact.objects.get()
    done = reverse("contacts:next_step_done", args=[contact.pk])
    assert 'name="step" value="Ring"' in page.content.decode()
    other = client.post(done, {"step": "Ring, as it was before"}, follow=True).content.decode()
    contact.refresh_from_db()
    assert ("another one by now" in other, contact.next_done_at) == (True, None)
    client.post(done, {"step": "Ring"})
    contact.refresh_from_db()
    assert contact.next_done_by == client.user
    assert "next step promised" not in client.get(reverse("core:needs_now")).content.decode()
    pages = [reverse("contacts:ledger"), reverse("contacts:student_contacts", args=[kai.pk])]
    pages.append(reverse("contacts:contact_detail", args=[contact.pk]))
    pages += [f"{reverse('contacts:promise_list')}{show}" for show in ("", "?show=done", "?show=tries")]
    costs = []
    for count in (2, 27):
        for n in range(count):
            fields = {"result": "no_answer" if n % 2 else "reached", "next_step": "x", "next_on": "2026-11-23"}
            fields |= {"retry_on": "2026-11-20", "retry_time": "10:00", "occurred_time": f"14:{n:02}"}
            client.post(here, {**told, **fields, "token": str(uuid4())})
        for place in pages:
            with CaptureQueriesContext(connection) as made:
                assert client.get(place).status_code == 200
            costs.append(len(made))
    assert costs[: len(pages)] == costs[len(pages) :]
    assert max(costs) <= 12, dict(zip(pages, costs, strict=False))
