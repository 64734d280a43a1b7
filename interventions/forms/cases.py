"""Attendance cases: opened, changed, moved on the ladder, closed."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from interventions.forms.fields import (
    colleague_field,
    day_field,
    line_field,
    not_past,
    not_to_come,
    words_field,
)
from interventions.models import Action, Barrier, CaseStage, PACase
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm, OneOf
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.templatetags.pastoral import day as day_words
from pastoral.core.versions import version_of

OF_CASE = ("owner_id", "reason", "summary", "target_permille", "target_on", "review_on", "is_restricted")
PERMILLE = 10
STEPS = [("yes", "Yes: make the stage’s steps"), ("no", "No: leave the steps out; only what is written here")]


class _WithTarget(BaseForm):
    """Who answers for a case, what attendance it is to reach, and when it is looked at."""

    owner = colleague_field("Owner", help_text="Whoever keeps attendance cases of the student.")
    target = forms.DecimalField(
        label="Attendance to reach, %",
        min_value=Decimal("0.1"),
        max_value=100,
        decimal_places=1,
        required=False,
        error_messages={"max_value": "At most 100 %.", "min_value": "More than 0 %."},
    )
    target_on = day_field("By", required=False)
    review_on = day_field("Look at it again on")
    is_restricted = forms.BooleanField(
        label="Only for those who read restricted records",
        required=False,
        help_text="Head of Year, SLT and the DSL, and its owner. Others know that there is a case, and whose.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for both, the target and its day, or neither."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "target" in data and "target_on" in data and (data["target"] is None) != (data["target_on"] is None):
            self.add_error("target_on" if data["target_on"] is None else "target", "A target needs its day.")
        return data

    def target_facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        data = self.cleaned_data
        target = data["target"]
        return {
            "owner_id": data["owner"].pk,
            "target_permille": int(target * PERMILLE) if target is not None else None,
            "target_on": data["target_on"],
            "review_on": data["review_on"],
            "is_restricted": data["is_restricted"],
        }


class _OnStage(forms.Form):
    """A stage of the ladder, and whether its steps are right for this absence."""

    stage = OneOf(
        CaseStage.objects.none(),
        label="Stage",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose the stage."},
    )
    with_steps = forms.ChoiceField(
        label="Do this stage’s letters and steps apply to this absence?",
        choices=STEPS,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the steps apply: part of the absence is authorised."},
    )

    def lay_stages(self, stages: QuerySet[CaseStage], *, waits: bool) -> None:
        """Offer the stages. waits: a person has to say whether the steps apply; else they do, and nobody is asked."""
        fields: Any = self.fields
        fields["stage"].queryset = stages
        fields["stage"].label_from_instance = lambda stage: f"{stage.code} {stage.name}: {stage.trigger}"
        if not waits:
            del fields["with_steps"]

    @property
    def makes_steps(self) -> bool:
        """Test whether the steps are made, once the form is valid."""
        return bool(self.cleaned_data.get("with_steps", "yes") == "yes")


class CaseForm(_OnStage, _WithTarget, OnceForm):
    """A case that begins."""

    submit_label = "Open the case"

    reason = line_field("Why it is opened", 300)
    opened_on = day_field("Opened on")
    summary = words_field("Where it stands", "In your words: what you know already.")
    barriers = forms.ModelMultipleChoiceField(
        Barrier.objects.none(), label="Barriers known already", required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = (
        "stage",
        "with_steps",
        "reason",
        "owner",
        "target",
        "target_on",
        "review_on",
        "opened_on",
        "barriers",
        "summary",
        "is_restricted",
    )

    def __init__(
        self, *args: Any, stages: QuerySet[CaseStage], keepers: QuerySet[User], waits: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        offer(fields["owner"], keepers)
        fields["barriers"].queryset = Barrier.objects.filter(is_active=True)
        fields["review_on"].required = False
        fields["review_on"].help_text = "Leave empty for the stage’s usual time."
        self.lay_stages(stages, waits=waits)

    def clean_opened_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["opened_on"])

    def clean_review_on(self) -> date | None:
        """Refuse a day that is over."""
        return not_past(self.cleaned_data["review_on"])

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        data = self.cleaned_data
        return self.target_facts() | {name: data[name] for name in ("reason", "opened_on", "summary")}


class CaseChangeForm(_WithTarget, GuardedForm):
    """A case that goes on."""

    reason = line_field("Why it was opened", 300)
    summary = words_field("Where it stands", "In your words.", rows=5)
    field_order = ("summary", "owner", "target", "target_on", "review_on", "reason", "is_restricted")

    @classmethod
    def of(cls, case: PACase, keepers: QuerySet[User], data: Any = None) -> "CaseChangeForm":
        """Return the form filled with the case as it stands."""
        stands = {
            name: getattr(case, name) for name in ("reason", "summary", "target_on", "review_on", "is_restricted")
        }
        target = None if case.target_permille is None else Decimal(case.target_permille) / PERMILLE
        form = cls(
            data,
            initial=stands | {"owner": case.owner_id, "target": target, "seen": version_of(case, OF_CASE)},
        )
        offer(form.fields["owner"], keepers)
        return form

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        return self.target_facts() | {name: self.cleaned_data[name] for name in ("reason", "summary")}


class MoveForm(_OnStage, OnceForm):
    """A case moved up or down."""

    submit_label = "Move the case"

    because = line_field("Why", 300, "What changed, or did not.")
    review_on = day_field("Look at it again on", required=False, help_text="Leave empty for the stage’s usual time.")
    still_needed = forms.MultipleChoiceField(
        label="Steps of the old stage that are still to be done",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What you do not tick is noted as not needed.",
    )
    seen_stage = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("stage", "with_steps", "because", "still_needed", "review_on")

    def __init__(
        self, *args: Any, stages: QuerySet[CaseStage], open_steps: Sequence[Action], waits: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        self.lay_stages(stages, waits=waits)
        if open_steps:
            fields["still_needed"].choices = [
                (str(each.pk), f"{each.what}, by {day_words(each.due_on)}") for each in open_steps
            ]
            fields["still_needed"].initial = [str(each.pk) for each in open_steps]
        else:
            del fields["still_needed"]

    def clean_review_on(self) -> date | None:
        """Refuse a day that is over."""
        return not_past(self.cleaned_data["review_on"])

    @property
    def kept_steps(self) -> list[int]:
        """Return the keys of the open steps that stay."""
        kept: Iterable[str] = self.cleaned_data.get("still_needed", ())
        return [int(key) for key in kept]


class CloseForm(BaseForm):
    """A case that ends."""

    submit_label = "Close the case"

    outcome = forms.ChoiceField(
        label="How it ended", choices=PACase.Outcome.choices, error_messages={"required": "Say how it ended."}
    )
    outcome_note = words_field("What came of it", is_required=True)
    closed_on = day_field("Closed on")

    def clean_closed_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["closed_on"])
