"""Meetings as one person sees them: each student's part by reach, the whole for who was there or sees all of it.

One dataset for the page, its minutes as PDF and the copy for one family: what one of them may not say, none says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet

from attendance.summaries.reach import Reached, reached
from contacts.models import AgencyWorker
from interventions.models import Action, Attachment, Meeting, MeetingPerson, MeetingStudent, PACase, Plan
from interventions.reading import RESTRICTED
from interventions.summaries.actions import About, ActionRow, actions_shown, page_of, with_all
from interventions.summaries.files import files_read, files_with
from interventions.summaries.minutes import as_closed
from interventions.summaries.priorities import PriorityRow, at_meeting
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.together import read_together
from students.models import ParentCarerLink
from students.scopes import scope_of


@dataclass(frozen=True)
class Sight:
    """What one person may read of one meeting.

    parts: the keys of the students whose part they read. whole: notes, what it set as priorities, and what is to be
    done for nobody alone. reads: its title; of a restricted meeting others are told that there was one, when, and who
    called it.
    """

    is_insider: bool
    parts: frozenset[int]
    whole: bool
    reads: bool
    keeps: bool


@dataclass(frozen=True)
class Part:
    """One student's part of a meeting. abouts: the case and plan talked of, as far as the person may know of them."""

    row: MeetingStudent
    who: Reached
    actions: tuple[ActionRow, ...] = ()
    abouts: tuple[About, ...] = ()
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Guest:
    """Somebody asked. of: keys of the students whom a parent or carer, or the student, belongs to."""

    row: MeetingPerson
    name: str
    what: str
    of: frozenset[int] = frozenset()

    @property
    def is_staff(self) -> bool:
        """Test for a colleague."""
        return self.row.staff_id is not None


@dataclass(frozen=True)
class MeetingRecord:
    """One meeting as the person may read it. hidden: students of it whom they do not see; others: people not named."""

    meeting: Meeting
    sight: Sight
    parts: tuple[Part, ...]
    people: tuple[Guest, ...]
    hidden: int
    others: int
    actions: tuple[ActionRow, ...]
    following: Meeting | None
    priorities: tuple[PriorityRow, ...] = ()
    for_one: Part | None = None

    @property
    def title(self) -> str:
        """Return what it is called, for who may know; a family's copy says only what it was for."""
        if not self.sight.reads:
            return f"{RESTRICTED} meeting"
        return str(self.meeting.get_purpose_display()) if self.for_one else self.meeting.title

    @property
    def came(self) -> tuple[Guest, ...]:
        """Return who was there."""
        return tuple(each for each in self.people if each.row.came)

    @property
    def did_not(self) -> tuple[Guest, ...]:
        """Return who was asked and did not come."""
        return tuple(each for each in self.people if each.row.came is False)

    @property
    def asked(self) -> tuple[Guest, ...]:
        """Return those of whom nobody noted yet whether they came."""
        return tuple(each for each in self.people if each.row.came is None)

    @property
    def every_action(self) -> tuple[ActionRow, ...]:
        """Return what is to be done, student by student, then what is for nobody alone."""
        return (*(each for part in self.parts for each in part.actions), *self.actions)

    def for_family(self, student: int) -> "MeetingRecord":
        """Return what one student's family is handed: that student's part, who of the school was there, no more."""
        part = next(each for each in self.parts if each.row.student_id == student)
        theirs = tuple(each for each in self.people if each.is_staff or student in each.of)
        sight = replace(self.sight, whole=False)
        alone = replace(self, hidden=0, others=0, actions=(), following=None, priorities=())
        return replace(alone, sight=sight, parts=(part,), people=theirs, for_one=part)


def with_parts(meetings: Any) -> Any:
    """Return the meetings with everything that sight of them takes, in two queries more."""
    people = MeetingPerson.objects.select_related("staff", "parent_carer", "worker__agency", "student")
    return meetings.select_related("convener", "year_group", "withdrawn_by", "follows").prefetch_related(
        Prefetch("people", queryset=people),
        Prefetch("students", queryset=MeetingStudent.objects.select_related("student")),
    )


def sight_of(user: User, meeting: Meeting, students: Mapping[int, Reached]) -> Sight:
    """Return what the person may read of a meeting of `with_parts`. students: those they reach, by key."""
    keys = [row.student_id for row in meeting.students.all()]
    came = any(person.staff_id == user.pk and person.came is not False for person in meeting.people.all())
    is_insider = came or meeting.convener_id == user.pk

    def may(rights: frozenset[Right]) -> bool:
        return may_read_part(meeting, rights, is_insider=is_insider)

    parts = frozenset(key for key in keys if key in students and may(students[key].rights))
    year = scope_of(user).rights_over(meeting.year_group_id)
    sees_all = len(parts) == len(keys) if keys else may(year)
    kept = all(key in students and Right.KEEP_MEETINGS in students[key].rights for key in keys)
    over = Right.KEEP_MEETINGS in year if not keys else kept
    whole = is_insider or sees_all
    keeps = meeting.convener_id == user.pk or (whole and over) or (is_insider and user.may(Right.KEEP_MEETINGS))
    return Sight(is_insider, parts, whole, whole or bool(parts) or not meeting.is_restricted, keeps)


def may_read_part(meeting: Meeting, rights: frozenset[Right], *, is_insider: bool) -> bool:
    """Test whether somebody reads what was said of a student. rights: theirs over that student.

    is_insider: they called the meeting or were at it.
    """
    is_open = not meeting.is_restricted or Right.SEE_RESTRICTED in rights
    return is_insider or (Right.SEE_MEETINGS in rights and is_open)


def meeting_record(user: User, meeting: Meeting, on: date) -> MeetingRecord:
    """Return a meeting of `with_parts` as the person may read it, in seven queries, and two more of closed minutes."""
    rows = list(meeting.students.all())
    students = reached(user, [row.student_id for row in rows])
    sight = sight_of(user, meeting, students)
    held, kept = read_together(actions_of(meeting), files_with(sight.parts, meeting=meeting))
    actions = as_closed(meeting, _actions(user, held, sight, on, students))
    by_student: dict[int, list[ActionRow]] = {}
    for each in actions:
        by_student.setdefault(each.row.student_id or 0, []).append(each)
    abouts = _abouts(user, rows)
    files = files_read(user, kept, students)
    parts = [
        Part(
            row=row,
            who=students[row.student_id],
            actions=tuple(by_student.get(row.student_id, ())),
            abouts=tuple(abouts.get(row.pk, ())),
            files=tuple(files.get(row.student_id, ())),
        )
        for row in rows
        if row.student_id in sight.parts
    ]
    people = _people(meeting, sight, students) if sight.reads else []
    loose = [each for key, some in by_student.items() if key not in sight.parts for each in some]
    return MeetingRecord(
        meeting=meeting,
        sight=sight,
        parts=tuple(parts),
        people=tuple(people),
        hidden=len(rows) - len(parts),
        others=len(meeting.people.all()) - len(people),
        actions=tuple(each for each in loose if sight.whole or each.is_mine),
        priorities=tuple(at_meeting(user, meeting, reads=sight.whole)),
        following=Meeting.objects.visible_to(user).standing(follows=meeting).first() if meeting.closed_at else None,
    )


def _abouts(user: User, rows: Sequence[MeetingStudent]) -> dict[int, list[About]]:
    """Return, by row, the case and the plan that the student is talked of for; a query for each, where there is any."""
    found: dict[int, list[About]] = {}
    models: dict[str, Any] = {"case": PACase, "plan": Plan}
    for name, model in models.items():
        keys = {key for row in rows if (key := getattr(row, f"{name}_id"))}
        known = (
            set(model.objects.visible_to(user).standing(pk__in=keys).values_list("pk", flat=True)) if keys else set()
        )
        for row in rows:
            if (key := getattr(row, f"{name}_id")) in known:
                words = "Attendance case" if name == "case" else "Plan"
                found.setdefault(row.pk, []).append(About(words, page_of(name, key)))
    return found


def actions_of(meeting: Meeting) -> Any:
    """Return the actions set at a meeting or carried over to it, and those that went over to a later one."""
    return with_all(Action.objects.standing().filter(of_meeting(meeting.pk)).order_by("due_on", "pk"))


def of_meeting(key: Any) -> Q:
    """Return the test for the actions that are or were a meeting's. key: its key, or what a subquery calls it."""
    # django-pghistory adds the model of the history: it holds the meeting that an action was of before.
    events: Any = Action.pgh_event_model.objects  # type: ignore[attr-defined]
    outer = OuterRef(key) if isinstance(key, OuterRef) else key
    return Q(meeting=key) | Q(pk__in=events.filter(meeting=outer).order_by().values("pgh_obj_id"))


def _actions(
    user: User, actions: Iterable[Action], sight: Sight, on: date, students: Mapping[int, Reached]
) -> list[ActionRow]:
    held = [
        each
        for each in actions
        if each.student_id in sight.parts
        or user.pk in (each.owner_id, each.set_by_id)
        or (sight.whole and not each.student_id)
    ]
    return actions_shown(user, held, on, students=students)


def _people(meeting: Meeting, sight: Sight, students: Mapping[int, Reached]) -> list[Guest]:
    """Return those of the people whom the person may know of: colleagues, and whom a student they see belongs to."""
    held = list(meeting.people.all())
    carers = [person.parent_carer_id for person in held if person.parent_carer_id]
    links: dict[int, dict[int, ParentCarerLink]] = {}
    if carers:
        keys = [row.student_id for row in meeting.students.all()]
        for link in ParentCarerLink.objects.filter(parent_carer__in=carers, student__in=keys):
            links.setdefault(link.parent_carer_id, {})[link.student_id] = link
    sees_agencies = sight.is_insider or any(
        Right.SEE_AGENCIES in students[key].rights for key in sight.parts if key in students
    )
    guests = [_guest(person, links.get(person.parent_carer_id or 0, {})) for person in held]
    return [
        each
        for each in guests
        if (sight.whole and (sees_agencies or not each.row.worker_id))
        or each.is_staff
        or each.of & sight.parts
        or (each.row.worker_id and sees_agencies)
    ]


def _guest(person: MeetingPerson, links: Mapping[int, ParentCarerLink]) -> Guest:
    if person.staff:
        return Guest(person, person.staff.formal_name, person.part)
    if person.parent_carer:
        kin = next(iter(links.values())).relationship if links else "Parent or carer"
        told = frozenset(key for key, link in links.items() if not link.has_court_order)
        return Guest(person, str(person.parent_carer), person.part or kin, told)
    if person.worker:
        return Guest(person, person.worker.name, person.part or str(person.worker.agency))
    if person.student:
        return Guest(person, person.student.full_name, person.part or "Student", frozenset([person.student_id or 0]))
    return Guest(person, person.name, person.part)


def sights_of(user: User, meetings: Sequence[Meeting]) -> list[tuple[Meeting, Sight, list[Reached]]]:
    """Return the meetings of `with_parts` with what the person may read of each, and whom they see of it; one query."""
    keys: Iterable[int] = {row.student_id for meeting in meetings for row in meeting.students.all()}
    students = reached(user, keys)
    found = []
    for meeting in meetings:
        sight = sight_of(user, meeting, students)
        seen = [students[row.student_id] for row in meeting.students.all() if row.student_id in sight.parts]
        found.append((meeting, sight, seen))
    return found


def workers_there() -> QuerySet[AgencyWorker]:
    """Return the workers of agencies who may be asked, by name: those of the directory who are still there."""
    there = AgencyWorker.objects.filter(left_on=None, agency__is_active=True)
    return there.select_related("agency").order_by("name", "pk")
