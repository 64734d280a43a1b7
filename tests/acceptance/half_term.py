"""The half-termly report counted a second time: plain loops over the export files, with none of the application's code.

What the files do not hold (detentions, suspensions, cases, support, promises, meetings) stands in `records`.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from tests.acceptance.counting import APPROVED, AUTHORISED, PRESENT, UNAUTHORISED, School, day_of, rows_of, year_start

NOW, BEFORE, YEAR_AGO = "now", "before", "year_ago"
WINDOWS = {
    NOW: (date(2026, 9, 1), date(2026, 10, 23)),
    BEFORE: (date(2026, 6, 1), date(2026, 7, 22)),
    YEAR_AGO: (date(2025, 9, 2), date(2025, 10, 24)),
}
TODAY = date(2026, 11, 21)
DID_IT = ("Perpetrator", "Participant")
COHORTS = {
    "Pupil premium": ("Pupil Premium", "Yes"),
    "Free school meals": ("FSM", "Yes"),
    "SEN support (K)": ("SEN Status", "K"),
    "EHC plan (E)": ("SEN Status", "E"),
    "EAL": ("EAL", "Yes"),
    "Girls": ("Sex", "F"),
    "Boys": ("Sex", "M"),
}


class SlowReport:
    """One year group's half term, or the school's, walked mark by mark."""

    def __init__(self, folder: Path) -> None:
        self.school = School(folder)
        self.behaviour, self.achievements = rows_of(folder / "behaviour.csv"), rows_of(folder / "achievements.csv")

    def members(self, year: int | None, slug: str) -> dict[str, str]:
        """Return admission number and tutor group of the members of a window: of the same year of entry."""
        last = WINDOWS[slug][1]
        then = None if year is None else f"Year {year - (year_start(WINDOWS[NOW][1]).year - year_start(last).year)}"
        return {adno: reg for adno, reg, name in self.school.members(last) if then in (None, name)}

    def attendance(self, members: list[str], slug: str) -> dict[str, Any]:
        """Return the figures of attendance of those in a window; None for what has nothing possible."""
        first, last = WINDOWS[slug]
        own = {adno: self._counts(adno, first, last) for adno in members}
        ytd = {adno: self._counts(adno, year_start(last), last) for adno in members}
        whole = Counter[str]()
        for counts in own.values():
            whole.update(counts)
        return {
            "attendance": rate(whole["attended"], whole["possible"]),
            "authorised": rate(whole["authorised"], whole["possible"]),
            "unauthorised": rate(whole["unauthorised"], whole["possible"]),
            "unauthorised_sessions": whole["unauthorised"],
            "pa": rate(sum(_pa(each) for each in own.values()), sum(each["possible"] > 0 for each in own.values())),
            "severe": rate(
                sum(_severe(each) for each in own.values()), sum(each["possible"] > 0 for each in own.values())
            ),
            "pa_year": rate(
                sum(_pa(each) for each in ytd.values()), sum(each["possible"] > 0 for each in ytd.values())
            ),
            "pa_year_students": sum(_pa(each) for each in ytd.values()),
            "severe_year_students": sum(_severe(each) for each in ytd.values()),
            "lates": whole["lates"],
            "late_students": sum(each["lates"] > 0 for each in own.values()),
            "minutes": whole["minutes"],
            "holidays": whole["holidays"],
            "holiday_students": sum(each["holidays"] > 0 for each in own.values()),
            "unexplained": sum(
                mark == "N" and first <= day <= last and self._is_overdue(day)
                for adno in members
                for day, mark, _minutes in self.school.marks[adno]
            ),
        }

    def _is_overdue(self, day: date) -> bool:
        later = [each for each in self.school.school_days if each > day]
        return len(later) >= 5 and later[4] < TODAY

    def _counts(self, adno: str, first: date, last: date) -> Counter[str]:
        found = Counter[str]()
        for day, mark, minutes in self.school.marks[adno]:
            if first <= day <= last:
                found["attended"] += mark in PRESENT | APPROVED
                found["authorised"] += mark in AUTHORISED
                found["unauthorised"] += mark in UNAUTHORISED
                found["possible"] += mark in PRESENT | APPROVED | AUTHORISED | UNAUTHORISED
                found["lates"] += mark in {"L", "U"}
                found["minutes"] += minutes if mark in {"L", "U"} else 0
                found["holidays"] += mark == "G"
        return found

    def turns(self, year: int | None) -> dict[str, int]:
        """Return who came to be PA between the ends of the two windows, of the school Years 7 to 11."""
        was, now = (self._absent(year, slug) for slug in (BEFORE, NOW))
        return {
            "stayed": sum(was[one] and now[one] for one in was.keys() & now.keys()),
            "became": sum(now[one] and not was[one] for one in was.keys() & now.keys()),
            "arrived": sum(now[one] for one in now.keys() - was.keys()),
            "recovered": sum(was[one] and not now[one] for one in was.keys() & now.keys()),
            "left": sum(was[one] for one in was.keys() - now.keys()),
        }

    def _absent(self, year: int | None, slug: str) -> dict[str, bool]:
        last = WINDOWS[slug][1]
        statutory = {adno for adno, _reg, name in self.school.members(last) if int(name.split()[1]) <= 11}
        return {
            adno: _pa(self._counts(adno, year_start(last), last))
            for adno in self.members(year, slug)
            if year is not None or adno in statutory
        }

    def codes(self, members: list[str], slug: str) -> Counter[str]:
        """Return how many sessions each code has."""
        first, last = WINDOWS[slug]
        return Counter(
            mark for adno in members for day, mark, _minutes in self.school.marks[adno] if first <= day <= last
        )

    def parts(self, year: int | None) -> list[dict[str, str]]:
        """Return the parts in incidents of the half term, of those on roll at any time in it."""
        first, last = WINDOWS[NOW]
        return [
            row
            for row in self.behaviour
            if row["Role"] in DID_IT
            and first <= day_of(row["Date"]) <= last
            and "sexual" not in row["Type"].lower()
            and self._is_there(row["Adno"], year, NOW)
        ]

    def everybody(self, year: int | None, slug: str) -> list[str]:
        """Return who was on roll at any time in a window, of the same year of entry, where they were last."""
        return [adno for adno in self.school.students if self._is_there(adno, year, slug)]

    def _is_there(self, adno: str, year: int | None, slug: str) -> bool:
        first, last = WINDOWS[slug]
        student = self.school.students[adno]
        left = day_of(student["Date of Leaving"])
        if day_of(student["Date of Admission"]) > last or (left is not None and left < first):
            return False
        spells = [each for each in self.school.enrolments if each["Adno"] == adno and day_of(each["From"]) <= last]
        if year is None or not spells:
            return year is None
        spell = max(spells, key=lambda each: day_of(each["From"]))
        then = year - (year_start(WINDOWS[NOW][1]).year - year_start(last).year)
        return spell["Year"] == f"Year {then}" and year_start(day_of(spell["From"])) == year_start(last)

    def conduct(self, year: int | None) -> dict[str, Any]:
        """Return the figures of behaviour and rewards of the half term."""
        parts = self.parts(year)
        everybody = self.everybody(year, NOW)
        times = Counter(row["Adno"] for row in parts)
        first, last = WINDOWS[NOW]
        praise = [row for row in self.achievements if row["Adno"] in everybody and first <= day_of(row["Date"]) <= last]
        return {
            "incidents": len(parts),
            "incident_rate": rate(len(parts), len(everybody)),
            "behaviour_points": sum(int(row["Points"] or 0) for row in parts),
            "incident_students": len(times),
            "repeat": sum(n >= 3 for n in times.values()),
            "achievements": len(praise),
            "reward_points": sum(int(row["Points"] or 0) for row in praise),
            "recognised": rate(len({row["Adno"] for row in praise}), len(everybody)),
        }


def rate(part: int, whole: int) -> str | None:
    """Return per cent to one decimal, half up."""
    if not whole:
        return None
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def _pa(counts: Counter[str]) -> bool:
    return 0 < counts["possible"] <= 10 * (counts["authorised"] + counts["unauthorised"])


def _severe(counts: Counter[str]) -> bool:
    return 0 < counts["possible"] <= 2 * (counts["authorised"] + counts["unauthorised"])
