"""A meeting planned or held, who is asked, and what was said and decided of each student."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from contacts.summaries.carers import Carer
from interventions.forms.actions import colleagues
from interventions.forms.fields import colleague_field, day_field, line_field, not_past, words_field
from interventions.models import Meeting, MeetingStudent
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm, OneOf
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.versions import version_of
from students.models import YearGroup
from students.summaries import SchoolCalendar

FACTS = (
    "purpose",
    "title",
    "held_on",
    "starts_at",
    "place",
    "year_group_id",
    "next_on",
    "is_restricted",
    "notes",
)
SAID = ("notes", "decision")


class _About(forms.Form):
    """What a meeting is, before anything was said in it."""

    title = line_field("Title", 120, "What people call it: “Attendance panel, autumn 2”.")
    purpose = forms.ChoiceField(label="What it is for", choices=Meeting.Purpose.choices)
    held_on = day_field("Day")
    starts_at = forms.TimeField(label="Begins", required=False, widget=forms.TimeInput({"type": "time"}))
    place = line_field("Where", 80, is_required=False)
    year_group = OneOf(
        YearGroup.objects.none(), label="Year", required=False, empty_label="No one year", help_text="For a year’s own."
    )
    is_restricted = forms.BooleanField(
        label="What is said is for few",
        required=False,
        help_text="Others are told that there was a meeting, when, and who called it.",
    )

    def offer_years(self, years: Iterable[int]) -> None:
        """Let the form offer these years."""
        field: Any = self.fields["year_group"]
        field.queryset = YearGroup.objects.filter(pk__in=list(years)).order_by("pk")
        field.label_from_instance = lambda year: f"Year {year.pk}"


class MeetingForm(_About, OnceForm):
    """A new meeting; its students are chosen beside it."""

    submit_label = "Keep it"

    staff = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Colleagues asked", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_years(years)
        offer(self.fields["staff"], colleagues())

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("token", "staff")}


class MeetingChangeForm(_About, GuardedForm):
    """What a meeting is, the notes on the whole of it, and when it goes on."""

    submit_label = "Save"

    notes = words_field("Notes", "On the whole. What is said of a student stands with that student.", rows=6)
    next_on = day_field(
        "Next meeting",
        required=False,
        help_text="Made when the minutes are closed, with what is still open carried over.",
    )

    @classmethod
    def of(cls, meeting: Meeting, data: Any, *, years: Iterable[int]) -> "MeetingChangeForm":
        """Return the form of a meeting that stands."""
        initial = {name: getattr(meeting, name) for name in FACTS} | {"year_group": meeting.year_group_id}
        form = cls(data, initial=initial | {"seen": version_of(meeting, FACTS)})
        form.offer_years({*years, *([meeting.year_group_id] if meeting.year_group_id else [])})
        return form

    def clean(self) -> dict[str, Any]:
        """Refuse a next meeting that is not after this one."""
        held = super().clean() or self.cleaned_data
        if held.get("next_on") and held.get("held_on") and held["next_on"] <= held["held_on"]:
            self.add_error("next_on", "The next meeting is after this one: choose a later day.")
        elif held.get("next_on") and "next_on" in self.changed_data:
            self._met_on(held["next_on"])
        return held

    def _met_on(self, day: date) -> None:
        """Refuse a weekend or a holiday; of days beyond the known school years nothing is said."""
        calendar = SchoolCalendar.load()
        if calendar.next_school_day(day) and not calendar.is_school_day(day):
            self.add_error("next_on", f"School does not meet on {in_words(day)}: choose a school day.")

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        held = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "year_group")}
        year = self.cleaned_data["year_group"]
        return held | {"year_group_id": year.pk if year else None}


class SaidForm(GuardedForm):
    """What was said and decided of one student; with an action, if somebody is to do something."""

    submit_label = "Save"
    is_kept = True

    token = forms.UUIDField(widget=forms.HiddenInput)
    notes = words_field("What was said", rows=5)
    decision = words_field("Decision", rows=2)
    what = line_field("Action", 200, "What somebody does about it; left empty, nothing is set.", is_required=False)
    owner = colleague_field("Who does it", empty="Choose…")
    due_on = day_field("By", required=False)

    @classmethod
    def of(cls, row: MeetingStudent, data: Any, *, token: Any, due_on: date) -> "SaidForm":
        """Return the form of a student's part."""
        seen = {"seen": version_of(row, SAID), "token": token, "due_on": due_on}
        form = cls(data, initial={name: getattr(row, name) for name in SAID} | seen)
        offer(form.fields["owner"], colleagues())
        return form

    def clean(self) -> dict[str, Any]:
        """Ask for who and when of an action."""
        held = super().clean() or self.cleaned_data
        if held.get("what"):
            for name, words in (("owner", "Choose who does it."), ("due_on", "Say by when.")):
                if not held.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return held

    def clean_due_on(self) -> date | None:
        """Refuse a day that is over."""
        return not_past(self.cleaned_data["due_on"])

    def said(self) -> dict[str, Any]:
        """Return the columns of the student's part, once the form is valid."""
        return {name: self.cleaned_data[name] for name in SAID}

    def action(self) -> dict[str, Any] | None:
        """Return the columns of the action; None where none is set."""
        names = ("what", "owner", "due_on")
        return {name: self.cleaned_data[name] for name in names} if self.cleaned_data["what"] else None


class PersonForm(BaseForm):
    """Somebody asked to a meeting: one of those offered, or by name. who: "u4", "c7", "w2" or "s9"."""

    submit_label = "Ask them"

    who = forms.ChoiceField(label="Who", required=False)
    name = line_field("Or by name", 120, "Somebody who is in no list here.", is_required=False)
    part = line_field("As", 80, "Chair, notes, interpreter.", is_required=False)

    COLUMNS = {"u": "staff_id", "c": "parent_carer_id", "w": "worker_id", "s": "student_id"}

    def __init__(self, *args: Any, groups: Sequence[tuple[str, list[tuple[str, str]]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["who"].choices = [("", "Choose…"), *((name, rows) for name, rows in groups if rows)]

    def clean(self) -> dict[str, Any]:
        """Take one of the two."""
        held = super().clean() or self.cleaned_data
        if bool(held.get("who")) == bool(held.get("name")) and "who" not in self.errors:
            self.add_error("who", "Choose somebody, or write a name.")
        return held

    def facts(self) -> dict[str, Any]:
        """Return who it is by column, once the form is valid."""
        held = self.cleaned_data
        who = {self.COLUMNS[held["who"][0]]: int(held["who"][1:])} if held["who"] else {"name": held["name"]}
        return {**who, "part": held["part"]}


def carer_choices(carers: Iterable[tuple[str, Sequence[Carer]]]) -> list[tuple[str, str]]:
    """Return the parents and carers who may be asked; nobody barred by a court order. carers: by student's name."""
    return [
        (f"c{each.parent_carer_id}", f"{each.name}, {each.relationship.lower()} of {student}")
        for student, some in carers
        for each in some
        if not each.is_barred
    ]
