"""What a later version of a plan says otherwise, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from interventions.figures.plan_content import SIDES, PlanContent


@dataclass(frozen=True)
class Difference:
    """One field that says something else in the later version; before is "" for what is new, after for what is gone."""

    where: str
    label: str
    before: str
    after: str


SAID = {
    "kind": "Kind",
    "student": "Student",
    "group": "Tutor group",
    "owner": "Owner",
    "reason": "Why there is a plan",
    "starts_on": "Begins",
    "ends_on": "Ends",
    "timetable": "Timetable",
    "early_help": "Early help",
    "strengths": "Strengths",
    "student_words": "What the student says",
    "family_words": "What the family says",
    "ended_on": "Ended on",
    "outcome": "How it came out",
    "outcome_note": "What came of it",
}
# Each kind of row: what it is called, what it is known by, and what its fields are called.
_ROWS_SAID: dict[str, tuple[str, str, dict[str, str]]] = {
    "targets": ("Target", "words", {"words": "Target", "measure": "Measure", "by_on": "By"}),
    "strategies": ("What is done", "words", {"words": "What", "side": "Side", "who": "Who"}),
    "hazards": (
        "Hazard",
        "words",
        {
            "words": "Hazard",
            "to_whom": "To whom",
            "likelihood": "Likelihood",
            "severity": "Severity",
            "controls": "Controls",
            "likelihood_left": "Likelihood with the controls",
            "severity_left": "Severity with the controls",
        },
    ),
    "todos": ("Action", "what", {"what": "Action", "who": "Who", "due_on": "By"}),
    "reviews": (
        "Review",
        "due_on",
        {
            "due_on": "Due",
            "held_on": "Held",
            "decision": "Decision",
            "present": "Who was there",
            "progress": "Progress",
        },
    ),
    "agreements": (
        "Agreement",
        "who",
        {
            "version": "To version",
            "agreed_on": "Agreed on",
            "how": "How",
            "refused_on": "Refused on",
            "refused_because": "Why not",
        },
    ),
}


def differences(before: PlanContent, after: PlanContent) -> list[Difference]:
    """Return what the later version says otherwise, field by field, in the order in which a plan is read."""
    found = [
        Difference("", label, _said(getattr(before, name)), _said(getattr(after, name)))
        for name, label in SAID.items()
        if getattr(before, name) != getattr(after, name)
    ]
    for name, (called, known_by, labels) in _ROWS_SAID.items():
        rows = getattr(before, name), getattr(after, name)
        found.extend(_row_differences(called, known_by, labels, *rows))
    return found


def _row_differences(
    called: str, known_by: str, labels: Mapping[str, str], before: Sequence[Any], after: Sequence[Any]
) -> Iterator[Difference]:
    old, new = {row.key: row for row in before}, {row.key: row for row in after}
    for key, row in old.items():
        where = f"{called}: {_said(getattr(row, known_by))}"
        if key not in new:
            yield Difference(where, "taken out", _whole(row, labels), "")
            continue
        for name, label in labels.items():
            held, now = getattr(row, name), getattr(new[key], name)
            if held != now:
                yield Difference(where, label, _said(held), _said(now))
    for key, row in new.items():
        if key not in old:
            yield Difference(f"{called}: {_said(getattr(row, known_by))}", "new", "", _whole(row, labels))


def _whole(row: Any, labels: Mapping[str, str]) -> str:
    said = ((label, _said(getattr(row, name))) for name, label in labels.items())
    return "; ".join(f"{label}: {words}" for label, words in said if words)


def _said(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%a} {value.day} {value:%b %Y}"
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else SIDES.get(str(value), str(value))
