"""A referral to an agency: sent with consent or the reason to do without, then what became of it."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from contacts.forms.agency_fields import (
    WithAgency,
    agency_chosen,
    colleague_field,
    day_field,
    line_field,
    not_to_come,
    words_field,
)
from contacts.models import Consent, Referral
from contacts.summaries.carers import Carer
from contacts.summaries.directory import Groups
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.versions import version_of
from students.models import ParentCarer

OF_REFERRAL = (
    "agency_id",
    "worker_id",
    "sent_on",
    "reason",
    "consent",
    "consent_by_id",
    "consent_on",
    "without_because",
    "shared",
    "basis",
    "reference",
    "owner_id",
    "chase_on",
)


def consent_choices(people: tuple[Carer, ...], stood: ParentCarer | None = None) -> list[tuple[str, str]]:
    """Return who may consent: nobody whom a court order bars; without parental responsibility, it says so.

    stood: whose consent the record holds: it stays with it as it was given, whoever may not be asked by now.
    """
    free = [
        (
            str(each.parent_carer_id),
            f"{each.name}, {each.relationship.lower()}"
            + ("" if each.has_parental_responsibility else " (no parental responsibility on record)"),
        )
        for each in people
        if not each.is_barred
    ]
    if stood is None or str(stood.pk) in dict(free):
        return free
    return [*free, (str(stood.pk), f"{stood} (gave it then, and may not be asked by now)")]


class _ReferralForm(WithAgency, BaseForm):
    """What is told of a referral."""

    sent_on = day_field("Sent on")
    owner = colleague_field("Who answers for it")
    reason = words_field("Why", "What is asked of them, and what led to it. The family may read it.", is_required=True)
    shared = words_field(
        "What was shared", "Which documents and facts, no more than they need.", rows=2, is_required=True
    )
    basis = line_field(
        "On what basis", 160, "Such as: consent; public task; legal obligation; vital interests.", is_required=True
    )
    consent = forms.ChoiceField(label="Consent", choices=Consent.choices, widget=forms.RadioSelect)
    consent_by = forms.ChoiceField(label="Given by", required=False)
    consent_on = day_field("Given on", required=False)
    without_because = line_field("Why without consent", 300)
    reference = line_field("Their reference", 60)
    chase_on = day_field("Ask them again on", required=False, help_text="If nobody has answered by then.")

    def __init__(
        self,
        *args: Any,
        groups: Groups,
        people: tuple[Carer, ...],
        keepers: QuerySet[User],
        stood: ParentCarer | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer_agencies(groups)
        offer(self.fields["owner"], keepers)
        by: Any = self.fields["consent_by"]
        by.choices = [("", "Choose…"), *consent_choices(people, stood)]

    def clean_sent_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["sent_on"])

    def clean_consent_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["consent_on"])

    def clean(self) -> dict[str, Any]:
        """Ask for who consented and when, or for the reason to do without; keep no more than belongs to the answer."""
        data = super().clean() or self.cleaned_data
        if data.get("consent") == Consent.GIVEN:
            data["without_because"] = ""
            self._ask(data, {"consent_by": "Say who gave it.", "consent_on": "Say when."})
        elif data.get("consent"):
            data["consent_by"], data["consent_on"] = "", None
            self._ask(data, {"without_because": "Say why it goes without consent."})
        if data.get("chase_on") and data.get("sent_on") and data["chase_on"] < data["sent_on"]:
            self.add_error("chase_on", "That is before it was sent.")
        return data

    def _ask(self, data: dict[str, Any], wanted: dict[str, str]) -> None:
        for name, words in wanted.items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, words)

    def facts(self) -> dict[str, Any]:
        """Return the referral's columns, once the form is valid."""
        data = self.cleaned_data
        own = {name: data[name] for name in OF_REFERRAL if not name.endswith("_id")}
        by = int(data["consent_by"]) if data["consent_by"] else None
        return {**own, **self.agency_facts(), "consent_by_id": by, "owner_id": data["owner"].pk}


class ReferralForm(_ReferralForm, OnceForm):
    """A referral that is sent."""


class ReferralChangeForm(_ReferralForm, GuardedForm):
    """One that was sent, put right. answered_on: when the agency answered, or it was withdrawn."""

    answered_on: date | None = None

    @classmethod
    def of(cls, referral: Referral, data: Any = None, **offered: Any) -> "ReferralChangeForm":
        """Return the form filled with the referral as it stands."""
        stands: dict[str, Any] = {name: getattr(referral, name) for name in OF_REFERRAL}
        also = {"agency": agency_chosen(stands), "owner": referral.owner_id, "consent_by": referral.consent_by_id}
        form = cls(data, initial=stands | also | {"seen": version_of(referral, OF_REFERRAL)}, **offered)
        form.answered_on = referral.state_on
        return form

    def clean_sent_on(self) -> date | None:
        """Refuse a day to come, and one after they answered."""
        sent_on = super().clean_sent_on()
        if sent_on and self.answered_on and sent_on > self.answered_on:
            raise forms.ValidationError(f"That is after they answered, on {in_words(self.answered_on)}.")
        return sent_on


class _DatedForm(BaseForm):
    """A step of a day, today unless somebody says otherwise."""

    on = day_field("On")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())

    def clean_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["on"])


class AcceptForm(_DatedForm):
    """They took it."""

    submit_label = "They accepted it"

    reference = line_field("Their reference", 60)
    chase_on = day_field("Ask how it goes on", required=False)

    def facts(self) -> dict[str, Any]:
        """Return what is noted with it; the reference only where there is one."""
        held = {"chase_on": self.cleaned_data["chase_on"]}
        return held | {"reference": self.cleaned_data["reference"]} if self.cleaned_data["reference"] else held


class RefuseForm(_DatedForm):
    """They did not take it."""

    submit_label = "They refused it"

    because = line_field("Their reason", 300, is_required=True)

    def facts(self) -> dict[str, Any]:
        """Return what is noted with it."""
        return {"state_because": self.cleaned_data["because"], "chase_on": None}


class TakeBackForm(RefuseForm):
    """The school or the family withdrew it."""

    submit_label = "We take it back"

    because = line_field("Why, and who decided", 300, is_required=True)


class DoneForm(_DatedForm):
    """Their work is over."""

    submit_label = "It is done"

    outcome = words_field("What came of it", is_required=True)

    def facts(self) -> dict[str, Any]:
        """Return what is noted with it."""
        return {"outcome": self.cleaned_data["outcome"], "chase_on": None}


class ChaseForm(BaseForm):
    """When to ask again."""

    submit_label = "Save"

    chase_on = day_field("Ask them again on", required=False, help_text="Leave empty if there is nothing to ask.")

    def facts(self) -> dict[str, Any]:
        """Return the date."""
        return {"chase_on": self.cleaned_data["chase_on"]}


class PutBackForm(BaseForm):
    """The answer was noted by mistake."""

    submit_label = "It is not answered yet"

    def facts(self) -> dict[str, Any]:
        """Return that there is no answer."""
        return {"state_because": "", "outcome": ""}


STEP_FORMS: dict[str, tuple[str, type[BaseForm]]] = {
    "accept": ("Accepted", AcceptForm),
    "refuse": ("Refused", RefuseForm),
    "done": ("Done", DoneForm),
    "chase": ("Ask again on …", ChaseForm),
    "take_back": ("Withdrawn by us or the family", TakeBackForm),
    "put_back": ("That answer was a mistake", PutBackForm),
}
