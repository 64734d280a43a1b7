"""E-mails home: never to nobody, never to somebody barred, never twice, and nothing lost when the mail server fails."""

import io
import smtplib
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from contacts.models import Contact, Message, Result
from contacts.services import messages
from contacts.services.contacts import CarerBarred, NotTheirCarer
from contacts.services.messages import Mail, MessageMovedOn, message_queue
from contacts.services.posting import PAUSES, messages_send
from pastoral.core.rights import Role
from students.models import ParentCarerLink
from tests.contacts.test_logging import log
from tests.factories import enrol, staff
from tests.families import carer

FULL = b"452 4.2.2 mailbox full"


class Server:
    """A mail server that fails as it is told to."""

    def __init__(self, fault: Exception | None = None, *, away: bool = False) -> None:
        self.fault, self.away, self.had = fault, away, []

    def open(self) -> None:
        if self.away:
            raise ConnectionRefusedError("connection refused")

    def send_messages(self, emails: list[Any]) -> None:
        if self.fault:
            raise self.fault
        self.had += emails

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Server]:
    def put(*args: Any, **kwargs: Any) -> Server:
        made = Server(*args, **kwargs)
        monkeypatch.setattr("contacts.services.posting.get_connection", lambda: made)
        return made

    return put


@pytest.fixture
def head(seeded, friday):
    return staff(Role.HEAD_OF_YEAR, 9)


@pytest.fixture
def kai(head):
    return enrol("9B", legal_surname="Okafor")[0]


@pytest.fixture
def mother(kai):
    return carer(kai, email="ngozi@home.example")


@pytest.fixture
def queued(head, kai, mother):
    """An e-mail about Kai to his mother, with the contact that was logged for it."""
    (contact,) = log(mother, kai, by=head, channel="email", result=Result.SENT)
    return message_queue(mail=letter(kai, mother, contact=contact), token=uuid4(), by=head, now=timezone.now())


def letter(student, person, **also: Any) -> Mail:
    return Mail(**{"subject": "Kai's\nday", "body": "Dear Mrs Okafor", "person": person, "student": student} | also)


def test_it_goes_once_with_a_reply_address_and_a_token(queued, head, kai, mother, server):
    again = message_queue(mail=letter(kai, mother), token=queued.token, by=head, now=timezone.now())
    assert (again.pk, queued.subject) == (queued.pk, "Kai's day")
    line, now = server(), timezone.now()
    assert (messages_send(keys=[queued.pk], now=now), messages_send(keys=None, now=now)) == (1, 0)
    (email,) = line.had
    assert (email.to, email.reply_to) == (["ngozi@home.example"], [head.email])
    assert email.message()["Message-ID"] == queued.message_id
    queued.refresh_from_db()
    assert (queued.state, queued.sent_at, queued.attempts) == ("sent", now, 1)


def test_nobody_barred_has_it_when_queued_nor_when_sent(queued, head, kai, mother, server, monkeypatch):
    father = carer(kai, relationship="Father", barred=True, forename="Obi", email="Family@home.example")
    with pytest.raises(CarerBarred, match="court order"):
        message_queue(mail=letter(kai, father), token=uuid4(), by=head, now=timezone.now())
    mine = letter(kai, mother, to="family@HOME.example")
    with pytest.raises(CarerBarred, match="also the address of Mrs Obi Okafor"):
        message_queue(mail=mine, token=uuid4(), by=head, now=timezone.now())
    ParentCarerLink.objects.filter(parent_carer=mother).update(has_court_order=True)
    line = server()
    assert messages_send(keys=None, now=timezone.now()) == 0
    queued.refresh_from_db()
    assert (line.had, queued.state) == ([], Message.State.FAILED)  # a person hears of it
    assert list(Message.objects.to_decide(timezone.now())) == [queued]
    assert (Contact.objects.get().result, Contact.objects.standing().exists()) == (Result.SENT, False)  # it never left
    assert "court order" in queued.faults[-1]
    aunt = carer(kai, relationship="Aunt", forename="Ada", email="ada@home.example")
    unlinked = message_queue(mail=letter(kai, aunt), token=uuid4(), by=head, now=timezone.now())
    late = message_queue(mail=letter(kai, None, to="office@x.example"), token=uuid4(), by=head, now=timezone.now())
    ParentCarerLink.objects.filter(parent_carer=aunt).delete()
    monkeypatch.setattr("contacts.services.posting.message_left", Mock(side_effect=NotTheirCarer("nobody's")))
    assert messages_send(keys=None, now=timezone.now()) == 1
    for message, state, why in ((unlinked, "failed", "no parent or carer"), (late, "sent", "no contact was logged")):
        message.refresh_from_db()
        assert (message.state, why in message.faults[-1]) == (state, True)


def test_a_server_that_is_away_is_tried_again_after_growing_pauses_and_then_given_up(queued, server):
    server(away=True)
    now = timezone.now()
    for pause in PAUSES:
        assert messages_send(keys=None, now=now) == 0
        queued.refresh_from_db()
        assert (queued.state, queued.next_try_at) == (Message.State.QUEUED, now + pause)
        messages_send(keys=None, now=now + pause - timedelta(seconds=1))
        now += pause
    messages_send(keys=None, now=now)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts, len(queued.faults)) == (Message.State.FAILED, 5, 5)
    assert (queued.contact.result, queued.contact.withdrawn_because) == (Result.SENT, messages.NEVER_LEFT)
    messages.message_again(message=queued, by=queued.made_by, now=now)
    server()
    assert messages_send(keys=None, now=now) == 1
    assert Contact.objects.standing().get().result == Result.SENT


def test_what_the_server_answers_is_for_now_or_for_good(queued, server):
    now = timezone.now()
    server(smtplib.SMTPRecipientsRefused({queued.to: (452, FULL)}))
    messages_send(keys=None, now=now)
    queued.refresh_from_db()
    assert (queued.state, "mailbox full" in queued.faults[-1]) == (Message.State.QUEUED, True)
    server(smtplib.SMTPRecipientsRefused({queued.to: (550, b"no such user")}))
    messages_send(keys=None, now=now + PAUSES[0])
    queued.refresh_from_db()
    assert (queued.state, "no such user" in queued.faults[-1]) == (Message.State.FAILED, True)
    assert Contact.objects.get().result == Result.WRONG_NUMBER


def test_what_broke_off_is_sent_again_by_nobody_but_a_person(queued, head, mother, server, caplog):
    server(TimeoutError("timed out"))
    now = timezone.now()
    messages_send(keys=None, now=now)
    for act in (messages.message_again, messages.message_stop):
        with pytest.raises(MessageMovedOn, match="being sent at this moment"):
            act(message=queued, by=head, now=now + timedelta(minutes=9))
    line, later = server(), now + timedelta(hours=8)
    messages_send(keys=None, now=later)
    assert list(Message.objects.to_decide(later)) == [queued]
    assert (line.had, queued.to in caplog.text, str(queued.pk) in caplog.text) == ([], False, True)
    mother.email = "ngozi@work.example"
    mother.save()
    messages.message_again(message=queued, by=head, now=later)
    with pytest.raises(MessageMovedOn):
        messages.message_counts_as_sent(message=queued, by=head, now=later)
    messages_send(keys=None, now=later)
    assert [email.to for email in line.had] == [["ngozi@work.example"]]


def test_a_returned_message_is_known_by_its_id(queued, head, server, monkeypatch):
    server()
    messages_send(keys=None, now=timezone.now())
    for words in (report(queued, "delayed"), b"Subject: Out of office\n\nI am away.", report(queued)):
        assert Message.objects.get().state == Message.State.SENT
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(words)))
        call_command("bounce_read", stdout=io.StringIO())
    queued.refresh_from_db()
    assert (queued.state, "5.1.1" in queued.faults[-1]) == (Message.State.BOUNCED, True)
    assert Contact.objects.get().result == Result.WRONG_NUMBER


def report(message: Message, action: str = "failed") -> bytes:
    """Return what a mail server sends back."""
    return f"""From: MAILER-DAEMON@school.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.home.example

Final-Recipient: rfc822; {message.to}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {message.message_id}
To: {message.to}

--b--
""".encode()


def test_a_worker_hears_of_it_after_the_commit(queued, django_capture_on_commit_callbacks, monkeypatch):
    heard = []
    monkeypatch.setattr(messages, "keys_hand_over", lambda task, keys: heard.append((task, keys)))
    with django_capture_on_commit_callbacks(execute=True):
        messages.messages_hand_over(queued)
        assert heard == []
    assert heard == [(messages.SEND, [queued.pk])]
    assert mail.outbox == []
