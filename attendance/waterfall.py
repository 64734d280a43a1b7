"""Who came to be persistently absent between two dates, and who no longer is: arithmetic that must close."""

from collections.abc import Mapping
from enum import StrEnum


class Turn(StrEnum):
    """What became of one student between the dates, in the order of the chart."""

    STAYED = "stayed"
    BECAME = "became"
    ARRIVED = "arrived"
    RECOVERED = "recovered"
    LEFT = "left"


def turns(before: Mapping[int, bool], after: Mapping[int, bool]) -> dict[Turn, list[int]]:
    """Return the students of each turn, by key.

    before, after: the members on each date, and whether they were persistently absent then. Who is a member on one
    date alone arrived or left. became + arrived − recovered − left is the change in how many are persistently absent.
    Source: product.md E3.
    """
    found: dict[Turn, list[int]] = {turn: [] for turn in Turn}
    for student in dict.fromkeys((*before, *after)):
        turn = _turn(before.get(student), after.get(student))
        if turn is not None:
            found[turn].append(student)
    return found


def _turn(was: bool | None, now: bool | None) -> Turn | None:
    if now:
        return Turn.ARRIVED if was is None else Turn.STAYED if was else Turn.BECAME
    if was:
        return Turn.LEFT if now is None else Turn.RECOVERED
    return None
