"""What was said of the student at meetings, actions that were done, and files that are kept."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from interventions.models import Action, Attachment, Meeting, MeetingPerson, MeetingStudent
from interventions.summaries.actions import actions_shown, with_all
from interventions.summaries.files import is_file_read
from interventions.summaries.files import with_all as with_places
from interventions.summaries.meetings import may_read_part
from pastoral.core.rights import Right
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, paragraphs
from students.scopes import scope_of


def _meetings(ask: Ask) -> Sequence[Any]:
    seen = Meeting.objects.visible_to(ask.user).standing().filter(ask.days("held_on"))
    parts = MeetingStudent.objects.filter(student=ask.student, meeting__in=seen.values("pk"))
    there = MeetingPerson.objects.filter(meeting=OuterRef("meeting"), staff=ask.user).exclude(came=False)
    others = MeetingStudent.objects.filter(meeting__in=parts.values("meeting")).exclude(student=ask.student)
    return [parts.select_related("meeting__convener").annotate(was_there=Exists(there)), others]


def _of_meetings(ask: Ask, parts: Sequence[Any], others: Sequence[MeetingStudent]) -> Iterator[Entry]:
    beside: dict[int, set[int]] = defaultdict(set)
    for other in others:
        beside[other.meeting_id].add(other.student_id)
    for part in parts:
        yield _meeting(ask, part, frozenset(beside[part.meeting_id]))


def _meeting(ask: Ask, part: Any, others: frozenset[int]) -> Entry:
    meeting = part.meeting
    is_insider = part.was_there or meeting.convener_id == ask.user.pk
    reads = may_read_part(meeting, ask.rights, is_insider=is_insider)
    title = meeting.get_purpose_display() if others else f"{meeting.get_purpose_display()}: {meeting.title}"
    decided = f"Decided: {part.decision}" if part.decision else ""
    return Entry(
        f"meeting:{part.pk}",
        meeting.held_on,
        Kind.MEETING,
        ask.called(
            f"Meeting, {title[0].lower()}{title[1:]}",
            "meeting",
            is_restricted=meeting.is_restricted,
            reads=reads or not meeting.is_restricted,
        ),
        at=meeting.starts_at,
        who=meeting.convener.formal_name,
        url=ask.link(Right.SEE_MEETINGS, "interventions:meeting_detail", meeting.pk),
        others=others,
        **ask.said(paragraphs(part.why, part.notes, decided), is_restricted=meeting.is_restricted, reads=reads),
    )


def _actions(ask: Ask) -> Sequence[Any]:
    done = Action.objects.visible_to(ask.user).of_standing().filter(ask.days("done_on"), student=ask.student)
    return [with_all(done.filter(not_needed_because="")).order_by("done_on", "pk")]


def _of_actions(ask: Ask, actions: Sequence[Action]) -> Iterator[Entry]:
    if not actions:
        return
    on = scope_of(ask.user).on
    for shown in actions_shown(ask.user, actions, on, students={ask.student: ask.who}):
        row = shown.row
        records = (row.case, row.plan, row.intervention, row.meeting)
        is_restricted = any(record is not None and record.is_restricted for record in records)
        about = ", ".join(each.words for each in shown.abouts)
        called = ask.called(f"Done: {shown.words}", "action", is_restricted=is_restricted, reads=bool(shown.words))
        said = ask.said(
            paragraphs(row.done_note, f"For: {about}" if about else ""),
            is_restricted=is_restricted,
            reads=bool(shown.words),
        )
        who = (row.done_by or row.owner).formal_name
        url = ask.link(Right.SEE_MEETINGS, "interventions:action_detail", row.pk) if shown.words else ""
        if row.done_on:
            yield Entry(
                f"action:{row.pk}", row.done_on, Kind.ACTION, called, who=who, url=url, takes=_taken(row), **said
            )


def _taken(action: Action) -> frozenset[Right]:
    """Return the right that the first of its records asks for; any of them opens it."""
    records = (
        (action.case_id, Right.SEE_PA_CASES),
        (action.plan_id, Right.SEE_PLANS),
        (action.intervention_id, Right.SEE_INTERVENTIONS),
        (action.meeting_id, Right.SEE_MEETINGS),
    )
    return frozenset([right for key, right in records if key][:1])


def _files(ask: Ask) -> Sequence[Any]:
    held = Attachment.objects.visible_to(ask.user).standing(student=ask.student).filter(ask.days("dated_on"))
    return [with_places(held).order_by("dated_on", "pk")]


def _of_files(ask: Ask, files: Sequence[Attachment]) -> Iterator[Entry]:
    """Yield the files that the person may read; of nothing else is even the title told."""
    for each in files:
        if not is_file_read(ask.user, each, ask.who):
            continue
        beside = (each, each.case, each.plan, each.meeting)
        is_restricted = any(record is not None and record.is_restricted for record in beside)
        title = f"{each.get_kind_display()} kept: {each.title}"
        yield Entry(
            f"file:{each.pk}",
            each.dated_on,
            Kind.FILE,
            ask.called(title, "file", is_restricted=is_restricted, reads=True),
            who=each.added_by.formal_name,
            logged_at=logged(each.dated_on, each.added_at),
            **ask.said(f"From {each.source}", is_restricted=is_restricted),
        )


_ACTIONS = frozenset({Right.SEE_INTERVENTIONS, Right.SEE_PLANS, Right.SEE_MEETINGS, Right.SEE_PA_CASES})
SOURCES = (
    Source(frozenset({Kind.MEETING}), _meetings, _of_meetings),
    Source(frozenset({Kind.ACTION}), _actions, _of_actions, _ACTIONS),
    Source(frozenset({Kind.FILE}), _files, _of_files, _ACTIONS),
)
