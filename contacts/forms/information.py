"""Information that came in about a student: from whom, what, who is told, and what follows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from contacts.forms.agency_fields import (
    WithAgency,
    agency_chosen,
    colleague_field,
    day_field,
    line_field,
    not_to_come,
    offer_jobs,
    words_field,
)
from contacts.models import Channel, Information
from contacts.summaries.directory import Groups
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.versions import version_of

OF_INFORMATION = (
    "received_on",
    "channel",
    "agency_id",
    "worker_id",
    "from_name",
    "title",
    "narrative",
    "filed_at",
    "is_restricted",
    "follow_up",
    "follow_up_owner_id",
    "follow_up_on",
)
FOLLOW_UP = ("follow_up", "follow_up_owner", "follow_up_on")


class _InformationForm(WithAgency, BaseForm):
    """What is told of it."""

    received_on = day_field("Received on")
    channel = forms.ChoiceField(label="How", choices=Channel, initial=Channel.EMAIL)
    from_name = line_field("Or from", 120, "Somebody who is not in the directory.")
    title = line_field(
        "What it is", 120, "Such as: letter of the hospital; report of the speech therapist.", is_required=True
    )
    narrative = words_field("What it says", "In short. A worry about safety goes to the DSL, not here.", rows=5)
    filed_at = line_field("Where the document is kept", 160, "Such as: student file, section 4; the SEN drive.")
    is_restricted = forms.BooleanField(
        label="Only for those who read restricted notes, and those it is shared with", required=False
    )
    follow_up = line_field("What follows", 200)
    follow_up_owner = colleague_field("Who does it", empty="Nobody yet", help_text="They are shown this entry.")
    follow_up_on = day_field("By", required=False)

    def __init__(self, *args: Any, groups: Groups, keepers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].required = False
        self.offer_agencies(groups, "No agency of the directory")
        offer(self.fields["follow_up_owner"], keepers)

    def clean_received_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["received_on"])

    def clean(self) -> dict[str, Any]:
        """Ask from whom it came; a follow-up is whole or none."""
        data = super().clean() or self.cleaned_data
        if data.get("agency"):
            data["from_name"] = ""
        elif not data.get("from_name") and "from_name" not in self.errors:
            self.add_error("from_name", "Say from whom it came, or choose the agency.")
        held = [name for name in FOLLOW_UP if data.get(name)]
        for name in FOLLOW_UP:
            if held and name not in held and name in self.fields and name not in self.errors:
                self.add_error(name, "A follow-up needs somebody who does it, and a date.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid; without the follow-up where the form does not ask for it."""
        data = self.cleaned_data
        own = {name: data[name] for name in OF_INFORMATION if name in data}
        if "follow_up_owner" in self.fields:
            own["follow_up_owner_id"] = data["follow_up_owner"].pk if data["follow_up_owner"] else None
        return own | self.agency_facts()


class CirculateForm(BaseForm):
    """Whom it is shown to."""

    submit_label = "Show it to them"

    to = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="Colleagues",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose whom."},
    )
    asks = line_field("What you ask of them", 200)

    def __init__(self, *args: Any, colleagues: Sequence[tuple[str, User]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_jobs(self.fields["to"], colleagues)


class InformationForm(_InformationForm, OnceForm):
    """Information that came in, and whom it is circulated to at once."""

    to = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Circulate to", required=False, widget=forms.CheckboxSelectMultiple
    )
    asks = line_field("What you ask of them", 200)

    def __init__(self, *args: Any, colleagues: Sequence[tuple[str, User]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_jobs(self.fields["to"], colleagues)


class InformationChangeForm(_InformationForm, GuardedForm):
    """One that is filed already, put right. What follows is settled once it is done."""

    @classmethod
    def of(cls, held: Information, data: Any = None, **offered: Any) -> "InformationChangeForm":
        """Return the form filled with it as it stands."""
        names = [name for name in OF_INFORMATION if held.follow_up_done_at is None or "follow_up" not in name]
        stands: dict[str, Any] = {name: getattr(held, name) for name in names} | {"seen": version_of(held, names)}
        also = {"agency": agency_chosen(stands), "follow_up_owner": held.follow_up_owner_id}
        form = cls(data, initial=stands | also, **offered)
        for name in FOLLOW_UP if held.follow_up_done_at else ():
            del form.fields[name]
        return form


class DoneForm(BaseForm):
    """What was done of what follows."""

    submit_label = "It is done"

    done = line_field("What was done", 200, is_required=True)
