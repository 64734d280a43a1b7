"""A kind of intervention that the school offers."""

from typing import Any

from django import forms

from contacts.forms.agency_fields import line_field
from interventions.models import Aim, Barrier, InterventionType
from interventions.services.types import FACTS, type_version
from pastoral.core.forms import GuardedForm


class TypeForm(GuardedForm):
    """What it is, what it usually takes, and against which barriers it helps."""

    name = line_field("Name", 80, is_required=True)
    aim = forms.ChoiceField(label="Usually for", choices=Aim.choices)
    about = line_field("What it is", 200, "For who chooses.")
    sessions = forms.IntegerField(label="Sessions usually planned", min_value=0, max_value=200)
    minutes = forms.IntegerField(label="Minutes of staff time each", min_value=0, max_value=400)
    weeks = forms.IntegerField(label="School weeks it usually lasts", min_value=1, max_value=40)
    grace_days = forms.IntegerField(
        label="Days of grace",
        min_value=0,
        max_value=20,
        help_text="School days from the start that count for neither side when its effect is measured.",
    )
    barriers = forms.ModelMultipleChoiceField(
        Barrier.objects.none(),
        label="Helps against",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(
        label="Offered", required=False, help_text="Without the tick it is offered no more; those that run go on."
    )

    def __init__(self, *args: Any, kind: InterventionType | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        fields: dict[str, Any] = self.fields
        fields["barriers"].queryset = Barrier.objects.all()

    @classmethod
    def of(cls, kind: InterventionType | None, data: Any = None) -> "TypeForm":
        """Return the form filled with the kind as it stands; with what is usual for a new one."""
        held = kind or InterventionType()
        initial: dict[str, Any] = {name: getattr(held, name) for name in FACTS}
        if kind:
            initial |= {"barriers": [each.pk for each in kind.barriers.all()], "seen": type_version(kind)}
        return cls(data, initial=initial, kind=kind)

    def clean_name(self) -> str:
        """Refuse the name of another kind."""
        name: str = self.cleaned_data["name"]
        same = InterventionType.objects.filter(name__iexact=name)
        if any(each != self.kind for each in same):
            raise forms.ValidationError("There is a type of that name already.")
        return name

    def facts(self) -> dict[str, Any]:
        """Return the kind's columns, once the form is valid."""
        return {name: self.cleaned_data[name] for name in FACTS}
