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

from behaviour.forms.recognition import CampaignBeginForm, CampaignChangeForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import Campaign
from behaviour.services import recognition as services
from pastoral.core.models import User
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for
from reports.recognition.campaigns import (
    GIVEN,
    CampaignPage,
    awards_kept,
    awards_of,
    campaigns_listed,
    reach_of,
    years_for,
)
from reports.recognition.effects import CampaignEffect
from reports.recognition.making import TooMany, certificates_ask
from reports.recognition.qualifying import Found
from reports.views.recognition_rooms import CAMPAIGNS, rooms_for
from students.files import offered_as_file

GIVEN_TO = "given"


@never_cache
@require_safe
@right_required(Right.KEEP_CAMPAIGNS)
@offered_as_file("Campaigns")
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
    form = _form(request, held)
    if form.is_valid() and (campaign := _set(request.user, form, held)):
        messages.success(request, f"{campaign.name} is saved.")
        return redirect("reports:campaign_detail", campaign.pk)
    heading = held.name if held else "Begin a campaign"
    context = {"form": form, "heading": heading, "held": held}
    return render(request, "reports/campaign_form.html", context, status=422 if form.errors else 200)


def _form(request: StaffRequest, held: Campaign | None) -> CampaignBeginForm | CampaignChangeForm:
    reach: dict[str, Any] = {
        "years": years_for(request.user),
        "sees_school": reach_of(request.user).is_whole_school,
    }
    if held is None:
        return CampaignBeginForm(request.POST or None, initial={"first_day": timezone.localdate()}, **reach)
    stands = model_to_dict(held) | held.criteria | {"seen": version_of(held, services.CAMPAIGN)}
    return CampaignChangeForm(request.POST or None, initial=stands, **reach)


def _set(user: User, form: Any, held: Campaign | None) -> Campaign | None:
    """Begin it, or change it; None where somebody else changed it, which the form then says."""
    if held is None:
        return services.campaign_begin(facts=form.facts(), token=form.cleaned_data["token"], by=user)
    try:
        return services.campaign_change(campaign=held, seen=form.cleaned_data["seen"], facts=form.facts())
    except Overtaken:
        form.overtaken()
        return None


@never_cache
@require_safe
@right_required(Right.KEEP_CAMPAIGNS)
def campaign_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show whom the rule finds among the person's students, who got the reward, and what is left."""
    return _detail(request, _held(request.user, pk))


def _detail(request: StaffRequest, campaign: Campaign, fault: str = "", ticked: Collection[int] = ()) -> HttpResponse:
    page = CampaignPage.load(request.user, campaign, timezone.localdate())
    is_given, address = asked_for(request, "show") == GIVEN_TO, reverse("reports:campaign_detail", args=[campaign.pk])
    cursor = asked_for(request, "before")
    context = {
        "listed": list_page(page.given, cursor=cursor) if is_given else list_page(page.waiting, cursor=cursor),
        "is_given": is_given,
        "shows": [
            (address, f"Waiting {len(page.waiting)}", not is_given),
            (f"{address}?show={GIVEN_TO}", f"Given {len(page.given)}", is_given),
            (reverse("reports:campaign_effect", args=[campaign.pk]), "Effect", False),
        ],
        "campaign": campaign,
        "page": page,
        "fault": fault,
        "ticked": ticked,
        "may_change": _may_change(request.user, campaign),
        "rooms": rooms_for(request.user, CAMPAIGNS),
    }
    return render(request, "reports/campaign_detail.html", context, status=422 if fault else 200)


@never_cache
@require_safe
@right_required(Right.KEEP_CAMPAIGNS)
def campaign_effect(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how attendance and incidents changed with the campaign, of the person's students whom it is for."""
    campaign = _held(request.user, pk)
    address = reverse("reports:campaign_detail", args=[pk])
    context = {
        "campaign": campaign,
        "effect": CampaignEffect.load(request.user, campaign, timezone.localdate()),
        "shows": [
            (address, "Waiting", False),
            (f"{address}?show={GIVEN_TO}", "Given", False),
            (request.path, "Effect", True),
        ],
    }
    return render(request, "reports/campaign_effect.html", context)


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
        return _detail(request, campaign, str(fault), facts)
    messages.success(request, f"Given to {given} student{'s' * (given != 1)}.")
    return redirect("reports:campaign_detail", pk)


@require_POST
@right_required(Right.KEEP_CAMPAIGNS)
def award_withdraw(request: StaffRequest, pk: int, award: int) -> HttpResponse:
    """Take a reward back that was given by mistake."""
    campaign = _held(request.user, pk)
    held = get_object_or_404(awards_kept(request.user, campaign), pk=award)
    back = f"{reverse('reports:campaign_detail', args=[pk])}?show={GIVEN_TO}"
    if answer := withdrawn_already(request, held, back):
        return answer
    services.withdrawn(record=held, because="Given by mistake", by=request.user, now=timezone.now())
    messages.success(request, "Taken back.")
    return redirect(back)


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
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    if not _may_change(request.user, campaign):
        raise PermissionDenied("a school's campaign is withdrawn by those who see the school")
    if answer := withdrawn_already(request, campaign, reverse("reports:campaign_list")):
        return answer
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
    """Test whether the campaign lies whole where the person keeps campaigns."""
    scope = reach_of(user)
    return scope.is_whole_school or campaign.year_group_id in scope.years
