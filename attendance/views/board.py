"""The registers board: which registers are taken, and a nudge for those that are not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.services import board as services
from attendance.summaries.board import Board, BoardRow, SessionBoard, State, board_of
from attendance.summaries.board_rolls import rights_on_roll
from attendance.summaries.times import SESSIONS, TAKEN_IN_MIS
from attendance.tasks import NUDGES_MAIL
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.services import keys_hand_over
from pastoral.core.words import asked_for, day_read
from students.calendar import academic_year_of
from students.files import offered_as_file
from students.models import Enrolment, TutorGroup
from students.scopes import scope_of

SHOWN = {"": "All", "chase": "To chase"}
SESSION_WORDS = {"AM": "Morning", "PM": "Afternoon"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a day up to today of this school year, a session, all registers or those to chase."""

    day: date
    session: str
    show: str
    now: datetime
    note: str = ""

    @classmethod
    def of(cls, request: StaffRequest) -> "Asked":
        """Read the address; what cannot be shown is today's, with a note that says so."""
        now = timezone.now()
        today = timezone.localdate(now)
        wanted = asked_for(request, "day")
        day = day_read(wanted) or today
        note = ""
        if (wanted and day_read(wanted) is None) or day > today or academic_year_of(day) != academic_year_of(today):
            day, note = today, "The board shows days of this school year up to today. This is today."
        session = asked_for(request, "session").upper()
        show = asked_for(request, "show")
        return cls(day, session if session in SESSIONS else "", show if show in SHOWN else "", now, note)

    @property
    def is_today(self) -> bool:
        """Test for the running day, which refreshes by itself."""
        return self.day == timezone.localdate(self.now)

    def address(self, **changes: str) -> str:
        """Return the board's address with some parts changed."""
        kept = {"day": "" if self.is_today else self.day.isoformat(), "session": self.session, "show": self.show}
        query = {name: value for name, value in (kept | changes).items() if value}
        return reverse("attendance:board") + (f"?{urlencode(query)}" if query else "")


@never_cache
@require_safe
@right_required(Right.CHASE_REGISTERS)
@offered_as_file("Registers board")
def board(request: StaffRequest) -> HttpResponse:
    """Show the registers of a day in the person's years; to htmx the part that refreshes by itself."""
    asked = Asked.of(request)
    return _answer(request, asked)


@require_POST
@right_required(Right.CHASE_REGISTERS)
def board_nudge(request: StaffRequest, pk: int, day: date, session: str) -> HttpResponse:
    """Ask the group's tutors for a register: 404 outside the person's years, a second click within minutes is one."""
    group = _group(request, pk)
    kind, words = _nudged(request, group, day, session)
    asked = Asked(day, session, _show_of(request), timezone.now())
    if request.htmx:
        return _answer(request, asked, said=(kind, words))
    messages.add_message(request, getattr(messages, kind.upper()), words)
    return redirect(asked.address())


def _show_of(request: StaffRequest) -> str:
    show = request.POST.get("show", "")
    return show if show in SHOWN else ""


def _nudged(request: StaffRequest, group: TutorGroup, day: date, session: str) -> tuple[str, str]:
    """Nudge, and return the kind of message and its words."""
    now = timezone.now()
    try:
        done = services.register_nudge(group=group, day=day, session=session, by=request.user, now=now)
    except services.NobodyToNudge as fault:
        return "error", str(fault)
    except services.RegisterNotWanted as fault:
        return "info", str(fault)
    names = " and ".join(done.names)
    if not done.keys:
        at = timezone.localtime(done.sent_at)
        return "info", f"{group}: {names} was nudged at {at:%H:%M} by {done.sent_by}; once in ten minutes is enough."
    if not _hand_over(done.keys):
        return "warning", f"{group}: the nudge is noted, but no e-mail can go out just now. Telephone {names}."
    return "success", f"{group}: {names} is nudged by e-mail{'' if done.is_new else ', which had not gone out'}."


def _hand_over(keys: tuple[int, ...]) -> bool:
    """Give the e-mails to a worker and return whether the job service took them."""
    return keys_hand_over(NUDGES_MAIL, keys)


def _group(request: StaffRequest, pk: int) -> TutorGroup:
    """Return the group if it has students in the person's years now; 404 otherwise."""
    years = scope_of(request.user).years_with(Right.CHASE_REGISTERS)
    members = Enrolment.objects.visible_to(request.user).current(timezone.localdate()).filter(tutor_group=pk)
    if years is not None:
        members = members.filter(year_group__in=years)
    spell = members.select_related("tutor_group").first()
    if spell is None:
        raise Http404("no such group among those this person may chase")
    return spell.tutor_group


def _answer(request: StaffRequest, asked: Asked, said: tuple[str, str] | None = None) -> HttpResponse:
    years = scope_of(request.user).years_with(Right.CHASE_REGISTERS)
    held = board_of(day=asked.day, now=asked.now, years=years, user=request.user)
    session = asked.session or _running(held, asked)
    chosen = held.sessions[session]
    is_narrowed = asked.show == "chase" and held.is_taken_here
    rows = [row for row in chosen.rows if row.may_be_nudged] if is_narrowed else list(chosen.rows)
    context = {
        "asked": asked,
        "board": held,
        "chosen": chosen,
        "session": session,
        "session_words": SESSION_WORDS[session],
        "rows": [
            (row, services.register_address(row.roll.group_id, row.day, row.session), _may_take(request, row))
            for row in rows
        ],
        "sessions": [
            (asked.address(session=key), f"{SESSION_WORDS[key]}: {summed_up(held.sessions[key])}", key == session)
            for key in SESSIONS
        ],
        "shows": [(asked.address(session=session, show=key), words, key == asked.show) for key, words in SHOWN.items()]
        if held.is_taken_here
        else [],
        "taken_in_mis": TAKEN_IN_MIS,
        "live_url": asked.address(session=session),
        "said": said,
        "calls": request.user.may(Right.MAKE_FIRST_CALLS),
        "earlier": _day_address(asked, session, -1),
        "later": _day_address(asked, session, 1) if not asked.is_today else "",
    }
    template = "attendance/_board_live.html" if request.htmx else "attendance/board.html"
    return render(request, template, context)


def _may_take(request: StaffRequest, row: BoardRow) -> bool:
    """Test whether the person may take this register, and it is wanted."""
    return row.may_be_nudged and Right.TAKE_REGISTER in rights_on_roll(scope_of(request.user), row.roll)


def _running(held: Board, asked: Asked) -> str:
    """Return the session to show unasked: today the one whose registers are due, on an earlier day the morning."""
    if not asked.is_today:
        return "AM"
    afternoon = held.sessions["PM"].rows
    return "PM" if any(row.state is not State.NOT_YET for row in afternoon) and not _is_ahead(afternoon) else "AM"


def _is_ahead(rows: tuple[BoardRow, ...]) -> bool:
    return any(row.state is State.NOT_YET for row in rows)


def summed_up(session: SessionBoard) -> str:
    """Return how a session stands in a few words: "38 of 45 taken, 3 overdue"."""
    if not session.rows:
        return "none due"
    if session.counts["not_yet"] == len(session.rows):
        return "not yet"
    is_of_mis = session.counts["held"] or session.counts["elsewhere"]
    words = f"{session.done} of {len(session.rows)} {'in' if is_of_mis else 'taken'}"
    if session.alarms:
        words += f", {session.alarms} {'overdue' if session.counts['overdue'] else 'not taken'}"
    elif session.counts["open"]:
        words += f", {session.counts['open']} open"
    return words


def _day_address(asked: Asked, session: str, step: int) -> str:
    """Return the address of the weekday before or after."""
    day = asked.day + timedelta(days=step)
    while day.weekday() > 4:
        day += timedelta(days=step)
    today = timezone.localdate(asked.now)
    if day > today or academic_year_of(day) != academic_year_of(today):
        return ""
    return asked.address(day="" if day == today else day.isoformat(), session=session if day != today else "")
