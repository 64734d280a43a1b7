"""An event that families are asked to."""

from collections.abc import Sequence
from typing import Any

from django import forms

from contacts.forms.seen import day_field
from contacts.services.events import Occasion
from pastoral.core.forms import OnceForm


class EventForm(OnceForm):
    """What it is, when and where, and which year or tutor groups are asked."""

    submit_label = "Save and ask them"

    name = forms.CharField(label="What", max_length=120, help_text="For instance: Year 9 parents’ evening.")
    held_on = day_field("Day")
    starts_at = forms.TimeField(label="From", required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    place = forms.CharField(label="Where", max_length=80, required=False)
    asked = forms.MultipleChoiceField(
        label="Who is asked",
        error_messages={"required": "Choose whom to ask."},
        widget=forms.CheckboxSelectMultiple,
        help_text="Whole years or tutor groups.",
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["asked"].choices = choices

    def occasion(self) -> Occasion:
        """Return what is told of the event."""
        data = self.cleaned_data
        return Occasion(data["name"], data["held_on"], data["starts_at"], data["place"])
