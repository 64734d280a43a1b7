"""Sentences proposed from the figures of a section, by plain rules: what is so and what changed, never why."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from reports.halfterm.shape import HELD_BACK, Figure, Grid, Section, Value
from reports.halfterm.spans import BEFORE, YEAR_AGO

_BESIDE = {BEFORE: "the half term before", YEAR_AGO: "the same half term last year"}
MOST_NAMED = 3


def drafted(section: Section) -> str:
    """Return what the author may take: some sentences, "" where there is nothing to say."""
    own = _RULES.get(section.key)
    return " ".join(own(section)) if own else ""


def compared(figure: Figure) -> str:
    """Return how a figure lies beside the other windows: "0.8 points below the half term before"."""
    told = [words for slug in (BEFORE, YEAR_AGO) if (words := _beside(figure, figure.values[slug], slug))]
    return " and ".join(told)


def _beside(figure: Figure, value: Value, slug: str) -> str:
    if value.change is None:
        return ""
    change = Decimal(str(value.change))
    if not change:
        return f"as in {_BESIDE[slug]}"
    unit = " points" if figure.is_rate else ""
    if figure.is_rate:
        return f"{abs(change)}{unit} {'above' if change > 0 else 'below'} {_BESIDE[slug]}"
    return f"{abs(change)} {'more' if change > 0 else 'fewer'} than in {_BESIDE[slug]}"


def told(figure: Figure, name: str = "") -> str:
    """Return one figure as a clause, with what it is compared with."""
    beside = compared(figure)
    return f"{name or figure.name}: {figure.now.words}{figure.unit_words}{f', {beside}' if beside else ''}."


def _held(section: Section, key: str) -> Figure | None:
    """Return a figure that has a number now."""
    found = next((each for each in section.figures if each.key == key), None)
    return found if found and found.now.number is not None else None


def _grid(section: Section, key: str) -> Grid | None:
    return next((grid for grid in section.grids if grid.key == key), None)


def _attendance(section: Section) -> Iterator[str]:
    whole = _held(section, "attendance")
    if whole is None:
        yield "No marks are held of this half term."
        return
    beside = compared(whole)
    yield f"Attendance was {whole.now.words} % of {whole.now.n} possible sessions{f', {beside}' if beside else ''}."
    if (share := _held(section, "pa_year")) and (students := _held(section, "pa_year_students")):
        one = students.now.number == 1
        yield (
            f"{students.now.words} student{'' if one else 's'} ({share.now.words} %) {'was' if one else 'were'}"
            " persistently absent, year to date" + (f", {beside}" if (beside := compared(students)) else "") + "."
        )
    yield from _turns(section)
    yield from _lowest(section)
    for key in ("unauthorised", "lates"):
        if figure := _held(section, key):
            yield told(figure)


def _turns(section: Section) -> Iterator[str]:
    grid = _grid(section, "movement")
    if grid:
        numbers = {line.asks["turn"]: line.cells[0] for line in grid.lines if line.asks}
        yield (
            f"{numbers['became']} became persistently absent and {numbers['recovered']} recovered;"
            f" {numbers['stayed']} stayed so."
        )


def _lowest(section: Section) -> Iterator[str]:
    """Name the group with the lowest attendance, of those with a rate that is told."""
    grid = _grid(section, "attendance-place")
    rated = [(Decimal(str(line.cells[1])), line) for line in (grid.lines if grid else ()) if _is_told(line.cells[1])]
    if len(rated) > 1:
        rate, line = min(rated, key=lambda each: (each[0], each[1].name))
        yield f"The lowest was {line.name} with {rate} % of {line.cells[0]} students."


def _is_told(cell: str | int | None) -> bool:
    return cell is not None and cell != HELD_BACK


def _counts(*keys: str) -> Callable[[Section], Iterator[str]]:
    """Return the rule that tells each of the figures that is not nought throughout."""

    def rule(section: Section) -> Iterator[str]:
        for key in keys:
            if (figure := _held(section, key)) and any(value.number for _slug, value in figure.shown):
                yield told(figure)

    return rule


def _behaviour(section: Section) -> Iterator[str]:
    yield from _counts("incidents", "incident_students", "repeat")(section)
    grid = _grid(section, "incidents-what")
    named = [f"{line.name} ({line.cells[0]})" for line in (grid.lines if grid else ()) if _is_told(line.cells[0])]
    if named:
        yield f"Most frequent: {', '.join(named[:MOST_NAMED])}."
    yield from _counts("detentions", "internal")(section)


def _clocks(section: Section) -> Iterator[str]:
    for slug, what in (("calls", "Parents to reach"), ("acknowledged", "Messages from families")):
        kept, middle, late = _held(section, slug), _held(section, f"{slug}_median"), _held(section, f"{slug}_late")
        if kept:
            beside = compared(kept)
            yield (
                f"{what}: {kept.now.words} % of {kept.now.n} in time{f', {beside}' if beside else ''}"
                + (f"; median {middle.now.words}" if middle else "")
                + (f"; {late.now.words} late" if late else "")
                + "."
            )


def _suspensions(section: Section) -> Iterator[str]:
    told_of = list(_counts("suspensions", "suspended_sessions", "permanent", "reintegrated", "watched")(section))
    yield from told_of or ["No suspension and no permanent exclusion."]


_RULES: dict[str, Callable[[Section], Iterator[str]]] = {
    "attendance": _attendance,
    "behaviour": _behaviour,
    "suspensions": _suspensions,
    "cases": _counts("cases", "prejudice", "found", "looked_into", "targets_again"),
    "rewards": _counts("achievements", "recognised", "good_news"),
    "interventions": _counts("live_students", "opened", "closed"),
    "casework": _counts("pa_cases", "early_help", "plans", "referrals", "part_time", "part_time_late"),
    "clocks": _clocks,
    "meetings": _counts("rag_meetings", "decisions", "rag_actions", "rag_in_time", "rag_overdue"),
}
