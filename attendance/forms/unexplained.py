"""Putting a reason to several unexplained absences at once."""

from typing import Any, Self

from django import forms

from attendance.forms.corrections import NOT_FOUND, OTHER, QUICK_REASONS, ReasonFields
from pastoral.core.forms import BaseForm

SET, ACCEPT, KEEP = "set", "accept", "keep"


class ResolveForm(ReasonFields, BaseForm):
    """The code and the reason for the ticked rows; the button says whether it is set, O accepted, or N kept."""

    code = forms.ChoiceField(label="Code", required=False)
    comment = forms.CharField(label="Comment on the marks", max_length=500, required=False)

    field_order = ("code", "why", "detail", "comment")

    @classmethod
    def of(cls, codes: list[Any], data: Any = None) -> Self:
        """Return the form with the codes to choose from."""
        form = cls(data)
        code: Any = form.fields["code"]
        code.choices = [("", "Choose a code"), *codes]
        why: Any = form.fields["why"]
        why.choices = [("", "Choose a reason"), *((words, words) for words in (*QUICK_REASONS[:-1], NOT_FOUND, OTHER))]
        return form

    def clean(self) -> dict[str, Any]:
        """Ask for the code when one is to be set."""
        cleaned = super().clean()
        if self.data.get("do", SET) == SET and not cleaned.get("code") and "code" not in self.errors:
            self.add_error("code", "Choose the code that the ticked sessions shall have.")
        return cleaned
