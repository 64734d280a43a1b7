"""The list of attendance cases, and a case that begins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.summaries.keepers import keepers_of
from interventions.figures.ladder import review_day
from interventions.forms.cases import CaseForm
from interventions.models import PACase
from interventions.services import cases as services
from interventions.summaries.cases import SHOWS, Asked, cases_asked, cases_table, stages_offered
from interventions.summaries.ladder import stages_in_use
from interventions.summaries.standing import Makeup, Standings, makeup_of
from interventions.views.case_common import form_page, tabs_of, who_is, years_of
from pastoral.core.exports import handed_out
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.sorting import Heading, column_of, orders_of
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for
from students.choosing import Choice, student_chosen
from students.models import Student
from students.scopes import scope_of

CHOICE = Choice("Open an attendance case", "interventions:case_list", "Attendance cases")
FILTERS = ("show", "year", "stage", "student", "barrier", "outcome", "mine", "sort")
COLUMNS = (
    Heading("name", "Student"),
    Heading("stage", "Stage"),
    Heading("since", "Since", order="Longest at its stage"),
    Heading("attendance", "Attendance", "of the year so far, with the target", is_number=True, order="Attendance"),
    Heading("overdue", "Actions", "open actions, and how many are overdue", order="Overdue actions"),
    Heading("review", "Review", "when it is looked at again"),
    Heading("owner", "Owner"),
)


@never_cache
@require_safe
@right_required(Right.SEE_PA_CASES)
def case_list(request: StaffRequest) -> HttpResponse:
    """List the attendance cases asked for, or hand them out as a file."""
    asked = Asked.of({name: asked_for(request, name) for name in FILTERS})
    rows, standings = cases_asked(request.user, asked, timezone.localdate())
    how = asked_for(request, "format")
    if how in FORMATS:
        about = (f"Attendance cases: {SHOWS[asked.show].lower()}", f"Marks to {standings.as_at:%Y-%m-%d}")
        return handed_out(
            request,
            cases_table(rows, about),
            how,
            subject=f"cases:{asked.year or 'all'}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"Attendance cases {standings.as_at:%Y-%m-%d}",
        )
    context = {
        "tabs": tabs_of("interventions:case_list"),
        "asked": asked,
        "shows": [(_address(request, show=slug), words, slug == asked.show) for slug, words in SHOWS.items()],
        "years": years_of(request),
        "stages": stages_offered(asked.stage),
        "rows": rows,
        "page": list_page(rows, cursor=asked_for(request, "before"), size=50),
        "columns": [column_of(each, asked.sort, lambda to: _address(request, sort=to)) for each in COLUMNS],
        "orders": orders_of(COLUMNS, asked.sort, unsorted="Review, first due first"),
        "kept": [(name, asked_for(request, name)) for name in FILTERS if name != "sort" and asked_for(request, name)],
        "as_at": standings.as_at,
        "today": timezone.localdate(),
        "may_keep": request.user.may(Right.KEEP_PA_CASES),
    }
    return render(request, "interventions/case_list.html", context)


def _address(request: StaffRequest, **changed: str) -> str:
    """Return the list's own address, changed."""
    asked = {name: asked_for(request, name) for name in FILTERS} | changed
    return reverse("interventions:case_list", query={name: value for name, value in asked.items() if value})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_add(request: StaffRequest) -> HttpResponse:
    """Open a case for a student: why is filled in from the figures, and what the absence is made of is shown."""
    student = student_chosen(request, Right.KEEP_PA_CASES, CHOICE)
    if not isinstance(student, Student):
        return student
    running = PACase.objects.visible_to(request.user).open().filter(student=student).first()
    if running and request.method == "GET":
        messages.info(request, f"{student.full_name} has an open case already: this is it.")
        return redirect("interventions:case_detail", running.pk)
    today = timezone.localdate()
    standings = Standings.load([student.pk], today)
    makeup = _makeup(request, student, standings)
    form = CaseForm(
        request.POST or None,
        stages=stages_in_use(),
        keepers=keepers_of(student, Right.KEEP_PA_CASES, today),
        waits=makeup.waits,
        initial={"reason": makeup.words, "owner": request.user.pk, "opened_on": today},
    )
    if form.is_valid() and (case := _opened(request, student, form, standings)):
        messages.success(request, f"The case is open: {student.full_name}, {str(case.stage).lower()}.")
        return redirect("interventions:case_detail", case.pk)
    earlier = PACase.objects.visible_to(request.user).standing(student=student).exclude(closed_on=None).first()
    return form_page(
        request, "interventions/case_form.html", form, student=student, makeup=makeup, earlier=earlier, case=None
    )


def _makeup(request: StaffRequest, student: Student, standings: Standings) -> Makeup:
    who = who_is(request, student.pk)
    return makeup_of(student.pk, standings.of(student.pk), standings.as_at, sees_sensitive=who.sees_sensitive)


def _opened(request: StaffRequest, student: Student, form: CaseForm, standings: Standings) -> PACase | None:
    data, facts = form.cleaned_data, form.facts()
    days = standings.calendar.days
    facts["review_on"] = facts["review_on"] or review_day(days, facts["opened_on"], data["stage"].review_weeks)
    try:
        return services.case_open(
            student=student,
            stage=data["stage"],
            facts=facts,
            token=data["token"],
            by=request.user,
            now=timezone.now(),
            days=days,
            barriers=data["barriers"],
            with_steps=form.makes_steps,
        )
    except services.RunsAlready as fault:
        form.add_error(None, str(fault))
    return None
