"""Writes to meetings: made and changed, who came, what was said of each student, and the minutes closed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.db.models import Q

from contacts.services.withdrawal import record_withdraw
from interventions.models import Action, Meeting, MeetingPerson, MeetingStudent
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from students.models import ParentCarerLink, Student
from students.querysets import StudentQuerySet

SAID = ("notes", "decision")


class MinutesClosed(Exception):
    """The minutes are closed; the message is fit for the page."""


class InUse(Exception):
    """Something is written already; the message is fit for the page."""


@transaction.atomic
def meeting_make(
    *,
    facts: Mapping[str, Any],
    students: Iterable[Student],
    staff: Iterable[User],
    token: UUID,
    by: User,
    of: Mapping[int, Mapping[str, int]] | None = None,
) -> Meeting:
    """Make a meeting with those who are asked to it; the same sending again returns the one that it made.

    of: for a student, by key, the case or plan that it is about, by column.
    """
    made, is_new = Meeting.objects.get_or_create(token=token, defaults={"convener": by, **facts})
    if is_new:
        students_add(meeting=made, students=students, of=of)
        people = [MeetingPerson(meeting=made, staff=user, invited_on=made.made_at.date()) for user in staff]
        MeetingPerson.objects.bulk_create(people)
    return made


def students_add(
    *, meeting: Meeting, students: Iterable[Student], of: Mapping[int, Mapping[str, int]] | None = None
) -> None:
    """Put students on the list of a meeting, after those who are there; one who is there already stays as they are."""
    here = dict(meeting.students.values_list("student", "order"))
    first = max(here.values(), default=-1) + 1
    fresh = [student for student in students if student.pk not in here]
    MeetingStudent.objects.bulk_create(
        MeetingStudent(meeting=meeting, student=student, order=first + place, **(of or {}).get(student.pk, {}))
        for place, student in enumerate(fresh)
    )


@transaction.atomic
def student_remove(*, row: MeetingStudent) -> None:
    """Take a student off the list again. Raises InUse where something was said, MinutesClosed."""
    meeting_opened(row.meeting)
    if row.notes or row.decision or Action.objects.filter(meeting=row.meeting_id, student=row.student_id).exists():
        raise InUse("Something was said of this student already: it stays in the minutes.")
    row.delete()


@transaction.atomic
def meeting_change(*, meeting: Meeting, seen: str, facts: Mapping[str, Any]) -> Meeting:
    """Change what a meeting says. Raises Overtaken, MinutesClosed."""
    held = meeting_opened(meeting)
    facts_set(held, seen, facts)
    held.save(update_fields=list(facts))
    return held


@transaction.atomic
def person_add(*, meeting: Meeting, who: Mapping[str, Any]) -> MeetingPerson:
    """Ask somebody to the meeting; somebody asked already stays asked. who: one of the model's ways to name them."""
    held = meeting_opened(meeting)
    part = {"part": who.get("part", ""), "invited_on": who.get("invited_on")}
    named = {name: value for name, value in who.items() if name not in part}
    person, _ = MeetingPerson.objects.get_or_create(meeting=held, **named, defaults=part)
    return person


@transaction.atomic
def person_remove(*, person: MeetingPerson) -> None:
    """Take somebody off the list of those asked; the history keeps that they were. Raises MinutesClosed."""
    meeting_opened(person.meeting)
    person.delete()


@transaction.atomic
def people_came(*, meeting: Meeting, came: Mapping[int, bool | None]) -> None:
    """Note who came and who did not, by key of who was asked. Raises MinutesClosed."""
    held = meeting_opened(meeting)
    for person in held.people.filter(pk__in=came):
        if person.came != came[person.pk]:
            person.came = came[person.pk]
            person.save(update_fields=["came"])


@transaction.atomic
def student_say(*, row: MeetingStudent, seen: str, facts: Mapping[str, Any], now: datetime) -> MeetingStudent:
    """Write what was said and decided of a student. Raises Overtaken, MinutesClosed."""
    meeting_opened(row.meeting)
    held = MeetingStudent.objects.select_for_update().get(pk=row.pk)
    facts_set(held, seen, facts)
    held.looked_at = held.looked_at or now
    held.save(update_fields=[*facts, "looked_at"])
    return held


@transaction.atomic
def meeting_close(*, meeting: Meeting, now: datetime) -> Meeting | None:
    """Close the minutes: they stand from now on. With a next date, the next meeting is made, and returned.

    What is still open goes over to it: with a meeting that stands already, made from a RAG or by hand, to that one.
    """
    held = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if held.closed_at is None:
        held.closed_at = now
        held.save(update_fields=["closed_at"])
    following = Meeting.objects.standing(follows=held).first()
    if following is None and held.next_on and not Meeting.objects.filter(follows=held).exists():
        following = _next(held, held.next_on)
    if following:
        actions_carry(before=held, after=following)
    return following


def actions_carry(*, before: Meeting, after: Meeting) -> None:
    """Take the open actions of a meeting over to the one after it; the history says where each was set."""
    for action in Action.objects.open().filter(meeting=before).select_for_update():
        action.meeting, action.carried_from = after, before
        action.save(update_fields=["meeting", "carried_from"])


@transaction.atomic
def meeting_withdraw(*, meeting: Meeting, because: str, by: User, now: datetime) -> None:
    """Withdraw a meeting; what had come over from the meeting before goes back to it. The first time stands."""
    record_withdraw(record=meeting, because=because, by=by, now=now)
    carried = Action.objects.standing(meeting=meeting, carried_from__isnull=False, carried_from__withdrawn_at=None)
    for action in carried.select_for_update(of=("self",)):
        # django-pghistory adds the model of the history: it holds whence the action had come to that meeting.
        events: Any = Action.pgh_event_model.objects  # type: ignore[attr-defined]
        there = events.filter(pgh_obj_id=action.pk, meeting=action.carried_from_id).order_by("-pgh_id").first()
        action.meeting_id, action.carried_from_id = action.carried_from_id, there.carried_from_id if there else None
        action.save(update_fields=["meeting", "carried_from"])


def _next(meeting: Meeting, on: date) -> Meeting:
    """Make the meeting on the next date, with the same people asked and, but for a RAG, the same students.

    Who is not there any more, or may not be asked any more, is not: the same rules as on the page.
    """
    copied = ("purpose", "title", "starts_at", "place", "year_group", "convener", "is_restricted")
    made = Meeting.objects.create(
        token=uuid5(NAMESPACE_URL, f"after {meeting.token}"),
        held_on=on,
        follows=meeting,
        **{name: getattr(meeting, name) for name in copied},
    )
    names = ("staff", "parent_carer", "worker", "student", "name", "part")
    MeetingPerson.objects.bulk_create(
        MeetingPerson(meeting=made, **{name: getattr(person, name) for name in names})
        for person in _still_asked(meeting, on)
    )
    if meeting.purpose != Meeting.Purpose.RAG:
        MeetingStudent.objects.bulk_create(
            MeetingStudent(meeting=made, student_id=row.student_id, order=row.order, case=row.case, plan=row.plan)
            for row in meeting.students.select_related("case", "plan").filter(student__in=_on_roll(on))
        )
    return made


def _on_roll(on: date) -> StudentQuerySet:
    return Student.objects.on_roll(on)


def _still_asked(meeting: Meeting, on: date) -> Iterable[MeetingPerson]:
    """Return who is asked again: colleagues and workers still here, carers no court order bars, students on roll."""
    open_to = ParentCarerLink.objects.filter(
        student__in=meeting.students.values("student"), has_court_order=False
    ).values("parent_carer")
    return meeting.people.filter(
        ~Q(name="")
        | Q(staff__is_active=True)
        | Q(worker__left_on=None, worker__agency__is_active=True, worker__isnull=False)
        | Q(parent_carer__in=open_to)
        | Q(student__in=_on_roll(on))
    )


@transaction.atomic
def meeting_reopen(*, meeting: Meeting) -> None:
    """Open the minutes again; that they were closed stays in the history."""
    held = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if held.closed_at is not None:
        held.closed_at = None
        held.save(update_fields=["closed_at"])


def meeting_opened(meeting: Meeting) -> Meeting:
    """Return the meeting, locked, while its minutes are open. Raises MinutesClosed."""
    held = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if held.closed_at is not None:
        raise MinutesClosed("The minutes are closed. Open them again to change what they say.")
    return held
