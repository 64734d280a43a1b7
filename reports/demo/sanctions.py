"""What the demo school did when it was grave: calls for help from lessons, and suspensions."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from behaviour.models import OnCall, Suspension
from behaviour.services import on_call, suspensions
from behaviour.services.work import work_ask, work_tick
from pastoral.core.rights import Role
from pastoral.core.versions import version_of
from reports.demo.cast import Cast, at, student
from reports.demo.conduct import token
from students.summaries import RollEntry

CALLS = (
    ("Sc4", "Science", "Fight or threat: two of them", OnCall.Outcome.INCLUSION),
    ("Ma2", "Mathematics", "Refuses instructions", OnCall.Outcome.SETTLED),
    ("En7", "English", "Left the lesson", OnCall.Outcome.RETURNED),
    ("Gym", "PE", "Unwell or hurt", OnCall.Outcome.OFFICE),
    ("Mu1", "Music", "Disrupts the lesson", OnCall.Outcome.NOBODY),
)
# Days, the reasons, and what the head was told.
SUSPENSIONS = (
    (1, ("VA",), "Swore at a teacher and would not leave the room."),
    (2, ("PP",), "Punched another student in the canteen queue."),
    (7, ("PA", "DB"), "Pushed a member of staff who stood in the door; third time this term."),
    (1, ("VR",), "Vaping in the toilets, after two warnings and a meeting at home."),
    (3, ("DM", "VA"), "Broke a window and threatened the site team."),
)


def calls_answer(cast: Cast) -> int:
    """Have teachers call for help some times a day of the last week, and somebody come within minutes."""
    if OnCall.objects.exists():
        return 0
    comes, days = cast.holder(Role.PASTORAL_MANAGER), cast.days_back(5)
    for n, member in enumerate(cast.some(cast.share(14), start=3)):
        room, subject, reason, outcome = CALLS[n % len(CALLS)]
        asked_at = at(days[n % len(days)], 9 + n % 5, 7 * (n % 8))
        caller = cast.tutors.get(member.tutor_group_id, comes)
        asked = on_call.Asked(
            room=room, reason=reason, period=f"P{1 + n % 5}", subject=subject, student_id=member.student_id
        )
        call = on_call.call_make(asked=asked, token=UUID(int=n + 1), by=caller, now=asked_at)
        if outcome != OnCall.Outcome.NOBODY:
            on_call.call_arrive(call=call, by=comes, now=asked_at + timedelta(minutes=2 + n % 7))
        ends = asked_at + timedelta(minutes=20)
        on_call.call_end(call=call, outcome=outcome, note="", by=comes, now=ends)
    return OnCall.objects.count()


def suspensions_record(cast: Cast) -> int:
    """Record suspensions of the last seven weeks: the older ones done with, the last ones with duties still open."""
    if Suspension.objects.exists():
        return 0
    days = cast.days_back(35)
    for n, member in enumerate(cast.some(cast.share(12), start=17)):
        length, reasons, words = SUSPENSIONS[n % len(SUSPENSIONS)]
        first = days[(n * 9) % len(days)]
        last = cast.calendar.between(first, date.max)[:length][-1]
        by = cast.holder(Role.HEAD_OF_YEAR, member.year)
        decided = suspensions.Decided("SUSP", first, "AM", last, "PM", reasons, "Head teacher", circumstances=words)
        span = suspensions.suspension_record(
            student=student(member), decided=decided, token=token("suspension", n), by=by, now=at(first, 9)
        )
        _duties(span, member, n, cast)
    return Suspension.objects.count()


def _duties(span: Suspension, member: RollEntry, n: int, cast: Cast) -> None:
    facts: dict[str, Any] = {"parents_told_on": span.starts_on, "la_told_on": span.starts_on if n % 3 else None}
    back_on = cast.calendar.next_school_day(span.ends_on or span.starts_on)
    if back_on and back_on < cast.day and n % 4:
        facts["reintegration_at"] = at(back_on, 8, 30)
        facts["reintegration"] = f"{member.forename} and a parent; report card for two weeks."
    suspensions.suspension_note(suspension=span, today=cast.day, seen=version_of(span, facts), **facts)
    subjects = (("English", ""), ("Mathematics", ""), ("Science", ""))
    work_ask(student=span.student, suspension=span, subjects=subjects)
    for work in span.set_work.all()[: 1 + n % 3]:
        work_tick(work=work, step="set", is_done=True, today=span.starts_on)
