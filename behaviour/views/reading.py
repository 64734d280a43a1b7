"""What is noted when somebody reads a record that tells of several students."""

from collections.abc import Collection, Iterable, Mapping

from django.utils import timezone

from behaviour.models import BullyingCase, Incident
from behaviour.summaries.concerns import incidents_for_dsl
from behaviour.summaries.incidents import Reader
from pastoral.core.access import access_notes
from pastoral.core.models import AccessRecord
from pastoral.core.querysets import DSL_INCIDENT
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from students.scopes import scope_of

PAGE = AccessRecord.Kind.PAGE


def reading_noted(
    request: StaffRequest,
    reader: Reader,
    told: Mapping[int, Collection[int]],
    *,
    others: Iterable[int] = (),
    dsls: Collection[int] | None = None,
    kind: AccessRecord.Kind = PAGE,
) -> None:
    """Note the reading with each student of whom the page tells, and why the person may read of them.

    told: the students by the incident that tells of them. others: of whom the page tells whatever the incidents.
    dsls: which incidents are the DSL's alone, where that is known; else it costs a DSL one query. Such a one is noted
    by its own key, as concerns are.
    """
    scope = scope_of(request.user)
    dsls = incidents_for_dsl(request.user, told) if dsls is None else dsls
    students = set(others).union(*(keys for incident, keys in told.items() if incident not in dsls))
    subjects = {f"student:{key}": key for key in sorted(students)}
    subjects |= {f"{DSL_INCIDENT}{key}": min(told[key]) for key in sorted(dsls) if told.get(key)}
    access_notes(
        user=request.user,
        kind=kind,
        reasons={subject: reader.reason(scope, key) for subject, key in subjects.items()},
        path=request.get_full_path(),
    )


def form_noted(request: StaffRequest, reader: Reader, incident: Incident) -> None:
    """Note the reading of a form that shows an incident, when it is opened; its parts are prefetched."""
    if request.method == "GET":
        parts = incident.involvements.all()
        read = reader.narrative.intersection(part.student_id for part in parts)
        reading_noted(request, reader, {incident.pk: read})


def student_noted(request: StaffRequest, student: int, by: Right, *, incident: int | None = None) -> None:
    """Note the reading of a page about one student over whom the person holds the right, when it is opened.

    incident: which one the page tells of; where that is the DSL's, it is noted by its own key.
    """
    if request.method == "GET":
        reader = Reader.of(request.user, [student], timezone.localdate(), by=by)
        told = {incident: [student]} if incident else {}
        reading_noted(request, reader, told, others=[] if incident else [student])


def case_noted(request: StaffRequest, case: BullyingCase) -> None:
    """Note the reading of a form that shows a case, when it is opened, with each student whose cases one keeps."""
    if request.method == "GET":
        students = [each.student_id for each in case.students.all()]
        reader = Reader.of(request.user, students, timezone.localdate(), by=Right.KEEP_CASES)
        reading_noted(request, reader, {}, others=reader.names, dsls=())
