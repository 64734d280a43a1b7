"""Withdrawing a record of contacts."""

from django import forms

from pastoral.core.forms import BaseForm


class WithdrawForm(BaseForm):
    """A record is withdrawn with a reason."""

    submit_label = "Withdraw it"

    because = forms.CharField(
        label="Why it should not stand",
        max_length=300,
        help_text="Logged twice, or about somebody else. It stays in the history with this reason.",
    )


def _reason_field(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, help_text="It stays in the history with this reason.")


class TakeOffForm(WithdrawForm):
    """A student comes off the target list."""

    submit_label = "Take them off"

    because = _reason_field("Why they come off the list")


class CallOffForm(WithdrawForm):
    """An event that families were asked to does not take place."""

    submit_label = "Call it off"

    because = _reason_field("Why it does not take place")
