"""Who is kept out of school by a suspension or a permanent exclusion in one session."""

from collections.abc import Collection
from datetime import date

from behaviour.models import Suspension
from behaviour.summaries.spans import keeps_out, takes


def kept_out(students: Collection[int], day: date, session: str) -> dict[int, Suspension]:
    """Return what keeps each of the students out then, by key, in one query; a lunchtime keeps nobody out of it."""
    rows = Suspension.objects.standing(student__in=list(students), starts_on__lte=day).exclude(ends_on__lt=day)
    whole = rows.exclude(kind=Suspension.Kind.LUNCHTIME).order_by("starts_on", "starts_session")
    return {row.student_id: row for row in whole if keeps_out(row) and takes(row, day, session)}
