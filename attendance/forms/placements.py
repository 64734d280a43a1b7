"""A placement elsewhere."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from attendance.codes import Code
from attendance.forms.spans import code_choices, text_field
from attendance.forms.weeks import GRID, WeekForm


class PlacementForm(WeekForm):
    """A placement elsewhere."""

    code = forms.TypedChoiceField(label="Kind", coerce=int)
    provider = forms.CharField(label="Provider or school", max_length=100)
    telephone = forms.CharField(
        label="Telephone", max_length=30, help_text="Whom to ring each day the student is expected there."
    )
    note = text_field("Note", required=False, help_text="What the student does there, and who answers for it.")
    grid_title = "Sessions at the provider"

    def __init__(self, *args: Any, codes: Sequence[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = code_choices(codes)  # type: ignore[attr-defined]
        self.fields["ends_on"].initial = None

    def layout(self) -> Layout:
        """Return where first, then the week, then the dates."""
        place = Div("provider", "telephone", css_class="form-grid")
        dates = Div("starts_on", "ends_on", "review_on", css_class="form-grid")
        return Layout("code", place, GRID, dates, "note")
