"""Reward campaigns: set, found by their rule, given, taken back."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from behaviour.forms.recognition import CampaignForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import Campaign
from behaviour.services import recognition as services
from pastoral.core.models import User
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from reports.recognition.campaigns import GIVEN, CampaignPage, awards_of, campaigns_listed, years_for
from reports.recognition.making import TooMany, certificates_ask
from reports.recognition.qualifying import Found
from reports.views.recognition_rooms import CAMPAIGNS, rooms_for
from students.scopes import scope_of

GIVEN_TO = "given"


@never_cache
@require_safe
@right_required(Right.KEEP_CAMPAIGNS)
def campaign_list(request: StaffRequest) -> HttpResponse:
    """List the campaigns: those that run first."""
    campaigns = campaigns_listed(Campaign.objects.visible_to(request.user), timezone.localdate())
    context = {"campaigns": campaigns, "rooms": rooms_for(request.user, CAMPAIGNS)}
    return render(request, "reports/campaign_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_CAMPAIGNS)
def campaign_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Take a campaign, new or changed."""
    held = _held(request.user, pk) if pk else None
    if held and not _may_change(request.user, held):
        raise PermissionDenied("a school's campaign is changed by those who see the school")
    initial = model_to_dict(held) if held else {"first_day": timezone.localdate()}
    sees_school = scope_of(request.user).is_whole_school
    form = CampaignForm(
        request.POST or None, initial=initial, held=held, years=years_for(request.user), sees_school=sees_school
    )
    if form.is_valid():
        campaign = services.campaign_set(held=held, by=request.user, **form.facts())
        messages.success(request, f"{campaign.name} is saved.")
        return redirect("reports:campaign_detail", campaign.pk)
    heading = held.name if held else "Begin a campaign"
    context = {"form": form, "heading": heading, "held": held}
    return render(request, "reports/campaign_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@right_required(Right.KEEP_CAMPAIGNS)
def campaign_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show whom the rule finds among the person's students, who got the reward, and what is left."""
    return _detail(request, _held(request.user, pk))


def _detail(request: StaffRequest, campaign: Campaign, fault: str = "") -> HttpResponse:
    page = CampaignPage.load(request.user, campaign, timezone.localdate())
    is_given, address = asked_for(request, "show") == GIVEN_TO, reverse("reports:campaign_detail", args=[campaign.pk])
    cursor = asked_for(request, "before")
    context = {
        "listed": list_page(page.given, cursor=cursor) if is_given else list_page(page.waiting, cursor=cursor),
        "is_given": is_given,
        "shows": [
            (address, f"Waiting ({len(page.waiting)})", not is_given),
            (f"{address}?show={GIVEN_TO}", f"Given ({len(page.given)})", is_given),
        ],
        "campaign": campaign,
        "page": page,
        "fault": fault,
        "may_change": _may_change(request.user, campaign),
        "rooms": rooms_for(request.user, CAMPAIGNS),
    }
    return render(request, "reports/campaign_detail.html", context, status=422 if fault else 200)


@require_POST
@right_required(Right.KEEP_CAMPAIGNS)
def campaign_award(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the reward to the students ticked, of those who qualify now."""
    campaign = _held(request.user, pk)
    found = Found.load(request.user, campaign, timezone.localdate())
    ticked = set(request.POST.getlist("student"))
    facts = {each.person.student_id: each.facts for each in found.qualifiers if str(each.person.student_id) in ticked}
    if not facts:
        return _detail(request, campaign, "Tick somebody who qualifies.")
    try:
        given = services.campaign_award(campaign=campaign, facts=facts, by=request.user, now=timezone.now())
    except services.BudgetSpent as fault:
        return _detail(request, campaign, str(fault))
    messages.success(request, f"Given to {given} student{'s' * (given != 1)}.")
    return redirect("reports:campaign_detail", pk)


@require_POST
@right_required(Right.KEEP_CAMPAIGNS)
def award_withdraw(request: StaffRequest, pk: int, award: int) -> HttpResponse:
    """Take a reward back that was given by mistake."""
    campaign = _held(request.user, pk)
    held = get_object_or_404(awards_of(request.user, campaign), pk=award)
    services.withdrawn(record=held, because="Given by mistake", by=request.user, now=timezone.now())
    messages.success(request, "Taken back.")
    return redirect(f"{reverse('reports:campaign_detail', args=[pk])}?show={GIVEN_TO}")


@require_POST
@right_required(Right.KEEP_CAMPAIGNS)
def campaign_certificates(request: StaffRequest, pk: int) -> HttpResponse:
    """Have certificates drawn for everybody who got the reward, or for one of them."""
    one = request.POST.get("one", "")
    held: Collection[Any] = awards_of(request.user, _held(request.user, pk))
    keys = [award.pk for award in held if one in ("", str(award.pk))]
    if not keys:
        messages.error(request, "Nobody has the reward yet: give it first.")
        return redirect("reports:campaign_detail", pk)
    try:
        return redirect(certificates_ask(awards=keys, by=request.user))
    except TooMany as fault:
        messages.error(request, str(fault))
    return redirect("reports:campaign_detail", pk)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_CAMPAIGNS)
def campaign_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a campaign that should not stand, with a reason."""
    campaign = _held(request.user, pk)
    if not _may_change(request.user, campaign):
        raise PermissionDenied("a school's campaign is withdrawn by those who see the school")
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        because = form.cleaned_data["because"]
        services.withdrawn(record=campaign, because=because, by=request.user, now=timezone.now())
        messages.success(request, f"{campaign.name} is withdrawn; what was given counts no more.")
        return redirect("reports:campaign_list")
    context = {"form": form, "heading": f"Withdraw {campaign.name}", "held": campaign}
    return render(request, "reports/campaign_form.html", context, status=422 if form.errors else 200)


def _held(user: User, pk: int) -> Campaign:
    campaign = Campaign.objects.visible_to(user).standing(pk=pk).annotate(given=GIVEN).first()
    if campaign is None:
        raise Http404("no such campaign among those this person keeps")
    return campaign


def _may_change(user: User, campaign: Campaign) -> bool:
    """Test whether the campaign lies whole in the person's reach."""
    scope = scope_of(user)
    return scope.is_whole_school or campaign.year_group_id in scope.years
