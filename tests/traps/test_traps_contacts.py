"""Traps of contacts: a prompt that rewards one label, a digest that loses what is late, an owner who is credited."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from behaviour.models import BullyingCase, CaseCheck, CaseStudent, Incident, Involvement
from contacts.models import Contact, EarlyHelpAction, EarlyHelpReview, Enquiry, Purpose, Result
from contacts.services.contacts import Told, With, contact_log
from pastoral.core.drafts import drafts_expire
from pastoral.core.models import Draft
from pastoral.core.rights import Role
from students.models import ParentCarerLink, StaffAssignment
from tests.agencies import agency, early_help, information, reference, referral
from tests.cards import card_of
from tests.factories import SessionMarkFactory, enrol, staff
from tests.families import carer
from tests.robins import robin_of

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def kai(seeded, friday):
    return enrol("9B", legal_surname="O'Brien")[0]


@pytest.fixture
def log(kai):
    mother = carer(kai)

    def call(by, *, days_ago=0, logged_days_ago=None, **also):
        now = timezone.now()
        logged = now - timedelta(days=days_ago if logged_days_ago is None else logged_days_ago)
        told = Told(
            With.carer(mother),
            now - timedelta(days=days_ago),
            also.pop("channel", "phone"),
            also.pop("result", Result.REACHED),
            also.pop("purpose", Purpose.WELFARE),
            also=also,
        )
        return contact_log(told=told, students=[kai], token=uuid4(), by=by, now=logged)[0]

    return call


def promises(client, show=""):
    return client.get(reverse("contacts:promise_list"), {"show": show} if show else {})


@pytest.mark.parametrize("purpose", [Purpose.OTHER, Purpose.GOOD_NEWS])
def test_t13_any_genuine_contact_ends_a_try_whatever_it_is_called_and_what_ended_it_is_told(log, kai, as_role, purpose):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    tried = log(client.user, days_ago=1, result=Result.NO_ANSWER, retry_at=timezone.now() - timedelta(hours=2))
    assert [each.row.pk for each in promises(client, "tries").context["rows"]] == [tried.pk]
    same = {"result": Result.NO_ANSWER, "retry_at": timezone.now(), "days_ago": 1}
    moment = tried.occurred_at + timedelta(seconds=40)
    Contact.objects.filter(pk=tried.pk).update(occurred_at=moment, logged_at=moment)
    again = log(client.user, **same)  # in the same minute, which is all that forms tell
    assert [each.row.pk for each in promises(client, "tries").context["rows"]] == [again.pk]
    log(staff(Role.PASTORAL_MANAGER, 9), purpose=purpose, channel="text", result=Result.SENT)
    assert not promises(client, "tries").context["rows"]
    done = promises(client, "done").content.decode()
    assert "ended by: Sent, no answer yet" in done
    assert Purpose(purpose).label.lower() in done


def test_t15_what_is_logged_late_is_in_the_weeks_digest_and_no_page_says_that_nothing_was_made(log, kai, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    address = reverse("contacts:ledger")
    empty = (
        client.get(address).content.decode()
        + client.get(reverse("contacts:student_contacts", args=[kai.pk])).content.decode()
    )
    assert "none logged" in empty.lower()
    assert "no contact made" not in empty.lower()
    log(client.user, days_ago=8, logged_days_ago=0)
    week = client.get(address).context["week"]
    assert (week.happened["all"], week.logged["all"], week.logged["late"]) == (0, 1, 1)
    monday = "2026-11-16"
    assert not client.get(address, {"first": monday}).context["rows"]
    assert len(client.get(address, {"since": monday}).context["rows"]) == 1
    assert not client.get(address, {"until": "2026-11-19"}).context["rows"]
    assert len(client.get(address, {"last": "2026-11-12"}).context["rows"]) == 1


def test_t16_who_takes_it_over_gets_no_credit_for_the_call(log, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    colleague = staff(Role.PASTORAL_MANAGER, 9)
    contact = log(client.user, next_step="Send the plan", next_on=FRIDAY)
    client.post(reverse("contacts:contact_detail", args=[contact.pk]), {"do": "pass", "to": colleague.pk})
    contact.refresh_from_db()
    assert (contact.made_by, contact.logged_by, contact.owner) == (client.user, client.user, colleague)
    log(client.user, result=Result.NO_ANSWER, retry_at=timezone.now() + timedelta(days=3))
    Contact.objects.exclude(pk=contact.pk).update(owner=colleague)
    for is_gone in (False, True):  # what they promised is not forgotten with them
        StaffAssignment.objects.filter(user=colleague).update(ends_on=FRIDAY - timedelta(days=1) if is_gone else None)
        left = promises(client, "left")
        assert ("Send the plan" in left.content.decode(), len(left.context["rows"])) == (is_gone, int(is_gone))
        assert len(left.context["tries"]) == int(is_gone)
        strip = client.get(reverse("core:needs_now")).content.decode()
        assert ("<strong>2</strong> promises of colleagues who left" in strip) is is_gone
    assert "Of colleagues who left" not in promises(as_role(Role.FORM_TUTOR, "9B"), "left").content.decode()
    ledger = reverse("contacts:ledger")
    assert not client.get(ledger, {"author": colleague.pk}).context["rows"]
    assert len(client.get(ledger, {"owner": colleague.pk}).context["rows"]) == 2
    assert not promises(client).context["rows"]


def test_t17_what_was_typed_survives_a_time_out_and_is_nobody_elses(kai, as_role, client_for):
    writer = as_role(Role.HEAD_OF_YEAR, 9)
    place, key = reverse("core:draft"), f"contacts:contact_add?student={kai.pk}"
    typed = '[["narrative", "She will ring"], ["password", "x"], ["who", "c1"]]'
    assert writer.post(place, {"key": key, "fields": typed}).json()["at"].endswith("15:05")
    writer.logout()
    assert writer.post(place, {"key": key, "fields": "[]"}).status_code == 302
    again = client_for(writer.user)
    assert again.get(place, {"key": key}).json()["days"] == 30
    assert again.get(place, {"key": key}).json()["fields"] == [["narrative", "She will ring"], ["who", "c1"]]
    other = as_role(Role.HEAD_OF_YEAR, 9)
    assert other.get(place, {"key": key}).status_code == 204
    other.post(place, {"key": key, "fields": "[]"})
    mother = carer(kai)
    page = again.get(reverse("contacts:contact_add"), {"student": kai.pk})
    assert f'data-draft="{key}"' in page.content.decode()
    sent = {"who": f"c{mother.pk}", "channel": "phone", "direction": "out", "purpose": "other", "draft": key}
    sent |= {"occurred_on": "2026-11-20", "occurred_time": "15:00", "token": str(uuid4())}
    address = f"{reverse('contacts:contact_add')}?student={kai.pk}"
    assert again.post(address, sent).status_code == 422
    assert Draft.objects.exists()
    assert again.post(address, sent | {"result": "reached"}).status_code == 302
    assert not Draft.objects.exists()
    for fields in ("x" * 60_000, "{}", '[["a"]]', ""):
        assert again.post(place, {"key": key, "fields": fields}).status_code in {400, 413}
    Draft.objects.create(user=writer.user, key="old", saved_at=timezone.now() - timedelta(days=31))
    Draft.objects.create(user=writer.user, key="new", saved_at=timezone.now() - timedelta(days=29))
    assert (drafts_expire(now=timezone.now()), Draft.objects.get().key) == (1, "new")
    for name, is_kept in (("behaviour:incident_add", True), ("behaviour:concern_add", False)):
        assert ("data-draft=" in again.get(reverse(name)).content.decode()) == is_kept, name


def conduct_addresses(student, by):
    """Return the forms in which somebody writes what a child said, or what a teacher answers."""
    case = BullyingCase.objects.create(form="verbal", motivations=["race"], summary="x", owner=by, opened_by=by)
    side = CaseStudent.objects.create(case=case, student=student, side="target", support="x")
    check = CaseCheck.objects.create(case=case, weeks=2, due_on=FRIDAY)
    incident = Incident.objects.create(type="Fighting", occurred_on=FRIDAY, logged_by=by)
    Involvement.objects.create(incident=incident, student=student, role="perpetrator")
    answer = robin_of(student, by=by, teachers=(by,)).answers.get()
    written = {
        "incident_edit": [incident.pk],
        "case_change": [case.pk],
        "case_student": [case.pk, side.pk],
        "case_check": [case.pk, check.pk],
        "case_close": [case.pk],
        "robin_answer": [answer.pk],
    }
    named = [reverse(f"behaviour:{name}", args=keys) for name, keys in written.items()]
    return [*named, reverse("behaviour:case_open")]


def test_t17_every_long_form_about_a_family_is_kept_until_it_is_sent(log, kai, as_role):
    writer = as_role(Role.HEAD_OF_YEAR, 9)
    by, to, mine = writer.user, agency(), {"student": kai.pk}
    held = early_help(kai, by)
    action = EarlyHelpAction.objects.create(early_help=held, what="x", owner=by, due_on=FRIDAY)
    review = EarlyHelpReview.objects.create(early_help=held, due_on=FRIDAY)
    asked = Enquiry.objects.create(
        token=uuid4(),
        received_at=timezone.now(),
        taken_by=by,
        taken_at=timezone.now(),
        owner=by,
        words="x",
        from_name="Ms Ray",
    )
    SessionMarkFactory(student=kai, date=FRIDAY, letters="N")
    none = early_help(kai, by, consent_by=None, consent_on=None, declined_because="x")
    request = reference(kai, by)
    walked = {
        "call_form": [kai.pk],
        "contact_edit": [log(by).pk],
        "referral_add": mine,
        "referral_change": [referral(kai, to, by).pk],
        "early_help_add": mine,
        "early_help_none": mine,
        "early_help_change": [held.pk],
        "early_help_action": [held.pk, action.pk],
        "early_help_own": [action.pk],
        "early_help_review": [held.pk, review.pk],
        "information_add": mine,
        "information_change": [information(kai, by).pk],
        "reference_add": mine,
        "reference_draft": [request.pk],
        "reference_change": [request.pk],
        "enquiry_edit": [asked.pk],
    }
    addresses = [
        reverse(f"contacts:{name}", query=where) if isinstance(where, dict) else reverse(f"contacts:{name}", args=where)
        for name, where in walked.items()
    ]
    addresses.append(reverse("contacts:early_help_change", args=[none.pk]))
    for place in addresses + conduct_addresses(kai, by):
        page = writer.get(place)
        assert len(re.findall(r"<form[^>]* data-draft", page.content.decode())) == 1, place
        names = set(page.context["form"].fields)
        assert "draft" not in names, place  # the name under which the form says which draft it was
        again = writer.post(place, {"draft": place, "seen": "", "do": "save", "done_on": "2027-01-04"})
        assert (again.status_code, "data-came-back" in again.content.decode()) == (422, True), place
    card = card_of(kai, keeper=by)
    sign = reverse("behaviour:card_sign", args=[card.pk])
    for page in (writer.get(reverse("behaviour:card_detail", args=[card.pk])), writer.post(sign, {"do": "sign"})):
        assert f'action="{sign}" data-draft="behaviour:card_sign {card.pk} 2026-11-20"' in page.content.decode()
    call = writer.get(addresses[0]).content.decode()
    assert f'data-draft="contacts:call_form {kai.pk} 2026-11-20"' in call  # of today: yesterday's words are not today's
    key = reverse("contacts:early_help_own", args=[action.pk])
    writer.post(reverse("core:draft"), {"key": key, "fields": '[["done_note", "Sh"]]'})
    form = writer.get(key).context["form"]
    assert writer.post(key, {"done_note": "She came", "seen": form["seen"].value(), "draft": key}).status_code == 302
    assert not Draft.objects.exists()


def test_t21_what_was_written_down_a_day_later_says_so_everywhere(log, kai, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    contact = log(client.user, days_ago=2, logged_days_ago=0)
    for name, args in (("ledger", []), ("contact_detail", [contact.pk]), ("student_contacts", [kai.pk])):
        assert "logged late" in client.get(reverse(f"contacts:{name}", args=args)).content.decode(), name
    told = client.get(f"{reverse('contacts:ledger')}?format=csv").content.decode()
    assert told.splitlines()[1].split(",")[:4] == ["2026-11-18", "15:05", "2026-11-20", "late"]
    edit = reverse("contacts:contact_edit", args=[contact.pk])
    form = client.get(edit).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "visited_by"} | {
        "occurred_on": "2026-11-20",
        "occurred_time": "15:00",
    }
    assert client.post(edit, {**sent, "is_restricted": ""}).status_code == 302
    changes = client.get(reverse("contacts:contact_detail", args=[contact.pk])).context["record"].changes
    assert [(each.label, each.before) for each in changes] == [("When", "Wed 18 Nov 15:05")]
    assert Contact.objects.get().logged_at.date() == FRIDAY
    for direction in ("out", "in"):  # barred since: what was said then is still put right
        ParentCarerLink.objects.update(has_court_order=False)
        Contact.objects.filter(pk=contact.pk).update(direction=direction)
        ParentCarerLink.objects.update(has_court_order=True)
        form = client.get(edit).context["form"]
        now = {name: form[name].value() or "" for name in form.fields if name != "visited_by"} | {
            "narrative": f"Put right, {direction}"
        }
        if direction == "in":
            assert "court order bars" in client.post(edit, {**now, "is_restricted": "", "direction": "out"}).text
        assert client.post(edit, {**now, "is_restricted": ""}).status_code == 302
        held = Contact.objects.get()
        assert (held.narrative, held.is_with_carer) == (f"Put right, {direction}", True)
