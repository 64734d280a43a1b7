"""A placement elsewhere, and what the provider said of its sessions."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from crispy_forms.layout import Div, Layout
from django import forms
from django.http import QueryDict

from attendance.codes import Code
from attendance.forms.codes import code_choices
from attendance.forms.spans import text_field
from attendance.forms.weeks import GRID, WeekForm
from attendance.models import PlacementConfirmation
from attendance.summaries.times import SESSIONS
from pastoral.core.words import day_read


class PlacementForm(WeekForm):
    """A placement elsewhere."""

    code = forms.TypedChoiceField(label="Kind", coerce=int)
    provider = forms.CharField(label="Provider or school", max_length=100)
    telephone = forms.CharField(
        label="Telephone", max_length=30, help_text="Whom to ring each day the student is expected there."
    )
    note = text_field("Note", required=False, help_text="What the student does there, and who answers for it.")
    grid_title = "Sessions at the provider"

    def __init__(self, *args: Any, codes: Sequence[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = code_choices(codes)  # type: ignore[attr-defined]
        self.fields["ends_on"].initial = None

    def layout(self) -> Layout:
        """Return where first, then the week, then the dates."""
        place = Div("provider", "telephone", css_class="form-grid")
        dates = Div("starts_on", "ends_on", "review_on", css_class="form-grid")
        return Layout("code", place, GRID, dates, "note")


Outcome = PlacementConfirmation.Outcome


class Answer(NamedTuple):
    """Which placement and session, what was seen of it, and what the provider said."""

    planned_id: int
    day: date
    session: str
    seen: str
    outcome: str


def answers_of(data: QueryDict) -> list[Answer]:
    """Return the answers that differ from those seen; "All attended" answers for whoever has none of their own."""
    found = [_answer(place, data) for place in data.getlist("place")]
    return [answer for answer in found if answer and answer.outcome != answer.seen]


def _answer(place: str, data: QueryDict) -> Answer | None:
    key, _, seen = place.partition("|")
    planned, _, when = key.partition("-")
    day, session = day_read(when[:10]), when[11:]
    if not (planned.isascii() and planned.isdigit() and len(planned) < 19) or day is None or session not in SESSIONS:
        return None
    outcome = data.get(f"answer-{key}") or (Outcome.ATTENDED if f"all-{day.isoformat()}" in data else "")
    return Answer(int(planned), day, session, seen, outcome) if outcome in Outcome.values else None
