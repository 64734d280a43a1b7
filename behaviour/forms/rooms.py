"""Signing into and out of the inclusion and nurture rooms."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from behaviour.models import InclusionStay
from pastoral.core.forms import BaseForm, GuardedForm


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"


class StayForm(BaseForm):
    """A student comes into a room."""

    submit_label = "Sign in"

    room = forms.ChoiceField(label="Room", choices=InclusionStay.Room.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label="Why here",
        choices=InclusionStay.Kind.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="Internal exclusion is a sanction that was decided; being sent out of a lesson is none.",
    )
    came_at = forms.TimeField(label="Came at", widget=TimeInput(format="%H:%M"))
    reason = forms.CharField(label="Reason", max_length=200, help_text="What happened, in a few words.")
    work = forms.CharField(label="Work given", max_length=200, required=False, help_text="By subject, and by whom.")
    adult = forms.CharField(label="With (adult in the room)", max_length=60)

    def clean_kind(self) -> str:
        """Take somebody for sent out of a lesson unless it is said otherwise."""
        return self.cleaned_data["kind"] or InclusionStay.Kind.REMOVED

    def clean_came_at(self) -> datetime:
        """Return the moment today."""
        return moment_today(self.cleaned_data["came_at"])


class StayWorkForm(GuardedForm):
    """Work that came later, or another adult."""

    submit_label = "Save"

    work = forms.CharField(label="Work given", max_length=200, required=False)
    adult = forms.CharField(label="With (adult in the room)", max_length=60)


class LeaveForm(BaseForm):
    """A student leaves a room."""

    submit_label = "Leaves the room"

    outcome = forms.CharField(
        label="Outcome",
        max_length=200,
        help_text="How it ended: back in the lesson, calm and working; collected by a parent; stayed to the end.",
    )
    left_at = forms.TimeField(label="Left at", widget=TimeInput(format="%H:%M"))

    def __init__(self, *args: Any, stay: InclusionStay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stay = stay

    def clean_left_at(self) -> datetime:
        """Return the moment on the day of the stay."""
        day = timezone.localtime(self.stay.came_at).date()
        return timezone.make_aware(datetime.combine(day, self.cleaned_data["left_at"]))


class StayCorrectForm(BaseForm):
    """What was signed wrongly: the times, the room, and why the student was there."""

    submit_label = "Put it right"

    came_at = forms.TimeField(label="Came at", widget=TimeInput(format="%H:%M"))
    left_at = forms.TimeField(label="Left at", widget=TimeInput(format="%H:%M"))
    room = forms.ChoiceField(label="Room", choices=InclusionStay.Room.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label="Why there", choices=InclusionStay.Kind.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, stay: InclusionStay) -> None:
        came, left = timezone.localtime(stay.came_at), stay.left_at and timezone.localtime(stay.left_at)
        times = {"came_at": came.time(), "left_at": left and left.time()}
        super().__init__(data, initial={**times, "room": stay.room, "kind": stay.kind})
        self.day = came.date()
        if left is None:  # whoever is still there is signed out first
            del self.fields["left_at"]

    def clean_came_at(self) -> datetime:
        """Return the moment on the day of the stay."""
        return self._moment("came_at")

    def clean_left_at(self) -> datetime:
        """Return the moment on the day of the stay."""
        return self._moment("left_at")

    def _moment(self, name: str) -> datetime:
        return timezone.make_aware(datetime.combine(self.day, self.cleaned_data[name]))


def moment_today(at: Any) -> datetime:
    """Return today's moment at the time of day."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), at))
