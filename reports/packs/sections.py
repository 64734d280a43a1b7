"""The sections that a pack may have, in the order in which they are printed: a registry of small readers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from attendance.summaries.reach import Reached
from pastoral.core.rights import Right
from reports.packs.content import Exhibit
from reports.packs.readers import (
    agencies,
    attendance,
    author,
    bullying,
    chronology,
    conduct,
    family,
    home,
    support,
    teachers,
)
from reports.packs.source import Source

Read = Callable[[Source], tuple[Exhibit, ...]]


@dataclass(frozen=True)
class Section:
    """One section. needs: the rights over the student without which it is not offered; all of them.

    is_exhibit: what it shows bears exhibit marks. makes: how a gap in it is filled, a key of reports/packs/gaps.
    """

    key: str
    title: str
    read: Read
    needs: frozenset[Right] = field(default_factory=frozenset)
    is_exhibit: bool = True
    makes: str = ""

    def is_for(self, who: Reached) -> bool:
        """Test for a section that the builder may put in about the student."""
        return self.needs <= who.rights


STATEMENT = "statement"
CHRONOLOGY = "chronology"
DSL_CONCERNS = "dsl"


def _made_last(source: Source) -> tuple[Exhibit, ...]:
    """Return nothing: the statement is made from the others' exhibits, see reports/packs/freezing."""
    return ()


_CONTACTS = frozenset({Right.SEE_CONTACTS, Right.SEE_CONTACT_NARRATIVE})
_BEHAVIOUR = frozenset({Right.SEE_BEHAVIOUR_NARRATIVE})
SECTIONS = (
    Section(STATEMENT, "Witness statement, draft", _made_last, is_exhibit=False),
    Section("family", "Student and family", family.family, frozenset({Right.SEE_ALL_FLAGS}), False, "family"),
    Section("addresses", "Addresses and telephone numbers", family.addresses, frozenset({Right.SEE_ALL_FLAGS}), False),
    Section("register", "Certificate of attendance", attendance.certificate, frozenset({Right.SEE_SENSITIVE_CODES})),
    Section(CHRONOLOGY, "Chronology", chronology.chronology, _CONTACTS),
    Section("letters", "Letters as sent", home.letters, _CONTACTS, makes="letter"),
    Section("contacts", "Contacts and attempts", home.contacts, _CONTACTS, makes="contact"),
    Section("visits", "Home visits", home.visits, _CONTACTS, makes="contact"),
    Section("meetings", "Meetings and minutes", home.meetings, frozenset({Right.SEE_MEETINGS}), makes="meeting"),
    Section("case", "Attendance case", support.cases, frozenset({Right.SEE_PA_CASES}), makes="case"),
    Section("plans", "Plans and contracts, with reviews", support.plans, frozenset({Right.SEE_PLANS}), makes="plan"),
    Section(
        "notices",
        "Notices to improve and penalty notices",
        attendance.notices,
        frozenset({Right.SEE_YEAR_DASHBOARD}),
        makes="notice",
    ),
    Section(
        "leave",
        "Leave asked for, and decisions",
        attendance.leave,
        frozenset({Right.SEE_SENSITIVE_CODES}),
        makes="leave",
    ),
    Section("medical", "Medical evidence", attendance.medical, frozenset({Right.SEE_PA_CASES}), makes="case"),
    Section("view", "Student’s own view", support.view, frozenset({Right.SEE_PA_CASES, Right.SEE_PLANS}), makes="case"),
    Section("needs", "SEN, disability and circumstances", family.needs, frozenset({Right.SEE_ALL_FLAGS})),
    Section("agencies", "Agencies and early help", agencies.agencies, frozenset({Right.SEE_AGENCIES}), makes="agency"),
    Section("siblings", "Attendance of brothers and sisters", family.siblings, frozenset({Right.SEE_ALL_FLAGS})),
    Section("behaviour", "Behaviour log", conduct.log, _BEHAVIOUR, makes="incident"),
    Section("incidents", "Incidents in full", conduct.incidents, _BEHAVIOUR, makes="incident"),
    Section("sanctions", "Sanctions and report cards", conduct.sanctions, _BEHAVIOUR),
    Section("bullying", "Bullying and prejudice", bullying.bullying, frozenset({Right.KEEP_CASES})),
    Section("teachers", "What teachers said", teachers.teachers, frozenset({Right.ASK_TEACHERS}), makes="robin"),
    Section(
        "suspensions",
        "Suspensions and exclusions",
        conduct.suspensions,
        frozenset({Right.SEE_SUSPENSIONS}),
        makes="suspension",
    ),
    Section(
        "interventions",
        "Interventions and what they changed",
        support.interventions,
        frozenset({Right.SEE_INTERVENTIONS}),
        makes="intervention",
    ),
    Section("achievements", "Achievements", conduct.achievements, _BEHAVIOUR),
    Section("said", "Conversations and enquiries", home.said, _CONTACTS),
    Section(DSL_CONCERNS, "Concerns sent to the DSL", conduct.concerns, frozenset({Right.READ_DSL_CONCERNS})),
    Section("declaration", "Author’s declaration", author.declaration, is_exhibit=False),
)  # fmt: skip
BY_KEY = {section.key: section for section in SECTIONS}


def in_order(keys: list[str] | set[str]) -> list[Section]:
    """Return the sections with these keys as they are printed."""
    return [section for section in SECTIONS if section.key in keys]
