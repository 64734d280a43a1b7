"""Suspensions as lists and files show them: sessions, running totals, what is owed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from behaviour.models import Suspension, SuspensionReason
from behaviour.querysets import SuspensionQuerySet
from behaviour.summaries.elsewhere import elsewhere_of
from behaviour.summaries.spans import in_days, keeps_out, takes
from behaviour.summaries.suspension_law import YEAR_LIMIT, totals_with
from behaviour.summaries.suspension_steps import Case, Step
from pastoral.core.spreadsheets import Table
from students.calendar import academic_year_end, academic_year_name, academic_year_start
from students.models import Enrolment, StudentFact
from students.summaries import SchoolCalendar, flags_on, has_flag
from students.terms import Terms

Kind = Suspension.Kind
# From here on the list says how many days the law leaves in the year.
WATCH = 60
DUTY_WORDS = {"meet": "governors meet", "if_asked": "governors, if parents ask", "consider": ""}
UNTOLD = {"parents_told_on", "la_told_on"}
FACTS = (StudentFact.Kind.LOOKED_AFTER, StudentFact.Kind.FSM)


@dataclass(frozen=True)
class SuspensionRow:
    """One suspension with its duties. reasons: pairs of code and name."""

    case: Case
    name: str
    tutor_group: str
    year: int | None
    reasons: tuple[tuple[str, str], ...]
    today: date
    session: str

    @property
    def span(self) -> Suspension:
        """The suspension itself."""
        return self.case.span

    @property
    def days(self) -> str:
        """How long it is, in days; "" for one that is permanent."""
        return in_days(self.span.sessions or 0) if self.span.sessions else ""

    @property
    def is_out_now(self) -> bool:
        """Test for somebody who is kept out in this session."""
        return keeps_out(self.span) and takes(self.span, self.today, self.session)

    @property
    def overdue(self) -> tuple[Step, ...]:
        """The duties that are overdue."""
        return self.case.overdue(self.today)

    @property
    def next_step(self) -> Step | None:
        """The duty that comes next; None when all is done."""
        owed = (step for step in self.case.steps if step.is_owed and not step.is_done and step.due)
        return next(owed, None)

    @property
    def duty(self) -> str:
        """What governors must do, in words; "" when nothing but to listen."""
        return DUTY_WORDS[self.case.duty]

    @property
    def awaits_governors(self) -> bool:
        """Test for a meeting that governors owe and have not had."""
        return any(step.slug == "governors" and step.is_owed and not step.is_done for step in self.case.steps)

    @property
    def is_watched(self) -> bool:
        """Test for a student near the most that the law allows in a year."""
        return self.case.totals.year >= WATCH


@dataclass(frozen=True)
class StudentTotals:
    """One student in the school year. sessions: of the year; term: of the term of the last one."""

    student_id: int
    name: str
    tutor_group: str
    number: int
    sessions: int
    term_sessions: int
    is_permanent: bool
    last: SuspensionRow

    @property
    def days(self) -> str:
        """The year's, in days."""
        return in_days(self.sessions)

    @property
    def term_days(self) -> str:
        """The term's, in days."""
        return in_days(self.term_sessions)

    @property
    def left_days(self) -> str:
        """What the law leaves, in days."""
        return in_days(max(0, YEAR_LIMIT - self.sessions))


@dataclass(frozen=True)
class Register:
    """The suspensions of a school year, newest first."""

    rows: tuple[SuspensionRow, ...]
    academic_year: int

    @classmethod
    def load(cls, spans: SuspensionQuerySet, year: int, today: date, session: str) -> Self:
        """Read the suspensions of the school year with all that follows from them, in eight queries.

        spans: those that the person may see. One begun in the year before counts where it reaches into this one.
        """
        first, last = academic_year_start(year), academic_year_end(year)
        held = spans.standing(starts_on__lte=last).exclude(ends_on__lt=first).exclude(kind="PERM", starts_on__lt=first)
        rows = held.select_related("student").prefetch_related("set_work").order_by("starts_on", "starts_session", "pk")
        return cls(tuple(reversed(rows_of(list(rows), today, session))), year)

    @property
    def totals(self) -> tuple[StudentTotals, ...]:
        """The students with what they have lost, most first."""
        by_student: dict[int, list[SuspensionRow]] = {}
        for row in self.rows:
            by_student.setdefault(row.span.student_id, []).append(row)
        found = (_totals(rows) for rows in by_student.values())
        return tuple(sorted(found, key=lambda each: (-each.sessions, not each.is_permanent, each.name)))

    @property
    def sessions(self) -> int:
        """All the sessions lost to suspension."""
        return sum(row.span.sessions or 0 for row in self.rows)

    def chosen(self, show: str) -> tuple[SuspensionRow, ...]:
        """Return the rows of one view of the list."""
        tests = {
            "out": lambda row: row.is_out_now,
            "overdue": lambda row: bool(row.overdue),
            "untold": lambda row: any(step.slug in UNTOLD for step in row.overdue),
            "governors": lambda row: row.awaits_governors,
            "watch": lambda row: row.is_watched,
            "permanent": lambda row: row.span.kind == Kind.PERMANENT,
        }
        return tuple(filter(tests[show], self.rows)) if show in tests else self.rows


def rows_of(spans: Sequence[Suspension], today: date, session: str) -> list[SuspensionRow]:
    """Return the suspensions with their duties, in the order they come in, which is that of time; six queries.

    Each with its student selected and `set_work` prefetched. A student's totals are made of those that are given.
    """
    calendar = SchoolCalendar.load()
    students = {span.student_id for span in spans}
    spells = Enrolment.objects.filter(student__in=students, starts_on__lte=today).order_by("starts_on")
    places = {
        key: (group, year) for key, group, year in spells.values_list("student", "tutor_group__name", "year_group")
    }
    flags = flags_on(today, students, FACTS)
    names = dict(SuspensionReason.objects.values_list("code", "name"))
    elsewhere, terms = elsewhere_of(students), Terms.load()
    before: dict[int, list[Suspension]] = {}
    found = []
    for span in spans:
        others = before.setdefault(span.student_id, [])
        held = flags.get(span.student_id, ())
        case = Case(
            span=span,
            others=tuple(others),
            totals=totals_with(span, others, calendar, elsewhere.get(span.student_id, {}), terms),
            work=tuple(span.set_work.all()),
            is_looked_after=has_flag(held, StudentFact.Kind.LOOKED_AFTER),
            has_free_meals=has_flag(held, StudentFact.Kind.FSM),
            calendar=calendar,
        )
        found.append(_row(case, names, places.get(span.student_id, ("", None)), today, session))
        others.append(span)
    return found


def _row(
    case: Case, names: Mapping[str, str], place: tuple[str, int | None], today: date, session: str
) -> SuspensionRow:
    reasons = tuple((code, names.get(code, code)) for code in case.span.reasons)
    return SuspensionRow(case, case.span.student.sort_name, place[0], place[1], reasons, today, session)


def _totals(rows: Sequence[SuspensionRow]) -> StudentTotals:
    last = rows[0]
    return StudentTotals(
        student_id=last.span.student_id,
        name=last.name,
        tutor_group=last.tutor_group,
        number=len(rows),
        sessions=last.case.totals.year,
        term_sessions=last.case.totals.term,
        is_permanent=any(row.span.kind == Kind.PERMANENT for row in rows),
        last=last,
    )


def table_of(rows: Iterable[SuspensionRow], year: int, about: str) -> Table:
    """Return the list as a file: what a census asks for, the totals, and what was done when; no narrative."""
    headings = (
        "Student", "Admission number", "Year", "Tutor group", "Kind", "From", "Session", "To", "Session to", "Sessions",
        "Days", "Reason 1", "Reason 2", "Reason 3", "SEN provision", "Days in term", "Days in year", "Parents told",
        "LA told", "Governors", "Governors met", "6th day", "Provision", "Reintegration", "Overdue",
    )  # fmt: skip
    return Table(
        f"Suspensions {academic_year_name(year)}".replace("/", "-"), (about,), headings, [_cells(row) for row in rows]
    )


def _cells(row: SuspensionRow) -> tuple[str | int | date | None, ...]:
    span, totals = row.span, row.case.totals
    codes = (*(code for code, _name in row.reasons), "", "", "")
    return (
        row.name, span.student.admission_number, row.year, row.tutor_group, span.kind, span.starts_on,
        span.starts_session, span.ends_on, span.ends_session if span.ends_on else "", span.sessions, row.days,
        *codes[:3], span.sen_provision, totals.term_days, totals.year_days, span.parents_told_on, span.la_told_on,
        row.duty, span.governors_met_on, row.case.provision_on, span.provision,
        span.reintegration_at.date() if span.reintegration_at else None,
        "; ".join(step.words for step in row.overdue),
    )  # fmt: skip
