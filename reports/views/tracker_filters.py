"""What can be asked of the tracker: filters in words, in the address, and as tests of a row."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from pastoral.core.requests import StaffRequest
from pastoral.core.words import asked_for
from reports.summaries.cohort_page import COHORTS_BY_SLUG, cohorts_seen
from reports.summaries.pa_states import State
from reports.summaries.tracker import Tracker, TrackerRow
from reports.views.tracker_sorts import SORTS

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

    @property
    def narrowing(self) -> int:
        """How many of the filters are set."""
        return sum(bool(value) for name, value in _words(self).items() if name != "sort")

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


def _words(asked: Asked) -> dict[str, str]:
    return {field.name: getattr(asked, field.name) for field in fields(asked)}


def address(asked: Asked, **changes: str) -> str:
    """Return the page's address for what is asked, with some of it changed."""
    query = Asked(**{**_words(asked), **changes}).query
    return f"{reverse(PAGE)}?{query}" if query else reverse(PAGE)


@dataclass(frozen=True)
class Choices:
    """One filter: its name in the address, its label, and what may be chosen as (value, words)."""

    name: str
    label: str
    chosen: str
    options: list[tuple[str, str]]


def filters_of(tracker: Tracker, asked: Asked) -> list[Choices]:
    """Return the filters that have something to choose between here."""
    years = sorted({row.person.year for row in tracker.rows})
    groups = sorted({(row.person.year, row.person.tutor_group) for row in tracker.rows})
    reasons = {reason.short: reason.words for row in tracker.rows for reason in row.reasons}
    cohorts = [("", "Any"), *((cohort.slug, cohort.name) for cohort in cohorts_seen(tracker.rows))]
    if asked.year:
        groups = [group for group in groups if str(group[0]) == asked.year]
    every = [
        Choices("state", "Show", asked.state, [(key, words) for key, (words, _) in STATES.items()]),
        Choices("year", "Year", asked.year, [("", "Any"), *((str(year), f"Year {year}") for year in years)]),
        Choices("group", "Tutor group", asked.group, [("", "Any"), *((name, name) for _, name in groups)]),
        Choices("cohort", "Cohort", asked.cohort, cohorts),
        Choices("also", "and", asked.also, cohorts),
        Choices("reason", "Reason", asked.reason, [("", "Any"), *_reason_words(reasons)]),
        Choices("recovery", "Recovery", asked.recovery, [(key, words) for key, (words, _) in RECOVERIES.items()]),
        Choices("notice", "Penalty notice", asked.notice, [(key, words) for key, (words, _) in NOTICES.items()]),
        Choices("support", "In place", asked.support, [(key, words) for key, (words, _) in SUPPORTS.items()]),
    ]
    useless = set() if any(row.support.is_shown for row in tracker.rows) else {"support"}
    short = {"notice"}  # worth asking though it has two answers only
    return [
        choices
        for choices in every
        if choices.chosen or choices.name in short or (len(choices.options) > 2 and choices.name not in useless)
    ]


def _reason_words(reasons: dict[str, str]) -> list[tuple[str, str]]:
    return [(short, words if len(short) > 2 else f"{short}: {words}") for short, words in sorted(reasons.items())]


def name_of(asked: Asked) -> str:
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
