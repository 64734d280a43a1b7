"""From when to when, and told by whom: what the forms of everything planned have in common."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms

from attendance.summaries.plan_offers import Carer
from attendance.summaries.planned import Span
from pastoral.core.forms import BaseForm
from pastoral.core.words import plain

OTHER = "other"


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field for a day, which browsers show as a calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    wrong = {"invalid": "Put in a day that exists, such as 23/11/2026.", "required": "Put in a day."}
    formats = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
    return forms.DateField(
        label=label, required=required, widget=widget, help_text=help_text, error_messages=wrong, input_formats=formats
    )


def text_field(label: str, *, rows: int = 2, required: bool = True, help_text: str = "") -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=1000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": "Write a few words here: they stay with it."},
    )


def session_field(label: str, default: str) -> forms.ChoiceField:
    """Return a field for morning or afternoon; the default is taken where nothing is chosen."""
    choices = [("AM", "Morning"), ("PM", "Afternoon")]
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=str, initial=default, empty_value=default, required=False
    )


class OpenForm(BaseForm):
    """A form whose tag and buttons are the page's, so that other things can be sent with it."""

    @property
    def helper(self) -> FormHelper:
        """Return the layout without the form's tag and buttons."""
        helper = super().helper
        helper.form_tag = False
        helper.inputs = []
        helper.layout = self.layout()
        return helper

    def layout(self) -> Layout:
        """Return the fields in the order of the page."""
        return Layout(*self.fields)


class SpanForm(OpenForm):
    """From one session to another; no last day means the same day."""

    starts_on = day_field("First day")
    starts_session = session_field("from its", "AM")
    ends_on = day_field("Last day", required=False, help_text="Leave empty for one day.")
    ends_session = session_field("to the end of its", "PM")

    @property
    def span(self) -> Span:
        """The span that the form says."""
        data = self.cleaned_data
        ends_on = data.get("ends_on") or data["starts_on"]
        return Span(data["starts_on"], data["starts_session"], ends_on, data["ends_session"], self.week)

    @property
    def week(self) -> list[str]:
        """Which of the week's sessions it covers; empty for all."""
        return list(self.cleaned_data.get("sessions", []))

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("starts_on") and not self.errors and not self.span.is_in_order:
            is_one_day = self.span.starts_on == self.span.ends_on
            field, words = ("ends_session", BACKWARDS) if is_one_day else ("ends_on", "It has to end after it begins.")
            self.add_error(field, words)
        return cleaned


BACKWARDS = "A day that begins with its afternoon cannot end with its morning: choose Afternoon, or put in a last day."
_SPAN_WORDS = '<p class="form-text" data-span-words role="status">One day, morning to afternoon, is the whole day.</p>'
SPAN_FIELDS = Div(
    Div("starts_on", "starts_session", "ends_on", "ends_session", css_class="form-grid"),
    HTML(_SPAN_WORDS),
    data_span="",
)
OTHER_TELLER = Div("told_other", data_only_if=f"told_by:{OTHER}")


class ToldForm(SpanForm):
    """A span that one of the student's parents told or asked for, or somebody else."""

    told_by = forms.ChoiceField(label="Told by")
    told_other = forms.CharField(
        label="Somebody else: who",
        required=False,
        max_length=100,
        help_text="Name and what they are to the student.",
    )

    def __init__(self, *args: Any, carers: Sequence[Carer], is_optional: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = [("", "Nobody: the school's own")] if is_optional else []
        choices = [(carer.name[:100], carer.words) for carer in carers]
        self.fields["told_by"].choices = [*nobody, *choices, (OTHER, "Somebody else")]  # type: ignore[attr-defined]
        self.fields["told_by"].required = not is_optional

    @property
    def teller(self) -> str:
        """Who told, in words."""
        chosen: str = self.cleaned_data["told_by"]
        return plain(self.cleaned_data["told_other"]) if chosen == OTHER else chosen

    def clean(self) -> dict[str, Any]:
        """Want a name where it was somebody else."""
        cleaned = super().clean()
        if cleaned.get("told_by") == OTHER and not plain(cleaned.get("told_other", "")):
            self.add_error("told_other", "Say who it was.")
        return cleaned
