"""Setting a detention, and what becomes of it."""

from datetime import date
from typing import Any

from django import forms

from behaviour.forms.rooms import TimeInput
from behaviour.models import DetentionLevel, Incident
from behaviour.services.detentions import Terms
from behaviour.summaries.detention_clash import Slot
from pastoral.core.forms import BaseForm, GuardedForm

TOLD_HOW = ("Phone call", "Text message", "Email", "Letter", "School app", "In person", "Note in the planner")
_HOW = [(each, each) for each in TOLD_HOW]


def day_field(label: str = "Day", **also: Any) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **also)


class DetentionForm(BaseForm):
    """What is set; whom it is for is the student picker's."""

    submit_label = "Set the detention"

    level = forms.ModelChoiceField(
        DetentionLevel.objects.none(),
        label="Level",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the level."},
    )
    reason = forms.CharField(label="Reason", max_length=300, error_messages={"required": "Say what it is for."})
    day = day_field()
    starts_at = forms.TimeField(label="From", required=False, widget=TimeInput(format="%H:%M"))
    minutes = forms.IntegerField(label="Minutes", required=False, min_value=5, max_value=180)
    place = forms.CharField(label="Place", max_length=80, required=False)
    told_how = forms.ChoiceField(
        label="Parent or carer told", required=False, choices=[("", "Not yet"), *((each, each) for each in TOLD_HOW)]
    )

    def __init__(self, *args: Any, day: date | None, incident: Incident | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        levels = DetentionLevel.objects.all()
        fields["level"].queryset = levels
        fields["level"].label_from_instance = _label
        self.initial.setdefault("day", day)
        held = list(levels)
        self.initial.setdefault("level", held[min(1, len(held) - 1)].pk if held else None)
        if incident:
            about = f"{incident.type}, {incident.occurred_on:%a} {incident.occurred_on.day} {incident.occurred_on:%b}"
            self.initial.setdefault("reason", about)

    def terms(self) -> Terms:
        """Return what is set, once the form is valid: what was left empty is the level's."""
        data = self.cleaned_data
        level = data["level"]
        return Terms(
            day=data["day"],
            starts_at=data["starts_at"] or level.starts_at,
            minutes=data["minutes"] or level.minutes,
            place=data["place"] or level.place,
            reason=data["reason"],
            level=level,
        )


def _label(level: DetentionLevel) -> str:
    where = f", {level.place}" if level.place else ""
    return f"{level.name}: {level.starts_at:%H:%M}, {level.minutes} min{where}"


class ToldForm(BaseForm):
    """A parent or carer was told."""

    submit_label = "Parent told"

    told_how = forms.ChoiceField(label="How", choices=_HOW)
    told_on = day_field("When")


class ExcuseForm(GuardedForm):
    """Somebody is excused."""

    submit_label = "Excuse"

    because = forms.CharField(
        label="Why it is excused", max_length=300, error_messages={"required": "Say why it is excused."}
    )


class DecideForm(GuardedForm):
    """What was decided where nothing follows by itself."""

    submit_label = "Keep the decision"

    decided = forms.CharField(
        label="What was decided", max_length=300, error_messages={"required": "Say what was decided."}
    )


class MoveForm(GuardedForm):
    """Another time or place."""

    submit_label = "Move it"

    day = day_field()
    starts_at = forms.TimeField(label="From", widget=TimeInput(format="%H:%M"))
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=180)
    place = forms.CharField(label="Place", max_length=80, required=False)

    def slot(self) -> Slot:
        """Return when it shall be, once the form is valid."""
        return Slot(*(self.cleaned_data[name] for name in ("day", "starts_at", "minutes")))


class DaysForm(GuardedForm):
    """On which days besides school days a detention may be set."""

    on_saturdays = forms.BooleanField(
        label="Saturdays", required=False, help_text="In term; never at a weekend next to a half term or the holidays."
    )
    on_inset_days = forms.BooleanField(label="INSET days", required=False)


class LevelForm(BaseForm):
    """One rung of the school's policy; an empty one is not kept."""

    name = forms.CharField(label="Name", max_length=60, required=False)
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=180, required=False)
    starts_at = forms.TimeField(label="Begins at", widget=TimeInput(format="%H:%M"), required=False)
    place = forms.CharField(label="Place", max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for what a rung cannot be without."""
        data = super().clean() or {}
        if data.get("name") or self.initial:
            for name in ("name", "minutes", "starts_at"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "This is needed.")
        return data
