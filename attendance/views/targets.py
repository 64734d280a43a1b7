"""Benchmarks and targets: listed, added and corrected."""

from typing import Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from attendance.forms.targets import BenchmarkForm, TargetForm
from attendance.models import AttendanceTarget, Benchmark
from attendance.services import targets as services
from attendance.summaries.targets import benchmarks_held, target_changes, targets_held
from pastoral.core.forms import BaseForm
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from students.calendar import academic_year_name, academic_year_of


@require_safe
@right_required(Right.SET_TARGETS)
def target_list(request: StaffRequest) -> HttpResponse:
    """Show the benchmarks and targets that are set, and how they were changed."""
    targets = [(held, academic_year_name(held.academic_year)) for held in targets_held()]
    context = {"benchmarks": benchmarks_held(), "targets": targets, "changes": target_changes()}
    return render(request, "attendance/target_list.html", context)


@require_http_methods(["GET", "POST"])
@right_required(Right.SET_TARGETS)
def benchmark_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Take a published figure, new or corrected."""
    held = get_object_or_404(benchmarks_held(), pk=pk) if pk else None
    initial: dict[str, Any] = {**model_to_dict(held), "seen": services.stamp(held)} if held else {}
    form = BenchmarkForm(request.POST or None, initial=initial, today=timezone.localdate())
    if form.is_valid():
        try:
            services.benchmark_set(benchmark=held, **form.cleaned_data)
        except services.FigureChanged as fault:
            _show_change(form, held, fault)
        except services.BenchmarkHeld as fault:
            form.add_error("window", str(fault))
        else:
            messages.success(request, "The figure is saved. Pages compare with the one that was published last.")
            return redirect("attendance:target_list")
    heading = "Correct a benchmark" if held else "Add a benchmark"
    return render(request, "attendance/target_form.html", {"form": form, "heading": heading})


@require_http_methods(["GET", "POST"])
@right_required(Right.SET_TARGETS)
def target_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Take a target, new or corrected."""
    held = get_object_or_404(targets_held(), pk=pk) if pk else None
    year = academic_year_of(timezone.localdate())
    initial: dict[str, Any] = {**model_to_dict(held), "seen": services.stamp(held)} if held else {"academic_year": year}
    form = TargetForm(request.POST or None, initial=initial, year=year, held=held)
    if form.is_valid():
        try:
            services.target_set(held=held, **form.cleaned_data)
        except services.FigureChanged as fault:
            _show_change(form, held, fault)
        except services.TargetHeld as fault:
            form.add_error("measure", str(fault))
        else:
            messages.success(request, "The target is saved. It stands beside the forecast of its group.")
            return redirect("attendance:target_list")
    heading = "Correct a target" if held else "Set a target"
    return render(request, "attendance/target_form.html", {"form": form, "heading": heading})


def _show_change(form: BaseForm, held: Benchmark | AttendanceTarget | None, fault: services.FigureChanged) -> None:
    """Say what the figure is now, and let the next click replace just that; what was typed stays."""
    form.add_error(None, str(fault))
    form.data = {**dict(form.data.items()), "seen": services.stamp(held)}
