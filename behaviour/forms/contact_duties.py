"""Who calls a parent, and why nobody does."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from pastoral.core.forms import BaseForm, GuardedForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer


class DelegateForm(GuardedForm):
    """A colleague who sees the student makes the call."""

    submit_label = "Save who calls"

    to = forms.ModelChoiceField(User.objects.none(), label="Who calls", required=False)

    def __init__(self, *args: Any, colleagues: QuerySet[User], owner: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.empty_label = f"{owner}, who acted"
        offer(field, colleagues)


class WaiveForm(BaseForm):
    """No parent has to be reached, with a reason."""

    submit_label = "Waive it"

    because = forms.CharField(
        label="Why nobody is to be called",
        max_length=300,
        help_text="The DSL advised no contact; the parents were in the room. It stays in the history with this reason.",
    )
