"""Leave: what a parent asks for, and what becomes of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms

from attendance.codes import Code
from attendance.forms.codes import code_choices
from attendance.forms.spans import OTHER_TELLER, SPAN_FIELDS, SpanForm, ToldForm, day_field, text_field
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
        asked = Div("told_by", OTHER_TELLER, "asked_on", css_class="form-grid")
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
        """Return the decision first; the days matter only to a part, the code only to what is granted."""
        days = Fieldset(_LEGEND, SPAN_FIELDS, data_only_if="decision:part")
        return Layout("decision", days, Div("code", data_only_if="decision:grant,part"), "reason")

    def clean(self) -> dict[str, Any]:
        """Drop what the decision does not need, whatever was left in it."""
        cleaned = super().clean()
        decision = cleaned.get("decision")
        unneeded = () if decision == Decision.PART else ("starts_on", "starts_session", "ends_on", "ends_session")
        for name in (*unneeded, *(("code",) if decision == Decision.REFUSE else ())):
            self.errors.pop(name, None)
        return {"code": self.initial.get("code"), **cleaned}


_LEGEND = 'The days granted <span class="without-script">– only if you grant these days and refuse the rest</span>'
