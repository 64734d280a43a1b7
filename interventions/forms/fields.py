"""Fields that the forms of this app share: days, lines, words and colleagues."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from pastoral.core.forms import OneOf
from pastoral.core.models import User

LONGEST = 5000


def day_field(label: str, **also: Any) -> forms.DateField:
    """Return a field with the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **also)


def words_field(label: str, help_text: str = "", *, rows: int = 3, is_required: bool = False) -> forms.CharField:
    """Return a field for several lines."""
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=is_required,
        widget=forms.Textarea({"rows": rows}),
        help_text=help_text,
    )


def line_field(label: str, longest: int, help_text: str = "", *, is_required: bool = True) -> forms.CharField:
    """Return a field for one line."""
    return forms.CharField(label=label, max_length=longest, required=is_required, help_text=help_text)


def colleague_field(label: str, *, empty: str | None = None, help_text: str = "") -> forms.ModelChoiceField:
    """Return a choice of colleagues; the form gives it whom. empty: what no choice is called; None where one is due."""
    return OneOf(User.objects.none(), label=label, required=empty is None, empty_label=empty, help_text=help_text)


def not_to_come(day: date | None) -> date | None:
    """Refuse a day to come."""
    if day and day > timezone.localdate():
        raise forms.ValidationError("The day is still to come: correct the date.")
    return day


def not_past(day: date | None) -> date | None:
    """Refuse a day that is over."""
    if day and day < timezone.localdate():
        raise forms.ValidationError("The day is over: choose today or a later one.")
    return day
