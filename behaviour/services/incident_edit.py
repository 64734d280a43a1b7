"""Putting an incident right: its own facts and who was in it; what it said before stays in the history."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from behaviour.models import ContactDuty, Incident, IncidentType, Involvement
from behaviour.services.history import added
from behaviour.services.incidents import ForTheDsl, NobodyInIt, Part

FACTS = (
    "type",
    "occurred_on",
    "occurred_at_time",
    "what_happened",
    "location",
    "activity",
    "period",
    "severity",
    "status",
    "withdrawn_at",
)


class Overtaken(Exception):
    """Somebody changed it meanwhile; nothing was saved."""


class PartHeld(Exception):
    """A student cannot be taken off: something that the school keeps hangs on the part."""


def version_of(incident: Incident) -> str:
    """Return what tells this state of the incident and its parts from any other."""
    names = ("student_id", "role", "points", "action_taken", "comment", "statement")
    parts = sorted(tuple(getattr(part, name) for name in names) for part in incident.involvements.all())
    held = [*(str(getattr(incident, name) or "") for name in FACTS), *parts]
    return hashlib.sha256(repr(held).encode()).hexdigest()[:20]


@transaction.atomic
def incident_edit(
    *,
    incident: Incident,
    seen: str,
    facts: Mapping[str, Any],
    kind: IncidentType | None = None,
    parts: Sequence[Part] = (),
    among: Collection[int] = (),
    statements: Mapping[int, str] | None = None,
) -> Incident:
    """Change the facts named, and the parts of the students among whom the person may choose; others' parts stay.

    statements: what students say of it, by their keys, of those who are in it; the MIS knows of none.
    seen: the `version_of` the incident that the person saw. kind: its type as it shall be; None for an imported one,
    whose parts are the MIS's. Raises Overtaken, NobodyInIt, PartHeld, and ForTheDsl for a safeguarding matter.
    """
    held = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if version_of(held) != seen:
        raise Overtaken("Somebody changed this incident while you were writing. Nothing of yours is saved yet.")
    if kind is not None:
        if kind.goes_to_dsl:
            raise ForTheDsl(f"{kind.name} goes to the DSL, not into a behaviour record.")
        _parts_write(held, kind, parts, among)
    _statements_write(held, statements or {})
    for name, value in facts.items():
        setattr(held, name, value)
    held.save(update_fields=list(facts))
    return held


def _parts_write(incident: Incident, kind: IncidentType, parts: Sequence[Part], among: Collection[int]) -> None:
    rows = incident.involvements.select_for_update(of=("self",)).select_related("student")
    before = {part.student_id: part for part in rows}
    wanted = {part.student.pk: part for part in parts}
    if not wanted and not set(before) - set(among):
        raise NobodyInIt("Choose at least one student.")
    for key, row in before.items():
        if key in among and key not in wanted:
            _part_take_off(row)
    for key, part in wanted.items():
        _part_write(before.get(key) or Involvement(incident=incident, student=part.student), part, kind)


def _part_take_off(row: Involvement) -> None:
    """Take a student off; a contact or an intervention that began from the part, or why home was not rung, holds it."""
    name = row.student.full_name
    if ContactDuty.objects.filter(involvement=row, waived_at__isnull=False).exists():
        raise PartHeld(f"It is kept why home is not rung about {name}: withdraw the incident instead.")
    try:
        row.delete()
    except ProtectedError as held:
        raise PartHeld(
            f"A contact or an intervention is kept that came of {name}’s part: withdraw the incident instead."
        ) from held


def _part_write(row: Involvement, part: Part, kind: IncidentType) -> None:
    fields: dict[str, Any] = {
        "role": part.role,
        "points": part.points_for(kind),
        "action_taken": part.action_taken,
    }
    is_new = row.pk is None
    if not is_new and all(getattr(row, name) == value for name, value in fields.items()):
        return
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    if is_new:
        added(row)


def _statements_write(incident: Incident, statements: Mapping[int, str]) -> None:
    for row in Involvement.objects.filter(incident=incident, student__in=statements):
        if row.statement != statements[row.student_id]:
            row.statement = statements[row.student_id]
            row.save(update_fields=["statement"])
