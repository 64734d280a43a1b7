"""Logging an incident: what is told of it; who was in it is the student picker's."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from behaviour.forms.rooms import TimeInput
from behaviour.models import Incident, IncidentType, Involvement, ListedWord, Strand
from behaviour.services.incidents import Told
from pastoral.core.forms import OnceForm
from students.picking import Role

ROLES = tuple(Role(role.value, role.label) for role in Involvement.Role)
FROM_THE_TYPE = ("", "As usual")


class IncidentForm(OnceForm):
    """One incident in one step."""

    submit_label = "Log the incident"

    kind = forms.ModelChoiceField(
        IncidentType.objects.none(),
        label="What kind",
        to_field_name="pk",
        empty_label="Choose…",
        error_messages={"required": "Choose what kind of incident it was."},
    )
    what_happened = forms.CharField(
        label="What happened",
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        help_text="What was seen and heard, in plain words. A parent may read it one day.",
    )
    location = forms.ChoiceField(label="Where", required=False)
    activity = forms.ChoiceField(label="Subject or activity", required=False)
    period = forms.ChoiceField(label="Part of the day", required=False)
    occurred_on = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    occurred_at = forms.TimeField(label="Time", required=False, widget=TimeInput(format="%H:%M"))
    severity = forms.ChoiceField(
        label="How serious", required=False, choices=[FROM_THE_TYPE, *Incident.Severity.choices]
    )
    action_taken = forms.ChoiceField(label="Action so far", required=False)
    status = forms.ChoiceField(label="Status", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].queryset = IncidentType.objects.filter(is_active=True)
        fields["kind"].choices = _by_strand(fields["kind"].queryset)
        words = words_by_kind()
        for name, kind in (
            ("location", ListedWord.Kind.LOCATION),
            ("activity", ListedWord.Kind.ACTIVITY),
            ("period", ListedWord.Kind.PERIOD),
            ("action_taken", ListedWord.Kind.ACTION),
            ("status", ListedWord.Kind.STATUS),
        ):
            fields[name].choices = [("", "–"), *((word, word) for word in words.get(kind, ()))]
        now = timezone.localtime()
        self.initial.setdefault("occurred_on", now.date())
        self.initial.setdefault("occurred_at", now.time())

    def clean_occurred_on(self) -> Any:
        """Refuse a day to come."""
        day = self.cleaned_data["occurred_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("The day is still to come: correct the date.")
        return day

    def told(self) -> Told:
        """Return what is told, once the form is valid."""
        data = self.cleaned_data
        return Told(
            kind=data["kind"],
            occurred_on=data["occurred_on"],
            occurred_at=data["occurred_at"],
            what_happened=data.get("what_happened", ""),
            activity=data["activity"],
            location=data["location"],
            period=data["period"],
            status=data["status"],
            severity=int(data["severity"]) if data["severity"] else None,
        )


def words_by_kind() -> dict[str, list[str]]:
    """Return the words that the school's forms offer, by list."""
    found: dict[str, list[str]] = {}
    for kind, name in ListedWord.objects.filter(is_active=True).values_list("kind", "name"):
        found.setdefault(kind, []).append(name)
    return found


def _by_strand(types: Sequence[IncidentType]) -> list[Any]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for kind in types:
        heading = "Bullying and prejudice" if kind.is_prejudice else "To the DSL" if kind.goes_to_dsl else kind.strand
        groups.setdefault(heading, []).append((kind.pk, kind.name))
    labels = dict(Strand.choices)
    return [("", "Choose…"), *((labels.get(heading, heading), held) for heading, held in groups.items())]
