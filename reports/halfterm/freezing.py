"""Everything a report prints but its words, counted at one moment."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings

from behaviour.suppression import LEAST
from interventions.summaries.league import League
from pastoral.core.templatetags.pastoral import signed
from reports.halfterm.attendance import ATTENDANCE
from reports.halfterm.attendance_grids import attendance_charts, attendance_grids
from reports.halfterm.cases import CASES, SAFEGUARDING
from reports.halfterm.clocks import PROMISES
from reports.halfterm.conduct import BEHAVIOUR
from reports.halfterm.counting import RATE, Part, Spec, points_apart, value_of, whom
from reports.halfterm.exclusions import SUSPENSIONS
from reports.halfterm.grids import Counted, by_cohort, by_place, by_what
from reports.halfterm.meetings import MEETINGS, runs_of, runs_shown
from reports.halfterm.rewards import REWARDS
from reports.halfterm.sentences import drafted
from reports.halfterm.shape import Chart, Figure, Figures, Grid, Section, Value
from reports.halfterm.sides import Side, now_of, side_of
from reports.halfterm.spans import NOW, SLUGS, HalfTerm, Window, windows_of
from reports.halfterm.support import CASEWORK, INTERVENTIONS
from reports.models import WeeklyRagRun
from students.calendar import academic_year_of, academic_year_start
from students.summaries import SchoolCalendar

PARTS: tuple[Part, ...] = (
    ATTENDANCE,
    BEHAVIOUR,
    SUSPENSIONS,
    CASES,
    REWARDS,
    INTERVENTIONS,
    SAFEGUARDING,
    CASEWORK,
    PROMISES,
    MEETINGS,
)
PARTS_BY_FIGURE: dict[str, tuple[Part, Spec]] = {spec.key: (part, spec) for part in PARTS for spec in part.specs}
NOTES = (
    "Counted in whole numbers and rounded once, when printed. A session is half a school day.",
    "A year’s members in each window are those of the same year of entry: Year 9 now was Year 8 a year ago.",
    "Attendance and support are of the members on roll on the last day of the window, each with all of their own marks;"
    " incidents, exclusions and rewards, and what is told in 100 of them, are of all who were on roll at any time in"
    " it, where they were last.",
    "Matters for the DSL are in no figure but the DSL’s own.",
    "“No data”: the school holds no such records of that window.",
)


def sides_of(
    half_term: HalfTerm, year: int | None, as_at: date, now: datetime, held: Sequence[HalfTerm]
) -> dict[str, Side | None]:
    """Read the members of each window."""
    calendar = SchoolCalendar.load()
    windows = windows_of(half_term, as_at, held, calendar)
    return {
        slug: side_of(window, year, as_at=as_at, now=now, calendar=calendar) if window else None
        for slug, window in windows.items()
    }


def figures_of(
    half_term: HalfTerm, year: int | None, as_at: date, now: datetime, held: Sequence[HalfTerm]
) -> tuple[Figures, list[WeeklyRagRun]]:
    """Count everything, and name the frozen weekly RAGs that it rests on."""
    sides = sides_of(half_term, year, as_at, now, held)
    side = now_of(sides)
    runs = runs_of(side.window)
    figures = Figures(
        school=settings.SCHOOL_NAME,
        scope=f"Year {year}" if year else "School",
        half_term=half_term.title,
        members=len(side.people),
        windows={slug: _window(sides[slug]) for slug in SLUGS},
        runs=runs_shown(runs, year),
        sections=tuple(_section(part, sides, year is None) for part in PARTS),
        notes=NOTES,
        effects=tuple(_effects(side)),
    )
    return figures, runs


def _window(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    window: Window = side.window
    days = {"first": window.first.isoformat(), "last": window.last.isoformat()}
    return {"slug": window.slug, "name": window.name, "days": window.days, **days}


def _section(part: Part, sides: dict[str, Side | None], is_school: bool) -> Section:
    begins = part.begins()
    items = {slug: part.everything(side) if side and _is_held(side, begins) else None for slug, side in sides.items()}
    counted = Counted(sides, items, is_school)
    figures = tuple(_figure(spec, counted) for spec in part.specs)
    grids = tuple(grid for grid in _GRIDS.get(part.key, _no_grids)(counted) if grid.lines)
    charts: tuple[Chart, ...] = ()
    if part is ATTENDANCE:
        charts = attendance_charts(counted, next((grid for grid in grids if grid.key == "movement"), None))
    section = Section(part.key, part.title, figures, grids, charts, is_dsl=part is SAFEGUARDING)
    return Section(**{**section.__dict__, "drafted": drafted(section)})


def _is_held(side: Side, begins: date | None) -> bool:
    """Test for a window of which the school has such records; of the half term itself none is nought."""
    return bool(side.people) and (side.window.slug == NOW or (begins is not None and begins <= side.window.last))


def _figure(spec: Spec, counted: Counted) -> Figure:
    return Figure(
        key=spec.key,
        name=spec.name,
        unit=spec.unit,
        means=spec.means,
        is_better=spec.is_better,
        values={slug: _value(spec, counted, slug) for slug in SLUGS},
    )


def _value(spec: Spec, counted: Counted, slug: str) -> Value:
    items, side = counted.of(slug, spec.source), counted.sides.get(slug)
    if items is None or side is None:
        return Value(None, is_held=False)
    number, n = value_of(spec, items, len(whom(spec, side)))
    change = None if slug == NOW else _change(spec, counted, slug, number)
    return Value(_plain(number), n, _plain(change))


def _change(spec: Spec, counted: Counted, slug: str, then: Any) -> Any:
    """Return the half term's change over another window: points for rates, a difference for what is counted."""
    now = counted.of(NOW, spec.source) or ()
    if spec.how == RATE:
        return points_apart(now, counted.of(slug, spec.source) or ())
    value, _n = value_of(spec, now, len(whom(spec, counted.now)))
    if value is None or then is None or isinstance(value, str) or isinstance(then, str):
        return None
    return value - then


def _plain(number: Any) -> str | int | None:
    return number if number is None or isinstance(number, int | str) else str(number)


def _no_grids(_counted: Counted) -> tuple[Grid, ...]:
    return ()


def _spec(part: Part, key: str) -> Spec:
    """Return a figure of the part."""
    return next(spec for spec in part.specs if spec.key == key)


def _of_behaviour(counted: Counted) -> Iterator[Grid]:
    incidents, rate = _spec(BEHAVIOUR, "incidents"), _spec(BEHAVIOUR, "incident_rate")
    students = _spec(BEHAVIOUR, "incident_students")
    yield by_what(counted, incidents, "By type")
    yield by_what(counted, incidents, "By place", of="incident_places")
    yield by_what(counted, incidents, "By part of the day", of="incident_slots")
    yield by_what(counted, incidents, "By weekday", of="incident_days")
    yield by_place(counted, (incidents, students, rate), "By year" if counted.is_school else "By tutor group")
    yield by_cohort(counted, (incidents, students, rate), "By cohort")


def _of_suspensions(counted: Counted) -> Iterator[Grid]:
    rate, suspensions = _spec(SUSPENSIONS, "suspension_rate"), _spec(SUSPENSIONS, "suspensions")
    if any(counted.of(slug, "suspensions") for slug in SLUGS):
        yield by_what(counted, suspensions, "Reasons, up to three each", of="reasons")
        yield by_place(counted, (suspensions, rate), "By year" if counted.is_school else "By tutor group")
        yield by_cohort(counted, (suspensions, rate), "By cohort, with the rate in 100 students")


def _of_cases(counted: Counted) -> Iterator[Grid]:
    yield by_what(counted, _spec(CASES, "cases"), "By form", of="case_forms")
    yield by_what(counted, _spec(CASES, "cases"), "By motivation", of="case_motives")


def _of_rewards(counted: Counted) -> Iterator[Grid]:
    columns = (_spec(REWARDS, "recognised"), _spec(REWARDS, "achievements"))
    yield by_what(counted, _spec(REWARDS, "achievements"), "By type")
    yield by_place(counted, columns, "By year" if counted.is_school else "By tutor group")
    yield by_cohort(counted, columns, "By cohort")


def _of_interventions(counted: Counted) -> Iterator[Grid]:
    yield by_what(counted, _spec(INTERVENTIONS, "opened"), "Opened, by type")
    yield by_what(counted, _spec(INTERVENTIONS, "closed"), "Closed, by type")
    yield by_what(counted, _spec(INTERVENTIONS, "closed"), "Closed, by the outcome written", of="outcomes")


def _of_casework(counted: Counted) -> Iterator[Grid]:
    yield by_what(counted, _spec(CASEWORK, "plans"), "Plans running, by kind")
    yield by_what(counted, _spec(CASEWORK, "pa_cases"), "Attendance cases open, by stage")
    yield by_what(counted, _spec(CASEWORK, "referrals"), "Referrals, by agency")


_GRIDS: dict[str, Any] = {
    "attendance": attendance_grids,
    "behaviour": _of_behaviour,
    "suspensions": _of_suspensions,
    "cases": _of_cases,
    "rewards": _of_rewards,
    "interventions": _of_interventions,
    "casework": _of_casework,
}


def _effects(side: Side) -> Iterator[tuple[str, str]]:
    """Return by type what this year's interventions were followed by, in the wording of their own page."""
    since = academic_year_start(academic_year_of(side.window.last))
    league = League.load(side.user, since, side.window.last, is_for_others=True)
    for group in league.groups:
        if side.year is None and len({line.place.student_id for line in group.lines}) < LEAST:
            yield group.name, "held back: fewer than five students"
            continue
        places = f"{len(group.lines)} student{'s' * (len(group.lines) != 1)}"
        if group.median is None:
            yield group.name, f"{places}; too few measured with nothing beside it ({group.n}) to tell a change"
        else:
            told = f"median change in attendance {signed(group.median)} points beside comparable students"
            yield group.name, f"{places}; {told}, n {group.n}; this does not prove cause"
