"""The N clock: absences whose reason is not known, each with the date by which it has to be."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from attendance.models import Proposal, SessionMark
from attendance.summaries.reach import Reached, reached_of
from attendance.summaries.times import SESSIONS
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start
from students.models import ParentCarerLink, Student
from students.summaries import SchoolCalendar

UNEXPLAINED, UNKNOWN = "N", "O"
RULE = "n_to_o"
# Source: Working together to improve school attendance (2026) paras 407-409; 2024 regulations reg 10(7)-(9): the law
# says school days.
SCHOOL_DAYS = 5


def resolve_by(calendar: SchoolCalendar, day: date) -> date | None:
    """Return the 5th school day after the day of the absence; None while the calendar does not reach so far."""
    at = bisect_right(calendar.days, day) + SCHOOL_DAYS - 1
    return calendar.days[at] if at < len(calendar.days) else None


def running_since(calendar: SchoolCalendar, on: date) -> date:
    """Return the first day whose clock runs in the date's academic year: July's last absences end in September."""
    start = academic_year_start(academic_year_of(on))
    at = bisect_left(calendar.days, start) - SCHOOL_DAYS
    return calendar.days[at] if at >= 0 else start


def session_key(day: date, session: str) -> str:
    """Return how a session stands in a proposal's key: "2026-11-16-AM"."""
    return f"{day.isoformat()}-{session}"


class Unexplained(NamedTuple):
    """One session whose mark is N."""

    pk: int
    student_id: int
    day: date
    session: str


def unexplained_marks(calendar: SchoolCalendar, on: date, students: Iterable[int] | None = None) -> list[Unexplained]:
    """Return the N marks whose clock runs in the date's year, by student and session, in one query."""
    marks = SessionMark.objects.filter(
        code__letters=UNEXPLAINED, date__gte=running_since(calendar, on), date__lte=on
    ).order_by("student", "date", "session")
    if students is not None:
        marks = marks.filter(student__in=list(students))
    return [Unexplained(*row) for row in marks.values_list("pk", "student_id", "date", "session")]


@dataclass(frozen=True, slots=True)
class Run:
    """Sessions of one student, one after the other, with no reason yet. by: when the first of them has to have one.

    proposed: keys of open proposals to make them O. kept: why somebody let the N stand past its date, and who.
    """

    marks: tuple[Unexplained, ...]
    by: date | None
    is_overdue: bool
    proposed: tuple[int, ...] = ()
    kept: str = ""

    @property
    def value(self) -> str:
        """The run as a form sends it."""
        return "-".join(str(mark.pk) for mark in self.marks)

    @property
    def first(self) -> Unexplained:
        """The first session."""
        return self.marks[0]

    @property
    def last(self) -> Unexplained:
        """The last session."""
        return self.marks[-1]


@dataclass(frozen=True, slots=True)
class UnexplainedStudent:
    """One student with unexplained absences, and the brothers and sisters who are in the list as well."""

    who: Reached
    runs: tuple[Run, ...]
    siblings: tuple[str, ...]

    @property
    def may_resolve(self) -> bool:
        """Test whether the person may say why this student was away."""
        return Right.SET_ABSENCE_CODES in self.who.rights and Right.CORRECT_MARKS in self.who.rights

    @property
    def sessions(self) -> int:
        """How many sessions are unexplained."""
        return sum(len(run.marks) for run in self.runs)


@dataclass(frozen=True)
class UnexplainedList:
    """Everybody with an unexplained absence whom the person reaches; families together, the earliest date first.

    years, groups: those that have any, to choose from.
    """

    students: tuple[UnexplainedStudent, ...]
    years: tuple[int, ...]
    groups: tuple[str, ...]

    @property
    def sessions(self) -> int:
        """How many sessions are unexplained."""
        return sum(student.sessions for student in self.students)

    @property
    def overdue(self) -> int:
        """How many sessions are past their date."""
        return sum(len(run.marks) for student in self.students for run in student.runs if run.is_overdue)

    @property
    def proposed(self) -> int:
        """How many sessions are proposed to become O."""
        return sum(len(run.proposed) for student in self.students for run in student.runs)

    @property
    def may_resolve(self) -> bool:
        """Test whether there is anything that the person may resolve."""
        return any(student.may_resolve for student in self.students)


def unexplained_of(user: User, on: date, *, year: int | None = None, group: str = "") -> UnexplainedList:
    """Return the unexplained absences in the person's reach, of one year or tutor group when asked; five queries."""
    calendar = SchoolCalendar.load()
    marks = unexplained_marks(calendar, on)
    found = reached_of(user, Student.objects.filter(pk__in={mark.student_id for mark in marks}))
    chosen = {
        key: who
        for key, who in found.items()
        if (year is None or who.year == year) and group.casefold() in ("", who.tutor_group.casefold())
    }
    proposals = _proposals(chosen)
    by_student: dict[int, list[Unexplained]] = defaultdict(list)
    for mark in marks:
        if mark.student_id in chosen:
            by_student[mark.student_id].append(mark)
    runs = {key: _runs(held, calendar, on, proposals) for key, held in by_student.items()}
    years = sorted({who.year for who in found.values() if who.year is not None})
    groups = sorted({who.tutor_group for who in found.values() if who.tutor_group}, key=_natural)
    return UnexplainedList(_in_order(chosen, runs, families(chosen)), tuple(years), tuple(groups))


def _natural(group: str) -> tuple[int, str]:
    """Return the place of a group by its number: 9B before 10A."""
    digits = "".join(sign for sign in group if sign.isdigit())
    return int(digits or 0), group


def families(students: Collection[int]) -> dict[int, frozenset[int]]:
    """Return for each student those of the students who share a parent or carer, the student among them; one query."""
    children: dict[int, set[int]] = defaultdict(set)
    links = ParentCarerLink.objects.filter(student__in=list(students))
    for adult, student in links.values_list("parent_carer_id", "student_id"):
        children[adult].add(student)
    family: dict[int, set[int]] = {student: {student} for student in students}
    for together in children.values():
        merged = set().union(*(family[student] for student in together))
        for student in merged:
            family[student] = merged
    return {student: frozenset(members) for student, members in family.items()}


def _proposals(students: Collection[int]) -> dict[tuple[int, str], Proposal]:
    rows = Proposal.objects.filter(student__in=list(students), rule=RULE, status__in=["open", "dismissed"])
    return {(row.student_id, row.key): row for row in rows.select_related("decided_by")}


def _runs(
    marks: list[Unexplained], calendar: SchoolCalendar, on: date, proposals: dict[tuple[int, str], Proposal]
) -> tuple[Run, ...]:
    """Return the marks as runs; what is past its date, proposed or kept stands apart from what is not."""
    groups: list[list[Unexplained]] = []
    before = None
    for mark in marks:
        place = 2 * bisect_left(calendar.days, mark.day) + SESSIONS.index(mark.session)
        by = resolve_by(calendar, mark.day)
        proposal = proposals.get((mark.student_id, session_key(mark.day, mark.session)))
        kind = (by is not None and by < on, proposal.status if proposal else "", proposal.reason if proposal else "")
        if before == (place - 1, kind):
            groups[-1].append(mark)
        else:
            groups.append([mark])
        before = (place, kind)
    return tuple(_run(tuple(group), calendar, on, proposals) for group in groups)


def _run(
    marks: tuple[Unexplained, ...], calendar: SchoolCalendar, on: date, proposals: dict[tuple[int, str], Proposal]
) -> Run:
    by = resolve_by(calendar, marks[0].day)
    held = [proposals.get((mark.student_id, session_key(mark.day, mark.session))) for mark in marks]
    is_open = [row.pk for row in held if row and row.status == Proposal.Status.OPEN]
    kept = next((f"{row.reason} ({row.decided_by})" for row in held if row and not is_open), "")
    return Run(marks, by, by is not None and by < on, tuple(is_open), kept)


def _in_order(
    students: dict[int, Reached], runs: dict[int, tuple[Run, ...]], family: dict[int, frozenset[int]]
) -> tuple[UnexplainedStudent, ...]:
    due = {key: min((run.by or date.max) for run in held) for key, held in runs.items()}
    family_due = {key: min(due[other] for other in family[key]) for key in runs}

    def place(key: int) -> tuple[object, ...]:
        return family_due[key], min(family[key]), due[key], students[key].name

    return tuple(
        UnexplainedStudent(
            students[key], runs[key], tuple(sorted(_called(students[other]) for other in family[key] - {key}))
        )
        for key in sorted(runs, key=place)
    )


def _called(who: Reached) -> str:
    return f"{who.name} {who.tutor_group}".strip()
