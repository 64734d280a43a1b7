"""One rule that proposes, as the school sets it."""

from typing import Any, Self

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from attendance.models import ProposalRule
from attendance.rules.data import Setting
from pastoral.core.forms import BaseForm
from students.strands import Strand, countables

EVERYTHING = {
    Strand.BEHAVIOUR: "Everything about behaviour",
    Strand.HOMEWORK: "Everything about homework",
    Strand.UNIFORM: "Everything about uniform and equipment",
}
UNEXPLAINED = "Absences of these last days that nobody has explained do not count yet."


class RuleForm(BaseForm):
    """Whether the rule runs, what it counts, when it fires and what it then proposes to whom."""

    submit_label = "Save the rule"

    is_on = forms.BooleanField(label="This rule proposes", required=False)
    title = forms.CharField(label="Name of the rule", max_length=80)
    what = forms.ChoiceField(label="What it counts")
    count = forms.IntegerField(label="How many make it fire", min_value=1, max_value=190)
    weeks = forms.IntegerField(
        label="School weeks it looks back",
        min_value=1,
        max_value=39,
        required=False,
        help_text="Empty: the half term so far.",
    )
    grace_days = forms.IntegerField(
        label="School days of grace",
        min_value=0,
        max_value=10,
        help_text="The last days do not count yet: they may still be explained, or put right.",
    )
    proposes = forms.CharField(
        label="What it proposes", max_length=120, help_text="A step for a person to take, in the school's words."
    )
    person = forms.ChoiceField(
        label="Whose step it is",
        choices=ProposalRule.Person.choices,
        help_text="Whoever holds that role for the student on the day is named.",
    )

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = setting
        if setting.counts:
            fields: dict[str, Any] = self.fields
            fields["what"].choices = what_choices()
        else:
            del self.fields["what"]
            self.fields["grace_days"].help_text = UNEXPLAINED

    @property
    def helper(self) -> FormHelper:
        """Return the layout with a second button, which counts whom the rule would find."""
        helper = super().helper
        preview = Submit("preview", "Preview")
        preview.field_classes = "btn"
        helper.add_input(preview)
        return helper

    @classmethod
    def of(cls, setting: Setting, data: Any = None) -> Self:
        """Return the form filled with the rule as it stands."""
        names = ("is_on", "title", "count", "weeks", "grace_days", "proposes", "person")
        initial = {name: getattr(setting, name) for name in names} | {"what": f"{setting.strand}|{setting.counts}"}
        return cls(data, initial=initial, setting=setting)

    def setting(self, slug: str) -> Setting:
        """Return the rule as the form says; one that looks at marks in a way of its own goes on doing so."""
        data = dict(self.cleaned_data)
        strand, _, counts = data.pop("what", f"{self.held.strand}|{self.held.counts}").partition("|")
        return Setting(slug=slug, strand=strand, counts=counts, **data)


def what_choices() -> list[Any]:
    """Return what a rule can count, by strand: everything in it, its points, or one kind."""
    held = countables()
    groups = []
    for strand in Strand:
        options = [(f"{strand}|strand", EVERYTHING[strand])] if strand in EVERYTHING else []
        options += [(f"{strand}|points", "Points")] if strand == Strand.BEHAVIOUR else []
        options += [(f"{strand}|{each.kind}", each.label) for each in held if each.strand == strand]
        groups.append((strand.label, options))
    return groups
