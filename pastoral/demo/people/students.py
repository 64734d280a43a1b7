"""A student, the spells in tutor groups, and the dates that hold for everybody."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pastoral.demo.calendar import SchoolYear
from pastoral.demo.families import Family

YEAR_GROUPS = (7, 8, 9, 10, 11)


@dataclass(frozen=True)
class Spell:
    """A stay in one tutor group during one academic year; `last` is empty while it goes on."""

    start: int
    year_group: int
    letter: str
    first: date
    last: date | None

    @property
    def group(self) -> str:
        """Return the tutor group's name, such as 9B."""
        return f"{self.year_group}{self.letter}"


@dataclass(eq=False)
class Student:
    """One student ever on roll in the two years; `intake` is the September in which they were in Year 7."""

    family: Family
    intake: int
    sex: str
    surname: str
    forename: str
    born: date
    preferred: str = ""
    ethnicity: str = ""
    eal: bool = False
    adno: str = ""
    upn: str = ""
    house: str = ""
    admitted: date = date.min
    left: date | None = None
    is_joiner: bool = False
    fsm: bool = False
    pupil_premium: bool = False
    sen: str = "N"
    young_carer: bool = False
    health: float = 0.0
    conduct: float = 0.0
    spells: list[Spell] = field(default_factory=list)

    def year_group_in(self, start: int) -> int:
        """Return the year group in the academic year that begins in September of `start`."""
        return start - self.intake + 7

    def is_on_roll(self, day: date) -> bool:
        """Test for being on roll, leaving day included."""
        return self.admitted <= day and (self.left is None or day <= self.left)

    def spell_on(self, day: date) -> Spell:
        """Return the tutor group spell of this day; the student must have been on roll."""
        return next(spell for spell in self.spells if spell.first <= day and (spell.last is None or day <= spell.last))


@dataclass(frozen=True)
class Roll:
    """Everybody's dates: the two years held and the day on which the school looks back."""

    years: tuple[SchoolYear, SchoolYear]
    today: date
    size: int

    @property
    def this_year(self) -> SchoolYear:
        """Return the academic year that `today` lies in."""
        return self.years[1]

    @property
    def last_year(self) -> SchoolYear:
        """Return the academic year before."""
        return self.years[0]


def families_of(students: Iterable[Student]) -> list[Family]:
    """Return the families of the students, each once, in the order in which they come."""
    return list({id(student.family): student.family for student in students}.values())
