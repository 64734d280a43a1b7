"""What a case holds: barriers, the student's view, medical evidence, what was looked at, and actions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from interventions.forms.fields import colleague_field, day_field, line_field, not_to_come, words_field
from interventions.models import Action, Barrier, CaseFinding, MedicalRequest, PupilView, StepKind
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm, OneOf
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.versions import version_of

OF_ACTION = ("what", "kind", "party", "party_name", "owner_id", "due_on")
Choices = Sequence[tuple[str, Any]]


class BarrierForm(BaseForm):
    """A barrier that was found."""

    submit_label = "Add it"

    barrier = OneOf(Barrier.objects.none(), label="Barrier", empty_label="Choose…")
    note = line_field("How it shows", 300, is_required=False)

    def __init__(self, *args: Any, barriers: QuerySet[Barrier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["barrier"]
        field.queryset = barriers


class ViewForm(OnceForm):
    """What the student says."""

    how = forms.ChoiceField(label="How they told it", choices=PupilView.How.choices, initial=PupilView.How.SPOKEN)
    words = words_field("In the student’s own words", "Nothing that belongs to the DSL: use “Concern to the DSL”.")
    told_on = day_field("Told on")
    field_order = ("how", "words", "told_on")

    def clean_told_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["told_on"])

    def clean(self) -> dict[str, Any]:
        """Ask for the words of somebody who said any."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("how") != PupilView.How.DECLINED and "words" in data and not data["words"].strip():
            self.add_error("words", "Write what the student said.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("how", "words", "told_on")}


class MedicalForm(OnceForm):
    """Medical evidence that is asked for."""

    submit_label = "Note that it was asked for"

    asked_of = forms.ChoiceField(label="Asked of", error_messages={"required": "Say of whom."})
    about = line_field("Which absence, and what is asked for", 200)
    asked_on = day_field("Asked on")
    authorised_until = day_field(
        "Illness is not authorised without evidence after",
        required=False,
        help_text="As the family was told. Marks change only when somebody changes them.",
    )
    evidence = forms.ChoiceField(label="How they were told", required=False)
    field_order = ("asked_of", "about", "asked_on", "authorised_until", "evidence")

    def __init__(self, *args: Any, people: Choices, told: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["asked_of"].choices = [("", "Choose…"), *people]
        fields["evidence"].choices = [("", "Not linked"), *told]

    def clean_asked_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["asked_on"])

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        data = self.cleaned_data
        told = data["evidence"]
        return {
            "asked_of_id": int(data["asked_of"]),
            "contact_id": int(told[1:]) if told.startswith("c") else None,
            "copy_id": int(told[1:]) if told.startswith("l") else None,
            **{name: data[name] for name in ("about", "asked_on", "authorised_until")},
        }


class AnswerForm(BaseForm):
    """What came of a request for medical evidence."""

    answer = forms.ChoiceField(label="What came", choices=MedicalRequest.Answer.choices)
    answered_on = day_field("On")
    answer_note = line_field("What it says", 300, "Only as far as school needs it.", is_required=False)

    def clean_answered_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["answered_on"])


class FindingForm(OnceForm):
    """A part of the evidence that no other record shows."""

    applies = forms.ChoiceField(
        label="Answer", choices=[("yes", "It was looked at"), ("no", "It does not apply")], widget=forms.RadioSelect
    )
    words = line_field("What was found, or why it does not apply", 300)
    found_on = day_field("On")
    field_order = ("applies", "words", "found_on")

    def clean_found_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["found_on"])

    def facts(self, part: str) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        data = self.cleaned_data
        return {"part": part, "applies": data["applies"] == "yes", "words": data["words"], "found_on": data["found_on"]}

    @classmethod
    def of(cls, latest: CaseFinding | None, today: date, data: Any = None) -> "FindingForm":
        """Return the form, filled with the answer that stands."""
        stands = {"applies": "yes" if latest.applies else "no", "words": latest.words} if latest else {}
        return cls(data, initial={"found_on": today, **stands})


class _ActionFields(BaseForm):
    """What somebody is to do."""

    what = line_field("What is to be done", 200)
    kind = forms.ChoiceField(label="Kind", choices=StepKind.choices, initial=StepKind.OTHER)
    party = forms.ChoiceField(
        label="Who does it",
        choices=Action.Party.choices,
        help_text="Whoever does it, a colleague sees to it that it is done.",
    )
    party_name = line_field("Their name, if not of the school", 120, is_required=False)
    owner = colleague_field("Who sees to it")
    due_on = day_field("By")

    def offer_owners(self, keepers: QuerySet[User]) -> None:
        """Offer the colleagues who keep cases of the student."""
        offer(self.fields["owner"], keepers)

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        data = self.cleaned_data
        own = {name: data[name] for name in ("what", "kind", "party", "party_name", "due_on")}
        return own | {"owner_id": data["owner"].pk}


class ActionForm(_ActionFields, OnceForm):
    """An action that is agreed."""

    submit_label = "Add the action"


class ActionChangeForm(_ActionFields, GuardedForm):
    """An action that is still open."""

    @classmethod
    def of(cls, action: Action, keepers: QuerySet[User], data: Any = None) -> "ActionChangeForm":
        """Return the form filled with the action as it stands."""
        stands = {name: getattr(action, name) for name in OF_ACTION if name != "owner_id"}
        form = cls(data, initial=stands | {"owner": action.owner_id, "seen": version_of(action, OF_ACTION)})
        form.offer_owners(keepers)
        return form


class DoneForm(BaseForm):
    """An action that is done, with what shows it."""

    submit_label = "Done"

    evidence = forms.ChoiceField(label="What shows it", required=False)
    note = line_field("Note", 300, is_required=False)
    done_on = day_field("Done on")

    def __init__(self, *args: Any, shows: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["evidence"]
        field.choices = [("", "Only the note"), *shows]

    def clean_done_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["done_on"])


class DropForm(BaseForm):
    """An action that is not needed."""

    submit_label = "Not needed"

    because = line_field("Why it is not needed", 300)
