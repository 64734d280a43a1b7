"""Suspensions at an earlier school: those of one student, and one put right or withdrawn."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from behaviour.forms.elsewhere import ElsewhereAddForm, ElsewhereChangeForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import SuspensionElsewhere
from behaviour.services import elsewhere as services
from behaviour.summaries.elsewhere import changes_in, totals_by_year
from pastoral.core.access import access_note
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.withdrawal import withdrawn_already
from students.models import Student
from students.scopes import scope_of


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_SUSPENSIONS)
def elsewhere_list(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what earlier schools suspended a student for, and take in another; 404 for a student of others."""
    student = get_object_or_404(Student.objects.with_right(request.user, Right.SEE_SUSPENSIONS), pk=pk)
    may_keep = _may_keep(request, pk)
    if request.method == "POST" and not may_keep:
        raise PermissionDenied("this student's suspensions are kept by others")
    form = ElsewhereAddForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        services.elsewhere_record(
            student=student, facts=form.facts(), token=form.cleaned_data["token"], by=request.user, now=timezone.now()
        )
        messages.success(request, "It counts in the year’s total of 45 days, and in no total of a term.")
        return redirect("behaviour:elsewhere_list", pk)
    _note(request, pk)
    rows = SuspensionElsewhere.objects.visible_to(request.user).filter(student=student).select_related("recorded_by")
    context = {
        "student": student,
        "rows": rows,
        "totals": totals_by_year(pk),
        "form": form,
        "may_keep": may_keep,
    }
    return render(request, "behaviour/elsewhere_list.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_SUSPENSIONS)
def elsewhere_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Put one of them right, or withdraw it: `do` says which. 404 for whoever does not keep that student's."""
    rows = SuspensionElsewhere.objects.with_right(request.user, Right.KEEP_SUSPENSIONS)
    held = get_object_or_404(rows.select_related("student", "recorded_by", "withdrawn_by"), pk=pk)
    do, back = request.POST.get("do", ""), reverse("behaviour:elsewhere_list", args=[held.student_id])
    change = ElsewhereChangeForm(request.POST if do == "change" else None, held=held, today=timezone.localdate())
    withdraw = WithdrawForm(request.POST if do == "withdraw" else None)
    if do == "withdraw" and (answer := withdrawn_already(request, held, back)):
        return answer
    if do == "change" and (answer := withdrawn_meanwhile(request, held, back, change)):
        return answer
    if change.is_valid() and _is_changed(held, change):
        messages.success(request, "Saved; what it said before stays in the history.")
        return redirect(back)
    if withdraw.is_valid():
        because = withdraw.cleaned_data["because"]
        services.elsewhere_withdraw(held=held, because=because, by=request.user, now=timezone.now())
        messages.success(request, "It is withdrawn: it counts in no total, and stays in the history.")
        return redirect(back)
    _note(request, held.student_id)
    context = {"held": held, "change": change, "withdraw": withdraw, "opened": do, "changes": changes_in(held)}
    return render(request, "behaviour/elsewhere_detail.html", context, status=422 if do else 200)


def _is_changed(held: SuspensionElsewhere, form: Any) -> bool:
    try:
        services.elsewhere_change(held=held, seen=form.cleaned_data["seen"], facts=form.facts())
    except Overtaken:
        form.overtaken()
        return False
    return True


def _may_keep(request: StaffRequest, student: int) -> bool:
    return Student.objects.with_right(request.user, Right.KEEP_SUSPENSIONS).filter(pk=student).exists()


def _note(request: StaffRequest, student: int) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{student}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.get_full_path(),
    )
