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
