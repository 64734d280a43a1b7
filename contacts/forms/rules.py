"""The rules of contacts as people put them in."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from behaviour.models import Rule
from contacts.models import ContactRules
from pastoral.core.forms import GuardedForm


def _number(label: str, least: int, most: int, help_text: str) -> forms.IntegerField:
    wrong = {"min_value": f"{least} to {most}.", "max_value": f"{least} to {most}."}
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text, error_messages=wrong)


class RulesForm(GuardedForm):
    """By which rules the clocks of contacts run."""

    submit_label = "Save the rules"

    contact_clock = forms.ChoiceField(
        label="After an incident was acted on, a parent or carer is reached within",
        choices=Rule.choices,
        widget=forms.RadioSelect,
    )
    acknowledge = forms.ChoiceField(
        label="An enquiry is acknowledged", choices=ContactRules.Acknowledge.choices, widget=forms.RadioSelect
    )
    office_closes = forms.TimeField(
        label="The office closes at",
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text="What comes later came after hours.",
        error_messages={"invalid": "Put in a time such as 16:00.", "required": "Put in a time such as 16:00."},
    )
    retry_minutes = _number("Try again after … minutes", 5, 480, "After the first attempt; double after each.")
    claim_minutes = _number("A claimed call is held for … minutes", 1, 60, "Then a colleague may take it over.")
    seen_weeks = _number("Not seen for … school weeks", 1, 40, "Then a student is listed as not seen.")
    silent_weeks = _number("A family not contacted for … weeks", 1, 52, "Then the family is listed as silent.")

    good_news_quota = _number("Good news home from each tutor, a half term", 0, 200, "0 for no quota.")

    @property
    def helper(self) -> FormHelper:
        """Return the layout: the two rules of the clocks, then the numbers side by side where there is room."""
        helper = super().helper
        numbers = ("office_closes", "retry_minutes", "claim_minutes", "seen_weeks", "silent_weeks", "good_news_quota")
        helper.layout = Layout("seen", "contact_clock", "acknowledge", Div(*numbers, css_class="form-grid"))
        return helper

    @classmethod
    def of(cls, facts: dict[str, Any], version: str, data: Any = None) -> "RulesForm":
        """Return the form filled with the rules as they stand."""
        return cls(data, initial=facts | {"seen": version})
