"""A part-time timetable as it was agreed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from attendance.forms.spans import day_field, text_field
from attendance.forms.weeks import GRID, WeekForm
from attendance.summaries.plan_offers import Carer


class PartTimeForm(WeekForm):
    """A part-time timetable as it was agreed."""

    agreed_with = forms.ChoiceField(label="Agreed with", help_text="A parent the student lives with.")
    agreed_on = day_field("Agreed on")
    note = text_field("Why a part-time timetable")
    plan = text_field("How full time is reached again", help_text="Steps and dates: it cannot go on without an end.")
    grid_title = "Sessions away from school (C2)"

    def __init__(self, *args: Any, carers: Sequence[Carer], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        living = [(carer.name[:100], carer.words) for carer in carers if carer.lives_with]
        self.fields["agreed_with"].choices = living  # type: ignore[attr-defined]
        if not living:
            self.fields[
                "agreed_with"
            ].help_text = (
                "No parent is recorded as living with this student. Have the student's record put right first."
            )
        self.fields["agreed_on"].initial = today

    def layout(self) -> Layout:
        """Return the week first, then dates, then who agreed and why."""
        dates = Div("starts_on", "ends_on", "review_on", css_class="form-grid")
        agreed = Div("agreed_with", "agreed_on", css_class="form-grid")
        return Layout(GRID, dates, agreed, "note", "plan")

    @property
    def whole_note(self) -> str:
        """Why, and how full time is reached again, as the plan keeps them."""
        return f"{self.cleaned_data['note']}\n\nBack to full time: {self.cleaned_data['plan']}"
