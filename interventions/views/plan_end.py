"""A plan ended, and one withdrawn."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from interventions.forms.plan_parts import EndForm, WithdrawForm
from interventions.services import plans as services
from interventions.views.plan_common import address_of, form_page, kept, over
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.withdrawal import withdrawn_already


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def plan_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End a plan with how it came out."""
    seen = kept(request, pk)
    plan = seen.plan
    form = EndForm(request.POST or None)
    if answer := over(request, seen, form, may_be_ended=form.is_bound):
        return answer
    if form.is_valid():
        try:
            services.plan_end(plan=plan, by=request.user, now=timezone.now(), **form.cleaned_data)
        except services.Over as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "It has ended; the last version says how.")
            return redirect(address_of(plan))
    still_open = plan.actions.filter(done_on=None, withdrawn_at=None).count()
    return form_page(request, "interventions/plan_end.html", form, seen=seen, plan=plan, still_open=still_open)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def plan_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a plan that should not stand, with a reason."""
    seen = kept(request, pk)
    plan, back = seen.plan, reverse("interventions:plan_list")
    if answer := withdrawn_already(request, plan, back):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        services.plan_withdraw(plan=plan, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "Withdrawn; it stays in the history.")
        return redirect(back)
    return form_page(request, "interventions/plan_part.html", form, seen=seen, plan=plan, title="Withdraw the plan")
