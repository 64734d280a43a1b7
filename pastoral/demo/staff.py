"""Staff: the pastoral roles, and teachers who are known to the registers by their code alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from pastoral.demo.name_pools import BACKGROUNDS
from pastoral.demo.names import EmailBook, ascii_folded
from pastoral.demo.people import YEAR_GROUPS
from pastoral.demo.randoms import pick

_BACKGROUNDS = {"british": 0.78, "irish": 0.05, "pakistani": 0.06, "indian": 0.04, "west african": 0.04, "polish": 0.03}
# Roles whose holders also stand in front of classes.
TEACHING_ROLES = ("Form Tutor", "Head of Year", "SENCO", "SLT")


@dataclass(frozen=True)
class Member:
    """One member of staff in one role; the scope is empty for the whole school."""

    code: str
    title: str
    forename: str
    surname: str
    email: str
    role: str
    scope: str


def staff_make(groups: dict[int, list[str]], random: Random) -> list[Member]:
    """Make the school's pastoral staff for these tutor groups by year."""
    emails = EmailBook("school.example")
    return [_member(place, role, scope, emails, random) for place, (role, scope) in enumerate(_posts(groups), start=1)]


def _posts(groups: dict[int, list[str]]) -> Iterator[tuple[str, str]]:
    for year_group in YEAR_GROUPS:
        yield "Head of Year", f"Year {year_group}"
        yield "Pastoral Manager", f"Year {year_group}"
        for group in groups[year_group]:
            yield "Form Tutor", group
    yield "Assistant Pastoral Leader", "Year 7; Year 8"
    yield from [("SLT", ""), ("SLT", ""), ("Attendance Officer", ""), ("Attendance Officer", "")]
    yield from [("SENCO", ""), ("DSL", ""), ("Data Manager", "")]


def _member(place: int, role: str, scope: str, emails: EmailBook, random: Random) -> Member:
    background = BACKGROUNDS[pick(random, _BACKGROUNDS)]
    is_woman = random.random() < 0.64
    forename = random.choice(background.women if is_woman else background.men)
    surname = random.choice(background.surnames)
    title = pick(random, {"Mrs": 0.5, "Miss": 0.22, "Ms": 0.25, "Dr": 0.03} if is_woman else {"Mr": 0.96, "Dr": 0.04})
    code, email = staff_code(surname, forename, place), emails.address_for(forename, surname)
    return Member(code, title, forename, surname, email, role, scope)


def staff_code(surname: str, forename: str, place: int) -> str:
    """Return a code such as HAR014: two letters of the surname, one of the forename, a number."""
    return f"{ascii_folded(surname)[:2]}{ascii_folded(forename)[:1]}{place:03d}".upper()
