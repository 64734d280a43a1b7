"""Lesson marks laid for tests."""

from datetime import date

from attendance.codes import code_on
from attendance.models import LessonMark
from students.models import Student


def lesson(
    student: Student,
    day: date,
    period: str,
    letters: str = "/",
    *,
    class_name: str = "9x2/Ma",
    subject: str = "Mathematics",
    teacher: str = "PHE012",
) -> LessonMark:
    """Mark a student in one lesson."""
    code = code_on(letters, day)
    assert code is not None, letters
    return LessonMark.objects.create(
        student=student,
        date=day,
        period=period,
        subject=subject,
        class_name=class_name,
        teacher=teacher,
        code_id=code.key,
        minutes_late=5 if code.takes_minutes else None,
    )
