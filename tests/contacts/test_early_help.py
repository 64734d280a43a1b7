"""Early help: one at a time with consent, its family, actions and meetings, its end; and why there is none."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.models import EarlyHelp, EarlyHelpAction, EarlyHelpReview, FamilyMember
from contacts.services.referrals import NotTheirs, referral_send
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from students.models import ParentCarerLink
from tests.agencies import agency, early_help, referral, worker
from tests.contacts.test_agencies import page, sent
from tests.factories import enrol
from tests.families import carer

LIST = reverse("contacts:early_help_list")


@pytest.fixture
def head(as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def test_early_help_is_opened_once_with_consent_a_lead_and_the_family(seeded, head, as_role):
    (kai,), (ada,), (zoe,) = enrol("9B", legal_surname="O'Brien"), enrol("9C"), enrol("8A", legal_surname="Elsewhere")
    mother, father = carer(kai, ada, zoe), carer(kai, relationship="Father", forename="Obi", barred=True)
    jo = worker(agency("Family Hub"))
    add = reverse("contacts:early_help_add", query={"student": kai.pk})
    form = head.get(add).context["form"]
    assert [value for value, _ in form.fields["family"].choices] == [f"c{mother.pk}", f"s{ada.pk}"]
    assert str(father) not in str(form["consent_by"])
    told = sent(form, needs="Sleeps badly", lead=f"w{jo.pk}", level=2, family=[f"c{mother.pk}", f"s{ada.pk}"])
    assert set(head.post(add, told).context["form"].errors) == {"consent_by", "consent_on"}
    told |= {"consent_by": mother.pk, "consent_on": "2026-11-18", "review_on": "2026-12-11"}
    for _ in range(2):
        assert head.post(add, told).status_code == 302
    held = EarlyHelp.objects.get()
    assert (held.lead, held.lead_worker, held.consent_by, held.level) == (None, jo, mother, 2)
    assert FamilyMember.objects.count() == 2
    again = head.post(add, sent(head.get(add).context["form"], **{k: v for k, v in told.items() if k != "token"}))
    assert "has early help already, since Fri 20 Nov" in again.content.decode()
    address = reverse("contacts:early_help_detail", args=[held.pk])
    FamilyMember.objects.create(early_help=held, sibling=zoe)
    text = page(head, address)
    assert ("Sleeps badly" in text, ada.sort_name in text, "Elsewhere" in text) == (True, True, False)
    assert "A brother or sister at this school" in text
    assert "Elsewhere" in page(as_role(Role.DSL), address)
    assert head.post(address, {"do": "member", "who": "other"}).status_code == 422
    assert head.post(address, {"do": "member", "who": "other", "name": "Nan", "part": "Mornings"}).status_code == 302
    assert head.post(address, {"do": "member", "who": f"c{father.pk}"}).status_code == 422
    nan = FamilyMember.objects.get(name="Nan")
    assert head.post(address, {"do": "drop", "member": nan.pk}).status_code == 302
    assert "taken off" in page(head, address)
    change = reverse("contacts:early_help_change", args=[held.pk])
    form = head.get(change).context["form"]
    assert head.post(change, sent(form, lead=f"u{head.user.pk}")).status_code == 302
    assert "Somebody changed this" in head.post(change, sent(form, needs="Otherwise")).content.decode()
    held.refresh_from_db()
    assert (held.lead, held.lead_worker) == (head.user, None)
    first = date(2026, 11, 2)
    EarlyHelp.objects.update(opened_on=first, closed_on=date(2026, 11, 9), ending="moved", outcome="x")
    late = head.post(change, sent(head.get(change).context["form"], opened_on="2026-11-10"))
    assert "after it was closed, on Mon 9 Nov" in late.content.decode()
    ParentCarerLink.objects.filter(parent_carer=mother, student=kai).update(has_court_order=True)
    form = head.get(change).context["form"]  # barred since: what she agreed to then is still put right
    assert head.post(change, sent(form, needs="Put right")).status_code == 302
    held.refresh_from_db()
    assert (held.needs, held.consent_by) == ("Put right", mother)
    anew = head.get(reverse("contacts:referral_add", query={"student": kai.pk})).context["form"]
    assert (str(mother) in str(form["consent_by"]), str(mother) in str(anew["consent_by"])) == (True, False)
    asked = {"consent": "given", "consent_by_id": mother.pk, "consent_on": date(2026, 11, 9), "without_because": ""}
    with pytest.raises(NotTheirs):
        referral_send(student=kai, facts=asked, token=uuid4(), by=head.user, now=timezone.now())
    sent_then = referral(
        kai, jo.agency, head.user, consent="given", without_because="", consent_by=mother, consent_on=date(2026, 11, 2)
    )
    change = reverse("contacts:referral_change", args=[sent_then.pk])
    form = head.get(change).context["form"]
    assert head.post(change, sent(form, reason="Put right")).status_code == 302
    form = head.get(change).context["form"]
    assert head.post(change, sent(form, consent_by=father.pk)).status_code == 422
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", user=head.user).exists()


def test_actions_and_meetings_are_due_and_what_was_decided_counts(seeded, head, as_role):
    (kai,) = enrol("9B")
    held = early_help(kai, head.user)
    address, needs = reverse("contacts:early_help_detail", args=[held.pk]), reverse("core:needs_now")
    action = {"do": "action", "what": "Calls the school nurse", "due_on": "2026-11-18"}
    assert head.post(address, action).status_code == 422
    assert head.post(address, action | {"owner": head.user.pk}).status_code == 302
    assert (
        head.post(address, action | {"what": "Bus pass", "owner_name": "Nan", "due_on": "2026-12-01"}).status_code
        == 302
    )
    assert head.post(address, {"do": "review", "due_on": "2026-11-19"}).status_code == 302
    tutor, mine = as_role(Role.FORM_TUTOR, "9B"), reverse("contacts:early_help_mine")
    assert head.post(address, action | {"owner": tutor.user.pk, "what": "Meets him at the gate"}).status_code == 302
    own = reverse("contacts:early_help_own", args=[EarlyHelpAction.objects.get(owner=tutor.user).pk])
    assert (tutor.get(address).status_code, head.get(own).status_code) == (403, 404)
    text = page(tutor, mine) + page(tutor, own)
    assert ("Meets him at the gate" in text, "2 days overdue" in text, "Low mood" in text) == (True, True, False)
    form = tutor.get(own).context["form"]
    assert "early help action due" in page(tutor, needs)
    assert tutor.post(own, sent(form, done_on="2026-11-21")).status_code == 422
    assert tutor.post(own, sent(form, done_note="He came with a friend")).status_code == 302
    assert "early help action due" not in page(tutor, needs)
    assert all("He came with a friend" in page(*seen) for seen in ((tutor, mine), (head, address)))
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", user=tutor.user).exists()
    EarlyHelp.objects.update(withdrawn_at=timezone.now(), withdrawn_by=head.user, withdrawn_because="x")
    assert tutor.post(own, sent(form, done_note="Too late")).status_code == 409
    assert "Meets him at the gate" not in page(tutor, mine)
    EarlyHelp.objects.update(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
    strip = page(head, needs)
    assert ("early help action due" in strip, "early help meeting due" in strip) == (True, True)
    assert "2 days overdue" in page(head, LIST, show="actions", mine="1")
    assert "1 day overdue" in page(head, LIST, show="reviews", mine="1", year=9)
    assert "1 action overdue" in page(head, LIST)
    done = reverse("contacts:early_help_action", args=[held.pk, EarlyHelpAction.objects.get(owner=head.user).pk])
    form = head.get(done).context["form"]
    assert head.post(done, sent(form, done_on="2026-11-21")).status_code == 422
    assert head.post(done, sent(form, done_on="2026-11-19", done_note="She comes on Monday")).status_code == 302
    assert "Somebody changed this" in head.post(done, sent(form, done_on="2026-11-20")).content.decode()
    hold = reverse("contacts:early_help_review", args=[held.pk, EarlyHelpReview.objects.get().pk])
    form = head.get(hold).context["form"]
    assert set(head.post(hold, sent(form, held_on="2026-11-19")).context["form"].errors) == {"decision"}
    told = sent(form, held_on="2026-11-19", decision="step_up", present="Nan, Jo", notes="It is too much", level=3)
    assert head.post(hold, told | {"next_on": "2026-12-04"}).status_code == 302
    text = page(head, address)
    assert all(words in text for words in ("It is too much", "level 3", "decided to step up", "Meets Fri 4 Dec"))
    strip = page(head, needs)
    assert ("early help action due" in strip, "early help meeting due" in strip) == (False, False)
    close = {"do": "close", "closed_on": "2026-11-20", "ending": "stepped_up", "outcome": "Children's services"}
    assert head.post(address, close | {"outcome": ""}).status_code == 422
    assert head.post(address, close | {"closed_on": "2026-09-01"}).status_code == 422
    for _ in range(2):
        assert head.post(address, close).status_code == 302
    other = head.post(address, close | {"outcome": "Otherwise"})
    assert (other.status_code, "was closed on" in other.content.decode()) == (409, True)
    member = FamilyMember.objects.create(early_help=held, name="Nan")
    assert "was closed on" in head.post(address, {"do": "drop", "member": member.pk}, follow=True).content.decode()
    assert FamilyMember.objects.filter(pk=member.pk).exists()
    late = head.post(address, action | {"owner": head.user.pk, "what": "Too late"})
    assert (late.status_code, "Too late" in late.content.decode()) == (409, True)
    assert kai.sort_name in page(head, LIST, show="closed")
    assert "No early help is running" in page(head, LIST)
    early_help(kai, head.user)
    assert "has early help already" in head.post(address, {"do": "reopen"}, follow=True).content.decode()
    EarlyHelp.objects.exclude(pk=held.pk).update(closed_on=date(2026, 11, 20), ending="moved", outcome="x")
    assert head.post(address, {"do": "reopen"}).status_code == 302
    assert kai.sort_name in page(head, LIST)
    withdraw = reverse("contacts:agency_withdraw", args=["early-help", held.pk])
    assert head.post(withdraw, {"because": "Of a twin"}).status_code == 302
    assert "It was withdrawn by" in head.post(address, action | {"owner": head.user.pk}, follow=True).content.decode()
    assert as_role(Role.HEAD_OF_YEAR, 8).get(address).status_code == 404


def test_why_there_is_none_is_noted_and_does_not_stand_in_the_way(seeded, head):
    (kai,) = enrol("9B")
    add = reverse("contacts:early_help_none", query={"student": kai.pk})
    form = head.get(add).context["form"]
    assert head.post(add, sent(form)).status_code == 422
    assert head.post(add, sent(form, declined_because="The mother declined")).status_code == 302
    held = EarlyHelp.objects.get()
    address = reverse("contacts:early_help_detail", args=[held.pk])
    assert "The mother declined" in page(head, address)
    assert "The mother declined" in page(head, LIST, show="none")
    assert kai.sort_name not in page(head, LIST)
    change = reverse("contacts:early_help_change", args=[held.pk])
    form = head.get(change).context["form"]
    assert head.post(change, sent(form, declined_because="Needs met in school")).status_code == 302
    assert "Needs met in school" in page(head, address)
    assert head.post(address, {"do": "close"}).status_code == 404
    assert early_help(kai, head.user).pk


def test_thirty_cost_what_three_do(seeded, head):
    def laid(number):
        for student in enrol("9B", count=number):
            held = early_help(student, head.user)
            EarlyHelpReview.objects.create(early_help=held, due_on=date(2026, 11, 16))
            EarlyHelpAction.objects.create(early_help=held, what="x", owner=head.user, due_on=date(2026, 11, 16))
        costs = []
        for show in ("", "reviews", "actions"):
            with CaptureQueriesContext(connection) as queries:
                page(head, LIST, show=show)
            costs.append(len(queries))
        return costs

    few = laid(3)
    assert laid(27) == few
    assert max(few) <= 12
