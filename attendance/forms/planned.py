"""What is known beforehand, as people put it in: from when to when, as which code, told by whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms

from attendance.codes import Code
from attendance.models.marks import Session
from attendance.models.planned import WEEK_SESSIONS
from attendance.services.planned import Decision
from attendance.summaries.absences import Carer
from attendance.summaries.planned import Span
from pastoral.core.forms import BaseForm
from pastoral.core.words import plain

OTHER = "other"
_GRID = HTML("{% include 'attendance/part_time_grid.html' %}")
_DAYS = (("MON", "Mon"), ("TUE", "Tue"), ("WED", "Wed"), ("THU", "Thu"), ("FRI", "Fri"))


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


def session_field(label: str) -> forms.ChoiceField:
    """Return a field for morning or afternoon."""
    return forms.ChoiceField(label=label, choices=[("AM", "Morning"), ("PM", "Afternoon")])


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
    starts_session = session_field("from")
    ends_on = day_field("Last day", required=False, help_text="Leave empty for one day.")
    ends_session = session_field("to the end of")

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
            self.add_error("ends_on", "It has to end after it begins.")
        return cleaned


_SPAN = Div("starts_on", "starts_session", "ends_on", "ends_session", css_class="form-grid")


class ToldForm(SpanForm):
    """A span that one of the student's parents told or asked for, or somebody else."""

    told_by = forms.ChoiceField(label="Told by")
    told_other = forms.CharField(
        label="Somebody else", required=False, max_length=100, help_text="Name and what they are to the student."
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


def code_choices(codes: Sequence[Code]) -> list[tuple[int, str]]:
    """Return the codes as choices: the letters and what they mean."""
    return [(code.key, f"{code.letters}  {code.meaning}") for code in codes]


class PlannedForm(ToldForm):
    """A planned absence or activity."""

    code = forms.TypedChoiceField(label="What for", coerce=int)
    note = text_field("Note", required=False, help_text="Why, and what the register should know.")

    def __init__(self, *args: Any, codes: Sequence[Code], **kwargs: Any) -> None:
        super().__init__(*args, is_optional=True, **kwargs)
        self.fields["code"].choices = [("", "Choose"), *code_choices(codes)]  # type: ignore[attr-defined]

    def layout(self) -> Layout:
        """Return what for first, then when, then who said so."""
        told = Div("told_by", "told_other", css_class="form-grid")
        return Layout("code", _SPAN, told, "note")


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
        return Layout(_SPAN, asked, "code", "note")

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
        return Layout("decision", _SPAN, "code", "reason")


class WeekForm(SpanForm):
    """Some sessions of each week, over whole days."""

    sessions = forms.MultipleChoiceField(
        choices=[(each, each) for each in WEEK_SESSIONS],
        error_messages={"required": "Tick at least one session of the week."},
    )
    review_on = day_field("First review", help_text="Before it ends; it stands on the board until then.")
    grid_title = "Sessions"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts_session", "ends_session"):
            del self.fields[name]
        self.fields["ends_on"].required = True
        self.fields["ends_on"].help_text = ""

    @property
    def span(self) -> Span:
        """Whole days from first to last, on the sessions ticked."""
        return Span(self.cleaned_data["starts_on"], "AM", self.cleaned_data["ends_on"], "PM", self.week)

    @property
    def grid(self) -> Iterator[tuple[str, list["GridBox"]]]:
        """The week as rows of boxes: mornings, then afternoons."""
        chosen = set(self["sessions"].value() or [])
        for session in (Session.AM, Session.PM):
            boxes = [GridBox(f"{day}-{session}", f"{words} {session}", chosen) for day, words in _DAYS]
            yield str(session.label).capitalize(), boxes


@dataclass(frozen=True)
class GridBox:
    """One box of the week's grid."""

    value: str
    label: str
    chosen: set[str]

    @property
    def is_ticked(self) -> bool:
        """Test whether it is ticked."""
        return self.value in self.chosen


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
        return Layout(_GRID, dates, agreed, "note", "plan")

    @property
    def whole_note(self) -> str:
        """Why, and how full time is reached again, as the plan keeps them."""
        return f"{self.cleaned_data['note']}\n\nBack to full time: {self.cleaned_data['plan']}"


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
        return Layout("code", place, _GRID, dates, "note")


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
