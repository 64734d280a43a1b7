"""What is noted when somebody reads of a student's contacts, and of whom they may read."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils import timezone

from contacts.models import Contact
from contacts.querysets import ContactQuerySet
from contacts.reading import Reader
from contacts.summaries.contact_record import with_people
from contacts.summaries.shares import colleagues_of
from pastoral.core.access import access_note, access_notes
from pastoral.core.models import AccessRecord, User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from students.models import Student
from students.scopes import scope_of
from students.staff import giving


def reading_noted(request: StaffRequest, student: int, reason: str) -> None:
    """Note the reading of one student's contacts, when a page is opened."""
    if request.method == "GET":
        access_note(
            user=request.user,
            kind=AccessRecord.Kind.PAGE,
            subject=f"student:{student}",
            reason=reason,
            path=request.get_full_path(),
        )


def letters_noted(request: StaffRequest, students: Iterable[int]) -> None:
    """Note that letters about these students were read before they are made: they tell of marks and behaviour."""
    if request.method == "GET":
        reason = ", ".join(map(str, scope_of(request.user).assignments))
        access_notes(
            user=request.user,
            kind=AccessRecord.Kind.PAGE,
            reasons={f"student:{key}": reason for key in students},
            path=request.get_full_path(),
        )


def contact_or_404(request: StaffRequest, pk: int) -> tuple[Any, Reader]:
    """Return a contact of a student of theirs, with its people, and the person as its reader."""
    contacts = with_people(Contact.objects.visible_to(request.user)).select_related("withdrawn_by", "next_done_by")
    contact = contacts.filter(pk=pk).first()
    if contact is None:
        raise Http404("no such contact about a student of theirs")
    return contact, Reader.of(request.user, [contact])


def reason_of(reader: Reader, student: int) -> str:
    """Return why the person may read of the student."""
    who = reader.students.get(student)
    return who.reason if who else ""


def colleagues_over(reader: Reader, student: int) -> tuple[list[tuple[str, User]], list[User]]:
    """Return with whom an entry can be shared, as job and person, and those who log contacts about the student."""
    who = reader.students[student]
    gives = giving(Right.LOG_CONTACTS, year=who.year or 0, tutor_group=who.tutor_group_id, has_sen=True)
    to_ask, over = colleagues_of(gives, timezone.localdate())
    return [(job, each) for job, each in to_ask if each.pk != reader.user.pk], over


def contacts_about(user: User, student: Student | int) -> ContactQuerySet:
    """Return the contacts about a student that the person may know of."""
    return with_people(Contact.objects.visible_to(user).standing(student=student))
