"""Giving an achievement, telling good news at home, and a campaign."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from behaviour.forms.incidents import words_by_kind
from behaviour.models import GoodNews, ListedWord
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from students.models import YearGroup

MOST_POINTS = 99


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AchievementForm(OnceForm):
    """What one student, or thirty at once, are praised for."""

    submit_label = "Give it"

    kind = forms.ModelChoiceField(
        ListedWord.objects.none(),
        label="What for",
        empty_label="Choose…",
        error_messages={"required": "Choose what it is for."},
    )
    note = forms.CharField(
        label="In a sentence",
        max_length=300,
        required=False,
        help_text="Fit for the parent’s eyes: it may stand on the certificate.",
    )
    activity = forms.ChoiceField(label="Subject or activity", required=False)
    points = forms.IntegerField(
        label="Points", required=False, min_value=0, max_value=MOST_POINTS, help_text="Empty: as usual for the type."
    )
    awarded_on = forms.DateField(label="Day", widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].queryset = ListedWord.objects.filter(kind=ListedWord.Kind.ACHIEVEMENT, is_active=True)
        words = words_by_kind().get(ListedWord.Kind.ACTIVITY, [])
        fields["activity"].choices = [("", "–"), *((word, word) for word in words)]
        self.initial.setdefault("awarded_on", timezone.localdate())

    def clean_awarded_on(self) -> date:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["awarded_on"])


class GoodNewsForm(forms.Form):
    """How and when good news was told; the students are ticks of the page."""

    how = forms.ChoiceField(label="How", choices=GoodNews.How.choices)
    told_on = forms.DateField(label="Day", widget=DayInput)
    note = forms.CharField(label="Note", max_length=300, required=False)

    def clean_told_on(self) -> date:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["told_on"])


def not_to_come(day: date) -> date:
    """Return the day; refuse one that lies ahead."""
    if day > timezone.localdate():
        raise forms.ValidationError("The day is still to come: correct the date.")
    return day


# The criteria of a campaign, by their names in `Campaign.criteria`.
NUMBERS = ("points", "awards", "most_negative", "basics", "attendance", "improved")


class CampaignForm(BaseForm):
    """A campaign: what it rewards, whom its rule finds, between which days, and for how much money."""

    submit_label = "Save the campaign"

    name = forms.CharField(label="Name", max_length=80)
    about = forms.CharField(label="As the assembly hears it", max_length=300, required=False)
    reward = forms.CharField(label="Reward", max_length=120, help_text="Such as: breakfast with the Head of Year.")
    first_day = forms.DateField(label="From", widget=DayInput)
    last_day = forms.DateField(label="To", widget=DayInput)
    year_group = forms.ModelChoiceField(YearGroup.objects.none(), label="For", required=False, empty_label="The school")
    points = forms.IntegerField(label="Praise points, at least", required=False, min_value=1, max_value=999)
    awards = forms.IntegerField(label="Achievements, at least", required=False, min_value=1, max_value=999)
    most_negative = forms.IntegerField(
        label="Behaviour points, at most", required=False, min_value=0, max_value=999, help_text="0: none at all."
    )
    basics = forms.IntegerField(
        label="Weeks of basics in a row, at least",
        required=False,
        min_value=1,
        max_value=39,
        help_text="No incident, no form-time concern, never late and every session attended.",
    )
    attendance = forms.DecimalField(
        label="Attendance, at least %", required=False, min_value=Decimal(1), max_value=Decimal(100), decimal_places=1
    )
    improved = forms.DecimalField(
        label="Attendance, up by",
        required=False,
        min_value=Decimal("0.5"),
        max_value=Decimal(100),
        decimal_places=1,
        help_text="Percentage points, against as many school weeks before.",
    )
    forgives_authorised = forms.BooleanField(
        label="Authorised absence does not count against anybody",
        required=False,
        help_text="So that illness and appointments cost no child a reward.",
    )
    budget = forms.DecimalField(label="Budget, £", required=False, min_value=Decimal(0), max_digits=8, decimal_places=2)
    cost_each = forms.DecimalField(
        label="Cost of each reward, £", required=False, min_value=Decimal(0), max_digits=6, decimal_places=2
    )

    def __init__(self, *args: Any, years: Any, sees_school: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["year_group"].queryset = years
        if not sees_school:
            fields["year_group"].required = True
            fields["year_group"].empty_label = None

    def clean(self) -> dict[str, Any]:
        """Ask for days in order, and for one criterion at least."""
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "It ends before it begins: correct one of the days.")
        if not self.errors and all(data.get(name) is None for name in NUMBERS):
            self.add_error(None, "Fill in at least one of the criteria: they say who qualifies.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return what the campaign is to say, once the form is valid."""
        data = self.cleaned_data
        criteria = {name: _plain(data[name]) for name in NUMBERS if data[name] is not None}
        names = ("name", "about", "reward", "first_day", "last_day", "year_group", "budget")
        return {name: data[name] for name in names} | {
            "cost_each": data["cost_each"] or Decimal(0),
            "criteria": criteria | {"forgives_authorised": data["forgives_authorised"]},
        }


class CampaignBeginForm(OnceForm, CampaignForm):
    """A campaign that begins."""


class CampaignChangeForm(GuardedForm, CampaignForm):
    """A campaign that stands."""


def _plain(value: int | Decimal) -> int | str:
    return str(value) if isinstance(value, Decimal) else value
