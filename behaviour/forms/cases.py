"""Cases of bullying and prejudice: opened, changed, looked at again, closed."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from behaviour.models import BullyingCase, CaseStudent, Incident
from behaviour.models.cases import PROTECTED, Form, Medium, Motivation
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.templatetags.pastoral import day
from pastoral.core.versions import version_of
from students.picking import Role

SIDES = tuple(Role(side.value, side.label) for side in CaseStudent.Side)
Finding = BullyingCase.Finding
_MOTIVATIONS = [
    ("Protected characteristics", [(each.value, each.label) for each in Motivation if each in PROTECTED]),
    ("Other", [(each.value, each.label) for each in Motivation if each not in PROTECTED]),
]


def _words(label: str, help_text: str = "", *, rows: int = 3, is_required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=5000,
        required=is_required,
        widget=forms.Textarea({"rows": rows}),
        help_text=help_text,
    )


class TextsForm(BaseForm):
    """A form that leaves out the texts that name students whom the person may not see."""

    def __init__(self, *args: Any, beyond: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beyond = [name for name in beyond if name in self.fields]
        for name in self.beyond:
            del self.fields[name]


class CaseForm(TextsForm):
    """What a case is about."""

    submit_label = "Save"

    form = forms.ChoiceField(label="Form", choices=[("", "Choose…"), *Form.choices])
    medium = forms.ChoiceField(label="Where it is done", choices=Medium.choices)
    motivations = forms.MultipleChoiceField(
        label="What it is about",
        choices=_MOTIVATIONS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one; “Something else, or not known” is among them."},
    )
    summary = _words("What is said, and by whom", "In plain words. A parent may read it one day.", is_required=True)
    owner = forms.ModelChoiceField(User.objects.none(), label="Who keeps the case", empty_label=None)

    def __init__(self, *args: Any, keepers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], keepers)

    def facts(self) -> dict[str, Any]:
        """Return the case's own fields, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"incidents", "seen", "token"}}


class CaseOpenForm(OnceForm, CaseForm):
    """A case from its beginning. offered: incidents that may be in it, by key."""

    incidents = forms.TypedMultipleChoiceField(
        label="Incidents", required=False, widget=forms.CheckboxSelectMultiple, coerce=int
    )

    def __init__(self, *args: Any, offered: Mapping[int, Incident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["incidents"]
        field.choices = [(key, f"{each.type}, {day(each.occurred_on)}") for key, each in offered.items()]


class CaseChangeForm(GuardedForm, CaseForm):
    """A case that goes on."""

    finding = forms.ChoiceField(label="Finding", choices=Finding.choices)
    action = _words("Action", "What was done with those who did it.")
    outcome = _words("Outcome", "How it stands for the one it was done to.")


class SupportForm(GuardedForm, TextsForm):
    """What one side gets, and when the parents were told."""

    submit_label = "Save"
    is_kept = True

    support = _words("Support", "Who does what, how often. The target and whoever did it each get some.")
    parents_told_on = forms.DateField(
        label="Parents told on",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_parents_told_on(self) -> Any:
        """Refuse a day to come."""
        day = self.cleaned_data["parents_told_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("The day is still to come: correct the date.")
        return day

    def facts(self) -> dict[str, Any]:
        """Return what is written, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class CheckForm(BaseForm):
    """What the target says, two and six weeks after."""

    submit_label = "Save the answer"
    is_kept = True

    is_over = forms.TypedChoiceField(
        label="Has it stopped, does the target say?",
        choices=[("yes", "Yes, it has stopped"), ("no", "No, it has not stopped")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    note = _words("In the target’s words", rows=2)


class CloseForm(GuardedForm, TextsForm):
    """How it ended."""

    submit_label = "Close the case"
    is_kept = True

    finding = forms.ChoiceField(
        label="Finding",
        choices=[("", "Choose…"), *((value, label) for value, label in Finding.choices if value != Finding.ALLEGED)],
    )
    action = _words("Action", "What was done with those who did it.", is_required=True)
    outcome = _words("Outcome", "How it stands for the one it was done to.", is_required=True)

    def __init__(self, *args: Any, case: BullyingCase, beyond: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, beyond=beyond, **kwargs)
        names = [name for name in self.fields if name != "seen"]
        stands = {name: getattr(case, name) for name in names}
        if case.finding == Finding.ALLEGED:
            stands["finding"] = ""
        self.initial.update(stands, seen=version_of(case, names))

    def facts(self) -> dict[str, Any]:
        """Return what is written, once the form is valid; the texts beyond the person's sight are not among it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}
