"""The evidence that a local authority asks for, as data: fifteen items in order, their parts, and who asks for which.

Source: domain.md 3.3 (Norfolk, Stockton, Southwark for holidays, another authority's checklist). The meter on a case
and the packs made from it count the same parts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

ITEMS = (
    "Student, parents, addresses, siblings",
    "Registration certificate",
    "Chronology",
    "Letters as sent",
    "Meetings",
    "Home visits",
    "Support plan or contract, and reviews",
    "Notice to improve",
    "Leave asked for",
    "Medical evidence",
    "Student’s view",
    "SEN, disability, bullying, safeguarding",
    "Agencies and early help",
    "Earlier penalty notices",
    "Author’s declaration",
)


class Profile(StrEnum):
    """A list that a referral or a pack is checked against."""

    NORFOLK = "norfolk"
    STOCKTON = "stockton"
    SOUTHWARK = "southwark"
    CHECKLIST = "checklist"


PROFILES = {
    Profile.NORFOLK: "Prosecution pack (as Norfolk asks)",
    Profile.STOCKTON: "Referral to the authority (as Stockton asks)",
    Profile.SOUTHWARK: "Holiday notice (as Southwark asks)",
    Profile.CHECKLIST: "Before legal action (a checklist)",
}


class Makes(StrEnum):
    """What makes a part, or shows it: the page behind its link."""

    FAMILY = "family"
    MARKS = "marks"
    CONTACT = "contact"
    LETTER = "letter"
    MEETING = "meeting"
    PLAN = "plan"
    INTERVENTION = "intervention"
    NOTICE = "notice"
    LEAVE = "leave"
    MEDICAL = "medical"
    VIEW = "view"
    AGENCY = "agency"
    EARLY_HELP = "early_help"
    FINDING = "finding"


class State(StrEnum):
    """How a part stands. HIDDEN: whether it is there is not for this person to know."""

    PRESENT = "present"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    HIDDEN = "hidden"


_N, _S, _H, _C = Profile.NORFOLK, Profile.STOCKTON, Profile.SOUTHWARK, Profile.CHECKLIST


@dataclass(frozen=True)
class Part:
    """One part of an item. item: its number, from 1; short: what a headline calls it when it is missing."""

    key: str
    item: int
    words: str
    short: str
    makes: Makes
    asked_by: frozenset[Profile] = frozenset()

    @property
    def is_answered(self) -> bool:
        """Test for a part that nothing shows but somebody's answer."""
        return self.makes is Makes.FINDING


def _part(key: str, item: int, words: str, short: str, makes: Makes, *asked_by: Profile) -> Part:
    return Part(key, item, words, short, makes, frozenset(asked_by))


PARTS = (
    _part("responsibility", 1, "Who has parental responsibility", "parental responsibility", Makes.FAMILY, _S),
    _part("addresses", 1, "Addresses of those with responsibility", "addresses", Makes.FAMILY),
    _part("lives_with", 1, "With whom the student lives", "who lives where", Makes.FAMILY),
    _part("siblings", 1, "Siblings’ attendance looked at", "siblings’ attendance", Makes.FINDING, _C),
    _part("register", 2, "Sessions and codes, this year and the last 10 weeks", "register", Makes.MARKS, _N, _S, _H),
    _part("threshold", 2, "The threshold reached: 10 unauthorised sessions in 10 weeks", "threshold", Makes.NOTICE, _H),
    _part("certificate", 2, "Head teacher’s certificate", "head’s certificate", Makes.FINDING, _N),
    _part("chronology", 3, "Contacts with the family, with what came of them", "contact notes", Makes.CONTACT, _N),
    _part("letter_1", 4, "Attendance letter 1, sent", "letter 1", Makes.LETTER, _N, _S),
    _part("letter_2", 4, "Attendance letter 2, sent", "letter 2", Makes.LETTER, _N, _S),
    _part("letter_3", 4, "Attendance letter 3, sent", "letter 3", Makes.LETTER, _N, _S),
    _part("meeting", 5, "A meeting with the family, with what was agreed", "meeting", Makes.MEETING, _N),
    _part("home_visit", 6, "Home visits, with dates and outcomes", "home visit", Makes.CONTACT, _S),
    _part("plan", 7, "Support plan or attendance contract", "support plan", Makes.PLAN, _N, _S),
    _part("plan_review", 7, "Minutes of the plan’s reviews", "plan review", Makes.PLAN, _S),
    _part("strategies", 7, "Strategies tried", "strategies tried", Makes.INTERVENTION, _C),
    _part("improve", 8, "Notice to improve", "notice to improve", Makes.NOTICE),
    _part("improve_result", 8, "What came of the notice to improve", "result of the notice", Makes.FINDING),
    _part("leave_asked", 9, "The parents’ application for leave", "leave application", Makes.LEAVE, _H),
    _part("leave_refused", 9, "The refusal, and why it was not exceptional", "refusal of leave", Makes.LEAVE, _H),
    _part("leave_in_time", 9, "Sent within 10 school days of the return", "sent in time", Makes.FINDING, _H),
    _part("medical_asked", 10, "Medical evidence asked for", "medical evidence asked for", Makes.MEDICAL),
    _part("medical_came", 10, "What came of it", "medical answer", Makes.MEDICAL),
    _part("illness_ruled_out", 10, "Medical reasons ruled out", "illness ruled out", Makes.FINDING, _C),
    _part(
        "not_authorised",
        10,
        "Parents told when absence is no longer authorised",
        "parents told of no longer authorised",
        Makes.MEDICAL,
        _C,
    ),
    _part("view", 11, "The student’s own view", "student’s view", Makes.VIEW, _C),
    _part("needs", 12, "SEN and disability, as may be disclosed", "SEN and disability", Makes.FINDING),
    _part("bullying_asked", 12, "Bullying asked about", "bullying asked about", Makes.FINDING, _C),
    _part("bullying_dealt", 12, "Bullying that was alleged, dealt with", "bullying dealt with", Makes.FINDING, _C),
    _part("dsl", 12, "DSL asked what may be disclosed", "DSL’s decision", Makes.FINDING),
    _part("agencies", 13, "Agencies contacted", "agencies", Makes.AGENCY, _S, _C),
    _part("early_help", 13, "Early help, or why there is none", "early-help reason", Makes.EARLY_HELP, _S),
    _part("early_help_review", 13, "Review of early help", "early-help review", Makes.EARLY_HELP, _S),
    _part("notices", 14, "Penalty notices before, or that there were none", "earlier notices", Makes.FINDING),
    _part("statement", 15, "Witness statement: what its author saw and did", "witness statement", Makes.FINDING, _N),
    _part("exhibits", 15, "Exhibits, marked", "exhibits", Makes.FINDING, _N),
    _part("declaration", 15, "Author’s declaration, signed", "author’s declaration", Makes.FINDING),
    _part("form", 15, "The authority’s form, completed and signed", "signed form", Makes.FINDING, _S),
)  # fmt: skip
BY_KEY = {part.key: part for part in PARTS}
OF_BEHAVIOUR = frozenset({"bullying_asked", "bullying_dealt"})  # told to who reads of behaviour alone
# What somebody may say does not apply, though records could show it: a letter that was not the right step.
MAY_NOT_APPLY = frozenset(BY_KEY) - {"responsibility", "addresses", "lives_with", "register", "chronology"}


def asked_for(profile: Profile | None) -> tuple[Part, ...]:
    """Return the parts that the list asks for, in order; all of them without one."""
    return tuple(part for part in PARTS if profile is None or profile in part.asked_by)


@dataclass(frozen=True)
class PartShown:
    """One part as it stands. words: what shows it, or why it does not apply."""

    part: Part
    state: State
    words: str = ""


@dataclass(frozen=True)
class Item:
    """One item with its parts. number: in the order of a pack."""

    number: int
    title: str
    parts: tuple[PartShown, ...]

    @property
    def state(self) -> State:
        """Present when no part that applies is missing; hidden parts count for neither."""
        states = {each.state for each in self.parts}
        if State.MISSING in states:
            return State.MISSING
        if State.PRESENT in states:
            return State.PRESENT
        return State.HIDDEN if State.HIDDEN in states else State.NOT_APPLICABLE


@dataclass(frozen=True)
class Meter:
    """How much of the evidence there is."""

    items: tuple[Item, ...]

    @property
    def present(self) -> int:
        """How many items are present."""
        return self._count(State.PRESENT)

    @property
    def total(self) -> int:
        """How many items apply, as far as the person may know."""
        return self.present + self._count(State.MISSING)

    @property
    def not_applicable(self) -> int:
        """How many items do not apply."""
        return self._count(State.NOT_APPLICABLE)

    @property
    def missing(self) -> tuple[PartShown, ...]:
        """The parts that are missing, in order."""
        return tuple(each for item in self.items for each in item.parts if each.state is State.MISSING)

    @property
    def headline(self) -> str:
        """Return how it stands: "12 of 15 present; missing: student’s view, letter 2, early-help reason"."""
        found = f"{self.present} of {self.total} present"
        gaps = ", ".join(each.part.short for each in self.missing)
        return f"{found}; missing: {gaps}" if gaps else found

    def _count(self, state: State) -> int:
        return sum(item.state is state for item in self.items)


def meter_of(found: Mapping[str, tuple[State, str]], profile: Profile | None = None) -> Meter:
    """Return the meter. found: by part, how it stands and in what words; what is not among them is missing."""
    parts = (PartShown(part, *found.get(part.key, (State.MISSING, ""))) for part in asked_for(profile))
    return Meter(tuple(_items(parts)))


def _items(parts: Iterable[PartShown]) -> Iterable[Item]:
    for number, held in groupby(parts, key=lambda each: each.part.item):
        own: Sequence[PartShown] = tuple(held)
        yield Item(number, ITEMS[number - 1], tuple(own))
