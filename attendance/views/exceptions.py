"""Exceptions: days of a student that the rules do not count, and why."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attendance.forms.exceptions import ExceptionForm, WithdrawForm
from attendance.models import Proposal, RuleException
from attendance.services import rules as services
from attendance.summaries.proposals import Shown, exceptions_shown, proposals_in_reach, proposals_shown
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.files import offered_as_file

TWO_WEEKS = timedelta(days=14)


@never_cache
@require_safe
@right_required(Right.DECIDE_PROPOSALS)
@offered_as_file("Exceptions to rules")
def exception_list(request: StaffRequest) -> HttpResponse:
    """List the exceptions about the person's students, the latest one first."""
    held = RuleException.objects.visible_to(request.user).standing().select_related("made_by")
    page = keyset_page(held, field="made_at", cursor=asked_for(request, "before"))
    context = {"page": page, "rows": exceptions_shown(request.user, page.rows), "today": timezone.localdate()}
    return render(request, "attendance/exception_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.DECIDE_PROPOSALS)
def exception_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Make an exception from what a proposal was made by; the proposal itself is decided as any other."""
    proposal = get_object_or_404(proposals_in_reach(request.user, timezone.localdate()).of_rules(), pk=pk)
    shown = _shown(request, proposal)
    facts, today = proposal.facts, timezone.localdate()
    initial = {
        "rule": proposal.rule,
        "first_day": date.fromisoformat(facts["first"]) if "first" in facts else today,
        "last_day": today + TWO_WEEKS,
    }
    form = ExceptionForm(request.POST or None, initial=initial, rule=(proposal.rule, shown.title), strand=shown.strand)
    if form.is_valid():
        data = form.cleaned_data
        services.exception_make(
            student=proposal.student,
            strand=proposal.strand,
            rule="" if data["rule"] == "all" else data["rule"],
            first_day=data["first_day"],
            last_day=data["last_day"],
            words=data["words"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, f"{shown.who.name}: these days count no more from the next school morning on.")
        return redirect("attendance:proposal_detail", pk)
    context = {"form": form, "row": shown}
    return render(request, "attendance/exception_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.DECIDE_PROPOSALS)
def exception_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the days count again."""
    exception = get_object_or_404(RuleException.objects.visible_to(request.user).standing(), pk=pk)
    (row,) = exceptions_shown(request.user, [exception])
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        services.exception_withdraw(
            exception=exception, because_of=form.cleaned_data["because"], by=request.user, now=timezone.now()
        )
        messages.success(request, "It is withdrawn: the days count again from the next school morning on.")
        return redirect("attendance:exception_list")
    context = {"form": form, "row": row}
    return render(request, "attendance/exception_withdraw.html", context, status=422 if form.errors else 200)


def _shown(request: StaffRequest, proposal: Proposal) -> Shown:
    """Return the proposal as the person reads it: 404 for a tutor, who decides but excuses nobody."""
    rows = proposals_shown(request.user, [proposal])
    if not rows or Right.DECIDE_PROPOSALS not in rows[0].who.rights:
        raise Http404("no such proposal among those over which this person makes exceptions")
    return rows[0]
