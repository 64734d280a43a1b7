"""Calling for help from a lesson, and how it ended."""

from collections.abc import Sequence
from typing import Any

from django import forms

from behaviour.forms.incidents import words_by_kind
from behaviour.models import ListedWord, OnCall
from behaviour.summaries.on_call import LessonNow
from pastoral.core.forms import BaseForm, OnceForm

PERIOD_LENGTH, SUBJECT_LENGTH = 5, 80  # as the model keeps them


class CallForm(OnceForm):
    """A call for help: one tap and the button, when the room is known."""

    submit_label = "Call for help"

    room = forms.CharField(
        label="Room",
        max_length=40,
        widget=forms.TextInput({"list": "rooms", "autocomplete": "off"}),
        error_messages={"required": "Say which room, so that somebody finds you."},
    )
    why = forms.ChoiceField(
        label="What is the matter",
        choices=[(each, each) for each in OnCall.REASONS],
        widget=forms.RadioSelect,
        error_messages={"required": "Tap what is the matter."},
    )
    in_class = forms.CharField(label="Who, in this lesson", required=False, widget=forms.Select)
    more = forms.CharField(label="More, if there is time", max_length=200, required=False)
    about = forms.CharField(label="Not among your students? The name", max_length=120, required=False)
    period = forms.ChoiceField(label="Period", required=False)
    subject = forms.ChoiceField(label="Subject", required=False)

    def __init__(self, *args: Any, lesson: LessonNow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        words = words_by_kind()
        self.initial.setdefault("period", lesson.period)
        self.initial.setdefault("subject", lesson.subject)
        self.taught = lesson.taught
        fields["in_class"].widget.choices = [("", "–"), *((str(key), name) for key, name in lesson.students)]
        if not lesson.students and "in_class" not in self.data:
            del fields["in_class"]
        for name, kind in (("period", ListedWord.Kind.PERIOD), ("subject", ListedWord.Kind.ACTIVITY)):
            listed: Sequence[str] = words.get(kind, ())
            # What stood there when the page was opened stays good, though the bell may have rung since.
            extra = {str(self.initial.get(name, "")), str(self.data.get(name, ""))} - {"", *listed}
            most = PERIOD_LENGTH if name == "period" else SUBJECT_LENGTH
            short = [each for each in (*sorted(extra), *listed) if len(each) <= most]
            fields[name].choices = [("", "–"), *((each, each) for each in short)]

    def clean_in_class(self) -> int | None:
        """Return the key of the student; nobody is held up by one whom the person does not teach today."""
        sent = self.cleaned_data["in_class"]
        return next((key for key in self.taught if str(key) == sent), None)

    @property
    def reason(self) -> str:
        """What is the matter, once the form is valid."""
        return ": ".join(filter(None, (self.cleaned_data["why"], self.cleaned_data["more"])))


class EndForm(BaseForm):
    """How a call ended."""

    submit_label = "End the call"

    outcome = forms.ChoiceField(
        label="How it ended",
        choices=OnCall.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it ended."},
    )
    note = forms.CharField(label="Note", max_length=300, required=False)
