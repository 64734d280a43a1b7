"""What somebody owes after their contacts: derived from the contacts, never stored beside them."""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject

from contacts.models import Contact, Purpose, Result
from contacts.querysets import ContactQuerySet
from contacts.summaries.contact_record import with_people
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import StaffAssignment, Student

MOST_ENDED = 50


def own_steps(user: User) -> ContactQuerySet:
    """Return the contacts with a next step for which this person answers."""
    return Contact.objects.visible_to(user).standing(owner=user).exclude(next_step="")


def steps_due(user: User, on: date) -> ContactQuerySet:
    """Return those whose next step is to be done by the day."""
    return own_steps(user).promised().filter(next_on__lte=on)


def steps_left(user: User, on: date) -> ContactQuerySet:
    """Return those to be done whose owner works here no more, about students of the person's desk: to be taken over."""
    return _left(user, on).promised()


def tries_left(user: User, on: date) -> ContactQuerySet:
    """Return the attempts of who works here no more after which nobody has tried again, about students of the desk."""
    return _left(user, on).to_retry()


def _left(user: User, on: date) -> ContactQuerySet:
    here = StaffAssignment.objects.in_force(on).filter(user=OuterRef("owner"), user__is_active=True)
    desk = Student.objects.with_right(user, Right.KEEP_ENQUIRIES)
    return Contact.objects.visible_to(user).standing(student__in=desk).filter(~Exists(here))


def own_tries(user: User) -> ContactQuerySet:
    """Return this person's attempts after which nobody has tried again yet."""
    return Contact.objects.visible_to(user).standing(owner=user).to_retry()


def tries_due(user: User, now: datetime) -> ContactQuerySet:
    """Return those that are due to be tried again."""
    return own_tries(user).filter(retry_at__lte=now)


def ended_tries(user: User) -> list[tuple[Any, str, str]]:
    """Return the latest attempts that were to be tried again and were, each with what ended it and who did."""
    later = Contact.objects.all().later_than_this().order_by("occurred_at")
    what = JSONObject(purpose="purpose", result="result", title="made_by__title", surname="made_by__surname")
    mine = Contact.objects.visible_to(user).standing(owner=user).exclude(retry_at=None)
    rows: Any = with_people(mine).annotate(ended_by=Subquery(later.values(row=what)[:1])).exclude(ended_by=None)
    return [(row, *_in_words(row.ended_by)) for row in rows.order_by("-occurred_at")[:MOST_ENDED]]


def _in_words(ended: dict[str, str]) -> tuple[str, str]:
    what = f"{Result(ended['result']).label}, {Purpose(ended['purpose']).label.lower()}"
    return what, f"{ended['title']} {ended['surname']}".strip()
