"""Report cards: opened, scored, signed, ended."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from behaviour.models import CardScore, CardTarget, ReportCard
from behaviour.services.cards import GOES_ON, Opening
from pastoral.core.forms import BaseForm, GuardedForm
from pastoral.core.models import User
from pastoral.core.rights import Role
from pastoral.core.staff_names import names_apart
from students.models import StaffAssignment
from students.summaries import SchoolCalendar

Level = ReportCard.Level
KEEPS: dict[str, tuple[str, ...]] = {
    Level.TUTOR: (Role.FORM_TUTOR,),
    Level.HEAD_OF_YEAR: (Role.HEAD_OF_YEAR, Role.PASTORAL_MANAGER),
    Level.SLT: (Role.SLT,),
}
TARGETS = ("target1", "target2", "target3")
HOW = ("Telephone", "Met in school", "E-mail", "Letter", "Message through the app")
SEEN_HOW = ("Signed the paper card", "Seen in school", "E-mail", "Telephone", "Message through the app")


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CardForm(BaseForm):
    """A card, at one level, with its targets and the rule that ends it."""

    submit_label = "Open the card"

    level = forms.ChoiceField(label="Level", choices=Level.choices, widget=forms.RadioSelect)
    keeper = forms.TypedChoiceField(label="Kept by", coerce=int, required=False, empty_value=None)
    target1 = forms.CharField(
        label="Target 1",
        max_length=160,
        required=False,
        help_text="What the student will do, in words they would use themselves: “I arrive on time with a pen.”",
    )
    target2 = forms.CharField(label="Target 2", max_length=160, required=False)
    target3 = forms.CharField(label="Target 3", max_length=160, required=False)
    reason = forms.CharField(
        label="Why", max_length=300, help_text="For those who keep it; teachers who score it do not read this."
    )
    starts_on = forms.DateField(label="First day", widget=DayInput)
    ends_on = forms.DateField(label="Last day", widget=DayInput)
    stop_at = forms.IntegerField(label="Share of the points (%)", min_value=1, max_value=100)
    stop_days = forms.IntegerField(label="on so many days running", min_value=1, max_value=20)
    most_points = forms.IntegerField(
        label="Behaviour points in a week, at most",
        required=False,
        min_value=0,
        max_value=99,
        help_text="If that is a target too; from Monday to Sunday.",
    )
    parent_told_on = forms.DateField(label="Parent told on", required=False, widget=DayInput)
    parent_told_how = forms.ChoiceField(
        label="How", required=False, choices=[("", "–"), *((words, words) for words in HOW)]
    )

    def __init__(
        self, *args: Any, team: Sequence[StaffAssignment], calendar: SchoolCalendar, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.team, self.calendar, self.today = team, calendar, today
        fields: dict[str, Any] = self.fields
        fields["keeper"].choices = keeper_choices(team)

    def clean_parent_told_on(self) -> date | None:
        """Refuse a day to come."""
        day: date | None = self.cleaned_data["parent_told_on"]
        if day and day > self.today:
            raise forms.ValidationError("That day is still to come.")
        return day

    def clean(self) -> dict[str, Any]:
        """Want a keeper of the level, and days on which school meets."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "It ends on or after its first day.")
        elif first and last and not self.calendar.between(first, last):
            self.add_error("ends_on", "School does not meet on any of these days.")
        if not self.errors and not any(data[name] for name in TARGETS):
            self.add_error("target1", "Write at least one target.")
        if data.get("level") and not data.get("keeper"):
            keeper = usual_keeper(self.team, data["level"])
            if keeper is None:
                self.add_error("keeper", "Nobody has that role for this student just now: choose who keeps it.")
            data["keeper"] = keeper.pk if keeper else None
        if bool(data.get("parent_told_on")) != bool(data.get("parent_told_how")):
            self.add_error("parent_told_how", "Say both when and how, or leave both empty.")
        return data

    def opening(self) -> Opening:
        """Return the card as the form says, once it is valid."""
        data = self.cleaned_data
        people = {held.user_id: held.user for held in self.team}
        return Opening(
            level=data["level"],
            reason=data["reason"],
            targets=[data[name] for name in TARGETS],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            keeper=people[data["keeper"]],
            stop_at=data["stop_at"],
            stop_days=data["stop_days"],
            most_points=data["most_points"],
            parent_told_on=data["parent_told_on"],
            parent_told_how=data["parent_told_how"],
        )


class CardChangeForm(GuardedForm, CardForm):
    """A card that runs, to be put right."""


def keeper_choices(team: Iterable[StaffAssignment]) -> list[Any]:
    """Return who can keep a card, by level; whoever holds two roles stands at the first."""
    groups: list[Any] = [("", "As usual for the level")]
    team, seen = list(team), set[int]()
    names = names_apart(each.user for each in team)
    for level, roles in KEEPS.items():
        held = dict.fromkeys(each.user_id for each in team if each.role in roles)
        people = [(key, names[key]) for key in held if key not in seen]
        seen |= set(held)
        if people:
            groups.append((Level(level).label, people))
    return groups


def usual_keeper(team: Iterable[StaffAssignment], level: str) -> User | None:
    """Return who keeps a card of the level unless somebody else is chosen; the first role of the level goes first."""
    held = list(team)
    return next((each.user for role in KEEPS[level] for each in held if each.role == role), None)


class EndForm(BaseForm):
    """How a card ends, and until when the next one runs where it goes on."""

    submit_label = "End this card"

    outcome = forms.ChoiceField(label="Outcome", widget=forms.RadioSelect)
    outcome_note = forms.CharField(
        label="What it came to",
        max_length=300,
        help_text="In a sentence: it stays with the card and is what the next team reads.",
    )
    ends_on = forms.DateField(
        label="The next card runs until", required=False, widget=DayInput, help_text="From the next school day on."
    )
    keeper = forms.TypedChoiceField(label="Kept by", coerce=int, required=False, empty_value=None)

    def __init__(
        self,
        *args: Any,
        card: ReportCard,
        team: Sequence[StaffAssignment],
        calendar: SchoolCalendar,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.card, self.team, self.calendar, self.today = card, team, calendar, today
        fields: dict[str, Any] = self.fields
        fields["outcome"].choices = outcomes_of(card)
        fields["keeper"].choices = keeper_choices(team)

    @property
    def next_day(self) -> date | None:
        """Return the first day of the card that follows."""
        return self.calendar.next_school_day(self.today)

    def clean(self) -> dict[str, Any]:
        """Want an end and a keeper for the card that follows, where one does."""
        data = super().clean() or {}
        if data.get("outcome") not in GOES_ON:
            return data
        last = data.get("ends_on")
        if self.next_day is None or not last or last < self.next_day:
            self.add_error("ends_on", "Say until when the next card runs; it begins on the next school day.")
        if not data.get("keeper"):
            keeper = usual_keeper(self.team, next_level(self.card, data["outcome"]))
            if keeper is None:
                self.add_error("keeper", "Nobody has that role for this student just now: choose who keeps it.")
            data["keeper"] = keeper.pk if keeper else None
        return data

    def following(self) -> Opening | None:
        """Return the card that follows, with the same targets; None where the outcome ends it."""
        data = self.cleaned_data
        if data["outcome"] not in GOES_ON or self.next_day is None:
            return None
        people = {held.user_id: held.user for held in self.team}
        return Opening(
            level=next_level(self.card, data["outcome"]),
            reason=self.card.reason,
            targets=[target.words for target in self.card.targets.on_card()],
            starts_on=self.next_day,
            ends_on=data["ends_on"],
            keeper=people[data["keeper"]],
            stop_at=self.card.stop_at,
            stop_days=self.card.stop_days,
            most_points=self.card.most_points,
        )


def next_level(card: ReportCard, outcome: str) -> str:
    """Return the level of the card that follows."""
    step = {ReportCard.Outcome.UP: 1, ReportCard.Outcome.DOWN: -1}.get(ReportCard.Outcome(outcome), 0)
    ladder = [str(level) for level in ReportCard.LADDER]
    return ladder[ladder.index(card.level) + step]


def outcomes_of(card: ReportCard) -> list[tuple[str, str]]:
    """Return how a card of this level can end: nothing is above the highest one and below the lightest."""
    left_out = {
        ReportCard.LADDER[0]: ReportCard.Outcome.DOWN,
        ReportCard.LADDER[-1]: ReportCard.Outcome.UP,
    }.get(Level(card.level))
    names = {
        ReportCard.Outcome.UP: "Step up",
        ReportCard.Outcome.DOWN: "Step down",
    }
    return [
        (value, f"{names[ReportCard.Outcome(value)]} to {Level(next_level(card, value)).label}")
        if value in names
        else (value, str(label))
        for value, label in ReportCard.Outcome.choices
        if value != left_out
    ]


class ScoreForm(forms.Form):
    """One lesson's scores, a tap for each target, and a comment if one is wanted."""

    period = forms.ChoiceField(
        label="Lesson", error_messages={"required": "Choose the lesson.", "invalid_choice": "Choose the lesson."}
    )
    words = forms.CharField(label="Comment", max_length=300, required=False)
    seen = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, targets: Iterable[CardTarget], periods: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = list(targets)
        fields: dict[str, Any] = self.fields
        fields["period"].choices = [(name, name) for name in periods]
        for target in self.targets:
            self.fields[f"target-{target.pk}"] = forms.TypedChoiceField(
                label=target.words, choices=CardScore.Score.choices, coerce=int, required=False, empty_value=None
            )

    def clean(self) -> dict[str, Any]:
        """Want at least one score, and none for a target that was taken off the card since the page was made."""
        data = super().clean() or {}
        known = {f"target-{target.pk}" for target in self.targets}
        if any(name.startswith("target-") and name not in known for name in self.data):
            raise forms.ValidationError("The card's targets were changed meanwhile: score the ones below.")
        if not self.errors and not self.scores():
            raise forms.ValidationError("Tap a score for at least one target.")
        return data

    def scores(self) -> dict[int, int]:
        """Return what was tapped, by the target's key."""
        named = {target.pk: self.cleaned_data.get(f"target-{target.pk}") for target in self.targets}
        return {key: value for key, value in named.items() if value is not None}


class SignForm(GuardedForm):
    """The keeper signs a day."""

    submit_label = "Sign the day"

    note = forms.CharField(
        label="What the day came to",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="A sentence for the student and the parents, if you want one.",
    )


class SeenForm(BaseForm):
    """A parent has seen the day."""

    submit_label = "Note it"

    on = forms.DateField(label="Parent saw it on", required=False, widget=DayInput)
    how = forms.ChoiceField(label="How", required=False, choices=[("", "–"), *((words, words) for words in SEEN_HOW)])

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Want both or neither."""
        data = super().clean() or {}
        if data.get("on") and data["on"] > self.today:
            self.add_error("on", "That day is still to come.")
        if not self.errors and bool(data.get("on")) != bool(data.get("how")):
            self.add_error("how", "Say both when and how, or leave both empty.")
        return data
