"""Suspensions and permanent exclusions: the register with its totals and files, and recording one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.suspensions import SuspensionForm
from behaviour.models import Suspension, SuspensionElsewhere
from behaviour.services import suspensions as services
from behaviour.summaries.suspension_preview import preview_of
from behaviour.summaries.suspensions import Register, SuspensionRow, table_of
from behaviour.views.detentions import incident_asked, picked_from
from pastoral.core.exports import handed_out
from pastoral.core.models import User
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for, key_asked
from students.calendar import academic_year_name, academic_year_of
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet
from students.scopes import scope_of

SHOWN = {
    "": "All",
    "out": "Out now",
    "overdue": "Something overdue",
    "untold": "Parents or LA not told",
    "governors": "Governors to meet",
    "watch": "Near 45 days",
    "permanent": "Permanent",
}
NOON = 12


def session_now() -> str:
    """Return the half of the day that it is."""
    return "AM" if timezone.localtime().hour < NOON else "PM"


@never_cache
@require_safe
@right_required(Right.SEE_SUSPENSIONS)
def suspension_list(request: StaffRequest) -> HttpResponse:
    """Show the suspensions of a school year with totals and what is owed; or the students, most sessions first."""
    today = timezone.localdate()
    this_year = academic_year_of(today)
    wanted = asked_for(request, "year")
    year = int(wanted) if wanted in {str(this_year), str(this_year - 1), str(this_year - 2)} else this_year
    show = asked_for(request, "show") if asked_for(request, "show") in {*SHOWN, "students"} else ""
    spans = Suspension.objects.visible_to(request.user)
    student = key_asked(request, "student")
    register = Register.load(spans.filter(student=student) if student else spans, year, today, session_now())
    rows, how = register.chosen(show), asked_for(request, "format")
    if how in FORMATS:
        return _file(request, rows, year, SHOWN.get(show, ""), how)
    shown: Any = register.totals if show == "students" else rows
    context = {
        "register": register,
        "page": list_page(shown, cursor=asked_for(request, "before"), size=50),
        "show": show,
        "year": year,
        "student": student,
        "elsewhere": _elsewhere(request.user, student, year) if student else 0,
        "year_name": academic_year_name(year),
        "views": [(slug, words, len(register.chosen(slug))) for slug, words in SHOWN.items()],
        "students": len(register.totals),
        "years": [(each, academic_year_name(each)) for each in range(this_year, this_year - 3, -1)],
        "may_keep": request.user.may(Right.KEEP_SUSPENSIONS),
        "today": today,
    }
    return render(request, "behaviour/suspension_list.html", context)


def _elsewhere(user: User, student: int, year: int) -> int:
    """Return the sessions of the year for which an earlier school suspended the student."""
    rows = SuspensionElsewhere.objects.visible_to(user).standing(student=student, academic_year=year)
    return sum(rows.values_list("sessions", flat=True))


def _file(request: StaffRequest, rows: tuple[SuspensionRow, ...], year: int, about: str, how: str) -> HttpResponse:
    return handed_out(
        request,
        table_of(rows, year, f"Suspensions {academic_year_name(year)}, {about or 'all'}"),
        how,
        subject=f"suspensions:{year}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        name=f"Suspensions {timezone.localdate():%Y-%m-%d}",
    )


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_SUSPENSIONS)
def suspension_add(request: StaffRequest) -> HttpResponse:
    """Record what the head decided about one student; `student` and `incident` in the address are filled in."""
    incident = incident_asked(request)
    picking = Picking.of(picked_from(request, incident), _kept(request.user), takes_one=True)
    if request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    typed = {name: str(value) for name, value in request.POST.items() if name not in {"student", "who", "drop"}}
    known = {"decided_by": _head(request.user)}
    form = SuspensionForm(request.POST if request.POST.get("do") == "save" else None, initial=known | typed)
    if form.is_bound and len(picking.chosen) > 1:
        picking.fault = "Choose one student: each suspension is its own."
    is_sent = form.is_bound and picking.is_settled()
    if form.is_valid() and is_sent:
        try:
            held = services.suspension_record(
                student=picking.chosen[0],
                decided=form.decided(),
                token=form.cleaned_data["token"],
                by=request.user,
                now=timezone.now(),
                incident=incident,
            )
        except services.SuspensionFault as fault:
            form.add_error(fault.field, str(fault))
        else:
            messages.success(request, f"Recorded: {held.get_kind_display().lower()}, {held.student.full_name}.")
            return redirect("behaviour:suspension_detail", held.pk)
    picking.wants_focus = not form.is_bound and not picking.chosen
    context = {"form": form, "picking": picking} | _checked(request, picking)
    if request.htmx and request.POST.get("do") == "check":
        return render(request, "behaviour/_suspension_preview.html", context)
    return render(request, "behaviour/suspension_form.html", context, status=422 if form.is_bound else 200)


def _checked(request: StaffRequest, picking: Picking) -> dict[str, Any]:
    """Return what the suspension of the form would come to, where somebody wants to see that before it is recorded."""
    if request.method != "POST":
        return {}
    span = SuspensionForm(request.POST).span()
    if span is None:
        return {"is_checked": True}
    student = picking.chosen[0] if len(picking.chosen) == 1 else None
    return {
        "preview": preview_of(student, span, misses_exam=bool(request.POST.get("misses_exam"))),
        "stops": services.what_stops(student=student, decided=span) if student else "",
    }


def _kept(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.with_right(user, Right.KEEP_SUSPENSIONS).on_roll(today).with_tutor_group(today)


def _head(user: User) -> str:
    """Return who decided the last one that the person sees: mostly the same head."""
    last = Suspension.objects.visible_to(user).order_by("-recorded_at").values_list("decided_by", flat=True)
    return last.first() or ""
