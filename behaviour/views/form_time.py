"""Form time: the group's grid, marked with one tap each."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from behaviour.models import TutorMark
from behaviour.services import concerns as services
from behaviour.summaries.form_time import Grid, form_groups, grid_of
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from students.models import Student, TutorGroup

LONGEST_NOTE = 300


@never_cache
@require_safe
@right_required(Right.MARK_FORM_TIME)
def form_time(request: StaffRequest) -> HttpResponse:
    """Lead to the grid of the person's own group, or of the first one that they may mark."""
    groups = form_groups(request.user, timezone.localdate())
    if not groups:
        return render(request, "behaviour/form_time_none.html")
    return redirect("behaviour:form_time_grid", groups[0].pk)


@never_cache
@require_safe
@right_required(Right.MARK_FORM_TIME)
def form_time_grid(request: StaffRequest, group_id: int) -> HttpResponse:
    """Show the group's grid of today: 404 for a group that the person may not mark."""
    groups = form_groups(request.user, timezone.localdate())
    context = {"grid": _grid(request, group_id, groups), "groups": groups}
    return render(request, "behaviour/form_time.html", context)


@never_cache
@require_POST
@right_required(Right.MARK_FORM_TIME)
def form_time_tap(request: StaffRequest, group_id: int) -> HttpResponse:
    """Take one tap, `tap` being the student and the matter, or a note to a mark that stands."""
    fault = ""
    student = _student(request, group_id)
    try:
        _take(request, student)
    except services.MarkedByColleague as clash:
        fault = str(clash)
    if request.htmx:
        row = _grid(request, group_id).row(student.pk)
        return render(request, "behaviour/_form_time_row.html", {"row": row, "fault": fault, "group_id": group_id})
    if fault:
        messages.error(request, f"{student.full_name}: {fault}")
    return redirect(f"{reverse('behaviour:form_time_grid', args=[group_id])}#row-{student.pk}")


def _take(request: StaffRequest, student: Student) -> None:
    today, note = timezone.localdate(), request.POST.get("note", "").strip()[:LONGEST_NOTE]
    key, _, kind = request.POST.get("tap", "").partition("-")
    if kind in TutorMark.Kind.values and key == str(student.pk):
        services.mark_tap(student=student, day=today, kind=kind, by=request.user, now=timezone.now())
        return
    marks = TutorMark.objects.visible_to(request.user).standing(student=student, day=today)
    services.mark_note(mark=get_object_or_404(marks, kind=request.POST.get("kind", "")), note=note)


def _student(request: StaffRequest, group_id: int) -> Student:
    key = request.POST.get("tap", "").partition("-")[0] or request.POST.get("student", "")
    row = _grid(request, group_id).row(int(key)) if key.isascii() and key.isdecimal() and len(key) < 18 else None
    if row is None:
        raise Http404("no such student in this group")
    return Student.objects.visible_to(request.user).get(pk=row.student_id)


def _grid(request: StaffRequest, group_id: int, groups: list[TutorGroup] | None = None) -> Grid:
    """Return the grid of one of the groups that the person may mark; 404 for any other."""
    today = timezone.localdate()
    mine = form_groups(request.user, today) if groups is None else groups
    group = next((each for each in mine if each.pk == group_id), None)
    if group is None:
        raise Http404("no such group among those that the person may mark")
    return grid_of(request.user, group, today)
