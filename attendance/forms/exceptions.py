"""An exception: days of a student that rules do not count."""

from typing import Any

from django import forms

from pastoral.core.forms import BaseForm


class ExceptionForm(BaseForm):
    """Which days, for what, and why."""

    submit_label = "Make the exception"

    rule = forms.ChoiceField(label="For", widget=forms.RadioSelect)
    first_day = forms.DateField(label="First day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(label="Last day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    words = forms.CharField(
        label="Why",
        max_length=200,
        help_text="Everybody who may decide a proposal about this student reads it: nothing confidential.",
    )

    def __init__(self, *args: Any, rule: tuple[str, str], strand: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["rule"].choices = [(rule[0], f"This rule: {rule[1]}"), ("all", f"Every rule about {strand.lower()}")]

    def clean(self) -> dict[str, Any]:
        """Want days in order."""
        data = super().clean() or {}
        if data.get("first_day") and data.get("last_day") and data["last_day"] < data["first_day"]:
            self.add_error("last_day", "It ends on or after its first day.")
        return data


class WithdrawForm(BaseForm):
    """An exception ends before its time."""

    submit_label = "Withdraw it"

    because = forms.CharField(label="Why its days count after all", max_length=300)
