"""That somebody saw a student: told at once of one or several, and put right afterwards."""

from datetime import date, datetime, time

from django import forms
from django.utils import timezone

from contacts.models import Seen
from pastoral.core.forms import GuardedForm, OnceForm

NOON = time(12, 0)


def day_field(label: str, **also: object) -> forms.DateField:
    """Return a field with the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **also)  # type: ignore[arg-type]


class _Told(forms.Form):
    """What may be told of it beside who and when."""

    reason = forms.ChoiceField(label="What for", choices=Seen.Reason.choices, initial=Seen.Reason.CHECK_IN)
    review_on = day_field("See again on", required=False, help_text="Leave empty if nothing has to follow.")
    narrative = forms.CharField(
        label="What was said",
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="Not needed. A worry about safety goes to the DSL, not here.",
    )
    is_restricted = forms.BooleanField(
        label="Only for those who read restricted notes",
        required=False,
        help_text="Head of Year, SLT and the DSL, and you.",
    )


class SeenForm(_Told, OnceForm):
    """Whom somebody saw, when and what for; the students are chosen beside it."""

    submit_label = "Save"

    seen_on = day_field("Day")
    field_order = ("seen_on", "reason", "review_on", "narrative", "is_restricted")

    def clean_seen_on(self) -> date:
        """Refuse a day to come."""
        day: date = self.cleaned_data["seen_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("The day is still to come: correct the date.")
        return day

    def clean_review_on(self) -> date | None:
        """Refuse to see again somebody in the past."""
        return _to_come(self.cleaned_data["review_on"])

    def seen_at(self, now: datetime) -> datetime:
        """Return the moment: now for today, noon for an earlier day, since nobody wrote down the time."""
        day = self.cleaned_data["seen_on"]
        if day == timezone.localdate(now):
            return now
        return timezone.make_aware(datetime.combine(day, NOON))


class SeenChangeForm(_Told, GuardedForm):
    """Words, a reason or a date added to what one tap noted, or put right."""

    field_order = ("reason", "review_on", "narrative", "is_restricted")


def _to_come(day: date | None) -> date | None:
    if day and day < timezone.localdate():
        raise forms.ValidationError("The day is past: choose one to come, or leave it empty.")
    return day
