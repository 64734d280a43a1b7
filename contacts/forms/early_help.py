"""Early help: opened with consent, or the reason why there is none; the family, meetings, and how it ended."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from contacts.forms.agency_fields import (
    day_field,
    line_field,
    not_to_come,
    words_field,
)
from contacts.forms.referrals import consent_choices
from contacts.models import EarlyHelp, EarlyHelpReview
from contacts.summaries.carers import Carer
from contacts.summaries.directory import Groups
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import names_apart
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.versions import version_of
from students.models import ParentCarer

LEVELS = [
    ("", "Not said"),
    (1, "1: met by what everybody gets"),
    (2, "2: some more help"),
    (3, "3: several agencies"),
    (4, "4: children’s services"),
]
OF_HELP = (
    "opened_on",
    "consent_by_id",
    "consent_on",
    "level",
    "needs",
    "strengths",
    "wishes",
    "lead_id",
    "lead_worker_id",
    "reference",
)
OF_NONE = ("opened_on", "declined_because")
OF_REVIEW = ("due_on", "held_on", "present", "notes", "decision")


class _HelpForm(BaseForm):
    """What early help is about, and who leads it."""

    opened_on = day_field("Opened on")
    consent_by = forms.ChoiceField(label="Consent given by", error_messages={"required": "Say who gave it."})
    consent_on = day_field("Given on")
    lead = forms.ChoiceField(
        label="Lead professional",
        error_messages={"required": "Name the lead professional."},
        help_text="A colleague, or somebody of an agency.",
    )
    level = forms.TypedChoiceField(label="Level of need", choices=LEVELS, required=False, coerce=int, empty_value=None)
    needs = words_field("Needs", "What is hard now, for the student and at home.", is_required=True)
    strengths = words_field("Strengths", "What goes well, and who helps already.")
    wishes = words_field("Wishes", "What the student and the family want, in their words.")
    reference = line_field("Reference of the local authority", 60)

    def __init__(
        self,
        *args: Any,
        people: tuple[Carer, ...],
        keepers: QuerySet[User],
        groups: Groups,
        stood: ParentCarer | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["consent_by"].choices = [("", "Choose…"), *consent_choices(people, stood)]
        colleagues = [(f"u{key}", name) for key, name in names_apart(keepers).items()]
        there = [(name, [each for each in choices if each[0].startswith("w")]) for name, choices in groups]
        fields["lead"].choices = [
            ("", "Choose…"),
            ("Colleagues", colleagues),
            *((name, choices) for name, choices in there if choices),
        ]

    def clean_opened_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["opened_on"])

    def clean_consent_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["consent_on"])

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        data = self.cleaned_data
        lead, key = data["lead"][0], int(data["lead"][1:])
        own = {name: data[name] for name in OF_HELP if not name.endswith("_id")}
        who = {"lead_id": key if lead == "u" else None, "lead_worker_id": key if lead == "w" else None}
        return {**own, **who, "consent_by_id": int(data["consent_by"])}


class HelpForm(_HelpForm, OnceForm):
    """Early help that begins, with who of the family is part of it and when the team first meets."""

    family = forms.MultipleChoiceField(
        label="Who of the family takes part", required=False, widget=forms.CheckboxSelectMultiple
    )
    review_on = day_field("The team around the family meets on", required=False)

    def __init__(self, *args: Any, kin: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["family"]
        field.choices = kin


class HelpChangeForm(_HelpForm, GuardedForm):
    """Early help that goes on, or was closed on a day."""

    closed_on: date | None = None

    @classmethod
    def of(cls, held: EarlyHelp, data: Any = None, **offered: Any) -> "HelpChangeForm":
        """Return the form filled with it as it stands."""
        stands = {name: getattr(held, name) for name in OF_HELP} | {"seen": version_of(held, OF_HELP)}
        lead = f"u{held.lead_id}" if held.lead_id else f"w{held.lead_worker_id}"
        form = cls(data, initial=stands | {"lead": lead, "consent_by": held.consent_by_id}, **offered)
        form.closed_on = held.closed_on
        return form

    def clean_opened_on(self) -> date | None:
        """Refuse a day to come, and one after it was closed."""
        opened_on = super().clean_opened_on()
        if opened_on and self.closed_on and opened_on > self.closed_on:
            raise forms.ValidationError(f"That is after it was closed, on {in_words(self.closed_on)}.")
        return opened_on


class _NoneForm(BaseForm):
    """Why there is no early help."""

    is_kept = True

    opened_on = day_field("Offered on", help_text="Or the day on which it was decided not to.")
    declined_because = line_field(
        "Why there is none",
        300,
        "Such as: the mother declined; the needs are met in school. A local authority asks for it.",
        is_required=True,
    )

    def clean_opened_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["opened_on"])

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        return {name: self.cleaned_data[name] for name in OF_NONE}


class NoneForm(_NoneForm, OnceForm):
    """The reason, noted for the first time."""


class NoneChangeForm(_NoneForm, GuardedForm):
    """The reason, put right."""

    @classmethod
    def of(cls, held: EarlyHelp, data: Any = None) -> "NoneChangeForm":
        """Return the form filled with it as it stands."""
        stands = {name: getattr(held, name) for name in OF_NONE} | {"seen": version_of(held, OF_NONE)}
        return cls(data, initial=stands)


class MemberForm(BaseForm):
    """Somebody of the family."""

    submit_label = "Add them"

    who = forms.ChoiceField(label="Who")
    name = line_field("Their name", 120, "For somebody else.")
    part = line_field("What they take on, or are to the student", 120)

    def __init__(self, *args: Any, kin: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["who"]
        field.choices = [*kin, ("other", "Somebody else")]

    def clean(self) -> dict[str, Any]:
        """Ask for the name of somebody else."""
        data = super().clean() or self.cleaned_data
        if data.get("who") == "other" and not data.get("name"):
            self.add_error("name", "Say who it is.")
        return data


class ReviewForm(BaseForm):
    """When the team meets next."""

    submit_label = "Set it"

    due_on = day_field("The team meets on")


class ReviewChangeForm(GuardedForm):
    """A meeting of the team: when it is, or who was there and what was decided."""

    is_kept = True

    due_on = day_field("Due on")
    held_on = day_field("Held on", required=False, help_text="Leave empty while it is still to come.")
    present = line_field("Who was there", 300)
    notes = words_field("Notes", rows=5)
    decision = forms.ChoiceField(
        label="Decision", choices=[("", "None yet"), *EarlyHelpReview.Decision.choices], required=False
    )
    level = forms.TypedChoiceField(
        label="Level of need from now on",
        choices=[("", "As it is"), *LEVELS[1:]],
        required=False,
        coerce=int,
        empty_value=None,
    )
    next_on = day_field("The team meets again on", required=False)

    @classmethod
    def of(cls, held: EarlyHelpReview, data: Any = None) -> "ReviewChangeForm":
        """Return the form filled with it as it stands."""
        stands = {name: getattr(held, name) for name in OF_REVIEW} | {"seen": version_of(held, OF_REVIEW)}
        return cls(data, initial=stands)

    def clean_held_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["held_on"])

    def clean(self) -> dict[str, Any]:
        """A meeting that was held decides something; one to come decides nothing."""
        data = super().clean() or self.cleaned_data
        if data.get("held_on") and not data.get("decision"):
            self.add_error("decision", "Say what was decided.")
        if data.get("decision") and not data.get("held_on") and "held_on" not in self.errors:
            self.add_error("held_on", "Say when it was held.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the meeting's columns, once the form is valid."""
        return {name: self.cleaned_data[name] for name in OF_REVIEW}


class CloseForm(BaseForm):
    """How it ended."""

    submit_label = "Close it"

    closed_on = day_field("Closed on")
    ending = forms.ChoiceField(label="How it ended", choices=[("", "Choose…"), *EarlyHelp.Ending.choices])
    outcome = words_field("What came of it", "For the student and the family.", is_required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("closed_on", timezone.localdate())

    def clean_closed_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["closed_on"])
