"""What somebody is to do: set, handed on, done with what shows it, or not needed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from interventions.forms.fields import colleague_field, day_field, line_field, not_past, not_to_come
from interventions.models import Action, StepKind
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.versions import version_of

FACTS = ("what", "owner_id", "due_on")


def colleagues(*also: int) -> Any:
    """Return whom an action can be given to: everybody who works here, and those who have it already."""
    here = User.objects.filter(is_active=True) | User.objects.filter(pk__in=also)
    return here.order_by("surname", "forename", "pk")


class ActionForm(OnceForm):
    """A new action."""

    submit_label = "Set it"

    what = line_field("What is to be done", 200)
    owner = colleague_field("Who does it")
    due_on = day_field("By")
    kind = forms.ChoiceField(label="Kind", choices=StepKind.choices, initial=StepKind.OTHER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], colleagues())

    def clean_due_on(self) -> date | None:
        """Refuse a day that is over."""
        return not_past(self.cleaned_data["due_on"])

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        names = [name for name in self.cleaned_data if name != "token"]
        return {name: self.cleaned_data[name] for name in names}


class ActionChangeForm(GuardedForm):
    """An action handed on, or put right."""

    submit_label = "Save"

    what = line_field("What is to be done", 200)
    owner = colleague_field("Who does it")
    due_on = day_field("By")

    @classmethod
    def of(cls, action: Action, data: Any = None) -> "ActionChangeForm":
        """Return the form of an action that stands."""
        initial = {"what": action.what, "owner": action.owner_id, "due_on": action.due_on}
        form = cls(data, initial=initial | {"seen": version_of(action, FACTS)}, auto_id="change-%s")
        offer(form.fields["owner"], colleagues(action.owner_id))
        return form

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        held = self.cleaned_data
        return {"what": held["what"], "owner_id": held["owner"].pk, "due_on": held["due_on"]}


class ActionDoneForm(BaseForm):
    """An action done. What shows it is optional, as is a note."""

    submit_label = "It is done"

    on = day_field("Done on")
    note = line_field("Note", 300, "What came of it, if that is to be known.", is_required=False)
    shows = forms.ChoiceField(label="What shows it", required=False)

    def __init__(self, *args: Any, evidence: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "done-%s"
        self.initial.setdefault("on", timezone.localdate())
        fields: dict[str, Any] = self.fields
        fields["shows"].choices = [("", "Nothing, or the note"), *evidence]
        if not evidence:
            del fields["shows"]

    def clean_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["on"])


class ActionDropForm(BaseForm):
    """An action that nobody has to do any more."""

    submit_label = "It is not needed"

    because = line_field("Why not", 300, "It stays in the list of what was settled, with this reason.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "drop-%s"
