"""Lines that are a plain number of rows: all of one person's are counted in one query, with those of other apps."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from attendance.models import PlannedMark
from attendance.summaries.placements import waiting_in
from attendance.summaries.proposals import proposals_in_reach
from attendance.summaries.times import SESSIONS
from attendance.summaries.today import today_of
from attendance.summaries.unexplained import days_due, unexplained_rows
from pastoral.core.needs import Counted, Look, Tone
from pastoral.core.rights import Right
from students.scopes import Scope, scope_of


def counted_lines(look: Look) -> Iterator[Counted]:
    """Return the lines whose number is a plain number of rows."""
    yield from _unexplained(look)
    yield from _leave(look)
    yield from _placements(look)
    yield from _proposals(look)


def _unexplained(look: Look) -> Iterator[Counted]:
    """Return the year team's by their date, and the tutor's by group."""
    user, scope = look.user, scope_of(look.user)
    if _anybodys(scope, Right.SET_ABSENCE_CODES):
        calendar = look.once(today_of).calendar
        over, soon = (unexplained_rows(user, look.day, span=days_due(calendar, look.day, due)) for due in _DUE)
        yield Counted(
            (over,),
            "unexplained session past its 5th day",
            "unexplained sessions past their 5th day",
            _unexplained_page(due="over"),
            30,
            Tone.BAD,
        )
        by = calendar.next_school_day(look.day)
        words = f"to explain by {by:%a} {by.day} {by:%b}" if by else "near the 5th day"
        yield Counted(
            (soon,),
            f"session {words}",
            f"sessions {words}",
            _unexplained_page(due="soon"),
            31,
            Tone.WARN,
        )
    for group in dict.fromkeys(held.tutor_group for held in scope.assignments):
        if group and Right.CORRECT_MARKS in user.rights:
            yield Counted(
                (unexplained_rows(user, look.day, group=group.name),),
                f"unexplained session in {group}",
                f"unexplained sessions in {group}",
                _unexplained_page(group=group.name),
                32,
                Tone.WARN,
            )


_DUE = ("over", "soon")


def _unexplained_page(**asked: str) -> str:
    return f"{reverse('attendance:unexplained_list')}?{urlencode(asked)}"


def _leave(look: Look) -> Iterator[Counted]:
    if look.user.may(Right.APPROVE_LEAVE):
        asked = PlannedMark.objects.visible_to(look.user).filter(
            kind=PlannedMark.Kind.LEAVE, status=PlannedMark.Status.ASKED
        )
        one, many = "leave request to decide", "leave requests to decide"
        yield Counted((asked,), one, many, reverse("attendance:leave_list"), 40, Tone.WARN)


def _placements(look: Look) -> Iterator[Counted]:
    """Return what providers are to be asked of the sessions that have begun."""
    if look.user.may(Right.PLAN_MARKS) and (today := look.once(today_of)).is_school_day:
        begun = [session for session in SESSIONS if today.times.now.starts_at(look.day, session) <= look.now]
        waiting = tuple(waiting_in(look.user, look.day, session) for session in begun)
        one, many = "placement session to confirm today", "placement sessions to confirm today"
        yield Counted(waiting, one, many, reverse("attendance:placement_confirm"), 45)


def _proposals(look: Look) -> Iterator[Counted]:
    if look.user.may(Right.DECIDE_PROPOSALS) or look.user.may(Right.ANSWER_PROPOSALS):
        rows = proposals_in_reach(look.user, look.day).put_to(look.user).of_rules().open()
        yield Counted((rows,), "proposal to decide", "proposals to decide", reverse("attendance:proposal_list"), 50)


def _anybodys(scope: Scope, right: Right) -> bool:
    """Test whether the person holds the right over a year or the school."""
    years = scope.years_with(right)
    return years is None or bool(years)
