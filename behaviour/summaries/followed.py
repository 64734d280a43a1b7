"""What followed upon an incident: detentions, suspensions and stays in the rooms, as far as the reader may know."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from behaviour.models import Detention, Incident, InclusionStay, Suspension
from pastoral.core.models import User
from pastoral.core.rights import Right


class Followed(NamedTuple):
    """One thing that followed: who, what in words, and where it stands."""

    name: str
    words: str
    url: str


def with_followed(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """Say of each incident which kinds of things followed upon it, so that `followed` asks for no other."""
    return incidents.annotate(
        has_detention=Exists(Detention.objects.standing(incident=OuterRef("pk"))),
        has_suspension=Exists(Suspension.objects.standing(incident=OuterRef("pk"))),
        has_stay=Exists(InclusionStay.objects.standing(incident=OuterRef("pk"))),
    )


def followed(user: User, incident: Any) -> list[Followed]:
    """Return what followed upon the incident, each by the right that its own page asks for; a query for each kind.

    incident: one of `with_followed`.
    """
    return list(_found(user, incident))


def _found(user: User, incident: Any) -> Iterator[Followed]:
    if incident.has_detention and user.may(Right.SET_DETENTIONS):
        detentions = Detention.objects.with_right(user, Right.SET_DETENTIONS).standing(incident=incident)
        for row in detentions.select_related("student"):
            words = f"Detention {row.day:%a} {row.day.day} {row.day:%b}, {row.get_status_display().lower()}"
            yield Followed(row.student.sort_name, words, _page("detention_detail", row))
    if incident.has_suspension and user.may(Right.SEE_SUSPENSIONS):
        for span in Suspension.objects.visible_to(user).standing(incident=incident).select_related("student"):
            words = f"{span.get_kind_display()} from {span.starts_on:%a} {span.starts_on.day} {span.starts_on:%b}"
            yield Followed(span.student.sort_name, words, _page("suspension_detail", span))
    if incident.has_stay and user.may(Right.KEEP_INCLUSION):
        stays = InclusionStay.objects.with_right(user, Right.KEEP_INCLUSION).standing(incident=incident)
        for stay in stays.select_related("student"):
            came = timezone.localtime(stay.came_at)
            words = f"{stay.get_room_display()} {came:%a} {came.day} {came:%b} {came:%H:%M}"
            yield Followed(stay.student.sort_name, words, reverse("reports:inclusion_student", args=[stay.student_id]))


def _page(name: str, row: Model) -> str:
    return reverse(f"behaviour:{name}", args=[row.pk])
