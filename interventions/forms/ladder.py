"""The attendance ladder and the barriers as the school sets them."""

from typing import Any, Self

from django import forms

from interventions.forms.fields import line_field
from interventions.models import StepKind
from pastoral.core.forms import GuardedForm

OF_STAGE = ("order", "code", "name", "trigger", "who", "review_weeks", "is_legal", "is_active")
OF_STEP = ("order", "kind", "what", "within_days", "is_active")
OF_BARRIER = ("name", "is_active")


class _SettingForm(GuardedForm):
    """A row of the school's settings. FACTS: its columns."""

    FACTS: tuple[str, ...] = ()

    @classmethod
    def of(cls, facts: dict[str, Any], version: str, data: Any = None) -> Self:
        """Return the form filled with the row as it stands; empty facts for a new one."""
        return cls(data, initial=facts | {"seen": version})

    @property
    def facts(self) -> dict[str, Any]:
        """What the row shall be."""
        return {name: self.cleaned_data[name] for name in self.FACTS}


class StageForm(_SettingForm):
    """A stage of the ladder."""

    FACTS = OF_STAGE
    submit_label = "Save the stage"

    code = line_field("Short name", 3, "As it is printed: 1, 2, S.")
    name = line_field("Name", 60)
    trigger = line_field("When a student comes here", 200, "In the school’s words. Nobody comes here by it alone.")
    who = line_field("Whose it usually is", 80)
    review_weeks = forms.IntegerField(
        label="Looked at again after … school weeks",
        min_value=1,
        max_value=20,
        initial=4,
        error_messages={"min_value": "Choose 1 to 20 school weeks.", "max_value": "Choose 1 to 20 school weeks."},
    )
    order = forms.IntegerField(
        label="Place on the ladder", min_value=0, max_value=99, help_text="From the lightest stage, 0, up."
    )
    is_legal = forms.BooleanField(label="From here on the authority asks for evidence", required=False)
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="Cases that stand at a stage out of use stay there."
    )


class StepForm(_SettingForm):
    """What is to be done at a stage."""

    FACTS = OF_STEP
    submit_label = "Save the step"

    what = line_field("What is to be done", 160)
    kind = forms.ChoiceField(label="Kind", choices=StepKind.choices)
    within_days = forms.IntegerField(
        label="Within … school days",
        min_value=0,
        max_value=60,
        initial=5,
        error_messages={"min_value": "Choose 0 to 60 school days.", "max_value": "Choose 0 to 60 school days."},
    )
    order = forms.IntegerField(label="Place among the steps", min_value=0, max_value=99, initial=9)
    is_active = forms.BooleanField(label="In use", required=False, initial=True)


class BarrierForm(_SettingForm):
    """A barrier, as a tag."""

    FACTS = OF_BARRIER
    submit_label = "Save the barrier"

    name = line_field("Barrier", 60)
    is_active = forms.BooleanField(label="In use", required=False, initial=True)
