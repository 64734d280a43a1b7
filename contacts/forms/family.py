"""How a parent or carer wants to be contacted."""

from typing import Any

from django import forms

from contacts.models import Channel
from pastoral.core.forms import GuardedForm


class WishForm(GuardedForm):
    """What they told the school: by which way, in which language, at what time of the day."""

    submit_label = "Save what they want"

    channel = forms.ChoiceField(label="How they want to be contacted", choices=[("", "No matter")], required=False)
    language = forms.CharField(label="Language, if not English", max_length=60, required=False)
    needs_interpreter = forms.BooleanField(label="They need an interpreter", required=False)
    best_time = forms.CharField(
        label="Best time", max_length=80, required=False, help_text="For instance: after 17:00, not on Mondays."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["channel"].choices = [("", "No matter"), *Channel.choices]

    def clean(self) -> dict[str, Any]:
        """Refuse an interpreter into no language."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("needs_interpreter") and not data.get("language"):
            self.add_error("language", "Say into which language.")
        return data
