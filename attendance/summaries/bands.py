"""The RAG bands in force, and how they came to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Subquery
from django.db.models.functions import JSONObject

from attendance.figures import Bands
from attendance.models import RagScale


def bands_now() -> Bands:
    """Read the school's RAG bands as they are set."""
    scale = RagScale.objects.get()
    return Bands(red_from=scale.red_from, green_to=scale.green_to, early_under=scale.early_under)


def scale_row() -> Subquery:
    """Return the bands as a column, for a query that reads them beside its rows."""
    return Subquery(RagScale.objects.values(row=JSONObject(**{name: name for name in _SCALE}))[:1])


def bands_of(row: Mapping[str, int]) -> Bands:
    """Return the bands of a `scale_row`."""
    return Bands(**row)


_SCALE = ("red_from", "green_to", "early_under")


@dataclass(frozen=True)
class ScaleChange:
    """The bands as they were until somebody changed them, in per cent attended."""

    at: datetime
    by: str
    red_to: Decimal
    green_from: Decimal
    early_under: int


_SCALE_CHANGES = """
    SELECT e.pgh_created_at, trim(coalesce(u.title, '') || ' ' || coalesce(u.surname, '')),
           (1000 - e.red_from) / 10.0, (1000 - e.green_to) / 10.0, e.early_under
      FROM attendance_ragscaleevent e
      LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
      LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
     ORDER BY e.pgh_id DESC
     LIMIT 20
"""


def scale_changes() -> tuple[ScaleChange, ...]:
    """Return the last 20 changes of the RAG bands, latest first, with who made them."""
    with connection.cursor() as cursor:
        cursor.execute(_SCALE_CHANGES)
        return tuple(
            ScaleChange(at, by, round(red, 1), round(green, 1), early)
            for at, by, red, green, early in cursor.fetchall()
        )
