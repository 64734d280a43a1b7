"""Briefings to line managers: sent ones, a new one, and one read."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pastoral.core.access import access_notes
from pastoral.core.models import AccessRecord
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from reports.forms import BriefingForm
from reports.models import Briefing
from reports.yearpapers.briefing import Named, SentAlready, Week, briefing_read, briefing_send, line_managers
from students.files import offered_as_file
from students.scopes import years_offered


@never_cache
@require_safe
@right_required(Right.SEE_REPORTS)
@offered_as_file("Briefings")
def briefing_list(request: StaffRequest) -> HttpResponse:
    """List the briefings that the person sent or was sent, newest first."""
    held = Briefing.objects.visible_to(request.user).select_related("sent_by", "sent_to")
    context = {
        "page": keyset_page(held, field="sent_at", cursor=asked_for(request, "before")),
        "years": _years(request),
        "may_send": request.user.may(Right.SIGN_REPORTS),
    }
    return render(request, "reports/briefing_list.html", context)


def _years(request: StaffRequest) -> list[int]:
    return years_offered(request.user, Right.SIGN_REPORTS)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SIGN_REPORTS)
def briefing_add(request: StaffRequest, year: int) -> HttpResponse:
    """Show what there is to say of the year's week, and send it with one comment: 404 beyond the person's years."""
    if year not in _years(request):
        raise Http404("not one of this person's years")
    now = timezone.now()
    week = Week.load(request.user, year, now)
    form = BriefingForm(request.POST or None, people=line_managers(week.as_at).exclude(pk=request.user.pk))
    if form.is_valid():
        to, comment = form.cleaned_data["to"], form.cleaned_data["comment"]
        try:
            made = briefing_send(week=week, comment=comment, by=request.user, to=to, now=now)
        except SentAlready as fault:
            form.add_error("to", str(fault))
        else:
            messages.success(request, f"{to.formal_name} has the briefing.")
            return redirect("reports:briefing_detail", made.pk)
    named = week.named(request.user)
    _noted(request, named)
    context = {"form": form, "week": week, "named": named, "briefing": None}
    return render(request, "reports/briefing_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@right_required(Right.SEE_REPORTS)
def briefing_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a briefing as it was sent, and note when its reader first opened it."""
    briefing = get_object_or_404(Briefing.objects.visible_to(request.user).select_related("sent_by", "sent_to"), pk=pk)
    briefing_read(briefing=briefing, by=request.user, now=timezone.now())
    week = Week.sent(briefing)
    named = week.named(request.user)
    _noted(request, named)
    return render(request, "reports/briefing_detail.html", {"briefing": briefing, "week": week, "named": named})


def _noted(request: StaffRequest, named: Named) -> None:
    reasons = {f"student:{key}": who.reason for key, who in named.everybody.items()}
    if reasons:
        access_notes(user=request.user, kind=AccessRecord.Kind.DOCUMENT, reasons=reasons, path=request.get_full_path())
