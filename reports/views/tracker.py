"""The PA tracker's page: filters, order, and the same rows as CSV and XLSX."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS, written_as
from pastoral.core.words import asked_for
from reports.models import SavedView
from reports.summaries.cohort_page import COHORTS_BY_SLUG, cohorts_seen
from reports.summaries.exports import spare_of, tracker_table
from reports.summaries.tracker import State, Tracker, TrackerRow
from reports.summaries.week import Moment
from reports.views.rooms import rooms_of
from students.models import Enrolment
from students.scopes import scope_of

PAGE = "reports:pa_tracker"
LONGEST_WORD = 30


@dataclass(frozen=True)
class Asked:
    """What the address asks for; "" asks for nothing."""

    state: str = ""
    year: str = ""
    group: str = ""
    cohort: str = ""
    also: str = ""
    reason: str = ""
    recovery: str = ""
    notice: str = ""
    support: str = ""
    sort: str = ""

    @classmethod
    def of(cls, request: StaffRequest) -> "Asked":
        """Read the address: 404 for what no link of the page asks for."""
        asked = cls(
            state=asked_for(request, "state"),
            year=asked_for(request, "year"),
            group=asked_for(request, "group")[:LONGEST_WORD],
            cohort=asked_for(request, "cohort"),
            also=asked_for(request, "also"),
            reason=asked_for(request, "reason")[:LONGEST_WORD],
            recovery=asked_for(request, "recovery"),
            notice=asked_for(request, "notice"),
            support=asked_for(request, "support"),
            sort=asked_for(request, "sort"),
        )
        is_known = (
            asked.state in STATES
            and {asked.cohort, asked.also} <= {"", *COHORTS_BY_SLUG}
            and asked.recovery in RECOVERIES
            and asked.notice in NOTICES
            and asked.support in SUPPORTS
            and asked.sort.removeprefix("-") in SORTS
            and (asked.year == "" or (asked.year.isascii() and asked.year.isdigit() and len(asked.year) < 3))
        )
        if not is_known:
            raise Http404("nothing like that to be seen here")
        return asked

    @property
    def query(self) -> str:
        """The address's query without what is not asked for: what a saved view keeps."""
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        return urlencode({name: value for name, value in held.items() if value})

    def holds(self, row: TrackerRow) -> bool:
        """Test for a row that everything asked for is true of."""
        return (
            STATES[self.state][1](row)
            and self.year in ("", str(row.person.year))
            and self.group in ("", row.person.tutor_group)
            and all(COHORTS_BY_SLUG[slug].holds(row) for slug in (self.cohort, self.also) if slug)
            and (not self.reason or any(reason.short == self.reason for reason in row.reasons))
            and RECOVERIES[self.recovery][1](row)
            and NOTICES[self.notice][1](row)
            and SUPPORTS[self.support][1](row)
        )


Test = Callable[[TrackerRow], bool]


def _is(*states: State) -> Test:
    return lambda row: row.state in states


# What can be asked of each filter, in words and as a test; "" is what the page shows when nothing is asked.
STATES: dict[str, tuple[str, Test]] = {
    "": ("Everybody on the tracker", lambda row: row.state != State.OTHER),
    "at-risk": ("PA or on track to be", lambda row: row.is_at_risk),
    "pa": ("PA, severe included", lambda row: row.is_pa),
    "severe": ("Severely absent", _is(State.SEVERE)),
    "on-track": ("On track to be PA", _is(State.ON_TRACK)),
    "crossing": ("Will cross within 4 school weeks", lambda row: row.crosses_soon),
    "was-pa": ("Was PA earlier this year", _is(State.WAS_PA)),
    "was-pa-last-year": ("Was PA last year, not this year", _is(State.WAS_PA_LAST_YEAR)),
    "ends-pa": ("Ends the year PA at the recent rate", lambda row: row.ends_pa),
    "all": ("Everybody on roll", lambda row: True),
}
RECOVERIES: dict[str, tuple[str, Test]] = {
    "": ("Any", lambda row: True),
    "yes": ("PA, can recover this year", lambda row: row.is_pa and row.figures.is_recoverable),
    "no": ("PA, cannot recover this year", lambda row: row.is_pa and not row.figures.is_recoverable),
}
NOTICES: dict[str, tuple[str, Test]] = {
    "": ("Any", lambda row: True),
    "yes": ("10 or more", lambda row: row.figures.at_penalty_notice_threshold),
}
SUPPORTS: dict[str, tuple[str, Test]] = {
    "": ("Any", lambda row: True),
    "yes": ("Something in place", lambda row: bool(row.support.live)),
    "no": ("None logged yet", lambda row: not row.support.live),
}


def _share(row: TrackerRow) -> tuple[bool, float]:
    ytd = row.figures.ytd
    return (False, ytd.attended / ytd.possible) if ytd.possible else (True, 0.0)


def _last_share(row: TrackerRow) -> float:
    held = row.past.last_year
    return held.attended / held.possible if held.possible else 2.0


def _by_name(row: TrackerRow) -> tuple[str, int]:
    return row.person.sort_key, row.person.student_id


# What a heading sorts by, worst first: a leading "-" in the address turns it round.
SORTS: dict[str, Callable[[TrackerRow], object]] = {
    "": lambda row: (row.state.place, _share(row)),
    "name": _by_name,
    "group": lambda row: (row.person.year, row.person.tutor_group),
    "state": lambda row: row.state.place,
    "ytd": _share,
    "missed": lambda row: -row.figures.ytd.missed,
    "unauthorised": lambda row: -row.figures.ytd.unauthorised,
    "week": lambda row: next((week for week in reversed(row.spark) if week is not None), 101),
    "change": lambda row: 1000 if row.change is None else row.change,
    "spare": spare_of,
    "recovery": lambda row: (not row.is_pa, row.figures.is_recoverable, -row.figures.sessions_to_recover),
    "reasons": lambda row: [(reason.short, -reason.sessions) for reason in row.reasons] or [("\uffff", 0)],
    "notice": lambda row: -row.figures.penalty_notice_sessions,
    "last_year": _last_share,
    "contact": lambda row: row.support.last_contact.on.toordinal() if row.support.last_contact else 0,
    "live": lambda row: len(row.support.live),
}
_HEADINGS: tuple[tuple[str, str, str, bool], ...] = (
    ("name", "Student", "", False),
    ("group", "Group", "Tutor group", False),
    ("state", "State", "Band, year to date", False),
    ("ytd", "%", "Attendance since 1 September", True),
    ("missed", "Missed", "Sessions missed of possible since 1 September", True),
    ("week", "Weeks", "Attendance week by week since 1 September; sorts by the last week", False),
    ("change", "4 weeks", "Year to date now over four school weeks ago, in points", True),
    ("spare", "Can miss", "Sessions that can still be missed with the year ending below persistent absence", True),
    ("recovery", "Finish line", "No longer PA, if every session is attended; or PA, at the recent rate", False),
    ("reasons", "Main reasons", "The two with most sessions since 1 September", False),
    ("notice", "Unauth.", "Unauthorised sessions in 10 school weeks; a notice has to be considered at 10", True),
    ("last_year", "Last year", "Attendance over the whole of last year", True),
    ("contact", "Last contact", "With home", False),
    ("live", "In place", "Steps accepted and decisions since the start of last half term", False),
)  # fmt: skip


@require_safe
@right_required(Right.SEE_PA_TRACKER)
def pa_tracker(request: StaffRequest) -> HttpResponse:
    """Show the tracker of the person's own reach, narrowed and sorted as the address asks, or hand it out as a file."""
    asked = Asked.of(request)
    moment, scope = Moment.of("", timezone.localdate()), scope_of(request.user)
    visible = Enrolment.objects.visible_to(request.user)
    tracker = Tracker.load(visible, moment, scope=scope, everybody=asked.state == "all")
    rows = _sorted(filter(asked.holds, tracker.rows), asked.sort)
    how = asked_for(request, "format")
    if how in FORMATS:
        return _export(request, tracker, rows, asked, how)
    context = {
        "asked": asked,
        "tracker": tracker,
        "moment": moment,
        "rows": rows,
        "parts": _parts(rows) if not asked.sort else [("", rows)],
        "columns": _columns(asked),
        "filters": _filters(tracker, asked),
        "tiles": _tiles(tracker),
        "name": _name(asked),
        "views": SavedView.objects.visible_to(request.user).filter(page=PAGE),
        "rooms": rooms_of(request.user, "tracker"),
        "place": Addresses(),
    }
    return render(request, "reports/tracker_list.html", context)


class Addresses:
    """The address of any student's page: a list asks for hundreds."""

    _ANYBODY = 10**15

    def __init__(self) -> None:
        self._student = reverse("reports:student_detail", args=[self._ANYBODY])

    def student(self, key: int) -> str:
        """Return the address of a student's page."""
        return self._student.replace(str(self._ANYBODY), str(key))


def _words(asked: Asked) -> dict[str, str]:
    return {field.name: getattr(asked, field.name) for field in fields(asked)}


def _sorted(rows: Iterable[TrackerRow], sort: str) -> list[TrackerRow]:
    named = sorted(rows, key=_by_name)
    return sorted(named, key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))  # type: ignore[arg-type]


def _parts(rows: Sequence[TrackerRow]) -> list[tuple[str, list[TrackerRow]]]:
    """Return the rows under a heading for each state, the severe on top."""
    parts = [(state.words, [row for row in rows if row.state == state]) for state in State]
    return [(words, own) for words, own in parts if own]


@dataclass(frozen=True)
class Column:
    """A heading that sorts: its words, the address that sorts by it, and how it is sorted now ("" when it is not)."""

    name: str
    words: str
    title: str
    is_number: bool
    url: str
    sorted: str


def _columns(asked: Asked) -> list[Column]:
    return [
        Column(name, words, title, is_number, *_sorting(asked, name)) for name, words, title, is_number in _HEADINGS
    ]


def _sorting(asked: Asked, name: str) -> tuple[str, str]:
    turned = f"-{name}" if asked.sort == name else name
    state = {name: "ascending", f"-{name}": "descending"}.get(asked.sort, "")
    return _url(asked, sort=turned), state


def _url(asked: Asked, **changes: str) -> str:
    query = Asked(**{**_words(asked), **changes}).query
    return f"{reverse(PAGE)}?{query}" if query else reverse(PAGE)


@dataclass(frozen=True)
class Choices:
    """One filter: its name in the address, its label, and what may be chosen as (value, words)."""

    name: str
    label: str
    chosen: str
    options: list[tuple[str, str]]


def _filters(tracker: Tracker, asked: Asked) -> list[Choices]:
    years = sorted({row.person.year for row in tracker.rows})
    groups = sorted({(row.person.year, row.person.tutor_group) for row in tracker.rows})
    reasons = {reason.short: reason.words for row in tracker.rows for reason in row.reasons}
    cohorts = [("", "Any"), *((cohort.slug, cohort.name) for cohort in cohorts_seen(tracker.rows))]
    if asked.year:
        groups = [group for group in groups if str(group[0]) == asked.year]
    every = [
        Choices("state", "Show", asked.state, [(key, words) for key, (words, _) in STATES.items()]),
        Choices("year", "Year", asked.year, [("", "Any"), *((str(year), f"Year {year}") for year in years)]),
        Choices("group", "Group", asked.group, [("", "Any"), *((name, name) for _, name in groups)]),
        Choices("cohort", "Cohort", asked.cohort, cohorts),
        Choices("also", "and", asked.also, cohorts),
        Choices("reason", "Reason", asked.reason, [("", "Any"), *_reason_words(reasons)]),
        Choices("recovery", "Recovery", asked.recovery, [(key, words) for key, (words, _) in RECOVERIES.items()]),
        Choices("notice", "Penalty notice", asked.notice, [(key, words) for key, (words, _) in NOTICES.items()]),
        Choices("support", "In place", asked.support, [(key, words) for key, (words, _) in SUPPORTS.items()]),
    ]
    return [choices for choices in every if len(choices.options) > 2 or choices.chosen or choices.name == "notice"]


def _reason_words(reasons: dict[str, str]) -> list[tuple[str, str]]:
    return [(short, words if len(short) > 2 else f"{short}: {words}") for short, words in sorted(reasons.items())]


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


def _name(asked: Asked) -> str:
    """Return in words what the list is narrowed to."""
    words = [
        STATES[asked.state][0],
        f"Year {asked.year}" if asked.year else "",
        asked.group,
        *(COHORTS_BY_SLUG[slug].name for slug in (asked.cohort, asked.also) if slug),
        f"reason {asked.reason}" if asked.reason else "",
        RECOVERIES[asked.recovery][0] if asked.recovery else "",
        "at the penalty-notice threshold" if asked.notice else "",
        SUPPORTS[asked.support][0].lower() if asked.support else "",
    ]
    return ", ".join(filter(None, words))


def _export(
    request: StaffRequest, tracker: Tracker, rows: Sequence[TrackerRow], asked: Asked, how: str
) -> HttpResponse:
    """Answer with the list as a file, and log that it was taken."""
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.EXPORT,
        subject=f"tracker:{asked.group or asked.year or 'all'}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.get_full_path(),
    )
    response = HttpResponse(written_as(tracker_table(tracker, rows, _name(asked)), how), content_type=FORMATS[how])
    name = f"PA tracker {tracker.moment.as_at:%Y-%m-%d}.{how}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
