"""A review: what was found and decided; with the end, how it came out for each student."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from contacts.forms.agency_fields import colleague_field, day_field, words_field
from interventions.models import InterventionReview, InterventionStudent
from interventions.services.reviews import Came as Told
from interventions.services.reviews import Found
from interventions.summaries.outcomes import Came
from pastoral.core.forms import OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer

Outcome = InterventionStudent.Outcome
Decision = InterventionReview.Decision


class ReviewForm(OnceForm):
    """What is decided, and the outcome for each student where it ends; outcomes are proposed from the figures."""

    submit_label = "Save the review"

    decision = forms.ChoiceField(label="Decided", choices=Decision.choices, widget=forms.RadioSelect)
    notes = words_field("What was found", "A line or two; the figures stand beside it.", rows=3)
    next_on = day_field("Look at it again on", required=False)
    step_owner = colleague_field("Whose the next step is")
    step_on = day_field("Next step by", required=False)
    starts_next = forms.BooleanField(label="Begin the next intervention from this one now", required=False)

    def __init__(
        self, *args: Any, came: Sequence[Came], owners: QuerySet[User], is_over: bool, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.came, self.is_over, self.today = came, is_over, today
        offer(self.fields["step_owner"], owners)
        if is_over:
            for name in ("decision", "notes", "next_on"):
                del self.fields[name]
        for each in came:
            key, name = each.member.place.pk, each.member.name
            choices = [("", "Choose…"), *Outcome.choices]
            self.fields[f"outcome-{key}"] = forms.ChoiceField(label=f"Outcome: {name}", choices=choices, required=False)
            self.fields[f"note-{key}"] = forms.CharField(label="In words", max_length=300, required=False)
            self.fields[f"next-{key}"] = forms.CharField(
                label="Next step, if it did not work", max_length=200, required=False
            )
            self.initial.setdefault(f"outcome-{key}", each.proposed.outcome)

    @property
    def rows(self) -> Iterator[tuple[Came, Any, Any, Any]]:
        """Yield each student with the fields of their outcome."""
        for each in self.came:
            key = each.member.place.pk
            yield each, self[f"outcome-{key}"], self[f"note-{key}"], self[f"next-{key}"]

    def clean(self) -> dict[str, Any]:
        """Ask for the day of the next look where it goes on, and for outcomes and next steps where it ends."""
        data = super().clean() or self.cleaned_data
        ends = self.is_over or data.get("decision") == Decision.END
        if not ends and data.get("decision"):
            if not data.get("next_on"):
                self.add_error("next_on", "Say when it is looked at again.")
            elif data["next_on"] <= self.today:
                self.add_error("next_on", "Choose a day to come.")
        for each in self.came if ends else ():
            key = each.member.place.pk
            if not data.get(f"outcome-{key}") and f"outcome-{key}" not in self.errors:
                self.add_error(f"outcome-{key}", "Say how it came out.")
            elif data.get(f"outcome-{key}") == Outcome.NOT and not data.get(f"next-{key}"):
                self.add_error(f"next-{key}", "It did not work: say what is done next.")
        return data

    def found(self) -> Found:
        """Return the review, once the form is valid; what was measured is frozen with each outcome."""
        data = self.cleaned_data
        told = {
            each.member.place.pk: Told(
                data[f"outcome-{each.member.place.pk}"],
                data[f"note-{each.member.place.pk}"],
                data[f"next-{each.member.place.pk}"],
                each.measured,
            )
            for each in self.came
        }
        return Found(
            decision=data.get("decision", Decision.END),
            notes=data.get("notes", ""),
            next_on=data.get("next_on"),
            came=told,
            step_owner=data["step_owner"],
            step_on=data["step_on"],
        )
