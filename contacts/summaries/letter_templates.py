"""The templates and rules that a school keeps, and one template filled in for one student."""

from datetime import date

from django.db.models import QuerySet

from contacts.merging import example_values, merged
from contacts.models import LetterRule, LetterTemplate
from contacts.summaries.letter_preview import preview_of
from contacts.summaries.letter_previewed import Asked, CopyPreview
from pastoral.core.models import User
from students.summaries import SchoolCalendar


def templates_held() -> QuerySet[LetterTemplate]:
    """Return every template, those in use first."""
    return LetterTemplate.objects.order_by("-is_active", "kind", "name")


def templates_to_send() -> QuerySet[LetterTemplate]:
    """Return those that batches are made from; an acknowledgement goes with its enquiry."""
    return LetterTemplate.objects.active().exclude(kind=LetterTemplate.Kind.ACKNOWLEDGEMENT)


def rules_held() -> QuerySet[LetterRule]:
    """Return every rule, those in use first."""
    return LetterRule.objects.select_related("template").order_by("-is_on", "template__kind", "title")


def rules_to_send() -> QuerySet[LetterRule]:
    """Return those that batches are made by."""
    return LetterRule.objects.active().order_by("template__kind", "title")


def changes_of(held: LetterTemplate | LetterRule | None) -> int:
    """Return how often the record was changed since it was made."""
    events = getattr(held, "events", None)
    return events.count() if events is not None else 0


def example_of(template: LetterTemplate) -> tuple[str, str]:
    """Return subject and body with an example in every field."""
    values = example_values()
    return merged(template.subject, values), merged(template.body, values)


def filled_in(template: LetterTemplate, student: int, *, by: User, today: date) -> CopyPreview | None:
    """Return the template as the first person to write to about the student would have it; None where there is none."""
    asked = Asked(template, None, (student,), by, today, reach="all")
    letters = preview_of(asked, SchoolCalendar.load(), is_trial=True).letters
    copies = [copy for letter in letters for copy in letter.copies]
    return copies[0] if copies else None
