"""The rows of a plan's form: each one's fields, and what a row needs to be whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet

from interventions.figures.plan_content import SIDES
from interventions.forms.fields import day_field
from pastoral.core.forms import OneOf
from pastoral.core.models import User
from pastoral.core.staff_names import offer

BLANK = 2  # empty rows after those there are
LIKELIHOOD = ((1, "1 rare"), (2, "2 unlikely"), (3, "3 possible"), (4, "4 likely"), (5, "5 almost certain"))
SEVERITY = ((1, "1 trivial"), (2, "2 minor"), (3, "3 moderate"), (4, "4 serious"), (5, "5 grave"))
# What makes a row one, and what it needs besides; the fields of a row that are empty from the start do not count.
HEAD = {"t": "words", "s": "words", "h": "words", "a": "what"}
NEEDS: dict[str, dict[str, str]] = {
    "t": {},
    "s": {},
    "h": {
        "to_whom": "Say to whom it could happen.",
        "likelihood": "Choose 1 to 5.",
        "severity": "Choose 1 to 5.",
        "controls": "Say what is done about it.",
        "likelihood_left": "Choose 1 to 5.",
        "severity_left": "Choose 1 to 5.",
    },
    "a": {"owner": "Say who does it.", "due_on": "Say by when."},
}
NOT_A_SIGN = {"key", "side"}


@dataclass
class Row:
    """One row: its prefix, such as t0, and its fields. bound: set by the form."""

    prefix: str
    fields: dict[str, Any]
    bound: dict[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Return its place, from 1."""
        return int(self.prefix[1:]) + 1

    @property
    def has_fault(self) -> bool:
        """Test for a fault in any of its fields."""
        return any(each.errors for each in self.bound.values())

    def value(self, data: Mapping[str, Any], name: str) -> Any:
        """Return what was sent for one of its fields."""
        return data.get(f"{self.prefix}_{name}")

    def key(self, data: Mapping[str, Any]) -> int | None:
        """Return the key of the row that it changes; None for a new one."""
        return self.value(data, "key") or None

    def is_sent(self, data: Mapping[str, Any]) -> bool:
        """Test for a row that says something, or empties one that did."""
        return bool(self.key(data) or self.facts(data))

    def facts(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return its columns; none where it was left or made empty."""
        if not self.value(data, HEAD[self.prefix[0]]):
            return {}
        return {name: self.value(data, name) for name in self.fields if name != "key"}

    def faults(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield what is missing: the field and what to do."""
        head = HEAD[self.prefix[0]]
        others = {name for name in self.fields if name != head and name not in NOT_A_SIGN}
        if not self.value(data, head):
            if any(self.value(data, name) for name in others) and not self.key(data):
                yield head, "Say what it is, or empty the row."
            return
        for name, fault in NEEDS[self.prefix[0]].items():
            if not self.value(data, name) and not self.bound[name].errors:
                yield name, fault


def _key() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)


def _line(label: str, longest: int, **attrs: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=False, widget=forms.TextInput(attrs))


def _scale(label: str, words: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", "–"), *words], coerce=int, required=False, empty_value=None
    )


def target_fields() -> dict[str, Any]:
    """Return the fields of a target."""
    return {
        "key": _key(),
        "words": _line("Target", 200),
        "measure": _line("How one will know", 200),
        "by_on": day_field("By", required=False),
    }


def strategy_fields() -> dict[str, Any]:
    """Return the fields of what somebody does."""
    return {
        "key": _key(),
        "side": forms.ChoiceField(label="Side", choices=list(SIDES.items()), initial="school"),
        "words": _line("What is done", 200),
        "who": _line("Who", 120),
    }


def hazard_fields() -> dict[str, Any]:
    """Return the fields of a hazard."""
    return {
        "key": _key(),
        "words": _line("What could happen", 200),
        "to_whom": _line("To whom", 120),
        "likelihood": _scale("Likelihood now", LIKELIHOOD),
        "severity": _scale("Severity now", SEVERITY),
        "controls": forms.CharField(
            label="What is done about it", max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
        ),
        "likelihood_left": _scale("Likelihood then", LIKELIHOOD),
        "severity_left": _scale("Severity then", SEVERITY),
    }


def action_fields(colleagues: QuerySet[User]) -> dict[str, Any]:
    """Return the fields of a new action."""
    owner: Any = OneOf(User.objects.none(), label="Who", required=False, empty_label="Choose…")
    offer(owner, colleagues)
    return {"what": _line("Action", 200), "owner": owner, "due_on": day_field("By", required=False)}
