"""Reading the made-up exports back, with no help from the program that wrote them."""

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

PRESENT = {"/", "\\", "L"}
ACTIVITY = {"K", "V", "P", "W", "B"}
AUTHORISED = {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"}
UNAUTHORISED = {"G", "N", "O", "U"}
NOT_COUNTED = {"D", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"}
MISSED = AUTHORISED | UNAUTHORISED
POSSIBLE = PRESENT | ACTIVITY | MISSED


class Exports:
    """The files of one folder as rows of text, and what follows from them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: dict[str, list[dict[str, str]]] = {}

    def __getitem__(self, name: str) -> list[dict[str, str]]:
        """Return the rows of one file."""
        if name not in self._held:
            with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
                self._held[name] = list(csv.DictReader(stream, strict=True))
        return self._held[name]

    def school_days(self) -> set[date]:
        """Return the days inside a term on which the school is open."""
        open_days: set[date] = set()
        closed: set[date] = set()
        for row in self["calendar"]:
            first, last = day(row["First day"]), day(row["Last day"])
            span = {first + timedelta(days=step) for step in range((last - first).days + 1)}
            (open_days if row["Kind"] == "term" else closed).update(span)
        return {one for one in open_days - closed if one.weekday() < 5}

    def totals(self, name: str) -> dict[str, tuple[int, int]]:
        """Return possible and missed sessions by admission number."""
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for row in self[name]:
            counts[row["Adno"]][0] += row["Mark"] in POSSIBLE
            counts[row["Adno"]][1] += row["Mark"] in MISSED
        return {adno: (possible, missed) for adno, (possible, missed) in counts.items() if possible}


def day(text: str) -> date:
    """Read a date of the exports."""
    return datetime.strptime(text, "%d/%m/%Y").date()


def rate(totals: list[tuple[int, int]]) -> float:
    """Return missed sessions in per cent of possible ones."""
    return 100 * sum(missed for _, missed in totals) / sum(possible for possible, _ in totals)


def share_missing(totals: list[tuple[int, int]], fraction: int) -> float:
    """Return how many per cent of students miss one session in `fraction` or more."""
    return 100 * sum(fraction * missed >= possible for possible, missed in totals) / len(totals)
