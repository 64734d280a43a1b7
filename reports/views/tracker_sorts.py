"""What the tracker can be sorted by."""

from collections.abc import Callable, Iterable

from reports.summaries.exports import spare_of
from reports.summaries.tracker import TrackerRow


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


def sorted_rows(rows: Iterable[TrackerRow], sort: str) -> list[TrackerRow]:
    """Return the rows in the order that the address names, those that are even by name."""
    named = sorted(rows, key=_by_name)
    return sorted(named, key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))  # type: ignore[arg-type]
