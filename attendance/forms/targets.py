"""Benchmarks and targets as people type them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from attendance.models import AttendanceTarget, Benchmark
from pastoral.core.forms import BaseForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from students.calendar import academic_year_name
from students.models import YearGroup

HUNDRED = Decimal(100)


class BenchmarkForm(BaseForm):
    """One published figure with its window, source and date."""

    submit_label = "Save the figure"

    measure = forms.ChoiceField(label="What it measures", choices=Benchmark.Measure.choices)
    value = forms.DecimalField(
        label="Value, %", min_value=Decimal(0), max_value=HUNDRED, max_digits=5, decimal_places=2
    )
    window = forms.CharField(label="Window", max_length=60, help_text="What it covers, such as: autumn term 2025/26.")
    phase = forms.CharField(label="Phase", max_length=40, initial="secondary")
    source = forms.CharField(label="Source", max_length=200, help_text="Who published it, and the page or file.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    published_on = forms.DateField(label="Published on", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_published_on(self) -> date:
        """Refuse a figure that is not published yet: pages would not show it."""
        day: date = self.cleaned_data["published_on"]
        if day > self.today:
            raise forms.ValidationError("The date lies ahead. Give the day on which the figure was published.")
        return day


class TargetForm(BaseForm):
    """A target of a year group or the school for one academic year."""

    submit_label = "Save the target"

    academic_year = forms.TypedChoiceField(label="Academic year", coerce=int)
    year_group = forms.ModelChoiceField(
        YearGroup.objects.order_by("number"), label="Group", required=False, empty_label="The school"
    )
    measure = forms.ChoiceField(label="What it measures", choices=Benchmark.Measure.choices)
    target = forms.DecimalField(
        label="Target, %", min_value=Decimal(0), max_value=HUNDRED, max_digits=4, decimal_places=1
    )
    tolerance = forms.DecimalField(
        label="Tolerance, points",
        min_value=Decimal(0),
        max_value=Decimal(20),
        max_digits=3,
        decimal_places=1,
        initial=Decimal(0),
        help_text="How far short of it still counts as near.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Owner",
        required=False,
        empty_label="Nobody yet",
    )

    def __init__(self, *args: Any, year: int, held: AttendanceTarget | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], User.objects.filter(is_active=True).order_by("surname", "forename"))
        years = sorted({year, year + 1, *([held.academic_year] if held else [])})
        self.fields["academic_year"].choices = [(one, academic_year_name(one)) for one in years]  # type: ignore[attr-defined]
