"""Actions and meetings for tests."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from interventions.models import Action, Meeting, MeetingPerson, MeetingStudent
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import Student
from tests.factories import staff
from tests.secrets import secret

DAY = date(2026, 11, 20)


def action_of(owner: User, what: str = "Ring home", **facts: Any) -> Action:
    """An action, due on the Friday unless said otherwise."""
    facts.setdefault("set_by", owner)
    facts.setdefault("due_on", DAY)
    facts.setdefault("set_at", datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("Europe/London")))
    return Action.objects.create(token=uuid4(), what=what, owner=owner, **facts)


def meeting_of(convener: User, *students: Student, title: str = "Panel", **facts: Any) -> Meeting:
    """A meeting about the students, held on the Friday unless said otherwise."""
    facts = {"purpose": "panel", "held_on": DAY, **facts}
    made = Meeting.objects.create(token=uuid4(), title=title, convener=convener, **facts)
    for place, student in enumerate(students):
        MeetingStudent.objects.create(meeting=made, student=student, order=place)
    return made


def asked_to(meeting: Meeting, **who: Any) -> MeetingPerson:
    """Somebody asked to the meeting."""
    return MeetingPerson.objects.create(meeting=meeting, **who)


def meetings_of(ours: Student, other: Student) -> dict[str, tuple[object, ...]]:
    """A meeting, a restricted one and an action about a student of 9B and of one of 8A, all of somebody of SLT."""
    world: dict[str, tuple[object, ...]] = {}
    by = staff(Role.SLT)
    for student, group in ((ours, "9B"), (other, "8A")):
        alone = action_of(by, secret("action-alone", group), student=student)
        world[f"action about {group}"] = (alone.pk,)
    return world
