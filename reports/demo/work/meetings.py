"""Meetings of the demo school, with minutes, actions carried over, and a walk through last week's figures."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from contacts.models import AgencyWorker
from interventions.figures.ladder import school_day_after
from interventions.models import Action, Meeting, MeetingPerson, MeetingStudent, PACase, Priority
from interventions.services.meetings import actions_carry, meeting_close, meeting_make
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at
from reports.demo.conduct import token
from reports.demo.home.people import Homes
from reports.demo.work.help import Lists
from reports.demo.work.help_words import MOST_AWAY
from reports.demo.work.help_words import SPOKEN_OF as IN_INCIDENTS
from reports.demo.work.meeting_words import (
    AWAY,
    LOOKED_AT,
    NOBODY,
    RAG_LINES,
    RAG_TODOS,
    SITTINGS,
    SPOKEN_OF,
    Sitting,
)
from reports.demo.work.need import missed_share, on_day
from students.summaries import RollEntry

A_FORTNIGHT = timedelta(days=14)
IN_YEARS = 2  # a list of meetings for so many years, so that more than one Head of Year has some


def meetings_hold(cast: Cast) -> int:
    """Hold the meetings of two years, with one on the figures of the week before in each; some are still to come."""
    if Meeting.objects.exists():
        return 0
    homes = Homes.of(cast, "meeting")
    lists = Lists.of(homes).held
    held = {AWAY: lists[MOST_AWAY], SPOKEN_OF: lists[IN_INCIDENTS]}
    years = sorted({member.year for member in lists[MOST_AWAY]}, key=lambda year: (abs(year - 9), year))[:IN_YEARS]
    for place, year in enumerate(years):
        rows = {name: [member for member in members if member.year == year] for name, members in held.items()}
        for n, sitting in enumerate(SITTINGS):
            _held(homes, 100 * place + n, sitting, rows, year)
        _rag_meeting(homes, place, year, rows[AWAY])
    return Meeting.objects.count()


def _held(homes: Homes, n: int, sitting: Sitting, rows: dict[str, list[RollEntry]], year: int) -> None:
    cast = homes.cast
    head, manager = cast.holder(Role.HEAD_OF_YEAR, year), cast.holder(Role.PASTORAL_MANAGER, year)
    day = on_day(cast, sitting.back) if sitting.back >= 0 else cast.ahead(-sitting.back)
    members = rows[sitting.whom][n % 7 : n % 7 + sitting.students] if sitting.whom != NOBODY else []
    name = f" of {members[0].forename} {members[0].surname}" if sitting.with_home and members else ""
    facts = {
        "purpose": sitting.purpose, "title": f"{sitting.title}{name}", "held_on": day, "starts_at": time(15, 15),
        "place": ("Room 12", "Pastoral office", "Meeting room")[n % 3], "notes": sitting.notes,
        "is_restricted": sitting.is_restricted, "year_group_id": year,
        "next_on": cast.ahead(sitting.again) if sitting.again else None, "made_at": at(min(day, cast.day), 9),
    }  # fmt: skip
    cases = dict(
        PACase.objects.open().filter(student__in=[each.student_id for each in members]).values_list("student", "pk")
    )
    meeting = meeting_make(
        facts=facts, students=[homes.students[member.student_id] for member in members],
        staff=[head, manager, cast.holder(Role.ATTENDANCE_OFFICER)][: 3 if sitting.whom == AWAY else 2],
        token=token("meeting", n), by=head,
        of={key: {"case_id": case} for key, case in cases.items()},
    )  # fmt: skip
    _others(homes, meeting, sitting, members)
    if sitting.back < 0:
        return
    _said(cast, meeting, sitting, members, [head, manager], n)
    _priorities(meeting, sitting, [head, manager], n)
    if sitting.is_closed:
        following = meeting_close(meeting=meeting, now=at(day, 16, 5))
        if following:
            actions_carry(before=meeting, after=following)


def _priorities(meeting: Meeting, sitting: Sitting, owners: Sequence[User], n: int) -> None:
    """Set what the meeting made a priority, with how it ended since."""
    when = at(meeting.held_on, 15, 40)
    for place, (line, end) in enumerate(sitting.priorities):
        outcome, _, note = end.partition(": ")
        on = meeting.held_on + A_FORTNIGHT
        ended = {"outcome": outcome, "ended_note": note, "ended_on": on, "ended_by": owners[0]} if end else {}
        Priority.objects.create(
            token=token("priority", n), place=place, meeting=meeting, words=line, owner=(*owners, None)[place % 3],
            set_by=meeting.convener, set_at=when, **ended,
        )  # fmt: skip


def _others(homes: Homes, meeting: Meeting, sitting: Sitting, members: Sequence[RollEntry]) -> None:
    """Ask the family and the agency; note who came."""
    people = list[dict[str, Any]]()
    for member in members if sitting.with_home else ():
        carer = homes.carer(member.student_id)
        people.append({"student_id": member.student_id})
        if carer:
            people.append({"parent_carer_id": carer.parent_carer_id})
    worker = AgencyWorker.objects.filter(name=sitting.worker).first() if sitting.worker else None
    if worker:
        people.append({"worker": worker})
    MeetingPerson.objects.bulk_create(
        MeetingPerson(meeting=meeting, invited_on=meeting.made_at.date(), **who) for who in people
    )
    if sitting.back >= 0:
        meeting.people.update(came=True)
        if sitting.purpose == Meeting.Purpose.PANEL:
            meeting.people.filter(pk=meeting.people.order_by("-pk").values("pk")[:1]).update(came=False)


def _said(
    cast: Cast, meeting: Meeting, sitting: Sitting, members: Sequence[RollEntry], owners: Sequence[User],
    n: int,
) -> None:  # fmt: skip
    """Write down what was said and decided, and set what is to be done: the first of it is done already."""
    rows = {row.student_id: row for row in meeting.students.all()}
    now, days = at(meeting.held_on, 15, 50), cast.calendar.days
    for member, (notes, decision) in zip(members, sitting.said, strict=False):
        row = rows[member.student_id]
        row.notes, row.decision, row.looked_at = notes, decision, now
    MeetingStudent.objects.bulk_update(rows.values(), ["notes", "decision", "looked_at"])
    for place, what in enumerate(sitting.todos):
        about = members[place % len(members)] if members else None
        due = school_day_after(days, meeting.held_on, 2 + 3 * place)
        is_done = place == 0 and n % 2 == 0 and due <= cast.day
        _action(meeting, what, about, owners[place % 2], due, token_of=(n, place), is_done=is_done)


def _action(
    meeting: Meeting, what: str, member: RollEntry | None, owner: User, due: date, *, token_of: tuple[int, int],
    is_done: bool,
) -> Action:  # fmt: skip
    done = {"done_on": due, "done_by": owner, "done_note": "Done"}
    return Action.objects.create(
        token=token("meeting action", token_of[0]), place=token_of[1], what=what, owner=owner, due_on=due,
        student_id=member.student_id if member else None, meeting=meeting, set_by=meeting.convener,
        set_at=at(meeting.held_on, 15, 45), **(done if is_done else {}),
    )  # fmt: skip


def _rag_meeting(homes: Homes, place: int, year: int, members: Sequence[RollEntry]) -> None:
    """Hold the year's meeting on the figures of the week before last, those first who missed most of it."""
    cast = homes.cast
    monday = cast.day - timedelta(days=cast.day.weekday() + 7)
    if not cast.calendar.between(monday, monday + timedelta(days=4)):
        return
    missed = missed_share(monday, monday)
    worst = sorted(members, key=lambda each: (-missed.get(each.student_id, 0), each.student_id))[:LOOKED_AT]
    head, manager = cast.holder(Role.HEAD_OF_YEAR, year), cast.holder(Role.PASTORAL_MANAGER, year)
    day = monday + timedelta(days=7)
    facts = {
        "purpose": Meeting.Purpose.RAG, "title": f"Weekly RAG Year {year}, week of {monday.day} {monday:%b}",
        "held_on": day, "year_group_id": year, "rag_week": monday, "rag_issue": 1, "made_at": at(day, 8, 30),
    }  # fmt: skip
    meeting = meeting_make(facts=facts, students=[], staff=[head, manager], token=token("rag", place), by=head)
    meeting.people.update(came=True)
    rows = []
    for n, member in enumerate(worst):
        share, line = missed.get(member.student_id, 0), RAG_LINES[n % len(RAG_LINES)]
        why = f"{float(100 * share):.0f} % of the week missed" if share else "on track to be persistently absent"
        rows.append(
            MeetingStudent(meeting=meeting, student_id=member.student_id, order=n, why=why, decision=line,
                           looked_at=at(day, 8, 35 + n))
        )  # fmt: skip
        if line in RAG_TODOS:
            due = day + timedelta(days=2 + n % 3)
            _action(meeting, RAG_TODOS[line], member, (head, manager)[n % 2], due, token_of=(9000 + place, n),
                    is_done=n % 3 != 1 and due <= cast.day)  # fmt: skip
    MeetingStudent.objects.bulk_create(rows)
    meeting_close(meeting=meeting, now=at(day, 8, 55))
