"""Putting a reason to several unexplained absences at once."""

from collections.abc import Collection
from datetime import date
from typing import Any, Self

from django import forms

from attendance.codes import CLASS_NAMES, CODES, Code, CodeClass
from attendance.forms.corrections import NOT_FOUND, OTHER, QUICK_REASONS, ReasonFields
from attendance.offers import ONLY_GRANTED
from pastoral.core.forms import BaseForm
from pastoral.core.rights import Right

SET, ACCEPT, KEEP = "set", "accept", "keep"
PRESENT = "/"


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


def code_words(on: date, rights: Collection[Right]) -> list[Any]:
    """Return the letters that may be put in place of N on the day, by what they count as; lates have their own page."""
    groups: dict[CodeClass, list[tuple[str, str]]] = {}
    for code in CODES:
        if code.is_valid_on(on) and _fits(code, rights):
            words = "Present" if code.letters == PRESENT else f"{code.letters}  {code.meaning}"
            groups.setdefault(code.code_class, []).append((code.letters, words))
    return [(CLASS_NAMES[kind], held) for kind, held in groups.items()]


def _fits(code: Code, rights: Collection[Right]) -> bool:
    if code.takes_minutes or code.code_class is CodeClass.ADMINISTRATIVE or code.letters in ("N", "\\"):
        return False
    if code.letters in ONLY_GRANTED:
        return Right.APPROVE_LEAVE in rights
    return not code.is_sensitive or Right.SEE_SENSITIVE_CODES in rights
