"""The catalogue: types of incident and the other lists, how often each is used, and how they were changed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from behaviour.models import Achievement, Incident, IncidentType, Involvement, ListedWord

# The column that holds the words of each list.
_HELD_IN = {
    ListedWord.Kind.LOCATION: (Incident, "location"),
    ListedWord.Kind.ACTIVITY: (Incident, "activity"),
    ListedWord.Kind.PERIOD: (Incident, "period"),
    ListedWord.Kind.STATUS: (Incident, "status"),
    ListedWord.Kind.ACTION: (Involvement, "action_taken"),
    ListedWord.Kind.ACHIEVEMENT: (Achievement, "type"),
}


def types_held() -> QuerySet[IncidentType]:
    """Return every type with `used`, how many incidents have it: those to be placed first, retired ones last."""
    return _with_used(IncidentType.objects.all(), Incident, "type").order_by("-is_active", "order", "name")


def words_held(kind: str) -> QuerySet[ListedWord]:
    """Return every word of the list with `used`, how many records hold it; retired ones last."""
    model, column = _HELD_IN[ListedWord.Kind(kind)]
    return _with_used(ListedWord.objects.filter(kind=kind), model, column).order_by("-is_active", "order", "name")


def _with_used(rows: QuerySet, model: type, column: str) -> QuerySet:  # type: ignore[type-arg]  # two models, one shape
    held = model._default_manager.filter(**{column: OuterRef("name")}).order_by().values(column)  # type: ignore[attr-defined]
    used = Subquery(held.annotate(used=Count("pk")).values("used"), output_field=IntegerField())
    counted: QuerySet = rows.annotate(used=Coalesce(used, 0))  # type: ignore[type-arg]
    return counted


@dataclass(frozen=True)
class CatalogueChange:
    """An entry as it was until somebody changed it."""

    at: datetime
    by: str
    words: str


_TYPE = """name || ': ' || CASE strand WHEN '' THEN 'to be placed' ELSE strand END || ', ' || points
    || ' points, severity ' || severity || CASE WHEN is_prejudice THEN ', prejudice' ELSE '' END
    || CASE WHEN goes_to_dsl THEN ', for the DSL' ELSE '' END || CASE WHEN is_active THEN '' ELSE ', not offered' END"""
_WORD = (
    """name || ': ' || kind || ', ' || points || ' points' || CASE WHEN is_active THEN '' ELSE ', not offered' END"""
)
_CHANGES = f"""
    SELECT e.pgh_created_at, trim(coalesce(u.title, '') || ' ' || coalesce(u.surname, '')), e.words
      FROM (SELECT pgh_id, pgh_created_at, pgh_context_id, {_TYPE} AS words FROM behaviour_incidenttypeevent
             UNION ALL
            SELECT pgh_id, pgh_created_at, pgh_context_id, {_WORD} FROM behaviour_listedwordevent) e
      LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
      LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
     ORDER BY e.pgh_created_at DESC, e.pgh_id DESC
     LIMIT 40
"""  # noqa: S608 every name in it is its own


def catalogue_changes() -> tuple[CatalogueChange, ...]:
    """Return the last 40 changes, latest first, each as the entry stood before, with who made it."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        return tuple(CatalogueChange(*row) for row in cursor.fetchall())
