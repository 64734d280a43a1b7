"""What a mark may be on a day, as a file says it."""

from dataclasses import dataclass
from datetime import date

from attendance.codes import NO_MARK, REGULATIONS_2024, Code, code_on, is_known
from pastoral.core.imports.cells import day_name, in_column, whole_number
from pastoral.core.imports.refusal import Refusal
from students.importers.lookups import DayLookup

LONGEST_SESSION = 240

_ADVICE = {
    "H": "use C if leave was exceptional, else G",
    "F": "use C if leave was exceptional, else G",
    "J": "use J1",
    "Y": "use the one of Y1 to Y7 that fits",
}


@dataclass(frozen=True)
class ParsedMark:
    """A code on its day, or no mark."""

    code: Code | None
    minutes: int | None


def mark_parse(days: DayLookup, day: date, raw_mark: str, raw_minutes: str) -> ParsedMark:
    """Return the mark, checked against its day; raise Refusal with the column at fault."""
    letters = raw_mark.strip().upper()
    minutes = _minutes(raw_minutes)
    if letters in NO_MARK:
        if minutes is not None:
            raise Refusal("Minutes late only go with L or U, and here is no mark", "Minutes Late")
        if not days.is_school_day(day):
            raise Refusal(_closed(days, day), "Date")
        return ParsedMark(None, None)
    code = _code(letters, day)
    if minutes is not None and not code.takes_minutes:
        raise Refusal(f"Minutes late only go with L or U, not with {letters}", "Minutes Late")
    if not days.is_school_day(day) and not _fits_closed_day(days, code, day):
        raise Refusal(_closed(days, day), "Date")
    return ParsedMark(code, minutes)


def _minutes(raw: str) -> int | None:
    minutes = in_column("Minutes Late", whole_number, raw)
    if minutes is not None and minutes < 0:
        raise Refusal("Minutes late must be 0 or more", "Minutes Late")
    if minutes is not None and minutes > LONGEST_SESSION:
        raise Refusal(f"{minutes} minutes late is longer than a session: at most {LONGEST_SESSION}", "Minutes Late")
    return minutes


def _code(letters: str, day: date) -> Code:
    code = code_on(letters, day)
    if code:
        return code
    if not is_known(letters):
        raise Refusal(f'There is no code "{letters}"', "Mark")
    if day >= REGULATIONS_2024:
        advice = f"; {_ADVICE[letters]}" if letters in _ADVICE else ""
        raise Refusal(f"{letters} was withdrawn in August 2024{advice}", "Mark")
    raise Refusal(f"{letters} came in August 2024 and is no code for {day_name(day)}", "Mark")


def _fits_closed_day(days: DayLookup, code: Code, day: date) -> bool:
    return code.on_closed_days and (code.letters == "#" or days.is_closure(day))


def _closed(days: DayLookup, day: date) -> str:
    return f"{day_name(day)} is {days.why_closed(day)}: no mark is due (# is the only code for a day without school)"
