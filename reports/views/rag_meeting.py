"""RAG meeting mode: the movers of a frozen RAG and what is overdue, one after another, a typed line for each."""

from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interventions.models import Meeting
from interventions.querysets import MeetingQuerySet
from interventions.services.actions import Settled
from interventions.services.meetings import MinutesClosed
from interventions.typed import NO_ACTION, Settling, TypedLine, settling_read
from pastoral.core.access import access_note
from pastoral.core.late import too_late
from pastoral.core.models import AccessRecord, User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for, plain
from reports.models import WeeklyRagRun
from reports.ragmeeting import keeping
from reports.ragmeeting.reading import reading_for, year_team
from reports.ragmeeting.walk import Stop, Walk, card_of, walk_of
from students.scopes import scope_of

Read = TypedLine | Settling


@require_POST
@right_required(Right.KEEP_MEETINGS)
def rag_meeting_begin(request: StaffRequest, week: date, year: int) -> HttpResponse:
    """Begin the meeting on a year's RAG, or go on with it; 404 for a year whose meetings the person does not keep."""
    rights = scope_of(request.user).rights_over(year)
    frozen = WeeklyRagRun.objects.visible_to(request.user).exclude(frozen_at=None)
    run = frozen.newest(week)
    if run is None or Right.KEEP_MEETINGS not in rights or not run.students.filter(year=year).exists():
        raise Http404("no RAG of that week and year for this person to meet on")
    today = timezone.localdate()
    team = [user for user in year_team(year, today) if user != request.user]
    meeting = keeping.rag_meeting_begin(run=run, year=year, by=request.user, on=today, team=team)
    return redirect("reports:rag_meeting", meeting.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_MEETINGS)
def rag_meeting(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one stop of the meeting and keep what is typed about it, once it was shown as it was understood."""
    walk = _walk(request, pk)
    data = request.POST if request.method == "POST" else request.GET
    place = walk.at(plain(data.get("at", "")))
    stop = walk.stops[place] if place < len(walk.stops) else None
    if request.method != "POST":
        return _page(request, walk, place, stop)
    do = request.POST.get("do", "")
    if do == "undo":
        return _undone(request, walk)
    if do == "issue":
        return _issue(request, walk)
    if stop is None:
        return redirect("reports:rag_meeting", pk)
    return _line(request, walk, place, stop, do)


@never_cache
@require_safe
@right_required(Right.KEEP_MEETINGS)
def rag_meeting_read(request: StaffRequest, pk: int) -> HttpResponse:
    """Show back how a line is understood, while it is typed."""
    get_object_or_404(_meetings(request.user), pk=pk)
    line = asked_for(request, "line")
    read = _read(request, line, is_action=asked_for(request, "at").startswith("a")) if line else None
    return render(request, "reports/_rag_meeting_read.html", {"read": read})


def _meetings(user: User) -> MeetingQuerySet:
    return Meeting.objects.visible_to(user).standing().exclude(rag_week=None)


def _walk(request: StaffRequest, pk: int) -> Walk:
    walk = walk_of(request.user, pk, timezone.localdate())
    if walk is None:
        raise Http404("no RAG meeting that this person keeps")
    return walk


def _page(
    request: StaffRequest,
    walk: Walk,
    place: int,
    stop: Stop | None,
    *,
    typed: str = "",
    read: Read | None = None,
    told: str = "",
) -> HttpResponse:
    """Show a stop, or the end. typed, read: the line as sent and understood; told: what happened meanwhile."""
    today, before, after = timezone.localdate(), *walk.beside(place)
    if stop:
        access_note(
            user=request.user,
            kind=AccessRecord.Kind.PAGE,
            subject=f"student:{stop.who.student_id}",
            reason=stop.who.reason,
            path=request.path,
        )
    context = {
        "walk": walk,
        "meeting": walk.meeting,
        "stop": stop,
        "place": place + 1,
        "card": card_of(request.user, walk, stop, today) if stop else None,
        "before": before,
        "after": after,
        "typed": typed,
        "read": read,
        "told": told,
        "token": uuid4(),
        "undo": request.session.get(_undo_key(walk)),
        "no_action": NO_ACTION,
    }
    status = 422 if read and read.fault else 409 if told else 200
    return render(request, "reports/rag_meeting.html", context, status=status)


def _line(request: StaffRequest, walk: Walk, place: int, stop: Stop, do: str) -> HttpResponse:
    """Keep the line as it was shown, or show it; a choice between two of a name goes into the line first."""
    line = plain(request.POST.get("line", ""))
    if do == "nothing":
        line = NO_ACTION
    if chosen := plain(request.POST.get("fill", "")):
        line = _filled(line, chosen)
    read = _read(request, line, is_action=stop.action is not None)
    was_shown = do == "nothing" or request.POST.get("shown", "").replace("\r\n", "\n") == read.signature
    if read.fault or chosen or not was_shown:
        return _page(request, walk, place, stop, typed=line, read=read)
    try:
        _kept(request, walk, stop, read)
    except Overtaken:
        walk = _walk(request, walk.meeting.pk)
        place = walk.at(stop.key)
        there = walk.stops[place] if place < len(walk.stops) else None
        now = there.row.decision if there and there.row else ""
        told = f"Somebody decided meanwhile: {now}." if now else "Somebody settled it meanwhile."
        return _page(request, walk, place, there, typed=line, read=read, told=f"{told} Enter keeps yours as well.")
    except (MinutesClosed, Settled) as fault:
        return too_late(request, str(fault), reverse("interventions:meeting_detail", args=[walk.meeting.pk]))
    return redirect(f"{reverse('reports:rag_meeting', args=[walk.meeting.pk])}?at={walk.after(place)}")


def _kept(request: StaffRequest, walk: Walk, stop: Stop, read: Read) -> None:
    now, seen = timezone.now(), request.POST.get("seen", "")
    if isinstance(read, Settling) and stop.action:
        on = timezone.localdate(now)
        action = stop.action.row
        keeping.action_settle(
            meeting=walk.meeting, action=action, settling=read, seen=seen, by=request.user, now=now, on=on
        )
        request.session.pop(_undo_key(walk), None)
        messages.success(request, f"{stop.who.name}: “{action.what}” {read.decision}")
    elif isinstance(read, TypedLine) and stop.row:
        token = _token(request)
        left = keeping.line_keep(row=stop.row, line=read, seen=seen, token=token, by=request.user, now=now)
        held = {"row": stop.row.pk, "token": str(token), "left": left, "name": stop.who.name}
        request.session[_undo_key(walk)] = held
        messages.success(request, f"{stop.who.name}: {read.decision}")


def _token(request: StaffRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid4()


def _undone(request: StaffRequest, walk: Walk) -> HttpResponse:
    """Take back what the person kept last in this meeting, and lead to its student."""
    held = request.session.pop(_undo_key(walk), None)
    row = walk.meeting.students.filter(pk=held["row"]).first() if held else None
    address = reverse("reports:rag_meeting", args=[walk.meeting.pk])
    if held is None or row is None:
        messages.info(request, "There is nothing of yours to take back.")
        return redirect(address)
    try:
        token = UUID(held["token"])
        keeping.line_undo(row=row, token=token, left=held["left"], by=request.user, now=timezone.now())
    except MinutesClosed as fault:
        messages.warning(request, str(fault))
    except Overtaken:
        messages.warning(request, f"Somebody decided about {held['name']} after you: nothing was taken back.")
    else:
        messages.info(request, f"Taken back: {held['name']} is to be looked at again.")
    return redirect(f"{address}?at=s{row.pk}")


def _issue(request: StaffRequest, walk: Walk) -> HttpResponse:
    newest = WeeklyRagRun.objects.visible_to(request.user).newest(walk.run.week)
    if newest and newest.frozen_at and walk.meeting.closed_at is None:
        keeping.issue_take(meeting=walk.meeting, run=newest)
        messages.success(request, f"The figures are those of issue {newest.issue} now; what was decided stays.")
    return redirect("reports:rag_meeting", walk.meeting.pk)


def _undo_key(walk: Walk) -> str:
    return f"rag_undo_{walk.meeting.pk}"


def _read(request: StaffRequest, line: str, *, is_action: bool) -> Read:
    reading = reading_for(request.user, timezone.localdate())
    return settling_read(reading, line) if is_action else reading.read(line)


def _filled(line: str, chosen: str) -> str:
    """Return the line with the unclear name in it replaced. chosen: "@bro=@BRN", as the button sends it."""
    unclear, _, code = chosen.partition("=")
    return " ".join(code if word == unclear else word for word in line.split())
