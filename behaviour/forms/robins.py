"""Round robins: asked, and answered."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from behaviour.forms.cards import DayInput
from behaviour.services.robins import QUESTIONS
from behaviour.summaries.robins import Colleague
from pastoral.core.forms import BaseForm, OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import names_apart


class TeachersForm(BaseForm):
    """Who is asked: those who teach the student, ticked, and anybody else on the staff."""

    submit_label = "Ask them too"

    teachers = forms.TypedMultipleChoiceField(
        label="Teachers of the student", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.TypedMultipleChoiceField(
        label="Others on the staff",
        coerce=int,
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
        help_text="Hold Ctrl (or ⌘) to choose several.",
    )

    def __init__(self, *args: Any, known: Sequence[Colleague], staff: Mapping[int, User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.staff = known, staff
        fields: dict[str, Any] = self.fields
        fields["teachers"].choices = [(each.user, f"{each.name} · {each.subject}") for each in known]
        taken = {each.user for each in known}
        fields["others"].choices = [pair for pair in names_apart(staff.values()).items() if pair[0] not in taken]
        if not known:
            fields["teachers"].widget = forms.MultipleHiddenInput()
        self.initial.setdefault("teachers", [each.user for each in known])

    def asked(self) -> dict[User, str]:
        """Return who is asked, each with what they teach the student."""
        subjects = {each.user: each.subject for each in self.known}
        keys = dict.fromkeys([*self.cleaned_data["teachers"], *self.cleaned_data["others"]])
        return {self.staff[key]: subjects.get(key, "") for key in keys if key in self.staff}


class RobinForm(OnceForm, TeachersForm):
    """Three questions about one student."""

    submit_label = "Ask"

    purpose = forms.CharField(
        label="What it is for",
        max_length=160,
        help_text="Teachers read it: “Meeting with the parents on Thursday”. Nothing confidential.",
    )
    question1 = forms.CharField(label="Question 1", max_length=160)
    question2 = forms.CharField(label="Question 2", max_length=160)
    question3 = forms.CharField(label="Question 3", max_length=160)
    due_on = forms.DateField(label="Answers by", widget=DayInput)
    field_order = ("purpose", "question1", "question2", "question3", "due_on", "teachers", "others")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for place, words in enumerate(QUESTIONS, 1):
            self.initial.setdefault(f"question{place}", words)

    def clean_due_on(self) -> date:
        """Refuse a day that is over."""
        day: date = self.cleaned_data["due_on"]
        if day < self.today:
            raise forms.ValidationError("That day is over: give people some time to answer.")
        return day

    def clean(self) -> dict[str, Any]:
        """Want somebody to ask."""
        data = super().clean() or {}
        if not self.errors and not data.get("teachers") and not data.get("others"):
            self.add_error("others", "Choose at least one teacher: nobody would be asked.")
        return data

    @property
    def questions(self) -> list[str]:
        """Return the three questions."""
        return [self.cleaned_data[f"question{place}"] for place in (1, 2, 3)]


class AnswerForm(BaseForm):
    """A teacher's three answers."""

    submit_label = "Save my answers"

    answer1 = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 3}))
    answer2 = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 3}))
    answer3 = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, questions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, question in enumerate(questions, 1):
            field = self.fields[f"answer{place}"]
            field.label = question
            field.error_messages["required"] = "Write a few words, or “nothing to say”."

    @property
    def words(self) -> list[str]:
        """Return the three answers."""
        return [self.cleaned_data[f"answer{place}"] for place in (1, 2, 3)]
