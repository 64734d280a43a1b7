"""The Minutes Late Report of one tutor group, on paper for its tutor."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.minutes_late import minutes_late_report
from attendance.summaries.punctuality import punctuality_windows
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from reports.papers.drawing import paper_draw
from reports.views.student_papers import answered
from students.models import Enrolment
from students.scopes import scope_of
from students.summaries import SchoolCalendar, roll_of, window_chosen


@never_cache
@require_safe
@right_required(Right.SEE_PUNCTUALITY)
def minutes_late_pdf(request: StaffRequest, group: str) -> HttpResponse:
    """Hand out the group's report for the window that the address names: 404 for a group with nobody of theirs."""
    today, calendar = timezone.localdate(), SchoolCalendar.load()
    visible = Enrolment.objects.visible_to(request.user).filter(tutor_group__name=group)
    roll = roll_of(visible, today)
    if not roll:
        raise Http404("no group with students whom this person sees")
    window = window_chosen(punctuality_windows(today, calendar), asked_for(request, "window") or "half-term")
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        subject=f"minutes-late:{group}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.get_full_path(),
    )
    context = {"group": group, "window": window, "report": minutes_late_report(roll, window, calendar)}
    drawn = paper_draw("minutes_late", context, by=request.user.formal_name, at=timezone.localtime())
    return answered(drawn, f"Minutes late {group}")
