"""The named lists behind the dashboard's numbers: one table, so that a number and its list cannot differ."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from attendance.figures import Band
from reports.summaries.week import Entry, Moment


@dataclass(frozen=True)
class Selection:
    """A list by its slug: its title, what it means in one line, who is in it, and the column that it is about.

    marks: the set of reports.summaries.marks that lies behind it on each student's page.
    looks_at_marks: who is in it shows in the week's marks themselves, not in the weekly figures.
    """

    slug: str
    title: str
    meaning: str
    holds: Callable[[Entry], bool]
    sort: str = "ytd"
    marks: str = "missed"
    looks_at_marks: bool = False

    def among(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Return the entries that are in the list."""
        return tuple(entry for entry in entries if self.holds(entry))

    def marks_in(self, moment: Moment) -> str:
        """Return the marks behind the list as the student's page has them; "" where it shows a later week or year."""
        return self.marks if moment.is_latest and moment.is_this_year else ""


def _worsened(entry: Entry) -> bool:
    return entry.figures.fall > 0


def _improved(entry: Entry) -> bool:
    return entry.figures.fall < 0


def _band(band: Band, title: str, meaning: str) -> Selection:
    return Selection(band.value, title, meaning, lambda entry: entry.figures.band == band)


_ALL: tuple[Selection, ...] = (
    Selection("all", "All students", "Everybody on roll that day.", lambda _: True, "name"),
    Selection(
        "pa",
        "Persistently absent",
        "Missed 10 % or more of possible sessions in the window.",
        lambda entry: entry.figures.ytd.is_persistently_absent,
    ),
    Selection(
        "severe",
        "Severely absent",
        "Missed half or more of possible sessions in the window.",
        lambda entry: entry.figures.ytd.is_severely_absent,
    ),
    Selection(
        "on-track",
        "On track to become persistently absent",
        "Persistently absent by the end of the year if absence goes on as in the last 30 possible sessions.",
        lambda entry: entry.figures.is_on_track_to_be_pa,
        "to_spare",
        marks="recent",
    ),
    _band(Band.RED, "Red", "In the red band, year to date."),
    _band(Band.AMBER, "Amber", "Between the red and the green band, year to date."),
    _band(Band.GREEN, "Green", "In the green band, year to date."),
    _band(Band.NONE, "No band", "No possible session yet this year."),
    Selection(
        "moved",
        "Moved band",
        "Band now differs from the week before.",
        lambda entry: entry.figures.has_moved,
        "moved",
        marks="week",
    ),
    Selection("worsened", "Moved down a band", "A worse band than the week before.", _worsened, "moved", marks="week"),
    Selection("improved", "Moved up a band", "A better band than the week before.", _improved, "moved", marks="week"),
    Selection(
        "dipped",
        "Dipped",
        "This week at least 10 points under the student's own year before it.",
        lambda entry: entry.figures.has_dipped,
        "week",
        marks="week",
    ),
    Selection(
        "missed",
        "Missed sessions this week",
        "Absent for at least one session of the week.",
        lambda entry: entry.figures.week.missed > 0,
        "week",
        marks="week",
    ),
    Selection(
        "late",
        "Late this week",
        "Late before or after the register closed (L or U).",
        lambda entry: entry.figures.week.lates > 0,
        "minutes",
        marks="week",
    ),
    Selection(
        "unauthorised",
        "Unauthorised this week",
        "At least one unauthorised session in the week (G, N, O, U).",
        lambda entry: entry.figures.week.unauthorised > 0,
        "unauthorised",
        marks="week",
    ),
    Selection(
        "penalty-notice",
        "Penalty-notice threshold",
        "10 or more unauthorised sessions in the last 10 school weeks.",
        lambda entry: entry.figures.at_penalty_notice_threshold,
        "notice",
        marks="penalty_notice",
    ),
    Selection(
        "day-absent",
        "Absent on the day",
        "Missed at least one session of the day.",
        lambda entry: entry.day.missed > 0,
        marks="week",
        looks_at_marks=True,
    ),
    Selection(
        "day-late",
        "Late on the day",
        "Late to a session of the day (L or U).",
        lambda entry: entry.day.lates > 0,
        marks="week",
        looks_at_marks=True,
    ),
    Selection(
        "day-not-marked",
        "Not marked on the day",
        "A session of the day has no mark.",
        lambda entry: entry.day_not_marked > 0,
        "name",
        marks="week",
        looks_at_marks=True,
    ),
    Selection(
        "not-marked",
        "Not marked this week",
        "A session of the week so far has no mark; in no percentage.",
        lambda entry: entry.not_marked > 0,
        "name",
        marks="week",
        looks_at_marks=True,
    ),
    Selection(
        "late-slot",
        "Late on this weekday and session",
        "Late (L or U) on this weekday and session since 1 September.",
        lambda entry: entry.slot_lates.lates > 0,
        "slot",
        marks="late",
    ),
)
SELECTIONS: dict[str, Selection] = {selection.slug: selection for selection in _ALL}


def worst_first(entry: Entry) -> tuple[int, int, int]:
    """Order movers: those who got worse first, the lowest week and the least to spare before the others."""
    figures = entry.figures
    share = figures.week.attended / figures.week.possible if figures.week.possible else 1.0
    return -figures.fall, -figures.band.severity, round(1000 * share) if figures.fall > 0 else -figures.ytd.missed
