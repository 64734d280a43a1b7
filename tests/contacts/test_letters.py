"""Letters through their pages: templates checked; a batch seen, made, printed and e-mailed, each copy a contact."""

import io
import re
from datetime import date
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from attendance.models import SessionMark
from contacts.merging import faults_in
from contacts.models import (
    Channel,
    Contact,
    FamilyWish,
    Letter,
    LetterBatch,
    LetterCopy,
    LetterRule,
    LetterTemplate,
    Message,
    Result,
)
from contacts.services.letters import letters_make
from contacts.services.posting import messages_send
from pastoral.core.models import AccessRecord, Job
from pastoral.core.rights import Role
from reports.letters import letters_draw_job
from students.models import ParentCarerLink
from tests.factories import enrol, staff
from tests.families import carer
from tests.letters import letter_about
from tests.marks import lay

MONDAY = date(2026, 11, 9)
WRITE = "/letters/write/?kind=minutes_late"


@pytest.fixture
def late(seeded, friday):
    """Two students late three times each: one mother has an e-mail address, the other wants paper."""
    kai, ada = enrol("9B", count=2, legal_surname="O'Brien")
    for student in (kai, ada):
        lay(student, MONDAY, "L / L / L / / /")
    carer(kai, email="ngozi@home.example", address="4 Mill Lane")
    mother = carer(ada, email="mary@home.example", address="5 Mill Lane, Anytown", surname="O'Brien")
    FamilyWish.objects.create(parent_carer=mother, channel=Channel.LETTER, said_by=staff(Role.SLT))
    return kai, ada


def token_of(page):
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def seen_in(page):
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def ticked(page):
    return re.findall(r'name="copy" value="([^"]+)" checked', page)


def test_a_batch_is_seen_made_sent_and_stands_as_contacts(late, as_role, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = as_role(Role.HEAD_OF_YEAR, 9)
    assert WRITE in client.get("/minutes-late/").content.decode()
    SessionMark.objects.filter(student=late[0], date=MONDAY, session="AM").update(minutes_late=None)
    page = client.get(WRITE).content.decode()
    assert "20 min (and 1 of 3 lates without minutes) of learning lost" in page
    assert ("Dear Mrs O&#x27;Brien" in page, "Mon 9 Nov AM, 10 min" in page, len(ticked(page))) == (True, True, 2)
    assert sorted(AccessRecord.objects.filter(user=client.user).values_list("subject", flat=True)) == sorted(
        f"student:{each.pk}" for each in late
    )
    sent = {"token": token_of(page), "seen": seen_in(page), "copy": ticked(page), "do": "send"}
    template = LetterTemplate.objects.get(kind="minutes_late")
    LetterTemplate.objects.filter(pk=template.pk).update(body=f"{template.body}\nOne line more")
    refused = client.post(WRITE, sent | {"copy": ticked(page)[:1]})
    new = refused.content.decode()
    assert (refused.status_code, LetterBatch.objects.count(), ticked(new)) == (409, 0, ticked(page)[:1])
    assert "The letter was changed meanwhile" in new
    assert "One line more" in new
    sent["seen"] = seen_in(new)
    for _click in range(2):
        answer = client.post(WRITE, sent)
        LetterTemplate.objects.filter(pk=template.pk).update(body="Nobody saw this", subject="Changed")
    batch = LetterBatch.objects.get()
    LetterTemplate.objects.filter(pk=template.pk).update(kind="other")
    assert answer.url == f"/jobs/{batch.job_id}/"
    letters_make(batch.job_id)
    assert (Letter.objects.count(), Message.objects.count(), Contact.objects.count()) == (2, 1, 0)
    assert LetterCopy.objects.filter(body__contains="One line more").count() == 2
    LetterTemplate.objects.filter(pk=template.pk).update(kind=template.kind)
    messages_send(keys=None, now=timezone.now())
    assert ([email.to for email in mail.outbox], Contact.objects.get().channel) == ([["ngozi@home.example"]], "email")
    _print(client, batch)
    assert sorted(Contact.objects.values_list("channel", "result", "purpose", "number")) == [
        ("email", Result.SENT, "lateness", "ngozi@home.example"),
        ("letter", Result.SENT, "lateness", ""),
    ]
    assert "Nothing is left to print" in client.get("/letters/to-send/").content.decode()
    again = client.get(WRITE).content.decode()
    assert (again.count("about the same period already"), ticked(again)) == (2, [])
    uniform = letter_about(late[0], by=staff(Role.SLT))
    reader, office = as_role(Role.SLT), as_role(Role.ATTENDANCE_OFFICER)
    office.post(f"/letters/{uniform.pk}/withdraw/", {"because": "x"})  # it is about uniform, and not theirs to read
    assert not Letter.objects.exclude(withdrawn_at=None).exists()
    reader.post(f"/letters/{uniform.pk}/withdraw/", {"because": "Ada tore it"})
    for address in (f"/letters/{uniform.pk}/", "/letters/?show=withdrawn", "/letters/?show=withdrawn&format=csv"):
        assert "Ada tore it" not in office.get(address).content.decode(), address
    assert "Ada tore it" in reader.get(f"/letters/{uniform.pk}/").content.decode()
    export = client.get("/letters/?format=csv").content.decode()
    assert ("Minutes late" in export, "Dear" in export) == (True, False)


def _print(client, batch):
    """Print what is to be printed as one PDF, and say twice that it went."""
    copy = LetterCopy.objects.get(channel="print")
    answer = client.post("/letters/print/", {"copy": copy.pk})
    job = Job.objects.latest("pk")
    assert answer.url == f"/jobs/{job.pk}/"
    letters_draw_job(job.pk)
    file = client.get(f"/letters/print/{job.pk}/").getvalue()
    words = PdfReader(io.BytesIO(file)).pages[0].extract_text()
    for part in ("5 Mill Lane", "Mon 9 Nov AM, 10 min", "page 1 of 1", f"L{copy.letter_id}/{copy.pk}"):
        assert part in words
    for _click in range(2):
        client.post("/letters/send/", {"copy": copy.pk, "do": "printed", "batch": batch.pk})


def test_an_e_mail_that_did_not_arrive_is_decided_by_a_person(late, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(WRITE).content.decode()
    key = next(key for key in ticked(page) if key.startswith(f"{late[0].pk}-"))
    father = carer(late[0], relationship="Father", barred=True, email="Ngozi@home.example")
    page = client.get(WRITE).content.decode()
    assert f"print: ngozi@home.example is also the address of {father}, whom a court order bars" in page
    client.post(WRITE, {"token": token_of(page), "seen": seen_in(page), "copy": [key], "do": "send"})
    held = LetterBatch.objects.get()
    with patch("contacts.summaries.letter_preview.why_no_email", return_value=""):  # as if he came on record meanwhile
        letters_make(held.job_id)
    held.job.refresh_from_db()
    assert "1 e-mail could not go: ngozi@home.example is also" in held.job.message
    ParentCarerLink.objects.filter(parent_carer=father).delete()
    Letter.objects.update(withdrawn_at=timezone.now(), withdrawn_by=client.user, withdrawn_because="x")
    page = client.get(WRITE).content.decode()
    client.post(WRITE, {"token": token_of(page), "seen": seen_in(page), "copy": [key], "do": "make"})
    letters_make(LetterBatch.objects.latest("pk").job_id)
    copy = LetterCopy.objects.latest("pk")
    client.post("/letters/send/", {"copy": copy.pk, "do": "email"})
    messages_send(keys=None, now=timezone.now())
    message = Message.objects.get()
    client.post(f"/letters/e-mails/{message.pk}/", {"do": "returned"})
    assert (Contact.objects.get().result, Message.objects.get().state) == (Result.WRONG_NUMBER, "bounced")
    assert "Print instead" in client.get("/letters/e-mails/").content.decode()
    client.post(f"/letters/e-mails/{message.pk}/", {"do": "again"})
    messages_send(keys=None, now=timezone.now())
    assert sorted(Contact.objects.values_list("result", flat=True)) == [Result.SENT, Result.WRONG_NUMBER]
    client.post(f"/letters/e-mails/{message.pk}/", {"do": "returned"})
    client.post(f"/letters/e-mails/{message.pk}/", {"do": "leave"})
    copy.refresh_from_db()
    assert (copy.channel, copy.sent_at, Contact.objects.count()) == ("print", None, 2)
    assert copy.address == "4 Mill Lane"  # where it is posted, and not the e-mail address
    client.post("/letters/send/", {"copy": copy.pk, "do": "printed"})
    posted = Contact.objects.get(channel="letter")
    assert (posted.result, Contact.objects.count()) == (Result.SENT, 3)


def test_nobody_barred_since_is_printed(late, as_role, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(WRITE).content.decode()
    client.post(WRITE, {"token": token_of(page), "seen": seen_in(page), "copy": ticked(page), "do": "send"})
    letters_make(LetterBatch.objects.get().job_id)
    messages_send(keys=None, now=timezone.now())
    message, paper = Message.objects.get(), LetterCopy.objects.get(channel="print")
    client.post(f"/letters/e-mails/{message.pk}/", {"do": "returned"})
    ParentCarerLink.objects.filter(parent_carer=message.parent_carer).update(has_court_order=True)
    left = client.post(f"/letters/e-mails/{message.pk}/", {"do": "leave"}, follow=True).content.decode()
    assert "Left. It is not to be printed either: Mrs Ngozi Okafor: Barred by a court order" in left
    message.refresh_from_db()
    assert (message.state, message.copy.channel, "Not to be printed" in message.faults[-1]) == (
        "stopped",
        "print",
        True,
    )
    ParentCarerLink.objects.filter(parent_carer=paper.parent_carer).delete()
    assert list(LetterCopy.objects.unsent()) == []
    client.post("/letters/print/", {"copy": [paper.pk, message.copy_id]})
    job = Job.objects.latest("pk")
    letters_draw_job(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    listed = client.get("/letters/").content.decode()
    for copy, words in ((message.copy, "barred since, not printed"), (paper, "no carer of theirs since, not printed")):
        assert words in listed
        page = client.get(f"/letters/{copy.letter_id}/").content.decode()
        assert (words in page, "/pdf/" in page) == (True, False)
        assert client.get(f"/letters/{copy.letter_id}/pdf/").status_code == 404


def test_unknown_fields_are_named_with_what_was_meant(seeded, as_role):
    assert list(faults_in("Dear {{ carer.nmae }}", "uniform")) == [
        "There is no field {{ carer.nmae }}. Did you mean {{ carer.name }}?"
    ]
    assert "stands alone" in next(faults_in("Dear {{ carer.name }", "uniform"))
    client, held = as_role(Role.DATA_MANAGER), LetterTemplate.objects.get(kind="uniform")
    facts = {"kind": "uniform", "name": held.name, "subject": "Uniform", "is_active": "on"}
    page = client.post(f"/letters/templates/{held.pk}/", {**facts, "body": "{{ late.count }} times"})
    assert (page.status_code, "no value in a letter of this kind" in page.content.decode()) == (422, True)
    first = client.get(f"/letters/templates/{held.pk}/").context["form"].initial["seen"]
    for words, status in (("Dear {{ carer.name }}", 302), ("Hello {{ carer.name }}", 422)):
        answer = client.post(f"/letters/templates/{held.pk}/", {**facts, "body": words, "seen": first})
        assert answer.status_code == status, words
    assert "Somebody changed this" in answer.content.decode()
    held.refresh_from_db()
    assert (held.body, held.events.count()) == ("Dear {{ carer.name }}", 1)
    rule = held.rules.get()
    answer = client.post(f"/letters/rules/{rule.pk}/", {"title": rule.title, "template": held.pk, "at_least": 0})
    assert answer.status_code == 422
    # Absence is typed as people say it, in %, and counted in thousandths.
    rule = LetterRule.objects.filter(measure="missed_permille").first()
    form = client.get(f"/letters/rules/{rule.pk}/").context["form"]
    assert form["at_least"].value() * 10 == rule.at_least
    told = {name: form[name].value() or "" for name in form.fields} | {"is_on": "on"}
    for measure, least, status in (
        ("late", "3.5", 422),
        ("missed_permille", "101", 422),
        ("missed_permille", "7.5", 302),
    ):
        facts = {**told, "measure": measure, "at_least": least}
        assert client.post(f"/letters/rules/{rule.pk}/", facts).status_code == status, least
    rule.refresh_from_db()
    assert rule.at_least == 75


def test_who_may_not_read_of_behaviour_writes_no_such_letter(seeded, friday, as_role):
    (kai,) = enrol("9B", legal_surname="Okafor")
    carer(kai, email="n@home.example")
    template = LetterTemplate.objects.get(kind="uniform")
    address = f"/letters/write/?template={template.pk}&student={kai.pk}"
    head = as_role(Role.HEAD_OF_YEAR, 9)
    assert len(head.get(address).context["preview"].letters) == 1
    page = head.get(address).content.decode()
    assert "1 of the ticked has no postal address" in page
    head.post(
        address, {"token": token_of(page), "seen": seen_in(page), "copy": ticked(page), "do": "make", "paper": "1"}
    )
    letters_make(LetterBatch.objects.get().job_id)
    for place in ("/letters/to-send/", f"/letters/batches/{LetterBatch.objects.get().pk}/"):
        assert "Without a postal address, to be handed over" in head.get(place).content.decode(), place
    assert "Okafor" in head.get(f"/letters/templates/{template.pk}/example/?student={kai.pk}").content.decode()
    assert AccessRecord.objects.filter(user=head.user, subject=f"student:{kai.pk}").count() == 3
    assert as_role(Role.ATTENDANCE_OFFICER).get(address).context["preview"].letters == ()


def test_lists_cost_the_same_with_three_and_thirty(seeded, friday, as_role):
    client, by = as_role(Role.HEAD_OF_YEAR, 9), staff(Role.SLT)
    students = enrol("9B", count=30, legal_surname="Okafor")
    numbers = []
    for some in (students[:3], students[3:]):
        for student in some:
            letter_about(student, by=by, kind="minutes_late", period="2026-09-02")
            lay(student, MONDAY, "L / L / L / / /")
        numbers.append([_queries(client, address) for address in ("/letters/", "/letters/to-send/", WRITE)])
    assert numbers[0] == numbers[1]
    assert max(numbers[1]) <= 12


def _queries(client, address):
    with CaptureQueriesContext(connection) as held:
        assert client.get(address).status_code == 200
    return len(held)
