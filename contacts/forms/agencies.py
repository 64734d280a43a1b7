"""The directory of agencies, who works there, and which of them are in a student's life."""

from datetime import date
from typing import Any

from django import forms

from contacts.forms.agency_fields import WithAgency, agency_chosen, day_field, line_field, not_to_come
from contacts.models import Agency, AgencyLink, AgencyWorker
from contacts.summaries.directory import Groups
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.versions import version_of

OF_AGENCY = (
    "name",
    "kind",
    "telephone",
    "email",
    "website",
    "address",
    "offers",
    "threshold",
    "how_to_refer",
    "is_active",
)
OF_WORKER = ("name", "job", "telephone", "email", "left_on")
OF_LINK = ("agency_id", "worker_id", "role", "reference", "starts_on", "ends_on")


class AgencyForm(GuardedForm):
    """An agency."""

    name = line_field("Name", 120, is_required=True)
    kind = forms.ChoiceField(label="What it is", choices=[("", "Choose…"), *Agency.Kind.choices])
    telephone = line_field("Telephone", 30)
    email = forms.EmailField(label="E-mail", max_length=254, required=False)
    website = forms.URLField(label="Website", max_length=200, required=False, assume_scheme="https")
    address = forms.CharField(label="Address", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))
    offers = line_field("What it offers", 300, "For young people and families, in a few words.")
    threshold = line_field("Whom it takes", 300, "Its threshold: age, need, district.")
    how_to_refer = line_field("How to refer", 300, "Form, e-mail or telephone, and who there takes it.")
    is_active = forms.BooleanField(
        label="We work with it", required=False, initial=True, help_text="If not, no form offers it any more."
    )

    @classmethod
    def of(cls, agency: Agency | None, data: Any = None) -> "AgencyForm":
        """Return the form for an agency as it stands, or for a new one."""
        return cls(data, initial=_stands(agency, OF_AGENCY) if agency else {})

    def facts(self) -> dict[str, Any]:
        """Return the agency's fields, once the form is valid."""
        return {name: self.cleaned_data[name] for name in OF_AGENCY}


class WorkerForm(GuardedForm):
    """Somebody who works for an agency; who left is kept."""

    name = line_field("Name", 120, is_required=True)
    job = line_field("Job", 120)
    telephone = line_field("Telephone", 30)
    email = forms.EmailField(label="E-mail", max_length=254, required=False)
    left_on = day_field("Left on", required=False, help_text="Then no form offers them; what they did stays.")

    @classmethod
    def of(cls, worker: AgencyWorker | None, data: Any = None) -> "WorkerForm":
        """Return the form for somebody as they stand, or for somebody new."""
        return cls(data, initial=_stands(worker, OF_WORKER) if worker else {})

    def clean_left_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["left_on"])

    def facts(self) -> dict[str, Any]:
        """Return their fields, once the form is valid."""
        return {name: self.cleaned_data[name] for name in OF_WORKER}


class _LinkForm(WithAgency, BaseForm):
    """Which agency works with a student, what for, and since when."""

    role = line_field("What for", 120, "Such as: key worker, bereavement counselling.")
    reference = line_field("Their reference", 60)
    starts_on = day_field("From")
    ends_on = day_field("To", required=False, help_text="Leave empty while it goes on.")
    field_order = ("agency", "role", "reference", "starts_on", "ends_on")

    def __init__(self, *args: Any, groups: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_agencies(groups)

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "It cannot end before it begins.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the link's columns, once the form is valid."""
        held = ("role", "reference", "starts_on", "ends_on")
        return {**self.agency_facts(), **{name: self.cleaned_data[name] for name in held}}


class LinkForm(_LinkForm, OnceForm):
    """An agency that works with a student from now on."""


class LinkChangeForm(_LinkForm, GuardedForm):
    """One that does already."""

    @classmethod
    def of(cls, link: AgencyLink, groups: Groups, data: Any = None) -> "LinkChangeForm":
        """Return the form filled with the link as it stands."""
        stands = _stands(link, OF_LINK)
        return cls(data, groups=groups, initial=stands | {"agency": agency_chosen(stands)})


def _stands(record: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names} | {"seen": version_of(record, names)}
