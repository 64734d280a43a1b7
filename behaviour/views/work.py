"""Work for students who are away: who needs some, each student's subjects, and for how long an absence it is set."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from behaviour.forms.work import NotNeededForm, NoWorkForm, WorkAfterForm, WorkForm
from behaviour.models import SetWork
from behaviour.services import work as services
from behaviour.summaries.work import WorkList, WorkRow
from behaviour.summaries.work_lists import subjects_taught
from behaviour.summaries.work_rules import work_rule, work_rule_changes
from behaviour.views.reading import student_noted
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for, day_read
from students.files import offered_as_file

SHOWN = {"": "To set", "collect": "To collect", "sixth": "6th day", "away": "All who are away"}


@never_cache
@require_safe
@right_required(Right.ARRANGE_WORK)
@offered_as_file("Work to arrange")
def work_list(request: StaffRequest) -> HttpResponse:
    """Show who is away and needs work set, whose work is to be collected, and whose 6th school day is near."""
    everybody = WorkList.load(request.user, timezone.localdate())
    years = sorted({row.student.year for row in everybody.rows if row.student.year})
    wanted = asked_for(request, "year")
    year = next((each for each in years if str(each) == wanted), None)
    show = asked_for(request, "show") if asked_for(request, "show") in SHOWN else ""
    held = everybody.of_years(year)
    context = {
        "page": list_page(held.chosen(show), cursor=asked_for(request, "before"), size=50),
        "show": show,
        "views": [(slug, words, len(held.chosen(slug))) for slug, words in SHOWN.items()],
        "years": years if len(years) > 1 else [],
        "year": year,
    }
    return render(request, "behaviour/work_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.ARRANGE_WORK)
def work_absence(request: StaffRequest, pk: int, first: str) -> HttpResponse:
    """Show one absence with its subjects. first: a day of it; `do` asks for work, or says that none is needed."""
    row = _absence(request, pk, day_read(first))
    student_noted(request, pk, Right.ARRANGE_WORK)
    do = request.POST.get("do", "")
    sent = _form(do, row, request.POST)
    if sent is not None and sent.is_valid():
        back = reverse("behaviour:work_absence", args=[pk, f"{row.away_from}"])
        try:
            _do(request, row, do, sent)
        except services.NotNeeded as fault:
            return too_late(request, str(fault), back, sent)
        return redirect(back)
    context = {
        "row": row,
        "student": row.student,
        "work_form": sent if do == "work" else _form("work", row),
        "waive_form": sent if do == "waive" else _form("waive", row),
        "not_needed": NotNeededForm(),
        "opened": do,
    }
    return render(request, "behaviour/work_absence.html", context, status=422 if sent is not None else 200)


@never_cache
@require_POST
@right_required(Right.ARRANGE_WORK)
def work_tick(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one tap on a subject: `tick` is the step and what it shall be, "set-on"; "drop" comes with a reason."""
    held = SetWork.objects.with_right(request.user, Right.ARRANGE_WORK)
    work = get_object_or_404(held.select_related("suspension__withdrawn_by"), pk=pk)
    back = _address(work)
    if work.suspension and (answer := withdrawn_meanwhile(request, work.suspension, back)):
        return answer
    step, _dash, wanted = request.POST.get("tick", "").partition("-")
    if step in {"set", "collected"} and wanted in {"on", "off"}:
        services.work_tick(work=work, step=step, is_done=wanted == "on", today=timezone.localdate())
    elif step == "needed":
        services.work_drop(work=work, because="")
    elif step == "drop":
        form = NotNeededForm(request.POST)
        try:
            _drop(request, work, form)
        except services.NotNeeded as fault:
            return too_late(request, str(fault), back, form)
    else:
        raise Http404("no such step")
    return redirect(f"{back}#work-list")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def work_rules(request: StaffRequest) -> HttpResponse:
    """Change for how long an absence work is set."""
    rules = work_rule()
    form = WorkAfterForm.of(rules, request.POST or None)
    if form.is_valid():
        try:
            services.work_after_set(sessions=form.cleaned_data["work_after"], seen=form.cleaned_data["seen"])
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved. Absences that last already count by it.")
            return redirect("behaviour:work_rules")
    context = {"form": form, "changes": work_rule_changes(rules)}
    return render(request, "behaviour/work_rules.html", context, status=422 if form.is_bound else 200)


def _absence(request: StaffRequest, student: int, first: date | None) -> WorkRow:
    row = WorkList.load(request.user, timezone.localdate(), student).absence(first) if first else None
    if row is None or row.away_from is None:
        raise Http404("no such absence of a student whose work the person arranges")
    return row


def _form(do: str, row: WorkRow, data: Any = None) -> forms.Form | None:
    """Return the form as it was sent or blank; several on a page, so each has names of its own."""
    if do == "work":
        held = {each.subject for each in row.work}
        taught = subjects_taught(row.student.pk, row.starts_on)
        return WorkForm(data, held=held, taught=taught, auto_id="work-%s")
    if do == "waive":
        return NoWorkForm(data, auto_id="waive-%s")
    return forms.Form(data) if do == "need" else None


def _do(request: StaffRequest, row: WorkRow, do: str, form: forms.Form) -> None:
    by, now, first = request.user, timezone.now(), row.away_from or row.starts_on
    if isinstance(form, WorkForm):
        services.work_ask(student=row.student, away_from=first, subjects=form.wanted)
        messages.success(request, f"On the list: {', '.join(subject for subject, _of in form.wanted)}.")
    elif do == "waive":
        because = form.cleaned_data["because"]
        services.absence_waive(student=row.student, away_from=first, because=because, by=by, now=now)
        messages.success(request, "It is noted that no work is needed.")
    else:
        services.absence_need(student=row.student, days=row.days_held, by=by, now=now)
        messages.success(request, "Work is needed again.")


def _drop(request: StaffRequest, work: SetWork, form: NotNeededForm) -> None:
    if form.is_valid():
        services.work_drop(work=work, because=form.cleaned_data["because"])
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))


def _address(work: SetWork) -> str:
    if work.suspension_id:
        return reverse("behaviour:suspension_detail", args=[work.suspension_id])
    return reverse("behaviour:work_absence", args=[work.student_id, f"{work.away_from}"])
