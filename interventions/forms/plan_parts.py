"""What hangs on a plan: who agreed, reviews, with whom it is shared, how it ends; and the kinds of plan."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from contacts.summaries.carers import Carer
from interventions.forms.fields import day_field, line_field, not_past, not_to_come, words_field
from interventions.models import Plan, PlanAgreement, PlanKind, PlanReview, PlanTarget, TargetReview
from interventions.summaries.plan_writing import REVIEW, review_state_of
from pastoral.core.forms import BaseForm, GuardedForm
from pastoral.core.models import User
from pastoral.core.staff_names import names_apart
from pastoral.core.versions import version_of

Party = PlanAgreement.Party
OF_AGREEMENT = (
    "party",
    "parent_carer_id",
    "staff_id",
    "name",
    "version",
    "agreed_on",
    "how",
    "refused_on",
    "refused_because",
)
OF_KIND = ("name", "also", "form", "weeks", "review_weeks", "is_evidence", "is_active")
SAID = [("agreed", "Agreed"), ("refused", "Would not agree")]


class AgreementForm(GuardedForm):
    """Who agreed to a version and how, or would not, and why."""

    submit_label = "Note it"

    who = forms.ChoiceField(label="Who")
    name = line_field("Their name", 120, "Of the authority or the agency.", is_required=False)
    said = forms.ChoiceField(label="Their answer", choices=SAID, widget=forms.RadioSelect, initial="agreed")
    on = day_field("On")
    how = line_field("How", 80, "Signed, by e-mail, at the meeting.", is_required=False)
    because = line_field("Why not", 300, "Of somebody who would not: a refusal is evidence, too.", is_required=False)
    version = forms.TypedChoiceField(label="Which version they saw", coerce=int)

    def __init__(
        self, *args: Any, carers: Sequence[Carer], staff: QuerySet[User], versions: Sequence[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        kin = [(f"c{each.parent_carer_id}", f"{each.name}, {each.relationship.lower()}") for each in carers]
        fields["who"].choices = [
            ("student", "The student"),
            *kin,
            *((f"u{key}", name) for key, name in names_apart(staff).items()),
            ("authority", "Local authority or agency"),
        ]
        fields["version"].choices = [(number, f"Version {number}") for number in versions]
        self.initial.setdefault("on", timezone.localdate())

    def clean_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["on"])

    def clean(self) -> dict[str, Any]:
        """Want how of who agreed, why of who did not, and the name of somebody outside."""
        data = super().clean() or self.cleaned_data
        if data.get("who") == "authority" and not data.get("name"):
            self.add_error("name", "Say who it was.")
        if data.get("said") == "refused" and not data.get("because"):
            self.add_error("because", "Say why they would not, in their words.")
        if data.get("said") == "agreed" and not data.get("how"):
            self.add_error("how", "Say how: signed, by e-mail, at the meeting.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the agreement's columns, once the form is valid."""
        data, who = self.cleaned_data, self.cleaned_data["who"]
        parties = {"s": Party.STUDENT, "c": Party.FAMILY, "u": Party.SCHOOL, "a": Party.AUTHORITY}
        key = int(who[1:]) if who[1:].isdecimal() else None
        is_agreed = data["said"] == "agreed"
        return {
            "party": str(parties[who[0]]),
            "parent_carer_id": key if who[0] == "c" else None,
            "staff_id": key if who[0] == "u" else None,
            "name": data["name"] if who == "authority" else "",
            "version": data["version"],
            "agreed_on": data["on"] if is_agreed else None,
            "how": data["how"] if is_agreed else "",
            "refused_on": None if is_agreed else data["on"],
            "refused_because": "" if is_agreed else data["because"],
        }

    @classmethod
    def of(cls, held: PlanAgreement, data: Any = None, **offered: Any) -> "AgreementForm":
        """Return the form filled with an agreement as it stands."""
        keys = {Party.FAMILY: f"c{held.parent_carer_id}", Party.SCHOOL: f"u{held.staff_id}"}
        stands = {
            "who": keys.get(Party(held.party), held.party),
            "name": held.name,
            "said": "agreed" if held.agreed_on else "refused",
            "on": held.agreed_on or held.refused_on,
            "how": held.how,
            "because": held.refused_because,
            "version": held.version,
            "seen": version_of(held, OF_AGREEMENT),
        }
        return cls(data, initial=stands, **offered)


class ReviewForm(GuardedForm):
    """A review as it was held: each target, everybody's words, and what was decided."""

    is_kept = True

    held_on = day_field("Held on")
    present = line_field("Who was there", 300, is_required=False)
    notes = words_field("What was found", rows=3)
    student_words = words_field("What the student says", "In their own words.", rows=2)
    family_words = words_field("What the family says", "In their own words.", rows=2)
    decision = forms.ChoiceField(label="Decision", choices=PlanReview.Decision.choices, widget=forms.RadioSelect)
    next_on = day_field("Another review on", required=False, help_text="Besides those that are set already.")

    def __init__(self, *args: Any, targets: Sequence[PlanTarget], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = list(targets)
        choices = [("", "Not looked at"), *TargetReview.Progress.choices]
        for each in self.targets:
            self.fields[f"near-{each.pk}"] = forms.ChoiceField(label=each.words, choices=choices, required=False)
            self.fields[f"note-{each.pk}"] = line_field(f"Note on: {each.words}", 200, is_required=False)

    @property
    def rows(self) -> list[tuple[PlanTarget, Any, Any]]:
        """Return each target with its two fields."""
        return [(each, self[f"near-{each.pk}"], self[f"note-{each.pk}"]) for each in self.targets]

    def clean_held_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["held_on"])

    def clean_next_on(self) -> date | None:
        """Refuse a day that is over."""
        return not_past(self.cleaned_data["next_on"])

    def facts(self, by: int) -> dict[str, Any]:
        """Return the review's columns, once the form is valid. by: who held it."""
        data = self.cleaned_data
        return {name: by if name == "by_id" else data[name] for name in REVIEW}

    def progress(self) -> dict[int, tuple[str, str]]:
        """Return how near each target is, with the note."""
        data = self.cleaned_data
        return {each.pk: (data[f"near-{each.pk}"], data[f"note-{each.pk}"]) for each in self.targets}

    @classmethod
    def of(cls, review: PlanReview, targets: Sequence[PlanTarget], data: Any = None) -> "ReviewForm":
        """Return the form filled with the review as it stands; of one to come, with today."""
        stands: dict[str, Any] = {name: getattr(review, name) for name in REVIEW if name != "by_id"}
        stands |= {"held_on": review.held_on or timezone.localdate(), "seen": review_state_of(review)}
        for each in review.targets.all():
            stands |= {f"near-{each.target_id}": each.progress, f"note-{each.target_id}": each.note}
        return cls(data, targets=targets, initial=stands)


class ReviewDayForm(BaseForm):
    """One more day on which it is looked at."""

    submit_label = "Set it"

    due_on = day_field("Looked at again on")

    def clean_due_on(self) -> date | None:
        """Refuse a day that is over."""
        return not_past(self.cleaned_data["due_on"])


class ShareForm(BaseForm):
    """With whom a plan is shared, and what is asked of them."""

    submit_label = "Share it"

    teachers = forms.TypedMultipleChoiceField(
        label="Who teaches them", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    team = forms.TypedMultipleChoiceField(
        label="Pastoral staff", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.TypedMultipleChoiceField(
        label="Others on the staff", coerce=int, required=False, widget=forms.SelectMultiple({"size": 4})
    )
    asks = line_field(
        "What you ask of them", 200, "Such as: what helps in your lessons? Empty to show it only.", is_required=False
    )
    due_on = day_field("By", required=False)

    def __init__(self, *args: Any, groups: Mapping[str, Sequence[tuple[int, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name, people in groups.items():
            fields[name].choices = people
            if not people:
                fields[name].widget = forms.MultipleHiddenInput()

    def clean_due_on(self) -> date | None:
        """Refuse a day that is over."""
        return not_past(self.cleaned_data["due_on"])

    def clean(self) -> dict[str, Any]:
        """Want somebody, and what is asked where there is a day for it."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.to():
            raise forms.ValidationError("Choose at least one colleague: it would be shared with nobody.")
        if data.get("due_on") and not data.get("asks"):
            self.add_error("asks", "Say what is asked of them by then.")
        if data.get("asks") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Say by when they answer.")
        return data

    def to(self) -> list[int]:
        """Return the keys of those chosen, each once."""
        data = self.cleaned_data
        return list(dict.fromkeys(key for name in ("teachers", "team", "others") for key in data.get(name) or ()))


class ReplyForm(BaseForm):
    """What a colleague answers."""

    submit_label = "Send the answer"

    words = words_field("Your answer", is_required=True)


class EndForm(BaseForm):
    """How a plan ends."""

    submit_label = "End it"
    is_kept = True

    outcome = forms.ChoiceField(label="How it came out", choices=Plan.Outcome.choices, widget=forms.RadioSelect)
    note = words_field("What came of it", "What is different now, and what goes on.", is_required=True)
    on = day_field("Ended on")
    drops_actions = forms.BooleanField(label="What is still to be done for it is not needed any more", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())

    def clean_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["on"])


class WithdrawForm(BaseForm):
    """A plan is withdrawn with a reason."""

    submit_label = "Withdraw it"

    because = line_field("Why it should not stand", 300, "It stays in the history with this reason.")


class KindForm(GuardedForm):
    """A kind of plan that the school keeps."""

    name = line_field("Name", 80)
    also = line_field("Also called", 120, "Such as PSP, or CAF: as people say.", is_required=False)
    form = forms.ChoiceField(label="What it holds besides", choices=PlanKind.Form.choices)
    weeks = forms.IntegerField(label="Weeks it usually runs", min_value=1, max_value=52)
    review_weeks = forms.IntegerField(label="Weeks between reviews", min_value=1, max_value=52)
    is_evidence = forms.BooleanField(
        label="Counts as the support plan or attendance contract",
        required=False,
        help_text="In the evidence of an attendance case, as local authorities ask for it.",
    )
    is_active = forms.BooleanField(
        label="Offered",
        required=False,
        initial=True,
        help_text="Off: no new plan is of this kind; those there are go on.",
    )

    @classmethod
    def of(cls, kind: PlanKind, data: Any = None) -> "KindForm":
        """Return the form filled with a kind as it stands."""
        stands = {name: getattr(kind, name) for name in OF_KIND}
        return cls(data, initial=stands | {"seen": version_of(kind, OF_KIND)})

    def facts(self) -> dict[str, Any]:
        """Return the kind's columns, once the form is valid."""
        return {name: self.cleaned_data[name] for name in OF_KIND}
