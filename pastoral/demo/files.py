"""Writing the school as its office would export it: CSV, UTF-8 with a byte-order mark, CRLF, dd/mm/yyyy."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from pastoral.demo.attendance import YearMarks
from pastoral.demo.behaviour import Achievement, Incident
from pastoral.demo.calendar import SchoolYear
from pastoral.demo.lessons import LessonMark
from pastoral.demo.people import Roll, Student
from pastoral.demo.staff import Member
from pastoral.demo.timetable import PERIODS

Row = Sequence[object]

COLUMNS = {
    "calendar": "Kind,First day,Last day,Name",
    "students": (
        "UPN,Adno,Legal Surname,Legal Forename,Preferred Forename,DOB,Sex,Year,Reg,House,Date of Admission,"
        "Date of Leaving,FSM,Pupil Premium,SEN Status,EAL,In Care,Young Carer,Ethnicity"
    ),
    "enrolments": "Adno,Academic Year,Year,Reg,From,To",
    "parents_carers": (
        "Adno,Priority,Title,Forename,Surname,Relationship,Parental Responsibility,Court Order,Lives With,Telephone,"
        "Mobile,Email,Address"
    ),
    "staff": "Staff Code,Title,Forename,Surname,Email,Role,Scope",
    "session_marks": "Adno,Date,Session,Mark,Minutes Late,Comment",
    "lesson_marks": "Adno,Date,Period,Subject,Class,Teacher,Mark,Minutes Late",
    "behaviour": (
        "Incident ID,Date,Time,Adno,Role,Type,Activity,Location,Points,Status,Action Taken,Recorded By,Comments"
    ),
    "achievements": "Achievement ID,Date,Adno,Type,Activity,Points,Awarded By",
}


def file_write(folder: Path, name: str, rows: Iterable[Row], *, kind: str = "") -> int:
    """Write one export and return how many rows it has; `kind` is the name of its columns when it has its own name."""
    count = 0
    with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(COLUMNS[kind or name].split(","))
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def day_text(day: date | None) -> str:
    """Return a date as the exports print it; nothing for no date."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}" if day else ""


def yes_no(fact: bool) -> str:
    """Return Yes or No."""
    return "Yes" if fact else "No"


def calendar_rows(years: Sequence[SchoolYear]) -> Iterator[Row]:
    """Yield the spans of both years."""
    for year in years:
        for span in year.spans():
            yield span.kind, day_text(span.first), day_text(span.last), span.name


def student_rows(students: Iterable[Student]) -> Iterator[Row]:
    """Yield a row a student; the year and tutor group are the latest they were in."""
    for student in students:
        latest = student.spells[-1]
        yield (
            student.upn,
            student.adno,
            student.surname,
            student.forename,
            student.preferred,
            day_text(student.born),
            student.sex,
            f"Year {latest.year_group}",
            latest.group,
            student.house,
            day_text(student.admitted),
            day_text(student.left),
            yes_no(student.fsm),
            yes_no(student.pupil_premium),
            student.sen,
            yes_no(student.eal),
            yes_no(student.family.in_care),
            yes_no(student.young_carer),
            student.ethnicity,
        )


def enrolment_rows(students: Iterable[Student], years: Sequence[SchoolYear]) -> Iterator[Row]:
    """Yield a row a spell in a tutor group."""
    labels = {year.start: year.label for year in years}
    for student in students:
        for spell in student.spells:
            dates = (day_text(spell.first), day_text(spell.last))
            yield student.adno, labels[spell.start], f"Year {spell.year_group}", spell.group, *dates


def parent_rows(students: Iterable[Student]) -> Iterator[Row]:
    """Yield a row for each parent or carer of each student, first contact first."""
    for student in students:
        for priority, tie in enumerate(student.family.ties, start=1):
            adult = tie.adult
            yield (
                student.adno,
                priority,
                adult.title,
                adult.forename,
                adult.surname,
                adult.relationship,
                yes_no(tie.parental_responsibility),
                "Yes" if tie.court_order else "",
                yes_no(tie.lives_with),
                adult.telephone,
                adult.mobile,
                adult.email,
                adult.address,
            )


def staff_rows(staff: Iterable[Member]) -> Iterator[Row]:
    """Yield a row for each role of each member of staff."""
    for one in staff:
        yield one.code, one.title, one.forename, one.surname, one.email, one.role, one.scope


def session_rows(students: Iterable[Student], year: SchoolYear, marks: YearMarks) -> Iterator[Row]:
    """Yield every session mark of one year, by student and date."""
    days = [day_text(day) for day in year.days]
    sessions = ("AM", "PM")
    for student in students:
        if (own := marks.get(student.adno)) is None:
            continue
        for session in range(own.first, own.end):
            yield (
                student.adno,
                days[session // 2],
                sessions[session % 2],
                own.codes[session],
                own.minutes.get(session, ""),
                own.comments.get(session, ""),
            )


def lesson_rows(marks: Iterable[LessonMark], roll: Roll) -> Iterator[Row]:
    """Yield this year's lesson marks, as they come."""
    days = {day: day_text(day) for day in roll.this_year.days}
    for mark in marks:
        lesson, minutes = mark.lesson, "" if mark.minutes is None else mark.minutes
        place = (mark.adno, days[mark.day], PERIODS[mark.period])
        yield *place, lesson.subject, lesson.class_name, lesson.teacher, mark.code, minutes


def incident_rows(incidents: Iterable[Incident]) -> Iterator[Row]:
    """Yield a row for each student's part in each incident; incidents are numbered as they come."""
    for number, incident in enumerate(incidents, start=1):
        for part in incident.parts:
            yield (
                f"B{number:05d}",
                day_text(incident.day),
                f"{incident.at:%H:%M}",
                part.adno,
                part.role,
                incident.type,
                incident.activity,
                incident.location,
                part.points,
                incident.status,
                part.action,
                incident.recorded_by,
                part.comment,
            )


def achievement_rows(achievements: Iterable[Achievement]) -> Iterator[Row]:
    """Yield a row an achievement, numbered as they come."""
    for number, one in enumerate(achievements, start=1):
        yield f"A{number:05d}", day_text(one.day), one.adno, one.type, one.activity, one.points, one.awarded_by
