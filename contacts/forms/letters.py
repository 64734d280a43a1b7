"""Templates and rules of letters, and how letters are withdrawn."""

from decimal import Decimal
from typing import Any

from django import forms

from contacts.merging import faults_in
from contacts.models import LetterRule, LetterTemplate
from pastoral.core.forms import BaseForm, GuardedForm

PERMILLE = LetterRule.Measure.MISSED_PERMILLE
MEASURES = [
    (value, "Absence, % of possible sessions" if value == PERMILLE else label)
    for value, label in LetterRule.Measure.choices
]
WHOLE = 100


class TemplateForm(GuardedForm):
    """The words of a letter."""

    submit_label = "Save the template"

    kind = forms.ChoiceField(
        label="What it is for",
        choices=LetterTemplate.Kind.choices,
        help_text="It says which merge fields have a value, and what the contact is logged as.",
    )
    name = forms.CharField(label="Name", max_length=80, help_text="As staff choose it.")
    subject = forms.CharField(label="Subject", max_length=120)
    body = forms.CharField(
        label="Letter",
        widget=forms.Textarea({"rows": 18, "class": "letter-body"}),
        help_text="From “Dear …” to the signature. An empty line begins a paragraph.",
    )
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """Refuse merge fields that have no value, each with what was meant."""
        data = super().clean() or {}
        for name in ("subject", "body"):
            for fault in faults_in(data.get(name, ""), data.get("kind", "")):
                self.add_error(name, fault)
        return data


class RuleForm(GuardedForm):
    """Whom a batch is for."""

    submit_label = "Save the rule"

    title = forms.CharField(label="Name", max_length=80)
    template = forms.ModelChoiceField(LetterTemplate.objects.none(), label="Letter")
    measure = forms.ChoiceField(label="What is counted", choices=MEASURES)
    at_least = forms.DecimalField(
        label="At least",
        min_value=Decimal("0.1"),
        max_value=1000,
        decimal_places=1,
        help_text="Of absence in %: 10 is 10 % missed, which is 90 % attendance. Of anything else a whole number.",
    )
    weeks = forms.IntegerField(
        label="In how many school weeks",
        min_value=1,
        max_value=40,
        required=False,
        help_text="Empty: the half term so far.",
    )
    grace_days = forms.IntegerField(
        label="School days that do not count yet",
        min_value=0,
        max_value=20,
        help_text="So long parents may still explain. An absence still coded N never counts as unauthorised.",
    )
    quiet_days = forms.IntegerField(
        label="Days before the next one",
        min_value=0,
        max_value=365,
        help_text="Who had this letter within so many days is left out.",
    )
    is_on = forms.BooleanField(label="In use", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["template"]
        field.queryset = LetterTemplate.objects.active().exclude(kind=LetterTemplate.Kind.ACKNOWLEDGEMENT)
        field.empty_label = "Choose…"
        if self.initial.get("measure") == PERMILLE:
            self.initial["at_least"] = Decimal(self.initial["at_least"]) / 10

    def clean(self) -> dict[str, Any]:
        """Turn the percentage into the thousandths that are counted; everything else is whole."""
        data = super().clean() or self.cleaned_data
        least, is_percent = data.get("at_least"), data.get("measure") == PERMILLE
        if least is None:
            return data
        if is_percent and least > WHOLE:
            self.add_error("at_least", "No more than 100 % can be missed.")
        elif not is_percent and least % 1:
            self.add_error("at_least", "Give a whole number: only absence in % has a decimal.")
        else:
            data["at_least"] = int(least * 10 if is_percent else least)
        return data


class WithdrawForm(BaseForm):
    """A letter is withdrawn with a reason."""

    submit_label = "Withdraw it"

    because = forms.CharField(
        label="Why it should not stand",
        max_length=300,
        help_text="Sent by mistake, about somebody else, the marks were wrong. It stays in the history with this.",
    )
