"""The inspection pack of a year: the ladder kept, the PA story, clocks met, and case studies without names."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.db.models import Count, Q
from django.utils import timezone

from attendance.figures import Counts
from attendance.summaries.weeks import counts_between
from behaviour.summaries.keeping import Kept, keeping_of
from contacts.models import Contact, Letter
from contacts.summaries.clocks import clocks_for
from interventions.models import Action, CaseStage, InterventionStudent, Meeting, PACase, StageMove
from interventions.querysets import PACaseQuerySet
from pastoral.core.models import User
from reports.summaries.waterfall import Dates, Waterfall
from reports.summaries.week import Moment, SchoolWeek
from students.calendar import academic_year_of, academic_year_start
from students.models import Enrolment
from students.summaries import Window, windows_on

MOST_STUDIES = 6
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class StageLine:
    """One stage of the ladder. cases: open there; late: whose review is overdue; due, in_time: of its steps."""

    stage: CaseStage
    cases: int
    late: int
    due: int
    in_time: int


@dataclass(frozen=True)
class Study:
    """One case without name, group or date: weeks count from its opening."""

    label: str
    before: Counts
    since: Counts
    weeks: int
    moves: tuple[tuple[int, str], ...]
    barriers: tuple[str, ...]
    support: tuple[str, ...]
    contacts: int
    reached: int
    letters: int
    meetings: int
    outcome: str

    @property
    def change(self) -> Any:
        """Points of attendance since the case was opened over before."""
        before, since = self.before.percent, self.since.percent
        return since - before if before is not None and since is not None else None


@dataclass(frozen=True)
class Inspection:
    """Everything in the pack of one year."""

    year: int
    moment: Moment
    window: Window
    students: int
    pa: int
    pa_with_case: int
    stages: tuple[StageLine, ...]
    waterfall: Waterfall
    clocks: tuple[tuple[str, str, Kept], ...]

    @classmethod
    def load(cls, user: User, year: int, now: datetime) -> Self:
        """Read the pack of a year, as the person may know of it."""
        today = timezone.localdate(now)
        moment, window = Moment.of("", today), windows_on(today)[-1]
        spells = Enrolment.objects.visible_to(user)
        week = SchoolWeek.load(spells.filter(year_group=year), moment, with_marks=False)
        pa = {each.person.student_id for each in week.entries if each.figures.ytd.is_persistently_absent}
        open_cases = PACase.objects.visible_to(user).open().filter(student__in=_students(year, today))
        return cls(
            year=year,
            moment=moment,
            window=window,
            students=len(week.entries),
            pa=len(pa),
            pa_with_case=len(pa & set(open_cases.values_list("student", flat=True))),
            stages=_stages(open_cases, user, year, today),
            waterfall=Waterfall.load(spells, Dates.of("", "", moment), year=year, today=today),
            clocks=_clocks(user, year, window, now),
        )

    @property
    def pa_without_case(self) -> int:
        """How many persistently absent students have no open attendance case."""
        return self.pa - self.pa_with_case


def _students(year: int, today: date) -> Any:
    return Enrolment.objects.current(today).filter(year_group=year).values("student")


def _stages(open_cases: PACaseQuerySet, user: User, year: int, today: date) -> tuple[StageLine, ...]:
    """Return the stages in use with how the year's cases keep to them, in three queries.

    A step is due once its day is over or it is done; in time: done by its day. What was not needed is left out.
    """
    late = Count("pk", filter=Q(review_on__lt=today))
    rows: Any = open_cases.order_by().values("stage").annotate(n=Count("pk"), late=late)
    held: dict[int, dict[str, int]] = {row["stage"]: row for row in rows}
    first = academic_year_start(academic_year_of(today))
    cases = PACase.objects.visible_to(user).standing(student__in=_students(year, today))
    steps = Action.objects.of_standing().filter(
        case__in=cases, step__isnull=False, due_on__gte=first, not_needed_because=""
    )
    due, in_time = Counter[int](), Counter[int]()
    for stage, due_on, done_on in steps.values_list("step__stage", "due_on", "done_on"):
        if done_on or due_on < today:
            due[stage] += 1
            in_time[stage] += bool(done_on and done_on <= due_on)
    return tuple(
        StageLine(
            stage=stage,
            cases=held.get(stage.pk, {}).get("n", 0),
            late=held.get(stage.pk, {}).get("late", 0),
            due=due[stage.pk],
            in_time=in_time[stage.pk],
        )
        for stage in CaseStage.objects.filter(is_active=True).order_by("order")
    )


def _clocks(user: User, year: int, window: Window, now: datetime) -> tuple[tuple[str, str, Kept], ...]:
    """Return each kind of clock: its name, its rule, and how the year kept it."""
    found = []
    for clock in clocks_for(user):
        rows = [each for each in clock.rows(user, window, now) if each.year == year]
        found.append((clock.name, clock.rule(), keeping_of(rows).whole))
    return tuple(found)


def cases_offered(user: User, year: int, today: date) -> PACaseQuerySet:
    """Return the cases of the academic year that may be told without names: restricted ones never."""
    first = academic_year_start(academic_year_of(today))
    found = PACase.objects.visible_to(user).standing(student__in=_students(year, today), is_restricted=False)
    return found.filter(Q(closed_on=None) | Q(closed_on__gte=first)).order_by("-opened_on", "pk")


def studies_of(user: User, cases: Collection[PACase], today: date) -> tuple[Study, ...]:
    """Return the cases as studies, in the order given; what is typed of a case is not among them, since it may name."""
    return tuple(_study(user, case, f"Student {chr(ord('A') + n)}", today) for n, case in enumerate(cases))


def _study(user: User, case: PACase, label: str, today: date) -> Study:
    opened, ends = case.opened_on, case.closed_on or today
    moves = StageMove.objects.filter(case=case).select_related("to_stage").order_by("at", "pk")
    support = InterventionStudent.objects.visible_to(user).filter(
        student=case.student_id,
        joined_on__range=(opened, ends),
        intervention__is_restricted=False,
        intervention__withdrawn_at=None,
    )
    contacts = Contact.objects.visible_to(user).standing(
        student=case.student_id, occurred_at__date__range=(opened, ends)
    )
    letters = Letter.objects.visible_to(user).standing(
        student=case.student_id, copies__sent_at__date__range=(opened, ends)
    )
    met = Meeting.objects.visible_to(user).standing(
        students__student=case.student_id, held_on__range=(opened, ends), is_restricted=False
    )
    met = met.held()
    tried = contacts.aggregate(n=Count("pk", distinct=True), reached=Count("pk", Q(result="reached"), distinct=True))
    return Study(
        label=label,
        before=counts_between(case.student_id, academic_year_start(academic_year_of(opened)), _day_before(opened)),
        since=counts_between(case.student_id, opened, ends),
        weeks=(ends - opened).days // DAYS_A_WEEK,
        moves=tuple(((move.moved_on - opened).days // DAYS_A_WEEK, move.to_stage.name) for move in moves),
        barriers=_named(case.found.values_list("barrier__name", flat=True)),
        support=_named(support.values_list("intervention__type__name", flat=True)),
        contacts=tried["n"],
        reached=tried["reached"],
        letters=letters.distinct().count(),
        meetings=met.distinct().count(),
        outcome=case.get_outcome_display() if case.outcome else "Still open",
    )


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _named(names: Sequence[str] | Any) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
