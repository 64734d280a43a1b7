"""One incident on paper: roles, statements, actions, who was told, who reviewed it and who changed it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from behaviour.models import Incident
from behaviour.summaries.concerns import incidents_for_dsl
from behaviour.summaries.incident_record import IncidentRecord, for_record, record_of
from pastoral.core.access import access_notes
from pastoral.core.models import AccessRecord
from pastoral.core.querysets import DSL_INCIDENT
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from reports.papers.drawing import paper_draw
from reports.views.student_papers import answered
from students.scopes import scope_of


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_NARRATIVE)
def incident_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out the record as the person reads it on its page, other names taken out; the reading is logged."""
    incident = get_object_or_404(for_record(Incident.objects.visible_to(request.user), request.user), pk=pk)
    record = record_of(request.user, incident, now=timezone.now(), on=timezone.localdate())
    _noted(request, record)
    context = {"incident": record.shown, "record": record}
    drawn = paper_draw("incident", context, by=request.user.formal_name, at=timezone.localtime())
    return answered(drawn, f"Incident {pk}")


def _noted(request: StaffRequest, record: IncidentRecord) -> None:
    """Note each student of whom it tells; a matter of the DSL by its own key, as its page does."""
    scope, reader = scope_of(request.user), record.reader
    subjects = {f"student:{key}": key for keys in record.read.values() for key in sorted(keys)}
    if subjects and incidents_for_dsl(request.user, record.read):
        subjects = {f"{DSL_INCIDENT}{record.shown.key}": min(subjects.values())}
    access_notes(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        reasons={subject: reader.reason(scope, key) for subject, key in subjects.items()},
        path=request.path,
    )
