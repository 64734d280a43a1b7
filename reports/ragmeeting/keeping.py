"""Writes of a RAG meeting: begun from a frozen RAG, a line kept as a decision with its actions, and taken back."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from interventions.models import Action, Meeting, MeetingPerson, MeetingStudent
from interventions.services.actions import action_change, action_done, action_drop, action_set
from interventions.services.meetings import MinutesClosed
from interventions.typed import Settling, TypedLine
from pastoral.core.models import User
from pastoral.core.versions import Overtaken, version_of
from reports.models import RagStudent, WeeklyRagRun
from reports.rag.sheet import movers_for_meeting
from reports.ragmeeting.walk import SAID

UNDONE = "Taken back in the meeting"
A_WEEK = timedelta(days=7)
MET_WITHIN = timedelta(days=13)  # of the RAG's Monday: in its week or in the one after


@transaction.atomic
def rag_meeting_begin(*, run: WeeklyRagRun, year: int, by: User, on: date, team: Iterable[User]) -> Meeting:
    """Begin the meeting on a year's RAG, or return the one that there is; a meeting planned for it becomes it.

    One planned for a later week, as each close with a next date plans one, stays what it is.
    """
    WeeklyRagRun.objects.select_for_update().get(pk=run.pk)
    held = Meeting.objects.standing(rag_week=run.week, year_group=year).first()
    if held:
        return held
    planned = Meeting.objects.standing(purpose="rag", year_group=year, rag_week=None, closed_at=None)
    last = min(run.week + MET_WITHIN, on + A_WEEK)
    meeting = planned.filter(held_on__range=(run.week, last)).order_by("held_on").first()
    if meeting is None:
        times = Meeting.objects.filter(rag_week=run.week, year_group=year).count()
        token = uuid5(NAMESPACE_URL, f"rag {run.week} {year} {times}")
        title = f"Weekly RAG Year {year}, week of {run.week.day} {run.week:%b}"
        meeting = Meeting(token=token, purpose="rag", title=title, convener=by, year_group_id=year)
    meeting.rag_week, meeting.rag_issue, meeting.held_on = run.week, run.issue, on
    meeting.save()
    movers_put(meeting=meeting, run=run)
    here = set(meeting.people.values_list("staff", flat=True))
    people = [MeetingPerson(meeting=meeting, staff=user) for user in team if user.pk not in here]
    MeetingPerson.objects.bulk_create(people)
    return meeting


def movers_put(*, meeting: Meeting, run: WeeklyRagRun) -> None:
    """Put who moved, dipped or is on track to be PA on the list; those there already stay as they are."""
    rows = RagStudent.objects.filter(run=run, year=meeting.year_group_id or 0)
    here = set(meeting.students.values_list("student", flat=True))
    first = len(here)
    fresh = [(line, why) for line, why in movers_for_meeting(rows, run) if line.student_id not in here]
    MeetingStudent.objects.bulk_create(
        MeetingStudent(meeting=meeting, student_id=line.student_id, order=first + place, why=why)
        for place, (line, why) in enumerate(fresh)
    )


@transaction.atomic
def issue_take(*, meeting: Meeting, run: WeeklyRagRun) -> None:
    """Go on with a newer issue of the RAG: who moved in it comes on the list, what was decided stays."""
    held = _open(meeting)
    held.rag_issue = run.issue
    held.save(update_fields=["rag_issue"])
    movers_put(meeting=held, run=run)


@transaction.atomic
def line_keep(*, row: MeetingStudent, line: TypedLine, seen: str, token: UUID, by: User, now: datetime) -> str:
    """Keep what was decided of a student: the decision, and an action for each that was set; return the version left.

    The same sending again changes nothing. A second decision stands after the first. Raises Overtaken where somebody
    decided meanwhile, MinutesClosed.
    """
    meeting = _open(row.meeting)
    held = MeetingStudent.objects.select_for_update().get(pk=row.pk)
    if Action.objects.filter(token=token).exists() or _is_kept(held, line):
        return version_of(held, SAID)
    if version_of(held, SAID) != seen:
        raise Overtaken
    _decide(held, line.decision, now)
    for place, said in enumerate(line.actions):
        facts = {"what": said.what, "owner_id": said.owner.key if said.owner else by.pk, "due_on": said.due_on}
        of = {"student_id": held.student_id, "meeting": meeting, "case_id": held.case_id, "plan_id": held.plan_id}
        action_set(token=token, place=place, facts=facts | of, by=by)
    return version_of(held, SAID)


def _is_kept(row: MeetingStudent, line: TypedLine) -> bool:
    return bool(row.looked_at) and row.decision == line.decision and not line.actions


def _decide(row: MeetingStudent, decision: str, now: datetime) -> None:
    row.decision = f"{row.decision}; {decision}" if row.decision else decision
    row.looked_at = now
    row.save(update_fields=["decision", "looked_at"])


@transaction.atomic
def line_undo(*, row: MeetingStudent, token: UUID, left: str, by: User, now: datetime) -> None:
    """Take back what one sending decided of a student, as it stood before.

    left: the version that it left. Raises Overtaken where somebody decided after it, MinutesClosed.
    """
    _open(row.meeting)
    held = MeetingStudent.objects.select_for_update().get(pk=row.pk)
    actions = Action.objects.filter(token=token, withdrawn_at=None).select_for_update()
    # django-pghistory adds the model of the history. Each decision has a moment of its own: the last row with another
    # one is what stood before it, whatever was noted of the student since.
    events: Any = MeetingStudent.pgh_event_model.objects  # type: ignore[attr-defined]
    earlier = events.filter(pgh_obj_id=held.pk).exclude(looked_at=held.looked_at)
    before = earlier.order_by("-pgh_id").first()
    if before is None or version_of(held, SAID) != left:
        raise Overtaken
    for action in actions:
        action.withdrawn_at, action.withdrawn_by, action.withdrawn_because = now, by, UNDONE
        action.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    held.decision, held.looked_at = before.decision, before.looked_at
    held.save(update_fields=["decision", "looked_at"])


@transaction.atomic
def action_settle(
    *, meeting: Meeting, action: Action, settling: Settling, seen: str, by: User, now: datetime, on: date
) -> None:
    """Settle an overdue action, into the minutes of its student too. Raises Overtaken, Settled, MinutesClosed."""
    held = _open(meeting)
    stands = Action.objects.select_for_update().get(pk=action.pk)
    if version_of(stands, ("owner_id", "due_on", "done_on")) != seen:
        raise Overtaken
    if settling.how == "done":
        action_done(action=stands, on=on, by=by, note=settling.note)
    elif settling.how == "drop":
        action_drop(action=stands, on=on, by=by, because=settling.note)
    else:
        owner = settling.owner.key if settling.owner else stands.owner_id
        facts = {"owner_id": owner, "due_on": settling.due_on}
        action_change(action=stands, seen=version_of(stands, facts), facts=facts)
    if not stands.student_id:
        return
    last = held.students.count()
    made = {"order": last, "why": "overdue action", "case_id": stands.case_id, "plan_id": stands.plan_id}
    row, _ = MeetingStudent.objects.get_or_create(meeting=held, student_id=stands.student_id, defaults=made)
    records = (stands.case, stands.plan, stands.intervention, stands.meeting)
    is_for_few = any(record.is_restricted for record in records if record)
    said = "an action for few" if is_for_few else f"“{stands.what}”"
    _decide(row, f"{said}: {settling.decision}", now)


def _open(meeting: Meeting) -> Meeting:
    held = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if held.closed_at is not None:
        raise MinutesClosed("The minutes are closed. Open them again to decide more.")
    return held
