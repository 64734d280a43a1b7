"""Leave: what a parent asks for, and what becomes of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from attendance.codes import Code
from attendance.forms.spans import SPAN_FIELDS, SpanForm, ToldForm, code_choices, day_field, text_field
from attendance.services.leave import Decision


class LeaveForm(ToldForm):
    """A parent's request for leave."""

    code = forms.TypedChoiceField(label="Asked for as", coerce=int)
    asked_on = day_field("Asked on", help_text="The day the parent asked, not the day you put it in.")
    note = text_field("Reason the parent gave", rows=3)

    def __init__(self, *args: Any, codes: Sequence[Code], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["told_by"].label = "Asked by"
        self.fields["code"].choices = code_choices(codes)  # type: ignore[attr-defined]
        self.fields["asked_on"].initial = today
        self._today = today

    def layout(self) -> Layout:
        """Return when first, then who asked and why."""
        asked = Div("told_by", "told_other", "asked_on", css_class="form-grid")
        return Layout(SPAN_FIELDS, asked, "code", "note")

    def clean_asked_on(self) -> date:
        """Refuse a day to come."""
        asked: date = self.cleaned_data["asked_on"]
        if asked > self._today:
            raise forms.ValidationError("That day is still to come.")
        return asked


class DecideForm(SpanForm):
    """What becomes of a request for leave."""

    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[
            (Decision.GRANT.value, "Grant all of it"),
            (Decision.PART.value, "Grant these days only, refuse the rest"),
            (Decision.REFUSE.value, "Refuse: G if it is taken"),
        ],
        error_messages={"required": "Choose what you decide."},
    )
    code = forms.TypedChoiceField(label="Granted as", coerce=int)
    reason = text_field("Reason", required=False, help_text="Wanted unless all of it is granted; the parent is told.")

    def __init__(self, *args: Any, codes: Sequence[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = code_choices(codes)  # type: ignore[attr-defined]
        self.fields["starts_on"].label = "Granted from"
        self.fields["ends_on"].label = "Granted up to"

    def layout(self) -> Layout:
        """Return the decision first; the dates only matter to a part."""
        return Layout("decision", SPAN_FIELDS, "code", "reason")
