"""Decisions about penalty notices and the notices themselves, as people put them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms

from attendance.models import NoticeDecision, PenaltyNotice
from attendance.summaries.notice_decided import ANSWERS, CHECKS
from attendance.summaries.notice_parents import Parent
from pastoral.core.forms import BaseForm

Decision = NoticeDecision.Decision
SHORTEST_WEEKS, USUAL_WEEKS, LONGEST_WEEKS = 3, 6, 6
_ANSWERS = [("", "Choose"), *ANSWERS.items()]
_REVIEWED = {Decision.CONSIDERED, Decision.SUPPORT_FIRST}


class NoticeDecisionForm(BaseForm):
    """What a person decides on a window, and the questions of the framework."""

    submit_label = "Record the decision"

    window = forms.DateField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    appropriate = forms.ChoiceField(label=CHECKS["appropriate"], choices=_ANSWERS)
    offered = forms.ChoiceField(label=CHECKS["offered"], choices=_ANSWERS)
    engaged = forms.ChoiceField(label=CHECKS["engaged"], choices=_ANSWERS)
    best_tool = forms.ChoiceField(label=CHECKS["best_tool"], choices=_ANSWERS)
    equality = forms.ChoiceField(label=CHECKS["equality"], choices=_ANSWERS)
    decision = forms.ChoiceField(label="Decision", choices=[("", "Choose"), *Decision.choices])
    weeks = forms.IntegerField(
        label="A notice to improve runs for … weeks",
        min_value=SHORTEST_WEEKS,
        max_value=LONGEST_WEEKS,
        initial=USUAL_WEEKS,
        required=False,
        help_text="3 to 6, usually 6. Only for a notice to improve; not needed for a holiday.",
    )
    review_on = forms.DateField(
        label="Look at it again on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Needed with “Considered, wait” and “Support first”.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What was weighed up: it is what the local authority and a court will read.",
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        """Take the day, which a review comes after."""
        super().__init__(*args, **kwargs)
        self.on = on

    def clean(self) -> dict[str, Any]:
        """Ask for the day of review where the decision needs one, and for the weeks of a notice to improve."""
        cleaned = super().clean() or self.cleaned_data
        decision, review = cleaned.get("decision"), cleaned.get("review_on")
        if decision in _REVIEWED and not review and "review_on" not in self.errors:
            self.add_error("review_on", "Say when it is looked at again.")
        if review and review <= self.on:
            self.add_error("review_on", "Choose a day after today.")
        if decision == Decision.NOTICE_TO_IMPROVE and not cleaned.get("weeks") and "weeks" not in self.errors:
            self.add_error("weeks", "Say for how many weeks: 3 to 6.")
        return cleaned

    @property
    def checks(self) -> dict[str, str]:
        """The answers, by the name of the question."""
        return {name: self.cleaned_data[name] for name in CHECKS}


class NoticeForm(BaseForm):
    """A notice that the local authority issued."""

    submit_label = "Record the notice"

    parent = forms.TypedChoiceField(label="Issued to", coerce=int)
    issued_on = forms.DateField(
        label="Date of issue", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reference = forms.CharField(label="The authority's reference", max_length=40, required=False)

    def __init__(self, *args: Any, parents: Sequence[Parent], **kwargs: Any) -> None:
        """Take the parents to whom one can be issued."""
        super().__init__(*args, **kwargs)
        cast("forms.TypedChoiceField", self.fields["parent"]).choices = [
            ("", "Choose"),
            *((parent.link.parent_carer_id, _named(parent)) for parent in parents),
        ]


def _named(parent: Parent) -> str:
    """Return the parent's name with the notices that count, so that the choice says what it would be."""
    counted = {0: "none in three years", 1: "1 in three years"}.get(parent.notices, f"{parent.notices}: the limit")
    return f"{parent.link.parent_carer} ({counted})"


class NoticeStatusForm(BaseForm):
    """What became of a notice."""

    submit_label = "Change"

    seen = forms.ChoiceField(choices=PenaltyNotice.Status, widget=forms.HiddenInput)
    status = forms.ChoiceField(label="Status", choices=PenaltyNotice.Status)
    reason = forms.CharField(label="Why (needed for a withdrawal)", max_length=500, required=False)
