"""Writes of needs screens."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from interventions.models import NeedsScreen, ScreenAnswer
from pastoral.core.models import User
from students.models import Student


@transaction.atomic
def screen_fill(
    *,
    student: Student,
    on: date,
    answers: Mapping[str, tuple[int, str]],
    summary: str,
    is_restricted: bool,
    token: UUID,
    by: User,
    now: datetime,
) -> NeedsScreen:
    """Fill a screen; the same sending again returns what it made. answers: need 0 to 3 and a note, by area."""
    facts = {"screened_on": on, "summary": summary, "is_restricted": is_restricted, "by": by, "at": now}
    screen, is_new = NeedsScreen.objects.get_or_create(token=token, defaults={**facts, "student": student})
    if is_new:
        ScreenAnswer.objects.bulk_create(
            ScreenAnswer(screen=screen, area=area, need=need, note=note) for area, (need, note) in answers.items()
        )
    return screen
