"""Lesson marks that agree with the session marks, with lessons missed inside the building and late starts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from pastoral.demo.attendance import DAYS_TO_EXPLAIN, YearMarks
from pastoral.demo.marks import PRESENT, Marks
from pastoral.demo.people import Roll, Spell, Student
from pastoral.demo.randoms import Streams, chance
from pastoral.demo.timetable import PERIODS, Lesson, Week, classes_of, week_key

# Tutor time lies between the morning register and the first lesson.
TUTOR_MINUTES = 20
_FIRST_AFTERNOON_PERIOD = 3
_PERIOD_LATE = (0.5, 0.8, 1.5, 1.9, 1.0)
_SUBJECT_LATE = {"PE": 1.8, "Sport Studies": 1.5, "Technology": 1.3, "Science": 1.2, "English": 0.8, "Drama": 0.7}
_SUBJECT_TRUANCY = {"French": 1.8, "Mathematics": 1.5, "Science": 1.3, "RE": 1.5, "Art": 0.5, "Drama": 0.5}


@dataclass(frozen=True)
class LessonMark:
    """One student's mark in one lesson; minutes only with L or U."""

    adno: str
    day: date
    period: int
    lesson: Lesson
    code: str
    minutes: int | None


@dataclass(frozen=True)
class LessonBook:
    """What lesson marks are worked out from: this year's weeks, the session marks and lessons nobody registered."""

    roll: Roll
    weeks: dict[str, Week]
    marks: YearMarks
    untaken: frozenset[tuple[str, int, int]]


def lesson_book_make(roll: Roll, weeks: dict[str, Week], marks: YearMarks, streams: Streams) -> LessonBook:
    """Open this year's lesson registers, a few of which are never taken."""
    random = streams.of("untaken lessons")
    shown = [(index, day.weekday()) for index, day in enumerate(roll.this_year.days) if day <= roll.today]
    untaken = {
        (class_name, index, period)
        for class_name, (weekday, period) in classes_of(weeks)
        for index, day in shown
        if day == weekday and chance(random, 0.002)
    }
    return LessonBook(roll, weeks, marks, frozenset(untaken))


def lesson_marks(book: LessonBook, students: Sequence[Student], streams: Streams) -> Iterator[LessonMark]:
    """Yield this year's lesson marks up to today, student by student and day by day."""
    for student in students:
        if student.adno in book.marks:
            yield from _student_lessons(book, student, streams.of("lessons", student.adno))


def _student_lessons(book: LessonBook, student: Student, random: Random) -> Iterator[LessonMark]:
    marks = book.marks[student.adno]
    habit = _Habit(student, random)
    spell: Spell | None = None
    week: Week = {}
    for day in range(marks.first // 2, marks.end // 2):
        held = marks.year.days[day]
        if spell is None or (spell.last is not None and held > spell.last):
            spell = student.spell_on(held)
            week = book.weeks[week_key(student, spell.group)]
        for period in range(len(PERIODS)):
            lesson = week[held.weekday(), period]
            code, minutes = _mark(book, marks, habit, day, period, lesson)
            yield LessonMark(student.adno, held, period, lesson, code, minutes)


class _Habit:
    """How one student goes from lesson to lesson."""

    def __init__(self, student: Student, random: Random) -> None:
        self.random = random
        trouble = student.conduct + 0.5 * student.health
        self.late = 0.055 if trouble > 1.6 or chance(random, 0.05) else 0.007
        self.truancy = 0.02 if trouble > 1.7 else 0.0004

    def is_late(self, period: int, subject: str) -> bool:
        return self.random.random() < self.late * _PERIOD_LATE[period] * _SUBJECT_LATE.get(subject, 1.0)

    def is_missing(self, period: int, subject: str) -> bool:
        return period > 0 and self.random.random() < self.truancy * _SUBJECT_TRUANCY.get(subject, 1.0)


def _mark(
    book: LessonBook, marks: Marks, habit: _Habit, day: int, period: int, lesson: Lesson
) -> tuple[str, int | None]:
    """Return code and minutes of one lesson, as the session of that half day allows."""
    session = 2 * day + (period >= _FIRST_AFTERNOON_PERIOD)
    code, minutes = marks.codes[session], marks.minutes.get(session)
    here = PRESENT[session % 2]
    if (lesson.class_name, day, period) in book.untaken:
        return ("-", None) if code in ("/", "\\", "L") else (code, None)
    if code in ("L", "U") and period in (0, _FIRST_AFTERNOON_PERIOD):
        return _arrival(code, minutes, period, here)
    if code in ("L", "U", "-", here):
        return _in_school(book, marks, habit, day, period, lesson)
    return code, None


def _arrival(code: str, minutes: int | None, period: int, here: str) -> tuple[str, int | None]:
    """Return the mark of the first lesson after coming late: late for it too when tutor time was over."""
    if minutes is None:
        return code, None
    into_lesson = minutes - (TUTOR_MINUTES if period == 0 else 0)
    return ("L", into_lesson) if into_lesson > 0 else (here, None)


def _in_school(
    book: LessonBook, marks: Marks, habit: _Habit, day: int, period: int, lesson: Lesson
) -> tuple[str, int | None]:
    if habit.is_missing(period, lesson.subject):
        shown = sum(held <= book.roll.today for held in marks.year.days[day:])
        return ("N" if shown <= DAYS_TO_EXPLAIN and chance(habit.random, 0.6) else "O"), None
    if habit.is_late(period, lesson.subject):
        return "L", min(1 + round(habit.random.lognormvariate(1.1, 0.7)), 25)
    return PRESENT[period >= _FIRST_AFTERNOON_PERIOD], None


def is_truancy(mark: LessonMark, marks: Marks) -> bool:
    """Test for a lesson missed without leave by a student who was in school for the session."""
    session = 2 * marks.year.index_of[mark.day] + (mark.period >= _FIRST_AFTERNOON_PERIOD)
    return mark.code in ("O", "N") and marks.codes[session] in ("/", "\\", "L", "U", "-")
