"""From profiles to session marks: what is known beforehand, absences up to the student's share, lateness.

Every student has a number of sessions to miss in the year. Suspensions, holidays, study leave and the like
come out of it first; the rest becomes spells of illness and other absence, spread over the half terms. Brothers and
sisters catch some of it from each other.
"""

from collections.abc import Sequence

from pastoral.demo.attendance.filler import Filler
from pastoral.demo.attendance.finish import DAYS_TO_EXPLAIN, year_finish
from pastoral.demo.attendance.provision import provision_enter
from pastoral.demo.attendance.shared import illness_share
from pastoral.demo.calendar import SchoolYear
from pastoral.demo.events import events_make
from pastoral.demo.marks import Marks, marks_begin
from pastoral.demo.people import Roll, Student
from pastoral.demo.profiles import profiles_make
from pastoral.demo.randoms import Streams

__all__ = ["DAYS_TO_EXPLAIN", "YearMarks", "attendance_make", "conduct_score"]

YearMarks = dict[str, Marks]


def attendance_make(roll: Roll, students: Sequence[Student], streams: Streams) -> dict[int, YearMarks]:
    """Make every session mark of both years up to `today`, by start of the academic year and admission number."""
    return {year.start: _year_make(year, roll, students, streams) for year in roll.years}


def _year_make(year: SchoolYear, roll: Roll, everybody: Sequence[Student], streams: Streams) -> YearMarks:
    students = [s for s in everybody if any(spell.start == year.start for spell in s.spells)]
    events = events_make(year, roll, students, streams)
    profiles = profiles_make(students, year, streams)
    troubled = _troubled(students, year)
    marks: YearMarks = {}
    for student in students:
        filler = Filler(student, profiles[student.adno], marks_begin(student, year), events, streams)
        filler.fill(is_troubled=student.adno in troubled)
        marks[student.adno] = filler.marks
    illness_share(students, marks, profiles, streams)
    provision_enter(students, marks, profiles, streams.of("provision", year.start))
    for student in students:
        year_finish(student, marks[student.adno], roll, events, streams)
    return marks


def _troubled(students: Sequence[Student], year: SchoolYear) -> set[str]:
    """Return the few students who are suspended, most of them more than once."""
    ranked = sorted(students, key=lambda student: -conduct_score(student, year))
    return {student.adno for student in ranked[: round(0.085 * len(ranked))]}


def conduct_score(student: Student, year: SchoolYear) -> float:
    """Return how likely a student is to get into trouble, on a standard normal scale."""
    group = student.year_group_in(year.start)
    shift = 0.5 * student.fsm + 0.45 * (student.sen != "N") + 0.3 * (student.sex == "M")
    return student.conduct + shift + {7: -0.35, 9: 0.3, 10: 0.2}.get(group, 0.0) + 0.2 * student.health
