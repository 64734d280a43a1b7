"""Requests for references: who asks, the draft, and where it was sent."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from contacts.forms.agency_fields import colleague_field, day_field, line_field, not_to_come
from contacts.models import ReferenceRequest
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.versions import version_of

OF_REFERENCE = ("requester", "received_on", "due_on", "consent", "is_restricted", "owner_id")
OF_DRAFT = ("draft",)
UNWRITTEN = ": …"  # how a line ends that the draft begins with and somebody has to finish


class _ReferenceForm(BaseForm):
    """Who asks for what, by when, and whose consent there is."""

    is_kept = True

    requester = line_field(
        "Who asks, and for what", 160, "Such as: Lowfield College, application for 2027.", is_required=True
    )
    received_on = day_field("Received on")
    due_on = day_field("Due on")
    consent = line_field(
        "Consent", 300, "Whose, and when; or why it is answered without, such as a court’s order.", is_required=True
    )
    is_restricted = forms.BooleanField(
        label="Restricted: only its writer and those who sign see it",
        required=False,
        help_text="For courts, social services and medical profiles.",
    )
    owner = colleague_field("Who writes it")

    def __init__(self, *args: Any, keepers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], keepers)

    def clean_received_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["received_on"])

    def clean(self) -> dict[str, Any]:
        """Refuse a due date before it was asked for."""
        data = super().clean() or self.cleaned_data
        if data.get("received_on") and data.get("due_on") and data["due_on"] < data["received_on"]:
            self.add_error("due_on", "It cannot be due before it was asked for.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        data = self.cleaned_data
        return {name: data[name] for name in OF_REFERENCE if name in data} | {"owner_id": data["owner"].pk}


class ReferenceForm(_ReferenceForm, OnceForm):
    """A request that came in."""


class ReferenceChangeForm(_ReferenceForm, GuardedForm):
    """One that is in the register."""

    @classmethod
    def of(cls, held: ReferenceRequest, keepers: QuerySet[User], data: Any = None) -> "ReferenceChangeForm":
        """Return the form filled with it as it stands."""
        stands = {name: getattr(held, name) for name in OF_REFERENCE} | {"seen": version_of(held, OF_REFERENCE)}
        return cls(data, keepers=keepers, initial=stands | {"owner": held.owner_id})


class DraftForm(GuardedForm):
    """What the reference says. Empty, it begins with what the record holds."""

    submit_label = "Save the draft"
    is_kept = True

    words = forms.CharField(
        label="The reference",
        max_length=20000,
        widget=forms.Textarea({"rows": 22}),
        help_text="Facts that you can stand by. The student may ask to read it.",
    )
    is_ready = forms.BooleanField(label="It is ready to be signed off by somebody else", required=False)

    @classmethod
    def of(cls, held: ReferenceRequest, begun: str, data: Any = None) -> "DraftForm":
        """Return the form with the draft as it stands. begun: what an empty one begins with."""
        stands: dict[str, Any] = {
            "words": held.draft or begun,
            "is_ready": held.ready_at is not None,
            "seen": version_of(held, OF_DRAFT),
        }
        return cls(data, initial=stands)

    def clean(self) -> dict[str, Any]:
        """Hand nothing on in which a line still waits for its words: it would be signed and sent like that."""
        data = super().clean() or self.cleaned_data
        lines = [line.strip() for line in data.get("words", "").splitlines()]
        waiting = [line.removesuffix(UNWRITTEN) for line in lines if line.endswith(UNWRITTEN)]
        if data.get("is_ready") and waiting:
            self.add_error("words", f"Still to be written, or to be taken out: {', '.join(waiting)}.")
        return data


class SendForm(BaseForm):
    """Where the signed reference went."""

    submit_label = "It was sent"

    sent_on = day_field("Sent on")
    sent_to = line_field("To", 200, "The person, and the address or e-mail.", is_required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("sent_on", timezone.localdate())

    def clean_sent_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["sent_on"])
