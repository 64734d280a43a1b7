"""Putting an incident right: all of one that was logged here, and what the MIS does not say of an imported one."""

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from django import forms

from behaviour.forms.incidents import IncidentForm
from behaviour.models import Incident, IncidentType, Involvement
from behaviour.services.incident_edit import version_of
from behaviour.services.incidents import Part
from pastoral.core.forms import GuardedForm
from students.picking import Picking

MOST_POINTS = 99
LONGEST_STATEMENT = 5000
OWNED_HERE = ("severity", "period", "what_happened")


class ReopenedForm(GuardedForm):
    """A form that two may have open at once, each for another field. opened: what each said then, in short."""

    opened = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)

    def opened_now(self) -> None:
        """Note what each field says, once all are there; a form on its way keeps what it was opened with."""
        names = (name for name in self.fields if name not in {"seen", "opened"})
        said = (f"{name}:{_short(self._stands(name))}" for name in names)
        self.initial.setdefault("opened", " ".join(said))

    def overtaken(self) -> None:
        """Take over what stands now where the person changed nothing; say it where they did."""
        opened = {pair.partition(":")[0]: pair.partition(":")[2] for pair in self["opened"].data.split()}
        sent: Any = self.data
        sent = sent.copy()
        for name in self.fields:
            if opened.get(name) == _short(self[name].data):
                sent[name] = self._stands(name)
        sent["opened"] = self.initial["opened"]
        self.data = sent
        super().overtaken()

    def _stands(self, name: str) -> Any:
        value = self.get_initial_for_field(self.fields[name], name)
        return "" if value is None else value


class EditForm(ReopenedForm, IncidentForm):
    """An incident as it stands, to be put right. seen: the state of it that the person saw.

    told: the students whose statements the person reads whole, and may write or put right.
    """

    submit_label = "Save"

    def __init__(
        self,
        *args: Any,
        incident: Incident,
        parts: Iterable[Involvement],
        has_words: bool,
        told: Container[int] = (),
        **kwargs: Any,
    ) -> None:
        initial = _initial(incident) | kwargs.pop("initial", {})
        super().__init__(*args, initial=initial, **kwargs)
        fields: dict[str, Any] = self.fields
        actions = fields["action_taken"].choices
        for name in ("token", "action_taken", *(() if has_words else ("what_happened",))):
            del fields[name]
        self.incident, self.parts = incident, {part.student_id: part for part in parts}
        kind = next((each for each in fields["kind"].queryset if each.name == incident.type), None)
        kind = kind or IncidentType.objects.filter(name=incident.type).first()
        self.initial.setdefault("kind", kind.pk if kind else None)
        if kind and not kind.is_active:
            fields["kind"].queryset |= IncidentType.objects.filter(pk=kind.pk)
        if not incident.severity:
            fields["severity"].choices = [("", "Not said"), *Incident.Severity.choices]
        for name in ("location", "activity", "period", "status"):
            _keep(fields[name], getattr(incident, name))
        for key, part in self.parts.items():
            fields[f"points-{key}"] = forms.IntegerField(
                label="Points", required=False, min_value=0, max_value=MOST_POINTS, initial=_own_points(part, kind)
            )
            fields[f"action-{key}"] = forms.ChoiceField(
                label="Action", required=False, choices=actions, initial=part.action_taken
            )
            _keep(fields[f"action-{key}"], part.action_taken)
        _ask_statements(fields, self.parts.values(), told)
        self.opened_now()

    @property
    def rows(self) -> Iterator[tuple[Involvement, Any, Any, Any]]:
        """Yield each student's part with the fields for its points and its action, and of its statement if it is asked.

        The statement is None where the person does not read it whole.
        """
        for key, part in self.parts.items():
            words = f"words-{key}"
            yield part, self[f"points-{key}"], self[f"action-{key}"], self[words] if words in self.fields else None

    def facts(self) -> dict[str, Any]:
        """Return the incident's facts as they shall be, once the form is valid."""
        return {name: value for name, value in self.told().fields().items() if self._is_asked(name)}

    def _is_asked(self, name: str) -> bool:
        return name != "what_happened" or "what_happened" in self.fields

    def parts_of(self, picking: Picking) -> list[Part]:
        """Return the parts of the students chosen, with points and action where the form asks for them."""
        data = self.cleaned_data
        return [
            Part(student, role, data.get(f"points-{student.pk}"), data.get(f"action-{student.pk}", ""))
            for student, role in picking.rows
        ]

    def statements(self) -> dict[int, str]:
        """Return what the students say, by their keys, where the form asks for it, once it is valid."""
        return _statements(self.parts, self.cleaned_data)


class ImportedForm(ReopenedForm):
    """What the school adds to an incident that the MIS owns: the next import leaves it as it is."""

    submit_label = "Save"
    severity = forms.ChoiceField(
        label="How serious", required=False, choices=[("", "Not said"), *Incident.Severity.choices]
    )
    period = forms.ChoiceField(label="Part of the day", required=False)
    what_happened = forms.CharField(
        label="What happened",
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        help_text="Added to what the MIS says of each student. A parent may read it one day.",
    )

    def __init__(
        self,
        data: Any,
        *,
        incident: Incident,
        parts: Iterable[Involvement],
        has_words: bool,
        told: Container[int] = (),
    ) -> None:
        super().__init__(data, initial=_initial(incident))
        self.parts = {part.student_id: part for part in parts}
        fields: dict[str, Any] = self.fields
        fields["period"].choices = IncidentForm().fields["period"].choices  # type: ignore[attr-defined]
        _keep(fields["period"], incident.period)
        if not has_words:
            del fields["what_happened"]
        _ask_statements(fields, self.parts.values(), told)
        self.opened_now()

    @property
    def rows(self) -> Iterator[tuple[Involvement, Any]]:
        """Yield each student's part with the field of its statement, where that is asked."""
        for key, part in self.parts.items():
            if f"words-{key}" in self.fields:
                yield part, self[f"words-{key}"]

    def statements(self) -> dict[int, str]:
        """Return what the students say, by their keys, where the form asks for it, once it is valid."""
        return _statements(self.parts, self.cleaned_data)

    def facts(self) -> dict[str, Any]:
        """Return the facts that the form asks for, once it is valid."""
        data = self.cleaned_data
        facts = {name: data[name] for name in OWNED_HERE if name in data}
        return facts | {"severity": int(data["severity"]) if data["severity"] else None}


def _short(value: Any) -> str:
    """Return what tells this text from another, whatever its line ends are."""
    return hashlib.sha256(" ".join(str("" if value is None else value).split()).encode()).hexdigest()[:10]


def _ask_statements(fields: dict[str, Any], parts: Iterable[Involvement], told: Container[int]) -> None:
    """Ask for what the students say whose statements the person may read whole, and so write."""
    for part in parts:
        if part.student_id in told:
            fields[f"words-{part.student_id}"] = forms.CharField(
                label="Statement",
                required=False,
                max_length=LONGEST_STATEMENT,
                widget=forms.Textarea({"rows": 3}),
                initial=part.statement,
                help_text="What they say happened, in their words.",
            )


def _statements(parts: Iterable[int], data: Mapping[str, Any]) -> dict[int, str]:
    return {key: data[f"words-{key}"] for key in parts if f"words-{key}" in data}


def _initial(incident: Incident) -> dict[str, Any]:
    return {
        "seen": version_of(incident),
        "what_happened": incident.what_happened,
        "location": incident.location,
        "activity": incident.activity,
        "period": incident.period,
        "occurred_on": incident.occurred_on,
        "occurred_at": incident.occurred_at_time,
        "severity": incident.severity or "",
        "status": incident.status,
    }


def _own_points(part: Involvement, kind: IncidentType | None) -> int | None:
    """Return the points where they are not what the type gives anyhow."""
    return None if kind and part.points == Part(part.student, part.role).points_for(kind) else part.points


def _keep(field: Any, value: str) -> None:
    """Offer the value that stands, though the list has it no more."""
    if value and value not in dict(field.choices):
        field.choices = [*field.choices, (value, value)]
