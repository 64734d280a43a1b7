"""E-mails handed to the mail server: noted as being sent before they leave, so that none goes twice by itself."""

import logging
import re
import smtplib
from collections.abc import Collection
from datetime import datetime, timedelta
from email.errors import MessageError
from enum import Enum, auto

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from contacts.models import Message, Result
from contacts.services.contacts import CarerBarred, NotTheirCarer
from contacts.services.messages import WITH, contact_follows, contact_never_was, fault_note, message_left, why_not

logger = logging.getLogger(__name__)

# After the first, second, third and fourth attempt: a mail server that is away is mostly back within the day.
PAUSES = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
MOST_AT_ONCE = 500
PERMANENT = 500  # answers of a mail server from here on are for good (RFC 5321, 4.2.1)
STATUS = re.compile(r"\s*(\d\.\d{1,3}\.\d{1,3})\b")
NO_MAILBOX = frozenset({550, 551, 553})
CANNOT_KNOW = "The connection broke off while it was being sent: nobody can know whether the server had it"


class End(Enum):
    """How one attempt ended."""

    SENT = auto()
    NOT_SENT = auto()
    NO_SERVER = auto()


def messages_send(*, keys: Collection[int] | None, now: datetime) -> int:
    """Send those of the messages that are due, all that are where keys is None, and return how many went.

    One that another worker has is left to it. A server that does not answer ends the run: what was not tried stays due.
    """
    due = Message.objects.due(now)
    due = due if keys is None else due.filter(pk__in=keys)
    server, sent = get_connection(), 0
    try:
        for key in list(due.order_by("made_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE]):
            end = _send(key, server, now)
            sent += end is End.SENT
            if end is End.NO_SERVER:
                break
    finally:
        server.close()
    return sent


def _send(key: int, server: BaseEmailBackend, now: datetime) -> End:
    message = _claim(key, now)
    if message is None:
        return End.NOT_SENT
    try:
        server.open()
    except OSError as fault:  # of which SMTPException is one; nothing has left
        return _temporarily(message, fault, now, End.NO_SERVER)
    try:
        server.send_messages([_email(message)])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as fault:
        return _refused(message, fault, now)
    except (MessageError, ValueError) as fault:  # no such message can be written: nothing has left
        return _for_good(message, fault, now)
    except OSError as fault:
        return _broke_off(message, server, fault, now)
    _has_left(message, now)
    return End.SENT


def _has_left(message: Message, now: datetime) -> None:
    """Note that the server has it; the run goes on where its contact cannot be logged any more."""
    try:
        with transaction.atomic():
            message_left(message, at=now, logged_at=now)
    except (CarerBarred, NotTheirCarer) as fault:
        message.state, message.sent_at, message.next_try_at = Message.State.SENT, now, None
        fault_note(message, f"It had left, and no contact was logged: {fault}", now)
        message.save()


@transaction.atomic(durable=True)
def _claim(key: int, now: datetime) -> Message | None:
    """Note that it is being sent, and commit that; None where it is not due, or must not go any more.

    next_try_at is, until the end, when this attempt began.
    """
    rows = Message.objects.due(now).select_for_update(skip_locked=True, of=("self",)).select_related(*WITH)
    message = rows.filter(pk=key).first()
    if message is None:
        return None
    if message.copy and message.copy.letter.withdrawn_at:
        _keep_back(message, Message.State.STOPPED, "The letter was withdrawn", now)
        return None
    if why := why_not(message.student_id, message.parent_carer_id, message.to):
        _keep_back(message, Message.State.FAILED, why, now)
        return None
    message.state, message.attempts, message.next_try_at = Message.State.SENDING, message.attempts + 1, now
    message.save()
    return message


def _keep_back(message: Message, state: Message.State, why: str, now: datetime) -> None:
    """Note why it must not go any more: FAILED where a person has to hear of it."""
    message.state, message.next_try_at = state, None
    fault_note(message, why, now)
    message.save()
    contact_never_was(message, now)


def _email(message: Message) -> EmailMessage:
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.to],
        reply_to=[message.made_by.email],
        headers={"Message-ID": message.message_id},
    )


def _refused(message: Message, fault: Exception, now: datetime) -> End:
    """Take the server's answer: 4xx is for now, 5xx for good; either way it does not have the message."""
    codes = (
        [code for code, _words in fault.recipients.values()]
        if isinstance(fault, smtplib.SMTPRecipientsRefused)
        else [getattr(fault, "smtp_code", PERMANENT)]
    )
    if min(codes, default=PERMANENT) >= PERMANENT:
        return _for_good(message, fault, now)
    return _temporarily(message, fault, now, End.NOT_SENT)


def _temporarily(message: Message, fault: Exception, now: datetime, end: End) -> End:
    if message.attempts >= Message.MOST_ATTEMPTS:
        _for_good(message, fault, now)
        return end
    message.state, message.next_try_at = Message.State.QUEUED, now + PAUSES[min(message.attempts, len(PAUSES)) - 1]
    _noted(message, fault, now)
    return end


def _for_good(message: Message, fault: Exception, now: datetime) -> End:
    message.state, message.next_try_at = Message.State.FAILED, None
    _noted(message, fault, now)
    if _has_no_such_mailbox(fault):
        contact_follows(message, Result.WRONG_NUMBER)
    else:
        contact_never_was(message, now)
    return End.NOT_SENT


def _has_no_such_mailbox(fault: Exception) -> bool:
    """Test for the answer that the address is wrong: status 5.1.x (RFC 3463), or 550, 551 or 553 without a status."""
    answers = fault.recipients.values() if isinstance(fault, smtplib.SMTPRecipientsRefused) else ()
    for code, words in answers:
        status = STATUS.match(_text(words))
        if status[1].startswith("5.1.") if status else code in NO_MAILBOX:
            return True
    return False


def _broke_off(message: Message, server: BaseEmailBackend, fault: Exception, now: datetime) -> End:
    """Leave it as being sent, for a person to decide: the server may have had it whole."""
    server.close()
    logger.error("message %s broke off: %s", message.pk, type(fault).__name__)
    fault_note(message, f"{CANNOT_KNOW} ({_words(fault)})", now)
    message.save()
    return End.NOT_SENT


def _noted(message: Message, fault: Exception, now: datetime) -> None:
    logger.error("message %s was not sent: %s", message.pk, type(fault).__name__)
    fault_note(message, _words(fault), now)
    message.save()


def _words(fault: Exception) -> str:
    """Return what the server said, in words."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(words)}" for code, words in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{fault.smtp_code} {_text(fault.smtp_error)}"
    return str(fault) or type(fault).__name__


def _text(words: bytes | str) -> str:
    return " ".join((words.decode(errors="replace") if isinstance(words, bytes) else words).split())
