"""Asking for a change of many marks: who, which sessions, which code and why."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self
from uuid import UUID

from django import forms
from django.utils.dateparse import parse_datetime

from attendance.codes import CLASS_NAMES, code_on
from attendance.forms.codes import letter_groups
from attendance.forms.corrections import OTHER, ReasonFields
from attendance.forms.spans import day_field, session_field
from attendance.summaries.bulk import CLOSED, BulkAsk, SessionOf
from pastoral.core.forms import BaseForm
from pastoral.core.rights import Right
from students.summaries import SchoolCalendar

REASONS = (
    "Trip or visit",
    "School or site closed",
    "Group at an activity",
    "Letter or email received",
    "Marked in error",
    OTHER,
)


class BulkForm(ReasonFields, BaseForm):
    """What many marks shall say."""

    whom = forms.ChoiceField(label="Group", required=False)
    first_day = day_field("First day")
    first_session = session_field("from its", "AM")
    last_day = day_field("Last day", required=False, help_text="Empty for the same day.")
    last_session = session_field("to its", "PM")
    code = forms.ChoiceField(label="Mark", error_messages={"required": "Choose the code that the marks shall have."})
    with_present = forms.BooleanField(
        label="Also replace marks of students who were present",
        required=False,
        help_text="Otherwise who was in school stays marked so.",
        widget=forms.CheckboxInput({"data-not-ticked": ""}),
    )
    comment = forms.CharField(label="Comment on the marks", max_length=500, required=False)

    field_order = (
        "whom", "first_day", "first_session", "last_day", "last_session", "code", "with_present", "comment", "why",
        "detail",
    )  # fmt: skip

    calendar: SchoolCalendar
    has_picked = False

    @classmethod
    def of(
        cls,
        whom: Iterable[tuple[str, str]],
        data: Any = None,
        *,
        on: date,
        rights: Iterable[Right],
        calendar: SchoolCalendar,
        has_picked: bool,
        initial: dict[str, Any] | None = None,
    ) -> Self:
        """Return the form with the groups and codes that the person may choose."""
        form = cls(data, initial=initial)
        form.calendar, form.has_picked = calendar, has_picked
        fields: dict[str, Any] = form.fields
        fields["whom"].choices = [("", "Only those ticked below"), *whom]
        fields["code"].choices = [("", "Choose a code"), *_codes(on, rights)]
        fields["why"].choices = [("", "Choose a reason"), *((words, words) for words in REASONS)]
        return form

    def clean(self) -> dict[str, Any]:
        """Ask for somebody to change, and for sessions in order with school on at least one of them."""
        cleaned = super().clean()
        if not cleaned.get("whom") and not self.has_picked and "whom" not in self.errors:
            self.add_error("whom", "Choose a group, or find and tick students by name.")
        if not {"first_day", "first_session", "last_session"} <= cleaned.keys() or "last_day" in self.errors:
            return cleaned
        ask = self.asked()
        if ask.last < ask.first:
            self.add_error("last_day", "It has to end after it begins.")
        elif (ask.last.day - ask.first.day).days > 366:
            self.add_error("last_day", "Take at most a year at a time.")
        elif not ask.sessions(self.calendar):
            self.add_error("first_day", "There is no school in those days.")
        return cleaned

    def asked(self) -> BulkAsk:
        """Return what the form asks for."""
        typed = self.cleaned_data
        last = typed.get("last_day") or typed["first_day"]
        return BulkAsk(
            SessionOf(typed["first_day"], typed["first_session"]),
            SessionOf(last, typed["last_session"]),
            typed.get("code", ""),
            typed.get("comment", ""),
            typed.get("with_present", False),
        )


def _codes(on: date, rights: Iterable[Right]) -> list[Any]:
    codes = letter_groups(on, frozenset(rights))
    closed = code_on(CLOSED, on)
    if closed:
        codes.append((CLASS_NAMES[closed.code_class], [(closed.letters, f"{closed.letters}  {closed.meaning}")]))
    return codes


class ConfirmForm(forms.Form):
    """What the preview hands back when it is confirmed."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    looked_at = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def seen(self) -> tuple[UUID, str, Any]:
        """Return the token, the digest and when the preview was looked at; the moment None if it is unreadable."""
        typed = self.cleaned_data
        try:
            looked_at = parse_datetime(typed["looked_at"])
        except ValueError:
            looked_at = None
        return typed["token"], typed["digest"], looked_at if looked_at and looked_at.tzinfo else None


class UndoForm(BaseForm):
    """Why a change of many marks is undone."""

    submit_label = "Put back what stood"

    reason = forms.CharField(
        label="Why",
        max_length=200,
        error_messages={"required": "Say why it is undone: the reason stays with the marks."},
    )
