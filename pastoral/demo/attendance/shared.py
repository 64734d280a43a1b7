"""Brothers and sisters ill together: some of what one misses moves to the days on which another was ill."""

from collections.abc import Sequence
from itertools import groupby
from random import Random

from pastoral.demo.attendance.filler import LONG_TERM_RATE
from pastoral.demo.marks import Marks
from pastoral.demo.people import Student
from pastoral.demo.profiles import Profile
from pastoral.demo.randoms import Streams, chance

_FAMILIES_THAT_CATCH_IT = 0.7
_SHORTEST_DAYS, _LONGEST_DAYS = 2, 4
ILL = "I"


def illness_share(
    students: Sequence[Student], marks: dict[str, Marks], profiles: dict[str, Profile], streams: Streams
) -> None:
    """Have brothers and sisters ill on the same days; nobody misses a session more than before.

    Called before the year is finished, when what is free is present.
    """
    families: dict[int, list[Student]] = {}
    for student in students:
        families.setdefault(id(student.family), []).append(student)
    for first, *others in families.values():
        random = streams.of("shared illness", first.adno, marks[first.adno].year.start)
        if not chance(random, _FAMILIES_THAT_CATCH_IT):
            continue
        for other in others:
            if max(profiles[one.adno].rate for one in (first, other)) < LONG_TERM_RATE:
                _catch(marks[first.adno], marks[other.adno], random)
                _catch(marks[other.adno], marks[first.adno], random)


def _catch(source: Marks, target: Marks, random: Random) -> None:
    """Move the other child's days of illness, drawn from the whole year, onto bouts of the first's."""
    days = _ill_days(target)
    spare = random.sample(days, len(days))
    for bout in _bouts(source):
        free = [day for day in bout if target.is_free(2 * day) and target.is_free(2 * day + 1)]
        if _SHORTEST_DAYS <= len(bout) <= _LONGEST_DAYS and min(len(spare), len(free)) >= _SHORTEST_DAYS:
            for day in free[: len(spare)]:
                _move(target, spare.pop(), day)


def _bouts(marks: Marks) -> list[list[int]]:
    """Return the runs of whole days ill."""
    runs = groupby(enumerate(_ill_days(marks)), key=lambda pair: pair[1] - pair[0])
    return [[day for _, day in run] for _, run in runs]


def _ill_days(marks: Marks) -> list[int]:
    return [day for day in range(len(marks.year.days)) if marks.codes[2 * day] == marks.codes[2 * day + 1] == ILL]


def _move(marks: Marks, old: int, new: int) -> None:
    for session in (0, 1):
        marks.codes[2 * new + session], marks.codes[2 * old + session] = ILL, ""
        if comment := marks.comments.pop(2 * old + session, ""):
            marks.comments[2 * new + session] = comment
