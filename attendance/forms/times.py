"""The times of the school day as people put them in."""

from datetime import time
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from attendance.forms.spans import OpenForm
from attendance.models import Period, RegisterTimes


def time_field(label: str, help_text: str = "") -> forms.TimeField:
    """Return a field for a time on the 24-hour clock."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    wrong = {"invalid": "Put in a time such as 08:45.", "required": "Put in a time such as 08:45."}
    return forms.TimeField(label=label, help_text=help_text, widget=widget, error_messages=wrong)


class TimesForm(OpenForm):
    """Where registers are taken, when they begin, how long they stay open, when they are overdue."""

    is_taken_here = forms.TypedChoiceField(
        label="Registers are taken in Pastoral",
        choices=[("yes", "Yes"), ("no", "No, in the MIS: its marks are imported")],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
        help_text="With No, nobody is asked for a register and none is overdue. Marks can still be corrected.",
    )
    am_starts = time_field("Morning register begins")
    pm_starts = time_field("Afternoon register begins")
    open_minutes = forms.IntegerField(
        label="Open for … minutes", help_text="1 to 30, the same for both. Who comes later is U, no longer L."
    )
    overdue_minutes = forms.IntegerField(
        label="Overdue after … minutes", help_text="From the start: then the board counts it as not taken."
    )

    @classmethod
    def of(cls, times: RegisterTimes, data: Any = None) -> "TimesForm":
        """Return the form filled with the times as they stand."""
        names = ("am_starts", "pm_starts", "open_minutes", "overdue_minutes")
        initial = {name: getattr(times, name) for name in names}
        return cls(data, initial={**initial, "is_taken_here": "yes" if times.is_taken_here else "no"})

    def layout(self) -> Layout:
        """Return where they are taken, and the four times side by side where there is room."""
        first, *times = self.fields
        return Layout(first, Div(*times, css_class="form-grid"))


class PeriodForm(OpenForm):
    """One lesson of the day."""

    name = forms.CharField(label="Name", max_length=5, help_text="As the timetable names it: P1.")
    starts = time_field("Begins")
    ends = time_field("Ends")
    session = forms.ChoiceField(label="Belongs to", choices=[("AM", "Morning"), ("PM", "Afternoon")])

    @classmethod
    def of(cls, period: Period | None, data: Any = None) -> "PeriodForm":
        """Return the form for a lesson as it stands, or for a new one."""
        names = ("name", "starts", "ends", "session")
        initial = {name: getattr(period, name) for name in names} if period else {"session": "AM", "starts": time(9)}
        return cls(data, initial=initial, auto_id=f"period-{period.pk if period else 'new'}-%s")

    def layout(self) -> Layout:
        """Return the four side by side where there is room."""
        return Layout(Div(*self.fields, css_class="form-grid"))
