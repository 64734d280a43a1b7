"""The register of bullying and prejudice cases, what is due in it, repeat pairs, and one case."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from behaviour.case_rules import ASKED_AT_THE_END
from behaviour.forms.cases import CheckForm, CloseForm, SupportForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import BullyingCase, Incident
from behaviour.services import cases as services
from behaviour.summaries.case_places import PlaceTable, places_of
from behaviour.summaries.case_register import Asked, asked_of, checks_due
from behaviour.summaries.cases import case_record, cases_shown, texts_beyond, with_sides
from behaviour.summaries.pairs import repeat_pairs
from behaviour.views.reading import case_noted, reading_noted
from pastoral.core.drafts import draft_drop
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import User
from pastoral.core.paging import keyset_page, list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for, key_read, plain
from students.files import offered_as_file
from students.models import Student
from students.scopes import scope_of, years_offered
from students.summaries import SchoolCalendar

TABS = (
    ("behaviour:case_list", "Cases"),
    ("behaviour:case_checks", "Checks due"),
    ("behaviour:case_pairs", "Repeat pairs"),
    ("behaviour:case_trend", "By half-term"),
)


@never_cache
@require_safe
@right_required(Right.KEEP_CASES)
@offered_as_file("Bullying and prejudice")
def case_list(request: StaffRequest) -> HttpResponse:
    """List the cases that are asked for, newest first."""
    today = timezone.localdate()
    asked = register_asked(request)
    cases, by = asked.cases(request.user, today), asked_for(request, "by")
    page = keyset_page(with_sides(cases), field="opened_at", cursor=asked_for(request, "before"))
    context = {
        "tabs": case_tabs(request),
        "asked": asked,
        "years": years_offered(request.user, Right.KEEP_CASES),
        "page": page,
        "cases": cases_shown(request.user, page.rows, today),
        "places": places_of(request.user, cases, by),
        "bys": [
            (f"?{asked.query}{f'by={slug}' if slug else ''}#where", words, by == slug) for slug, words in PlaceTable.BYS
        ],
        "shows": [(f"?show={slug}", words, asked.show == slug) for slug, words in Asked.SHOWS.items()],
    }
    return render(request, "behaviour/case_list.html", context)


@never_cache
@require_safe
@right_required(Right.KEEP_CASES)
@offered_as_file("Looks back due")
def case_checks(request: StaffRequest) -> HttpResponse:
    """List the looks back that are due within a week or were missed, longest ago first."""
    today = timezone.localdate()
    cases = checks_due(BullyingCase.objects.visible_to(request.user), today)
    page = list_page(cases_shown(request.user, with_sides(cases), today), cursor=asked_for(request, "before"), size=50)
    return render(request, "behaviour/case_checks.html", {"tabs": case_tabs(request), "page": page})


@never_cache
@require_safe
@right_required(Right.KEEP_CASES)
@offered_as_file("Repeated pairs")
def case_pairs(request: StaffRequest) -> HttpResponse:
    """List who did it to the same other student more than once."""
    found = repeat_pairs(request.user, timezone.localdate())
    page = list_page(found, cursor=asked_for(request, "before"), size=50)
    return render(request, "behaviour/case_pairs.html", {"tabs": case_tabs(request), "page": page})


@never_cache
@require_safe
@right_required(Right.KEEP_CASES)
def case_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one case whole."""
    return _case_page(request, _case(request.user, pk))


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_CASES)
def case_student(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """Write what support one student of the case gets, and when the parents were told."""
    case = _case(request.user, pk)
    mine = Student.objects.with_right(request.user, Right.KEEP_CASES)
    side = get_object_or_404(case.students.filter(student__in=mine).select_related("student"), pk=row)
    is_beyond = f"support-{row}" in texts_beyond(request.user, case, timezone.localdate())
    names = ["parents_told_on"] if is_beyond else ["support", "parents_told_on"]
    initial = {name: getattr(side, name) for name in names} | {"seen": version_of(side, names)}
    form = SupportForm(request.POST or None, beyond=["support"] if is_beyond else [], initial=initial)
    if answer := case_withdrawn(request, case, form):
        return answer
    case_noted(request, case)
    if form.is_valid():
        try:
            services.student_support(row=side, seen=form.cleaned_data["seen"], facts=form.facts())
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved.")
            return redirect("behaviour:case_detail", pk)
    context = {"case": case, "side": side, "form": form}
    return render(request, "behaviour/case_student.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_CASES)
def case_check(request: StaffRequest, pk: int, check_id: int) -> HttpResponse:
    """Write what the target said when asked again."""
    case = _case(request.user, pk)
    check = get_object_or_404(case.checks.all(), pk=check_id)
    form = CheckForm(request.POST or None)
    if answer := case_withdrawn(request, case, form):
        return answer
    case_noted(request, case)
    if form.is_valid():
        try:
            services.check_answer(
                check=check,
                by=request.user,
                on=timezone.localdate(),
                calendar=SchoolCalendar.load(),
                **form.cleaned_data,
            )
        except services.CaseOvertaken as fault:
            messages.error(request, f"{fault} You had written: {form.cleaned_data['note'] or 'nothing'}")
        else:
            messages.success(request, "The answer is kept.")
        return redirect("behaviour:case_detail", pk)
    context = {"case": case, "check": check, "form": form}
    return render(request, "behaviour/case_check.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_CASES)
def case_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a case, once everything is there; what is written is kept also when something is missing."""
    case = _case(request.user, pk)
    beyond = texts_beyond(request.user, case, timezone.localdate())
    form = CloseForm(request.POST or None, case=case, beyond=beyond)
    if answer := case_withdrawn(request, case, form):
        return answer
    case_noted(request, case)
    is_kept = form.is_valid() and _is_kept(request, case, form)
    if is_kept:
        case = _case(request.user, pk)
        draft_drop(user=request.user, key=plain(request.POST.get("draft", "")))
        if case.closed_at:
            messages.success(request, "The case is closed.")
            return redirect("behaviour:case_detail", pk)
        form = CloseForm(None, case=case, beyond=beyond)
    (shown,) = cases_shown(request.user, [case], timezone.localdate())
    missing = [each for each in shown.missing if is_kept or each not in ASKED_AT_THE_END]  # else the form asks
    context = {"case": shown, "form": form, "is_kept": is_kept, "missing": missing}
    return render(request, "behaviour/case_close.html", context, status=422 if request.method == "POST" else 200)


def _is_kept(request: StaffRequest, case: BullyingCase, form: CloseForm) -> bool:
    """Keep what is written of the end; where somebody wrote otherwise meanwhile, say so in the form."""
    seen, facts = form.cleaned_data["seen"], form.facts()
    try:
        services.case_close(case=case, seen=seen, facts=facts, by=request.user, now=timezone.now())
    except Overtaken:
        form.overtaken()
        return False
    return True


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_CASES)
def case_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a case with a reason."""
    case = _case(request.user, pk)
    if answer := withdrawn_already(request, case, reverse("behaviour:case_detail", args=[pk])):
        return answer
    case_noted(request, case)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        services.case_withdraw(case=case, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "It is withdrawn: it counts in no list and no figure, and stays in the history.")
        return redirect("behaviour:case_detail", pk)
    context = {"case": case, "form": form}
    return render(request, "behaviour/case_withdraw.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@right_required(Right.KEEP_CASES)
def case_do(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an incident into the case or out of it, or open a closed case again."""
    case = _case(request.user, pk)
    if answer := case_withdrawn(request, case):
        return answer
    do, key = request.POST.get("do", ""), key_read(request.POST.get("incident", ""))
    if do == "reopen":
        services.case_reopen(case=case, on=timezone.localdate(), calendar=SchoolCalendar.load())
        messages.success(request, "The case goes on, and is looked at again in two weeks.")
    elif do in {"link", "unlink"} and key:
        incident = get_object_or_404(Incident.objects.visible_to(request.user).standing(), pk=key)
        write = services.incident_link if do == "link" else services.incident_unlink
        try:
            write(case=case, incident=incident)
        except services.CaseForDsl as fault:
            messages.error(request, str(fault))
        else:
            messages.success(request, "Taken into the case." if do == "link" else "Taken out of the case.")
    return redirect("behaviour:case_detail", pk)


def case_tabs(request: StaffRequest) -> list[tuple[str, str, bool]]:
    """Return the pages of the register; governors' figures for those who keep the whole school's cases."""
    tabs = [*TABS, ("behaviour:case_extract", "For governors")] if keeps_every_case(request.user) else TABS
    return [(reverse(name), words, reverse(name) == request.path) for name, words in tabs]


def register_asked(request: StaffRequest) -> Asked:
    """Return what the address asks of the register."""
    words = {name: asked_for(request, name) for name in ("show", "form", "motivation", "year", "term")}
    return asked_of(words, timezone.localdate())


def keeps_every_case(user: User) -> bool:
    """Test for whoever keeps the cases of the whole school."""
    return Right.KEEP_CASES in scope_of(user).rights_over(None)


def case_withdrawn(request: StaffRequest, case: BullyingCase, form: Form | None = None) -> HttpResponse | None:
    """Answer a form for a case that was withdrawn, without the reason where that names somebody beyond their sight."""
    if case.withdrawn_at is None:
        return None
    is_beyond = "withdrawn_because" in texts_beyond(request.user, case, timezone.localdate())
    back = reverse("behaviour:case_detail", args=[case.pk])
    return withdrawn_meanwhile(request, case, back, form, "" if is_beyond else None)


def _case(user: User, pk: int) -> BullyingCase:
    return get_object_or_404(with_sides(BullyingCase.objects.visible_to(user)), pk=pk)


def _case_page(request: StaffRequest, case: BullyingCase) -> HttpResponse:
    record = case_record(request.user, case, timezone.localdate())
    reading_noted(request, record.reader, record.read, others=record.in_it)
    return render(request, "behaviour/case_detail.html", {"record": record, "case": record.shown})
