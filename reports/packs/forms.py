"""Forms of packs: what goes in and why, to whom it was given, and the rules of a profile."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from interventions.forms.fields import day_field, line_field, not_to_come
from pastoral.core.forms import GuardedForm, OnceForm
from reports.models import PackHandover, PackProfile, PackRule
from reports.packs.gaps import Offered
from reports.packs.sections import SECTIONS

NOTHING_CHOSEN = "Choose at least one section."


class BuildForm(OnceForm):
    """Days, sections, who asked and why; restricted text, the DSL's and other students' names by choice alone."""

    submit_label = "Build the pack"

    asked_by = line_field("Who asked for it", 120, "A person or body: it stands on the cover.")
    asked_because = line_field("Why", 300)
    first = day_field("From")
    last = day_field("To")
    sections = forms.MultipleChoiceField(label="Sections", required=False, widget=forms.CheckboxSelectMultiple)
    takes_restricted = forms.BooleanField(
        label="Put restricted material in",
        required=False,
        help_text="Meetings, plans, cases and contacts that are for few to read.",
    )
    takes_dsl = forms.BooleanField(
        label="Put the DSL’s material in", required=False, help_text="Concerns and matters sent to the DSL."
    )
    keeps_names = forms.BooleanField(
        label="Name other students",
        required=False,
        help_text="Those whom you may see. Otherwise each becomes Student A, Student B and so on.",
    )
    names_because = line_field("Why other students are named", 300, is_required=False)

    def __init__(
        self, *args: Any, offered: Sequence[Offered], may_restricted: bool, may_dsl: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.musts = [each for each in offered if each.is_must]
        fields: dict[str, Any] = self.fields
        fields["sections"].choices = [(each.section.key, each.section.title) for each in offered if not each.is_must]
        for name, is_held in (("takes_restricted", may_restricted), ("takes_dsl", may_dsl)):
            if not is_held:
                del fields[name]
        if not fields["sections"].choices:
            del fields["sections"]

    def clean_last(self) -> date | None:
        """Refuse a day to come: a pack tells what was."""
        return not_to_come(self.cleaned_data["last"])

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, nothing chosen, and names without a reason."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", "The last day has to be the first or later.")
        if data.get("keeps_names") and not data.get("names_because"):
            self.add_error("names_because", "Say why other students are to be named.")
        if not self.keys:
            self.add_error(None, NOTHING_CHOSEN)
        return data

    @property
    def keys(self) -> list[str]:
        """Return the sections that go in, in the order of print: those that must, and those ticked."""
        chosen = {each.section.key for each in self.musts} | set(self.cleaned_data.get("sections", ()))
        return [section.key for section in SECTIONS if section.key in chosen]

    def facts(self) -> dict[str, Any]:
        """Return the pack's columns, once the form is valid."""
        data = self.cleaned_data
        names = ("asked_by", "asked_because", "first", "last", "keeps_names", "names_because")
        ticked = {name: data.get(name, False) for name in ("takes_restricted", "takes_dsl")}
        return {name: data[name] for name in names} | ticked | {"sections": self.keys}


class HandoverForm(OnceForm):
    """To whom it was given."""

    submit_label = "Note it"

    given_to = line_field("Given to", 120)
    organisation = line_field("Of", 120, "The authority, the school, the panel.", is_required=False)
    how = forms.ChoiceField(label="How", choices=PackHandover.How.choices)
    given_on = day_field("On")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("given_on", timezone.localdate())

    def clean_given_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["given_on"])

    def facts(self) -> dict[str, Any]:
        """Return its columns, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("given_to", "organisation", "how", "given_on")}


class ProfileForm(GuardedForm):
    """A profile: what it is called and for, and whether each section belongs in it."""

    name = line_field("Name", 80)
    purpose = line_field("For whom and what for", 300, "It stands on the cover.")
    is_on = forms.BooleanField(label="Offered", required=False)

    def __init__(self, *args: Any, rules: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for section in SECTIONS:
            self.fields[f"rule-{section.key}"] = forms.ChoiceField(
                label=section.title,
                choices=PackRule.Rule.choices,
                initial=rules.get(section.key, PackRule.Rule.NEVER),
            )
        self.order_fields(["name", "purpose", *(f"rule-{section.key}" for section in SECTIONS), "is_on", "seen"])

    @classmethod
    def of(cls, profile: PackProfile, rules: Mapping[str, str], seen: str, data: Any = None) -> "ProfileForm":
        """Return the form filled with the profile as it stands."""
        facts = {name: getattr(profile, name) for name in ("name", "purpose", "is_on")}
        return cls(data, rules=rules, initial=facts | {"seen": seen})

    def facts(self) -> dict[str, Any]:
        """Return the profile's columns, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("name", "purpose", "is_on")}

    def rules(self) -> dict[str, str]:
        """Return the rule of each section, once the form is valid."""
        return {section.key: self.cleaned_data[f"rule-{section.key}"] for section in SECTIONS}
