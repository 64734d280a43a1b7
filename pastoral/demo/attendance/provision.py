"""Second schools, alternative provision and part-time timetables."""

from collections.abc import Mapping, Sequence
from random import Random

from pastoral.demo.marks import Marks
from pastoral.demo.people import Student
from pastoral.demo.profiles import Profile


def provision_enter(
    students: Sequence[Student], marks: Mapping[str, Marks], profiles: dict[str, Profile], random: Random
) -> None:
    """Give a handful of students a second school, alternative provision or a part-time timetable.

    Present sessions of such days change; absences that are already entered stay.
    """
    older = [s for s in students if s.year_group_in(marks[s.adno].year.start) >= 9 and marks[s.adno].end]
    shuffled = random.sample(older, len(older))
    share = len(students) / 900
    counts = {"D": max(1, round(4 * share)), "K": max(1, round(3 * share)), "B": max(1, round(9 * share))}
    for code, count in counts.items():
        for student in [shuffled.pop() for _ in range(min(count, len(shuffled)))]:
            _weekdays_put(marks[student.adno], code, _provision_weekdays(code, random))
    # A part-time timetable is for students who already miss a great deal: it replaces other absence.
    strugglers = sorted(students, key=lambda s: -profiles[s.adno].rate)[: max(3, round(40 * share))]
    for student in random.sample(strugglers, max(1, round(16 * share))):
        _part_time_put(marks[student.adno], random)
    for student in random.sample(list(students), 1):
        for _ in range(3):
            marks[student.adno].put(random.randrange(2 * len(marks[student.adno].year.days)), "Q")


def _provision_weekdays(code: str, random: Random) -> set[int]:
    days = {"D": 2, "K": 4, "B": 1}[code]
    return set(random.sample(range(5), days))


def _weekdays_put(marks: Marks, code: str, weekdays: set[int]) -> None:
    """Enter a code on these weekdays from the third week on; K only for the spring."""
    for day, held in enumerate(marks.year.days):
        in_time = marks.year.half_terms[day] in (2, 3) if code == "K" else day >= 10
        if in_time and held.weekday() in weekdays:
            marks.put_days([day], code)


def _part_time_put(marks: Marks, random: Random) -> None:
    """Turn the afternoons of six to ten weeks into C2, as agreed with a parent."""
    first = random.choice([12, 30, 60, 95])
    length = random.choice([40, 50, 60])
    for session in range(2 * first + 1, min(2 * (first + length), marks.end), 2):
        if session >= marks.first and marks.codes[session] in ("", "O", "I"):
            marks.codes[session] = "C2"
            marks.comments.pop(session, None)
