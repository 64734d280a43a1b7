"""The PA tracker's page: filters, order, and the same rows as CSV and XLSX."""

from collections import Counter
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pastoral.core.exports import handed_out, subject_of
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for
from reports.models import SavedView
from reports.summaries.exports import tracker_table
from reports.summaries.pa_states import State
from reports.summaries.tracker import ACTING, Tracker, TrackerRow
from reports.summaries.week import Moment
from reports.views.addresses import Addresses
from reports.views.rooms import rooms_of
from reports.views.tracker_columns import columns_of, tracker_orders
from reports.views.tracker_filters import PAGE, Asked, filters_of, name_of
from reports.views.tracker_sorts import sorted_rows
from students.models import Enrolment
from students.scopes import scope_of


@require_safe
@right_required(Right.SEE_PA_TRACKER)
def pa_tracker(request: StaffRequest) -> HttpResponse:
    """Show the tracker of the person's own reach, narrowed and sorted as the address asks, or hand it out as a file."""
    asked = Asked.of(request)
    moment, scope = Moment.of("", timezone.localdate()), scope_of(request.user)
    visible = Enrolment.objects.visible_to(request.user)
    tracker = Tracker.load(visible, moment, scope=scope, everybody=asked.state == "all")
    rows = sorted_rows(filter(asked.holds, tracker.rows), asked.sort)
    how = asked_for(request, "format")
    if how in FORMATS:
        return _export(request, tracker, rows, asked, how)
    page = list_page(rows, cursor=asked_for(request, "before"))
    context = {
        "asked": asked,
        "tracker": tracker,
        "moment": moment,
        "rows": rows,
        "page": page,
        "prints": asked_for(request, "print") == "1",
        "parts": _parts(page.rows, rows) if not asked.sort else [("", 0, page.rows)],
        "columns": columns_of(asked),
        "orders": tracker_orders(asked),
        "measured": [row.person.student_id for row in page.rows if row.began],
        "acts": any(row.rights & ACTING for row in page.rows),
        "filters": filters_of(tracker, asked),
        "tiles": _tiles(tracker),
        "name": name_of(asked),
        "views": SavedView.objects.visible_to(request.user).filter(page=PAGE),
        "rooms": rooms_of(request.user, "tracker"),
        "place": Addresses(),
    }
    return render(request, "reports/tracker_list.html", context)


def _parts(shown: Sequence[TrackerRow], rows: Sequence[TrackerRow]) -> list[tuple[str, int, list[TrackerRow]]]:
    """Return the rows shown under a heading for each state, the severe on top, with how many of all rows it has."""
    numbers = Counter(row.state for row in rows)
    parts = [(state.words, numbers[state], [row for row in shown if row.state == state]) for state in State]
    return [part for part in parts if part[2]]


def _tiles(tracker: Tracker) -> list[tuple[str, int, str, str]]:
    """Return what the page counts: words, number, address of the list, a note."""
    counts = tracker.counts
    at_threshold = sum(row.figures.at_penalty_notice_threshold and row.state != State.OTHER for row in tracker.rows)
    lost = sum(row.is_pa and not row.figures.is_recoverable for row in tracker.rows)
    soon = sum(row.crosses_soon for row in tracker.rows)
    return [
        ("Severely absent", counts[State.SEVERE], _home(state="severe"), "missed half or more"),
        ("Persistently absent", counts[State.PA] + counts[State.SEVERE], _home(state="pa"), "the severe among them"),
        ("On track to be PA", counts[State.ON_TRACK], _home(state="on-track"), f"{soon} within 4 school weeks"),
        ("Was PA earlier this year", counts[State.WAS_PA], _home(state="was-pa"), "and is not now"),
        ("Cannot recover this year", lost, _home(recovery="no"), "aim: improve, stay above 50 %"),
        ("At penalty-notice threshold", at_threshold, _home(notice="yes"), "10 unauthorised in 10 school weeks"),
    ]


def _home(**asked: str) -> str:
    return f"{reverse(PAGE)}?{Asked(**asked).query}"


def _export(
    request: StaffRequest, tracker: Tracker, rows: Sequence[TrackerRow], asked: Asked, how: str
) -> HttpResponse:
    """Answer with the list as a file."""
    spells = Enrolment.objects.visible_to(request.user).current(timezone.localdate())
    groups = [name for _year, name in spells.group_names()]
    return handed_out(
        request,
        tracker_table(tracker, rows, name_of(asked)),
        how,
        subject=subject_of("tracker", group=asked.group, groups=groups, year=asked.year),
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        name=f"PA tracker {tracker.moment.as_at:%Y-%m-%d}",
    )
