"""Who comes: families seated until every intake is full, and the names that break careless software."""

from datetime import date, timedelta
from random import Random

from pastoral.demo.families import Family, family_draw
from pastoral.demo.name_pools import BACKGROUNDS, SHORT_FORMS
from pastoral.demo.names import background_draw
from pastoral.demo.people.students import YEAR_GROUPS, Roll, Student
from pastoral.demo.randoms import Streams, chance


def seats_of(roll: Roll) -> dict[int, int]:
    """Return how many students each intake has: those now on roll, last year's Year 11, and later leavers."""
    start = roll.this_year.start
    share, spare = divmod(roll.size, len(YEAR_GROUPS))
    seats = {start - group + 7: share + (group - 7 < spare) for group in YEAR_GROUPS}
    leavers = {intake: count + early_leavers(share) for intake, count in seats.items()}
    return leavers | {start - 5: share}


def early_leavers(share: int) -> int:
    """Return how many of an intake leave before their time."""
    return round(share * 0.025)


def families_fill(roll: Roll, streams: Streams) -> list[Student]:
    """Seat families until every intake is full; about a quarter bring brothers, sisters or a twin."""
    random = streams.of("families")
    seats = seats_of(roll)
    students: list[Student] = []
    while any(seats.values()):
        family = family_draw(streams.of("family", len(students)), background_draw(random))
        for intake in _intakes_draw(random, seats):
            seats[intake] -= 1
            students.append(_child_draw(family, intake, students))
    return _cameos_place(students)


def _intakes_draw(random: Random, seats: dict[int, int]) -> list[int]:
    """Draw the intakes of one family's children, each with a seat free."""
    free = [intake for intake, count in seats.items() if count]
    first = random.choices(free, weights=[seats[intake] for intake in free])[0]
    if chance(random, 0.012) and seats[first] > 1:
        return [first, first]
    others = [intake for intake in free if intake != first]
    count = random.choices([0, 1, 2], weights=[0.72, 0.23, 0.05])[0]
    return [first, *random.sample(others, min(count, len(others)))]


def _child_draw(family: Family, intake: int, others: list[Student]) -> Student:
    random = family.random
    siblings = [other for other in others if other.family is family]
    twin = next((other for other in siblings if other.intake == intake), None)
    sex = random.choice("FM")
    background = family.background
    pool = background.girls if sex == "F" else background.boys
    taken = {sibling.forename for sibling in siblings}
    forename = random.choice([name for name in pool if name not in taken] or list(pool))
    born = twin.born if twin else _birthday_draw(random, intake, [sibling.born for sibling in siblings])
    student = Student(family, intake, sex, family.surname, forename, born)
    student.ethnicity = siblings[0].ethnicity if siblings else _ethnicity_draw(random, background.ethnicity)
    student.eal = siblings[0].eal if siblings else chance(random, background.eal)
    student.preferred = SHORT_FORMS.get(forename, "") if chance(random, 0.5) else ""
    student.health = 0.5 * family.health + 0.866 * random.gauss(0, 1)
    student.conduct = random.gauss(0, 1)
    return student


def _birthday_draw(random: Random, intake: int, siblings: list[date]) -> date:
    """Draw a birthday in the school year of the intake, as far as can be ten months from brothers' and sisters'."""
    first = date(intake - 12, 9, 1)
    days = [first + timedelta(days=random.randrange(365)) for _ in range(12)]
    apart = [min((abs(day - other).days for other in siblings), default=365) for day in days]
    return next((day for day, gap in zip(days, apart, strict=True) if gap >= 300), days[apart.index(max(apart))])


def _ethnicity_draw(random: Random, usual: str) -> str:
    if usual == "MWBC":
        return random.choice(["MWBC", "MWBC", "MWBA", "MWAS", "MOTH"])
    return random.choices([usual, "REFU", "NOBT"], weights=[0.985, 0.01, 0.005])[0]


def _cameos_place(students: list[Student]) -> list[Student]:
    """Make sure that the names which break careless software are there, at any size of school.

    Apostrophes, hyphens, letters beyond Latin-1, one name too long for its column, two students of one name.
    """
    british = BACKGROUNDS["british"]
    wanted = [
        ("F", "Zofia", "Łukasik", "polish"),
        ("M", "Kai", "O'Brien", "irish"),
        ("F", "Linh", "Nguyễn", "vietnamese"),
        ("M", "Theo", "D'Arcy", "british"),
        ("F", "Zoë", "Smith-Jones", "british"),
        ("M", "Maximilian-Alexander", "Wolstenholme-Featherstonehaugh", "british"),
        ("F", "Ellie", "Hartley", "british"),
        ("F", "Ellie", "Hartley", "british"),
    ]
    only = [student for student in students if sum(other.family is student.family for other in students) == 1]
    hosts = [student for student in only if student.family.background is british]
    for (sex, forename, surname, background), host in zip(wanted, hosts, strict=False):
        own = BACKGROUNDS[background]
        host.sex, host.forename, host.surname, host.preferred = sex, forename, surname, ""
        host.family.surname, host.family.background, host.ethnicity = surname, own, own.ethnicity
        host.eal = own.eal > 0.5
    return students
