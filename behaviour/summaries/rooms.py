"""Read-only answers about stays in the inclusion and nurture rooms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from behaviour.models import InclusionStay
from behaviour.naming import Mask
from behaviour.querysets import InclusionStayQuerySet
from pastoral.core.changes import Change, Kind, Told, changes_of, events_of
from pastoral.core.templatetags.pastoral import daytime
from students.models import Enrolment

OF_STAY = Kind(
    "InclusionStay",
    "pgh_obj_id",
    (
        Told("came_at", "Came", daytime),
        Told("left_at", "Left", daytime),
        Told("room", "Room", lambda value: InclusionStay.Room(value).label),
        Told("kind", "Why there", lambda value: InclusionStay.Kind(value).label),
        Told("work", "Work"),
        Told("adult", "With"),
        Told("outcome", "Outcome"),
        Told("withdrawn_because", "Withdrawn"),
    ),
    app="behaviour",
)


@dataclass(frozen=True)
class Stay:
    """One stay as lists show it. minutes: up to now for one that has not ended."""

    key: int
    student_id: int
    name: str
    tutor_group: str
    room: str
    came_at: datetime
    left_at: datetime | None
    reason: str
    work: str
    adult: str
    outcome: str
    kind: str
    incident_id: int | None
    minutes: int
    is_forgotten: bool


@dataclass(frozen=True)
class RoomDay:
    """Who is in the rooms, and who was in them on the day."""

    now_in: tuple[Stay, ...]
    left: tuple[Stay, ...]

    @property
    def minutes(self) -> int:
        """Minutes in the rooms of everybody listed, but for stays that were never signed out."""
        return sum(stay.minutes for stay in (*self.now_in, *self.left) if not stay.is_forgotten)


def room_day(stays: InclusionStayQuerySet, day: date, now: datetime) -> RoomDay:
    """Return the stays of the day and, today, every one that is still open; in two queries."""
    begins, ends = day_span(day)
    is_today = timezone.localdate(now) == day
    rows = stays.filter(came_at__gte=begins, came_at__lt=ends)
    if is_today:
        rows = rows | stays.filter(left_at=None)
    held = list(rows.select_related("student").order_by("came_at", "pk"))
    groups = _groups(held, day)
    shown = [_stay(row, groups.get(row.student_id, ""), day, now) for row in held]
    return RoomDay(
        tuple(stay for stay in shown if stay.left_at is None), tuple(stay for stay in shown if stay.left_at is not None)
    )


def stay_changes(stay: InclusionStay) -> tuple[Change, ...]:
    """Return what the stay said before and who changed it, latest first, in one query."""
    return changes_of([OF_STAY], events_of([OF_STAY], stay.pk), [stay], Mask([]))


def day_span(day: date) -> tuple[datetime, datetime]:
    """Return the moments at which the day begins and ends at the school."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    return begins, timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _groups(rows: Iterable[InclusionStay], day: date) -> dict[int, str]:
    spells = Enrolment.objects.current(day).filter(student__in=[row.student_id for row in rows])
    return dict(spells.values_list("student_id", "tutor_group__name"))


def _stay(row: InclusionStay, group: str, day: date, now: datetime) -> Stay:
    return Stay(
        key=row.pk,
        student_id=row.student_id,
        name=row.student.sort_name,
        tutor_group=group,
        room=row.get_room_display(),
        came_at=row.came_at,
        left_at=row.left_at,
        reason=row.reason,
        work=row.work,
        adult=row.adult,
        outcome=row.outcome,
        kind=row.get_kind_display(),
        incident_id=row.incident_id,
        minutes=int(((row.left_at or now) - row.came_at).total_seconds() // 60),
        is_forgotten=row.left_at is None and timezone.localdate(row.came_at) < timezone.localdate(now),
    )
