"""The lists behind the dashboard's numbers, on the page and as files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from attendance.figures import Counts
from pastoral.core.exports import handed_out
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.sorting import Column, Heading, column_of, orders_of
from pastoral.core.spreadsheets import FORMATS, Cell, Table
from pastoral.core.words import asked_for
from reports.summaries.cohorts import FILTERS
from reports.summaries.dashboard import slot_lates
from reports.summaries.reasons import Reason, reasons
from reports.summaries.selections import SELECTIONS, Selection, worst_first
from reports.summaries.week import Entry, SchoolWeek, with_week_marks
from reports.views.place import Place, in_a_week_held, own_name
from students.scopes import scope_of
from students.summaries import Flag, flags_shown_with

SESSIONS = ("AM", "PM")
WEEKDAYS = {1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday"}


@require_safe
@right_required(Right.SEE_YEAR_DASHBOARD)
@in_a_week_held
def student_list(request: StaffRequest, slug: str, year: int | None = None) -> HttpResponse:
    """Show a named list of a year or the school, or answer with it as a file: 404 outside the person's years."""
    return _answer(request, Place.of(request, year), slug)


@require_safe
@right_required(Right.SEE_STUDENT)
@in_a_week_held
def my_students(request: StaffRequest) -> HttpResponse:
    """Show the students who are the person's own: a tutor's group, the SENCO's; who sees the school goes there."""
    if scope_of(request.user).is_whole_school:
        return redirect("reports:school_dashboard")
    return _answer(request, Place.of(request, None, own=own_name(request.user)), "all")


def _answer(request: StaffRequest, place: Place, slug: str) -> HttpResponse:
    asked = _asked(request, slug)
    if place.moment.is_holiday:
        return redirect(place.page() if not place.own else place.home)
    rows = _rows(request, place, asked)
    if asked_for(request, "format") in FORMATS:
        return _export(request, place, asked, rows)
    context = {
        "place": place,
        "moment": place.moment,
        "asked": asked,
        "cohort": FILTERS[place.cohort],
        "rows": rows,
        "page": list_page(rows, cursor=asked_for(request, "before")),
        "columns": _columns(request, asked),
        "orders": orders_of(_HEADINGS, asked.sort),
        "windows": _WINDOWS,
        "marks": asked.selection.marks_in(place.moment),
        "groups": ", ".join(dict.fromkeys(row.entry.person.tutor_group for row in rows)) if place.own else "",
        "is_day": asked.selection.slug.startswith("day-"),
        "corrects": asked.selection.slug.startswith("day-") and Right.CORRECT_MARKS in place.rights(request.user),
        "is_slot": asked.selection.slug == "late-slot",
        "marks_seen": Right.MARK_SEEN in place.rights(request.user),
    }
    return render(request, "reports/list_students.html", context)


@dataclass(frozen=True)
class Asked:
    """What the address asks for besides the place."""

    selection: Selection
    group: str
    sort: str
    weekday: int
    session: str

    @property
    def slot_name(self) -> str:
        """The weekday and session in words."""
        return f"{WEEKDAYS[self.weekday]} {'morning' if self.session == 'AM' else 'afternoon'}"


def _asked(request: StaffRequest, slug: str) -> Asked:
    selection = SELECTIONS.get(slug)
    sort = asked_for(request, "sort") or (selection.sort if selection else "")
    weekday, session = asked_for(request, "weekday", "1"), asked_for(request, "session", "AM")
    known = sort.removeprefix("-") in SORTS and weekday in {"1", "2", "3", "4", "5"} and session in SESSIONS
    if selection is None or not known:
        raise Http404("no such list")
    return Asked(selection, asked_for(request, "group")[:30], sort, int(weekday), session)


@dataclass(frozen=True)
class Row:
    """One line of a list."""

    entry: Entry
    flags: tuple[Flag, ...]
    why: tuple[Reason, ...]


def _rows(request: StaffRequest, place: Place, asked: Asked) -> list[Row]:
    looks_at_marks = asked.selection.looks_at_marks
    week = SchoolWeek.load(place.enrolments(request), place.moment, with_marks=looks_at_marks)
    if asked.selection.slug == "late-slot":
        students = [entry.person.student_id for entry in week.entries]
        week = week.with_slot_lates(slot_lates(students, place.moment, asked.weekday, asked.session))
    if asked.group and not week.narrowed(group=asked.group):
        raise Http404("no such group here")
    chosen = asked.selection.among(week.narrowed(place.cohort, asked.group))
    if not looks_at_marks:
        chosen = with_week_marks(chosen, place.moment)
    rights = place.rights(request.user)
    flags, sees = flags_shown_with(rights), Right.SEE_SENSITIVE_CODES in rights
    return [
        Row(
            entry,
            tuple(flag for flag in entry.person.flags if flag.kind in flags),
            reasons(entry.marks, sees_sensitive=sees),
        )
        for entry in _sorted(chosen, asked.sort)
    ]


def _share(counts: Counts) -> Decimal:
    """Order by attendance; those with nothing possible come last either way they are read."""
    return Decimal(counts.attended) / counts.possible if counts.possible else Decimal(2)


def _by_name(entry: Entry) -> tuple[str, int]:
    """Order by surname, accents folded, as every other list does."""
    return entry.person.sort_key, entry.person.student_id


# What a heading sorts by, worst first: a leading "-" in the address turns it round.
SORTS: dict[str, Callable[[Entry], object]] = {
    "name": _by_name,
    "group": lambda entry: (entry.person.year, entry.person.tutor_group),
    "band": lambda entry: -entry.figures.band.severity,
    "week": lambda entry: _share(entry.figures.week),
    "ytd": lambda entry: _share(entry.figures.ytd),
    "missed": lambda entry: -entry.figures.ytd.missed,
    "unauthorised": lambda entry: -entry.figures.week.unauthorised,
    "late": lambda entry: -entry.figures.week.lates,
    "minutes": lambda entry: (-entry.figures.week.minutes_late, -entry.figures.week.lates),
    "notice": lambda entry: -entry.figures.penalty_notice_sessions,
    "to_spare": lambda entry: entry.figures.sessions_left_to_miss - entry.figures.sessions_over,
    "slot": lambda entry: -entry.slot_lates.lates,
    "moved": worst_first,
}


def _sorted(entries: Iterable[Entry], sort: str) -> list[Entry]:
    named = sorted(entries, key=_by_name)
    return sorted(named, key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))  # type: ignore[arg-type]


_HEADINGS = (
    Heading("name", "Student", order="Name"),
    Heading("group", "Group", "Tutor group", order="Tutor group"),
    Heading("band", "Band", "Year to date, and the week before"),
    Heading("week", "%", "Attendance this week", is_number=True, order="Attendance this week"),
    Heading("unauthorised", "Unauth.", "Unauthorised sessions this week", True, "Unauthorised this week"),
    Heading("minutes", "Late", "Late sessions and minutes this week", True, "Late this week"),
    Heading("ytd", "%", "Attendance since 1 September", True, "Attendance, year to date"),
    Heading("missed", "Missed", "Sessions missed of possible since 1 September", True, "Missed, year to date"),
    Heading("to_spare", "Can miss", "Sessions that can still be missed with the year ending below PA", True),
    Heading("notice", "Unauth.", "Unauthorised sessions in 10 school weeks", True, "Unauthorised in 10 weeks"),
)
# The windows over the headings, each with how many of them it spans; "" over those that have none.
_WINDOWS = (("", 3), ("Week", 3), ("Year", 3), ("10 weeks", 1))


def _columns(request: StaffRequest, asked: Asked) -> list[Column]:
    def address(sort: str) -> str:
        query = request.GET.copy()
        query["sort"] = sort
        query.pop("before", None)
        return f"?{query.urlencode()}"

    windows = [name for name, width in _WINDOWS for _ in range(width)]
    before = ["", *windows]
    return [
        replace(column_of(heading, asked.sort, address), window=window, begins=window != last)
        for heading, window, last in zip(_HEADINGS, windows, before, strict=False)
    ]


# --- files -------------------------------------------------------------------------------------------

FILE_HEADINGS = (
    "Adno", "Surname", "Forename", "Year", "Tutor group", "Flags", "Band", "Band last week", "Week possible",
    "Week missed", "Week %", "Year possible", "Year missed", "Year %", "Unauthorised this week", "Late this week",
    "Minutes late this week", "Unauthorised in 10 weeks", "Can miss", "Over by", "This week",
)  # fmt: skip


def _export(request: StaffRequest, place: Place, asked: Asked, rows: Sequence[Row]) -> HttpResponse:
    """Answer with the list as a file."""
    title, moment = f"{place.name}: {asked.selection.title}", place.moment
    about = (title, asked.selection.meaning, f"Week of {moment.monday:%-d %b %Y}, to {moment.as_at:%-d %b %Y}")
    return handed_out(
        request,
        Table("Students", about, FILE_HEADINGS, [_cells(row) for row in rows]),
        asked_for(request, "format"),
        subject=f"list:{asked.selection.slug}:{place.year or 'school'}",
        reason=_reason(request, place),
        name=f"{place.name} {asked.selection.slug} {moment.as_at:%Y-%m-%d}",
    )


def _reason(request: StaffRequest, place: Place) -> str:
    scope = scope_of(request.user)
    if place.own:
        return ", ".join(map(str, scope.assignments))
    return scope.reason(place.year, None, has_sen=False)


def _cells(row: Row) -> list[Cell]:
    person, figures = row.entry.person, row.entry.figures
    week, ytd = figures.week, figures.ytd
    return [
        person.admission_number, person.surname, person.forename, person.year, person.tutor_group,
        " ".join(flag.mark for flag in row.flags), figures.band, figures.band_before, week.possible, week.missed,
        week.percent, ytd.possible, ytd.missed, ytd.percent, week.unauthorised, week.lates, week.minutes_late,
        figures.penalty_notice_sessions, figures.sessions_left_to_miss, figures.sessions_over,
        ", ".join(reason.short for reason in row.why),
    ]  # fmt: skip
