"""The whole made-up school: put together and written out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pastoral.demo import files
from pastoral.demo.attendance import YearMarks, attendance_make
from pastoral.demo.behaviour import School, achievements_make, incidents_make
from pastoral.demo.calendar import academic_year_of, school_year
from pastoral.demo.lessons import LessonBook, LessonMark, is_truancy, lesson_book_make, lesson_marks
from pastoral.demo.people import YEAR_GROUPS, Roll, Student, students_make
from pastoral.demo.randoms import Streams
from pastoral.demo.staff import Member, staff_make
from pastoral.demo.timetable import weeks_make

FIRST_DAY_POSSIBLE = date(2025, 9, 1)
FEWEST_STUDENTS = 50
MOST_STUDENTS = 2400


class SchoolImpossible(Exception):
    """Such a school cannot be made up; the message says why."""


def school_write(folder: Path, *, seed: int, size: int, today: date) -> dict[str, int]:
    """Write the export files of a school of about `size` students into a folder; return rows by file name.

    The same seed, size and day give the same bytes. Raises SchoolImpossible for a size or a day out of range:
    last year's marks use the codes in force since 19 August 2024.
    """
    if not FEWEST_STUDENTS <= size <= MOST_STUDENTS:
        raise SchoolImpossible(f"The number of students must be between {FEWEST_STUDENTS} and {MOST_STUDENTS}.")
    if today < FIRST_DAY_POSSIBLE:
        raise SchoolImpossible(f"The day must be {FIRST_DAY_POSSIBLE:%d/%m/%Y} or later.")
    folder.mkdir(parents=True, exist_ok=True)
    roll = roll_make(size, today)
    streams = Streams(seed)
    students = students_make(roll, streams)
    staff = staff_make(_groups(students, roll), streams.of("staff"))
    marks = attendance_make(roll, students, streams)
    return dict(_people_write(folder, roll, students, staff)) | dict(
        _days_write(folder, roll, students, staff, marks, streams)
    )


def roll_make(size: int, today: date) -> Roll:
    """Return the two academic years that a school of this size shows on this day."""
    start = academic_year_of(today)
    return Roll((school_year(start - 1), school_year(start)), today, size)


def _groups(students: list[Student], roll: Roll) -> dict[int, list[str]]:
    """Return this year's tutor groups by year group."""
    spells = [spell for student in students for spell in student.spells if spell.start == roll.this_year.start]
    return {year: sorted({spell.group for spell in spells if spell.year_group == year}) for year in YEAR_GROUPS}


def _people_write(folder: Path, roll: Roll, students: list[Student], staff: list[Member]) -> Iterator[tuple[str, int]]:
    tables = {
        "calendar": files.calendar_rows(roll.years),
        "students": files.student_rows(students),
        "enrolments": files.enrolment_rows(students, roll.years),
        "parents_carers": files.parent_rows(students),
        "staff": files.staff_rows(staff),
    }
    for name, rows in tables.items():
        yield f"{name}.csv", files.file_write(folder, name, rows)


def _days_write(
    folder: Path,
    roll: Roll,
    students: list[Student],
    staff: list[Member],
    marks: dict[int, YearMarks],
    streams: Streams,
) -> Iterator[tuple[str, int]]:
    for year in roll.years:
        name = f"session_marks_{year.label.replace('/', '_')}"
        rows = files.session_rows(students, year, marks[year.start])
        yield f"{name}.csv", files.file_write(folder, name, rows, kind="session_marks")
    this_year = marks[roll.this_year.start]
    weeks = weeks_make(students, roll.this_year.start, staff, streams)
    book = lesson_book_make(roll, weeks, this_year, streams)
    truancies: list[LessonMark] = []
    lessons = _lessons_watch(book, students, streams, truancies)
    yield "lesson_marks.csv", files.file_write(folder, "lesson_marks", files.lesson_rows(lessons, roll))
    school = School(roll, students, this_year, weeks, staff)
    incidents = incidents_make(school, truancies, streams)
    yield "behaviour.csv", files.file_write(folder, "behaviour", files.incident_rows(incidents))
    achievements = files.achievement_rows(achievements_make(school, streams))
    yield "achievements.csv", files.file_write(folder, "achievements", achievements)


def _lessons_watch(
    book: LessonBook, students: list[Student], streams: Streams, truancies: list[LessonMark]
) -> Iterator[LessonMark]:
    """Yield the lesson marks and keep the truancies, because a quarter of a million marks need not be held."""
    for mark in lesson_marks(book, students, streams):
        if is_truancy(mark, book.marks[mark.adno]):
            truancies.append(mark)
        yield mark
