"""Some sessions of each week, put in as a grid of boxes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import HTML
from django import forms

from attendance.forms.spans import SpanForm, day_field
from attendance.models.marks import Session
from attendance.models.planned import WEEK_SESSIONS
from attendance.summaries.planned import Span

GRID = HTML("{% include 'attendance/part_time_grid.html' %}")
_DAYS = (("MON", "Mon"), ("TUE", "Tue"), ("WED", "Wed"), ("THU", "Thu"), ("FRI", "Fri"))


class WeekForm(SpanForm):
    """Some sessions of each week, over whole days."""

    sessions = forms.MultipleChoiceField(
        choices=[(each, each) for each in WEEK_SESSIONS],
        error_messages={"required": "Tick at least one session of the week."},
    )
    review_on = day_field("First review", help_text="Before it ends; it stands on the board until then.")
    grid_title = "Sessions"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts_session", "ends_session"):
            del self.fields[name]
        self.fields["ends_on"].required = True
        self.fields["ends_on"].help_text = ""

    @property
    def span(self) -> Span:
        """Whole days from first to last, on the sessions ticked."""
        return Span(self.cleaned_data["starts_on"], "AM", self.cleaned_data["ends_on"], "PM", self.week)

    @property
    def grid(self) -> Iterator[tuple[str, list["GridBox"]]]:
        """The week as rows of boxes: mornings, then afternoons."""
        chosen = set(self["sessions"].value() or [])
        for session in (Session.AM, Session.PM):
            boxes = [GridBox(f"{day}-{session}", f"{words} {session}", chosen) for day, words in _DAYS]
            yield str(session.label).capitalize(), boxes


@dataclass(frozen=True)
class GridBox:
    """One box of the week's grid."""

    value: str
    label: str
    chosen: set[str]

    @property
    def is_ticked(self) -> bool:
        """Test whether it is ticked."""
        return self.value in self.chosen
