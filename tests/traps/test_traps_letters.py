"""Traps of letters and e-mails that other products fell into: product.md C3."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from attendance.codes import code_named
from attendance.models import SessionMark
from contacts.models import Contact, Letter, LetterCopy, LetterMark, LetterRule, LetterTemplate, Message
from contacts.services import letters as services
from contacts.services.letters import Choice, NothingChosen, batch_ask, letters_make
from contacts.services.messages import Mail, NoRecipient, message_queue
from contacts.summaries.letter_preview import preview_of
from contacts.summaries.letter_previewed import Asked
from contacts.summaries.letters import changed_since
from pastoral.core.rights import Role
from students.models import ParentCarerLink
from students.summaries import SchoolCalendar
from tests.factories import enrol, staff
from tests.families import carer
from tests.letters import letter_about
from tests.marks import lay

MONDAY = date(2026, 11, 9)
# Two weeks up to Friday 20 November: five sessions away without leave, and three in the last three school days.
AWAY = "O O / / / / O / / / / / O O / / / / N O"


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B", legal_surname="Okafor")
    carer(student, email="ngozi@home.example", address="4 Mill Lane, Anytown")
    lay(student, MONDAY, AWAY)
    return student


@pytest.fixture
def head(kai):
    return staff(Role.HEAD_OF_YEAR, 9)


@pytest.fixture
def rule(kai):
    """Unauthorised five times this half term, the last three school days apart."""
    template = LetterTemplate.objects.get(kind="attendance_1")
    return LetterRule.objects.create(
        template=template, title="Five", measure="unauthorised", at_least=5, grace_days=3, quiet_days=28
    )


def preview(rule, by, **also):
    asked = Asked(rule.template, rule, also.pop("picked", ()), by, timezone.localdate(), **also)
    return preview_of(asked, SchoolCalendar.load())


def make(rule, by, *, copies=None, **also):
    """Ask for a batch and let the worker make it."""
    seen = preview(rule, by)
    keys = [copy.key for letter in seen.letters for copy in letter.copies] if copies is None else copies
    batch = batch_ask(preview=seen, choice=Choice(keys, **also), token=uuid4(), by=by, now=timezone.now())
    letters_make(batch.job_id)
    batch.refresh_from_db()
    return batch


def test_t7_the_letter_keeps_its_marks_and_says_which_changed_since(kai, head, rule, as_role):
    batch = make(rule, head)
    letter = Letter.objects.get()
    assert LetterMark.objects.filter(letter=letter).count() == 5
    words = LetterCopy.objects.get().body
    SessionMark.objects.filter(student=kai, date=MONDAY).update(code=8)
    assert changed_since([letter.pk]) == {letter.pk: "2 of 5 marks in this letter changed since"}
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for address in (f"/letters/{letter.pk}/", "/letters/", f"/letters/batches/{batch.pk}/"):
        assert b"2 of 5 marks" in client.get(address).content, address
    place = reverse("contacts:letter_place", args=[kai.pk])
    letter_about(kai, by=head, kind="praise")
    for query, numbers in (("", (1, 1)), ("?about=attendance", (1, 0))):  # on the student's page, and on the notices'
        shown = client.get(place + query).content
        assert (shown.count(b"2 of 5 marks"), shown.count(b"Praise")) == numbers, query
    assert place.encode() in client.get(kai.get_absolute_url()).content
    assert (LetterCopy.objects.get(letter=letter).body, "Monday 9 November, all day: not authorised" in words) == (
        words,
        True,
    )


def test_t8_the_last_school_days_and_what_is_not_explained_yet_do_not_count(kai, head, rule):
    (letter,) = preview(rule, head).letters
    assert (letter.figure.value, preview(rule, head).span.last) == (5, date(2026, 11, 17))
    rule.at_least = 6
    assert preview(rule, head).letters == ()
    rule.grace_days = 0
    (letter,) = preview(rule, head).letters
    assert letter.figure.value == 6  # the O of Friday, and never its N
    assert letter.facts["attendance.unauthorised"] == "6 (and 1 more without a reason yet)"
    rule.measure, rule.at_least = "missed", 1
    SessionMark.objects.filter(student=kai, date=MONDAY, session="PM").update(code=code_named("N", MONDAY).key)
    for halves in ("Monday 9 November, morning: not authorised", "Friday 20 November, morning: no reason given yet"):
        assert halves in preview(rule, head).letters[0].facts["attendance.list"]


def test_t9_a_step_is_written_once_a_period_whoever_presses(kai, head, rule):
    colleague = staff(Role.ATTENDANCE_OFFICER)
    mine, theirs = preview(rule, head), preview(rule, colleague)
    key = theirs.letters[0].copies[0].key
    batch = batch_ask(preview=theirs, choice=Choice([key]), token=uuid4(), by=colleague, now=timezone.now())
    make(rule, head)
    letters_make(batch.job_id)
    letters_make(batch.job_id)
    batch.job.refresh_from_db()
    assert (Letter.objects.count(), LetterCopy.objects.count(), mine.letters != ()) == (1, 1, True)
    assert "1 left out" in batch.job.message
    (left,) = preview(rule, head).left_out
    assert "about the same period already" in left.why
    held = Letter.objects.get()
    with pytest.raises(IntegrityError, match="letter_once_a_step"), transaction.atomic():
        Letter.objects.create(batch=batch, student=kai, step=held.step, period=held.period)
    assert services.letter_make(batch=batch, letter=mine.letters[0], copies=(), period=held.period) is None
    services.letter_withdraw(letter=held, because="The marks were wrong", by=head, now=timezone.now())
    assert len(preview(rule, head).letters) == 1
    uniform = LetterTemplate.objects.get(kind="uniform")  # picked by hand: said, and not ticked, but for a person to do
    by_hand = Asked(uniform, None, (kai.pk,), head, timezone.localdate())
    for days, said in ((2, "this week already, on Wed 18 Nov"), (10, "Tue 10 Nov, within 14 days"), (20, "")):
        now = timezone.now() - timedelta(days=days)
        Letter.objects.filter(step="uniform").delete()
        Letter.objects.create(batch=batch, student=kai, step="uniform", period="2026-11-16", made_at=now)
        (found,) = preview_of(by_hand, SchoolCalendar.load()).letters
        assert (said in found.lately, found.is_ticked, len(found.copies)) == (True, not said, 1), days
    chosen = Choice([found.copies[0].key])
    again = preview_of(by_hand, SchoolCalendar.load())
    letters_make(batch_ask(preview=again, choice=chosen, token=uuid4(), by=head, now=timezone.now()).job_id)
    assert Letter.objects.filter(step="uniform").count() == 2


def test_a_barred_parent_has_no_letter_by_any_way(kai, head, rule):
    father = carer(kai, relationship="Father", barred=True, email="obi@home.example", address="1 High Street")
    (letter,) = preview(rule, head, reach="all").letters
    assert [copy.carer.name for copy in letter.copies] == ["Mrs Ngozi Okafor"]
    with pytest.raises(NothingChosen), transaction.atomic():
        make(rule, head, copies=[f"{kai.pk}-{father.pk}"])
    make(rule, head, is_all_print=True)
    held = LetterCopy.objects.get()
    fields = {"letter": held.letter, "parent_carer": father, "channel": "print", "addressee": "x", "sha256": "x"}
    with pytest.raises(IntegrityError, match="may not be written to"), transaction.atomic():
        LetterCopy.objects.create(**fields)
    ParentCarerLink.objects.filter(student=kai, parent_carer=held.parent_carer).update(has_court_order=True)
    sent = services.copies_printed(copies=[held], by=head, now=timezone.now())
    assert (sent.number, "court order" in sent.refused[0], Contact.objects.count()) == (0, True, 0)
    assert "already" in preview(rule, head).left_out[0].why


def test_t22_a_message_to_nobody_is_an_error(kai, head):
    for email in ("", "   ", "ngozi at home"):
        mother = carer(kai, email=email)
        mail = Mail("x", "y", person=mother, student=kai)
        with pytest.raises(NoRecipient, match="no e-mail address"):
            message_queue(mail=mail, token=uuid4(), by=head, now=timezone.now())
    with pytest.raises(NoRecipient):
        message_queue(mail=Mail("x", "y"), token=uuid4(), by=head, now=timezone.now())
    assert not Message.objects.exists()
    with pytest.raises(IntegrityError, match="message_to_somebody"), transaction.atomic():
        Message.objects.create(token=uuid4(), to="", subject="x", body="y", message_id="<1@x>", made_by=head)
