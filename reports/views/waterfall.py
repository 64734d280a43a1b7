"""The PA waterfall and the bridge to the national figure; the forecast and the targets."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from attendance.summaries.targets import BenchmarkRow, Progress, benchmark_on, progress_of, targets_of
from attendance.waterfall import Turn
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, day_read
from reports.charts import waterfall_svg
from reports.summaries.forecast import (
    LAST_YEAR_COUNTED,
    STATUTORY,
    Ahead,
    PACrossing,
    Projection,
    crossing_of,
    projections,
)
from reports.summaries.people import Person
from reports.summaries.sight import Sight
from reports.summaries.waterfall import (
    WORDS,
    Dates,
    DatesRefused,
    Waterfall,
    students_to_move,
    year_then,
)
from reports.summaries.week import Entry, Moment, SchoolWeek
from reports.views.addresses import Addresses
from reports.views.rooms import rooms_of, year_asked, year_choices, years_held
from students.calendar import academic_year_of
from students.files import offered_as_file
from students.models import Enrolment
from students.scopes import scope_of
from students.summaries import flags_shown_with

WATERFALL = "reports:pa_waterfall"
FORECAST = "reports:pa_forecast"


@dataclass(frozen=True)
class Bridge:
    """How far the group is from the national figure."""

    benchmark: BenchmarkRow
    students: int

    @classmethod
    def of(cls, waterfall: Waterfall, benchmark: BenchmarkRow | None) -> "Bridge | None":
        """Return the bridge from the second date; None while no figure is set."""
        if benchmark is None:
            return None
        return cls(benchmark, students_to_move(waterfall.pa_after, waterfall.members_after, benchmark.value))


@require_safe
@right_required(Right.SEE_YEAR_DASHBOARD)
@offered_as_file("PA waterfall")
def pa_waterfall(request: StaffRequest) -> HttpResponse:
    """Show who became and who ceased to be PA between two dates: 404 outside the person's years."""
    year, moment = year_asked(request), Moment.of("", timezone.localdate())
    asked = asked_for(request, "from"), asked_for(request, "to")
    try:
        dates, refusal = Dates.of(*asked, moment), ""
    except DatesRefused as fault:
        dates, refusal = Dates.of("", "", moment), str(fault)
    slug = asked_for(request, "list", str(Turn.BECAME))
    if slug not in set(Turn):
        raise Http404("no such list")
    turn = Turn(slug)
    waterfall = Waterfall.load(Enrolment.objects.visible_to(request.user), dates, year=year, today=moment.today)
    years = years_held(request.user, moment.as_at)
    lines, is_counted = waterfall.of(turn), year is None or year <= LAST_YEAR_COUNTED
    kept = {"from": asked[0], "to": asked[1]} if not refusal else {}
    context = {
        "waterfall": waterfall,
        "dates": dates,
        "refusal": refusal,
        "typed": _typed(asked, dates) if refusal else (dates.first.isoformat(), dates.second.isoformat()),
        "moment": moment,
        "year": year,
        "name": f"Year {year}" if year else _school(years),
        "is_counted": is_counted,
        "then": f"Year {year_then(year, dates.first, moment.today)}" if year and dates.is_over_a_year_end else "",
        "turn": turn,
        "turn_words": WORDS[turn],
        "steps": [(one, *WORDS[one], waterfall.numbers[one]) for one in Turn],
        "lines": lines,
        "total": waterfall.numbers[turn],
        "unnamed": waterfall.numbers[turn] - len(lines),
        "bridge": Bridge.of(waterfall, benchmark_on("pa_rate", moment.today, dates.second)) if is_counted else None,
        "may_set": request.user.may(Right.SET_TARGETS),
        "charts": {
            "wide": waterfall_svg(waterfall.pa_before, waterfall.numbers, waterfall.pa_after),
            "narrow": waterfall_svg(waterfall.pa_before, waterfall.numbers, waterfall.pa_after, width=300, height=190),
        },
        "years": year_choices(request, WATERFALL, year, years, **kept),
        "rooms": rooms_of(request.user, "waterfall"),
        "place": Addresses(),
    }
    return render(request, "reports/waterfall_detail.html", context)


def _school(years: list[int]) -> str:
    """Return the school's name on the page: which years it stands for, where there are others."""
    return f"The school, {STATUTORY}" if max(years, default=0) > LAST_YEAR_COUNTED else "The school"


def _typed(asked: tuple[str, str], dates: Dates) -> tuple[str, str]:
    """Return what was typed where it is a date: the fields hold nothing else, and the refusal repeats the rest."""
    first, second = (words if day_read(words) else "" for words in asked)
    return first or dates.first.isoformat(), second or dates.second.isoformat()


@dataclass(frozen=True)
class Coming:
    """One student who becomes persistently absent soon; flags are those that the viewer may see."""

    entry: Entry
    person: Person
    crossing: PACrossing


@require_safe
@right_required(Right.SEE_PA_TRACKER)
@offered_as_file("PA forecast")
def pa_forecast(request: StaffRequest) -> HttpResponse:
    """Show who becomes PA within four school weeks and where the year ends, for the person's own reach."""
    moment, scope = Moment.of("", timezone.localdate()), scope_of(request.user)
    week = SchoolWeek.load(Enrolment.objects.visible_to(request.user), moment, with_marks=False)
    ahead = Ahead(moment.calendar, moment.as_at)
    sees_years = request.user.may(Right.SEE_YEAR_DASHBOARD)
    members = [entry.figures for entry in week.entries if scope.is_whole_school or entry.person.year in scope.years]
    ends = projections(members, with_school=scope.is_whole_school) if sees_years else ()
    context = {
        "moment": moment,
        "ahead": ahead,
        "coming": _coming(week, ahead, Sight(scope)),
        "students": len(week.entries),
        "pa_now": sum(entry.figures.ytd.is_persistently_absent for entry in week.entries),
        "on_track": sum(entry.figures.is_on_track_to_be_pa for entry in week.entries),
        "projections": ends,
        "whole": next((end for end in ends if end.name == "School"), ends[-1] if ends else None),
        "targets": _targets(ends, moment) if sees_years else (),
        "sees_years": sees_years,
        "may_set": request.user.may(Right.SET_TARGETS),
        "rooms": rooms_of(request.user, "forecast"),
        "place": Addresses(),
    }
    return render(request, "reports/waterfall_forecast.html", context)


def _coming(week: SchoolWeek, ahead: Ahead, sight: Sight) -> list[Coming]:
    """Return those who cross by the horizon, the soonest first."""
    crossings = ((entry, crossing_of(entry.figures, ahead)) for entry in week.entries)
    found = []
    for entry, crossing in crossings:
        if crossing and crossing.on <= ahead.horizon:
            kinds = flags_shown_with(sight.of(entry.person))
            flags = tuple(flag for flag in entry.person.flags if flag.kind in kinds)
            found.append(Coming(entry, entry.person._replace(flags=flags), crossing))
    return sorted(found, key=lambda one: (one.crossing.sessions, one.person.sort_key))


def _targets(ends: tuple[Projection, ...], moment: Moment) -> list[Progress]:
    """Return the targets of the year groups shown, and of the school when it is, beside their forecasts."""
    shown = {end.name: end for end in ends}
    found = []
    for target in targets_of(academic_year_of(moment.as_at)):
        if end := shown.get(target.name):
            now, then = _measured(end, target.measure)
            found.append(progress_of(target, now, then))
    return found


def _measured(end: Projection, measure: str) -> tuple[Decimal | None, Decimal | None]:
    """Return the measure now and at the end of the year."""
    if measure == "attendance":
        return end.attendance_now, end.attendance
    if measure == "severe_rate":
        return end.severe_percent_now, end.severe_percent
    return end.pa_percent_now, end.pa_percent
