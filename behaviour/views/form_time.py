"""Form time: the group's grid, marked with one tap each, or several students at once."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from behaviour.forms.form_time import SeveralForm
from behaviour.models import TutorMark
from behaviour.services import concerns as services
from behaviour.summaries.form_time import Grid, form_groups, grid_of
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.words import key_read, plain
from students.models import Student, TutorGroup

LONGEST_NOTE = 300
STATES = {"on": True, "off": False}


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
@require_http_methods(["GET", "POST"])
@right_required(Right.MARK_FORM_TIME)
def form_time_grid(request: StaffRequest, group_id: int) -> HttpResponse:
    """Show the group's grid of today, and mark those ticked: 404 for a group that the person may not mark."""
    today = timezone.localdate()
    groups = form_groups(request.user, today)
    grid = _grid(request, group_id, groups)
    form = SeveralForm(request.POST or None, students=[row.student_id for row in grid.rows])
    if form.is_valid():
        data = form.cleaned_data
        keys = sorted(set(data["student"]))
        marked = services.marks_set(
            students=keys, day=today, kind=data["kind"], note=data["note"], by=request.user, now=timezone.now()
        )
        messages.success(request, _said(TutorMark.Kind(data["kind"]).label, len(keys), marked, grid))
        return redirect("behaviour:form_time_grid", group_id)
    return _page(request, grid, groups, form, status=422 if form.errors else 200)


def _page(
    request: StaffRequest, grid: Grid, groups: list[TutorGroup], form: SeveralForm, *, status: int
) -> HttpResponse:
    context = {"grid": grid, "groups": groups, "form": form, "ticked": form.ticked}
    return render(request, "behaviour/form_time.html", context, status=status)


@never_cache
@require_POST
@right_required(Right.MARK_FORM_TIME)
def form_time_tap(request: StaffRequest, group_id: int) -> HttpResponse:
    """Take one tap, `tap` being the student, the matter and on or off, or a note to a mark that stands."""
    fault = ""
    student = _student(request, group_id)
    try:
        _take(request, student)
    except services.MarkedByColleague as clash:
        fault = str(clash)
    except Overtaken:
        return _asked_again(request, student, group_id)
    if request.htmx:
        row = _grid(request, group_id).row(student.pk)
        return render(request, "behaviour/_form_time_row.html", {"row": row, "fault": fault, "group_id": group_id})
    if fault:
        messages.error(request, f"{student.full_name}: {fault}")
    return redirect(f"{reverse('behaviour:form_time_grid', args=[group_id])}#row-{student.pk}")


def _asked_again(request: StaffRequest, student: Student, group_id: int) -> HttpResponse:
    """Show what a colleague wrote meanwhile, with what was typed still in its field."""
    groups = form_groups(request.user, timezone.localdate())
    grid = _grid(request, group_id, groups)
    row = grid.row(student.pk)
    if row is None:
        raise Http404("no such student in this group")
    row = row.with_typed(request.POST.get("kind", ""), _note(request))
    if request.htmx:
        return render(request, "behaviour/_form_time_row.html", {"row": row, "fault": "", "group_id": group_id})
    form = SeveralForm(students=[each.student_id for each in grid.rows])
    return _page(request, grid.with_row(row), groups, form, status=422)


def _take(request: StaffRequest, student: Student) -> None:
    today = timezone.localdate()
    if tap := request.POST.get("tap", ""):
        kind, is_on = _read(tap)
        services.mark_tap(student=student, day=today, kind=kind, is_on=is_on, by=request.user, now=timezone.now())
        return
    marks = TutorMark.objects.visible_to(request.user).standing(student=student, day=today)
    mark = get_object_or_404(marks, kind=_kind(request.POST.get("kind", "")))
    services.mark_note(mark=mark, seen=request.POST.get("seen", ""), note=_note(request))


def _note(request: StaffRequest) -> str:
    return plain(request.POST.get("note", ""))[:LONGEST_NOTE]


def _read(tap: str) -> tuple[str, bool]:
    """Return the matter, and whether it is marked or taken off; 404 for what is no tap."""
    kind, _, state = tap.partition("-")[2].partition("-")
    if state not in STATES:
        raise Http404("no such tap")
    return _kind(kind), STATES[state]


def _kind(words: str) -> str:
    if words not in TutorMark.Kind.values:
        raise Http404("no such matter")
    return words


def _said(matter: str, ticked: int, marked: services.Marked, grid: Grid) -> str:
    """Return what was done, in words, and who has another note than the one typed."""
    fresh = marked.fresh
    done = f"{matter}: {fresh} student{'s' * (fresh != 1)} marked"
    said = f"{done}, {ticked - fresh} had been marked before." if ticked > fresh else f"{done}."
    names = [row.name for row in grid.rows if row.student_id in marked.otherwise]
    return f"{said} Your note is not with {'; '.join(names)}: their row is as it was." if names else said


def _student(request: StaffRequest, group_id: int) -> Student:
    key = request.POST.get("tap", "").partition("-")[0] or request.POST.get("student", "")
    row = _grid(request, group_id).row(key_read(key))
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
