"""Work for students who are away: which subjects are asked, what is not needed, and for how long an absence."""

from typing import Any

from django import forms

from behaviour.forms.incidents import words_by_kind
from behaviour.models import BehaviourRules, ListedWord
from pastoral.core.forms import BaseForm, GuardedForm
from pastoral.core.versions import version_of

# What is neither a subject nor asks for work.
NO_SUBJECT = {"Form time", "Assembly"}


class WorkForm(BaseForm):
    """Subjects that are asked for work."""

    submit_label = "Ask for work"

    subjects = forms.MultipleChoiceField(
        label="Subjects",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    other = forms.CharField(label="Another subject", max_length=80, required=False)
    asked_of = forms.CharField(
        label="Asked of", max_length=60, required=False, help_text="Empty: of the teacher beside it."
    )

    def __init__(self, *args: Any, held: set[str], taught: dict[str, str], **kwargs: Any) -> None:
        """Offer the subjects that the student is taught, each with its teacher; the school’s where none is known."""
        super().__init__(*args, **kwargs)
        self.taught = taught
        listed = list(taught) or words_by_kind().get(ListedWord.Kind.ACTIVITY, [])
        open_ones = [each for each in listed if each not in held | NO_SUBJECT]
        fields: dict[str, Any] = self.fields
        fields["subjects"].choices = [(each, f"{each} {taught.get(each, '')}".strip()) for each in open_ones]
        fields["subjects"].initial = open_ones if taught else []

    def clean(self) -> dict[str, Any]:
        """Ask for a subject."""
        data = super().clean() or {}
        if not (data.get("subjects") or data.get("other")):
            raise forms.ValidationError("Choose at least one subject.")
        return data

    @property
    def wanted(self) -> list[tuple[str, str]]:
        """The subjects, each with whom it is asked of, once the form is valid."""
        data = self.cleaned_data
        subjects = [*data["subjects"], *filter(None, [data["other"]])]
        return [(each, data["asked_of"] or self.taught.get(each, "")) for each in subjects]


class NotNeededForm(BaseForm):
    """Why work is not needed."""

    submit_label = "Not needed"

    because = forms.CharField(label="Why", max_length=200, error_messages={"required": "Say why it is not needed."})


class NoWorkForm(NotNeededForm):
    """Why no work is needed for an absence at all."""

    submit_label = "No work is needed"


class WorkAfterForm(GuardedForm):
    """For how long an absence work is set."""

    work_after = forms.IntegerField(
        label="Work is set for an absence of more than … sessions",
        min_value=1,
        max_value=60,
        help_text="Two sessions are a school day: 5 sessions are two and a half days. A suspension needs work from its "
        "first session, whatever stands here.",
        error_messages={"min_value": "1 to 60.", "max_value": "1 to 60."},
    )

    @classmethod
    def of(cls, rules: BehaviourRules, data: Any = None) -> "WorkAfterForm":
        """Return the form filled with the rule as it stands."""
        seen = version_of(rules, ["work_after"])
        return cls(data, initial={"work_after": rules.work_after, "seen": seen})
