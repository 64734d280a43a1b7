"""A planned absence, new dates for any plan, and taking one back."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from attendance.codes import Code
from attendance.forms.codes import code_choices
from attendance.forms.spans import OTHER_TELLER, SPAN_FIELDS, OpenForm, ToldForm, day_field, text_field


class PlannedForm(ToldForm):
    """A planned absence or activity."""

    code = forms.TypedChoiceField(label="What for", coerce=int)
    note = text_field("Note", required=False, help_text="Why, and what the register should know.")

    def __init__(self, *args: Any, codes: Sequence[Code], **kwargs: Any) -> None:
        super().__init__(*args, is_optional=True, **kwargs)
        self.fields["code"].choices = [("", "Choose"), *code_choices(codes)]  # type: ignore[attr-defined]

    def layout(self) -> Layout:
        """Return what for first, then when, then who said so."""
        told = Div("told_by", OTHER_TELLER, css_class="form-grid")
        return Layout("code", SPAN_FIELDS, told, "note")


class MoveForm(OpenForm):
    """New dates for a part-time timetable or a placement."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=60)
    ends_on = day_field("Last day", help_text="Later extends it, earlier ends it.")
    review_on = day_field("Next review")
    reason = text_field("What the review decided, or why the dates change")

    def layout(self) -> Layout:
        """Return the two days side by side."""
        return Layout("seen", Div("ends_on", "review_on", css_class="form-grid"), "reason")


class WithdrawForm(OpenForm):
    """Why a plan is taken back."""

    reason = text_field("Why it is withdrawn")
