"""What can show that an action was done: contacts, letters and files about its student since it was set."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from attendance.summaries.reach import reached
from contacts.models import Contact, LetterCopy
from interventions.models import Action, Attachment
from interventions.summaries.files import is_file_read, with_all
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day

BEFORE = timedelta(days=14)
MOST = 20
COLUMNS: Mapping[str, str] = {"c": "evidence_contact_id", "l": "evidence_copy_id", "f": "evidence_file_id"}


def evidence_offered(user: User, action: Action) -> list[tuple[str, str]]:
    """Return what the person may point to, latest first, each as a choice with its words; five queries.

    That there was a contact is told, never what was said.
    """
    if action.student_id is None:
        return []
    since, student = action.set_at - BEFORE, action.student_id
    found: list[tuple[datetime, str, str]] = []
    contacts = Contact.objects.visible_to(user).standing(student=student, occurred_at__gte=since)
    for contact in contacts.order_by("-occurred_at")[:MOST]:
        how = f"{contact.get_channel_display()}: {contact.get_result_display().lower()}"
        found.append((contact.occurred_at, f"c{contact.pk}", how))
    copies = LetterCopy.objects.visible_to(user).filter(letter__student=student, sent_at__gte=since)
    for copy in copies.select_related("letter").order_by("-sent_at")[:MOST]:
        found.append((copy.sent_at or since, f"l{copy.pk}", f"Letter: {copy.letter.get_step_display().lower()}"))
    for file in _files(user, student, since):
        found.append((file.added_at, f"f{file.pk}", f"{file.get_kind_display()}: {file.title}"))
    found.sort(reverse=True)
    return [(choice, f"{day(timezone.localdate(at))}, {words}") for at, choice, words in found]


def _files(user: User, student: int, since: datetime) -> list[Attachment]:
    """Return the files that the person may read; of nothing else is even the title told."""
    held = Attachment.objects.visible_to(user).standing(student=student, added_at__gte=since)
    files = list(with_all(held).order_by("-added_at")[:MOST])
    who = reached(user, [student]).get(student) if files else None
    return [file for file in files if who and is_file_read(user, file, who)]


def evidence_columns(choice: str) -> dict[str, int]:
    """Return the column and key that a choice stands for; nothing for none."""
    return {COLUMNS[choice[0]]: int(choice[1:])} if choice else {}


def evidence_words(user: User, action: Action) -> str:
    """Return what shows that it was done, as far as the person may know of it; "" for nothing."""
    if action.evidence_contact_id:
        contact = Contact.objects.visible_to(user).filter(pk=action.evidence_contact_id).first()
        if contact:
            return f"{contact.get_channel_display()}, {day(timezone.localdate(contact.occurred_at))}"
    elif action.evidence_copy_id:
        copy = LetterCopy.objects.visible_to(user).filter(pk=action.evidence_copy_id).select_related("letter").first()
        if copy:
            return copy.letter.get_step_display()
    elif action.evidence_file_id:
        file = Attachment.objects.visible_to(user).filter(pk=action.evidence_file_id).first()
        if file and not file.is_restricted:
            return f"{file.get_kind_display()}, {day(file.dated_on)}"
    else:
        return ""
    return "something that is not for you to read"
