"""Information received, circulated and followed up; references drafted from facts, signed off by another and sent."""

import io
from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from behaviour.models import Achievement
from contacts.models import Information, ReferenceRequest, Share
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.agencies import agency, reference
from tests.contacts.test_agencies import page, sent
from tests.factories import enrol, staff
from tests.marks import lay

LIST = reverse("contacts:information_list")
REGISTER = reverse("contacts:reference_list")
NEEDS = reverse("core:needs_now")


@pytest.fixture
def head(as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def test_information_is_filed_circulated_and_followed_up(seeded, head, as_role):
    (kai,) = enrol("9B", legal_surname="O'Brien")
    kooth, tutor, manager = agency("Kooth"), as_role(Role.FORM_TUTOR, "9B"), as_role(Role.PASTORAL_MANAGER, 9)
    add = reverse("contacts:information_add", query={"student": kai.pk})
    form = head.get(add).context["form"]
    told = sent(form, title="Care plan", narrative="Epilepsy since June", filed_at="Safe 2", is_restricted="on")
    assert set(head.post(add, told).context["form"].errors) == {"from_name"}
    half = told | {"agency": f"a{kooth.pk}", "follow_up": "Train the tutors"}
    assert set(head.post(add, half).context["form"].errors) == {"follow_up_owner", "follow_up_on"}
    whole = half | {"follow_up_owner": manager.user.pk, "follow_up_on": "2026-11-19"}
    whole |= {"to": [tutor.user.pk], "asks": "Read it before Monday", "from_name": "left over"}
    for _ in range(2):
        assert head.post(add, whole).status_code == 302
    held = Information.objects.get()
    assert (held.agency, held.from_name, held.filed_at, held.is_restricted) == (kooth, "", "Safe 2", True)
    assert set(Share.objects.values_list("to", flat=True)) == {tutor.user.pk, manager.user.pk}
    address = reverse("contacts:information_detail", args=[held.pk])
    assert "not opened yet" in page(head, address)
    assert "follow-up of information due" in page(manager, NEEDS)
    assert "1 day overdue" in page(manager, LIST, show="due", mine="1", agency=kooth.pk, year=9)
    assert "Epilepsy" in page(manager, address)
    text = page(head, address)
    assert "opened Fri 20 Nov 15:05" in text
    assert "opened by 1 of 2" in page(head, LIST)
    other = as_role(Role.PASTORAL_MANAGER, 9)
    assert other.get(address).status_code == 404
    withdraw = reverse("contacts:agency_withdraw", args=["information", held.pk])
    assert other.post(withdraw, {"because": "x"}).status_code == 404
    text = page(other, LIST)
    assert ("Restricted" in text, "Care plan" in text, "Train the tutors" in text) == (True, False, False)
    assert tutor.get(address).status_code == 403
    assert head.post(address, {"do": "circulate"}).status_code == 422
    assert head.post(address, {"do": "circulate", "to": [other.user.pk]}).status_code == 302
    assert "Epilepsy" in page(other, address)
    other.post(address, {"do": "circulate", "to": [staff(Role.FORM_TUTOR, "9C").pk]})
    assert (other.post(withdraw, {"because": "x"}).status_code, Share.objects.count()) == (404, 3)
    change = reverse("contacts:information_change", args=[held.pk])
    form = head.get(change).context["form"]
    assert head.post(change, sent(form, narrative="Epilepsy since May")).status_code == 302
    assert "Somebody changed this" in head.post(change, sent(form, narrative="Asthma")).content.decode()
    assert manager.post(address, {"do": "done", "done": ""}).status_code == 422
    assert manager.post(address, {"do": "done", "done": "Trained on Friday"}).status_code == 302
    assert "follow-up of information due" not in page(manager, NEEDS)
    assert "Trained on Friday" in page(head, address)
    assert "follow_up" not in head.get(change).context["form"].fields
    assert head.post(withdraw, {"because": "Of a twin"}).status_code == 302
    assert "None logged" in page(head, LIST)
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", user=manager.user).exists()


def test_a_reference_is_written_from_facts_signed_off_by_another_and_its_copy_kept(seeded, head, as_role):
    (kai,) = enrol("9B")
    lay(kai, date(2026, 11, 16), "// // I I // //")
    Achievement.objects.create(student=kai, type="Effort", awarded_on=date(2026, 10, 1))
    tutor, other = as_role(Role.FORM_TUTOR, "9B"), as_role(Role.SLT)
    add = reverse("contacts:reference_add", query={"student": kai.pk})
    form = head.get(add).context["form"]
    told = sent(
        form,
        requester="Lowfield College",
        received_on="2026-11-09",
        due_on="2026-11-19",
        consent="His own",
        owner=tutor.user.pk,
    )
    assert set(head.post(add, told | {"due_on": "2026-11-01"}).context["form"].errors) == {"due_on"}
    for _ in range(2):
        assert head.post(add, told).status_code == 302
    held = ReferenceRequest.objects.get()
    address, draft = (reverse(f"contacts:reference_{name}", args=[held.pk]) for name in ("detail", "draft"))
    assert head.get(draft).status_code == 404
    assert "reference to write" in page(tutor, NEEDS)
    assert "1 day overdue" in page(tutor, REGISTER, show="write")
    form = tutor.get(draft).context["form"]
    begun = form["words"].value()
    assert "80.0" in begun
    assert "8 of 10 sessions" in begun
    assert "Achievements recorded this school year: 1." in begun
    pdf = reverse("reports:reference_pdf", args=[held.pk])
    assert tutor.get(pdf).status_code == 404  # nothing is written yet
    assert tutor.post(draft, sent(form, words=f"{begun} Kind.")).status_code == 302
    assert "nobody has signed it" in PdfReader(io.BytesIO(tutor.get(pdf).content)).pages[0].extract_text()
    assert "To sign off" not in page(head, address)
    assert "stands otherwise" in head.post(address, {"do": "sign"}, follow=True).content.decode()
    stale = tutor.post(draft, sent(form, words="Otherwise"))
    assert (stale.status_code, "Somebody changed this" in stale.content.decode()) == (422, True)
    form = tutor.get(draft).context["form"]
    early = tutor.post(draft, sent(form, is_ready="on"))
    assert early.status_code == 422
    assert "taken out: Roles and responsibilities, Strengths." in early.content.decode()
    assert tutor.post(draft, sent(form, words="Kind.", is_ready="on")).status_code == 302
    assert "reference to sign" in page(head, NEEDS)
    assert "reference to write" not in page(tutor, NEEDS)
    assert "stands otherwise" in tutor.post(address, {"do": "sign"}, follow=True).content.decode()
    read = head.get(address).context["record"].seen
    form = tutor.get(draft).context["form"]
    assert tutor.post(draft, sent(form, words="Kind and early.")).status_code == 302
    changed = head.post(address, {"do": "sign", "seen": read}, follow=True).content.decode()
    assert "words changed while you read" in changed
    read = head.get(address).context["record"].seen
    for _ in range(2):
        head.post(address, {"do": "sign", "seen": read})
    held.refresh_from_db()
    assert (held.drafted_by, held.signed_off_by) == (tutor.user, head.user)
    late = tutor.post(draft, sent(form, words="Too late"))
    assert (late.status_code, "signed off" in late.content.decode()) == (409, True)
    assert other.post(address, {"do": "unsign"}).status_code == 302
    form = tutor.get(draft).context["form"]
    tutor.post(draft, sent(form, words="Kind.", is_ready="on"))
    other.post(address, {"do": "sign", "seen": other.get(address).context["record"].seen})
    assert tutor.post(address, {"do": "send", "sent_on": "2026-11-19", "sent_to": "x"}).status_code == 422
    assert tutor.post(address, {"do": "send", "sent_on": "2026-11-20", "sent_to": "Ms Ray"}).status_code == 302
    pdf = tutor.get(reverse("reports:reference_pdf", args=[held.pk]))
    paper = PdfReader(io.BytesIO(pdf.content))
    words = paper.pages[0].extract_text()
    assert all(part in words for part in (f"Reference for {kai.full_name}", "Ms Ray", "Kind.", "page 1 of 1"))
    assert (other.user.formal_name in words, "Draft" in words) == (True, False)
    assert (len(paper.pages), bool(paper.trailer["/Root"]["/MarkInfo"]["/Marked"])) == (1, True)
    text = page(tutor, address)
    assert ("the copy, as it was sent" in text, "Ms Ray" in text) == (True, True)
    other.post(address, {"do": "unsign"})
    with pytest.raises(DatabaseError, match="kept as it was sent"), transaction.atomic():
        ReferenceRequest.objects.update(draft="Otherwise")
    assert "Sent" in page(head, REGISTER, show="sent")
    with pytest.raises(DatabaseError, match="by_another"), transaction.atomic():
        ReferenceRequest.objects.update(signed_off_by=tutor.user)


def test_a_restricted_reference_is_for_its_writer_and_those_who_sign(seeded, head, as_role):
    (kai,) = enrol("9B")
    manager, colleague = as_role(Role.PASTORAL_MANAGER, 9), as_role(Role.FORM_TUTOR, "9B")
    reference(kai, colleague.user, requester="County Court", is_restricted=True)
    reference(kai, colleague.user, requester="Lowfield College")
    seen = {
        who: ("County Court" in page(client, REGISTER), "Lowfield College" in page(client, REGISTER))
        for who, client in (("manager", manager), ("tutor", colleague), ("head", head))
    }
    assert seen == {"manager": (False, True), "tutor": (True, True), "head": (True, True)}
    elsewhere = as_role(Role.PASTORAL_MANAGER, 8)  # who keeps agencies of another year
    assert "Lowfield College" not in page(elsewhere, REGISTER, show="all")
    add = reverse("contacts:reference_add", query={"student": kai.pk})
    form = manager.get(add).context["form"]
    given = sent(form, requester="CAMHS", due_on="2026-11-27", consent="Hers", is_restricted="on", token=uuid4())
    assert manager.post(add, given | {"owner": colleague.user.pk}).url == REGISTER
    assert "CAMHS" not in page(manager, REGISTER)
    own = ReferenceRequest.objects.get(requester="CAMHS")
    withdraw = reverse("contacts:agency_withdraw", args=["reference", own.pk])
    assert manager.get(withdraw).status_code == 404
    assert colleague.post(withdraw, {"because": "Asked twice"}).status_code == 302
    change = reverse("contacts:reference_change", args=[ReferenceRequest.objects.get(requester="County Court").pk])
    form = colleague.get(change).context["form"]
    assert colleague.post(change, sent(form, due_on="2026-12-04")).status_code == 302


def test_thirty_cost_what_three_do(seeded, head):
    by = staff(Role.SLT)

    def laid(number):
        for student in enrol("9B", count=number):
            reference(student, by)
        with CaptureQueriesContext(connection) as queries:
            page(head, REGISTER)
        return len(queries)

    few = laid(3)
    assert laid(27) == few <= 12
