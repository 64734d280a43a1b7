"""What changed in the marks of a run's week after the run was frozen."""

from typing import Any, cast

from django.db.models import QuerySet

from attendance.models import SessionMark
from reports.models import RagDocument, RagStudent, WeeklyRagRun


def amended_of(document: RagDocument) -> int:
    """Count the sessions of one sheet's students that changed since its run was frozen."""
    return amended_marks(document.run, RagStudent.objects.of(document))


def amended_marks(run: WeeklyRagRun, rows: QuerySet[RagStudent]) -> int:
    """Count the sessions of the run's week that were marked, changed or taken away since it was frozen.

    rows: the frozen students to count for. One query; a session that was changed twice counts once.
    """
    if run.frozen_at is None:
        return 0
    # django-pghistory adds the model of the history.
    event = cast(Any, SessionMark).pgh_event_model
    of_the_week: dict[str, Any] = {
        "student__in": rows.order_by().values("student"),
        "date__range": (run.week, run.as_at),
    }
    replaced = event.objects.filter(**of_the_week, pgh_created_at__gt=run.frozen_at)
    recorded = SessionMark.objects.filter(**of_the_week, recorded_at__gt=run.frozen_at)
    session = ("student", "date", "session")
    return recorded.order_by().values_list(*session).union(replaced.order_by().values_list(*session)).count()
