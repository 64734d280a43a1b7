"""What an earlier school suspended a student for."""

from datetime import date
from typing import Any

from django import forms

from behaviour.forms.detentions import day_field
from behaviour.models import SuspensionElsewhere
from behaviour.services.elsewhere import FACTS
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.versions import version_of
from students.calendar import academic_year_name, academic_year_of

YEARS_BACK = 2


class ElsewhereForm(BaseForm):
    """The fact itself. today: the latest day on which somebody can have told us."""

    academic_year = forms.TypedChoiceField(label="School year", coerce=int)
    school = forms.CharField(label="School", max_length=120)
    sessions = forms.IntegerField(
        label="Sessions (half days)", min_value=1, max_value=90, help_text="Two are a day, a lunchtime is one."
    )
    source = forms.CharField(
        label="How we know", max_length=200, help_text="The transfer file, the school’s letter, the local authority."
    )
    told_on = day_field("Told on")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        this_year = academic_year_of(today)
        years = {*range(this_year - YEARS_BACK, this_year + 1), self.initial.get("academic_year", this_year)}
        fields: dict[str, Any] = self.fields
        fields["academic_year"].choices = [(year, academic_year_name(year)) for year in sorted(years, reverse=True)]
        self.initial.setdefault("told_on", today)

    def clean_told_on(self) -> date:
        """Refuse a day to come."""
        day: date = self.cleaned_data["told_on"]
        if day > self.today:
            raise forms.ValidationError("That day is still to come.")
        return day

    def facts(self) -> dict[str, Any]:
        """Return the fact by the names of its fields, once the form is valid."""
        return {name: self.cleaned_data[name] for name in FACTS}


class ElsewhereAddForm(OnceForm, ElsewhereForm):
    """A fact that is new."""

    submit_label = "Add it to the year’s total"


class ElsewhereChangeForm(GuardedForm, ElsewhereForm):
    """A fact that stands, to be put right."""

    def __init__(self, data: Any, *, held: SuspensionElsewhere, today: date) -> None:
        stands = {name: getattr(held, name) for name in FACTS}
        super().__init__(data, today=today, initial=stands | {"seen": version_of(held, FACTS)})
