"""Part-time timetables: the board, and one more."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attendance.forms.part_time import PartTimeForm
from attendance.models import PlannedMark
from attendance.services import part_time as services
from attendance.services.plan_rules import PlanFault
from attendance.summaries.absences import PlanReader, PlanRow
from attendance.summaries.plan_offers import carers_of
from attendance.summaries.reach import reached
from attendance.views.choose import Chosen, choose, student_for, tabs
from attendance.views.planned import around
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from students.calendar import academic_year_of, academic_year_start, end_of_compulsory_age
from students.files import offered_as_file
from students.summaries import SchoolCalendar

Kind, Status = PlannedMark.Kind, PlannedMark.Status


@dataclass(frozen=True)
class Live:
    """One plan with a review and an end, and how far off they are in days; negative is over."""

    row: PlanRow
    days_to_review: int
    days_to_end: int
    is_over: bool

    @property
    def is_review_overdue(self) -> bool:
        """Test for a live plan whose review was not held."""
        return not self.is_over and self.days_to_review < 0


def live_of(row: PlanRow, today: date) -> Live:
    """Return the plan with the days to its review and its end."""
    review = ((row.review_on or row.ends_on) - today).days
    end = (row.ends_on - today).days
    return Live(row, review, end, end < 0 or row.is_withdrawn)


def board_of(request: StaffRequest, kind: str, calendar: SchoolCalendar) -> list[Live]:
    """Return the plans of a kind, live ones first by their next review, then those ended this academic year."""
    today = timezone.localdate()
    since = academic_year_start(academic_year_of(today))
    plans = list(PlannedMark.objects.visible_to(request.user).filter(kind=kind, ends_on__gte=since))
    reader = PlanReader(reached(request.user, {plan.student_id for plan in plans}), calendar)
    # A person may see sensitive codes of some students and not of others: of those, a board shows nothing.
    lines = [live_of(row, today) for row in reader.rows(plans) if row.who.sees_sensitive]
    return sorted(lines, key=lambda line: (line.is_over, line.days_to_review, line.row.who.name))


@never_cache
@require_safe
@right_required(Right.SEE_SENSITIVE_CODES)
@offered_as_file("Part-time timetables")
def part_time_list(request: StaffRequest) -> HttpResponse:
    """Show the part-time timetables in force, those to come, and those that ended this year."""
    lines = board_of(request, Kind.PART_TIME, SchoolCalendar.load())
    context = {
        "live": [line for line in lines if not line.is_over],
        "ended": [line for line in lines if line.is_over],
        "overdue": sum(line.is_review_overdue for line in lines),
        "may_plan": request.user.may(Right.PLAN_MARKS),
        "today": timezone.localdate(),
        "tabs": tabs(request),
    }
    return render(request, "attendance/part_time_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.PLAN_MARKS)
def part_time_add(request: StaffRequest) -> HttpResponse:
    """Take a part-time timetable of the student that the address names."""
    chosen = student_for(request, Right.PLAN_MARKS)
    if chosen is None:
        return choose(request, Right.PLAN_MARKS, "Part-time timetable")
    form = PartTimeForm(request.POST or None, carers=carers_of(chosen.student.pk), today=timezone.localdate())
    if form.is_valid():
        done = _agreed(request, chosen, form)
        if done:
            return redirect("attendance:planned_detail", done.pk)
    context = {
        "form": form,
        **around(chosen, form),
        "title": "Part-time timetable",
        "button": "Save the timetable",
        "until": end_of_compulsory_age(chosen.who.born_on),
    }
    return render(request, "attendance/planned_form.html", {**context, "tabs": tabs(request)})


def _agreed(request: StaffRequest, chosen: Chosen, form: PartTimeForm) -> PlannedMark | None:
    data = form.cleaned_data
    try:
        done = services.part_time_agree(
            student=chosen.student,
            span=form.span,
            review_on=data["review_on"],
            agreed_with=data["agreed_with"],
            agreed_on=data["agreed_on"],
            note=form.whole_note,
            by=request.user,
            at=timezone.now(),
        )
    except PlanFault as fault:
        form.add_error(fault.field if fault.field in form.fields else None, str(fault))
        return None
    messages.success(request, "Saved. Registers expect C2 in those sessions, an authorised absence.")
    if (done.ends_on - done.starts_on).days > 42:
        messages.warning(request, "It runs for more than six weeks. Keep it as short as can be, and review it often.")
    return done
