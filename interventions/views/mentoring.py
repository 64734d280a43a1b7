"""My students: whom the person mentors, one tap each; and what runs for one student, on the student's page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.reach import reached
from interventions.summaries.interventions import listed, rows_of
from interventions.summaries.mentoring import loads, mine
from interventions.summaries.record import rated
from interventions.summaries.screens import screens_seen, shown_of
from interventions.views.common import tabs_of
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.files import offered_as_file

SIZE = 50
LATEST = 5


@never_cache
@require_safe
@right_required(Right.SEE_INTERVENTIONS)
@offered_as_file("Mentoring")
def mentoring(request: StaffRequest) -> HttpResponse:
    """Show whom the person works with, and who works with whom to those who keep interventions."""
    today = timezone.localdate()
    show = asked_for(request, "show") if request.user.may(Right.KEEP_INTERVENTIONS) else ""
    rows = [] if show == "all" else mine(request.user, today)
    page = list_page(rows, cursor=asked_for(request, "before"), size=SIZE)
    context = {
        "tabs": tabs_of(request, "interventions:mentoring"),
        "shows": [("?", "My students", show != "all"), ("?show=all", "Who works with whom", show == "all")]
        if request.user.may(Right.KEEP_INTERVENTIONS)
        else [],
        "show": show,
        "page": page,
        "ratings": rated(page.rows),
        "loads": loads(request.user, today) if show == "all" else [],
        "today": today,
    }
    return render(request, "interventions/mentoring.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def intervention_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Show on the student's page what runs for them and how the last ones came out."""
    today = timezone.localdate()
    who = reached(request.user, [pk]).get(pk)
    if who is None or Right.SEE_INTERVENTIONS not in who.rights:
        raise Http404("not a student whose interventions this person may see")
    found = listed(request.user).filter(students__student=pk).order_by("-starts_on", "-pk")
    rows = rows_of(request.user, found, today)
    screens = screens_seen(request.user).filter(student=pk) if Right.SEE_PLANS in who.rights else []
    context = {
        "who": who,
        "running": [row for row in rows if row.is_running],
        "ended": [row for row in rows if not row.is_running][:LATEST],
        "screen": next(iter(shown_of(request.user, list(screens))), None),
        "may_keep": Right.KEEP_INTERVENTIONS in who.rights,
        "screens": Right.KEEP_PLANS in who.rights,
        "today": today,
    }
    return render(request, "interventions/_student_place.html", context)
