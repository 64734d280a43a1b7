"""Detentions: the lists, setting them, the room's sheet, and the ticks of whoever supervises."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from behaviour.forms.detentions import DetentionForm, ToldForm
from behaviour.models import Detention, Incident, Involvement
from behaviour.querysets import DetentionQuerySet
from behaviour.services import detentions as services
from behaviour.summaries.detentions import DetentionShown, detentions_shown, policy, untold, waiting_of, with_facts
from pastoral.core.access import access_note
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import AccessRecord, User
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, day_read, key_asked
from students.files import offered_as_file
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet
from students.scopes import scope_of
from students.summaries import SchoolCalendar

SHOWN = {"": "By day", "settle": "To settle", "untold": "Parent not told", "coming": "Coming"}
SIZE = 50


@never_cache
@require_safe
@right_required(Right.SET_DETENTIONS)
@offered_as_file("Detentions")
def detention_list(request: StaffRequest) -> HttpResponse:
    """Show the detentions of a day, those that somebody must settle, those of which no parent knows, or all to come."""
    today = timezone.localdate()
    day = day_read(asked_for(request, "day")) or today
    show = asked_for(request, "show") if asked_for(request, "show") in SHOWN else ""
    rows = _kept(request.user)
    chosen = _chosen(rows, show, day, today)
    waiting = waiting_of(rows, today)
    numbers = {"settle": waiting.unsettled, "untold": waiting.untold}
    page = list_page(detentions_shown(with_facts(chosen), today), cursor=asked_for(request, "before"), size=SIZE)
    context = {
        "day": day,
        "show": show,
        "page": page,
        "today": today,
        "tabs": [(_address(slug), _tab(words, numbers.get(slug)), slug == show) for slug, words in SHOWN.items()],
        "told": ToldForm(initial={"told_on": today}),
        "policy": policy() if not show else (),
        "may_change": request.user.may(Right.CHANGE_SETTINGS),
    }
    return render(request, "behaviour/detention_list.html", context)


@never_cache
@require_safe
@right_required(Right.SET_DETENTIONS)
def detention_sheet(request: StaffRequest) -> HttpResponse:
    """Show the room's list of a day, to be printed: who, when and where, without what for."""
    day = day_read(asked_for(request, "day")) or timezone.localdate()
    rows = _kept(request.user).standing(day=day).exclude(status=Detention.Status.EXCUSED)
    shown = detentions_shown(with_facts(rows.order_by("place", "starts_at", "student")), timezone.localdate())
    rooms: dict[tuple[str, str], list[DetentionShown]] = {}
    for row in shown:
        rooms.setdefault((row.place, f"{row.slot.starts_at:%H:%M}"), []).append(row)
    context = {"day": day, "rooms": [(place, at, held) for (place, at), held in rooms.items()], "total": len(shown)}
    return render(request, "behaviour/detention_sheet.html", context)


@never_cache
@require_safe
@right_required(Right.SET_DETENTIONS)
def detention_student(request: StaffRequest, pk: int) -> HttpResponse:
    """Show every detention of one student, newest first: 404 unless the person sets detentions for them."""
    student = get_object_or_404(_students(request.user), pk=pk)
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{pk}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.get_full_path(),
    )
    today = timezone.localdate()
    rows = with_facts(_kept(request.user).standing(student=student).order_by("-day", "-starts_at"))
    shown = detentions_shown(rows, today)
    counts = [(label, sum(row.status == value for row in shown)) for value, label in Detention.Status.choices]
    context = {
        "student": student,
        "page": list_page(shown, cursor=asked_for(request, "before"), size=SIZE),
        "counts": [(label, number) for label, number in counts if number],
        "told": ToldForm(initial={"told_on": today}),
        "today": today,
    }
    return render(request, "behaviour/detention_student.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SET_DETENTIONS)
def detention_add(request: StaffRequest) -> HttpResponse:
    """Set a detention for one student or several; `student` and `incident` in the address are filled in."""
    incident = incident_asked(request)
    picking = Picking.of(picked_from(request, incident), _settable(request.user))
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    is_saved = request.POST.get("do") == "save"
    typed = {name: str(value) for name, value in request.POST.items() if name not in {"student", "who", "drop"}}
    first = SchoolCalendar.load().next_school_day(timezone.localdate())
    form = DetentionForm(request.POST if is_saved else None, initial=typed, day=first, incident=incident)
    is_sent = form.is_bound and picking.is_settled()
    if form.is_valid() and is_sent:
        try:
            made = _set(request, form, picking, incident)
        except services.DetentionClash as clash:
            for fault in clash.faults:
                form.add_error(None, fault)
        else:
            messages.success(request, _said(made, picking))
            return redirect(f"{reverse('behaviour:detention_list')}?day={made[0].day}")
    picking.wants_focus = not form.is_bound and not picking.chosen
    context = {"form": form, "picking": picking, "incident": incident, "policy": policy()}
    return render(request, "behaviour/detention_form.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
@right_required(Right.SET_DETENTIONS)
def detention_tick(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one tap of the list: served, missed, taken back, or the parent told; to htmx the row as it is now."""
    row = get_object_or_404(_kept(request.user).select_related("withdrawn_by"), pk=pk)
    told = ToldForm(request.POST) if request.POST.get("do") == "told" else None
    if answer := withdrawn_meanwhile(request, row, reverse("behaviour:detention_detail", args=[pk]), told):
        return answer
    fault = ""
    try:
        _tick(request, row)
    except services.NotSo as not_so:
        fault = str(not_so)
    if request.htmx:
        (shown,) = detentions_shown(with_facts(_kept(request.user).filter(pk=pk)), timezone.localdate())
        told = ToldForm(initial={"told_on": timezone.localdate()})
        context = {"row": shown, "fault": fault, "told": told, "with_day": request.POST.get("with_day") == "1"}
        return render(request, "behaviour/_detention_row.html", context)
    if fault:
        messages.error(request, fault)
    return redirect(f"{reverse('behaviour:detention_list')}?day={row.day}#row-{pk}")


def _tick(request: StaffRequest, row: Detention) -> None:
    today, do = timezone.localdate(), request.POST.get("do")
    if do == "served":
        services.detention_serve(detention=row, today=today)
    elif do == "missed":
        services.detention_miss(detention=row, by=request.user, now=timezone.now())
    elif do == "undo":
        services.detention_reopen(detention=row, by=request.user, now=timezone.now())
    elif do == "told":
        form = ToldForm(request.POST)
        if not form.is_valid():
            raise services.NotSo("Say how the parent was told, and when.")
        on, how = form.cleaned_data["told_on"], form.cleaned_data["told_how"]
        services.detention_notify(detention=row, on=on, how=how, today=today)


def _set(request: StaffRequest, form: DetentionForm, picking: Picking, incident: Incident | None) -> list[Detention]:
    now = timezone.now()
    made = services.detention_set(
        students=picking.chosen, terms=form.terms(), by=request.user, now=now, incident=incident
    )
    if how := form.cleaned_data["told_how"]:
        today = timezone.localdate(now)
        made = [services.detention_notify(detention=each, on=today, how=how, today=today) for each in made]
    return made


def _said(made: list[Detention], picking: Picking) -> str:
    first = made[0]
    names = ", ".join(student.full_name for student in picking.chosen)
    return f"Set for {first.day:%a} {first.day.day} {first.day:%b} at {first.starts_at:%H:%M}: {names}."


def incident_asked(request: StaffRequest) -> Incident | None:
    """Return the incident that the address names, if the person may see it."""
    return Incident.objects.visible_to(request.user).standing(pk=key_asked(request, "incident")).first()


def picked_from(request: StaffRequest, incident: Incident | None) -> QueryDict:
    """Return who is chosen: those who did it, when the page is opened from an incident and names nobody."""
    if request.method == "POST" or incident is None or "student" in request.GET:
        return request.POST if request.method == "POST" else request.GET
    data = QueryDict(mutable=True)
    did_it = incident.involvements.filter(role__in=Involvement.ROLES_WITH_POINTS)
    data.setlist("student", list(map(str, did_it.values_list("student", flat=True))))
    return data


def _students(user: User) -> StudentQuerySet:
    return Student.objects.with_right(user, Right.SET_DETENTIONS)


def _settable(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return _students(user).on_roll(today).with_tutor_group(today)


def _kept(user: User) -> DetentionQuerySet:
    return Detention.objects.with_right(user, Right.SET_DETENTIONS)


def _chosen(rows: DetentionQuerySet, show: str, day: date, today: date) -> DetentionQuerySet:
    if show == "settle":
        return rows.unsettled(today).order_by("day", "starts_at", "student")
    if show == "untold":
        return untold(rows, today).order_by("day", "starts_at", "student")
    if show == "coming":
        return rows.to_come().filter(day__gt=today).order_by("day", "starts_at", "student")
    return rows.standing(day=day).order_by("starts_at", "place", "student")


def _address(show: str) -> str:
    return reverse("behaviour:detention_list") + (f"?show={show}" if show else "")


def _tab(words: str, number: int | None) -> str:
    return words if number is None else f"{words} {number}"
