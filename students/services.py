"""Writes to students' data, and the roles that today's assignments give."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from pastoral.core.models import User
from pastoral.core.rights import Role
from students.calendar import academic_year_of, monday_of
from students.models import CalendarSpan, SchoolDay
from students.scopes import scope_of


def roles_held(user: User, on: date) -> Iterable[Role]:
    """Return the roles in force for the person; the source that `PASTORAL_ROLE_SOURCE` names."""
    return {Role(held.role) for held in scope_of(user).assignments}


@transaction.atomic
def calendar_rebuild() -> int:
    """Make `SchoolDay` agree with the spans as they now stand, and return how many school days there are."""
    spans = list(CalendarSpan.objects.all())
    taken = {day for span in spans if span.kind != CalendarSpan.Kind.TERM for day in _days(span)}
    wanted = {
        day: span
        for span in spans
        if span.kind == CalendarSpan.Kind.TERM
        for day in _days(span)
        if day.weekday() < 5 and day not in taken
    }
    SchoolDay.objects.exclude(day__in=wanted).delete()
    SchoolDay.objects.bulk_create(
        [
            SchoolDay(
                day=day,
                academic_year=academic_year_of(day),
                monday=monday_of(day),
                half_term=span,
            )
            for day, span in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["academic_year", "monday", "half_term"],
    )
    return len(wanted)


def _days(span: CalendarSpan) -> Iterable[date]:
    return (span.first_day + timedelta(days=n) for n in range((span.last_day - span.first_day).days + 1))
