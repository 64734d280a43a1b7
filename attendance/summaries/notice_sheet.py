"""The penalty-notice watch as a table for spreadsheets: the rows of the page, for the meeting about them."""

from collections.abc import Callable, Sequence

from attendance.summaries.notice_rows import WatchRow
from attendance.summaries.notices import Watch
from pastoral.core.spreadsheets import Cell, Table

Column = tuple[str, Callable[[WatchRow], Cell]]


def to_look_at(row: WatchRow) -> str:
    """Return what waits to be looked at, in words."""
    found = [
        "not decided" if row.standing and not row.is_decided else "",
        *(f"reached {crossing.reached.date:%-d %b %Y}, not decided" for crossing in row.earlier),
        f"{row.window.unresolved} N: resolve first" if row.window.unresolved else "",
        "leave refused" if row.has_refused_leave else "",
        "review due" if row.is_due else "",
    ]
    return "; ".join(filter(None, found))


def _notices(row: WatchRow) -> str:
    """Return the notices of each parent in three years; that no parent is held where that is so."""
    if not row.parents:
        return "no parent held"
    return "; ".join(f"{one.name}: {one.notices}{', the limit' if one.is_at_limit else ''}" for one in row.noticed)


_COLUMNS: tuple[Column, ...] = (
    ("Adno", lambda row: row.member.admission_number),
    ("Surname", lambda row: row.member.surname),
    ("Forename", lambda row: row.member.forename),
    ("Year", lambda row: row.member.year),
    ("Tutor group", lambda row: row.member.tutor_group),
    ("Unauthorised in 10 school weeks", lambda row: row.window.count),
    ("Codes", lambda row: ", ".join(f"{letters} {number}" for letters, number in row.window.split)),
    ("Reached 10 on", lambda row: row.standing.reached.date if row.standing else None),
    ("Below 10 from", lambda row: row.below_from),
    ("To look at", to_look_at),
    ("Last decision", lambda row: str(row.decision.get_decision_display()) if row.decision else ""),
    ("Decided on", lambda row: row.decided_on),
    ("Review on", lambda row: row.decision.review_on if row.decision else None),
    ("Sessions since", lambda row: row.since if row.decision else None),
    ("Notices in 3 years", _notices),
)


def watch_table(watch: Watch, rows: Sequence[WatchRow], name: str) -> Table:
    """Return the rows as a table; name: what they were narrowed to."""
    span = f"{watch.window.first:%-d %b %Y} to {watch.as_at:%-d %b %Y}" if watch.window else "no school weeks held"
    return Table(
        title="Penalty notices",
        about=(f"Penalty notices: {name}", f"Unauthorised sessions (G, N, O, U) in 10 school weeks, {span}"),
        headings=tuple(heading for heading, _ in _COLUMNS),
        rows=[[cell(row) for _, cell in _COLUMNS] for row in rows],
    )
