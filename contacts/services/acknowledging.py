"""Telling the sender of an enquiry that it has come: logged as a contact in the student's file, never to one barred."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from contacts.models import Channel, Contact, Enquiry, Message, Outcome, Party, Purpose, Result
from contacts.services.contacts import CarerBarred, Told, With, contact_log
from contacts.services.messages import Mail, message_queue, messages_hand_over
from contacts.services.withdrawal import record_withdraw
from contacts.summaries.acknowledgement import reply_words, usual_reply
from contacts.summaries.callers import number_in
from contacts.summaries.carers import BARRED
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day as in_words
from students.models import ParentCarer, ParentCarerLink

WAYS = (Channel.PHONE, Channel.EMAIL, Channel.IN_PERSON, Channel.TEXT, Channel.LETTER)
_SPOKEN = (Channel.PHONE, Channel.IN_PERSON, Channel.MEETING, Channel.HOME_VISIT)


@dataclass(frozen=True)
class Reply:
    """How the sender is told. to: the number or address."""

    how: str
    to: str = ""


def is_barred(enquiry: Enquiry) -> bool:
    """Test for a sender whom a court order bars from the student."""
    links = ParentCarerLink.objects.filter(student=enquiry.student_id, parent_carer=enquiry.parent_carer_id)
    return bool(enquiry.student_id) and links.filter(has_court_order=True).exists()


@transaction.atomic
def enquiry_acknowledge(*, enquiry: Enquiry, reply: Reply, by: User, now: datetime) -> Enquiry:
    """Note that the sender was told, and log it as a contact once a student is known; an e-mail is sent.

    A second click, or a colleague's, changes nothing: it stays as `acknowledged_at` and `acknowledged_by` say. Raises
    CarerBarred for a sender, or an address, whom a court order bars, and NoRecipient for an e-mail without an address,
    and NoTemplate for one without words: nothing is noted then.
    """
    held = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if held.withdrawn_at or held.acknowledged_at:
        return held
    _may_be_told(held, reply)
    held.acknowledged_at, held.acknowledged_by, held.acknowledged_how = now, by, reply.how
    held.acknowledgement = _logged(held, reply, by=by, now=now, at=now)
    held.save()
    if reply.how == Channel.EMAIL:
        _send(held, reply, by, now)
    return held


@transaction.atomic
def acknowledgement_take_back(*, enquiry: Enquiry, by: User, now: datetime) -> Enquiry:
    """Take an acknowledgement back that was noted by mistake; the contact that said so is withdrawn.

    What was sent by e-mail is sent, and a closed enquiry was answered: neither is taken back.
    """
    held = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if held.acknowledged_at is None or held.closed_at or held.acknowledged_how == Channel.EMAIL:
        return held
    if held.acknowledgement:
        because = "The enquiry was not acknowledged after all."
        record_withdraw(record=held.acknowledgement, because=because, by=by, now=now)
    _owed_again(held)
    return held


STILL_CLOSED = "It is how an enquiry was acknowledged, and that is closed: open the enquiry again first."


class StillClosed(Exception):
    """The contact is how an enquiry was acknowledged that is closed; the message is fit for the page."""


@transaction.atomic
def contact_withdraw(*, contact: Contact, because: str, by: User, now: datetime) -> None:
    """Withdraw a contact; the enquiry that it acknowledged is owed a reply again. Raises StillClosed."""
    told = Enquiry.objects.select_for_update(of=("self",)).standing(acknowledgement=contact)
    for held in told:
        if held.closed_at:
            raise StillClosed(STILL_CLOSED)
        _owed_again(held)
    record_withdraw(record=contact, because=because, by=by, now=now)


def acknowledgement_placed(*, enquiry: Enquiry, by: User, now: datetime) -> None:
    """Log in the caller's transaction what was said before anybody knew about whom, or that stood with another one.

    Where whom it is from by now was told nothing, it is owed a reply again, and open until then.
    """
    said_at = enquiry.acknowledged_at
    if said_at is None:
        return
    if not _was_told(enquiry):
        _owed_again(enquiry)
        return
    if enquiry.acknowledgement:
        because = "The enquiry was about another student or from somebody else."
        record_withdraw(record=enquiry.acknowledgement, because=because, by=by, now=now)
    enquiry.acknowledgement = None
    if enquiry.student_id and not is_barred(enquiry):
        mail = _mail_of(enquiry)
        to = mail.to if mail else enquiry.reply_to
        reply = Reply(enquiry.acknowledged_how or usual_reply(enquiry), "" if _barred_at(enquiry, to) else to)
        enquiry.acknowledgement = _logged(enquiry, reply, by=by, now=now, at=said_at)
    enquiry.save()


def _was_told(enquiry: Enquiry) -> bool:
    """Test for a sender who was told: not where it was closed for somebody barred, or somebody else had the e-mail."""
    if mail := _mail_of(enquiry):
        theirs = enquiry.parent_carer.email if enquiry.parent_carer else ""
        return _plain(mail.to) in {_plain(each) for each in (enquiry.reply_to, theirs)}
    return bool(enquiry.acknowledgement or enquiry.acknowledged_how)


def _mail_of(enquiry: Enquiry) -> Message | None:
    """Return the e-mail that acknowledged it."""
    if enquiry.acknowledged_how != Channel.EMAIL:
        return None
    return enquiry.messages.order_by("-pk").first()


def _owed_again(enquiry: Enquiry) -> None:
    """Let it be as before anybody was told; what was really sent to somebody else stays in the student's file."""
    enquiry.acknowledgement, enquiry.acknowledged_how = None, ""
    if not is_barred(enquiry):
        enquiry.closed_at, enquiry.closed_by = None, None
    if enquiry.closed_at is None:
        enquiry.acknowledged_at, enquiry.acknowledged_by = None, None
    enquiry.save()


def _logged(enquiry: Enquiry, reply: Reply, *, by: User, now: datetime, at: datetime) -> Contact | None:
    student = enquiry.student
    if student is None:
        return None
    spoken = reply.how in _SPOKEN
    told = Told(
        who=_with(enquiry),
        occurred_at=at,
        channel=reply.how,
        result=Result.REACHED if spoken else Result.SENT,
        purpose=Purpose.ENQUIRY,
        also={
            "narrative": _narrative(enquiry, reply, by, now),
            "number": reply.to,
            "outcome": Outcome.INFORMED if spoken else "",
        },
    )
    (made,) = contact_log(
        told=told,
        students=[student],
        token=uuid4(),
        by=by,
        now=now,
        abouts={student.pk: [{"enquiry": enquiry}]},
        made_by=enquiry.acknowledged_by,
        owner=enquiry.owner,
    )
    return made


def _narrative(enquiry: Enquiry, reply: Reply, by: User, now: datetime) -> str:
    """Return what the file says: of what was e-mailed its words; somebody who was spoken to heard the same."""
    if reply.how == Channel.EMAIL:
        return reply_words(enquiry, by=by, today=timezone.localdate(now)).body
    received = in_words(enquiry.received_at)
    return f"Told that what came on {received} has reached us, and that {enquiry.owner.formal_name} looks into it."


def _with(enquiry: Enquiry) -> With:
    if enquiry.parent_carer:
        return With.carer(enquiry.parent_carer)
    return With(Party.OTHER, other_name=enquiry.from_name)


def _send(enquiry: Enquiry, reply: Reply, by: User, now: datetime) -> None:
    words = reply_words(enquiry, by=by, today=timezone.localdate(now))
    mail = Mail(
        subject=words.subject,
        body=words.body,
        person=enquiry.parent_carer,
        to=reply.to,
        student=enquiry.student,
        contact=enquiry.acknowledgement,
        enquiry=enquiry,
    )
    messages_hand_over(message_queue(mail=mail, token=uuid4(), by=by, now=now))


def _may_be_told(enquiry: Enquiry, reply: Reply) -> None:
    """Refuse a sender who is barred, and a number that is only a barred person's, whoever is said to answer there."""
    if is_barred(enquiry):
        raise CarerBarred(f"{enquiry.parent_carer}: {BARRED}")
    if person := _barred_at(enquiry, reply.to):
        raise CarerBarred(f"{reply.to} belongs to {person}. {BARRED}")


def _barred_at(enquiry: Enquiry, to: str) -> ParentCarer | None:
    """Return whom a court order bars from the student and whose number or address it is, and not the sender's own."""
    if not enquiry.student_id or not to:
        return None
    sender = _reached_at(enquiry.parent_carer) if enquiry.parent_carer else set()
    links = ParentCarerLink.objects.filter(student=enquiry.student_id, has_court_order=True)
    for link in links.select_related("parent_carer"):
        theirs, used = _reached_at(link.parent_carer) - sender, _plain(to)
        if used in theirs or any(each in used for each in theirs if each.isdigit()):
            return link.parent_carer
    return None


def _reached_at(person: ParentCarer) -> set[str]:
    return {_plain(each) for each in (person.mobile, person.telephone, person.email)} - {""}


def _plain(address: str) -> str:
    """Return an address, or the digits of a number, as they are compared; words beside a number do not hide it."""
    return address.strip().casefold() if "@" in address else number_in(re.sub(r"\D", "", address))
