"""Minutes late: who lost how much learning time, as a page and a file, and one student's late arrivals."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from attendance.summaries.minutes_late import (
    lates_by_half_term,
    minutes_late_of,
    minutes_late_report,
    minutes_late_table,
)
from attendance.summaries.punctuality import punctuality_windows
from attendance.summaries.reach import reached
from attendance.views.lateness import Reach
from pastoral.core.access import access_note
from pastoral.core.exports import handed_out, subject_of
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS, Table
from pastoral.core.words import asked_for
from students.scopes import scope_of
from students.summaries import SchoolCalendar, window_chosen

LEAST = ("1", "3", "5", "8", "10")


@require_safe
@right_required(Right.SEE_PUNCTUALITY)
def minutes_late(request: StaffRequest) -> HttpResponse:
    """Show, or hand out as CSV, who was late in the window, how often and how much learning time it took."""
    reach = Reach.of(request)
    report = minutes_late_report(reach.roll, reach.window, reach.calendar)
    least = asked_for(request, "least")
    least = least if least in LEAST else LEAST[0]
    rows = sorted(
        (row for row in report.students if row[1].own.lates >= int(least)),
        key=lambda row: (-row[1].own.minutes, -row[1].own.lates),
    )
    name = f"{reach.name}, at least {least} late{'' if least == '1' else 's'}"
    if asked_for(request, "format") in FORMATS:
        return _export(request, reach, minutes_late_table(report, rows, name))
    context = {
        "reach": reach,
        "report": report,
        "rows": [
            (
                person,
                late,
                f"{reverse('attendance:minutes_late_student', args=[person.student_id])}?window={reach.window.slug}",
            )
            for person, late in rows
        ],
        "windows": reach.window_choices("attendance:minutes_late", least=least),
        "groups": [
            (group, reach.url("attendance:minutes_late", group=group.name), reach.marks(group=group.name))
            for group in report.groups
        ],
        "least": least,
        "leasts": LEAST,
        "csv_url": reach.url("attendance:minutes_late", least=least, format="csv"),
        "school_url": reach.marks(),
        "letters_url": _letters_url(request, reach),
        "punctuality_url": reach.url("attendance:punctuality"),
    }
    return render(request, "attendance/minutes_late_list.html", context)


def _letters_url(request: StaffRequest, reach: Reach) -> str:
    """Return where letters home about lateness are written, for the same students; "" for who sends none."""
    if not request.user.may(Right.SEND_LETTERS):
        return ""
    narrowed = {name: words for name, words in reach.query.items() if name != "window"}
    return f"{reverse('contacts:letter_write')}?{urlencode({'kind': 'minutes_late', **narrowed})}"


def _export(request: StaffRequest, reach: Reach, table: Table) -> HttpResponse:
    """Answer with the list as a file."""
    groups = {person.tutor_group for person in reach.everybody}
    return handed_out(
        request,
        table,
        asked_for(request, "format"),
        subject=subject_of("minutes-late", group=reach.group, groups=groups, year=reach.year),
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        name=f"Minutes late {reach.window.last:%Y-%m-%d}",
    )


@require_safe
@right_required(Right.SEE_PUNCTUALITY)
def minutes_late_student(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one student's late arrivals in the window, by week and one by one: 404 outside the person's students."""
    who = reached(request.user, [pk]).get(pk)
    if who is None:
        raise Http404("no such student among those this person sees")
    today: date = timezone.localdate()
    calendar = SchoolCalendar.load()
    windows = punctuality_windows(today, calendar)
    window = window_chosen(windows, asked_for(request, "window") or "half-term")
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{pk}",
        reason=who.reason,
        path=request.get_full_path(),
    )
    address = reverse("attendance:minutes_late_student", args=[pk])
    context = {
        "who": who,
        "late": minutes_late_of([pk], window, calendar)[pk],
        "window": window,
        "windows": [(f"{address}?window={each.slug}", each.name, each == window) for each in windows],
        "terms": lates_by_half_term(pk, today),
        "corrects": Right.CORRECT_MARKS in who.rights,
        "letter_url": f"{reverse('contacts:letter_write')}?kind=minutes_late&student={pk}"
        if Right.SEND_LETTERS in who.rights
        else "",
        "list_url": f"{reverse('attendance:minutes_late')}?window={window.slug}",
    }
    return render(request, "attendance/minutes_late_student.html", context)
