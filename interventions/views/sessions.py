"""Sessions of an intervention: logged in one tap, or with who was there, put right, withdrawn."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contacts.forms.withdrawal import WithdrawForm
from contacts.services.withdrawal import record_withdraw
from interventions.forms.sessions import SessionChangeForm, SessionForm
from interventions.models import DeliveredSession
from interventions.services import sessions as services
from interventions.services.interventions import InterventionOver, NotOfIt
from interventions.summaries.interventions import Member, Row
from interventions.views.common import address_of, logged
from pastoral.core.forms import OnceForm
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import address_read


@never_cache
@require_POST
@right_required(Right.SEE_INTERVENTIONS)
def session_tap(request: StaffRequest, pk: int) -> HttpResponse:
    """Log a session as held just now, everybody there; a second tap of the same button says so and logs nothing."""
    row = logged(request, pk)
    back = f"{address_read(request.POST.get('back', '')) or address_of(pk)}#i-{pk}"
    if row.row.withdrawn_at is not None:
        return redirect(address_of(pk))
    form = OnceForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Tap again: the page was of before.")
        return redirect(back)
    now = timezone.now()
    held = services.Held(now, row.row.session_minutes)
    try:
        made, is_new = services.session_log(
            intervention=row.row, held=held, token=form.cleaned_data["token"], by=request.user, now=now
        )
    except (InterventionOver, NotOfIt) as fault:
        messages.error(request, str(fault))
        return redirect(back)
    at = f"{timezone.localtime(made.logged_at):%H:%M}"
    if not is_new:
        messages.info(request, f"It was logged already, at {at}.")
    else:
        again = " It is another one today." if row.is_logged_today else ""
        number = f"Session {(row.row.delivered or 0) + 1}"
        of = f" of {row.row.planned_sessions}" if row.row.planned_sessions else ""
        messages.success(request, f"{number}{of} of {row.title} is logged, everybody there, {at}.{again}")
    return redirect(back)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_INTERVENTIONS)
def session_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Log a session with who was there, how long, what was done and how near each feels to their goal."""
    row = logged(request, pk)
    now = timezone.now()
    local = timezone.localtime(now)
    initial: dict[str, Any] = {
        "held_on": local.date(),
        "held_time": local.time(),
        "minutes": row.row.session_minutes,
        **{f"there-{member.place.pk}": True for member in row.members},
    }
    form = SessionForm(request.POST or None, initial=initial, members=_seats(row), now=now)
    if answer := withdrawn_meanwhile(request, row.row, address_of(pk), form):
        return answer
    if form.is_valid():
        try:
            _made, is_new = services.session_log(
                intervention=row.row, held=form.held(), token=form.cleaned_data["token"], by=request.user, now=now
            )
        except InterventionOver as fault:
            return too_late(request, str(fault), address_of(pk), form)
        except NotOfIt as fault:
            form.add_error("held_on", str(fault))
        else:
            messages.success(request, "The session is logged." if is_new else "It was logged already.")
            return redirect(address_of(pk))
    return _page(request, row, form, "Log a session")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_INTERVENTIONS)
def session_change(request: StaffRequest, pk: int, session_id: int) -> HttpResponse:
    """Put a session right; what it said before is kept."""
    row, session = _session(request, pk, session_id)
    form = SessionChangeForm.of(session, request.POST or None, members=_seats(row, session), now=timezone.now())
    if answer := withdrawn_meanwhile(request, session, address_of(pk), form):
        return answer
    if form.is_valid():
        try:
            services.session_change(session=session, held=form.held(), seen=form.cleaned_data["seen"])
        except Overtaken:
            form.overtaken()
        except (InterventionOver, NotOfIt) as fault:
            form.add_error("held_on", str(fault))
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return redirect(address_of(pk))
    return _page(request, row, form, "Put the session right", session)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_INTERVENTIONS)
def session_withdraw(request: StaffRequest, pk: int, session_id: int) -> HttpResponse:
    """Withdraw a session with a reason."""
    row, session = _session(request, pk, session_id)
    if answer := withdrawn_already(request, session, address_of(pk)):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=session, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "It is withdrawn, and counts no more.")
        return redirect(address_of(pk))
    context = {"form": form, "row": row.row, "title": "Withdraw the session"}
    return render(request, "interventions/intervention_part.html", context, status=422 if form.errors else 200)


def _session(request: StaffRequest, pk: int, session_id: int) -> tuple[Row, DeliveredSession]:
    row = logged(request, pk)
    sessions = row.row.sessions.select_related("withdrawn_by", "intervention").prefetch_related("places")
    return row, get_object_or_404(sessions, pk=session_id)


def _seats(row: Row, session: DeliveredSession | None = None) -> tuple[Member, ...]:
    """Return those to tell of: who is in it or will be, and who was at the session before."""
    seated = {place.member_id for place in session.places.all()} if session else set()
    is_offered = {each.place.pk for each in row.members if each.is_in(max(row.today, each.place.joined_on))}
    return tuple(each for each in row.members if each.place.pk in seated | is_offered)


def _page(
    request: StaffRequest, row: Row, form: Any, title: str, session: DeliveredSession | None = None
) -> HttpResponse:
    context = {"form": form, "shown": row, "row": row.row, "title": title, "session": session}
    return render(request, "interventions/session_form.html", context, status=422 if form.errors else 200)
