"""Correcting one mark: the code, minutes late, a comment and why."""

from typing import Any, Self

from django import forms

from attendance.codes import Code
from attendance.forms.codes import code_groups
from pastoral.core.forms import BaseForm

OTHER = "Other"
NOT_FOUND = "No reason could be found"
QUICK_REASONS = ("Parent phoned", "Letter or email received", "Arrived late", "Marked in error", OTHER)


class ReasonFields(forms.Form):
    """Why marks are changed: a reason to pick, with words of one's own or by themselves."""

    why = forms.ChoiceField(
        label="Why it is changed",
        choices=[("", "Choose a reason")] + [(words, words) for words in QUICK_REASONS],
        error_messages={"required": "Say why it is changed: the reason stays with the mark."},
    )
    detail = forms.CharField(
        label="In your words", max_length=200, required=False, help_text="Needed with “Other”; else as you like."
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where the reason picked says nothing by itself."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("why") == OTHER and not cleaned.get("detail"):
            self.add_error("detail", "Say in a few words why it is changed.")
        return cleaned

    @property
    def reason(self) -> str:
        """The reason as it stays with the marks."""
        why, detail = self.cleaned_data.get("why", ""), self.cleaned_data.get("detail", "")
        return ": ".join(part for part in (why if why != OTHER else "", detail) if part)


class MarkForm(ReasonFields, BaseForm):
    """What one mark shall say, and why."""

    submit_label = "Save"

    code = forms.TypedChoiceField(
        label="Mark", coerce=int, error_messages={"required": "Choose the code that the mark shall have."}
    )
    minutes = forms.IntegerField(
        label="Minutes late",
        min_value=1,
        max_value=240,
        required=False,
        help_text="With L and U alone.",
        error_messages={
            "invalid": "Put in whole minutes, such as 12.",
            "min_value": "Put in at least 1 minute.",
            "max_value": "Put in at most 240 minutes: a session is no longer.",
        },
    )
    comment = forms.CharField(label="Comment", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    field_order = ("code", "minutes", "comment", "why", "detail", "seen", "back")

    _late: frozenset[int] = frozenset()

    @classmethod
    def of(cls, codes: tuple[Code, ...], data: Any = None, *, is_new: bool, initial: dict[str, Any]) -> Self:
        """Return the form with the codes offered; a mark that is new to its session needs no reason."""
        form = cls(data, initial=initial)
        code: Any = form.fields["code"]
        code.choices = [("", "Choose a code"), *code_groups(codes)]
        form._late = frozenset(code.key for code in codes if code.takes_minutes)
        if is_new:
            del form.fields["why"], form.fields["detail"]
        return form

    def clean(self) -> dict[str, Any]:
        """Ask for the minutes of a late mark; those left beside another code are dropped."""
        cleaned = super().clean()
        is_late = cleaned.get("code") in self._late
        if is_late and not cleaned.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", "Say how many minutes late; an estimate will do.")
        if not is_late:
            cleaned["minutes"] = None
        return cleaned
