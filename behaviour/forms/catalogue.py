"""A type of incident, and a word of the other lists, as the school sets them."""

from typing import Any

from django import forms

from behaviour.models import Incident, IncidentType, ListedWord, Strand
from pastoral.core.forms import BaseForm

MOST_POINTS = 99
HELD_NAME = "Records hold it as it is, so it stays: retire it and add another one to rename it."
STRANDS = [(strand.value, strand.label) for strand in Strand if strand != Strand.ATTENDANCE]


class EntryForm(BaseForm):
    """What every entry of the catalogue has."""

    submit_label = "Save"

    name = forms.CharField(label="Name", max_length=80, help_text="As the MIS writes it, if it comes from there.")
    order = forms.IntegerField(label="Place in the list", min_value=0, max_value=9999, help_text="Lower comes first.")
    is_active = forms.BooleanField(label="Forms offer it", required=False)

    def __init__(self, *args: Any, held: IncidentType | ListedWord | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if held is not None:
            self.fields["name"].disabled = True
            self.fields["name"].help_text = HELD_NAME


class TypeForm(EntryForm):
    """One type of incident."""

    strand = forms.ChoiceField(
        label="Strand",
        choices=[("", "Choose…"), *STRANDS],
        help_text="Which ladder counts it.",
        error_messages={"required": "Choose the strand that it counts in."},
    )
    points = forms.IntegerField(label="Points", min_value=0, max_value=MOST_POINTS, help_text="For each who did it.")
    severity = forms.TypedChoiceField(label="Severity", choices=Incident.Severity.choices, coerce=int)
    is_prejudice = forms.BooleanField(label="Asks for a bullying or prejudice case", required=False)
    goes_to_dsl = forms.BooleanField(
        label="A matter for the DSL",
        required=False,
        help_text="Nobody logs it as an incident, and imported ones are read by the DSL alone.",
    )

    field_order = ("name", "strand", "points", "severity", "is_prejudice", "goes_to_dsl", "order", "is_active")


class WordForm(EntryForm):
    """One word of a list; only achievements have points."""

    points = forms.IntegerField(label="Points", min_value=0, max_value=MOST_POINTS)

    field_order = ("name", "points", "order", "is_active")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != ListedWord.Kind.ACHIEVEMENT:
            del self.fields["points"]
