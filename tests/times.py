"""Changes of the day's times laid for tests."""

from datetime import datetime
from typing import Any

from attendance.models import Register, RegisterTimes
from pastoral.core.rights import Role
from tests.factories import TutorGroupFactory, staff


def times_change(when: datetime, *, since: datetime, **times: Any) -> None:
    """Set the times anew at the moment. since: when the first register was taken here, of another group."""
    Register.objects.get_or_create(
        tutor_group=TutorGroupFactory(name="7Z"),
        date=since.date(),
        session="AM",
        defaults={"taken_by": staff(Role.FORM_TUTOR, "7Z"), "taken_at": since},
    )
    held = set(RegisterTimes.pgh_event_model.objects.values_list("pk", flat=True))
    row = RegisterTimes.objects.get()
    for name, value in times.items():
        setattr(row, name, value)
    row.save()
    RegisterTimes.pgh_event_model.objects.exclude(pk__in=held).update(pgh_created_at=when)
