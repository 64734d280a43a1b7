"""The inclusion and nurture rooms over a term: who was in them for how many sessions, and what that cost."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.times import SchoolTimes
from behaviour.models import InclusionStay
from pastoral.core.exports import handed_out
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS, Table
from pastoral.core.words import asked_for
from reports.summaries.inclusion import RoomTotals, room_totals
from students.scopes import scope_of
from students.summaries import Window, window_chosen, windows_on


@never_cache
@require_safe
@right_required(Right.KEEP_INCLUSION)
def inclusion_list(request: StaffRequest) -> HttpResponse:
    """List the students of whom the person keeps the rooms' register, most sessions first; also as a file."""
    today = timezone.localdate()
    windows = windows_on(today)
    window = window_chosen(windows, asked_for(request, "window"))
    stays = InclusionStay.objects.with_right(request.user, Right.KEEP_INCLUSION).standing()
    kind = asked_for(request, "kind")
    if kind in InclusionStay.Kind.values:
        stays = stays.filter(kind=kind)
    times = SchoolTimes.load(with_lessons=True)
    rows = room_totals(stays, window.first, window.last, timezone.now(), times)
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(
            request,
            _table(rows, window),
            how,
            subject=f"inclusion:{window.slug}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"Inclusion {today:%Y-%m-%d}",
        )
    context = {
        "page": list_page(rows, cursor=asked_for(request, "before"), size=50),
        "rows": rows,
        "window": window,
        "windows": windows,
        "kind": kind,
        "kinds": InclusionStay.Kind.choices,
        "sessions": sum(row.sessions for row in rows),
    }
    return render(request, "reports/inclusion_list.html", context)


def _table(rows: tuple[RoomTotals, ...], window: Window) -> Table:
    headings = (
        "Student", "Tutor group", "Stays", "Sessions", "Of them internal exclusion", "Lesson minutes", "Without work",
        "Last",
    )  # fmt: skip
    cells = [
        (
            row.name, row.tutor_group, row.stays, row.sessions, row.exclusions, row.lesson_minutes, row.without_work,
            row.last_on,
        )
        for row in rows
    ]  # fmt: skip
    return Table("Inclusion", (f"{window.name}: {window.first} to {window.last}",), headings, cells)
