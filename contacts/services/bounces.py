"""Messages that came back, as mail servers return them (RFC 3464): each is known by its Message-ID."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import EmailMessage
from email.policy import default
from typing import cast

from contacts.models import Message
from contacts.services.messages import MessageMovedOn, message_came_back

FAILED = "failed"


@dataclass(frozen=True)
class Returned:
    """What a returned message says. message_ids: those of the message it is about. said: the servers' words."""

    message_ids: tuple[str, ...]
    said: str


def returned_read(raw: bytes) -> Returned | None:
    """Return what the mail server sent back; None for anything but the report of a delivery that failed for good."""
    mail = message_from_bytes(raw, policy=default)
    reports = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    fields = [group for report in reports for group in _groups(report)]
    failed = [group for group in fields if str(group.get("Action", "")).strip().lower() == FAILED]
    if not failed:
        return None
    said = " ".join(f"{group.get('Status', '')} {group.get('Diagnostic-Code', '')}".strip() for group in failed)
    return Returned(tuple(_ids(mail)), " ".join(said.split()) or "delivery failed")


def bounce_take(*, raw: bytes, now: datetime) -> Message | None:
    """Mark the message that a returned one is about; None where it is none of ours, or nothing that failed."""
    returned = returned_read(raw)
    if returned is None:
        return None
    message = Message.objects.filter(message_id__in=returned.message_ids).first()
    if message is None:
        return None
    try:
        return message_came_back(message=message, said=returned.said, now=now)
    except MessageMovedOn:  # read twice, or decided meanwhile
        return message


def _groups(report: EmailMessage) -> list[EmailMessage]:
    held = report.get_payload()
    return [cast("EmailMessage", each) for each in held] if isinstance(held, list) else []


def _ids(mail: EmailMessage) -> Iterator[str]:
    """Yield the Message-IDs of what is returned with the report, whole or as its headers, and of what it answers."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            headers = message_from_string(str(part.get_payload()), policy=default)
            yield str(headers.get("Message-ID", "")).strip()
        elif part is not mail and part.get("Message-ID"):
            yield str(part["Message-ID"]).strip()
    yield from f"{mail.get('In-Reply-To', '')} {mail.get('References', '')}".split()
