"""One first-day call: how it went, with whom, and the reason given for each student."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from attendance.codes import Code
from contacts.models import Channel, Outcome, Result
from contacts.summaries.calling_family import FamilyCarer
from contacts.summaries.calling_sheet import Sheet, SheetStudent
from pastoral.core.forms import OnceForm

MORE = "more"
SO_FAR, DAY, UNTIL = "so_far", "day", "until"


class Ended(NamedTuple):
    """One way in which a call ends."""

    words: str
    result: str
    outcome: str = ""
    channel: str = Channel.PHONE


REASON = "reason"
ENDINGS = {
    REASON: Ended("Reason given", Result.REACHED, Outcome.REASON_GIVEN),
    "no_answer": Ended("No answer", Result.NO_ANSWER),
    "voicemail": Ended("Voicemail left", Result.VOICEMAIL),
    "on_the_way": Ended("On the way", Result.REACHED, Outcome.INFORMED),
    "wrong_number": Ended("Wrong number", Result.WRONG_NUMBER),
    "refused": Ended("Would not talk", Result.REFUSED),
    "text": Ended("Text sent", Result.SENT, channel=Channel.TEXT),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of one student. until: None for the sessions so far."""

    student: SheetStudent
    code: int
    entries: dict[str, int]
    until: date | None
    is_until_asked: bool


class CallForm(OnceForm):
    """How one call went."""

    seen = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    gone = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        choices=[(key, ended.words) for key, ended in ENDINGS.items()],
        error_messages={"required": "Say how the call went."},
    )
    whom = forms.ChoiceField(
        label="Whom you rang",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whom you rang.", "invalid_choice": "Choose whom you rang."},
    )
    about = forms.TypedMultipleChoiceField(
        label="About",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose whom the call was about."},
    )
    words = forms.CharField(label="What was said", max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))
    at = forms.TimeField(
        label="When, if not just now",
        required=False,
        widget=forms.TimeInput({"type": "time"}),
        error_messages={"invalid": "Put in the time of the call as 08:52."},
    )

    sheet: Sheet

    @classmethod
    def of(cls, sheet: Sheet, seen: str, data: Any = None) -> Self:
        """Return the form of the call. seen: how far the calls are now."""
        gone = ",".join(str(student.key) for student in sheet.gone)
        form = cls(data, initial={"seen": seen, "gone": gone})
        form.sheet = sheet
        fields: Any = form.fields
        fields["whom"].choices = _numbers(sheet)
        fields["about"].choices = [(student.key, student.who.name) for student in sheet.students]
        row, form.initial["whom"] = _next(sheet)
        theirs = row.students if row else frozenset(student.key for student in sheet.students)
        form.initial["about"] = [s.key for s in sheet.students if not s.is_gone and s.key in theirs]
        for student in sheet.students:
            form._add(student)
        return form

    def _add(self, student: SheetStudent) -> None:
        """Add what may be said of one student: the code and how long it holds."""
        if not student.codes:
            return
        most = [(str(code.key), _said(code)) for code in student.most_said]
        more = [(str(code.key), f"{code.letters}  {code.meaning}") for code in student.others]
        first = self.sheet.day
        self.fields |= {
            f"code-{student.key}": forms.ChoiceField(
                label="Reason",
                choices=[*most, *([(MORE, "Another reason")] if more else [])],
                required=False,
                widget=forms.RadioSelect,
            ),
            f"more-{student.key}": forms.ChoiceField(
                label="Another reason", choices=[("", "Choose a code"), *more], required=False
            ),
            f"through-{student.key}": forms.ChoiceField(
                label="It holds for",
                choices=[(SO_FAR, _so_far(student)), (DAY, "The whole day"), (UNTIL, "Until")],
                initial=DAY,
                required=False,
                widget=forms.RadioSelect,
            ),
            f"until-{student.key}": forms.DateField(
                label="Last day of the absence",
                required=False,
                widget=forms.DateInput({"type": "date", "min": first.isoformat()}),
                error_messages={"invalid": "Put in the last day of the absence."},
            ),
            f"entries-{student.key}": forms.CharField(
                initial=_entries_said(student), required=False, max_length=60, widget=forms.HiddenInput
            ),
        }

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Return each student with the fields about them, for the page."""
        names = ("code", "more", "through", "until", "entries")
        return [
            {
                "student": student,
                "is_about": str(student.key) in map(str, self["about"].value() or ()),
                **{name: self[f"{name}-{student.key}"] for name in names if student.codes},
            }
            for student in self.sheet.students
        ]

    @property
    def people(self) -> list[tuple[FamilyCarer, list[tuple[str, str, bool]]]]:
        """Return everybody on record with the choices of whom to ring: value, number and whether it is chosen."""
        chosen = self["whom"].value()
        return [
            (row, [(value, number, value == chosen) for value, number in _choices(row)]) for row in self.sheet.carers
        ]

    def clean(self) -> dict[str, Any]:
        """Want a reason for each student where one was given, and no time that is still to come."""
        cleaned = super().clean() or self.cleaned_data
        at = cleaned.get("at")
        if at and self._moment(at) > self.sheet.now:
            self.add_error("at", "That is later than now.")
        if cleaned.get("whom") and "about" in cleaned:
            self._clean_about(cleaned["about"])
        if cleaned.get("outcome") == REASON and "about" in cleaned:
            for student in self.sheet.students:
                if student.key in cleaned["about"] and student.codes:
                    self._clean_reason(cleaned, student)
            if not any(s.codes and s.key in cleaned["about"] for s in self.sheet.students) and not cleaned.get("words"):
                self.add_error("words", "Say in a few words what the reason is.")
        return cleaned

    def _clean_about(self, about: Collection[int]) -> None:
        """Of a half brother of another home nothing is said: say whom to untick."""
        row, _number = self._rung()
        others = [s.who.name for s in self.sheet.students if s.key in about and s.key not in row.students]
        if others:
            names = " and ".join(others)
            self.add_error(
                "about",
                f"{row.carer.name} is no parent or carer of {names}: untick {names}, and ring about them apart.",
            )

    def _clean_reason(self, cleaned: dict[str, Any], student: SheetStudent) -> None:
        code, until = cleaned.get(f"code-{student.key}"), cleaned.get(f"until-{student.key}")
        if not code:
            self.add_error(f"code-{student.key}", f"Choose the reason given for {student.who.name}.")
        elif code == MORE and not cleaned.get(f"more-{student.key}"):
            self.add_error(f"more-{student.key}", "Choose the code.")
        asks = cleaned.get(f"through-{student.key}") == UNTIL
        if asks and f"until-{student.key}" not in self.errors and (until is None or until < self.sheet.day):
            self.add_error(f"until-{student.key}", "Put in the last day of the absence, today or later.")

    @property
    def ended(self) -> Ended:
        """How the call went."""
        return ENDINGS[self.cleaned_data["outcome"]]

    @property
    def called_at(self) -> datetime | None:
        """When the call was; None for just now."""
        at = self.cleaned_data.get("at")
        return self._moment(at) if at else None

    @property
    def carer(self) -> tuple[int, str]:
        """The key of whom was rung, and the number."""
        row, number = self._rung()
        return row.carer.parent_carer_id, number

    def _rung(self) -> tuple[FamilyCarer, str]:
        key, _, place = self.cleaned_data["whom"].partition("-")
        row = next(row for row in self.sheet.carers if row.carer.parent_carer_id == int(key))
        return row, row.numbers[int(place)] if place else ""

    @property
    def answers(self) -> list[Answer]:
        """What was said of each student whose mark waits for it; nothing unless a reason was given."""
        if self.cleaned_data["outcome"] != REASON:
            return []
        about = self.cleaned_data["about"]
        return [self._answer(student) for student in self.sheet.students if student.codes and student.key in about]

    def _answer(self, student: SheetStudent) -> Answer:
        said = {name: self.cleaned_data.get(f"{name}-{student.key}") for name in ("code", "more", "through", "until")}
        code = said["more"] if said["code"] == MORE else said["code"]
        until = {UNTIL: said["until"], SO_FAR: None}.get(said["through"] or DAY, self.sheet.day)
        entries = _entries_read(self.cleaned_data.get(f"entries-{student.key}", "")) or dict(student.entries)
        return Answer(student, int(code or 0), entries, until, said["through"] == UNTIL)

    def brought_up_to(self, seen: str) -> None:
        """Take over how things stand now, so that sending the form again logs it all the same."""
        sent: Any = self.data
        sent = sent.copy() if isinstance(sent, MultiValueDict) else dict(sent)
        sent["seen"], sent["gone"] = seen, self.initial["gone"]
        for student in self.sheet.students:
            if student.codes:
                sent[f"entries-{student.key}"] = _entries_said(student)
        self.data = sent

    def _moment(self, at: Any) -> datetime:
        return timezone.make_aware(datetime.combine(self.sheet.day, at))


def _numbers(sheet: Sheet) -> list[tuple[str, str]]:
    """Return every number to ring, and those to speak to who have none; nobody who is barred."""
    return [(value, f"{row.carer.name} {number}") for row in sheet.carers for value, number in _choices(row)]


def _choices(row: FamilyCarer) -> list[tuple[str, str]]:
    """Return a choice for each number of a person, and the number; one without it for who has none."""
    key = row.carer.parent_carer_id
    if row.barred:
        return []
    return [(f"{key}-{place}", number) for place, number in enumerate(row.numbers)] or [(str(key), "")]


def _next(sheet: Sheet) -> tuple[FamilyCarer | None, str]:
    """Return the first whom nobody has tried yet, else the first, and the choice of their first number."""
    free = [row for row in sheet.carers if not row.barred and row.numbers]
    row = next((row for row in free if not row.is_tried), free[0] if free else None)
    return row, f"{row.carer.parent_carer_id}-0" if row else ""


def _said(code: Code) -> str:
    words = {"I": "Ill", "M": "Medical appointment", "C": "Leave", "G": "Holiday", "O": "Other, not a good reason"}
    return f"{words.get(code.letters, code.meaning)} ({code.letters})"


def _so_far(student: SheetStudent) -> str:
    sessions = list(student.entries)
    return (
        "Morning and afternoon so far" if len(sessions) > 1 else "The morning" if "AM" in sessions else "The afternoon"
    )


def _entries_said(student: SheetStudent) -> str:
    return ",".join(f"{session}:{number}" for session, number in student.entries.items())


def _entries_read(words: str) -> dict[str, int]:
    pairs = (part.partition(":") for part in words.split(","))
    return {s: int(n) for s, _, n in pairs if s in ("AM", "PM") and n.isascii() and n.isdecimal() and len(n) < 5}
