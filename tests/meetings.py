"""Actions and meetings for tests."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from interventions.models import Action, Meeting, MeetingPerson, MeetingStudent, PACase, Plan, Priority
from interventions.services.plans import plan_begin
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import Student
from tests.cases import file_about
from tests.factories import staff
from tests.secrets import secret

DAY = date(2026, 11, 20)
WEEK = date(2026, 11, 9)  # of the weekly RAG in the walk through all addresses


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


def priority_of(meeting: Meeting, words: str = "Mondays", **facts: Any) -> Priority:
    """A priority that the meeting set."""
    return Priority.objects.create(token=uuid4(), meeting=meeting, words=words, set_by=meeting.convener, **facts)


def decided_of_few(plan: Plan, by: User, group: str) -> None:
    """Begin the plan with an action set at a meeting, of the open case, too; then the meeting is restricted."""
    held = meeting_of(by, plan.student, title="Core group")
    case = PACase.objects.open().get(student=plan.student)
    words = secret("meeting-restricted-action", group)
    action_of(by, words, student=plan.student, case=case, plan=plan, meeting=held)
    plan_begin(plan=plan, by=by, now=datetime(2026, 11, 20, 15, 5, tzinfo=UTC), on=DAY)
    held.is_restricted = True
    held.save()


def meetings_of(ours: Student, other: Student) -> dict[str, tuple[object, ...]]:
    """A meeting, a restricted one, a RAG meeting and an action about a student of 9B and one of 8A, all of SLT's."""
    world: dict[str, tuple[object, ...]] = {"week and Year 9": (WEEK, 9), "week and Year 8": (WEEK, 8)}
    by = staff(Role.SLT)
    for student, group, year in ((ours, "9B", 9), (other, "8A", 8)):
        alone = action_of(by, secret("action-alone", group), student=student)
        held = meeting_of(by, student, title=f"Panel {group}", notes=secret("meeting", group))
        held.students.update(notes=secret("meeting-part", group), decision=secret("meeting-part", group))
        action_of(by, secret("meeting-action", group), student=student, meeting=held)
        file = file_about(student, by, secret("meeting-part", group), meeting=held)
        asked_to(held, name=secret("meeting", group))
        words = secret("meeting-restricted", group)
        few = meeting_of(by, student, title=words, notes=words, is_restricted=True, year_group_id=year)
        aim = priority_of(few, words)
        few.students.update(notes=words, decision=words)
        file_about(student, by, words, meeting=few)
        action_of(by, words, student=student, meeting=few)
        rag = meeting_of(by, student, purpose="rag", rag_week=WEEK, rag_issue=1, year_group_id=year)
        rag.students.update(decision=secret("rag-line", group), looked_at=datetime(2026, 11, 20, 12, tzinfo=UTC))
        action_of(by, secret("rag-action", group), student=student, meeting=rag)
        world |= {
            f"action about {group}": (alone.pk,),
            f"meeting of {group}": (held.pk,),
            f"part in {group}": (held.pk, held.students.values_list("pk", flat=True)[0]),
            f"file with meeting of {group}": (file.pk,),
            f"restricted meeting of {group}": (few.pk,),
            f"RAG meeting of Year {year}": (rag.pk,),
            f"priority of Year {year}": (priority_of(rag, secret("rag-line", group)).pk,),
            f"restricted priority of Year {year}": (aim.pk,),
        }
    return world
