"""Enquiries as people put them in: taken in, put right, passed on, closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from behaviour.forms.rooms import TimeInput
from contacts.forms.contacts import day_input
from contacts.models import Channel, Enquiry
from contacts.services.enquiries import Sender, Taken
from contacts.summaries.carers import Carer
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.models import User
from students.models import ParentCarer, Student

OTHER = "other"
Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]


class EnquiryFacts(forms.Form):
    """What is taken down. carers: of the student, if one is chosen; barred ones may have rung, too.

    now: when it was taken in, at the latest now. came_at: when it came, as the record has it to the second.
    """

    from_whom = forms.ChoiceField(
        label="Who from", required=False, error_messages={"invalid_choice": "Choose who it is from."}
    )
    from_name = forms.CharField(label="Name", max_length=120, required=False)
    reply_to = forms.CharField(
        label="Answer to",
        max_length=254,
        required=False,
        help_text="A number or address, if not the one on record.",
    )
    channel = forms.ChoiceField(label="How it came", choices=Channel, initial=Channel.PHONE)
    topic = forms.ChoiceField(label="About", choices=Enquiry.Topic, initial=Enquiry.Topic.OTHER)
    is_urgent = forms.BooleanField(label="Urgent", required=False)
    words = forms.CharField(
        label="What they asked or said",
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Write down what they asked or said."},
    )
    received_on = forms.DateField(label="Received on", widget=day_input())
    received_time = forms.TimeField(label="At", widget=TimeInput(format="%H:%M"))

    def __init__(
        self,
        *args: Any,
        student: Student | None,
        carers: Sequence[Carer],
        now: datetime,
        came_at: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.student, self.carers, self.now, self.came_at = student, carers, now, came_at
        choices = [*((str(each.parent_carer_id), each.name) for each in carers), (OTHER, "Somebody else")]
        fields: dict[str, Any] = self.fields
        fields["from_whom"].choices = choices
        at = timezone.localtime(now)
        self.initial.setdefault("received_on", at.date())
        self.initial.setdefault("received_time", at.time())
        chosen = str(self.initial.get("from_whom", ""))
        is_nobody = chosen == OTHER and not self.initial.get("from_name")  # as before the student was looked up
        if is_nobody or chosen not in dict(choices):
            self.initial["from_whom"] = next((value for value, _ in choices), OTHER)

    @property
    def people(self) -> list[tuple[Carer, bool]]:
        """Return the student's people, in the order of contact, with who is chosen."""
        chosen = str(self["from_whom"].value() or "")
        return [(each, str(each.parent_carer_id) == chosen) for each in self.carers]

    @property
    def is_other(self) -> bool:
        """Test for somebody by name, as is everybody while no student is known."""
        return not self.carers or str(self["from_whom"].value() or "") == OTHER

    def clean(self) -> dict[str, Any]:
        """Refuse an enquiry from nobody, and one received in the time to come."""
        data = super().clean() or self.cleaned_data
        chosen = data.get("from_whom") or OTHER
        if "from_whom" not in self.errors and chosen == OTHER and not data.get("from_name"):
            self.add_error("from_name", "Write who it is from.")
        if data.get("received_on") and data.get("received_time") and self._received(data) > self.now:
            self.add_error("received_on", "It cannot have come later than it is taken in.")
        return data

    def taken(self) -> Taken:
        """Return what is taken down, once the form is valid."""
        data = self.cleaned_data
        is_other = (data["from_whom"] or OTHER) == OTHER
        person = None if is_other else ParentCarer.objects.get(pk=int(data["from_whom"]))
        return Taken(
            sender=Sender(self.student, person, data["from_name"] if is_other else ""),
            received_at=self._received(data),
            channel=data["channel"],
            topic=data["topic"],
            words=data["words"],
            is_urgent=data["is_urgent"],
            reply_to=data["reply_to"],
        )

    def _received(self, data: dict[str, Any]) -> datetime:
        """Return when it came; said to the minute, and to the second where the record knows."""
        said = timezone.make_aware(datetime.combine(data["received_on"], data["received_time"]))
        exact = (each for each in (self.came_at, self.now) if each and _minute(each) == _minute(said))
        return next(exact, said)


def _minute(at: datetime) -> datetime:
    return timezone.localtime(at).replace(second=0, microsecond=0)


class OwnedForm(forms.Form):
    """Whose an enquiry is, and when it is followed up. owners: whoever may look after it, in groups."""

    owner = forms.ChoiceField(label="Who looks after it")
    follow_up_on = forms.DateField(label="Follow up on", required=False, widget=day_input())

    def owned_by(self, owners: Groups) -> None:
        """Offer these owners."""
        fields: dict[str, Any] = self.fields
        fields["owner"].choices = list(owners)

    def owner_chosen(self) -> User:
        """Return the owner, once the form is valid."""
        return User.objects.get(pk=int(self.cleaned_data["owner"]))


class EnquiryForm(EnquiryFacts, OwnedForm, OnceForm):
    """An enquiry taken in at one go; all but who and what has a value before anybody types."""

    def __init__(self, *args: Any, owners: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owned_by(owners)


class EnquiryEditForm(EnquiryFacts, GuardedForm):
    """An enquiry put right, or put to a student."""

    submit_label = "Save"


class PassForm(OwnedForm, GuardedForm):
    """An enquiry passed to another owner, or its follow-up moved."""

    submit_label = "Save"

    def __init__(self, *args: Any, owners: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owned_by(owners)


class CloseForm(BaseForm):
    """What came of an enquiry."""

    submit_label = "Close it"

    outcome = forms.CharField(
        label="What came of it",
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Nothing is closed without an outcome: write what came of it."},
    )
