"""Who is followed closely in a half term, and what is promised to home."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from pastoral.core.forms import GuardedForm, OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import names_apart
from students.models import CalendarSpan


class _Agreed(forms.Form):
    """What is agreed for a student."""

    because = forms.CharField(label="Why", max_length=200, help_text="As the meeting said it, in a sentence.")
    every_weeks = forms.TypedChoiceField(
        label="Home is contacted",
        coerce=int,
        choices=[(1, "every school week"), *((weeks, f"every {weeks} school weeks") for weeks in range(2, 7))],
    )
    owner = forms.TypedChoiceField(label="Who sees to it", coerce=int)

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["owner"].choices = list(names_apart(people).items())


class TargetForm(_Agreed, OnceForm):
    """Students put on the list; they are chosen beside it."""

    submit_label = "Put on the list"

    term = forms.TypedChoiceField(label="Half term", coerce=int)
    field_order = ("term", "because", "every_weeks", "owner")

    def __init__(self, *args: Any, terms: Sequence[CalendarSpan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["term"].choices = [(term.pk, term.name) for term in terms]


class TargetChangeForm(_Agreed, GuardedForm):
    """What is agreed for one student, put right."""
