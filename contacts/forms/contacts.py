"""Logging a contact: with whom, how it went, what about, and what follows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from behaviour.forms.rooms import TimeInput
from contacts.models import Agency, AgencyWorker, Channel, Direction, Outcome, Party, Purpose, Result
from contacts.services.contacts import Told, With
from contacts.summaries.carers import BARRED, Carer
from contacts.summaries.matters import Matter
from contacts.summaries.sheet import Sheet, Sibling
from pastoral.core.forms import OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import names_apart
from students.models import ParentCarer, Student

ATTEMPTS = (Result.NO_ANSWER, Result.VOICEMAIL, Result.WRONG_NUMBER, Result.REFUSED)
OF_A_VISIT = ("who_answered", "safety_note")
OF_AN_AGENCY = ("shared", "basis", "reference")
WRITTEN = (Channel.LETTER, Channel.EMAIL, Channel.TEXT)


def day_input() -> forms.DateInput:
    """Return the widget of a day."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class ContactForm(OnceForm):
    """One contact in one step; everything but how it went has a value before anybody types."""

    submit_label = "Log the contact"

    who = forms.ChoiceField(label="With whom", error_messages={"required": "Choose with whom."})
    agency = forms.ChoiceField(label="Which agency", required=False)
    other_name = forms.CharField(label="Who it was", max_length=120, required=False)
    number = forms.ChoiceField(label="Number called", required=False)
    direction = forms.ChoiceField(label="Direction", choices=Direction, initial=Direction.OUT)
    channel = forms.ChoiceField(label="How", choices=Channel, initial=Channel.PHONE)
    result = forms.ChoiceField(label="How it went", choices=Result, error_messages={"required": "Say how it went."})
    purpose = forms.ChoiceField(label="What it was for", choices=Purpose)
    outcome = forms.ChoiceField(label="What came of it", choices=[("", "–"), *Outcome.choices], required=False)
    narrative = forms.CharField(
        label="What was said",
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Stays in the student’s file: the school’s list of contacts does not show it.",
    )
    is_restricted = forms.BooleanField(label="For few: the Head of Year, SLT and the DSL read it", required=False)
    also = forms.MultipleChoiceField(label="About these too", required=False)
    about = forms.MultipleChoiceField(label="What it is about", required=False)
    retry_on = forms.DateField(label="Try again on", required=False, widget=day_input())
    retry_time = forms.TimeField(label="At", required=False, widget=TimeInput(format="%H:%M"))
    next_step = forms.CharField(label="Next step", max_length=160, required=False)
    next_on = forms.DateField(label="By", required=False, widget=day_input())
    visited_by = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Who went", required=False, widget=forms.CheckboxSelectMultiple
    )
    who_answered = forms.CharField(label="Who answered the door", max_length=120, required=False)
    safety_note = forms.CharField(label="For whoever goes there next: is it safe?", max_length=300, required=False)
    shared = forms.CharField(label="What was shared with them", max_length=300, required=False)
    basis = forms.CharField(label="On what basis", max_length=120, required=False)
    reference = forms.CharField(label="Their reference", max_length=60, required=False)
    occurred_on = forms.DateField(label="Day", widget=day_input())
    occurred_time = forms.TimeField(label="Time", widget=TimeInput(format="%H:%M"))
    made_by = forms.ModelChoiceField(User.objects.none(), label="Who spoke", required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label="Who answers for what follows", required=False)

    def __init__(self, *args: Any, sheet: Sheet, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.user, self.now = sheet, user, now
        self._offer()
        local = timezone.localtime(now)
        first = next((matter for matter in sheet.matters if matter.is_named), None)
        retry = timezone.localtime(sheet.retry_at) if sheet.retry_at else None
        defaults = {
            "who": sheet.first_who,
            "purpose": first.purpose if first else Purpose.OTHER,
            "about": [matter.key for matter in sheet.matters if matter.is_named],
            "occurred_on": local.date(),
            "occurred_time": local.time(),
            "retry_on": retry.date() if retry else None,
            "retry_time": retry.time() if retry else None,
            "visited_by": [user.pk],
        }
        for name, value in defaults.items():
            self.initial.setdefault(name, value)

    def _offer(self) -> None:
        fields: dict[str, Any] = self.fields
        carers = [(f"c{carer.parent_carer_id}", carer.name) for carer in self.sheet.people]
        agencies = self.sheet.agencies
        kinds = [("agency", "An agency")] if agencies else []
        fields["who"].choices = [*carers, *kinds, ("other", "Somebody else")]
        fields["agency"].choices = [("", "Choose…"), *(agencies or ())]
        fields["number"].choices = [("", "Their first number"), *self.sheet.numbers]
        fields["also"].choices = [(str(each.student.student_id), each.student.name) for each in self.sheet.siblings]
        fields["about"].choices = [(matter.key, matter.words) for matter in self.sheet.matters]
        people = list(names_apart(self.sheet.colleagues).items())
        held = User.objects.filter(pk__in=[user.pk for user in self.sheet.colleagues])
        others = [each for each in people if each[0] != self.user.pk]
        own = [each for each in people if each[0] == self.user.pk]
        for name, choices in (
            ("made_by", [("", "I did"), *others]),
            ("owner", [("", "Whoever spoke"), *people]),
            ("visited_by", [*own, *others]),
        ):
            fields[name].queryset = held
            fields[name].choices = choices

    @property
    def people(self) -> Iterator[tuple[str, Carer, bool]]:
        """Yield each parent or carer with the value that chooses them, and whether they are chosen."""
        for carer in self.sheet.people:
            value = f"c{carer.parent_carer_id}"
            yield value, carer, self["who"].value() == value

    @property
    def kin(self) -> Iterator[tuple[Sibling, bool]]:
        """Yield each brother or sister, and whether they are ticked."""
        ticked = {str(value) for value in self["also"].value() or ()}
        for sibling in self.sheet.siblings:
            yield sibling, str(sibling.student.student_id) in ticked

    @property
    def matters(self) -> Iterator[tuple[Matter, bool]]:
        """Yield each matter that is offered, and whether it is ticked."""
        ticked = set(self["about"].value() or ())
        for matter in self.sheet.matters:
            yield matter, matter.key in ticked

    def clean(self) -> dict[str, Any]:
        """Check what belongs together, and drop what the answers given leave without a meaning."""
        data = super().clean() or self.cleaned_data
        self._check_who(data)
        self._check_when(data)
        if bool(data.get("next_step")) != bool(data.get("next_on")):
            missing, words = ("next_on", "Say by when.") if data.get("next_step") else ("next_step", "Say what.")
            if missing not in self.errors:
                self.add_error(missing, words)
        if data.get("result") == Result.SENT and data.get("channel") not in WRITTEN:
            self.add_error("result", "Only a letter, an e-mail or a text is sent. Say how the call or the visit went.")
        return data

    def _check_who(self, data: dict[str, Any]) -> None:
        who = data.get("who", "")
        if who == "agency" and not data.get("agency"):
            self.add_error("agency", "Choose the agency, or who there.")
        if who == "other" and not data.get("other_name"):
            self.add_error("other_name", "Say who it was.")
        carer = self._carer(who)
        if carer and carer.is_barred and data.get("direction") == Direction.OUT:
            self.add_error("who", f"{carer.name}: {BARRED}")
        ticked = data.get("also", ())
        for sibling in self.sheet.siblings if carer else ():
            is_theirs = carer is not None and carer.parent_carer_id in sibling.carers
            if str(sibling.student.student_id) in ticked and not is_theirs:
                self.add_error(
                    "also", f"{carer.name if carer else who} may not be contacted about {sibling.student.name}."
                )

    def _check_when(self, data: dict[str, Any]) -> None:
        day, at = data.get("occurred_on"), data.get("occurred_time")
        if day and at:
            data["occurred_at"] = min(moment := moment_of(day, at), self.now)
            if day > timezone.localdate(self.now):
                self.add_error("occurred_on", "The day is still to come: correct the date.")
            elif moment > self.now:
                self.add_error("occurred_time", "That time is still to come: correct it.")

    def _carer(self, who: str) -> Carer | None:
        return next((each for each in self.sheet.people if f"c{each.parent_carer_id}" == who), None)

    def told(self) -> Told:
        """Return what is told, once the form is valid."""
        data = self.cleaned_data
        return Told(
            who=self._with(),
            occurred_at=data["occurred_at"],
            channel=data["channel"],
            result=data["result"],
            purpose=data["purpose"],
            direction=data["direction"],
            also=self._also(),
        )

    def students(self) -> list[Student]:
        """Return whom it is about: the student, and those brothers and sisters who are ticked."""
        return list(
            Student.objects.filter(pk__in=[self.sheet.student.student_id, *map(int, self.cleaned_data["also"])])
        )

    def abouts(self) -> dict[int, list[dict[str, Any]]]:
        """Return what it is about, by student; for a brother or sister what is ticked and theirs too."""
        ticked = {matter.key: matter for matter in self.sheet.matters if matter.key in self.cleaned_data["about"]}
        common = {(matter.field, matter.shared) for matter in ticked.values()}
        found = {self.sheet.student.student_id: [matter.about for matter in ticked.values()]}
        for sibling in self.sheet.siblings:
            theirs = [matter.about for matter in sibling.matters if (matter.field, matter.shared) in common]
            found[sibling.student.student_id] = theirs
        return found

    def _with(self) -> With:
        who, data = self.cleaned_data["who"], self.cleaned_data
        if who == "other":
            return With(Party.OTHER, other_name=data["other_name"])
        if who == "agency":
            kind, key = data["agency"][0], int(data["agency"][1:])
            if kind == "a":
                return With(Party.AGENCY, agency=Agency.objects.get(pk=key))
            worker = AgencyWorker.objects.select_related("agency").get(pk=key)
            return With(Party.AGENCY, agency=worker.agency, worker=worker)
        return With.carer(ParentCarer.objects.get(pk=int(who[1:])))

    def _also(self) -> dict[str, Any]:
        data = self.cleaned_data
        kept = ["narrative", "is_restricted", "next_step", "next_on"]
        kept += OF_A_VISIT if data["channel"] == Channel.HOME_VISIT else ()
        kept += OF_AN_AGENCY if data["who"] == "agency" else ()
        return {name: data[name] for name in kept} | {
            "number": self._number(),
            "outcome": data["outcome"] if data["result"] == Result.REACHED else "",
            "retry_at": self._retry_at(),
        }

    def _number(self) -> str:
        """Return the number or address used: the one chosen, else the person's first for the channel."""
        data, carer = self.cleaned_data, self._carer(self.cleaned_data["who"])
        if carer is None or carer.is_barred:
            return ""
        if data["channel"] == Channel.EMAIL:
            return carer.email
        if data["channel"] not in (Channel.PHONE, Channel.TEXT):
            return ""
        chosen: str = data["number"]
        return chosen if chosen in carer.numbers else next(iter(carer.numbers), "")

    def _retry_at(self) -> datetime | None:
        data = self.cleaned_data
        if data["result"] not in ATTEMPTS or not data["retry_on"] or data["direction"] != Direction.OUT:
            return None
        return moment_of(data["retry_on"], data["retry_time"] or timezone.localtime(self.now).time())

    def visitors(self) -> list[User]:
        """Return who went, on a home visit."""
        return list(self.cleaned_data["visited_by"]) if self.cleaned_data["channel"] == Channel.HOME_VISIT else []


def moment_of(day: Any, at: Any) -> datetime:
    """Return the moment of a day and a time at the school."""
    return timezone.make_aware(datetime.combine(day, at))
