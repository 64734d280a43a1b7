"""Who is away and needs work set, and whose work is still to be collected: suspended and absent students alike."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Self

from django.db import connection
from django.db.models import OuterRef, Q, Subquery

from behaviour.away_work import away_suspended, long_absences
from behaviour.models import SetWork, Suspension, WorkWaiver
from behaviour.summaries.spans import in_days
from behaviour.summaries.suspension_law import provision_day
from behaviour.summaries.work_lists import Checklist
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student
from students.summaries import SchoolCalendar

REMINDED = timedelta(days=7)  # before the 6th day


class Absence(NamedTuple):
    """One absence as `students.away` tells of it."""

    student_id: int
    first_day: date
    first_session: str
    last_day: date
    last_session: str
    sessions: int
    since: date

    def holds(self, day: date | None) -> bool:
        """Test for a day that was taken for the first of this absence."""
        return day is not None and self.since <= day <= self.last_day


@dataclass(frozen=True)
class WorkRow:
    """One student who is or was away, with the work for it. away_from: the day by which its absence is known.

    absence: None for a suspension, and for an absence that has ended, of which only its work is left.
    """

    student: Any
    work: Sequence[SetWork]
    today: date
    suspension: Suspension | None = None
    away_from: date | None = None
    absence: Absence | None = None
    is_out: bool = False
    waiver: WorkWaiver | None = None
    provision_on: date | None = None

    @property
    def span(self) -> Suspension | None:
        """The suspension, by the name that its words on a page go by."""
        return self.suspension

    @property
    def days(self) -> str:
        """How long the suspension is, in days."""
        return in_days(self.suspension.sessions or 0) if self.suspension else ""

    @cached_property
    def checklist(self) -> Checklist:
        """The subjects."""
        return Checklist(self.work)

    @property
    def starts_on(self) -> date:
        """The first day away."""
        known = self.suspension.starts_on if self.suspension else self.away_from
        return self.absence.first_day if self.absence else known or self.today

    @property
    def is_away(self) -> bool:
        """Test for a student who is away, or will be soon."""
        return self.absence is not None or self.is_out

    @property
    def is_planned(self) -> bool:
        """Test for an absence of which it is known how long it lasts."""
        return self.absence is not None and self.absence.last_day > self.today

    @property
    def is_to_set(self) -> bool:
        """Test for work that is still to be asked for or set; nobody sets any for who is back in school."""
        return self.is_away and self.waiver is None and not self.checklist.is_all_set and not self.is_provided_for

    @property
    def is_provided_for(self) -> bool:
        """Test for a permanent exclusion whose 6th school day has come: from then on the authority sets the work."""
        is_permanent = self.suspension is not None and self.suspension.ends_on is None
        return is_permanent and (self.provision_on or self.today) <= self.today

    @property
    def days_held(self) -> tuple[date, date]:
        """The first and the last day by which this absence may be known."""
        first = self.away_from or self.starts_on
        return (self.absence.since, self.absence.last_day) if self.absence else (first, first)

    @property
    def is_to_collect(self) -> bool:
        """Test for work that was set and is not back, though the student may be."""
        return bool(self.checklist.to_collect)

    @property
    def is_sixth_near(self) -> bool:
        """Test for a 6th school day within a week, or past, for which no full-time education is noted."""
        is_noted = self.suspension is None or bool(self.suspension.provision)
        return self.provision_on is not None and not is_noted and self.provision_on <= self.today + REMINDED

    @property
    def is_sixth_past(self) -> bool:
        """Test for a 6th school day that has come."""
        return self.is_sixth_near and (self.provision_on or self.today) <= self.today


@dataclass(frozen=True)
class WorkList:
    """Everybody's work, in the order in which they went away."""

    rows: tuple[WorkRow, ...] = field(default=())

    @classmethod
    def load(cls, user: User, today: date, student: int | None = None) -> Self:
        """Read it in seven queries. student: of this one alone, with the work that is done with."""
        held = _Held(user, today, student)
        kept = held.students()
        rows = [*held.suspended(kept), *held.absent(kept), *held.back(kept)]
        return cls(tuple(sorted(rows, key=lambda row: (row.starts_on, row.student.search_text, row.student.pk))))

    def chosen(self, show: str) -> tuple[WorkRow, ...]:
        """Return the rows of one view of the list."""
        tests = {
            "": lambda row: row.is_to_set,
            "collect": lambda row: row.is_to_collect,
            "sixth": lambda row: row.is_sixth_near,
            "away": lambda row: row.is_away,
        }
        return tuple(filter(tests[show], self.rows))

    def of_years(self, year: int | None) -> "WorkList":
        """Return the list of one year; all of it for None."""
        return WorkList(tuple(row for row in self.rows if year in (None, row.student.year)))

    def absence(self, first: date) -> WorkRow | None:
        """Return the row of the absence that is known by the day, or to which it belongs."""
        found = [row for row in self.rows if row.suspension is None]
        exact = [row for row in found if row.away_from == first]
        return next(iter([*exact, *(row for row in found if row.absence and row.absence.holds(first))]), None)


class _Held:
    """What is read of who is away, before it is put together."""

    def __init__(self, user: User, today: date, student: int | None) -> None:
        self.user, self.today = user, today
        self.absences = _absences(today, student)
        spans = away_suspended(user, today)
        self.spans = list(spans.filter(student=student) if student else spans)
        self.work = self._work(student)
        self.waivers: dict[int, list[WorkWaiver]] = defaultdict(list)
        waived = WorkWaiver.objects.with_right(user, Right.ARRANGE_WORK).standing()
        for each in waived.filter(student__in=[student] if student else self.absences).select_related("by"):
            self.waivers[each.student_id].append(each)

    def _work(self, student: int | None) -> list[SetWork]:
        rows = SetWork.objects.with_right(self.user, Right.ARRANGE_WORK).select_related("suspension")
        if student:
            return list(rows.filter(student=student))
        is_shown = Q(suspension__in=self.spans) | Q(suspension=None, student__in=self.absences)
        return list(rows.filter(is_shown | Q(pk__in=SetWork.objects.to_collect().values("pk"))))

    def students(self) -> dict[int, Any]:
        """Read the students of all of it who are this person's, placed."""
        keys = {*self.absences, *(span.student_id for span in self.spans), *(each.student_id for each in self.work)}
        spells = Enrolment.objects.filter(student=OuterRef("pk"), starts_on__lte=self.today).order_by("-starts_on")
        kept = Student.objects.with_right(self.user, Right.ARRANGE_WORK).with_tutor_group(self.today)
        return kept.annotate(year=Subquery(spells.values("year_group")[:1])).in_bulk(keys)

    def suspended(self, kept: Mapping[int, Any]) -> Iterable[WorkRow]:
        """Yield the rows of those who are kept out."""
        sixth = _sixth_days(self.spans)
        for span in self.spans:
            if span.student_id in kept:
                work = [each for each in self.work if each.suspension_id == span.pk]
                yield WorkRow(
                    kept[span.student_id], work, self.today, suspension=span, is_out=True, provision_on=sixth[span.pk]
                )

    def absent(self, kept: Mapping[int, Any]) -> Iterable[WorkRow]:
        """Yield the rows of those who are absent."""
        for key, absence in self.absences.items():
            if key in kept:
                work = [each for each in self.work if each.student_id == key and absence.holds(each.away_from)]
                waiver = next((each for each in self.waivers[key] if absence.holds(each.away_from)), None)
                stored = [each.away_from for each in work if each.away_from] + ([waiver.away_from] if waiver else [])
                known = min([*stored, absence.first_day]) if stored else absence.first_day
                yield WorkRow(kept[key], work, self.today, away_from=known, absence=absence, waiver=waiver)

    def back(self, kept: Mapping[int, Any]) -> Iterable[WorkRow]:
        """Yield the rows of those who are back, of whose work something is left to tell."""
        left: dict[tuple[int, Suspension | None, date | None], list[SetWork]] = defaultdict(list)
        waived: dict[tuple[int, Suspension | None, date | None], WorkWaiver] = {
            (key, None, each.away_from): each for key, held in self.waivers.items() for each in held
        }
        for each in self.work:
            left[each.student_id, each.suspension, each.away_from].append(each)
        for key, span, first in list(dict.fromkeys([*left, *waived])):
            absence = self.absences.get(key)
            if key in kept and span not in self.spans and not (absence and absence.holds(first)):
                work, waiver = left[key, span, first], waived.get((key, span, first))
                yield WorkRow(kept[key], work, self.today, suspension=span, away_from=first, waiver=waiver)


def _absences(today: date, student: int | None) -> dict[int, Absence]:
    sql, asked = long_absences(today)
    if student:
        sql, asked = f"SELECT * FROM ({sql}) one WHERE student_id = %s", [*asked, student]  # noqa: S608 names are ours
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return {row[0]: Absence(*row) for row in cursor.fetchall()}


def _sixth_days(spans: Collection[Suspension]) -> dict[int, date | None]:
    """Return the 6th school day of each, counted with the ones that it follows straight on, in two queries."""
    if not spans:
        return {}
    calendar = SchoolCalendar.load()
    others: dict[int, list[Suspension]] = defaultdict(list)
    for each in Suspension.objects.standing(student__in={span.student_id for span in spans}):
        others[each.student_id].append(each)
    return {
        span.pk: provision_day(span, [each for each in others[span.student_id] if each != span], calendar)
        for span in spans
    }
