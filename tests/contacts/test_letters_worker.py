"""A real worker, killed while it makes letters and while it sends: nothing is missing, nothing goes twice by itself."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from contacts.models import Contact, Letter, LetterBatch, LetterCopy, LetterRule, Message
from contacts.services import messages
from contacts.services.letters import MAKE, Choice, batch_ask
from contacts.services.messages import Mail, message_queue
from contacts.summaries.letter_preview import preview_of
from contacts.summaries.letter_previewed import Asked
from pastoral.core.models import Job
from pastoral.core.rights import Role
from students.summaries import SchoolCalendar
from tests.factories import enrol, staff
from tests.families import carer
from tests.marks import lay
from tests.workers import SILENCE, kill, send, wait_for, worker

pytestmark = pytest.mark.long
LETTERS = 40
MONDAY = date(2026, 11, 9)


@pytest.fixture
def batch(seeded, friday, broker, monkeypatch) -> LetterBatch:
    """Forty letters asked for, by somebody whose reach is the same whatever the worker's clock says."""
    monkeypatch.setattr("pastoral.core.services.job_enqueue", lambda job_id: None)
    monkeypatch.setattr(messages, "keys_hand_over", lambda task, keys: True)
    head = staff(Role.SLT)
    for number, student in enumerate(enrol("9B", count=LETTERS)):
        lay(student, MONDAY, "L / L / L / / /")
        carer(student, email=f"home{number}@home.example")
    rule = LetterRule.objects.select_related("template").get(template__kind="minutes_late")
    today = timezone.localdate()
    preview = preview_of(Asked(rule.template, rule, (), head, today), SchoolCalendar.load())
    keys = [copy.key for letter in preview.letters for copy in letter.copies]
    return batch_ask(preview=preview, choice=Choice(keys, sends=True), token=uuid4(), by=head, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_makes_and_sends_each_letter_once(batch, broker, tmp_path):
    (broken,) = enrol("9C")
    mail = Mail("x", "y", person=carer(broken, email="broken@home.example"), student=broken)
    uncertain = message_queue(mail=mail, token=uuid4(), by=batch.made_by, now=timezone.now())
    Message.objects.filter(pk=uncertain.pk).update(state="sending", attempts=1, next_try_at=timezone.now())
    with worker(broker) as first:
        send(broker, MAKE, batch.job_id)
        wait_for(lambda: Letter.objects.count() >= 3)
        kill(first)
    with worker(broker):
        wait_for(lambda: _done(batch, broker), every=SILENCE + 1)
    assert (Letter.objects.count(), LetterCopy.objects.count(), Contact.objects.count()) == (LETTERS,) * 3
    uncertain.refresh_from_db()
    assert uncertain.state == "sending"
    assert sum(path.read_text().count("\nTo: ") for path in (tmp_path / "var" / "mail").iterdir()) == LETTERS


def _done(batch: LetterBatch, environment: dict[str, str]) -> bool:
    """Do what beat does every minute, until every e-mail went."""
    if (
        Job.objects.get(pk=batch.job_id).status == Job.Status.DONE
        and Message.objects.filter(state="sent").count() == LETTERS
    ):
        return True
    send(environment, "pastoral.core.tasks.jobs_recover")
    send(environment, messages.SEND)
    return False
