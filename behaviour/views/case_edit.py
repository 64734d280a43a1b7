"""A case opened, from incidents or from nothing, and changed as it goes on."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from behaviour.forms.cases import SIDES, CaseChangeForm, CaseOpenForm
from behaviour.models import BullyingCase, CaseStudent, Incident
from behaviour.services import cases as services
from behaviour.summaries.case_register import keepers_with
from behaviour.summaries.cases import incidents_between, is_for_dsl, texts_beyond
from behaviour.summaries.inbox import with_parts
from behaviour.views.cases import case_withdrawn
from behaviour.views.reading import case_noted
from pastoral.core.drafts import draft_drop
from pastoral.core.late import too_late
from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import keys_read, plain
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet
from students.summaries import SchoolCalendar

MOST_INCIDENTS = 40
TARGET, PERPETRATOR = CaseStudent.Side.TARGET, CaseStudent.Side.PERPETRATOR


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_CASES)
def case_open(request: StaffRequest) -> HttpResponse:
    """Open a case; `incident`, as often as wanted, and `student` in the address are in it from the start."""
    asked = _asked(request)
    if is_for_dsl(asked):
        draft_drop(user=request.user, key=plain(request.POST.get("draft", "")))
        return render(request, "behaviour/case_dsl.html", {"incident": asked[0]}, status=403)
    among = _choosable(request.user, [part.student_id for each in asked for part in each.involvements.all()])
    picking = Picking.of(request.POST or _from_incidents(request.GET, asked), among, roles=SIDES)
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    offered = {each.pk: each for each in (*asked, *_between(request.user, picking))}
    form = _open_form(request, picking, offered, asked)
    is_sent = form.is_bound and picking.is_settled()
    if form.is_valid() and is_sent:
        case = services.case_open(
            facts=form.facts(),
            people=_people(picking),
            incidents=[offered[key] for key in form.cleaned_data["incidents"]],
            token=form.cleaned_data["token"],
            by=request.user,
            now=timezone.now(),
            calendar=SchoolCalendar.load(),
        )
        messages.success(request, "The case is open. The target is asked again in two and in six weeks.")
        return redirect("behaviour:case_detail", case.pk)
    picking.wants_focus = not form.is_bound and not picking.chosen
    context = {"form": form, "picking": picking, "hidden": _hidden(request.user, offered.values())}
    return render(request, "behaviour/case_form.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_CASES)
def case_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what a case says and who is in it."""
    cases = (
        BullyingCase.objects.visible_to(request.user)
        .select_related("withdrawn_by", "closed_by")
        .prefetch_related("students__student")
    )
    case = get_object_or_404(cases, pk=pk)
    rows = list(case.students.all())
    among = _choosable(request.user, [row.student_id for row in rows])
    reach = set(among.filter(pk__in=[row.student_id for row in rows]).values_list("pk", flat=True))
    mine = [row for row in rows if row.student_id in reach]
    picking = _picking(request, among, mine)
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    sent = request.POST if request.POST.get("do") == "save" else None
    form: Any = CaseChangeForm(
        sent,
        keepers=keepers_with(case.owner_id),
        beyond=texts_beyond(request.user, case, timezone.localdate()),
        initial=_facts(case) | (_typed(request) if sent is None else {}),
    )
    if answer := case_withdrawn(request, case, form) or _closed(request, case, form):
        return answer
    case_noted(request, case)
    others = len(rows) - len(mine)
    if form.is_valid() and picking.is_settled(least=0 if others else 1):
        try:
            services.case_change(
                case=case,
                seen=form.cleaned_data["seen"],
                facts=form.facts(),
                people=_people(picking),
                among=reach,
            )
        except services.CaseClosed as fault:
            return too_late(request, str(fault), reverse("behaviour:case_detail", args=[pk]), form)
        except services.CaseOvertaken:
            form.overtaken()
            _say_who(form, picking, mine)
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return redirect("behaviour:case_detail", pk)
    picking.wants_focus = False
    context = {"form": form, "picking": picking, "case": case, "others": others}
    return render(request, "behaviour/case_form.html", context, status=422 if form.is_bound else 200)


def _say_who(form: CaseChangeForm, picking: Picking, mine: list[CaseStudent]) -> None:
    """Say who is in the case now, of the person's students, where that is not what the form says."""
    if {row.student_id: row.side for row in mine} != {student.pk: side for student, side in picking.rows}:
        names = ", ".join(f"{row.student.sort_name} ({row.get_side_display().lower()})" for row in mine)
        form.add_error(None, f"In it now: {names or 'none of your students'}.")


def _closed(request: StaffRequest, case: BullyingCase, form: CaseChangeForm) -> HttpResponse | None:
    """Answer a form for a case that is closed; None while it goes on."""
    if case.closed_at is None:
        return None
    return too_late(request, services.closed_in_words(case), reverse("behaviour:case_detail", args=[case.pk]), form)


def _asked(request: StaffRequest) -> list[Incident]:
    keys = keys_read([*request.GET.getlist("incident"), *request.POST.getlist("incidents")])
    found = Incident.objects.visible_to(request.user).standing(pk__in=keys[:MOST_INCIDENTS])
    return list(with_parts(found).order_by("-occurred_on", "-pk"))


def _from_incidents(data: QueryDict, incidents: Iterable[Incident]) -> QueryDict:
    """Return the address with everybody in the incidents on the side of the part that they played."""
    filled = data.copy()
    for incident in incidents:
        for part in incident.involvements.all():
            side = services.side_of(part.role)
            if side and f"role-{part.student_id}" not in filled:
                filled.appendlist("student", str(part.student_id))
                filled[f"role-{part.student_id}"] = side
    return filled


def _between(user: User, picking: Picking) -> list[Incident]:
    sides: dict[str, list[int]] = {}
    for student, side in picking.rows:
        sides.setdefault(side, []).append(student.pk)
    if not sides.get(TARGET) or not sides.get(PERPETRATOR):
        return []
    return incidents_between(user, sides[TARGET], sides[PERPETRATOR])[:MOST_INCIDENTS]


def _open_form(
    request: StaffRequest, picking: Picking, offered: dict[int, Incident], asked: list[Incident]
) -> CaseOpenForm:
    initial: dict[str, Any] = {"owner": request.user.pk, "incidents": [each.pk for each in asked]}
    return CaseOpenForm(
        request.POST if request.POST.get("do") == "save" else None,
        keepers=keepers_with(request.user.pk),
        offered=offered,
        initial=initial | _typed(request),
    )


def _hidden(user: User, incidents: Iterable[Incident]) -> int:
    """Return how many others of the incidents come into the case with them, whose cases the person does not keep."""
    keys = {
        part.student_id for incident in incidents for part in incident.involvements.all() if part.role in services.SIDES
    }
    return len(keys) - Student.objects.with_right(user, Right.KEEP_CASES).filter(pk__in=keys).count()


def _picking(request: StaffRequest, among: StudentQuerySet, rows: list[CaseStudent]) -> Picking:
    if request.method == "POST":
        return Picking.of(request.POST, among, roles=SIDES)
    data = request.GET.copy()
    data.setlist("student", [str(row.student_id) for row in rows])
    for row in rows:
        data[f"role-{row.student_id}"] = row.side
    return Picking.of(data, among, roles=SIDES)


def _choosable(user: User, also: Iterable[int]) -> StudentQuerySet:
    """Return whom the person may put into a case: students on roll, and of the keys of theirs those who left, too.

    also: the keys of the students who are in it, or in the incidents that it is opened from.
    """
    today = timezone.localdate()
    students = Student.objects.with_right(user, Right.KEEP_CASES)
    here = students.on_roll(today) | students.filter(pk__in=list(also))
    return here.with_tutor_group(today)


def _people(picking: Picking) -> list[services.Person]:
    return [services.Person(student, side) for student, side in picking.rows]


def _facts(case: BullyingCase) -> dict[str, Any]:
    held = {name: getattr(case, name) for name in services.FACTS if name != "owner"}
    return held | {"owner": case.owner_id, "seen": services.case_version(case)}


def _typed(request: StaffRequest) -> dict[str, Any]:
    """Return what stands in the form while students are added to it without script."""
    typed: dict[str, Any] = {
        name: value for name, value in request.POST.items() if name not in {"student", "who", "drop"}
    }
    for name in ("motivations", "incidents"):
        if request.method == "POST":
            typed[name] = request.POST.getlist(name)
    return typed
