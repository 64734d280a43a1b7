"""What the history of a case tells: which fields of it, and of whose part in it."""

from collections.abc import Callable, Container

from django.db.models import TextChoices

from behaviour.models import BullyingCase, CaseStudent
from behaviour.models.cases import Form, Medium, Motivation
from pastoral.core.changes import ADDED, DELETED, Event, Kind, Told

MOTIVATIONS = dict(Motivation.choices)


def _in(choices: type[TextChoices]) -> Callable[[str], str]:
    labels = dict(choices.choices)
    return lambda value: str(labels.get(value, value))


OF_CASE = Kind(
    "BullyingCase",
    "pgh_obj_id",
    (
        Told("form", "Form", _in(Form)),
        Told("medium", "Medium", _in(Medium)),
        Told("motivations", "Motivation", lambda value: ", ".join(MOTIVATIONS[each] for each in value)),
        Told("finding", "Finding", _in(BullyingCase.Finding)),
        Told("summary", "What is said"),
        Told("action", "Action"),
        Told("outcome", "Outcome"),
        Told("closed_at", "Closed"),
        Told("withdrawn_because", "Withdrawn"),
    ),
    app="behaviour",
)
OF_SIDES = Kind(
    "CaseStudent",
    "case_id",
    (
        Told("side", "side", _in(CaseStudent.Side)),
        Told("support", "support"),
        Told("parents_told_on", "parents told"),
    ),
    app="behaviour",
)
OF_CHECKS = Kind(
    "CaseCheck",
    "case_id",
    (Told("done_on", "done"), Told("is_over", "has stopped"), Told("note", "note")),
    lambda row: f"Check after {row['weeks']} weeks",
    app="behaviour",
)
OF_LINKS = Kind("CaseIncident", "case_id", (), lambda row: f"Incident {row['incident_id']}", app="behaviour")
HISTORY = (OF_CASE, OF_SIDES, OF_CHECKS, OF_LINKS)


def is_told(event: Event, named: Container[int]) -> bool:
    """Test for what may be told: of students whom the case does not name only that they came in and were taken off."""
    is_side = event.kind == OF_SIDES.model
    return not is_side or event.row["student_id"] in named or event.label in (ADDED, DELETED)
