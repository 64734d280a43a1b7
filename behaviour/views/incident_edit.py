"""Putting an incident right, and a parent's copy of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.incident_edit import EditForm, ImportedForm
from behaviour.forms.incidents import ROLES
from behaviour.models import Incident, Involvement
from behaviour.services import incident_edit as services
from behaviour.services.incidents import ForTheDsl, NobodyInIt
from behaviour.summaries.cases import is_for_dsl
from behaviour.summaries.incident_record import parents_copy_of
from behaviour.summaries.incidents import Reader, ever_in
from behaviour.views.reading import form_noted, reading_noted
from pastoral.core.drafts import draft_drop
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import AccessRecord, User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import plain
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet

FOR_DSL = "for the DSL"
NOT_YOURS = "It is changed by whoever logged it, or by the Head of Year."


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.LOG_INCIDENT)
def incident_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Put an incident right: for whoever logged it, and for those who review its students."""
    incidents = Incident.objects.visible_to(request.user).select_related("withdrawn_by")
    incident = get_object_or_404(incidents.prefetch_related("involvements__student"), pk=pk)
    parts = list(incident.involvements.all())
    reader = Reader.of(request.user, ever_in([pk])[pk], timezone.localdate())
    if incident.withdrawn_at is not None:
        return _withdrawn(request, incident, parts, reader)
    if not may_change(request.user, incident, reader):
        messages.error(request, NOT_YOURS)
        return redirect("behaviour:incident_detail", pk)
    form_noted(request, reader, incident)
    has_words = _sees_words(request.user, incident, reader)
    if incident.external_id:
        return _imported(request, incident, parts, has_words=has_words, told=_told(reader, parts))
    return _own(request, incident, parts, has_words=has_words, told=_told(reader, parts))


@never_cache
@require_safe
@right_required(Right.REVIEW_INCIDENTS)
def parents_copy(request: StaffRequest, pk: int, student_id: int) -> HttpResponse:
    """Show one student's part as a parent may have it, to be printed; that it was made is logged."""
    student = get_object_or_404(Student.objects.with_right(request.user, Right.REVIEW_INCIDENTS), pk=student_id)
    incidents = Incident.objects.visible_to(request.user).standing(involvements__student=student)
    incident = get_object_or_404(incidents.prefetch_related("involvements"), pk=pk)
    reader = Reader.of(request.user, [student.pk], timezone.localdate())
    reading_noted(request, reader, {pk: [student.pk]}, kind=AccessRecord.Kind.DOCUMENT)
    _name, _group, year = reader.names[student.pk]
    copy = parents_copy_of(incident, student, year)
    return render(request, "behaviour/parents_copy.html", {"copy": copy, "incident": incident, "student": student})


def may_change(user: User, incident: Incident, reader: Reader) -> bool:
    """Test for whoever logged an incident that stands, and for those who review a student who is in it now."""
    if incident.withdrawn_at is not None:
        return False
    reviewed = any(part.student_id in reader.reviewed for part in incident.involvements.all())
    return incident.logged_by_id == user.pk or reviewed


def _sees_words(user: User, incident: Incident, reader: Reader) -> bool:
    """Test for whoever may read what happened whole: nobody saves a text back from which names were taken out."""
    words = incident.what_happened
    return incident.logged_by_id == user.pk or reader.mask(reader.called)(words) == words


def _told(reader: Reader, parts: list[Involvement]) -> set[int]:
    """Return whose statements the person may write: of whom they read the narrative, with nobody's name taken out."""
    mask = reader.mask(reader.called)
    return {part.student_id for part in parts if reader.reads([part]) and mask(part.statement) == part.statement}


def _withdrawn(request: StaffRequest, incident: Incident, parts: list[Involvement], reader: Reader) -> HttpResponse:
    """Say that it was withdrawn, and why, to whoever reads of it; 404 for the others, as ever."""
    if not reader.reads(parts):
        raise Http404("withdrawn")
    sent = request.POST if request.method == "POST" else None
    form: Any
    if incident.external_id:
        form = ImportedForm(sent, incident=incident, parts=parts, has_words=True, told=_told(reader, parts))
    else:
        form = EditForm(sent, incident=incident, parts=parts, has_words=True, told=_told(reader, parts))
    because = reader.mask(reader.called)(incident.withdrawn_because)
    back = reverse("behaviour:incident_detail", args=[incident.pk])
    return withdrawn_meanwhile(request, incident, back, form, because) or redirect(back)


def _imported(
    request: StaffRequest, incident: Incident, parts: list[Involvement], *, has_words: bool, told: set[int]
) -> HttpResponse:
    form = ImportedForm(request.POST or None, incident=incident, parts=parts, has_words=has_words, told=told)
    overtaken = ""
    if form.is_valid():
        try:
            seen, statements = form.cleaned_data["seen"], form.statements()
            services.incident_edit(incident=incident, seen=seen, facts=form.facts(), statements=statements)
        except services.Overtaken as fault:
            overtaken = str(fault)
        else:
            return _saved(request, incident)
    return _page(request, incident, form, overtaken=overtaken)


def _own(
    request: StaffRequest, incident: Incident, parts: list[Involvement], *, has_words: bool, told: set[int]
) -> HttpResponse:
    among = _loggable(request.user, parts)
    reach = set(among.filter(pk__in=[part.student_id for part in parts]).values_list("pk", flat=True))
    mine = [part for part in parts if part.student_id in reach]
    picking = _picking(request, among, mine)
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    is_sent = request.POST.get("do") == "save"
    form = EditForm(
        request.POST if is_sent else None,
        incident=incident,
        parts=mine,
        has_words=has_words,
        told=told,
        initial={} if is_sent else _typed(request),
    )
    has_others = len(mine) < len(parts)
    overtaken = ""
    if form.is_valid() and picking.is_settled(least=0 if has_others else 1):
        try:
            _save(incident, form, picking, reach)
        except services.Overtaken as fault:
            overtaken = str(fault)
        except ForTheDsl as fault:
            draft_drop(user=request.user, key=plain(request.POST.get("draft", "")))
            form.add_error("kind", ValidationError(str(fault), code=FOR_DSL))
        except (NobodyInIt, services.PartHeld) as fault:
            form.add_error(None, str(fault))
        else:
            return _saved(request, incident)
    picking.wants_focus = False
    return _page(request, incident, form, overtaken=overtaken, picking=picking, others=len(parts) - len(mine))


def _save(incident: Incident, form: EditForm, picking: Picking, reach: set[int]) -> None:
    services.incident_edit(
        incident=incident,
        seen=form.cleaned_data["seen"],
        facts=form.facts(),
        kind=form.cleaned_data["kind"],
        parts=form.parts_of(picking),
        among=reach,
        statements=form.statements(),
    )


def _saved(request: StaffRequest, incident: Incident) -> HttpResponse:
    messages.success(request, "Saved; what it said before stays in the history.")
    return redirect("behaviour:incident_detail", incident.pk)


def _page(request: StaffRequest, incident: Incident, form: Any, *, overtaken: str, **also: Any) -> HttpResponse:
    """Show the form; overtaken: it goes out with the state that stands now, so that a second saving is meant."""
    if overtaken:
        form.overtaken()
    for_dsl = form.has_error("kind", FOR_DSL) or is_for_dsl([incident])  # what is the DSL's is kept as no draft
    context = {"form": form, "incident": incident, "overtaken": overtaken, "is_for_dsl": for_dsl, **also}
    status = 422 if request.method == "POST" and request.POST.get("do", "save") == "save" else 200
    return render(request, "behaviour/incident_edit.html", context, status=status)


def _picking(request: StaffRequest, among: StudentQuerySet, parts: list[Involvement]) -> Picking:
    if request.method == "POST":
        return Picking.of(request.POST, among, roles=ROLES)
    data = request.GET.copy()
    data.setlist("student", [str(part.student_id) for part in parts])
    for part in parts:
        data[f"role-{part.student_id}"] = part.role
    return Picking.of(data, among, roles=ROLES)


def _loggable(user: User, parts: list[Involvement]) -> StudentQuerySet:
    """Return whom the person may put into it: students on roll, and those of theirs who are in it and left since."""
    today = timezone.localdate()
    students = Student.objects.with_right(user, Right.LOG_INCIDENT)
    here = students.on_roll(today) | students.filter(pk__in=[part.student_id for part in parts])
    return here.with_tutor_group(today)


def _typed(request: StaffRequest) -> dict[str, str]:
    """Return what stands in the form while students are added to it without script."""
    return {name: str(value) for name, value in request.POST.items() if name not in {"student", "who", "drop"}}
