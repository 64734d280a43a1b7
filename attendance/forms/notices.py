"""Decisions about penalty notices and the notices themselves, as people put them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.html import format_html

from attendance.forms.spans import OpenForm, day_field
from attendance.models import NoticeDecision, PenaltyNotice
from attendance.summaries.notice_decided import ANSWERS, CHECKS
from attendance.summaries.notice_parents import Parent
from pastoral.core.forms import BaseForm

Decision = NoticeDecision.Decision
SHORTEST_WEEKS, USUAL_WEEKS, LONGEST_WEEKS = 3, 6, 6
_REVIEWED = (Decision.CONSIDERED, Decision.SUPPORT_FIRST)


def _question(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=CHECKS[name],
        choices=list(ANSWERS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Answer this one, too; “Not known” is an answer."},
    )


def _needed(label: str) -> str:
    """Return the label with the mark of what is required, for a field that stands only where it is."""
    return format_html('{}<span class="asteriskField">*</span>', label)


class NoticeDecisionForm(OpenForm):
    """What a person decides on a window, and the questions of the framework."""

    submit_label = "Record the decision"

    window = forms.DateField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    appropriate = _question("appropriate")
    offered = _question("offered")
    engaged = _question("engaged")
    best_tool = _question("best_tool")
    equality = _question("equality")
    decision = forms.ChoiceField(
        label="Decision",
        choices=[("", "Choose"), *Decision.choices],
        error_messages={"required": "Choose what you decide."},
    )
    weeks = forms.IntegerField(
        label=_needed("A notice to improve runs for … weeks"),
        min_value=SHORTEST_WEEKS,
        max_value=LONGEST_WEEKS,
        initial=USUAL_WEEKS,
        required=False,
        help_text="3 to 6, usually 6. Needed with “Notice to improve” only; there is none for a holiday.",
    )
    review_on = day_field(
        _needed("Look at it again on"),
        required=False,
        help_text="Needed with “Considered, wait” and “Support first” only.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What was weighed up: it is what the local authority and a court will read.",
        error_messages={"required": "Say what was weighed up: a decision stands with its reason."},
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        """Take the day, which a review comes after."""
        super().__init__(*args, **kwargs)
        self.on = on

    def layout(self) -> Layout:
        """Return the questions with their answers side by side, then the decision and what it alone needs."""
        return Layout(
            "window",
            "seen",
            *(InlineRadios(name) for name in CHECKS),
            "decision",
            Div("weeks", data_only_if=f"decision:{Decision.NOTICE_TO_IMPROVE}"),
            Div("review_on", data_only_if=f"decision:{','.join(_REVIEWED)}"),
            "reason",
        )

    def clean(self) -> dict[str, Any]:
        """Ask for what the decision needs, the day of review or the weeks, and drop what it does not."""
        cleaned = super().clean() or self.cleaned_data
        decision = cleaned.get("decision")
        self._need("review_on", "Say when it is looked at again.", is_needed=decision in _REVIEWED)
        self._need("weeks", "Say for how many weeks: 3 to 6.", is_needed=decision == Decision.NOTICE_TO_IMPROVE)
        review = cleaned.get("review_on")
        if review and review <= self.on:
            self.add_error("review_on", "Choose a day after today.")
        return cleaned

    def _need(self, name: str, words: str, *, is_needed: bool) -> None:
        if not is_needed:
            self.errors.pop(name, None)
            self.cleaned_data[name] = None
        elif not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, words)

    @property
    def checks(self) -> dict[str, str]:
        """The answers, by the name of the question."""
        return {name: self.cleaned_data[name] for name in CHECKS}


class NoticeForm(BaseForm):
    """A notice that the local authority issued."""

    submit_label = "Record the notice"

    parent = forms.TypedChoiceField(label="Issued to", coerce=int)
    issued_on = day_field("Date of issue")
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
