"""The actions of a case as one person sees them: what is late, what shows that it was done, and what could."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from contacts.models import Channel, LetterTemplate
from interventions.models import Action, StepKind
from interventions.summaries.case_records import (
    Records,
    contact_words,
    copy_words,
    file_words,
)

# How somebody was met, for a step that a contact shows.
_CHANNELS: Mapping[str, tuple[str, ...]] = {
    StepKind.CALL: (Channel.PHONE,),
    StepKind.MEETING: (Channel.MEETING, Channel.IN_PERSON),
    StepKind.HOME_VISIT: (Channel.HOME_VISIT,),
    StepKind.MEDICAL: (),
}
_LETTERS = {
    "1": LetterTemplate.Kind.ATTENDANCE_1,
    "2": LetterTemplate.Kind.ATTENDANCE_2,
    "3": LetterTemplate.Kind.ATTENDANCE_3,
}


@dataclass(frozen=True)
class ActionShown:
    """One action. late: days past its day; shows: what shows it, as words and address, "" where there is no page.

    offer: the choice that fits an open one, with its words; "" where nothing does.
    """

    row: Action
    late: int
    shows: str
    url: str
    offer: str
    offer_words: str

    @property
    def is_open(self) -> bool:
        """Test for one that is still to be done."""
        return self.row.done_on is None

    @property
    def is_dropped(self) -> bool:
        """Test for one that was said not to be needed."""
        return bool(self.row.not_needed_because)


def actions_shown(actions: Iterable[Action], records: Records, today: date) -> tuple[ActionShown, ...]:
    """Return the actions: open ones by their day, then those done, latest first."""
    shown = [_shown(action, records, today) for action in actions]
    settled = sorted((each for each in shown if not each.is_open), key=lambda each: each.row.done_on or today)
    return (*(each for each in shown if each.is_open), *reversed(settled))


def _shown(action: Action, records: Records, today: date) -> ActionShown:
    words, url = _evidence(action, records)
    offer, offer_words = ("", "") if action.done_on else _offer(action, records)
    late = max((today - action.due_on).days, 0) if action.done_on is None else 0
    return ActionShown(action, late, words, url, offer, offer_words)


def _evidence(action: Action, records: Records) -> tuple[str, str]:
    """Return what shows it in words, and its address; of what the person may not read, only that there is something."""
    if action.evidence_contact_id:
        contact = next((each for each in records.contacts if each.row.pk == action.evidence_contact_id), None)
        if contact:
            return contact_words(contact), reverse("contacts:contact_detail", args=[contact.row.pk])
    elif action.evidence_copy_id:
        copy = next((each for each in records.copies if each.pk == action.evidence_copy_id), None)
        if copy:
            return copy_words(copy), reverse("contacts:letter_detail", args=[copy.letter_id])
    elif action.evidence_file_id:
        file = next((each for each in records.files if each.pk == action.evidence_file_id), None)
        if file:
            return file_words(file), reverse("interventions:file_get", args=[file.pk])
    else:
        return "", ""
    return "what shows it is not for you to read", ""


def _offer(action: Action, records: Records) -> tuple[str, str]:
    """Return what was done since the action was set and fits its kind, as a choice with its words."""
    since = timezone.localdate(action.set_at)
    if action.kind == StepKind.LETTER:
        step = next((kind for number, kind in _LETTERS.items() if number in action.what), None)
        for copy in records.copies:
            is_since = copy.sent_at is not None and timezone.localdate(copy.sent_at) >= since
            if is_since and step in (None, copy.letter.step):
                return f"l{copy.pk}", copy_words(copy)
        return "", ""
    channels = _CHANNELS.get(action.kind, ())
    for each in records.contacts:
        if each.row.channel in channels and timezone.localdate(each.row.occurred_at) >= since:
            return f"c{each.row.pk}", contact_words(each)
    return "", ""
