"""A needs screen: nine areas from 0 to 3, filled in under a minute."""

from collections.abc import Iterator
from typing import Any

from django import forms

from contacts.forms.agency_fields import words_field
from interventions.models import ScreenAnswer
from interventions.summaries.screens import NEEDS
from pastoral.core.forms import OnceForm

Area = ScreenAnswer.Area


class ScreenForm(OnceForm):
    """The areas, each with a note where one helps."""

    submit_label = "Save the screen"

    summary = words_field("In a sentence", "Not needed.", rows=2)
    is_restricted = forms.BooleanField(label="For few: you, and who reads restricted text", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for area in Area:
            self.fields[f"need-{area}"] = forms.TypedChoiceField(
                label=str(area.label),
                coerce=int,
                choices=NEEDS,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose 0 to 3."},
            )
            self.fields[f"note-{area}"] = forms.CharField(
                label=f"Note on {str(area.label).lower()}", max_length=200, required=False
            )

    @property
    def rows(self) -> Iterator[tuple[Any, Any]]:
        """Yield the two fields of each area."""
        for area in Area:
            yield self[f"need-{area}"], self[f"note-{area}"]

    def answers(self) -> dict[str, tuple[int, str]]:
        """Return need and note by area, once the form is valid."""
        data = self.cleaned_data
        return {str(area): (data[f"need-{area}"], data[f"note-{area}"]) for area in Area}
