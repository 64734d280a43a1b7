"""Recording a suspension, and what is noted while it is worked."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from behaviour.forms.detentions import day_field
from behaviour.forms.rooms import TimeInput
from behaviour.models import Suspension, SuspensionReason
from behaviour.services.suspensions import Decided
from pastoral.core.forms import GuardedForm, OnceForm
from pastoral.core.versions import version_of

SESSIONS = [("AM", "Morning"), ("PM", "Afternoon")]
Kind = Suspension.Kind
DECISIONS = (
    "Declined to reinstate",
    "Reinstated at once",
    "Reinstated from a date",
    "Considered: could not reinstate",
)


class SuspensionForm(OnceForm):
    """What the head decided."""

    submit_label = "Record it"

    kind = forms.ChoiceField(label="Kind", choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.SUSPENSION)
    starts_on = day_field("From")
    starts_session = forms.ChoiceField(label="beginning in the", choices=SESSIONS)
    ends_on = day_field("To, the last day of it", required=False)
    ends_session = forms.ChoiceField(label="ending after the", choices=SESSIONS, initial="PM")
    reason_1 = forms.ChoiceField(label="Main reason", error_messages={"required": "Choose the main reason."})
    reason_2 = forms.ChoiceField(label="Second reason", required=False)
    reason_3 = forms.ChoiceField(label="Third reason", required=False)
    circumstances = forms.CharField(
        label="What happened, and what else was tried",
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="What governors and the local authority will ask for.",
    )
    new_evidence = forms.CharField(
        label="New evidence",
        max_length=300,
        required=False,
        help_text="Only where it follows straight on another, which cannot be lengthened.",
    )
    misses_exam = forms.BooleanField(label="A public exam or national test is missed", required=False)
    decided_by = forms.CharField(label="Decided by", max_length=80, help_text="The head teacher, or who acts as head.")
    parents_told_on = day_field("Parents told in writing on", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        today = timezone.localdate()
        reasons = [("", "–"), *((each.code, str(each)) for each in SuspensionReason.objects.all())]
        for name in ("reason_1", "reason_2", "reason_3"):
            fields[name].choices = reasons
        self.initial.setdefault("starts_on", today)

    def clean(self) -> dict[str, Any]:
        """Ask for the last day of what is not permanent, and refuse one told on a day to come."""
        data = super().clean() or {}
        if data.get("kind") == Kind.PERMANENT:
            data["ends_on"] = None
        elif not data.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", "Say which day is the last of it.")
        if (data.get("parents_told_on") or date.min) > timezone.localdate():
            self.add_error("parents_told_on", "That day is still to come: note it when they have been told.")
        return data

    def span(self) -> Decided | None:
        """Return what can be said of its days though the rest is not filled in yet; None without its days."""
        self.is_valid()
        data = self.cleaned_data
        kind, first, last = data.get("kind"), data.get("starts_on"), data.get("ends_on")
        if not kind or not first or not (last or kind == Kind.PERMANENT):
            return None
        begins, ends = data.get("starts_session") or "AM", data.get("ends_session") or "PM"
        evidence = data.get("new_evidence", "")
        return Decided(kind, first, begins, last, ends, [], "", new_evidence=evidence)

    def decided(self) -> Decided:
        """Return what was decided, once the form is valid."""
        data = self.cleaned_data
        return Decided(
            kind=data["kind"],
            starts_on=data["starts_on"],
            starts_session=data["starts_session"],
            ends_on=data["ends_on"],
            ends_session=data["ends_session"],
            reasons=[data[name] for name in ("reason_1", "reason_2", "reason_3") if data[name]],
            decided_by=data["decided_by"],
            circumstances=data["circumstances"],
            new_evidence=data["new_evidence"],
            misses_exam=data["misses_exam"],
            parents_told_on=data["parents_told_on"],
        )


class StepForm(GuardedForm):
    """Something that was done about a suspension. NOTES: the suspension's fields that it says."""

    NOTES: tuple[str, ...] = ()

    def __init__(self, data: Any, *, span: Suspension) -> None:
        super().__init__(data, initial=self.stands(span) | {"seen": version_of(span, self.NOTES)})

    def stands(self, span: Suspension) -> dict[str, Any]:
        """Return what is noted already, by the names of the form's fields."""
        return {name: getattr(span, name) for name in self.NOTES}

    def facts(self) -> dict[str, Any]:
        """Return what is noted, by the names of the suspension's fields, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class DoneForm(StepForm):
    """Somebody was told, or made representations, on a day. slug: the field that says so."""

    on = day_field("On", required=False)

    def __init__(self, data: Any, *, slug: str, span: Suspension) -> None:
        self.NOTES = (slug,)
        super().__init__(data, span=span)

    def stands(self, span: Suspension) -> dict[str, Any]:
        """Return the day, or today while there is none."""
        return {"on": getattr(span, self.NOTES[0]) or timezone.localdate()}

    def facts(self) -> dict[str, Any]:
        """Return the day under the field's own name."""
        return {self.NOTES[0]: self.cleaned_data["on"]}


class ProvisionForm(StepForm):
    """Where there is full-time education from the 6th day."""

    NOTES = ("provision",)
    provision = forms.CharField(label="Where, and who arranged it", max_length=200, required=False)


class ExamForm(StepForm):
    """Whether a public exam or national test falls into it, which is not always known on the first day."""

    NOTES = ("misses_exam",)
    misses_exam = forms.BooleanField(label="A public exam or national test is missed", required=False)


class GovernorsForm(StepForm):
    """The governing board met."""

    NOTES = ("governors_met_on", "governors_decided")
    governors_met_on = day_field("Met on", required=False)
    governors_decided = forms.ChoiceField(
        label="What they decided", choices=[("", "–"), *((each, each) for each in DECISIONS)], required=False
    )


class ReviewForm(StepForm):
    """Parents asked for an independent review panel."""

    NOTES = ("review_asked_on", "review_decided")
    review_asked_on = day_field("Asked for on", required=False)
    review_decided = forms.CharField(label="What the panel decided", max_length=200, required=False)


class ReintegrationForm(StepForm):
    """The meeting on the return: booked first, then what was agreed."""

    NOTES = ("reintegration_at", "reintegration")

    day = day_field("Day", required=False)
    at = forms.TimeField(label="Time", required=False, widget=TimeInput(format="%H:%M"))
    reintegration = forms.CharField(
        label="Who came, and what was agreed",
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Empty while it is only booked.",
    )

    def stands(self, span: Suspension) -> dict[str, Any]:
        """Return the day, the time and what was agreed."""
        at = timezone.localtime(span.reintegration_at) if span.reintegration_at else None
        return {
            "day": at.date() if at else None,
            "at": at.time() if at else None,
            "reintegration": span.reintegration,
        }

    def clean(self) -> dict[str, Any]:
        """Ask for the day of a time, and of what was agreed."""
        data = super().clean() or {}
        if not data.get("day") and (data.get("at") or data.get("reintegration")):
            self.add_error("day", "Say which day.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the moment, and what was agreed."""
        data = self.cleaned_data
        moment = datetime.combine(data["day"], data["at"] or time(9)) if data["day"] else None
        return {
            "reintegration_at": timezone.make_aware(moment) if moment else None,
            "reintegration": data["reintegration"],
        }
