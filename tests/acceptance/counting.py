"""The figures counted a second time, straight from the export files and with none of the application's code.

Slow and plain on purpose: every mark of every student is looked at for every figure. Source: figures.md.
"""

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

PRESENT = {"/", "\\", "L"}
APPROVED = {"K", "V", "P", "W", "B"}
AUTHORISED = {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"}
UNAUTHORISED = {"G", "N", "O", "U"}
NAMES = ("possible", "attended", "authorised", "unauthorised", "late_before_close", "late_after_close", "minutes_late")

Row = dict[str, str]
Mark = tuple[date, str, int]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day_of(words: str) -> date | None:
    return datetime.strptime(words, "%d/%m/%Y").date() if words else None


def year_start(day: date) -> date:
    return date(day.year if day.month >= 9 else day.year - 1, 9, 1)


class School:
    """The export files of one school, read once."""

    def __init__(self, folder: Path) -> None:
        self.students = {row["Adno"]: row for row in rows_of(folder / "students.csv")}
        self.enrolments = rows_of(folder / "enrolments.csv")
        self.school_days = self._school_days(rows_of(folder / "calendar.csv"))
        self.marks: dict[str, list[Mark]] = defaultdict(list)
        self.sessions: dict[str, list[tuple[date, str, str]]] = defaultdict(list)
        for path in sorted(folder.glob("session_marks*.csv")):
            for row in rows_of(path):
                self.sessions[row["Adno"]].append((day_of(row["Date"]), row["Session"], row["Mark"]))
                self.marks[row["Adno"]].append((day_of(row["Date"]), row["Mark"], int(row["Minutes Late"] or 0)))

    def _school_days(self, spans: list[Row]) -> list[date]:
        taken, meeting = set(), set()
        for span in spans:
            first, last = day_of(span["First day"]), day_of(span["Last day"])
            days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
            if span["Kind"] == "term":
                meeting |= {day for day in days if day.weekday() < 5}
            else:
                taken |= days
        return sorted(meeting - taken)

    def members(self, on: date) -> list[tuple[str, str, str]]:
        """Return admission number, tutor group and year of everybody on roll on the date."""
        found = []
        for spell in self.enrolments:
            student = self.students[spell["Adno"]]
            left, ended = day_of(student["Date of Leaving"]), day_of(spell["To"])
            is_on_roll = day_of(student["Date of Admission"]) <= on and (left is None or on <= left)
            is_open = ended is not None or year_start(day_of(spell["From"])) == year_start(on)
            if is_on_roll and is_open and day_of(spell["From"]) <= on and (ended is None or on <= ended):
                found.append((spell["Adno"], spell["Reg"].strip(), spell["Year"]))
        return found

    def figures(self, monday: date) -> dict[str, Any]:
        """Return the week's figures in the shape of the `figures` command."""
        as_at = monday + timedelta(days=4)
        students = {
            adno: {"reg": reg, "year": year, **self._student(adno, monday, as_at)}
            for adno, reg, year in self.members(as_at)
        }
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in students.values():
            for name in (one["reg"], one["year"], "School"):
                groups[name].append(one)
        before = self._week_before(monday)
        return {
            "week": monday.isoformat(),
            "as_at": as_at.isoformat(),
            "remaining_sessions": self._remaining(as_at, None),
            "groups": {
                name: _group(members) | {"waterfall": self._waterfall(name, before, as_at)}
                for name, members in groups.items()
            },
            "students": students,
        }

    def _week_before(self, monday: date) -> date | None:
        """Return the Friday of the last week before that had a school day."""
        earlier = [day for day in self.school_days if day < monday]
        return earlier[-1] + timedelta(days=4 - earlier[-1].weekday()) if earlier else None

    def _waterfall(self, name: str, first: date | None, last: date) -> dict[str, Any] | None:
        if first is None:
            return None
        was, now = self._pa(name, first), self._pa(name, last)
        return {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "stayed": sum(was[one] and now[one] for one in was.keys() & now.keys()),
            "became": sum(now[one] and not was[one] for one in was.keys() & now.keys()),
            "recovered": sum(was[one] and not now[one] for one in was.keys() & now.keys()),
            "arrived": sum(now[one] for one in now.keys() - was.keys()),
            "left": sum(was[one] for one in was.keys() - now.keys()),
        }

    def _pa(self, name: str, on: date) -> dict[str, bool]:
        found = {}
        for adno, reg, year in self.members(on):
            if name in (reg, year, "School"):
                counts = self._count(adno, year_start(on), on)
                found[adno] = 0 < counts["possible"] <= 10 * _missed(counts)
        return found

    def _on_track(self, adno: str, ytd: dict[str, int], remaining: int, as_at: date) -> bool:
        """Walk the last 30 possible sessions back from the date."""
        held = [(day, session, mark) for day, session, mark in self.sessions[adno] if day <= as_at]
        counted = PRESENT | APPROVED | AUTHORISED | UNAUTHORISED
        recent = [mark for _, _, mark in sorted(held) if mark in counted][-30:]
        missed = _missed(ytd)
        if not recent or not ytd["possible"] or 10 * missed >= ytd["possible"]:
            return False
        rate = Fraction(sum(mark in AUTHORISED | UNAUTHORISED for mark in recent), len(recent))
        return 10 * (missed + remaining * rate) >= ytd["possible"] + remaining

    def _recovers_on(self, needed: int, as_at: date, left: date | None) -> str | None:
        """Attend every session from the date on, one after the other, until enough are attended."""
        end = min(date(year_start(as_at).year + 1, 8, 31), left or date.max)
        attended = 0
        for day in self.school_days:
            if as_at < day <= end and needed:
                attended += 2
                if attended >= needed:
                    return day.isoformat()
        return None

    def _remaining(self, as_at: date, left: date | None) -> int:
        start = year_start(as_at)
        end = min(date(start.year + 1, 8, 31), left or date.max)
        return 2 * sum(as_at < day <= end for day in self.school_days)

    def _student(self, adno: str, monday: date, as_at: date) -> dict[str, Any]:
        start = year_start(as_at)
        ytd = self._count(adno, start, as_at)
        week = self._count(adno, monday, as_at)
        before = self._count(adno, start, monday - timedelta(days=1))
        missed, before_missed = _missed(ytd), _missed(before)
        remaining = self._remaining(as_at, day_of(self.students[adno]["Date of Leaving"]))
        spare = -(-(ytd["possible"] + remaining) // 10) - 1 - missed
        is_pa = 0 < ytd["possible"] <= 10 * missed
        weeks = sorted({day - timedelta(days=day.weekday()) for day in self.school_days})
        window = [one for one in weeks if one <= as_at][-10:]
        notices = sum(
            mark in UNAUTHORISED and day <= as_at and day - timedelta(days=day.weekday()) in window
            for day, mark, _ in self.marks[adno]
        )
        return {
            "week": week,
            "ytd": ytd,
            "week_percent": _percent(week),
            "ytd_percent": _percent(ytd),
            "band": _band(ytd["possible"], missed),
            "band_before": _band(before["possible"], before_missed),
            "dipped": _dipped(before, week),
            "persistently_absent": is_pa,
            "severely_absent": 0 < ytd["possible"] <= 2 * missed,
            "sessions_left_to_miss": max(0, spare),
            "sessions_to_recover": 10 * missed - ytd["possible"] + 1 if is_pa else 0,
            "recoverable": spare >= 0,
            "penalty_notice_sessions": notices,
            "penalty_notice_threshold": notices >= 10,
            "on_track": self._on_track(adno, ytd, remaining, as_at),
            "remaining_sessions": remaining,
            "recovers_on": self._recovers_on(
                10 * missed - ytd["possible"] + 1 if is_pa else 0, as_at, day_of(self.students[adno]["Date of Leaving"])
            ),
            "penalty_notice": {
                "sessions": notices,
                "threshold": notices >= 10,
                "window_first": window[0].isoformat(),
                "window_last": as_at.isoformat(),
            },
        }

    def _count(self, adno: str, first: date, last: date) -> dict[str, int]:
        counts = dict.fromkeys(NAMES, 0)
        for day, mark, minutes in self.marks[adno]:
            if first <= day <= last:
                counts["attended"] += mark in PRESENT | APPROVED
                counts["authorised"] += mark in AUTHORISED
                counts["unauthorised"] += mark in UNAUTHORISED
                counts["possible"] += mark in PRESENT | APPROVED | AUTHORISED | UNAUTHORISED
                counts["late_before_close"] += mark == "L"
                counts["late_after_close"] += mark == "U"
                counts["minutes_late"] += minutes if mark in {"L", "U"} else 0
        return counts


def _missed(counts: dict[str, int]) -> int:
    return counts["authorised"] + counts["unauthorised"]


def _percent(counts: dict[str, int]) -> float | None:
    if not counts["possible"]:
        return None
    return (2000 * counts["attended"] + counts["possible"]) // (2 * counts["possible"]) / 10


def _band(possible: int, missed: int) -> str:
    if not possible:
        return "none"
    if 10 * missed >= possible:
        return "red"
    return "green" if 100 * missed <= 4 * possible else "amber"


def _dipped(before: dict[str, int], week: dict[str, int]) -> bool:
    if week["possible"] < 4 or not before["possible"]:
        return False
    return (
        10 * (before["attended"] * week["possible"] - week["attended"] * before["possible"])
        >= before["possible"] * week["possible"]
    )


def _group(members: list[dict[str, Any]]) -> dict[str, Any]:
    sums = {f"{span}_{name}": sum(one[span][name] for one in members) for span in ("ytd", "week") for name in NAMES}
    bands = [one["band"] for one in members]
    return sums | {
        "students": len(members),
        "with_possible": sum(one["ytd"]["possible"] > 0 for one in members),
        **{name: sum(one[name] for one in members) for name in ("persistently_absent", "severely_absent", "dipped")},
        **{band: bands.count(band) for band in ("red", "amber", "green")},
        "penalty_notice_threshold": sum(one["penalty_notice_threshold"] for one in members),
        "on_track": sum(one["on_track"] for one in members),
        "ytd_percent": _percent({name: sums[f"ytd_{name}"] for name in NAMES}),
        "week_percent": _percent({name: sums[f"week_{name}"] for name in NAMES}),
    }
