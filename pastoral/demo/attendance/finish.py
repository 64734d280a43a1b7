"""The end of filling a year: present where nothing else is, cut at today, what the office cannot know yet."""

from random import Random

from pastoral.demo.attendance.comments import comment_draw
from pastoral.demo.events import Events
from pastoral.demo.marks import Marks
from pastoral.demo.people import Roll, Student
from pastoral.demo.randoms import Streams, chance

DAYS_TO_EXPLAIN = 5


def year_finish(student: Student, marks: Marks, roll: Roll, events: Events, streams: Streams) -> None:
    """Fill the rest with present, cut at today, and leave open what the office would not know yet."""
    shown = 2 * sum(day <= roll.today for day in marks.year.days)
    marks.end = min(marks.end, shown)
    for spell in student.spells:
        if spell.start == marks.year.start:
            _untaken_enter(marks, spell.group, events)
    marks.present_fill()
    random = streams.of("unexplained", student.adno, marks.year.start)
    if roll.today <= marks.year.last_day:
        _unexplained_enter(student, marks, random, shown)


def _untaken_enter(marks: Marks, group: str, events: Events) -> None:
    """Leave sessions without a mark where nobody took the group's register and no absence was known."""
    for other, session in events.untaken:
        if other == group and session < marks.end:
            marks.put(session, "-")


def _unexplained_enter(student: Student, marks: Marks, random: Random, shown: int) -> None:
    """Turn some absence of the last days into N: the reason is not known yet, or was never asked."""
    for session in range(max(marks.first, shown - 2 * (DAYS_TO_EXPLAIN + 2)), marks.end):
        odds = 0.45 if session >= shown - 4 else 0.28 if session >= shown - 2 * DAYS_TO_EXPLAIN else 0.06
        same_day = session % 2 == 1 and marks.codes[session - 1] == "N"
        if marks.codes[session] in ("O", "I") and (same_day or chance(random, odds)):
            marks.codes[session] = "N"
            marks.comments[session] = "" if same_day else comment_draw(random, "N", student)
