"""What may be planned for a student, and who may have asked for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from attendance.codes import Code, code_on
from attendance.offers import codes_offered
from pastoral.core.rights import Right
from students.models import ParentCarerLink

# What is known beforehand of a student, in the order in which offices need it. Leave has its own way (LEAVE).
PLANNABLE = ("M", "V", "P", "W", "B", "K", "I", "J1", "S", "R", "T", "C1", "X", "Q", "Y5")
# What leave may be asked for as. Source: domain.md 1.1 (regs 11(1)-(5)).
LEAVE = ("C", "C1", "J1", "T", "R", "S")
# Leave that the law lets a school grant only when it was asked for in advance (reg 11(4), (5)).
ASKED_IN_ADVANCE = frozenset({"J1", "S"})
PLACED = ("D", "K", "B")


def codes_to_plan(
    letters: Sequence[str], *, born_on: date, rights: Collection[Right], first: date, last: date
) -> list[Code]:
    """Return which of the codes may be planned over the dates by somebody with those rights over the student."""
    days = {first, last}
    offered = [
        {code.key for session in ("AM", "PM") for code in codes_offered(day, session, born_on=born_on, rights=rights)}
        for day in days
    ]
    found = (code_on(each, first) for each in letters)
    return [code for code in found if code is not None and all(code.key in keys for keys in offered)]


def leave_codes(day: date) -> list[Code]:
    """Return what leave may be asked for as on the day."""
    return [code for letters in LEAVE if (code := code_on(letters, day)) is not None]


@dataclass(frozen=True, slots=True)
class Carer:
    """A parent or carer of a student, as somebody to have asked, told or agreed."""

    name: str
    words: str
    lives_with: bool


def carers_of(student_id: int) -> tuple[Carer, ...]:
    """Return the student's parents and carers in the order of priority, in one query."""
    links = ParentCarerLink.objects.filter(student=student_id).select_related("parent_carer").order_by("priority")
    return tuple(_carer(link) for link in links)


def _carer(link: ParentCarerLink) -> Carer:
    name = str(link.parent_carer)
    facts = [link.relationship.lower()]
    facts += ["lives with"] * link.lives_with + ["contact restricted by a court"] * link.has_court_order
    return Carer(name, f"{name} ({', '.join(filter(None, facts))})", link.lives_with)
