"""Fields that the forms about agencies share: days, long words, colleagues, and an agency or somebody there."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from contacts.forms.seen import day_field
from contacts.summaries.directory import Groups
from pastoral.core.forms import OneOf
from pastoral.core.models import User
from pastoral.core.staff_names import names_apart

LONGEST = 5000
NOT_YET = "The day is still to come: correct the date."


def words_field(label: str, help_text: str = "", *, rows: int = 3, is_required: bool = False) -> forms.CharField:
    """Return a field for several lines."""
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=is_required,
        widget=forms.Textarea({"rows": rows}),
        help_text=help_text,
    )


def line_field(label: str, longest: int, help_text: str = "", *, is_required: bool = False) -> forms.CharField:
    """Return a field for one line."""
    return forms.CharField(label=label, max_length=longest, required=is_required, help_text=help_text)


def colleague_field(label: str, *, empty: str | None = None, help_text: str = "") -> forms.ModelChoiceField:
    """Return a choice of colleagues; the form gives it whom. empty: what no choice is called; None where one is due."""
    return OneOf(User.objects.none(), label=label, required=empty is None, empty_label=empty, help_text=help_text)


def offer_jobs(field: Any, people: Sequence[tuple[str, User]]) -> None:
    """Let the field offer these colleagues, given as job and person, by their names with the jobs."""
    jobs, names = {user.pk: job for job, user in people}, names_apart(user for _job, user in people)
    field.queryset = User.objects.filter(pk__in=jobs).order_by("surname", "forename", "pk")
    field.label_from_instance = lambda user: f"{names[user.pk]}, {jobs[user.pk]}"


def not_to_come(day: date | None) -> date | None:
    """Refuse a day to come."""
    if day and day > timezone.localdate():
        raise forms.ValidationError(NOT_YET)
    return day


class WithAgency(forms.Form):
    """A form that names an agency, or somebody who works there."""

    agency = forms.ChoiceField(label="Agency, or who there", error_messages={"required": "Choose the agency."})

    def offer_agencies(self, groups: Groups, empty: str = "Choose…") -> None:
        """Let the form offer the directory."""
        field: Any = self.fields["agency"]
        field.choices = [("", empty), *groups]
        self.of_choice = {value: choices[0][0] for _name, choices in groups for value, _words in choices}

    def agency_facts(self) -> dict[str, int | None]:
        """Return which agency was chosen and who there, by key, once the form is valid."""
        chosen: str = self.cleaned_data.get("agency") or ""
        if not chosen:
            return {"agency_id": None, "worker_id": None}
        return {
            "agency_id": int(self.of_choice[chosen][1:]),
            "worker_id": int(chosen[1:]) if chosen.startswith("w") else None,
        }


def agency_chosen(facts: Mapping[str, int | None]) -> str:
    """Return the choice that stands for a record's agency_id and worker_id."""
    if facts["worker_id"]:
        return f"w{facts['worker_id']}"
    return f"a{facts['agency_id']}" if facts["agency_id"] else ""


__all__ = [
    "WithAgency",
    "agency_chosen",
    "colleague_field",
    "day_field",
    "line_field",
    "not_to_come",
    "offer_jobs",
    "words_field",
]
