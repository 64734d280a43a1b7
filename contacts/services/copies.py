"""Copies of letters that left the school: each is a contact in the student's file by itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from contacts.models import Channel, Contact, LetterCopy, Result
from contacts.reading import purpose_of
from contacts.services.contacts import Told, With, contact_log
from pastoral.core.models import User

_COPIES = UUID("5f0c6f9e-6c0a-4d0e-9d5c-3a6e2b1f7c11")
_CHANNELS = {LetterCopy.Channel.PRINT: Channel.LETTER, LetterCopy.Channel.EMAIL: Channel.EMAIL}


def copy_sent(
    copy: LetterCopy, *, by: User, at: datetime, logged_at: datetime, number: str = "", again: Sequence[str] = ()
) -> Contact:
    """Note that the copy left, and log the contact, in the caller's transaction; done twice, the first one stands.

    number: the e-mail address used. again: what went wrong before; after each a new sending is a contact of its own,
    and so is the letter printed after its e-mail came back.
    Raises CarerBarred where a court order bars the person by now.
    """
    if copy.contact is not None:
        return copy.contact
    told = Told(
        With.carer(copy.parent_carer),
        occurred_at=at,
        channel=_CHANNELS[LetterCopy.Channel(copy.channel)],
        result=Result.SENT,
        purpose=purpose_of(copy.letter.step),
        also={"number": number},
    )
    token = uuid5(_COPIES, f"{copy.pk} {copy.channel} {len(again)}")
    (copy.contact,) = contact_log(told=told, students=[copy.letter.student], token=token, by=by, now=logged_at)
    copy.sent_at, copy.sent_by = at, by
    copy.save(update_fields=["sent_at", "sent_by", "contact"])
    return copy.contact


def copy_unsent(copy: LetterCopy, *, address: str, channel: str = "") -> None:
    """Put a copy that came back, or never left, among those to be sent again; its contact stays an attempt.

    address: where it goes then; "" for a printed one to somebody without a postal address.
    """
    copy.sent_at = copy.sent_by = copy.contact = None
    copy.address, copy.channel = address, channel or copy.channel
    copy.save(update_fields=["sent_at", "sent_by", "contact", "address", "channel"])
