"""One session told: when, how long, who was there, and how near each feels to their goal."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from behaviour.forms.rooms import TimeInput
from contacts.forms.agency_fields import day_field, words_field
from interventions.models import DeliveredSession
from interventions.services.sessions import Held, session_version
from interventions.summaries.interventions import Member
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm

RATINGS = [("", "–"), *((str(n), str(n)) for n in range(1, 6))]


class _SessionForm(BaseForm):
    """What is told of a session."""

    held_on = day_field("Day")
    held_time = forms.TimeField(label="Time", widget=TimeInput(format="%H:%M"))
    minutes = forms.IntegerField(label="Minutes", min_value=0, max_value=400)
    note = words_field(
        "Note", "What was done, in a line or two. A worry about safety goes to the DSL, not here.", rows=2
    )

    def __init__(self, *args: Any, members: Sequence[Member], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members, self.now = members, now
        for member in members:
            key = member.place.pk
            self.fields[f"there-{key}"] = forms.BooleanField(
                label=f"{member.name} was there",
                required=False,
                widget=forms.CheckboxInput({"class": "form-check-input"}),
            )
            self.fields[f"rating-{key}"] = forms.ChoiceField(
                label=f"How near {member.name} feels to the goal, 1 to 5",
                choices=RATINGS,
                required=False,
                widget=forms.Select({"class": "form-select"}),
            )

    @property
    def rows(self) -> Iterator[tuple[Member, Any, Any]]:
        """Yield each student with the two fields."""
        for member in self.members:
            yield member, self[f"there-{member.place.pk}"], self[f"rating-{member.place.pk}"]

    def clean(self) -> dict[str, Any]:
        """Refuse a time to come."""
        data = super().clean() or self.cleaned_data
        if data.get("held_on") and data.get("held_time"):
            at = timezone.make_aware(datetime.combine(data["held_on"], data["held_time"]))
            data["held_at"] = at
            if at > self.now:
                self.add_error("held_on", "That is still to come: log it when it has taken place.")
        return data

    def held(self) -> Held:
        """Return the session, once the form is valid."""
        data, keys = self.cleaned_data, [member.place.pk for member in self.members]
        return Held(
            data["held_at"],
            data["minutes"],
            data["note"],
            absent=[key for key in keys if not data[f"there-{key}"]],
            ratings={key: int(data[f"rating-{key}"]) for key in keys if data[f"rating-{key}"]},
        )


class SessionForm(_SessionForm, OnceForm):
    """A session that took place."""

    submit_label = "Log it"


class SessionChangeForm(_SessionForm, GuardedForm):
    """One that was logged, put right."""

    @classmethod
    def of(cls, session: DeliveredSession, data: Any = None, **offered: Any) -> "SessionChangeForm":
        """Return the form filled with the session as it stands."""
        at = timezone.localtime(session.held_at)
        initial: dict[str, Any] = {
            "held_on": at.date(),
            "held_time": at.time(),
            "minutes": session.minutes,
            "note": session.note,
            "seen": session_version(session),
        }
        for place in session.places.all():
            initial |= {f"there-{place.member_id}": place.was_there, f"rating-{place.member_id}": place.rating or ""}
        return cls(data, initial=initial, **offered)
