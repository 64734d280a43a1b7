"""Numbers that were found to be wrong and still stand on a carer's record: the office puts them right in the MIS."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from contacts.models import Contact, Result
from contacts.querysets import ContactQuerySet
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """One number of one carer, as somebody found it last; never what was said."""

    student_id: int
    student: str
    admission_number: str
    carer: str
    number: str
    found_by: str
    found_at: datetime


def wrong_numbers(user: User) -> ContactQuerySet:
    """Return the last contact with each wrong number that still stands, of the person's students.

    Whoever imports sees all of them, without anything else about a student. It ends when the record says otherwise, or
    when somebody was reached by that number after all.
    """
    wrong = Contact.objects.standing(result=Result.WRONG_NUMBER, party="carer").exclude(number="")
    if not user.may(Right.IMPORT_FILES):
        wrong = wrong.visible_to(user)
    same = Contact.objects.standing(parent_carer=OuterRef("parent_carer"), number=OuterRef("number"))
    reached = same.reached().filter(occurred_at__gt=OuterRef("occurred_at"))
    is_later = Q(occurred_at__gt=OuterRef("occurred_at")) | Q(
        occurred_at=OuterRef("occurred_at"), pk__gt=OuterRef("pk")
    )
    newer = same.filter(is_later, result=Result.WRONG_NUMBER)
    places = ("parent_carer__mobile", "parent_carer__telephone", "parent_carer__email")
    still = reduce(or_, (Q(**{place: F("number")}) for place in places))
    on_roll = Student.objects.on_roll(timezone.localdate()).filter(pk=OuterRef("student"))
    return wrong.filter(still, Exists(on_roll), ~Exists(reached), ~Exists(newer)).order_by("-occurred_at", "-pk")


def wrong_numbers_shown(user: User) -> list[WrongNumber]:
    """Return the wrong numbers, the last found first, in one query."""
    held = wrong_numbers(user).select_related("student", "parent_carer", "made_by")
    return [
        WrongNumber(
            each.student_id,
            each.student.sort_name,
            each.student.admission_number,
            str(each.parent_carer),
            each.number,
            each.made_by.formal_name,
            each.occurred_at,
        )
        for each in held
    ]
