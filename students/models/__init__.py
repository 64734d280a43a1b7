"""Students, the people around them, their groups, and the calendar they live by."""

from students.models.groups import (
    Enrolment,
    House,
    StaffAssignment,
    TutorGroup,
    YearGroup,
)
from students.models.people import ParentCarer, ParentCarerLink, Student, StudentFact
from students.models.schoolcalendar import CalendarSpan, SchoolDay

__all__ = [
    "CalendarSpan",
    "Enrolment",
    "House",
    "ParentCarer",
    "ParentCarerLink",
    "SchoolDay",
    "StaffAssignment",
    "Student",
    "StudentFact",
    "TutorGroup",
    "YearGroup",
]
