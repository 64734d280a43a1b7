"""Students: their families, years, tutor groups, dates on roll and characteristics."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from pastoral.demo.calendar import MONDAY, SchoolYear, academic_year_of
from pastoral.demo.families import Family, Registry, family_draw, home_settle
from pastoral.demo.name_pools import BACKGROUNDS, SHORT_FORMS
from pastoral.demo.names import EmailBook, PhoneBook, background_draw
from pastoral.demo.randoms import Streams, chance, sample_some
from pastoral.demo.upn import temporary_upn, upn

YEAR_GROUPS = (7, 8, 9, 10, 11)
TUTOR_GROUP_SIZE = 30
HOUSES = ("Anning", "Brunel", "Franklin", "Seacole")
FIRST_ADNO = 4101

# Shares of students, as the demo school has them (near the national secondary averages of 2025/26).
_FSM, _PUPIL_PREMIUM, _SEN_SUPPORT, _EHC_PLAN, _IN_CARE, _YOUNG_CARER = 0.26, 0.29, 0.14, 0.05, 0.01, 0.025


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


def students_make(roll: Roll, streams: Streams) -> list[Student]:
    """Make every student on roll at any time in the two years, in order of admission number."""
    students = _families_fill(roll, streams)
    _dates_settle(students, roll, streams.of("dates"))
    _flags_settle(students, streams)
    registry = Registry(EmailBook("home.example"), PhoneBook(streams.of("phones")))
    for family in _families_of(students):
        home_settle(family, registry)
    _groups_settle(students, roll, streams.of("groups"))
    students.sort(key=lambda student: (student.admitted, student.intake, student.surname, student.forename))
    _numbers_settle(students, streams.of("numbers"))
    return students


def _families_of(students: Iterable[Student]) -> list[Family]:
    return list({id(student.family): student.family for student in students}.values())


def _seats(roll: Roll) -> dict[int, int]:
    """Return how many students each intake has: those now on roll, last year's Year 11, and later leavers."""
    start = roll.this_year.start
    share, spare = divmod(roll.size, len(YEAR_GROUPS))
    seats = {start - group + 7: share + (group - 7 < spare) for group in YEAR_GROUPS}
    leavers = {intake: count + _early_leavers(share) for intake, count in seats.items()}
    return leavers | {start - 5: share}


def _early_leavers(share: int) -> int:
    return round(share * 0.025)


def _families_fill(roll: Roll, streams: Streams) -> list[Student]:
    """Seat families until every intake is full; about a quarter bring brothers, sisters or a twin."""
    random = streams.of("families")
    seats = _seats(roll)
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


def _dates_settle(students: list[Student], roll: Roll, random: Random) -> None:
    """Set admission and leaving dates: Year 11 at the end of June, some early leavers, some joiners."""
    for student in students:
        student.admitted = date(student.intake, 9, 1)
    by_intake = {intake: [s for s in students if s.intake == intake] for intake in _seats(roll)}
    past_days = [day for day in roll.this_year.days if day <= roll.today]
    for intake, peers in by_intake.items():
        year_11 = intake + 4
        if year_11 == roll.last_year.start:
            _leave_all(peers, roll.last_year.leavers_day)
            continue
        if year_11 == roll.this_year.start and roll.today > roll.this_year.leavers_day:
            _leave_all(peers, roll.this_year.leavers_day)
        _early_leavers_settle(peers, intake, roll, random)
        _joiners_settle(peers, intake, past_days, roll, random)


def _leave_all(students: Iterable[Student], day: date) -> None:
    for student in students:
        student.left = day


def _early_leavers_settle(peers: list[Student], intake: int, roll: Roll, random: Random) -> None:
    """Let the surplus of an intake leave on some school day of either year."""
    days = [*(roll.last_year.days[10:] if intake <= roll.last_year.start else ()), *roll.this_year.days[8:]]
    days = [day for day in days if day <= roll.today]
    for student in random.sample(peers, _early_leavers(roll.size // len(YEAR_GROUPS))):
        # With no school day yet behind them they left in the summer, or never came.
        student.left = random.choice(days) if days else date(roll.this_year.start, 8, 31)
        if intake == roll.this_year.start and not days:
            student.left = student.admitted


def _joiners_settle(peers: list[Student], intake: int, past_days: list[date], roll: Roll, random: Random) -> None:
    """Let a few of an intake join late: earlier years, during last year, and a couple this year."""
    staying = [student for student in peers if student.left is None]
    if intake <= roll.last_year.start:
        for student in sample_some(random, staying, 0.03):
            student.admitted, student.is_joiner = random.choice(roll.last_year.days[5:]), True
        for student in sample_some(random, staying, 0.04):
            if intake < roll.last_year.start and not student.is_joiner:
                earlier = random.choice(range(intake, roll.last_year.start))
                student.admitted = date(earlier, 9, 1) + timedelta(days=random.randrange(20, 300))
    for student in sample_some(random, staying, 0.012):
        if len(past_days) > 5 and not student.is_joiner:
            student.admitted, student.is_joiner = random.choice(past_days[4:]), True


def _flags_settle(students: list[Student], streams: Streams) -> None:
    """Set the flags, each to its share of the school, and each likelier where life is harder."""
    random = streams.of("flags")
    ranked = sorted(students, key=lambda s: -(s.family.hardship + 0.15 * random.gauss(0, 1)))
    for place, student in enumerate(ranked):
        student.fsm = place < _FSM * len(ranked)
        student.pupil_premium = place < (_PUPIL_PREMIUM - _IN_CARE / 2) * len(ranked)
    _care_settle(students, random)
    needs = _ranked(students, random, lambda s: 0.45 * s.fsm + 0.3 * (s.sex == "M") + 0.3 * s.family.in_care)
    plans = round(_EHC_PLAN * len(students))
    for place, student in enumerate(needs[: round((_SEN_SUPPORT + _EHC_PLAN) * len(students))]):
        student.sen = "E" if place < plans else "K"
    carers = _ranked(students, random, lambda s: 0.8 * s.fsm)
    for student in carers[: round(_YOUNG_CARER * len(students))]:
        student.young_carer = not student.family.in_care


def _ranked(students: list[Student], random: Random, lean: Callable[[Student], float]) -> list[Student]:
    return sorted(students, key=lambda student: -(lean(student) + random.gauss(0, 1)))


def _care_settle(students: list[Student], random: Random) -> None:
    """Place about one student in a hundred with foster carers; they get pupil premium whatever the income."""
    hard_up = [family for family in _families_of(students) if family.hardship > 0.3]
    random.shuffle(hard_up)
    wanted = max(1, round(_IN_CARE * len(students)))
    for family in hard_up:
        children = [student for student in students if student.family is family]
        if wanted <= 0:
            return
        family.in_care = True
        wanted -= len(children)
        for child in children:
            child.pupil_premium = True


def _groups_settle(students: list[Student], roll: Roll, random: Random) -> None:
    """Deal each intake into tutor groups that stay together, with a few moves between them."""
    for intake in sorted(_seats(roll)):
        peers = [student for student in students if student.intake == intake]
        random.shuffle(peers)
        # Those who left early give their seat to nobody, so groups are dealt among those who stay, then filled.
        peers.sort(key=lambda student: student.left is not None)
        letters = _letters(roll)
        for place, student in enumerate(peers):
            student.house = HOUSES[place % len(HOUSES)]
            student.spells = _spells(student, letters[place % len(letters)], roll)
        if len(letters) > 1:
            for student in sample_some(random, peers, 0.02):
                _group_move(student, letters, roll, random)


def _letters(roll: Roll) -> str:
    return "ABCDEFGHJKLMNPQR"[: max(1, -(-roll.size // (len(YEAR_GROUPS) * TUTOR_GROUP_SIZE)))]


def _spells(student: Student, letter: str, roll: Roll) -> list[Spell]:
    """Return a spell for each held year in which the student was on roll in Years 7 to 11."""
    spells = []
    for year in roll.years:
        first = max(student.admitted, year.first_day)
        group = student.year_group_in(year.start)
        gone = student.left is not None and student.left < first
        if group not in YEAR_GROUPS or first > year.last_day or gone:
            continue
        ended = student.left if student.left is not None and student.left <= year.last_day else None
        last = ended or (year.last_day if year is roll.last_year else None)
        spells.append(Spell(year.start, group, letter, first, last))
    return spells


def _group_move(student: Student, letters: str, roll: Roll, random: Random) -> None:
    """Move a student to another tutor group on a Monday of one of the two years."""
    mondays = [day for year in roll.years for day in year.days[20:] if day.weekday() == MONDAY and day <= roll.today]
    inside = [day for day in mondays if student.is_on_roll(day) and day - timedelta(days=1) >= student.admitted]
    if not inside:
        return
    monday = random.choice(inside)
    letter = random.choice([other for other in letters if other != student.spells[0].letter])
    moved: list[Spell] = []
    for spell in student.spells:
        if spell.start < academic_year_of(monday):
            moved.append(spell)
        elif spell.first < monday:
            rest = replace(spell, letter=letter, first=monday)
            moved += [replace(spell, last=monday - timedelta(days=1)), rest]
        else:
            moved.append(replace(spell, letter=letter))
    student.spells = moved


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
