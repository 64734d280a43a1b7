"""What the sender of an enquiry is told: the words of the school's own letter of that kind, as it keeps them."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from contacts.merging import fields_in, merged
from contacts.models import Channel, Enquiry, LetterTemplate
from contacts.summaries.carers import salutation_of
from contacts.summaries.letter_facts import long_day, sender_facts
from pastoral.core.models import User
from students.models import Enrolment, Student

A_CHILD = "your child"  # of whom nobody knows yet which


class NoTemplate(Exception):
    """The school keeps no letter that acknowledges; the message is fit for the page."""


@dataclass(frozen=True)
class ReplyWords:
    """Subject and words, with every field filled in."""

    subject: str
    body: str


def reply_words(enquiry: Enquiry, *, by: User, today: date) -> ReplyWords:
    """Return what the sender is told in writing: that it came and who looks after it, nothing of what was asked.

    A letter in use goes before one that is not. Raises NoTemplate.
    """
    kept = LetterTemplate.objects.filter(kind=LetterTemplate.Kind.ACKNOWLEDGEMENT).order_by("-is_active", "pk").first()
    if kept is None:
        raise NoTemplate("No letter acknowledges enquiries: write one among the templates of letters first.")
    values = _values(enquiry, by, today, fields_in(kept.subject + kept.body))
    return ReplyWords(" ".join(merged(kept.subject, values).split())[:160], merged(kept.body, values).strip())


def _values(enquiry: Enquiry, by: User, today: date, wanted: frozenset[str]) -> dict[str, str]:
    received = timezone.localdate(enquiry.received_at)
    return {
        **sender_facts(by, today),
        **_of_student(enquiry.student, today, with_place=bool(wanted & _OF_PLACE)),
        "carer.name": salutation_of(enquiry.parent_carer) if enquiry.parent_carer else enquiry.from_name,
        "period.first": long_day(received),
        "period.last": long_day(received),
        "enquiry.received": f"{received:%A} {received.day} {received:%B}",
        "enquiry.owner": enquiry.owner.formal_name,
    }


_OF_PLACE = frozenset({"student.year", "student.tutor_group"})


def _of_student(student: Student | None, today: date, *, with_place: bool) -> dict[str, str]:
    names = ("student.forename", "student.full_name", "student.year", "student.tutor_group")
    if student is None:
        return dict(zip(names, (A_CHILD, A_CHILD, "", ""), strict=True))
    place = _place(student, today) if with_place else ("", "")
    return dict(zip(names, (student.forename, student.full_name, *place), strict=True))


def _place(student: Student, today: date) -> tuple[str, str]:
    spells = Enrolment.objects.filter(student=student, starts_on__lte=today).select_related("tutor_group")
    spell = spells.order_by("-starts_on").first()
    return (str(spell.year_group_id), str(spell.tutor_group or "")) if spell else ("", "")


def usual_reply(enquiry: Enquiry) -> str:
    """Return how one answers to what came in so: a call by a call, an e-mail by an e-mail."""
    if enquiry.channel in (Channel.EMAIL, Channel.TEXT, Channel.IN_PERSON):
        return str(enquiry.channel)
    return Channel.IN_PERSON if enquiry.channel in (Channel.MEETING, Channel.HOME_VISIT) else Channel.PHONE
