"""An intervention: what kind, for what, how much, when it is looked at; whom it is for is chosen beside it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from contacts.forms.agency_fields import colleague_field, day_field, line_field
from interventions.models import Aim, Intervention, InterventionType
from interventions.services.interventions import FACTS, Opening
from interventions.summaries.sources import Begun
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm, OneOf
from pastoral.core.models import User
from pastoral.core.staff_names import names_apart, offer
from pastoral.core.versions import version_of
from students.summaries import SchoolCalendar

OUTSIDE = "outside"
USUAL = "Empty: as usual for the type."
SHORT_WEEKS = 3


def number_field(label: str, most: int, help_text: str = USUAL, *, least: int = 0) -> forms.IntegerField:
    """Return a field for a small number; what is left empty is as usual for the type."""
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=False, help_text=help_text)


class _InterventionForm(BaseForm):
    """What is told of an intervention."""

    type = OneOf(InterventionType.objects.none(), label="What", empty_label="Choose…")
    aim = forms.ChoiceField(label="What for", required=False, choices=[("", "As usual for the type"), *Aim.choices])
    because = line_field("Because we saw", 300, "What was seen, in a sentence or a figure.", is_required=True)
    target = line_field(
        "Target",
        300,
        "What is to be different, and how one will know: “in school by 8:40 four days of five”.",
        is_required=True,
    )
    group_name = line_field("Name of the group", 80, "For several students: “Worry group, autumn”.")
    owner = colleague_field("Who answers for it")
    by = forms.ChoiceField(label="Who delivers it", required=False)
    delivered_by = line_field("Their name", 120, "If no colleague: an agency, a volunteer.")
    starts_on = day_field("Begins on")
    planned_until = day_field("Planned until", required=False, help_text="Empty: after the weeks usual for the type.")
    planned_sessions = number_field("Sessions planned", 200)
    session_minutes = number_field("Minutes of staff time each", 400)
    grace_days = number_field(
        "Days of grace", 20, "School days from the start that count for neither side when its effect is measured."
    )
    is_restricted = forms.BooleanField(
        label="For few: you, who delivers it, and who reads restricted text",
        required=False,
        help_text="Others who see the student are told only that there is one, and whose it is.",
    )

    def __init__(
        self,
        *args: Any,
        types: QuerySet[InterventionType],
        owners: QuerySet[User],
        deliverers: QuerySet[User],
        calendar: SchoolCalendar,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        fields: dict[str, Any] = self.fields
        fields["type"].queryset = types
        offer(fields["owner"], owners)
        people = [(str(key), name) for key, name in names_apart(deliverers).items()]
        fields["by"].choices = [("", "Whoever answers for it"), *people, (OUTSIDE, "Nobody of ours: …")]

    def clean(self) -> dict[str, Any]:
        """Put in what is usual for the type where nothing was said, and check that the days are in order."""
        data = super().clean() or self.cleaned_data
        kind = data.get("type")
        if data.get("by") == OUTSIDE and not data.get("delivered_by"):
            self.add_error("delivered_by", "Say who delivers it.")
        elif data.get("by") != OUTSIDE:
            data["delivered_by"] = ""
        if kind is None or not data.get("starts_on"):
            return data
        usual = {"aim": kind.aim, "planned_sessions": kind.sessions, "session_minutes": kind.minutes}
        for name, value in {**usual, "grace_days": kind.grace_days}.items():
            if data.get(name) in (None, ""):
                data[name] = value
        if not data.get("planned_until"):
            data["planned_until"] = ends_after(self.calendar, data["starts_on"], kind.weeks)
        if data["planned_until"] < data["starts_on"]:
            self.add_error("planned_until", "It has to end after it begins.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the intervention's columns, once the form is valid."""
        data = self.cleaned_data
        chosen = data["by"]
        own = {name: data[name] for name in FACTS if not name.endswith("_id")}
        is_colleague = chosen not in ("", OUTSIDE)
        return {
            **own,
            "type_id": data["type"].pk,
            "owner_id": data["owner"].pk,
            "deliverer_id": int(chosen) if is_colleague else None,
        }


class InterventionForm(_InterventionForm, OnceForm):
    """An intervention that is begun."""

    submit_label = "Begin it"

    first_review = day_field(
        "First look at it on", required=False, help_text="Empty: halfway. It is looked at again at its planned end."
    )

    def clean(self) -> dict[str, Any]:
        """Check that it is looked at while it runs."""
        data = super().clean()
        first, begins, ends = (data.get(name) for name in ("first_review", "starts_on", "planned_until"))
        if first and begins and ends and not begins <= first <= ends:
            self.add_error("first_review", "Choose a day while it runs.")
        return data

    @property
    def chosen_type(self) -> InterventionType | None:
        """The type chosen so far, for what is usual with it."""
        field: Any = self.fields["type"]
        value = self["type"].value()
        key = value.pk if isinstance(value, InterventionType) else value
        return field.queryset.filter(pk=key).first() if str(key or "").isdecimal() else None

    def opening(self, begun: Begun) -> Opening:
        """Return what it is begun with, once the form is valid. begun: where it comes from."""
        data = self.cleaned_data
        reviews = review_days(self.calendar, data["starts_on"], data["planned_until"], data["first_review"])
        return Opening(self.facts(), reviews, begun.links, begun.key_of("case"), begun.key_of("follows"))


class InterventionChangeForm(_InterventionForm, GuardedForm):
    """One that runs, put right."""

    @classmethod
    def of(cls, row: Intervention, data: Any = None, **offered: Any) -> "InterventionChangeForm":
        """Return the form filled with the intervention as it stands."""
        stands: dict[str, Any] = {name: getattr(row, name) for name in FACTS}
        by = OUTSIDE if row.delivered_by else str(row.deliverer_id or "")
        also = {"type": row.type_id, "owner": row.owner_id, "by": by}
        return cls(data, initial=stands | also | {"seen": version_of(row, FACTS)}, **offered)


def ends_after(calendar: SchoolCalendar, begins: date, weeks: int) -> date:
    """Return the last school day of that many school weeks from the start; in plain weeks beyond what is held."""
    days = [day for day in calendar.days if day >= begins]
    mondays = list(dict.fromkeys(day - timedelta(days=day.weekday()) for day in days))[:weeks]
    inside = [day for day in days if mondays and day < mondays[-1] + timedelta(days=7)]
    return inside[-1] if inside else begins + timedelta(weeks=weeks)


def review_days(calendar: SchoolCalendar, begins: date, ends: date, first: date | None) -> Sequence[date]:
    """Return the days on which it is looked at: the first one, halfway unless somebody said, and its planned end."""
    if first is None:
        days = calendar.between(begins, ends)
        is_short = (ends - begins).days < 7 * SHORT_WEEKS
        first = None if is_short or not days else days[len(days) // 2]
    return [first, ends] if first and first != ends else [ends]


class JoinForm(BaseForm):
    """From when more students are in it; they are chosen beside it."""

    submit_label = "Take them in"

    joined_on = day_field("From")


class PlaceForm(GuardedForm):
    """From when to when a student is in it."""

    joined_on = day_field("In it from")
    left_on = day_field("Out of it from", required=False, help_text="Empty: as long as it runs.")

    def clean(self) -> dict[str, Any]:
        """Check that the days are in order."""
        data = super().clean() or self.cleaned_data
        if data.get("joined_on") and data.get("left_on") and data["left_on"] < data["joined_on"]:
            self.add_error("left_on", "That is before the student joined.")
        return data
