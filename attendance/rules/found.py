"""What a rule finds."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Found(NamedTuple):
    """One finding about one student.

    key: what makes it the same finding when the rule runs again: "2026-11-16" for a week, "2026-11-02:MON" for a
    subject (the Mondays) within a window. facts: the figures it rests on, keys and dates in JSON's types, never names.
    proposes: the step, in the school's words. is_faint: the count is reached but chance may have done it: enough to
    leave a proposal open that stands, not to make one, or findings would come and go overnight.
    """

    student_id: int
    key: str
    facts: Mapping[str, Any]
    proposes: str
    is_faint: bool = False


def key_of(window: object, subject: str = "") -> str:
    """Return the key of a finding on a subject within the window that begins on the date."""
    return f"{window}:{subject}" if subject else str(window)


def subject_of(key: str) -> str:
    """Return what a key says apart from its window."""
    return key.partition(":")[2]
