"""A chronology as a table for spreadsheets and as a paper: the same entries as on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from pastoral.core.spreadsheets import Cell, Table
from reports.chronology.entries import Entry
from reports.pdf import SHEET, Pdf, pdf_draw

STYLESHEETS = (SHEET, "css/pdf-plan.css", "css/pdf-chronology.css")
HEADINGS = ("Date", "Time", "Kind", "What", "In words", "Who", "Logged late, on", "Left out")


@dataclass(frozen=True)
class Chronology:
    """The entries as they are handed out, of whom, and what they were narrowed to."""

    name: str
    group: str
    entries: tuple[Entry, ...]
    about: tuple[str, ...]
    is_restricted: bool

    @property
    def left_out(self) -> int:
        """How many entries stand there without their words."""
        return sum(bool(entry.withheld) for entry in self.entries)


def chronology_table(chronology: Chronology) -> Table:
    """Return the entries as a table."""
    about = (f"Chronology: {chronology.name}, {chronology.group}", *chronology.about)
    return Table("Chronology", about, HEADINGS, [_cells(entry) for entry in chronology.entries])


def _cells(entry: Entry) -> Sequence[Cell]:
    return (
        entry.on,
        f"{entry.at:%H:%M}" if entry.at else "",
        entry.kind.label,
        entry.title,
        entry.words,
        entry.who,
        timezone.localdate(entry.logged_at) if entry.logged_at else None,
        entry.withheld,
    )


def chronology_draw(chronology: Chronology, *, by: str, at: datetime) -> Pdf:
    """Draw the entries. by, at: for whom and when, in the foot. No queries."""
    context = {"chronology": chronology, "school_name": settings.SCHOOL_NAME, "by": by, "at": at}
    return pdf_draw(render_to_string("reports/pdf/chronology.html", context), *STYLESHEETS)
