"""Test objects. Nothing here is random: names and numbers come from the object's place in the row."""

from collections.abc import Iterable
from datetime import date
from uuid import uuid4

import factory
from django.db import connection
from django.db.models import Model
from factory.django import DjangoModelFactory
from psycopg import sql

from attendance.codes import code_on
from attendance.models import AttendanceTarget, Benchmark, BulkChange, Proposal, SessionMark
from pastoral.core.models import AccessRecord, Job, User
from pastoral.core.rights import Role
from reports.models import SavedView
from students.calendar import academic_year_of
from students.models import (
    CalendarSpan,
    Enrolment,
    SchoolDay,
    StaffAssignment,
    Student,
    StudentFact,
    TutorGroup,
    YearGroup,
)
from students.services import calendar_rebuild

SURNAMES = ("Price", "Okafor", "O'Brien", "Łukasik", "Hussain", "Smith-Jones", "D'Arcy", "Walsh", "Begum", "Nowak")
FORENAMES = ("Mason", "Chidinma", "Ravi", "Zofia", "Yusuf", "Freya", "Theo", "Tia", "Aisha", "Jan")
STARTS = date(2026, 9, 1)

# The calendar of the sample school: kind, first day, last day, name.
CALENDAR = (
    ("term", date(2025, 9, 2), date(2025, 10, 24), "Autumn 1 2025"),
    ("term", date(2025, 11, 3), date(2025, 12, 19), "Autumn 2 2025"),
    ("term", date(2026, 1, 5), date(2026, 2, 13), "Spring 1 2026"),
    ("term", date(2026, 2, 23), date(2026, 3, 27), "Spring 2 2026"),
    ("term", date(2026, 4, 13), date(2026, 5, 22), "Summer 1 2026"),
    ("term", date(2026, 6, 1), date(2026, 7, 22), "Summer 2 2026"),
    ("term", date(2026, 9, 1), date(2026, 10, 23), "Autumn 1 2026"),
    ("term", date(2026, 11, 2), date(2026, 12, 18), "Autumn 2 2026"),
    ("term", date(2027, 1, 4), date(2027, 2, 12), "Spring 1 2027"),
    ("term", date(2027, 2, 22), date(2027, 3, 25), "Spring 2 2027"),
    ("term", date(2027, 4, 12), date(2027, 5, 28), "Summer 1 2027"),
    ("term", date(2027, 6, 7), date(2027, 7, 23), "Summer 2 2027"),
    ("inset", date(2025, 9, 2), date(2025, 9, 2), "INSET"),
    ("inset", date(2026, 1, 5), date(2026, 1, 5), "INSET"),
    ("inset", date(2026, 6, 1), date(2026, 6, 1), "INSET"),
    ("inset", date(2026, 7, 21), date(2026, 7, 22), "INSET"),
    ("inset", date(2026, 9, 1), date(2026, 9, 1), "INSET"),
    ("inset", date(2026, 11, 27), date(2026, 11, 27), "INSET"),
    ("inset", date(2027, 1, 4), date(2027, 1, 4), "INSET"),
    ("inset", date(2027, 7, 22), date(2027, 7, 23), "INSET"),
    ("bank holiday", date(2026, 5, 4), date(2026, 5, 4), "Early May bank holiday"),
    ("bank holiday", date(2027, 5, 3), date(2027, 5, 3), "Early May bank holiday"),
)


# The school days that the spans gave, each with its half term's place in CALENDAR: worked out once.
DAY_COLUMNS = ("day", "academic_year", "monday", "half_term_id")
_DAYS: list[tuple[date, int, date, int]] = []


def lay_calendar() -> int:
    """Lay out the academic years 2025/26 and 2026/27 and return how many school days they hold."""
    spans = CalendarSpan.objects.bulk_create(
        CalendarSpan(kind=kind, first_day=first, last_day=last, name=name) for kind, first, last, name in CALENDAR
    )
    if SchoolDay.objects.exists():
        return calendar_rebuild()
    if not _DAYS:
        calendar_rebuild()
        places = {span.pk: place for place, span in enumerate(spans)}
        _DAYS.extend((*row[:3], places[row[3]]) for row in SchoolDay.objects.values_list(*DAY_COLUMNS))
    else:
        copy_in(SchoolDay, DAY_COLUMNS, ((*row[:3], spans[row[3]].pk) for row in _DAYS))
    return len(_DAYS)


def copy_in(model: type[Model], columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Write rows as COPY does, triggers and all: a tenth of the time of objects."""
    words = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.cursor.copy(words) as copy:
        for row in rows:
            copy.write_row(row)


class UserFactory(DjangoModelFactory):
    """A member of staff; no password unless one is given (hashing is slow on purpose)."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    staff_code = factory.Sequence(lambda n: f"STF{n:03}")
    title = "Mrs"
    forename = factory.Sequence(lambda n: FORENAMES[n % len(FORENAMES)])
    surname = factory.Sequence(lambda n: SURNAMES[n % len(SURNAMES)])
    email = factory.LazyAttribute(lambda user: f"{user.staff_code.lower()}@school.example")

    @factory.post_generation
    def password(user, create: bool, extracted: str | None, **kwargs: object) -> None:
        user.set_password(extracted)
        if create:
            user.save()


class YearGroupFactory(DjangoModelFactory):
    class Meta:
        model = YearGroup
        django_get_or_create = ("number",)

    number = 9


class TutorGroupFactory(DjangoModelFactory):
    class Meta:
        model = TutorGroup
        django_get_or_create = ("name",)

    name = "9B"


class StaffAssignmentFactory(DjangoModelFactory):
    """A role; give year_group or tutor_group as the role needs."""

    class Meta:
        model = StaffAssignment

    user = factory.SubFactory(UserFactory)
    role = Role.SLT
    job_title = factory.LazyAttribute(lambda held: Role(held.role).label)
    starts_on = date(2025, 9, 1)


class StudentFactory(DjangoModelFactory):
    class Meta:
        model = Student

    admission_number = factory.Sequence(lambda n: f"{n + 1:06}")
    legal_surname = factory.Sequence(lambda n: SURNAMES[n % len(SURNAMES)])
    legal_forename = factory.Sequence(lambda n: FORENAMES[(n // len(SURNAMES) + n) % len(FORENAMES)])
    born_on = date(2013, 1, 15)
    sex = factory.Sequence(lambda n: "FM"[n % 2])
    admitted_on = date(2024, 9, 2)


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    student = factory.SubFactory(StudentFactory)
    year_group = factory.SubFactory(YearGroupFactory)
    tutor_group = factory.SubFactory(TutorGroupFactory)
    starts_on = STARTS
    academic_year = factory.LazyAttribute(lambda spell: academic_year_of(spell.starts_on))


class StudentFactFactory(DjangoModelFactory):
    class Meta:
        model = StudentFact

    student = factory.SubFactory(StudentFactory)
    kind = StudentFact.Kind.PUPIL_PREMIUM
    starts_on = date(2024, 9, 2)


class SessionMarkFactory(DjangoModelFactory):
    """One mark; `letters` is the code as it stood on the date."""

    class Meta:
        model = SessionMark

    class Params:
        letters = "/"

    student = factory.SubFactory(StudentFactory)
    date = date(2026, 11, 16)
    session = "AM"
    code_id = factory.LazyAttribute(lambda mark: code_on(mark.letters, mark.date).key)


class BulkChangeFactory(DjangoModelFactory):
    class Meta:
        model = BulkChange

    id = factory.LazyFunction(uuid4)
    whom = "9B"
    letters = "V"
    starts_on = ends_on = date(2026, 11, 16)
    starts_session = "AM"
    ends_session = "PM"
    reason = "Trip or visit"
    new, replaced, planned = 0, 0, 0
    made_by = factory.SubFactory(UserFactory)


class ProposalFactory(DjangoModelFactory):
    """An open proposal of one rule for a student: late three times in the week of 16 November."""

    class Meta:
        model = Proposal

    student = factory.SubFactory(StudentFactory)
    rule = "lates_week"
    key = "2026-11-16"
    facts = {
        "first": "2026-11-16",
        "last": "2026-11-20",
        "lates": 3,
        "minutes": 30,
        "sessions": [["2026-11-16", "AM"], ["2026-11-17", "AM"], ["2026-11-19", "PM"]],
    }
    proposes = "Tutor speaks to the student"
    proposed_on = date(2026, 11, 19)


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    title = "Weekly RAG, week of 16 Nov"
    task = "tests.never"
    started_by = factory.SubFactory(UserFactory)


class AccessRecordFactory(DjangoModelFactory):
    class Meta:
        model = AccessRecord

    user = factory.SubFactory(UserFactory)
    kind = AccessRecord.Kind.PAGE
    subject = factory.Sequence(lambda n: f"student:{n + 1}")
    reason = "Head of Year 9"
    path = factory.LazyAttribute(lambda record: f"/students/{record.subject.split(':')[1]}/")


class BenchmarkFactory(DjangoModelFactory):
    """A national PA rate, published in the summer."""

    class Meta:
        model = Benchmark

    measure = Benchmark.Measure.PA_RATE
    value = "23.80"
    window = "2025/26 to July"
    source = "DfE, pupil attendance in schools"
    published_on = date(2026, 7, 23)


class AttendanceTargetFactory(DjangoModelFactory):
    """The school's PA target for the year; give year_group for a year's own."""

    class Meta:
        model = AttendanceTarget

    academic_year = 2026
    measure = Benchmark.Measure.PA_RATE
    target = "20.0"
    tolerance = "2.0"


class SavedViewFactory(DjangoModelFactory):
    class Meta:
        model = SavedView

    owner = factory.SubFactory(UserFactory)
    page = "reports:pa_tracker"
    name = factory.Sequence(lambda n: f"View {n + 1}")


def enrol(group: str, *, year: int | None = None, count: int = 1, **student: object) -> list[Student]:
    """Make students enrolled in a tutor group since September: enrol("9B", count=3)."""
    number = year or int("".join(filter(str.isdigit, group)))
    made = Student.objects.bulk_create(StudentFactory.build_batch(count, **student))
    place = {"year_group": YearGroupFactory(number=number), "tutor_group": TutorGroupFactory(name=group)}
    Enrolment.objects.bulk_create(EnrolmentFactory.build(student=one, **place) for one in made)
    return made


def staff(role: Role, scope: str | int | None = None, **user: object) -> User:
    """Make somebody who holds the role: staff(Role.FORM_TUTOR, "9B"), staff(Role.HEAD_OF_YEAR, 9), staff(Role.SLT)."""
    reach: dict[str, object] = {}
    if isinstance(scope, int):
        reach["year_group"] = YearGroupFactory(number=scope)
    elif scope:
        reach["tutor_group"] = TutorGroupFactory(name=scope)
    return StaffAssignmentFactory(role=role, user=UserFactory(**user), **reach).user
