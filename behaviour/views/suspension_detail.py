"""One suspension with its duties in order of time, each noted where it stands."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from behaviour.forms.suspensions import (
    DoneForm,
    ExamForm,
    GovernorsForm,
    ProvisionForm,
    ReintegrationForm,
    ReviewForm,
    StepForm,
)
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.forms.work import NotNeededForm, WorkForm
from behaviour.models import Incident, Suspension
from behaviour.services import suspensions as services
from behaviour.services.work import work_ask
from behaviour.summaries.spans import sessions_taken
from behaviour.summaries.suspensions import SuspensionRow, rows_of
from behaviour.summaries.work_lists import subjects_taught
from behaviour.views.suspensions import session_now
from pastoral.core.access import access_note
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.withdrawal import withdrawn_already
from students.calendar import academic_year_end, academic_year_of, academic_year_start
from students.models import Student
from students.scopes import scope_of

DAYS = (
    "parents_told_on",
    "la_told_on",
    "social_worker_told_on",
    "virtual_school_told_on",
    "governors_told_on",
    "representations_on",
)
BESIDE = ("work", "exam", "withdraw")  # forms that stand beside the steps
MakeForm = Callable[[Any, Suspension], forms.Form]


def _done_form(slug: str) -> MakeForm:
    return lambda data, span: DoneForm(data, slug=slug, span=span)


def _step_form(kind: type[StepForm]) -> MakeForm:
    return lambda data, span: kind(data, span=span)


FORMS: dict[str, MakeForm] = {
    **{slug: _done_form(slug) for slug in DAYS},
    "provision": _step_form(ProvisionForm),
    "governors": _step_form(GovernorsForm),
    "review": _step_form(ReviewForm),
    "exam": _step_form(ExamForm),
    "reintegration": _step_form(ReintegrationForm),
    "work": lambda data, span: WorkForm(
        data,
        held={each.subject for each in span.set_work.all()},
        taught=subjects_taught(span.student_id, span.starts_on),
    ),
    "withdraw": lambda data, _span: WithdrawForm(data),
}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_SUSPENSIONS)
def suspension_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one suspension and its duties; `do` says which of them was noted, by who keeps suspensions."""
    span = _span(request, pk)
    may_keep, may_arrange = _may(request, span, Right.KEEP_SUSPENSIONS), _may(request, span, Right.ARRANGE_WORK)
    do = request.POST.get("do", "")
    sent = FORMS[do](request.POST, span) if do in FORMS else None
    if sent is not None and (answer := _over(request, span, do, sent)):
        return answer
    if sent is not None and not (may_arrange if do == "work" else may_keep):
        raise PermissionDenied("this student's suspensions are kept by others")
    if sent is not None and sent.is_valid() and _is_done(request, span, do, sent):
        return redirect(f"{reverse('behaviour:suspension_detail', args=[pk])}#{do}")
    _note(request, span)
    row = _row(request, span)
    steps = [
        (step, _form(step.slug, do, sent, span) if may_keep else None, step.is_overdue(row.today))
        for step in row.case.steps
    ]
    context = {
        "row": row,
        "span": span,
        "reads_incident": Incident.objects.visible_to(request.user).filter(pk=span.incident_id or 0).exists(),
        "steps": steps,
        "sessions": _sessions(row),
        "may_keep": may_keep,
        "may_arrange": may_arrange,
        "not_needed": NotNeededForm(),
        "may_mark": request.user.may(Right.BULK_MARKS),
        "work_form": _form("work", do, sent, span),
        "exam_form": _form("exam", do, sent, span),
        "withdraw": _form("withdraw", do, sent, span),
        "opened": do,
        "stray": None if do in {*(step.slug for step, _form, _late in steps), *BESIDE} else sent,
    }
    return render(request, "behaviour/suspension_detail.html", context, status=422 if sent is not None else 200)


def _over(request: StaffRequest, span: Suspension, do: str, sent: forms.Form) -> HttpResponse | None:
    if do == "withdraw":
        return withdrawn_already(request, span, request.path)
    return withdrawn_meanwhile(request, span, request.path, sent)


def _span(request: StaffRequest, pk: int) -> Suspension:
    spans = Suspension.objects.visible_to(request.user).prefetch_related("set_work")
    return get_object_or_404(spans.select_related("student", "recorded_by", "incident", "withdrawn_by"), pk=pk)


def _may(request: StaffRequest, span: Suspension, right: Right) -> bool:
    kept = Student.objects.with_right(request.user, right)
    return span.withdrawn_at is None and kept.filter(pk=span.student_id).exists()


def _row(request: StaffRequest, span: Suspension) -> SuspensionRow:
    """Return the suspension with the totals of those of the student that began before it in the school year."""
    year = academic_year_of(span.starts_on)
    earlier = (
        Suspension.objects.visible_to(request.user)
        .standing(student=span.student_id, starts_on__lte=span.starts_on)
        .exclude(pk=span.pk)
        .exclude(ends_on__lt=academic_year_start(year))
        .filter(starts_on__lte=academic_year_end(year))
        .exclude(starts_on=span.starts_on, starts_session__gt=span.starts_session)
    )
    rows = earlier.select_related("student").prefetch_related("set_work").order_by("starts_on", "starts_session", "pk")
    return rows_of([*rows, span], timezone.localdate(), session_now())[-1]


def _sessions(row: SuspensionRow) -> list[tuple[date, str]]:
    """Return the days whose mark is E, up to the 5th, each with its half where it is not whole."""
    days: dict[date, list[str]] = {}
    for day, session in sessions_taken(row.span, row.case.calendar, until=row.span.ends_on or row.span.starts_on):
        if row.case.provision_on is None or day < row.case.provision_on:
            days.setdefault(day, []).append(session)
    return [(day, held[0] if len(held) == 1 else "") for day, held in days.items()] if row.span.ends_on else []


def _form(slug: str, do: str, sent: forms.Form | None, span: Suspension) -> forms.Form | None:
    """Return the form of one duty, as it was sent or blank; several on a page, so each has names of its own."""
    form = sent if slug == do else FORMS[slug](None, span) if slug in FORMS else None
    if form is not None:
        form.auto_id = f"{slug}-%s"
    return form


def _is_done(request: StaffRequest, span: Suspension, do: str, form: forms.Form) -> bool:
    today, now = timezone.localdate(), timezone.now()
    if isinstance(form, WorkForm):
        work_ask(student=span.student, suspension=span, subjects=form.wanted)
        messages.success(request, f"On the list: {', '.join(subject for subject, _of in form.wanted)}.")
    elif isinstance(form, StepForm):
        try:
            services.suspension_note(suspension=span, today=today, seen=form.cleaned_data["seen"], **form.facts())
        except services.SuspensionFault as fault:
            form.add_error(
                fault.field if fault.field in form.fields else "on" if "on" in form.fields else None, str(fault)
            )
            return False
        except Overtaken:
            form.overtaken()
            return False
        messages.success(request, "It is noted.")
    else:
        because = form.cleaned_data["because"]
        services.suspension_withdraw(suspension=span, because=because, by=request.user, now=now)
        messages.success(request, "It is withdrawn: it counts in no total, and stays in the history.")
    return True


def _note(request: StaffRequest, span: Suspension) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{span.student_id}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.get_full_path(),
    )
