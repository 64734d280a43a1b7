"""The list of interventions as a file: who, what, how much of it, how it stands; not a word of why."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from interventions.summaries.asked import SHOWS, Asked
from interventions.summaries.interventions import Row
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import day as in_words

HEADINGS = (
    "Students",
    "Groups",
    "Type",
    "Aim",
    "Name of the group",
    "Owner",
    "Delivered by",
    "Begins",
    "Planned until",
    "Sessions planned",
    "Due by today",
    "Delivered",
    "Progress",
    "Minutes each",
    "Next review",
    "Ended",
    "Outcomes",
)


def table_of(rows: Sequence[Row], asked: Asked, on: date) -> Table:
    """Return the rows as a table; of a restricted one that may not be read, only that there is one, and whose."""
    about = (f"Interventions: {SHOWS[asked.show].lower()}", f"As at {in_words(on)}", f"{len(rows)} interventions")
    return Table("Interventions", about, HEADINGS, [_cells(each) for each in rows])


def _cells(each: Row) -> Sequence[Any]:
    row, members = each.row, each.members
    names = "; ".join([*(member.name for member in members), *([f"{each.hidden} more"] if each.hidden else [])])
    groups = ", ".join(sorted({member.group for member in members if member.group}))
    known = (names, groups, each.title)
    if not each.reads:
        return (*known, "", "", row.owner.formal_name, *[""] * (len(HEADINGS) - 6))
    outcomes = [member.place.get_outcome_display() for member in members if member.place.outcome]
    return (
        *known,
        row.get_aim_display(),
        row.group_name,
        row.owner.formal_name,
        each.who_gives,
        row.starts_on,
        row.planned_until,
        row.planned_sessions,
        each.dosage.due,
        each.dosage.delivered,
        each.dosage.band.value,
        row.session_minutes,
        each.next_review,
        row.ended_on,
        "; ".join(outcomes),
    )
