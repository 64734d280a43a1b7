"""Logging an incident, reading one, and withdrawing one that should not stand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.incidents import ROLES, IncidentForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import Incident, OnCall
from behaviour.services import incidents as services
from behaviour.services.on_call import call_written
from behaviour.summaries.incident_record import for_record, record_of
from behaviour.summaries.incidents import Reader, students_unless_for_dsl
from behaviour.summaries.on_call import known_of
from behaviour.views.incident_edit import may_change
from behaviour.views.reading import form_noted, reading_noted
from behaviour.views.rooms import students_of_rooms
from pastoral.core.drafts import draft_drop
from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import key_asked, plain
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.LOG_INCIDENT)
def incident_add(request: StaffRequest) -> HttpResponse:
    """Log an incident in one step; `student` in the address is in it from the start, and what `call` says of it."""
    picking = Picking.of(request.POST or request.GET, _loggable(request.user), roles=ROLES)
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    call = _call(request)
    known = known_of(request.user, call) if call else {}
    form = IncidentForm(request.POST if request.POST.get("do") == "save" else None, initial=known | _typed(request))
    is_sent = form.is_bound and picking.is_settled()
    if form.is_valid() and is_sent:
        try:
            incident = _log(request, form, picking)
        except services.ForTheDsl:
            return _to_the_dsl(request, form, picking)
        if call:
            call_written(call=call, incident=incident)
        messages.success(request, f"Logged: {incident.type}, {_names(picking)}.")
        return redirect("behaviour:incident_detail", incident.pk)
    picking.wants_focus = not form.is_bound
    status = 422 if form.is_bound else 200
    return render(request, "behaviour/incident_form.html", {"form": form, "picking": picking}, status=status)


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_NARRATIVE)
def incident_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one incident with everybody in it whom the person may see, what was made of it, and who changed what."""
    incident = get_object_or_404(for_record(Incident.objects.visible_to(request.user), request.user), pk=pk)
    record = record_of(request.user, incident, now=timezone.now(), on=timezone.localdate())
    reading_noted(request, record.reader, record.read)
    context = {
        "incident": record.shown,
        "record": record,
        "may_change": may_change(request.user, incident, record.reader),
        "may_detain": incident.withdrawn_at is None and request.user.may(Right.SET_DETENTIONS),
        "to_sign_in": _to_sign_in(request.user, incident),
        "may_suspend": incident.withdrawn_at is None and request.user.may(Right.KEEP_SUSPENSIONS),
    }
    return render(request, "behaviour/incident_detail.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.LOG_INCIDENT)
def incident_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw an incident with a reason: for whoever logged it here, and for those who review its students."""
    incidents = Incident.objects.visible_to(request.user).prefetch_related("involvements")
    incident = get_object_or_404(incidents, pk=pk)
    if answer := withdrawn_already(request, incident, reverse("behaviour:incident_detail", args=[pk])):
        return answer
    keys = {part.student_id for part in incident.involvements.all()}
    reader = Reader.of(request.user, keys, timezone.localdate())
    if not may_change(request.user, incident, reader):
        messages.error(request, "It is withdrawn by whoever logged it, or by the Head of Year.")
        return redirect("behaviour:incident_detail", pk)
    form_noted(request, reader, incident)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        services.incident_withdraw(
            incident=incident, because=form.cleaned_data["because"], by=request.user, now=timezone.now()
        )
        messages.success(request, "It is withdrawn: it counts in no list and no figure, and stays in the history.")
        return redirect("behaviour:incident_detail", pk)
    return render(
        request,
        "behaviour/incident_withdraw.html",
        {"form": form, "incident": incident},
        status=422 if form.errors else 200,
    )


def _loggable(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.with_right(user, Right.LOG_INCIDENT).on_roll(today).with_tutor_group(today)


def _to_sign_in(user: User, incident: Incident) -> set[int]:
    """Return who in the incident may be signed into a room for it by this person; nobody for a matter of the DSL's."""
    if incident.withdrawn_at is not None or not user.may(Right.KEEP_INCLUSION):
        return set()
    return students_unless_for_dsl(incident, students_of_rooms(user))


def _typed(request: StaffRequest) -> dict[str, str]:
    """Return what stands in the form while students are added to it without script."""
    return {name: str(value) for name, value in request.POST.items() if name not in {"student", "who", "drop"}}


def _call(request: StaffRequest) -> OnCall | None:
    """Return the call for help that the incident is written of, if the address names one that the person sees."""
    return OnCall.objects.visible_to(request.user).standing(pk=key_asked(request, "call")).first()


def _log(request: StaffRequest, form: IncidentForm, picking: Picking) -> Incident:
    parts = [
        services.Part(student, role, action_taken=form.cleaned_data["action_taken"]) for student, role in picking.rows
    ]
    return services.incident_log(
        told=form.told(), parts=parts, token=form.cleaned_data["token"], by=request.user, now=timezone.now()
    )


def _to_the_dsl(request: StaffRequest, form: IncidentForm, picking: Picking) -> HttpResponse:
    """Lead on to the DSL's form with what was typed: such a matter is kept neither as an incident nor as a draft."""
    draft_drop(user=request.user, key=plain(request.POST.get("draft", "")))
    form.add_error(
        "kind",
        "This goes to the DSL, and is not kept as an incident: send what you have written with “Concern to the DSL”.",
    )
    return render(
        request, "behaviour/incident_form.html", {"form": form, "picking": picking, "is_for_dsl": True}, status=422
    )


def _names(picking: Picking) -> str:
    return ", ".join(student.full_name for student in picking.chosen)
