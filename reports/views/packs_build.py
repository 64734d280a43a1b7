"""Building a pack: for whom and for what, what is there and what is missing, then a job."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from attendance.summaries.reach import reached
from behaviour.models import Incident, Suspension
from interventions.models import PACase
from interventions.summaries.case_page import evidence_of
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, key_asked
from reports.models import PackProfile
from reports.packs.forms import BuildForm
from reports.packs.gaps import offered_of
from reports.packs.making import pack_ask
from reports.packs.settings import rules_of
from reports.packs.source import Source
from students.calendar import academic_year_of, academic_year_start
from students.choosing import Choice, student_chosen
from students.models import Student

CHOICE = Choice("Build a pack", "reports:pack_list", "Packs")
OF_CASE, OF_SUSPENSION, PLAIN = "prosecution", "suspension", "multi_agency"
LATEST_ASKED = {
    OF_CASE: ("Local authority, attendance legal team", "Referral of the attendance case for legal action"),
    "notice": ("Local authority, attendance team", "Penalty-notice referral"),
    OF_SUSPENSION: ("Governing board", "The suspension is to be considered"),
    "exclusion": ("Governing board", "The exclusion is to be considered"),
}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.BUILD_PACKS)
def pack_add(request: StaffRequest) -> HttpResponse:
    """Ask for a pack of a student: what is missing comes first; sent, it is built by a worker."""
    student = student_chosen(request, Right.BUILD_PACKS, CHOICE)
    if not isinstance(student, Student):
        return student
    profiles = list(PackProfile.objects.visible_to(request.user).filter(is_on=True).prefetch_related("rules"))
    if not profiles:
        raise Http404("no profile is offered")
    source = _source(request, student)
    profile = _profile(request, profiles, source)
    offered = offered_of(source, rules_of(profile))
    form = BuildForm(
        request.POST or None,
        offered=offered,
        may_restricted=source.may(Right.SEE_RESTRICTED),
        may_dsl=source.may(Right.READ_DSL_CONCERNS),
        initial=_initial(source, profile),
    )
    if form.is_valid():
        about = {"case": source.case, "suspension": source.suspension, "incident": source.incident}
        facts = form.facts() | about | {"student": student, "profile": profile}
        pack = pack_ask(token=form.cleaned_data["token"], facts=facts, by=request.user)
        _note(request, source)
        messages.success(request, "The pack is being built.")
        return redirect("reports:pack_detail", pack.pk)
    _note(request, source)
    return _page(request, source, profile, profiles, offered, form)


def _page(
    request: StaffRequest, source: Source, profile: PackProfile, profiles: list[PackProfile], offered: Any, form: Any
) -> HttpResponse:
    musts = [each for each in offered if each.is_must]
    context = {
        "student": source.student,
        "who": source.who,
        "case": source.case,
        "suspension": source.suspension,
        "incident": source.incident,
        "profile": profile,
        "profiles": profiles,
        "musts": musts,
        "there": sum(not each.is_gap for each in musts),
        "others": [each for each in offered if not each.is_must],
        "missing": [each for each in musts if each.is_gap],
        "form": form,
        "ticked": request.POST.getlist("sections") if request.method == "POST" else None,
        **_evidence(request, source),
    }
    return render(request, "reports/pack_form.html", context, status=422 if form.errors else 200)


def _evidence(request: StaffRequest, source: Source) -> dict[str, Any]:
    """Return the case's own meter of fifteen items, where the pack is about a case that the person reads."""
    if source.case is None:
        return {}
    may_keep = source.may(Right.KEEP_PA_CASES) and source.case.closed_on is None
    meter, items = evidence_of(request.user, source.case, source.who, source.today, may_keep=may_keep)
    gaps = [part for item in items for part in item.parts if part.shown.state == "missing"]
    return {"meter": meter, "gaps": gaps}


def _source(request: StaffRequest, student: Student) -> Source:
    """Return what the pack would be read from: the year so far, and what the address says that it is about."""
    who = reached(request.user, [student.pk])[student.pk]
    about = _about(request, student)
    today = timezone.localdate()
    source = Source(request.user, student, who, _first(today, **about), today, today, **about)
    if source.case is not None and source.case.is_restricted and not source.may(Right.SEE_RESTRICTED):
        raise Http404("not a case that this person reads")
    return source


def _about(request: StaffRequest, student: Student) -> dict[str, Any]:
    """Return the case, the suspension and the incident of the student that the address names; None for each other."""
    held: dict[str, Any] = {
        "case": PACase.objects.visible_to(request.user)
        .standing(student=student)
        .select_related("stage", "student", "owner"),
        "suspension": Suspension.objects.visible_to(request.user).standing(student=student).select_related("incident"),
        "incident": Incident.objects.visible_to(request.user).standing(involvements__student=student),
    }
    keys = {name: key_asked(request, name) for name in held}
    return {name: rows.filter(pk=keys[name]).first() if keys[name] else None for name, rows in held.items()}


def _first(today: date, case: PACase | None, suspension: Suspension | None, incident: Incident | None) -> date:
    """Return the day from which a pack usually tells: the school year, or that of what it is about if it is older."""
    known = (case and case.opened_on, suspension and suspension.starts_on, incident and incident.occurred_on)
    begins = next((day for day in known if day), today)
    return academic_year_start(academic_year_of(min(begins, today)))


def _profile(request: StaffRequest, profiles: list[PackProfile], source: Source) -> PackProfile:
    usual = OF_CASE if source.case else OF_SUSPENSION if source.suspension or source.incident else PLAIN
    wanted = asked_for(request, "profile")
    found = {each.slug: each for each in profiles}
    if wanted and wanted not in found:
        raise Http404("no such profile, or one that is no longer offered")
    return found.get(wanted or usual, profiles[0])


def _initial(source: Source, profile: PackProfile) -> dict[str, Any]:
    asked_by, because = LATEST_ASKED.get(profile.slug, ("", ""))
    return {
        "first": source.first,
        "last": source.last,
        "asked_by": asked_by if source.case or source.suspension else "",
        "asked_because": because if source.case or source.suspension else "",
    }


def _note(request: StaffRequest, source: Source) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{source.student.pk}",
        reason=source.who.reason,
        path=request.get_full_path(),
    )
