"""One step of the ladder of first-day calls, as the school sets it."""

from typing import Any, Self

from django import forms

from contacts.models import CallingStep
from pastoral.core.forms import GuardedForm

FACTS = ("kind", "label", "starts_at", "first_day", "is_on")


class StepForm(GuardedForm):
    """What is done, what it is called, from when on."""

    submit_label = "Save the step"

    kind = forms.ChoiceField(label="What is done", choices=CallingStep.Kind.choices)
    label = forms.CharField(label="What it is called", max_length=120)
    starts_at = forms.TimeField(
        label="From",
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text="While nobody knows why the student is absent.",
        error_messages={"invalid": "Put in a time such as 11:00.", "required": "Put in a time such as 11:00."},
    )
    first_day = forms.IntegerField(
        label="On school day … of the absence",
        min_value=1,
        max_value=200,
        initial=1,
        help_text="1 is its first day.",
        error_messages={"min_value": "The first school day of an absence is day 1.", "max_value": "At most 200."},
    )
    is_on = forms.BooleanField(label="In use", required=False, initial=True)

    @classmethod
    def of(cls, facts: dict[str, Any], version: str, data: Any = None) -> Self:
        """Return the form filled with the step as it stands; empty facts for a new one."""
        return cls(data, initial=facts | {"seen": version})

    @property
    def facts(self) -> dict[str, Any]:
        """What the step shall be."""
        return {name: self.cleaned_data[name] for name in FACTS}
