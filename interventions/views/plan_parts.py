"""Who agreed to a plan or would not, and its reviews."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts.summaries.carers import carers_of
from contacts.summaries.keepers import keepers_of
from interventions.forms.plan_parts import AgreementForm, ReviewForm
from interventions.models import Plan, PlanAgreement, PlanReview
from interventions.services import plan_parts as services
from interventions.summaries.plan_record import attendance_since
from interventions.views.plan_common import address_of, form_page, kept, marks_to, over, reading_noted
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def plan_agree(request: StaffRequest, pk: int) -> HttpResponse:
    """Note who agreed to a version, or would not."""
    seen = kept(request, pk)
    plan = seen.plan
    offered = _offered(plan, None)
    form = AgreementForm(request.POST or None, initial={"version": max(_versions(plan), default=1)}, **offered)
    if answer := over(request, seen, form):
        return answer
    if form.is_valid():
        try:
            services.agreement_note(plan=plan, facts=form.facts())
        except services.NotTheirs as fault:
            form.add_error("who", str(fault))
        else:
            messages.success(request, "Noted.")
            return redirect(address_of(plan))
    reading_noted(request, seen)
    title = "Who agreed, or would not"
    return form_page(request, "interventions/plan_part.html", form, seen=seen, plan=plan, title=title)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def plan_agreement(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    """Put right who agreed or would not."""
    seen = kept(request, pk)
    plan = seen.plan
    held = get_object_or_404(plan.agreements.select_related("plan"), pk=key)
    form = AgreementForm.of(held, request.POST or None, **_offered(plan, held))
    if answer := over(request, seen, form):
        return answer
    if form.is_valid():
        try:
            services.agreement_change(agreement=held, seen=form.cleaned_data["seen"], facts=form.facts())
        except services.NotTheirs as fault:
            form.add_error("who", str(fault))
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return redirect(address_of(plan))
    reading_noted(request, seen)
    title = "Who agreed, or would not"
    return form_page(request, "interventions/plan_part.html", form, seen=seen, plan=plan, title=title)


def _offered(plan: Plan, held: PlanAgreement | None) -> dict[str, Any]:
    """Return whom the form offers: carers whom no court bars, one who is noted already, and colleagues."""
    named = held.parent_carer_id if held else None
    people = carers_of([plan.student_id])[plan.student_id]
    staff = held.staff_id if held and held.staff_id else plan.owner_id
    return {
        "carers": [each for each in people if not each.is_barred or each.parent_carer_id == named],
        "staff": keepers_of(plan.student, Right.KEEP_PLANS, timezone.localdate(), also=staff),
        "versions": _versions(plan) or [1],
    }


def _versions(plan: Plan) -> list[int]:
    return list(plan.versions.values_list("number", flat=True))


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def plan_review(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    """Hold a review in one form; what was decided leads on to the change or to the end."""
    seen = kept(request, pk)
    plan = seen.plan
    review: PlanReview = get_object_or_404(plan.reviews.all(), pk=key)
    targets = list(plan.targets.filter(is_retired=False)) + list(
        plan.targets.filter(is_retired=True, reviews__review=review)
    )
    form = ReviewForm.of(review, targets, request.POST or None)
    if answer := over(request, seen, form):
        return answer
    if form.is_valid() and _is_held(request, review, form):
        return redirect(_leads_to(plan, form.cleaned_data["decision"]))
    reading_noted(request, seen)
    shown = {"attendance": attendance_since(plan, marks_to()), "today": timezone.localdate()}
    return form_page(request, "interventions/plan_review.html", form, seen=seen, plan=plan, review=review, **shown)


def _is_held(request: StaffRequest, review: PlanReview, form: ReviewForm) -> bool:
    data = form.cleaned_data
    try:
        services.review_hold(
            review=review,
            seen=data["seen"],
            facts=form.facts(review.by_id or request.user.pk),
            progress=form.progress(),
            next_on=data["next_on"],
        )
    except Overtaken:
        form.overtaken()
        return False
    messages.success(request, "The review is kept.")
    return True


def _leads_to(plan: Plan, decision: str) -> str:
    pages = {"change": "interventions:plan_change", "end": "interventions:plan_end"}
    return reverse(pages.get(decision, "interventions:plan_detail"), args=[plan.pk])
