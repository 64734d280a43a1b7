"""What happens to many students at once: a closed site, trips, work experience, a bus that did not come, Eid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pastoral.demo.calendar import MONDAY, SchoolYear, last_weekday_by
from pastoral.demo.people import Roll, Student
from pastoral.demo.randoms import Streams, chance

_ISLAMIC_EPOCH = date(622, 7, 19)
_FAMILIES_KEEPING_EID = ("APKN", "ABAN", "OOTH")


@dataclass(frozen=True)
class Events:
    """The school-wide events of one academic year, by index of the school day."""

    closed_day: int | None
    trips: dict[str, tuple[int, ...]]
    work_week: range
    bus_days: tuple[int, ...]
    bus_students: frozenset[str]
    eid_days: tuple[int, ...]
    untaken: frozenset[tuple[str, int]]


def events_make(year: SchoolYear, roll: Roll, students: Sequence[Student], streams: Streams) -> Events:
    """Make up one year's events; only last year has a day on which the boiler failed."""
    random = streams.of("events", year.start)
    groups = sorted({spell.group for student in students for spell in student.spells if spell.start == year.start})
    on_the_bus = [student.adno for student in students if chance(random, 0.03)]
    january = [index for index, day in enumerate(year.days) if day.month == 1 and day.weekday() != MONDAY]
    return Events(
        closed_day=random.choice(january) if year is roll.last_year else None,
        trips={group: _trips_draw(year, random) for group in groups},
        work_week=_work_week(year),
        bus_days=tuple(sorted(random.sample(range(20, len(year.days)), 3))),
        bus_students=frozenset(on_the_bus),
        eid_days=tuple(year.index_of[day] for day in eids_between(year.first_day, year.last_day) if day in year.days),
        untaken=frozenset(_untaken_draw(year, roll, groups, random)),
    )


def keeps_eid(student: Student, random: Random) -> bool:
    """Draw whether a student's family keeps Eid at home on the day."""
    return student.ethnicity in _FAMILIES_KEEPING_EID and chance(random, 0.85)


def _trips_draw(year: SchoolYear, random: Random) -> tuple[int, ...]:
    """Draw a tutor group's trips: perhaps one by Easter, mostly one in the summer."""
    days = list(enumerate(year.half_terms))
    early = [index for index, half_term in days if half_term in (0, 1, 3) and index > 10]
    summer = [index for index, half_term in days if half_term == 5]
    first = [random.choice(early)] if chance(random, 0.6) else []
    return tuple(first + ([random.choice(summer)] if chance(random, 0.75) else []))


def _work_week(year: SchoolYear) -> range:
    """Return the days of Year 10's work experience: the first whole week of July."""
    monday = last_weekday_by(MONDAY, date(year.start + 1, 7, 7))
    days = [year.index_of[day] for day in (monday + timedelta(days=step) for step in range(5)) if day in year.index_of]
    return range(days[0], days[-1] + 1)


def _untaken_draw(year: SchoolYear, roll: Roll, groups: list[str], random: Random) -> Iterator[tuple[str, int]]:
    """Yield registers (tutor group, session) that nobody took: a few a term, and two this afternoon."""
    for group in groups:
        for session in range(2 * len(year.days)):
            if chance(random, 0.0012 if session % 2 else 0.0004):
                yield group, session
    if roll.today in year.index_of:
        afternoon = 2 * year.index_of[roll.today] + 1
        yield from ((group, afternoon) for group in random.sample(groups, min(2, len(groups) // 4)))


def eids_between(first: date, last: date) -> list[date]:
    """Return Eid al-Fitr and Eid al-Adha by the tabular Islamic calendar, good to a day of the moon."""
    years = range(first.year - 581, last.year - 575)
    days = [_islamic_date(year, month, day) for year in years for month, day in ((10, 1), (12, 10))]
    return sorted(day for day in days if first <= day <= last)


def _islamic_date(year: int, month: int, day: int) -> date:
    leap_days = (11 * year + 3) // 30
    return _ISLAMIC_EPOCH + timedelta(days=354 * (year - 1) + leap_days + (59 * (month - 1) + 1) // 2 + day - 1)
