"""The times of the school day: registers and lessons."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from attendance.forms.times import PeriodForm, TimesForm
from attendance.models import Period
from attendance.services import times as services
from attendance.services.times import TimesFault
from attendance.summaries.schoolday import period_names_in_use, periods_held, times_changes, times_now
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def times_form(request: StaffRequest) -> HttpResponse:
    """Take when registers begin, how long they stay open and when they are overdue; lessons stand beside them."""
    form = TimesForm.of(times_now(), request.POST or None)
    if form.is_valid():
        try:
            services.register_times_set(**form.cleaned_data)
        except TimesFault as fault:
            form.add_error(fault.field, str(fault))
        else:
            messages.success(request, "The times are saved. Marks made before keep the codes they have.")
            return redirect("attendance:times_form")
    return _page(request, form=form)


def _page(request: StaffRequest, **forms: Any) -> HttpResponse:
    periods = periods_held()
    names = {period.name for period in periods}
    context = {
        "form": TimesForm.of(times_now()),
        "periods": periods,
        "unknown": [name for name in period_names_in_use(timezone.localdate()) if name not in names],
        "period_form": PeriodForm.of(None),
        "changes": times_changes(),
        **forms,
    }
    return render(request, "attendance/times_form.html", context)


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def period_form(request: StaffRequest, pk: int) -> HttpResponse:
    """Change one lesson of the day."""
    period = next((held for held in periods_held() if held.pk == pk), None)
    if period is None:
        messages.warning(request, "That lesson is not in the school day any more.")
        return redirect("attendance:times_form")
    form = PeriodForm.of(period, request.POST or None)
    if form.is_valid() and _saved(request, form, period):
        return redirect("attendance:times_form")
    return _page(request, period_form=form, period=period)


@require_POST
@right_required(Right.CHANGE_SETTINGS)
def period_add(request: StaffRequest) -> HttpResponse:
    """Add a lesson to the day."""
    form = PeriodForm.of(None, request.POST)
    if form.is_valid() and _saved(request, form, None):
        return redirect("attendance:times_form")
    return _page(request, period_form=form)


def _saved(request: StaffRequest, form: PeriodForm, period: Period | None) -> bool:
    try:
        held = services.period_save(period=period, **form.cleaned_data)
    except TimesFault as fault:
        form.add_error(fault.field, str(fault))
        return False
    messages.success(request, f"{held.name} is saved: {held.starts:%H:%M} to {held.ends:%H:%M}.")
    return True


@require_POST
@right_required(Right.CHANGE_SETTINGS)
def period_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a lesson out of the day; marks that name it stay."""
    period = next((held for held in periods_held() if held.pk == pk), None)
    if period is not None:
        services.period_remove(period=period)
        messages.success(request, f"{period.name} is no longer in the school day. Marks that name it stay.")
    return redirect("attendance:times_form")
