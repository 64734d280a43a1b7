"""Students: their families, years, tutor groups, dates on roll and characteristics."""

from random import Random

from pastoral.demo.families import Registry, home_settle
from pastoral.demo.names import EmailBook, PhoneBook
from pastoral.demo.people.dates import dates_settle
from pastoral.demo.people.flags import flags_settle
from pastoral.demo.people.groups import groups_settle
from pastoral.demo.people.seats import families_fill
from pastoral.demo.people.students import YEAR_GROUPS, Roll, Spell, Student, families_of
from pastoral.demo.randoms import Streams, chance
from pastoral.demo.upn import temporary_upn, upn

__all__ = ["YEAR_GROUPS", "Roll", "Spell", "Student", "students_make"]

FIRST_ADNO = 4101


def students_make(roll: Roll, streams: Streams) -> list[Student]:
    """Make every student on roll at any time in the two years, in order of admission number."""
    students = families_fill(roll, streams)
    dates_settle(students, roll, streams.of("dates"))
    flags_settle(students, streams)
    registry = Registry(EmailBook("home.example"), PhoneBook(streams.of("phones")))
    for family in families_of(students):
        home_settle(family, registry)
    groups_settle(students, roll, streams.of("groups"))
    students.sort(key=lambda student: (student.admitted, student.intake, student.surname, student.forename))
    _numbers_settle(students, streams.of("numbers"))
    return students


def _numbers_settle(students: list[Student], random: Random) -> None:
    """Give admission numbers in order of admission, and UPNs from a dozen made-up primary schools."""
    for place, student in enumerate(students):
        student.adno = f"{FIRST_ADNO + place:06d}"
        school = 2100 + 7 * random.randrange(12)
        if student.is_joiner and chance(random, 0.1):
            student.upn = temporary_upn(4007, student.admitted.year, place)
        else:
            # Three digits for the serial: the next thousand comes from the primary schools next door.
            student.upn = upn(school + place // 1000, student.intake - 7, place % 1000)
