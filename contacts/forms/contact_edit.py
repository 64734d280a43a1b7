"""Putting a contact right, passing it on, sharing it, and answering one that was shared."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from contacts.forms.contacts import OF_A_VISIT, OF_AN_AGENCY, ContactForm, moment_of
from contacts.models import Channel, Contact, Direction, Party, Result
from contacts.services.contact_edit import FACTS, contact_version
from pastoral.core.forms import BaseForm, GuardedForm
from pastoral.core.models import User
from pastoral.core.staff_names import names_apart, offer
from students.models import ParentCarerLink

ASKED = (
    "direction",
    "channel",
    "result",
    "purpose",
    "outcome",
    "narrative",
    "is_restricted",
    "retry_on",
    "retry_time",
    "next_step",
    "next_on",
    "visited_by",
    "who_answered",
    "safety_note",
    "shared",
    "basis",
    "reference",
    "occurred_on",
    "occurred_time",
)


class ContactEditForm(GuardedForm):
    """A contact as it stands, to be put right. With whom it was stays: another person is another contact."""

    submit_label = "Save"
    is_kept = True

    def __init__(self, data: Any, *, contact: Contact, colleagues: Sequence[User]) -> None:
        went = list(contact.visited_by.values_list("pk", flat=True))
        super().__init__(data, initial=_initial(contact, went))
        self.contact = contact
        for name in ASKED:
            if contact.party == Party.AGENCY or name not in OF_AN_AGENCY:
                self.fields[name] = ContactForm.base_fields[name].__deepcopy__({})
        held = User.objects.filter(pk__in=[*went, *(user.pk for user in colleagues)])
        offer(self.fields["visited_by"], held.order_by("surname", "forename", "pk"))

    def clean(self) -> dict[str, Any]:
        """Check what belongs together, as the form that logs it does."""
        data = super().clean() or self.cleaned_data
        day, at = data.get("occurred_on"), data.get("occurred_time")
        if day and at:
            data["occurred_at"] = _exact(moment_of(day, at), self.contact.occurred_at)
            if data["occurred_at"] > self.contact.logged_at:
                self.add_error("occurred_on", "It was logged before that: it cannot have happened later.")
        if bool(data.get("next_step")) != bool(data.get("next_on")) and not self.errors.get("next_on"):
            self.add_error("next_on", "A next step needs its date, and a date its step.")
        if data.get("direction") == "out" and self._is_barred():
            self.add_error("direction", "A court order bars them: they may ring the school, and are not called.")
        return data

    def _is_barred(self) -> bool:
        """Test for one that came in from somebody whom a court order barred then, or bars by now."""
        contact = self.contact
        if contact.party != Party.CARER or contact.direction == Direction.OUT:
            return False
        links = ParentCarerLink.objects.filter(student=contact.student_id, parent_carer=contact.parent_carer_id)
        return not contact.is_with_carer or links.filter(has_court_order=True).exists()

    def facts(self) -> dict[str, Any]:
        """Return the facts as they shall be, once the form is valid."""
        data = self.cleaned_data
        facts = {name: data[name] if name in data else getattr(self.contact, name) for name in FACTS}
        facts["retry_at"] = None
        if data["result"] not in (Result.REACHED, Result.SENT) and data["retry_on"]:
            said = moment_of(data["retry_on"], data["retry_time"] or data["occurred_time"])
            facts["retry_at"] = _exact(said, self.contact.retry_at)
        if data["result"] != Result.REACHED:
            facts["outcome"] = ""
        if data["channel"] != Channel.HOME_VISIT:
            facts |= dict.fromkeys(OF_A_VISIT, "")
        return facts

    def visitors(self) -> list[int]:
        """Return the keys of who went, on a home visit."""
        is_visit = self.cleaned_data["channel"] == Channel.HOME_VISIT
        return [user.pk for user in self.cleaned_data["visited_by"]] if is_visit else []


def _initial(contact: Contact, went: list[int]) -> dict[str, Any]:
    occurred = timezone.localtime(contact.occurred_at)
    retry = timezone.localtime(contact.retry_at) if contact.retry_at else None
    return {
        **{name: getattr(contact, name) for name in FACTS},
        "seen": contact_version(contact, went),
        "visited_by": went,
        "occurred_on": occurred.date(),
        "occurred_time": occurred.time().replace(second=0, microsecond=0),
        "retry_on": retry.date() if retry else None,
        "retry_time": retry.time() if retry else None,
    }


def _exact(said: datetime, held: datetime | None) -> datetime:
    """Return the moment to the second as the record has it, where the minute, which the form says, did not change."""
    held_minute, said_minute = (at and at.replace(second=0, microsecond=0) for at in (held, said))
    return held if held and held_minute == said_minute else said


class PassForm(BaseForm):
    """A colleague answers for what follows."""

    submit_label = "Pass it on"

    to = forms.ModelChoiceField(User.objects.none(), label="To whom", empty_label="Choose…")

    def __init__(self, *args: Any, colleagues: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = User.objects.filter(pk__in=[user.pk for user in colleagues])
        field.choices = [("", "Choose…"), *names_apart(colleagues).items()]


class ShareForm(BaseForm):
    """An entry is shown to named colleagues, who see this one entry and nothing else of the file."""

    submit_label = "Share it"

    to = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="With whom",
        widget=forms.CheckboxSelectMultiple,
        help_text="They read this entry only.",
    )
    asks = forms.CharField(label="What is asked of them", max_length=200, required=False)

    def __init__(self, *args: Any, colleagues: list[tuple[str, User]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = User.objects.filter(pk__in=[user.pk for _job, user in colleagues])
        names = names_apart(user for _job, user in colleagues)
        field.choices = [(user.pk, f"{names[user.pk]}, {job}") for job, user in colleagues]


class ReplyForm(BaseForm):
    """What a colleague answers about an entry that was shared with them."""

    submit_label = "Answer"

    words = forms.CharField(label="Your answer", max_length=2000, widget=forms.Textarea({"rows": 3}))
