"""The tracker as a table for spreadsheets: drawn from the same rows as the page, so that no figure can differ."""

from collections.abc import Callable, Sequence

from pastoral.core.spreadsheets import Cell, Table
from reports.summaries.support import NONE_LOGGED
from reports.summaries.tracker import Tracker, TrackerRow

Column = tuple[str, Callable[[TrackerRow], Cell]]


def recovery_words(row: TrackerRow) -> str:
    """Return how a persistently absent student comes off the list, or that this year cannot; "" for the others."""
    if not row.is_pa:
        return ""
    if not row.figures.is_recoverable:
        best = f": best possible {row.best_possible} %" if row.best_possible is not None else ""
        return f"cannot recover this year{best}"
    on = f" on {row.recovers_on:%-d %b %Y}" if row.recovers_on else ""
    return f"off the list{on} after {row.figures.sessions_to_recover} sessions without absence"


def spare_of(row: TrackerRow) -> int:
    """Return how many more sessions may be missed, or, below nought, how far over the year's limit the student is."""
    return row.figures.sessions_left_to_miss - row.figures.sessions_over


def contact_words(row: TrackerRow) -> str:
    """Return the last contact logged, or that none is logged yet: never that none was made (trap T15)."""
    held = row.support.last_contact
    return f"{held.on:%-d %b %Y}: {held.words}" if held else NONE_LOGGED


def live_words(row: TrackerRow) -> str:
    """Return what is in place, or that nothing is logged yet, or that the role is not shown it."""
    return "; ".join(f"{step.words} ({step.since:%-d %b})" for step in row.support.live) or row.support.none_words


_COLUMNS: tuple[Column, ...] = (
    ("Adno", lambda row: row.person.admission_number),
    ("Surname", lambda row: row.person.surname),
    ("Forename", lambda row: row.person.forename),
    ("Year", lambda row: row.person.year),
    ("Tutor group", lambda row: row.person.tutor_group),
    ("Flags", lambda row: " ".join(flag.mark for flag in row.person.flags)),
    ("State", lambda row: row.state.words),
    ("PA last at the end of the week to", lambda row: row.was_pa_to),
    ("Band", lambda row: str(row.figures.band)),
    ("Early", lambda row: "early" if row.figures.is_early else ""),
    ("Year %", lambda row: row.figures.ytd.percent),
    ("Missed", lambda row: row.figures.ytd.missed),
    ("Possible", lambda row: row.figures.ytd.possible),
    ("Unauthorised", lambda row: row.figures.ytd.unauthorised),
    ("Weeks, oldest first, %", lambda row: " ".join("–" if week is None else str(week) for week in row.spark)),
    ("Change over 4 weeks, points", lambda row: row.change),
    ("Can still miss", lambda row: row.figures.sessions_left_to_miss),
    ("Over by", lambda row: row.figures.sessions_over),
    ("Sessions to recover", lambda row: row.figures.sessions_to_recover),
    ("Recovers on", lambda row: row.recovers_on),
    ("Recovery", recovery_words),
    ("PA on, at the recent rate", lambda row: row.crossing.on if row.crossing else None),
    ("Main reasons", lambda row: ", ".join(f"{reason.short} {reason.sessions}" for reason in row.reasons)),
    ("Unauthorised in 10 school weeks", lambda row: row.figures.penalty_notice_sessions),
    ("Last year %", lambda row: row.past.last_year.percent),
    ("PA last year", lambda row: "PA" if row.was_pa_last_year else ""),
    ("Last contact", contact_words),
    ("In place", live_words),
)


def tracker_table(tracker: Tracker, rows: Sequence[TrackerRow], name: str) -> Table:
    """Return the rows as a table; name: what they were narrowed to."""
    moment, (first, last) = tracker.moment, tracker.notice_window
    return Table(
        title="PA tracker",
        about=(
            f"PA tracker: {name}",
            f"Year to date {moment.first:%-d %b %Y} to {moment.as_at:%-d %b %Y}; "
            f"penalty-notice count {first:%-d %b %Y} to {last:%-d %b %Y} (10 school weeks)",
        ),
        headings=tuple(heading for heading, _ in _COLUMNS),
        rows=[[cell(row) for _, cell in _COLUMNS] for row in rows],
    )
