"""The N clock: absences whose reason is not known, each with the date by which it has to be."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from attendance.models import Proposal, SessionMark
from attendance.querysets import SessionMarkQuerySet
from attendance.summaries.reach import Reached, reached_of
from attendance.summaries.times import SESSIONS
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start
from students.families import families
from students.models import Student
from students.summaries import SchoolCalendar

UNEXPLAINED, UNKNOWN = "N", "O"
RULE = "n_to_o"
DUE = {"": "All", "over": "Past the date", "soon": "Due by the next school day"}
# Source: Working together to improve school attendance (2026) paras 407-409; 2024 regulations reg 10(7)-(9): the law
# says school days.
SCHOOL_DAYS = 5
# Without them over the student nobody puts a reason to an absence, nor reads why one was left without.
RESOLVES = frozenset({Right.CORRECT_MARKS, Right.SET_ABSENCE_CODES})


def resolve_by(calendar: SchoolCalendar, day: date) -> date | None:
    """Return the 5th school day after the day of the absence; None while the calendar does not reach so far."""
    at = bisect_right(calendar.days, day) + SCHOOL_DAYS - 1
    return calendar.days[at] if at < len(calendar.days) else None


def days_due(calendar: SchoolCalendar, on: date, due: str) -> tuple[date, date]:
    """Return the first day of the absences that a word of DUE names, and the day before which they end.

    The date by which an absence needs its reason only rises with its day, so that each word names one span of days.
    """
    over = _due_before(calendar, bisect_left(calendar.days, on))
    if due == "over":
        return date.min, over
    if due == "soon":
        return over, _due_before(calendar, bisect_right(calendar.days, calendar.next_school_day(on) or on))
    return date.min, date.max


def _due_before(calendar: SchoolCalendar, place: int) -> date:
    """Return the day before which absences are due by a school day before that place in the calendar."""
    return calendar.days[place - SCHOOL_DAYS] if place >= SCHOOL_DAYS else date.min


def session_key(day: date, session: str) -> str:
    """Return how a session stands in a proposal's key: "2026-11-16-AM"."""
    return f"{day.isoformat()}-{session}"


class Unexplained(NamedTuple):
    """One session whose mark is N."""

    pk: int
    student_id: int
    day: date
    session: str


def unexplained_marks(on: date, students: Iterable[int] | None = None) -> list[Unexplained]:
    """Return every N mark that still stands, of whichever year, by student and session, in one query."""
    marks = SessionMark.objects.filter(code__letters=UNEXPLAINED, date__lte=on).order_by("student", "date", "session")
    if students is not None:
        marks = marks.filter(student__in=list(students))
    return [Unexplained(*row) for row in marks.values_list("pk", "student_id", "date", "session")]


@dataclass(frozen=True, slots=True)
class Run:
    """Sessions of one student, one after the other, with no reason yet. by: when the first of them has to have one.

    proposed: keys of open proposals to make them O. is_kept: somebody let the N stand past its date; kept: why, and
    who, for those who may resolve it.
    """

    marks: tuple[Unexplained, ...]
    by: date | None
    is_overdue: bool
    proposed: tuple[int, ...] = ()
    is_kept: bool = False
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
        return self.who.rights >= RESOLVES

    @property
    def sessions(self) -> int:
        """How many sessions are unexplained."""
        return sum(len(run.marks) for run in self.runs)


@dataclass(frozen=True)
class UnexplainedList:
    """Everybody with an unexplained absence whom the person reaches; families together, the earliest date first.

    earlier: those of school years before this one, apart. years, groups: those that have any, to choose from.
    """

    students: tuple[UnexplainedStudent, ...]
    earlier: tuple[UnexplainedStudent, ...]
    years: tuple[int, ...]
    groups: tuple[str, ...]

    @property
    def every(self) -> tuple[UnexplainedStudent, ...]:
        """Those of this year, then those of earlier ones; somebody with absences in both is there twice."""
        return self.students + self.earlier

    @property
    def people(self) -> int:
        """How many students they are."""
        return len({student.who.student_id for student in self.every})

    @property
    def sessions(self) -> int:
        """How many sessions are unexplained."""
        return sum(student.sessions for student in self.every)

    @property
    def overdue(self) -> int:
        """How many sessions are past their date."""
        return sum(len(run.marks) for student in self.every for run in student.runs if run.is_overdue)

    @property
    def proposed(self) -> int:
        """How many sessions are proposed to become O."""
        return sum(len(run.proposed) for student in self.every for run in student.runs)

    @property
    def may_resolve(self) -> bool:
        """Test whether there is anything that the person may resolve."""
        return any(student.may_resolve for student in self.every)


def unexplained_rows(
    user: User, on: date, *, span: tuple[date, date] = (date.min, date.max), group: str = ""
) -> SessionMarkQuerySet:
    """Return the marks behind the number of sessions on the list. span: of `days_due`; group: a tutor group's name."""
    students = Student.objects.visible_to(user)
    if group:
        students = students.with_tutor_group(on).filter(Q(tutor_group__iexact=group))
    first, before = span
    marks = SessionMark.objects.filter(code__letters=UNEXPLAINED, date__lte=on, date__gte=first, date__lt=before)
    return marks.filter(student__in=students.values("pk"))


def unexplained_of(
    user: User, on: date, *, year: int | None = None, group: str = "", due: str = "", student: int | None = None
) -> UnexplainedList:
    """Return the unexplained absences in the person's reach; five queries.

    Of one year, tutor group or student, or of a word of DUE, when asked.
    """
    calendar = SchoolCalendar.load()
    first, before = days_due(calendar, on, due)
    marks = [mark for mark in unexplained_marks(on) if first <= mark.day < before]
    found = reached_of(user, Student.objects.filter(pk__in={mark.student_id for mark in marks}))
    chosen = {
        key: who
        for key, who in found.items()
        if (year is None or who.year == year)
        and group.casefold() in ("", who.tutor_group.casefold())
        and student in (None, key)
    }
    start = academic_year_start(academic_year_of(on))
    look = _Look(chosen, families(chosen), _proposals(chosen), calendar, on)
    years = sorted({who.year for who in found.values() if who.year is not None})
    groups = sorted({who.tutor_group for who in found.values() if who.tutor_group}, key=_natural)
    now = look.listed([mark for mark in marks if mark.day >= start])
    return UnexplainedList(now, look.listed([mark for mark in marks if mark.day < start]), tuple(years), tuple(groups))


def _natural(group: str) -> tuple[int, str]:
    """Return the place of a group by its number: 9B before 10A."""
    digits = "".join(sign for sign in group if sign.isdigit())
    return int(digits or 0), group


def _proposals(students: Collection[int]) -> dict[tuple[int, str], Proposal]:
    rows = Proposal.objects.filter(student__in=list(students), rule=RULE, status__in=["open", "dismissed"])
    return {(row.student_id, row.key): row for row in rows.select_related("decided_by")}


@dataclass(frozen=True)
class _Look:
    """What a list of unexplained absences is made from."""

    students: dict[int, Reached]
    family: dict[int, frozenset[int]]
    proposals: dict[tuple[int, str], Proposal]
    calendar: SchoolCalendar
    on: date

    def listed(self, marks: Iterable[Unexplained]) -> tuple[UnexplainedStudent, ...]:
        """Return the students whose marks these are; families together, the earliest date first."""
        by_student: dict[int, list[Unexplained]] = defaultdict(list)
        for mark in marks:
            if mark.student_id in self.students:
                by_student[mark.student_id].append(mark)
        runs = {key: self._runs(held) for key, held in by_student.items()}
        family = {key: self.family[key] & runs.keys() for key in runs}
        return tuple(
            UnexplainedStudent(
                self.students[key],
                runs[key],
                tuple(sorted(_called(self.students[other]) for other in family[key] - {key})),
            )
            for key in self._in_order(runs, family)
        )

    def _in_order(self, runs: dict[int, tuple[Run, ...]], family: dict[int, frozenset[int]]) -> list[int]:
        due = {key: min((run.by or date.max) for run in held) for key, held in runs.items()}
        family_due = {key: min(due[other] for other in family[key]) for key in runs}

        def place(key: int) -> tuple[object, ...]:
            return family_due[key], min(family[key]), due[key], self.students[key].name

        return sorted(runs, key=place)

    def _proposal(self, mark: Unexplained) -> Proposal | None:
        return self.proposals.get((mark.student_id, session_key(mark.day, mark.session)))

    def _runs(self, marks: list[Unexplained]) -> tuple[Run, ...]:
        """Return the marks as runs; what is past its date, proposed or kept stands apart from what is not."""
        groups: list[list[Unexplained]] = []
        before = None
        for mark in marks:
            place = 2 * bisect_left(self.calendar.days, mark.day) + SESSIONS.index(mark.session)
            by = resolve_by(self.calendar, mark.day)
            decided = self._proposal(mark)
            kind = (by is not None and by < self.on, (decided.status, decided.reason) if decided else None)
            if before == (place - 1, kind):
                groups[-1].append(mark)
            else:
                groups.append([mark])
            before = (place, kind)
        return tuple(self._run(tuple(group)) for group in groups)

    def _run(self, marks: tuple[Unexplained, ...]) -> Run:
        by = resolve_by(self.calendar, marks[0].day)
        held = [row for mark in marks if (row := self._proposal(mark))]
        is_open = tuple(row.pk for row in held if row.status == Proposal.Status.OPEN)
        kept = next((f"{row.reason} ({row.decided_by})" for row in held if not is_open), "")
        may_read = self.students[marks[0].student_id].rights >= RESOLVES
        return Run(marks, by, by is not None and by < self.on, is_open, bool(kept), kept if may_read else "")


def _called(who: Reached) -> str:
    return f"{who.name} {who.tutor_group}".strip()
