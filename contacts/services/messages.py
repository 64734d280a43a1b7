"""E-mails: queued once each, never to nobody, and what a person decides about those that did not arrive.

`contacts.services.posting` hands them to the mail server.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid, parseaddr
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from contacts.models import Contact, Enquiry, LetterCopy, Message, Result
from contacts.services.acknowledged import acknowledgement_lost, acknowledgement_went
from contacts.services.contacts import CarerBarred, NotTheirCarer
from contacts.services.copies import copy_sent, copy_unsent
from contacts.services.withdrawal import record_withdraw
from contacts.summaries.carers import BARRED
from pastoral.core.models import User
from pastoral.core.services import keys_hand_over
from pastoral.core.templatetags.pastoral import daytime
from students.models import ParentCarer, ParentCarerLink, Student

SEND = "contacts.tasks.messages_send"
FAULT_LENGTH = 300
NEVER_LEFT = "The e-mail never left the school."


class NoRecipient(Exception):
    """A message has nobody to go to, or no address that is one; the message is fit for the form."""


class MessageMovedOn(Exception):
    """The message is not in a state in which that can be decided; the message is fit for the page."""


@dataclass(frozen=True)
class Mail:
    """An e-mail to be queued.

    person: a parent or carer on record; to: the address, "" for the one on the person's record. student: whom it is
    about. copy, contact: the letter's copy that it carries, or the contact that is logged for it already. enquiry: what
    it acknowledges.
    """

    subject: str
    body: str
    person: ParentCarer | None = None
    to: str = ""
    student: Student | None = None
    copy: LetterCopy | None = None
    contact: Contact | None = None
    enquiry: Enquiry | None = None


@transaction.atomic
def message_queue(*, mail: Mail, token: UUID, by: User, now: datetime) -> Message:
    """Queue one e-mail; the same sending again returns what it queued. Hand it over with `messages_hand_over`.

    Raises NoRecipient for an empty or impossible address (T22), CarerBarred where a court order bars the person, or
    whoever else has that address, from the student, NotTheirCarer for somebody else's parent; then nothing is queued.
    """
    to = _address(mail.person, mail.to)
    _may_go(mail.student, mail.person, to)
    message, _is_new = Message.objects.get_or_create(
        token=token,
        defaults={
            "student": mail.student,
            "parent_carer": mail.person,
            "copy": mail.copy,
            "contact": mail.contact,
            "enquiry": mail.enquiry,
            "to": to,
            "subject": " ".join(mail.subject.split())[:160],
            "body": mail.body,
            "message_id": make_msgid(domain=_domain()),
            "made_by": by,
            "made_at": now,
        },
    )
    return message


def messages_hand_over(*messages: Message) -> None:
    """Have a worker send the messages at once, after the commit; one that no worker hears of goes within a minute."""
    keys = [message.pk for message in messages]
    if keys:
        transaction.on_commit(partial(keys_hand_over, SEND, keys))


def why_not(student_id: int | None, person_id: int | None, to: str) -> str:
    """Return why a message about the student may not go to the person or the address; "" when it may."""
    if student_id is None:
        return ""
    if why := why_not_person(student_id, person_id):
        return why
    links = ParentCarerLink.objects.filter(student=student_id).select_related("parent_carer")
    for link in links:
        if link.has_court_order and link.parent_carer.email.strip().casefold() == to.casefold():
            return f"{to} is also the address of {link.parent_carer}. {BARRED}"
    return ""


def why_not_person(student_id: int, person_id: int | None) -> str:
    """Return why nothing about the student goes to the person by now, by e-mail or on paper; "" when it may."""
    if person_id is None:
        return ""
    link = ParentCarerLink.objects.filter(student=student_id, parent_carer=person_id).first()
    if link is None:
        return f"{ParentCarer.objects.get(pk=person_id)} is no parent or carer of the student any more."
    return f"{link.parent_carer}: {BARRED}" if link.has_court_order else ""


def message_again(*, message: Message, by: User, now: datetime) -> Message:
    """Send what failed, came back or may never have left once more, to the address that the record holds now.

    Raises MessageMovedOn, also while a worker is sending it, NoRecipient, NotTheirCarer or CarerBarred, and changes
    nothing.
    """
    with transaction.atomic():
        held = _locked(message, *UNSETTLED)
        _broke_off(held, now)
        to = _address(held.parent_carer, "" if held.parent_carer else _answer_to(held))
        _may_go(held.student, held.parent_carer, to)
        if held.copy:
            copy_unsent(held.copy, address=to)
        held.to, held.state, held.attempts, held.next_try_at, held.sent_at = to, Message.State.QUEUED, 0, None, None
        fault_note(held, f"Sent again by {by.formal_name}", now)
        held.save()
        messages_hand_over(held)
        return held


@transaction.atomic
def message_counts_as_sent(*, message: Message, by: User, now: datetime) -> Message:
    """Take one that broke off for sent, as somebody decided; its contact is logged for when it left."""
    held = _locked(message, Message.State.SENDING)
    fault_note(held, f"Counted as sent by {by.formal_name}", now)
    message_left(held, at=held.next_try_at or now, logged_at=now)
    return held


@transaction.atomic
def message_came_back(*, message: Message, said: str, now: datetime) -> Message:
    """Note that it came back: the contact is an attempt now, and no more a letter that somebody has."""
    held = _locked(message, Message.State.SENT, Message.State.SENDING)
    if held.state == Message.State.SENDING:
        message_left(held, at=held.next_try_at or now, logged_at=now)
    held.state = Message.State.BOUNCED
    fault_note(held, f"Came back: {said}", now)
    held.save()
    contact_follows(held, Result.WRONG_NUMBER)
    return held


@transaction.atomic
def message_stop(*, message: Message, by: User, now: datetime) -> Message:
    """Leave it as it is: nobody is asked about it any more. A letter's copy goes back to be printed.

    One to somebody who may not be written to any more is not among those to print; the last fault says why. Raises
    MessageMovedOn, also while a worker is sending it.
    """
    held = _locked(message, *UNSETTLED, Message.State.QUEUED)
    _broke_off(held, now)
    held.state = Message.State.STOPPED
    fault_note(held, f"Left by {by.formal_name}", now)
    if held.copy and (why := why_not_copy(held)):
        fault_note(held, f"Not to be printed: {why}", now)
    held.save()
    if held.copy:
        copy_unsent(held.copy, address=held.copy.parent_carer.address, channel=LetterCopy.Channel.PRINT)
    elif held.contact is None or held.contact.result != Result.WRONG_NUMBER:  # what came back was an attempt
        contact_never_was(held, now)
    return held


def _answer_to(message: Message) -> str:
    """Return the address of somebody who is on no record: as the enquiry has it by now, or as it was."""
    corrected = message.enquiry.reply_to if message.enquiry else ""
    return corrected if "@" in corrected else message.to


def why_not_copy(message: Message) -> str:
    """Return why the letter that the message carries is not printed instead; "" when it may be, or there is none."""
    return why_not_person(message.copy.letter.student_id, message.copy.parent_carer_id) if message.copy else ""


UNSETTLED = (Message.State.FAILED, Message.State.BOUNCED, Message.State.SENDING)


def message_left(message: Message, *, at: datetime, logged_at: datetime) -> None:
    """Note in the caller's transaction that the mail server has it; the copy of a letter is a contact from now on."""
    message.state, message.sent_at, message.next_try_at = Message.State.SENT, at, None
    message.save()
    if message.copy:
        copy_sent(message.copy, by=message.made_by, at=at, logged_at=logged_at, number=message.to, again=message.faults)
    contact_follows(message, Result.SENT)


def contact_follows(message: Message, result: str) -> None:
    """Let the contact of the message say what became of it: sent, or an attempt that reached no mailbox.

    So does the enquiry that it acknowledged.
    """
    contact = message.copy.contact if message.copy else message.contact
    told = [contact] if contact else []
    if result != Result.SENT:
        told += acknowledgement_lost(message)
    for each in told:
        if each.withdrawn_because == NEVER_LEFT:
            each.withdrawn_at, each.withdrawn_by, each.withdrawn_because = None, None, ""
        if each.result in {Result.SENT, Result.WRONG_NUMBER}:
            each.result = result
        each.save()
    if result == Result.SENT:
        acknowledgement_went(message)


def contact_never_was(message: Message, now: datetime) -> None:
    """Withdraw in the caller's transaction the contact of a message that never left, whatever its address is worth.

    Sent after all, it stands again.
    """
    for contact in (message.contact, *acknowledgement_lost(message)):
        if contact:
            record_withdraw(record=contact, because=NEVER_LEFT, by=message.made_by, now=now)
            contact.refresh_from_db()


def fault_note(message: Message, words: str, now: datetime) -> None:
    """Add what happened to what is known of the message; the caller saves it."""
    message.faults = [*message.faults, f"{daytime(now)}: {words}"[:FAULT_LENGTH]]


def _locked(message: Message, *states: str) -> Message:
    held = Message.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=message.pk)
    if held.state not in states:
        raise MessageMovedOn(f"It is {held.get_state_display().lower()} by now: nothing was changed.")
    return held


def _broke_off(message: Message, now: datetime) -> None:
    """Refuse one that a worker is sending at the moment: only what broke off is for a person to decide."""
    is_sending = message.state == Message.State.SENDING
    if is_sending and not Message.objects.broken_off(now).filter(pk=message.pk).exists():
        raise MessageMovedOn("It is being sent at this moment: wait ten minutes. Nothing was changed.")


WITH = ("student", "parent_carer", "copy__letter__student", "copy__contact", "contact", "enquiry", "made_by")


def _address(person: ParentCarer | None, to: str) -> str:
    """Return the address to send to; the person's own unless another is given."""
    address = (to or (person.email if person else "")).strip()
    if not address:
        whose = str(person) if person else "The recipient"
        raise NoRecipient(f"{whose} has no e-mail address on record. Nothing was sent.")
    try:
        validate_email(address)
    except ValidationError:
        raise NoRecipient(
            f"“{address}” is no e-mail address. Correct it in the MIS record; nothing was sent."
        ) from None
    return address


def _may_go(student: Student | None, person: ParentCarer | None, to: str) -> None:
    if student is None:
        return
    if person and not ParentCarerLink.objects.filter(student=student, parent_carer=person).exists():
        raise NotTheirCarer(f"{person} is no parent or carer of {student.full_name}. Choose somebody of theirs.")
    if why := why_not(student.pk, person.pk if person else None, to):
        raise CarerBarred(why)


def _domain() -> str:
    """Return the part after the @ of the school's own address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
