"""What a run keeps: every member's figures, marks and flags as they stand at one moment."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.figures import PENALTY_NOTICE_WEEKS, StudentWeek
from attendance.models import Session, SessionMark
from attendance.summaries import WeekFigures
from pastoral.core.rights import Role
from reports.models import SESSIONS_A_WEEK, RagDocument, RagStudent, WeeklyRagRun
from reports.querysets.rag import intake
from students.calendar import monday_of
from students.models import StaffAssignment, Student, TutorGroup
from students.summaries import Flag, SchoolCalendar, flags_on

SESSIONS = (Session.AM, Session.PM)


@dataclass(frozen=True)
class Snapshot:
    """A run's rows, ready to be written."""

    school_days: list[date]
    tutors: dict[str, str]
    students: list[RagStudent]
    documents: list[RagDocument]


def snapshot(run: WeeklyRagRun, today: date) -> Snapshot:
    """Read everything a run keeps, in ten queries however many students there are.

    today: whose tutors and year teams the sheets name.
    """
    calendar = SchoolCalendar.load()
    figures = WeekFigures.load(run.week, calendar=calendar, with_recent=True)
    facts = _Facts.load(run, [student.student_id for student in figures.students], calendar)
    return Snapshot(
        school_days=list(calendar.between(run.week, run.as_at)),
        tutors=names_in_print(today),
        students=[facts.row(run, student) for student in figures.students],
        documents=_documents(run, figures),
    )


@dataclass(frozen=True)
class _Facts:
    """What the students' rows hold beside the figures, by student's key."""

    students: dict[int, Student]
    flags: dict[int, tuple[Flag, ...]]
    week: dict[int, dict[int, tuple[str, int]]]
    notice: dict[int, list[list[str]]]
    calendar: SchoolCalendar

    @classmethod
    def load(cls, run: WeeklyRagRun, students: list[int], calendar: SchoolCalendar) -> "_Facts":
        return cls(
            students=Student.objects.select_related("house").in_bulk(students),
            flags=flags_on(run.as_at, students),
            week=_week_marks(run.week, students),
            notice=_notice_marks(run, students, calendar),
            calendar=calendar,
        )

    def row(self, run: WeeklyRagRun, figures: StudentWeek) -> RagStudent:
        student = self.students[figures.student_id]
        marks = self.week.get(student.pk, {})
        cells = [marks.get(place, ("", 0)) for place in range(SESSIONS_A_WEEK)]
        return RagStudent.from_figures(
            figures,
            run=run,
            surname=student.legal_surname,
            forename=student.forename,
            sex=student.sex,
            house=student.house.name if student.house else "",
            admitted_on=student.admitted_on,
            left_on=student.left_on,
            flags=[[flag.kind, flag.value] for flag in self.flags.get(student.pk, ())],
            codes=[letters for letters, _ in cells],
            minutes=[minutes for _, minutes in cells],
            notice_marks=self.notice.get(student.pk, []),
            recovers_on=self.calendar.day_reached(run.as_at, figures.sessions_to_recover),
        )


def _week_marks(monday: date, students: list[int]) -> dict[int, dict[int, tuple[str, int]]]:
    """Return each student's marks of the week by place: 0 is Monday AM, 9 is Friday PM."""
    rows = SessionMark.objects.filter(student__in=students).between(monday, monday + timedelta(days=4)).order_by()
    marks: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
    for student, day, session, letters, minutes in rows.values_list(
        "student_id", "date", "session", "code__letters", "minutes_late"
    ):
        marks[student][2 * (day - monday).days + SESSIONS.index(session)] = (letters, minutes or 0)
    return marks


def _notice_marks(run: WeeklyRagRun, students: list[int], calendar: SchoolCalendar) -> dict[int, list[list[str]]]:
    """Return the unauthorised sessions of each student in the last ten school weeks, oldest first."""
    weeks = calendar.school_weeks(run.as_at, PENALTY_NOTICE_WEEKS)
    if not weeks:
        return {}
    rows = (
        SessionMark.objects.filter(student__in=students, code__code_class="unauthorised")
        .between(weeks[0], run.as_at)
        .order_by("date", "session")
    )
    marks: dict[int, list[list[str]]] = defaultdict(list)
    for student, day, session, letters in rows.values_list("student_id", "date", "session", "code__letters"):
        if monday_of(day) in weeks:
            marks[student].append([day.isoformat(), session, letters])
    return marks


def names_in_print(today: date) -> dict[str, str]:
    """Return who leads each group, as sheets name them: {"9B": "Mr Doyle", "Year 9": "Mrs Owusu, Head of Year"}."""
    held = (
        StaffAssignment.objects.in_force(today)
        .filter(role__in=[Role.FORM_TUTOR, Role.HEAD_OF_YEAR, Role.PASTORAL_MANAGER])
        .select_related("user", "tutor_group", "year_group")
        .order_by("role", "starts_on", "pk")
    )
    names: dict[str, list[str]] = defaultdict(list)
    for assignment in held:
        person = assignment.user.formal_name
        if assignment.role != Role.FORM_TUTOR:
            person += f", {assignment.job_title}"
        if person not in names[assignment.scope_name]:
            names[assignment.scope_name].append(person)
    return {scope: " · ".join(people) for scope, people in names.items()}


def _documents(run: WeeklyRagRun, figures: WeekFigures) -> list[RagDocument]:
    groups = figures.by_tutor_group()
    keys = dict(TutorGroup.objects.filter(name__in=groups).values_list("name", "pk"))
    sheets = [_document(run, members, name, keys[name]) for name, members in groups.items()]
    return sheets + [_document(run, members, f"Year {year}") for year, members in figures.by_year().items()]


def _document(
    run: WeeklyRagRun, members: Sequence[StudentWeek], name: str, tutor_group_id: int | None = None
) -> RagDocument:
    years = sorted({member.year for member in members})
    return RagDocument(
        run=run,
        kind=RagDocument.Kind.TUTOR_GROUP if tutor_group_id else RagDocument.Kind.YEAR,
        name=name,
        tutor_group_id=tutor_group_id,
        year=years[0],
        intakes=sorted(intake(run.academic_year, year) for year in years),
        students=len(members),
        title=f"Weekly RAG: {name}",
    )
