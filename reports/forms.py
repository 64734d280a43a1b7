"""Forms of the composed pages."""

from datetime import date
from typing import Any, cast

from django import forms

from pastoral.core.forms import BaseForm
from students.calendar import academic_year_name, academic_year_of, friday_of


class RagAskForm(BaseForm):
    """Which week a weekly RAG is asked for: any school week that is over and has none yet."""

    submit_label = "Make it"

    week = forms.TypedChoiceField(label="Week", coerce=date.fromisoformat)

    def __init__(self, *args: Any, weeks: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = cast(forms.TypedChoiceField, self.fields["week"])
        week.choices = _by_year(weeks)
        week.error_messages["invalid_choice"] = "That is no school week that is over, or it has a weekly RAG already."


def _by_year(weeks: list[date]) -> list[tuple[str, list[tuple[str, str]]]]:
    years: dict[str, list[tuple[str, str]]] = {}
    for week in weeks:
        words = f"{week:%-d %B} to {friday_of(week):%-d %B %Y}"
        years.setdefault(academic_year_name(academic_year_of(friday_of(week))), []).append((week.isoformat(), words))
    return list(years.items())
