"""Quiet children: the list and its tabs, and the same rows as a file."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.exports import handed_out, subject_of
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.sorting import Heading, column_of, orders_of
from pastoral.core.spreadsheets import FORMATS, Cell, Table
from pastoral.core.words import asked_for
from reports.quiet.need import CAP, WEIGHTS
from reports.quiet.page import Quiet, QuietRow
from reports.summaries.week import Moment
from students.models import Enrolment
from students.scopes import scope_of

PAGE = "reports:quiet"
SHOWS = {
    "": "Quiet children",
    "unseen": "Not seen",
    "silent": "Silent families",
    "told": "Last told",
    "equity": "By cohort",
}
HEADINGS = (
    Heading("name", "Student"),
    Heading("group", "Group"),
    Heading("score", "Quiet", "The sum of the four ages, weighted by need", is_number=True),
    Heading("seen", "Seen", "Days since anybody saw the student alone", is_number=True),
    Heading("home", "Home", "Days since a parent or carer was reached", is_number=True),
    Heading("news", "Good news", "Days since good news went home", is_number=True),
    Heading("recognised", "Recognised", "Days since the student was recognised", is_number=True),
)
# What a file holds of each student.
COLUMNS = (
    "Student",
    "Group",
    "Year",
    "Score",
    "Need",
    "Seen",
    "Home reached",
    "Good news home",
    "Recognised",
    "Told of attendance",
    "Told of behaviour",
    "Told of learning",
)
SORTS: dict[str, Callable[[QuietRow], Any]] = {
    "name": lambda row: row.person.sort_key,
    "group": lambda row: (row.person.year, row.person.tutor_group, row.person.sort_key),
    "score": lambda row: -row.score,
    "seen": lambda row: -row.seen.days,
    "home": lambda row: -row.home.days,
    "news": lambda row: -row.news.days,
    "recognised": lambda row: -row.recognised.days,
}


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def quiet(request: StaffRequest) -> HttpResponse:
    """Show the quiet children of the person's reach, who was not seen, silent families, or the ages by cohort."""
    show = asked_for(request, "show") if asked_for(request, "show") in SHOWS else ""
    sort = asked_for(request, "sort") if asked_for(request, "sort").removeprefix("-") in SORTS else ""
    moment, scope = Moment.of("", timezone.localdate()), scope_of(request.user)
    held = Quiet.load(Enrolment.objects.visible_to(request.user), moment, scope=scope)
    rows = [row for row in held.rows if _is_asked(request, row)]
    listed: Sequence[Any] = _listed(held, rows, show, sort)
    if (how := asked_for(request, "format")) in FORMATS and show in {"", "unseen", "told"}:
        return _export(request, held, listed, how, show)
    context = {
        "held": held,
        "show": show,
        "sort": sort,
        "page": list_page(listed, cursor=asked_for(request, "before")),
        "tabs": [(_address(slug), words, slug == show) for slug, words in SHOWS.items()],
        "columns": [column_of(each, sort, lambda to: _address(show, request, sort=to)) for each in HEADINGS],
        "orders": orders_of(HEADINGS, sort, unsorted="Quietest first"),
        "years": sorted({row.person.year for row in held.rows}),
        "groups": list(dict.fromkeys(row.person.tutor_group for row in held.rows)),
        "year": asked_for(request, "year"),
        "group": asked_for(request, "group"),
        "cap": CAP,
        "weights": WEIGHTS,
    }
    return render(request, "reports/quiet.html", context)


def _is_asked(request: StaffRequest, row: QuietRow) -> bool:
    year, group = asked_for(request, "year"), asked_for(request, "group")
    return year in ("", str(row.person.year)) and group in ("", row.person.tutor_group)


def _listed(held: Quiet, rows: Sequence[QuietRow], show: str, sort: str) -> Sequence[Any]:
    if show == "silent":
        return held.silent(rows)
    if show == "equity":
        return held.equity(rows)
    chosen = held.unseen(rows) if show == "unseen" else rows
    name = sort.removeprefix("-")
    return sorted(chosen, key=SORTS[name], reverse=sort.startswith("-")) if sort else chosen


def _address(show: str, request: StaffRequest | None = None, **also: str) -> str:
    query = request.GET.copy() if request else None
    held = {name: value for name, value in query.items() if name in {"year", "group"}} if query else {}
    asked = "&".join(f"{name}={value}" for name, value in ({"show": show} | held | also).items() if value)
    return f"{reverse(PAGE)}?{asked}" if asked else reverse(PAGE)


def _export(request: StaffRequest, held: Quiet, rows: Sequence[QuietRow], how: str, show: str) -> HttpResponse:
    """Answer with the list as a file; its reading is logged."""
    table = Table(
        SHOWS[show],
        (f"{SHOWS[show]} on {held.moment.today:%d %b %Y}", "The last day of each; empty where none is logged"),
        COLUMNS,
        [_cells(row) for row in rows],
    )
    groups = [row.person.tutor_group for row in held.rows]
    return handed_out(
        request,
        table,
        how,
        subject=subject_of("quiet", group=asked_for(request, "group"), groups=groups, year=None),
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        name=f"{SHOWS[show]} {held.moment.today:%Y-%m-%d}",
    )


def _cells(row: QuietRow) -> tuple[Cell, ...]:
    last = row.lately
    return (
        row.person.name,
        row.person.tutor_group,
        row.person.year,
        row.score,
        row.points,
        *(last.seen, last.home, last.news, last.recognised, last.attendance, last.behaviour, last.learning),
    )
