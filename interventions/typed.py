"""A line typed in a meeting: what is decided, who does it and by when. Pure; it is always shown back before it counts.

"call home @BRN fri" is "call home", by whoever has the code BRN, by the next Friday. Several actions stand in one line
with ";" between them, and "no action" (or "-") is a decision too. What is understood is the end of the line and what
begins with "@": a Friday in the middle of a sentence is part of the words.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

NO_ACTION = "No action"
LONGEST = 200
LONGEST_LINE = 600
LONGEST_NOTE = 300
A_WEEK = 7
MOST_AHEAD = 366
MOST_SUGGESTED = 5
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BEFORE_A_DAY = frozenset({"by", "on", "before", "until"})
_NOTHING = re.compile(r"^(?:no action|none|nothing|-)(?:\s*[:,.\u2013-]\s*|\s+|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """A colleague whom a line may name. code: the staff code."""

    key: int
    code: str
    surname: str
    name: str


@dataclass(frozen=True)
class Said:
    """One action as it was understood. moved_from: the day that was said, where school does not meet on it."""

    what: str
    owner: Person | None
    due_on: date | None
    moved_from: date | None = None


@dataclass(frozen=True)
class TypedLine:
    """A whole line. decision: its words without names and days; actions: none for "no action".

    fault: what is to be put right first, "" when it can be kept. offers: colleagues that an unclear name may mean, as
    pairs of what was typed and who.
    """

    decision: str
    actions: tuple[Said, ...] = ()
    fault: str = ""
    offers: tuple[tuple[str, Person], ...] = ()

    @property
    def signature(self) -> str:
        """What tells this reading from any other: it is kept only as it was shown."""
        parts = [f"{each.what}|{each.owner.key if each.owner else ''}|{each.due_on}" for each in self.actions]
        return "\n".join([self.decision, *parts])


@dataclass(frozen=True)
class Reading:
    """With what lines are read. me: who types; on: today; usual: the day that counts where none is said.

    school_day: returns the day itself, or the next one on which school meets.
    """

    people: Sequence[Person]
    me: Person
    on: date
    usual: date
    school_day: Callable[[date], date]

    def read(self, line: str) -> TypedLine:
        """Understand a line."""
        words = " ".join(line.split())
        if fault := _too_long(words, LONGEST_LINE):
            return TypedLine("", fault=fault)
        if not words:
            return TypedLine("", fault="Type what is decided, or “no action”.")
        if nothing := _NOTHING.match(words):
            because = words[nothing.end() :].strip()
            return TypedLine(f"{NO_ACTION}: {because}" if because else NO_ACTION)
        read = [self._one(part.strip()) for part in words.split(";") if part.strip()]
        faults = [each.fault for each in read if each.fault]
        return TypedLine(
            "; ".join(each.decision for each in read),
            tuple(said for each in read for said in each.actions),
            faults[0] if faults else "",
            tuple(offer for each in read for offer in each.offers),
        )

    def _one(self, part: str) -> TypedLine:
        tokens = part.split(" ")
        named = [token for token in tokens if token.startswith("@") and len(token) > 1]
        rest = [token for token in tokens if not token.startswith("@")]
        due, rest, fault = self._due(rest)
        what = " ".join(rest).strip(" ,.:")
        owners = self._owner(named[0][1:]) if named else [self.me]
        if not what:
            return TypedLine("", fault="Say what is to be done, before who does it and by when.")
        fault = _too_long(what, LONGEST) or fault
        if len(named) > 1:
            fault = "One person does one thing: put “;” between two actions."
        elif not owners:
            fault = f"Nobody here is called {named[0]}. Type the staff code, or the beginning of the surname."
        elif len(owners) > 1:
            fault = f"Who is {named[0]}? Choose one."
        offers = tuple((named[0], each) for each in owners[:MOST_SUGGESTED]) if named and len(owners) > 1 else ()
        owner = owners[0] if len(owners) == 1 else None
        moved = self.school_day(due)
        return TypedLine(what, (Said(what, owner, moved, due if moved != due else None),), fault, offers)

    def _owner(self, typed: str) -> list[Person]:
        """Return whom a name after "@" may mean: the one with that code, else whose surname is it, or begins so."""
        wanted = typed.strip(",.:").casefold()
        if wanted == "me":
            return [self.me]
        return (
            [each for each in self.people if each.code.casefold() == wanted]
            or [each for each in self.people if _letters(each.surname) == _letters(wanted)]
            or [each for each in self.people if _letters(each.surname).startswith(_letters(wanted))]
            or [each for each in self.people if each.code.casefold().startswith(wanted)]
        )

    def _due(self, tokens: list[str]) -> tuple[date, list[str], str]:
        """Return the day at the end of the words, the words without it, and what is wrong with it."""
        for length in (3, 2, 1):
            if len(tokens) >= length and (found := _day(tokens[-length:], self.on)):
                rest = tokens[:-length]
                if rest and rest[-1].casefold() in _BEFORE_A_DAY:
                    rest = rest[:-1]
                return found, rest, _fault_of(found, self.on)
        return self.usual, tokens, ""


def _fault_of(day: date, on: date) -> str:
    if day < on:
        return f"{day:%a} {day.day} {day:%b %Y} is over: say a day to come."
    return f"{day:%a} {day.day} {day:%b %Y} is more than a year ahead." if (day - on).days > MOST_AHEAD else ""


def _letters(words: str) -> str:
    """Return the letters alone, so that @oneill finds O'Neill."""
    return "".join(sign for sign in words.casefold() if sign.isalnum())


def _too_long(words: str, most: int) -> str:
    """Return what is wrong with words that are kept whole or not at all; "" for those that fit."""
    return f"Too long by {len(words) - most} letters: put the rest into the notes." if len(words) > most else ""


def _day(tokens: Iterable[str], on: date) -> date | None:
    """Return the day that the words say, as people say days; None for anything else."""
    words = " ".join(tokens).casefold().strip(".,")
    for read in (_near, _weekday, _counted, _dated):
        if found := read(words, on):
            return found
    return None


def _near(words: str, on: date) -> date | None:
    ahead = {"today": 0, "tonight": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "next week": A_WEEK}
    return on + timedelta(days=ahead[words]) if words in ahead else None


def _weekday(words: str, on: date) -> date | None:
    """Return the weekday to come, today's own a week on; with "next", the one in the week after this."""
    is_next, name = words.startswith("next "), words.removeprefix("next ").removeprefix("this ")
    place = next((place for place, day in enumerate(_DAYS) if len(name) > 2 and day.startswith(name)), None)
    if name in ("mo", "tu", "we", "th", "fr"):
        place = ("mo", "tu", "we", "th", "fr").index(name)
    if place is None and name in ("tues", "thurs", "thur", "weds"):
        place = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}[name]
    if place is None:
        return None
    if is_next:
        return on + timedelta(days=A_WEEK - on.weekday() + place)
    return on + timedelta(days=(place - on.weekday() - 1) % A_WEEK + 1)


def _counted(words: str, on: date) -> date | None:
    found = re.fullmatch(r"(?:in |\+)?(\d{1,2}) ?(d|days?|w|wks?|weeks?)", words)
    if not found:
        return None
    number, unit = int(found[1]), found[2]
    return on + timedelta(days=number * (A_WEEK if unit.startswith("w") else 1))


def _dated(words: str, on: date) -> date | None:
    """Return a day written as 27 nov, 27/11, 27/11/26 or 2026-11-27; without a year, the next one."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
            return date.fromisoformat(words)
        found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})(?: (\d{4}))?", words)
        if found and found[2][:3] in _MONTHS:
            month = _MONTHS.index(found[2][:3]) + 1
        elif found := re.fullmatch(r"(\d{1,2})/(\d{1,2})(?:/(\d{2}|\d{4}))?", words):
            month = int(found[2])
        else:
            return None
        year = int(found[3]) if found[3] else on.year
        said = date(year + 2000 if year < 100 else year, month, int(found[1]))
        return said.replace(year=said.year + 1) if not found[3] and said < on else said
    except ValueError:
        return None


@dataclass(frozen=True)
class Settling:
    """What a line says of an action that is overdue: done, dropped with a reason, or handed on and put off."""

    how: str = ""
    note: str = ""
    owner: Person | None = None
    due_on: date | None = None
    fault: str = ""
    offers: tuple[tuple[str, Person], ...] = ()

    @property
    def signature(self) -> str:
        """What tells this reading from any other."""
        return f"{self.how}|{self.note}|{self.owner.key if self.owner else ''}|{self.due_on}"

    @property
    def decision(self) -> str:
        """Return what was decided, for the minutes."""
        if self.how == "done":
            return f"done: {self.note}" if self.note else "done"
        if self.how == "drop":
            return f"not needed: {self.note}"
        who = f"{self.owner.name}, " if self.owner else ""
        return f"{who}by {self.due_on:%a} {self.due_on.day} {self.due_on:%b}" if self.due_on else ""


_HOW_TO_SETTLE = "Type “done”, “not needed: why”, or a new day and who: “fri @BRN”."


def settling_read(reading: Reading, line: str) -> Settling:
    """Understand a line about an overdue action."""
    words = " ".join(line.split())
    if found := re.match(r"^done\b[\s:,.-]*(.*)$", words, re.IGNORECASE):
        return Settling("done", found[1], fault=_too_long(found[1], LONGEST_NOTE))
    if found := re.match(r"^(?:not needed|no longer needed|drop)\b[\s:,.-]*(.*)$", words, re.IGNORECASE):
        fault = _too_long(found[1], LONGEST_NOTE) if found[1] else "Say why it is not needed."
        return Settling("drop", found[1], fault=fault)
    if not words:
        return Settling(fault=_HOW_TO_SETTLE)
    read = reading.read(f"x {words}")
    said = read.actions[0] if read.actions else None
    if said is None or said.what != "x":
        return Settling(fault=_HOW_TO_SETTLE)
    owner = said.owner if "@" in words else None
    return Settling("change", "", owner, said.due_on, read.fault, read.offers)
