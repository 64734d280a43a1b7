"""What a plan says, whole: as one value that pages and paper draw, frozen as data with its hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

FORMAT = 1
SIDES = {"school": "School", "student": "Student", "family": "Family", "agency": "Agency"}


@dataclass(frozen=True)
class Target:
    """What is to be so, how one will know, and by when."""

    key: int
    words: str
    measure: str
    by_on: date | None


@dataclass(frozen=True)
class Strategy:
    """What somebody does for it. side: one of SIDES."""

    key: int
    side: str
    words: str
    who: str


@dataclass(frozen=True)
class Hazard:
    """What could happen, and what is done: likelihood × severity, 1 to 5 each, before the controls and with them."""

    key: int
    words: str
    to_whom: str
    likelihood: int
    severity: int
    controls: str
    likelihood_left: int
    severity_left: int

    @property
    def risk(self) -> int:
        """Return the risk before the controls, 1 to 25."""
        return self.likelihood * self.severity

    @property
    def risk_left(self) -> int:
        """Return the risk with the controls, 1 to 25."""
        return self.likelihood_left * self.severity_left

    @property
    def level(self) -> str:
        """Return the risk before the controls, in words."""
        return level_of(self.risk)

    @property
    def level_left(self) -> str:
        """Return the risk with the controls, in words."""
        return level_of(self.risk_left)


@dataclass(frozen=True)
class Todo:
    """An action: what, who, and by when. Whether it was done is no part of a version."""

    key: int
    what: str
    who: str
    due_on: date


@dataclass(frozen=True)
class Review:
    """A day on which it is looked at. decision: in words, "" before it was held; progress: a line for each target."""

    key: int
    due_on: date
    held_on: date | None
    decision: str
    present: str
    progress: tuple[str, ...]


@dataclass(frozen=True)
class Agreement:
    """Who agreed to which version, when and how, or would not, and why. party: student, family, school or authority."""

    key: int
    who: str
    party: str
    version: int
    agreed_on: date | None
    how: str
    refused_on: date | None
    refused_because: str


@dataclass(frozen=True)
class PlanContent:
    """Everything that a plan says. form: of its kind. timetable, early_help: what it is tied to, in words.

    outcome: in words, "" while it goes on.
    """

    kind: str
    form: str
    student: str
    group: str
    owner: str
    reason: str
    starts_on: date
    ends_on: date
    timetable: str
    early_help: str
    strengths: str
    student_words: str
    family_words: str
    ended_on: date | None
    outcome: str
    outcome_note: str
    targets: tuple[Target, ...]
    strategies: tuple[Strategy, ...]
    hazards: tuple[Hazard, ...]
    todos: tuple[Todo, ...]
    reviews: tuple[Review, ...]
    agreements: tuple[Agreement, ...]

    @property
    def sides(self) -> list[tuple[str, list[Strategy]]]:
        """Return what each side does, those sides alone that do something."""
        held = [(words, [each for each in self.strategies if each.side == side]) for side, words in SIDES.items()]
        return [(words, each) for words, each in held if each]

    @property
    def is_contract(self) -> bool:
        """Test for a contract: what school and family each undertake."""
        return self.form == "contract"

    def data(self) -> dict[str, Any]:
        """Return it as plain data, to be frozen."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return {"format": FORMAT, **plain}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return it from what was frozen."""
        rows = {name: tuple(_row(kind, row) for row in data[name]) for name, kind in ROWS.items()}
        return cls(**{**_dated(cls, data), **rows})


ROWS: dict[str, type[Any]] = {
    "targets": Target,
    "strategies": Strategy,
    "hazards": Hazard,
    "todos": Todo,
    "reviews": Review,
    "agreements": Agreement,
}


def _row(kind: type[Any], row: Mapping[str, Any]) -> Any:
    return kind(**_dated(kind, row))


def _dated(kind: type[Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row's fields, days as days and lists as tuples."""
    return {each.name: _typed(each.name, row[each.name]) for each in fields(kind) if each.name in row}


def _typed(name: str, value: Any) -> Any:
    if name.endswith("_on") and value:
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def hash_of(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what was frozen, whatever the order in which it is kept."""
    words = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def level_of(risk: int) -> str:
    """Return what a risk of 1 to 25 is called on the 5 × 5 matrix."""
    return next(words for least, words in ((20, "very high"), (10, "high"), (5, "medium"), (1, "low")) if risk >= least)
