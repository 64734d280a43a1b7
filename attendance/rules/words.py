"""How what was found reads: one sentence with its figures, for page, letter and report alike."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from attendance.figures import percentage

Facts = Mapping[str, Any]
DAY_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def days_in_words(days: Iterable[str]) -> str:
    """Return dates as a short list: "5, 12 Oct, 9 Nov"."""
    dates = sorted({date.fromisoformat(day) for day in days})
    months = groupby(dates, key=lambda day: (day.year, day.month))
    return ", ".join(f"{', '.join(str(day.day) for day in held)} {date(*month, 1):%b}" for month, held in months)


def plural(number: int, one: str, many: str = "") -> str:
    """Return the number with its noun: "1 late", "3 lates"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _span(facts: Facts) -> str:
    first, last = date.fromisoformat(facts["first"]), date.fromisoformat(facts["last"])
    return f"{first.day} {first:%b} – {last.day} {last:%b}"


def of_lates(facts: Facts) -> str:
    """Say how often late, and how many minutes."""
    minutes = f", {plural(facts['minutes'], 'minute')}" if facts["minutes"] else ""
    return f"Late {facts['lates']} times{minutes}, {_span(facts)}"


def of_dip(facts: Facts) -> str:
    """Say how far the week lay under the year before it."""
    week = percentage(facts["attended"], facts["possible"])
    before = percentage(facts["before_attended"], facts["before_possible"])
    again = f"; {plural(facts['dips'], 'such week')}" if facts["dips"] > 1 else ""
    return f"{week} % in the week {_span(facts)}, {before} % in the year before it{again}"


def of_weekday(facts: Facts) -> str:
    """Say on how many of the last such weekdays, and how often otherwise."""
    name = DAY_NAMES[date.fromisoformat(facts["days"][0]).weekday()]
    return (
        f"Absent on {len(facts['days'])} of the last {facts['of']} {name} ({days_in_words(facts['days'])}) "
        f"and on {facts['other']} of {facts['other_of']} other days"
    )


def of_spells(facts: Facts) -> str:
    """Say how many spells, when they began, and how many sessions they took."""
    begun = days_in_words(first for first, _, _ in facts["spells"])
    return f"{len(facts['spells'])} separate absences since {_begins(facts)} (from {begun}), {facts['missed']} sessions"


def _begins(facts: Facts) -> str:
    first = date.fromisoformat(facts["first"])
    return f"{first.day} {first:%b}"


def of_first_weeks(facts: Facts) -> str:
    """Say how many sessions of the first weeks were missed."""
    whose = "since joining" if facts["is_new"] else "in the first weeks of the year"
    return f"{plural(facts['missed'], 'session')} missed {whose}, {_span(facts)}"


def of_siblings(facts: Facts) -> str:
    """Say on which days; who the others are is the page's to say, to whom may know."""
    return (
        f"Absent on the same {plural(len(facts['days']), 'day')} as {_others(facts)} ({days_in_words(facts['days'])})"
    )


def _others(facts: Facts) -> str:
    return "a brother or sister" if len(facts["with"]) == 1 else f"{len(facts['with'])} brothers or sisters"


def of_counted(facts: Facts) -> str:
    """Say how many of what, on which days, and how many more were excused; never what somebody wrote about one."""
    kinds = ", ".join(f"{kind} {plural(number, 'time')}" for kind, number in facts["kinds"].items())
    points = f"{plural(facts['number'], 'point')}: " if facts["counts"] == "points" else ""
    days = days_in_words(day for _source, _key, day in facts["happened"])
    excused = f"; {facts['excused']} more not counted, explained" if facts["excused"] else ""
    return f"{points}{kinds}, {_span(facts)} ({days}){excused}"


def of_anything(facts: Facts) -> str:
    """Say what a rule without words of its own wrote down; nothing when it wrote none."""
    return str(facts.get("words", ""))
