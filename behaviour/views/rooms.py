"""The register of the inclusion and nurture rooms: who is in now, signing in and out, and one stay put right."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.rooms import LeaveForm, StayCorrectForm, StayForm, StayWorkForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import Incident, InclusionStay
from behaviour.querysets import InclusionStayQuerySet
from behaviour.services import rooms as services
from behaviour.summaries.incidents import is_for_dsl
from behaviour.summaries.rooms import room_day, stay_changes
from behaviour.views.detentions import incident_asked
from behaviour.views.reading import student_noted
from pastoral.core.late import too_late
from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.words import asked_for, day_read
from students.models import Enrolment, Student
from students.querysets import StudentQuerySet
from students.scopes import scope_of

MOST_FOUND = 12
LONGEST_REASON = 200


@never_cache
@require_safe
@right_required(Right.KEEP_INCLUSION)
def inclusion_register(request: StaffRequest) -> HttpResponse:
    """Show who is in the rooms now and who was on the day; `q` looks for a student to sign in."""
    today = timezone.localdate()
    wanted = asked_for(request, "day")
    day = min(day_read(wanted) or today, today)
    words = asked_for(request, "q")
    context = {
        "day": day,
        "is_today": day == today,
        "rooms": room_day(_stays(request.user), day, timezone.now()),
        "words": words,
        "found": _found(request.user, words) if words else None,
    }
    return render(request, "behaviour/inclusion_register.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_INCLUSION)
def inclusion_sign_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign a student into a room: 404 unless among those whose rooms the person keeps."""
    student = get_object_or_404(students_of_rooms(request.user), pk=pk)
    student_noted(request, pk, Right.KEEP_INCLUSION)
    now = timezone.now()
    incident = incident_asked(request)
    initial = {
        "came_at": timezone.localtime(now).time(),
        "adult": request.user.formal_name,
        "room": "inclusion",
        "kind": "removed",
        "reason": _reason(request, incident),
    }
    form = StayForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            stay = services.stay_begin(
                student=student, by=request.user, now=now, incident=incident, **form.cleaned_data
            )
        except services.StayTimes as fault:
            form.add_error("came_at", str(fault))
        except services.StayClash as clash:
            form.add_error(None, str(clash))
        else:
            messages.success(request, f"{student.full_name} is signed into the {stay.get_room_display().lower()}.")
            return redirect("behaviour:inclusion_register")
    context = {"student": student, "form": form}
    return render(request, "behaviour/inclusion_sign_in.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_INCLUSION)
def inclusion_sign_out(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign a student out of a room, with how it ended."""
    stay = get_object_or_404(_stays(request.user).select_related("student"), pk=pk)
    if stay.left_at is not None:
        return _left_already(request, stay)
    student_noted(request, stay.student_id, Right.KEEP_INCLUSION)
    now = timezone.now()
    is_today = timezone.localdate(stay.came_at) == timezone.localdate(now)
    is_work = request.POST.get("do") == "work"
    stands = {"work": stay.work, "adult": stay.adult, "seen": version_of(stay, ("work", "adult"))}
    work = StayWorkForm(request.POST if is_work else None, initial=stands)
    if work.is_valid():
        try:
            services.stay_work(stay=stay, **work.cleaned_data)
        except Overtaken:
            work.overtaken()
        else:
            messages.success(request, f"Noted for {stay.student.full_name}.")
            return redirect("behaviour:inclusion_register")
    form = LeaveForm(
        (request.POST or None) if not is_work else None,
        stay=stay,
        initial={"left_at": timezone.localtime(now).time()} if is_today else {},
    )
    if form.is_valid():
        try:
            services.stay_end(stay=stay, now=now, **form.cleaned_data)
        except (services.StayTimes, services.StayClash) as fault:
            form.add_error("left_at", str(fault))
        else:
            messages.success(request, f"{stay.student.full_name} is signed out.")
            return redirect("behaviour:inclusion_register")
    context = {"stay": stay, "form": form, "work": work, "opened": "work" if is_work else ""}
    is_faulty = bool(form.errors or work.errors)
    return render(request, "behaviour/inclusion_sign_out.html", context, status=422 if is_faulty else 200)


def _left_already(request: StaffRequest, stay: InclusionStay) -> HttpResponse:
    """Say when the student left, with the outcome or the work that came too late; a second click had said the same."""
    said = f"{stay.student.full_name} was signed out at {timezone.localtime(stay.left_at):%H:%M}."
    form: forms.Form | None = None
    if request.POST.get("do") == "work":
        form = StayWorkForm(request.POST, initial={"work": stay.work, "adult": stay.adult})
    elif request.method == "POST":
        left_at = timezone.localtime(stay.left_at).time()
        form = LeaveForm(request.POST, stay=stay, initial={"outcome": stay.outcome, "left_at": left_at})
    return too_late(request, said, reverse("behaviour:inclusion_register"), form)


def _reason(request: StaffRequest, incident: Incident | None) -> str:
    """Return what stands as the reason at first: the year team reads it, so no type that is the DSL's."""
    if incident is None:
        return asked_for(request, "reason")[:LONGEST_REASON]
    return "" if is_for_dsl(incident) else incident.type


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_INCLUSION)
def inclusion_stay(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one stay with who changed what; whoever keeps the rooms puts it right here, or withdraws it."""
    stay = get_object_or_404(_every_stay(request.user).select_related("student"), pk=pk)
    student_noted(request, stay.student_id, Right.KEEP_INCLUSION)
    do = request.POST.get("do", "")
    correct = StayCorrectForm(request.POST if do == "correct" else None, stay=stay)
    withdraw = WithdrawForm(request.POST if do == "withdraw" else None)
    sent: forms.Form | None = {"correct": correct, "withdraw": withdraw}.get(do)
    if sent is not None and sent.is_valid() and _is_put_right(request, stay, do, sent):
        return redirect("behaviour:inclusion_stay", pk)
    context = {
        "stay": stay,
        "correct": correct,
        "withdraw": withdraw,
        "opened": do,
        "changes": stay_changes(stay),
    }
    return render(request, "behaviour/inclusion_stay.html", context, status=422 if sent is not None else 200)


def _is_put_right(request: StaffRequest, stay: InclusionStay, do: str, form: Any) -> bool:
    now, data = timezone.now(), form.cleaned_data
    if do == "withdraw":
        services.stay_withdraw(stay=stay, because=data["because"], by=request.user, now=now)
        messages.success(request, "It is withdrawn: it counts nowhere, and stays in the history.")
        return True
    try:
        services.stay_correct(stay=stay, stayed=services.Stayed(**{"left_at": None} | data), now=now)
    except (services.StayTimes, services.StayClash) as fault:
        form.add_error(None, str(fault))
        return False
    messages.success(request, f"Put right for {stay.student.full_name}.")
    return True


def students_of_rooms(user: User) -> StudentQuerySet:
    """Return the students over whom the person keeps the rooms' register."""
    today = timezone.localdate()
    years = scope_of(user).years_with(Right.KEEP_INCLUSION)
    students = Student.objects.visible_to(user).on_roll(today)
    if years is None:
        return students
    spells = Enrolment.objects.visible_to(user).current(today).filter(year_group__in=years)
    return students.filter(pk__in=spells.values("student"))


def _stays(user: User) -> InclusionStayQuerySet:
    return _every_stay(user).standing()


def _every_stay(user: User) -> InclusionStayQuerySet:
    """Return the withdrawn ones too: their page says why."""
    return InclusionStay.objects.visible_to(user).filter(student__in=students_of_rooms(user))


def _found(user: User, words: str) -> list[Student]:
    return list(students_of_rooms(user).found_by(words).with_tutor_group(timezone.localdate())[:MOST_FOUND])
