"""One rule that proposes, as the school sets it."""

from typing import Any, Self

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from attendance.rules.data import Setting
from pastoral.core.forms import BaseForm


class RuleForm(BaseForm):
    """Whether the rule runs, when it fires and what it then proposes."""

    submit_label = "Save the rule"

    is_on = forms.BooleanField(label="This rule proposes", required=False)
    title = forms.CharField(label="Name of the rule", max_length=80)
    count = forms.IntegerField(label="How many make it fire", min_value=1, max_value=190)
    weeks = forms.IntegerField(
        label="School weeks it looks back",
        min_value=1,
        max_value=39,
        required=False,
        help_text="Empty: the half term so far.",
    )
    proposes = forms.CharField(
        label="What it proposes", max_length=120, help_text="A step for a person to take, in the school's words."
    )

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
        names = ("is_on", "title", "count", "weeks", "proposes")
        return cls(data, initial={name: getattr(setting, name) for name in names})

    def setting(self, slug: str) -> Setting:
        """Return the rule as the form says."""
        return Setting(slug=slug, **self.cleaned_data)
