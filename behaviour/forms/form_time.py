"""Form time: several students of a group marked at once."""

from collections.abc import Iterable
from typing import Any

from django import forms

from behaviour.models import TutorMark
from pastoral.core.forms import BaseForm


class SeveralForm(BaseForm):
    """One matter and one note for all who are ticked."""

    submit_label = "Mark those ticked"

    kind = forms.ChoiceField(
        label="What for",
        choices=[("", "\N{EN DASH}"), *TutorMark.Kind.choices],
        error_messages={"required": "Choose what they are marked for."},
    )
    note = forms.CharField(label="A note for all of them, if you want one", max_length=300, required=False)
    student = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={
            "required": "Tick the students.",
            "invalid_choice": "Somebody ticked is no longer in the group: look through the ticks again.",
        },
    )

    def __init__(self, *args: Any, students: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["student"].choices = [(key, key) for key in students]

    @property
    def ticked(self) -> set[str]:
        """Return who was ticked, as sent: what was typed is there again after a fault."""
        return set(self["student"].value() or ())
