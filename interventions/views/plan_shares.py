"""Plans shown to named colleagues: shared, opened, answered, closed again; and the kinds of plan."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interventions.forms.plan_parts import ReplyForm, ShareForm
from interventions.models import PlanShare
from interventions.services import plan_parts as services
from interventions.summaries.plan_content import content_of, version_content
from interventions.summaries.plan_list import shares_owed, shares_unread
from interventions.summaries.plan_reading import plan_seen
from interventions.summaries.plan_shares import colleagues_for
from interventions.views.plan_common import address_of, form_page, kept, over, reading_noted, tabs_of
from pastoral.core.late import too_late
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.files import offered_as_file

SHOWS = {"": "All", "unread": "Not opened", "owed": "Asked of me"}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def plan_share(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the plan to named colleagues, and ask something of them where that is wanted."""
    seen = kept(request, pk)
    plan = seen.plan
    people, groups = colleagues_for(plan.student, timezone.localdate(), without=request.user.pk)
    form = ShareForm(request.POST or None, groups=groups)
    if answer := over(request, seen, form):
        return answer
    if form.is_valid():
        data = form.cleaned_data
        to = [people[key] for key in form.to()]
        more = {"asks": data["asks"], "due_on": data["due_on"], "by": request.user, "now": timezone.now()}
        new = services.plan_share(plan=plan, to=to, **more)
        messages.success(request, f"Shared with {new} colleague{'s' * (new != 1)}; they find it in what needs them.")
        return redirect(address_of(plan))
    reading_noted(request, seen)
    return form_page(request, "interventions/plan_share.html", form, seen=seen, plan=plan)


@never_cache
@require_POST
@right_required(Right.KEEP_PLANS)
def plan_share_end(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    """Close the plan to a colleague again."""
    seen = kept(request, pk)
    share = get_object_or_404(seen.plan.shares.select_related("to"), pk=key)
    services.share_end(share=share, now=timezone.now())
    messages.success(request, f"It is closed to {share.to.formal_name}; the receipt stays.")
    return redirect(address_of(seen.plan))


@never_cache
@require_safe
@offered_as_file("Plans shown to me")
def plan_share_list(request: StaffRequest) -> HttpResponse:
    """List the plans that colleagues showed to the person, newest first: for everybody on the staff."""
    show = asked_for(request, "show")
    shares = PlanShare.objects.visible_to(request.user).filter(to=request.user, plan__withdrawn_at=None)
    shares = shares.filter(ended_at=None)
    if show in ("unread", "owed"):
        wanted = (shares_unread if show == "unread" else shares_owed)(request.user)
        shares = shares.filter(pk__in=wanted.values("pk"))
    page = keyset_page(
        shares.select_related("by", "plan__student", "plan__kind"), field="at", cursor=asked_for(request, "before")
    )
    tabs = [(f"?show={slug}" if slug else "?", words, slug == show) for slug, words in SHOWS.items()]
    context = {
        "tabs": tabs_of(request, "interventions:plan_share_list"),
        "shows": tabs,
        "page": page,
        "today": timezone.localdate(),
    }
    return render(request, "interventions/plan_share_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def plan_share_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the plan to whom it was shared with, note that they opened it, and take their answer."""
    shares = PlanShare.objects.visible_to(request.user).filter(to=request.user)
    share = get_object_or_404(shares.select_related("by", "to"), pk=pk)
    seen = plan_seen(request.user, share.plan_id)
    form: Any = ReplyForm(request.POST or None)
    if seen is None or share.ended_at is not None or seen.plan.withdrawn_at is not None:
        if form.is_bound:
            said = "This plan is not shown to you any more."
            return too_late(request, said, "/plans/shared/", form)
        raise Http404("not shown to the person any more")
    if form.is_valid():
        services.share_reply(share=share, words=form.cleaned_data["words"], now=timezone.now())
        messages.success(request, f"{share.by.formal_name} sees your answer.")
        return redirect("interventions:plan_share_detail", pk)
    services.share_open(share=share, now=timezone.now())
    reading_noted(request, seen)
    version = seen.plan.versions.first()
    context = {
        "share": share,
        "seen": seen,
        "plan": seen.plan,
        "version": version,
        "content": version_content(version) if version else content_of(seen.plan, timezone.localdate()),
        "sees_timetable": True,
        "today": timezone.localdate(),
        "opens": Right.SEE_PLANS in seen.rights,
    }
    return form_page(request, "interventions/plan_share_detail.html", form, **context)
