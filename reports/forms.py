"""Forms of the composed pages."""

from datetime import date
from typing import Any, cast

from django import forms

from pastoral.core.forms import BaseForm
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.staff_names import offer
from students.calendar import academic_year_name, academic_year_of, friday_of
from students.staff import staff_with


class RagAskForm(BaseForm):
    """Which week a weekly RAG is asked for. Those that may be are offered; why another may not, the service says."""

    submit_label = "Make it"

    week = forms.DateField(
        label="Week",
        input_formats=["%Y-%m-%d"],
        widget=forms.Select,
        help_text="Holidays, weeks that are not over and weeks that are made already are not offered.",
        error_messages={"required": "Choose a week.", "invalid": "That is no date. Choose a week."},
    )

    def __init__(self, *args: Any, weeks: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.Select, self.fields["week"].widget).choices = _by_year(weeks)


def _by_year(weeks: list[date]) -> list[tuple[str, list[tuple[str, str]]]]:
    years: dict[str, list[tuple[str, str]]] = {}
    for week in weeks:
        words = f"{week:%-d %B} to {friday_of(week):%-d %B %Y}"
        years.setdefault(academic_year_name(academic_year_of(friday_of(week))), []).append((week.isoformat(), words))
    return list(years.items())


class HandOverForm(BaseForm):
    """Who goes on following up one lesson missed."""

    submit_label = "Hand over"

    to: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        queryset=None, label="To", empty_label="Choose a colleague"
    )

    def __init__(self, *args: Any, year: int | None, today: date, but: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = staff_with(Right.WORK_TRUANCY, year=year, on=today).exclude(pk=but.pk)
        offer(self.fields["to"], colleagues)


class BriefingForm(BaseForm):
    """To whom a week's briefing goes, and what its sender says of it."""

    submit_label = "Send"

    to: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        queryset=None, label="Line manager", empty_label="Choose a colleague of SLT"
    )
    comment = forms.CharField(
        label="Your comment",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What the figures do not say. It is kept as it is sent.",
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["to"], people)
