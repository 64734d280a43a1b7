"""What is noted when somebody reads a record that tells of several students."""

from collections.abc import Iterable

from behaviour.models import Incident
from behaviour.summaries.incidents import Reader
from pastoral.core.access import access_notes
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from students.scopes import Scope, scope_of


def reading_noted(request: StaffRequest, reader: Reader, students: Iterable[int]) -> None:
    """Note the reading with each student of whom the page tells, and why the person may read of them."""
    scope = scope_of(request.user)
    access_notes(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        reasons={f"student:{key}": _reason(scope, reader, key) for key in sorted(students)},
        path=request.get_full_path(),
    )


def form_noted(request: StaffRequest, reader: Reader, incident: Incident) -> None:
    """Note the reading of a form that shows an incident, when it is opened; its parts are prefetched."""
    if request.method == "GET":
        parts = incident.involvements.all()
        reading_noted(request, reader, reader.narrative.intersection(part.student_id for part in parts))


def _reason(scope: Scope, reader: Reader, key: int) -> str:
    """Return the job by which behaviour is read, before one by which the student is only seen."""
    _name, _group, year = reader.names[key]
    reaches = (scope.with_right(Right.SEE_BEHAVIOUR_NARRATIVE), scope)
    found = (
        reach.reason(year, reader.group_of.get(key), has_sen=has_sen) for reach in reaches for has_sen in (False, True)
    )
    return next(filter(None, found), "")
