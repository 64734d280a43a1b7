"""Deciding proposals: which, how, and why."""

from django import forms

from pastoral.core.forms import BaseForm

LONGEST_REASON = 1000


class DecideForm(BaseForm):
    """Proposals ticked in the list, what is decided about them, and the reason; any words are a reason."""

    proposals = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={
            "required": "Tick the proposals that you decide.",
            "invalid_choice": "One that was ticked is not yours to decide, so nothing was: look at the ticks again.",
        },
    )
    decision = forms.ChoiceField(choices=[("accept", "Accept"), ("dismiss", "Dismiss")])
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        error_messages={"required": "Say what you will do, or why not: the reason stays with the decision."},
    )

    def __init__(self, data: object, *, offered: list[int]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["proposals"].choices = [(str(key), "") for key in offered]  # type: ignore[attr-defined]
