"""Interventions begun, put right, joined, left and withdrawn."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts.forms.withdrawal import WithdrawForm
from contacts.services.withdrawal import record_withdraw
from interventions.figures.ladder import missed_words
from interventions.forms.interventions import InterventionChangeForm, InterventionForm, JoinForm, PlaceForm
from interventions.services import interventions as services
from interventions.summaries.interventions import kept_students
from interventions.summaries.offered import deliverers_offered, one_year, owners_offered, types_offered
from interventions.summaries.sources import NAMES, Begun, begun_from
from interventions.summaries.standing import Standings
from interventions.views.common import address_of, kept, over
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import key_asked
from students.models import Student
from students.picking import Picking
from students.summaries import SchoolCalendar

PLACE = ("joined_on", "left_on")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_INTERVENTIONS)
def intervention_add(request: StaffRequest) -> HttpResponse:
    """Begin an intervention for one student or several; the address may name where it comes from."""
    asked = request.POST or request.GET
    today = timezone.localdate()
    begun = begun_from(request.user, {name: asked.get(name, "") for name in (*NAMES, "incident", "student")})
    known = asked.copy()
    if request.method == "GET" and begun.students and "student" not in known:
        known.setlist("student", [str(key) for key in begun.students])
    picking = Picking.of(known, kept_students(request.user).on_roll(today).with_tutor_group(today))
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    is_saved = request.POST.get("do") == "save"
    form = _form(request, begun, picking, is_saved=is_saved)
    if request.htmx and "usual" in request.GET:
        return render(request, "interventions/_usual.html", {"form": form})
    is_sent = is_saved and picking.is_settled()
    if form.is_valid() and is_sent:
        made = services.intervention_start(
            opening=form.opening(begun),
            students=picking.chosen,
            token=form.cleaned_data["token"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, f"{made.type} is begun{_for(picking.chosen)}.")
        return redirect(address_of(made.pk))
    picking.wants_focus = not is_saved and not picking.chosen
    context = {"form": form, "picking": picking, "begun": begun}
    return render(request, "interventions/intervention_form.html", context, status=422 if is_saved else 200)


def _for(students: list[Student]) -> str:
    return f" for {students[0].full_name}" if len(students) == 1 else f" for {len(students)} students"


def _form(request: StaffRequest, begun: Begun, picking: Picking, *, is_saved: bool) -> InterventionForm:
    today = timezone.localdate()
    calendar = SchoolCalendar.load()
    day = today if calendar.is_school_day(today) else calendar.next_school_day(today)
    kind = types_offered().filter(pk=key_asked(request, "type")).first()
    initial: dict[str, Any] = {
        "because": begun.because or _seen(picking, today),
        "aim": "",
        "owner": request.user.pk,
        "starts_on": day or today,
        "is_restricted": begun.is_restricted,
        "type": kind,
    }
    if kind:
        usual = {"planned_sessions": kind.sessions, "session_minutes": kind.minutes, "grace_days": kind.grace_days}
        initial |= usual | {"aim": kind.aim}
    typed = {name: str(value) for name, value in request.POST.items() if name not in {"student", "who", "drop"}}
    year = one_year((student.pk for student in picking.chosen), today)
    return InterventionForm(
        request.POST if is_saved else None,
        initial=initial | typed,
        types=types_offered(begun.aim),
        owners=owners_offered(year, today, request.user.pk),
        deliverers=deliverers_offered(today),
        calendar=calendar,
    )


def _seen(picking: Picking, today: date) -> str:
    """Return the year's absence of the one student chosen, as a case would be opened for."""
    if len(picking.chosen) != 1:
        return ""
    (student,) = picking.chosen
    return missed_words(Standings.load([student.pk], today).of(student.pk))


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_INTERVENTIONS)
def intervention_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Put an intervention right; what it said before is kept."""
    row = kept(request, pk).row
    today = timezone.localdate()
    form = InterventionChangeForm.of(
        row,
        request.POST or None,
        types=types_offered(also=row.type_id),
        owners=owners_offered(None, today, row.owner_id),
        deliverers=deliverers_offered(today, row.deliverer_id),
        calendar=SchoolCalendar.load(),
    )
    if answer := over(request, row, form):
        return answer
    if form.is_valid():
        try:
            services.intervention_change(intervention=row, seen=form.cleaned_data["seen"], facts=form.facts())
        except Overtaken:
            form.overtaken()
        except services.NotOfIt as fault:
            form.add_error("starts_on", str(fault))
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return redirect(address_of(pk))
    return _page(request, form, row, "Change the intervention")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_INTERVENTIONS)
def intervention_join(request: StaffRequest, pk: int) -> HttpResponse:
    """Take more students in, from a day on."""
    row = kept(request, pk).row
    today = timezone.localdate()
    picking = Picking.of(
        request.POST or request.GET, kept_students(request.user).on_roll(today).with_tutor_group(today)
    )
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    is_saved = request.POST.get("do") == "save"
    form = JoinForm(request.POST if is_saved else None, initial={"joined_on": max(today, row.starts_on)})
    if answer := over(request, row, form if is_saved else None):
        return answer
    is_sent = is_saved and picking.is_settled()
    if form.is_valid() and is_sent:
        try:
            number = services.student_join(intervention=row, students=picking.chosen, on=form.cleaned_data["joined_on"])
        except services.NotOfIt as fault:
            form.add_error("joined_on", str(fault))
        else:
            messages.success(request, f"{number} student{'s' * (number != 1)} taken in.")
            return redirect(address_of(pk))
    context = {"form": form, "picking": picking, "row": row}
    return render(request, "interventions/intervention_join.html", context, status=422 if is_saved else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_INTERVENTIONS)
def intervention_place(request: StaffRequest, pk: int, place_id: int) -> HttpResponse:
    """Say from when to when a student is in it."""
    held = kept(request, pk)
    member = next((each for each in held.members if each.place.pk == place_id), None)
    if member is None:
        raise Http404("no such student in it among those this person may see")
    place = member.place
    today = timezone.localdate()
    known = {"joined_on": place.joined_on, "left_on": place.left_on or max(today, place.joined_on)}
    form = PlaceForm(request.POST or None, initial=known | {"seen": version_of(place, PLACE)})
    if answer := over(request, held.row, form):
        return answer
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.student_dates(place=place, seen=data["seen"], joined_on=data["joined_on"], left_on=data["left_on"])
        except Overtaken:
            form.overtaken()
        except services.NotOfIt as fault:
            form.add_error("joined_on", str(fault))
        else:
            messages.success(request, "Saved.")
            return redirect(address_of(pk))
    return _page(request, form, held.row, f"{member.name}: in it from and to")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_INTERVENTIONS)
def intervention_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw an intervention with a reason: it counts nowhere, and stays in the history."""
    row = kept(request, pk).row
    if answer := withdrawn_already(request, row, address_of(pk)):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=row, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "It is withdrawn: it counts in no list and no figure, and stays in the history.")
        return redirect(address_of(pk))
    return _page(request, form, row, "Withdraw the intervention")


def _page(request: StaffRequest, form: Any, row: Any, title: str) -> HttpResponse:
    context = {"form": form, "row": row, "title": title}
    return render(request, "interventions/intervention_part.html", context, status=422 if form.errors else 200)
