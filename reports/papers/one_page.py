"""One page for the mentoring chat, in the student's own words: my attendance, what I can still miss, my target."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from attendance.figures import StudentWeek
from behaviour.models import CardTarget, ReportCard
from interventions.models import InterventionStudent, PACase, Plan, PlanTarget
from interventions.summaries.cases import target_of
from pastoral.core.models import User
from pastoral.core.together import read_together
from reports.summaries.behaviour import BehaviourRecord, Sums
from reports.summaries.forecast import best_possible
from reports.summaries.student import StudentPage
from students.calendar import academic_year_end, academic_year_of

LATEST = 3


@dataclass(frozen=True)
class Target:
    """Something the student works on: what, and where it was agreed."""

    words: str
    source: str


@dataclass(frozen=True)
class OnePage:
    """What the page says. half_days, days: what can still be missed; year_ends: until when.

    sums: points of the half term and of the year; () where the person does not read of behaviour.
    """

    page: StudentPage
    sums: tuple[Sums, ...]
    praise: tuple[str, ...]
    targets: tuple[Target, ...]
    year_ends: date | None

    @property
    def figures(self) -> StudentWeek:
        """The year to date."""
        return self.page.figures

    @property
    def days_left(self) -> str:
        """What can still be missed, in school days: "4½ days"."""
        days, half = divmod(self.figures.sessions_left_to_miss, 2)
        words = f"{days or ''}{'½' if half else ''}" or "0"
        return f"{words} day{'' if (days, half) in ((1, 0), (0, 1)) else 's'}"

    @property
    def best_possible(self) -> Decimal | None:
        """The attendance that full attendance from now on leads to."""
        return best_possible(self.figures)


def one_page_of(page: StudentPage, behaviour: BehaviourRecord | None, user: User) -> OnePage:
    """Return the page of a student, in one query; what is restricted is on no paper that a student holds."""
    student, on = page.record.student.pk, page.as_at
    year = page.dates.calendar.between(on, academic_year_end(academic_year_of(on)))
    praise = behaviour.latest_achievements[:LATEST] if behaviour else ()
    return OnePage(
        page=page,
        sums=behaviour.sums if behaviour else (),
        praise=tuple(f"{row['type']}, {row['on']:%-d %b}" for row in praise),
        targets=tuple(_targets(user, student, on)),
        year_ends=year[-1] if year else None,
    )


def _targets(user: User, student: int, on: date) -> Iterator[Target]:
    """Yield what is agreed with the student now, as far as the person may know of it."""
    cards = ReportCard.objects.visible_to(user).running().filter(student=student)
    plans = Plan.objects.visible_to(user).running().filter(student=student, is_restricted=False)
    places = InterventionStudent.objects.visible_to(user).live(on).filter(student=student)
    cases = PACase.objects.visible_to(user).open().filter(student=student, is_restricted=False)
    lists: list[Any] = [
        CardTarget.objects.on_card().filter(card__in=cards).order_by("order"),
        PlanTarget.objects.filter(plan__in=plans, is_retired=False)
        .select_related("plan__kind")
        .order_by("plan", "order"),
        places.filter(intervention__is_restricted=False).select_related("intervention__type"),
        cases.exclude(target_permille=None),
    ]
    of_cards, of_plans, of_interventions, of_cases = read_together(*lists)
    yield from (Target(each.words, "report card") for each in of_cards)
    yield from (Target(each.words, str(each.plan.kind)) for each in of_plans)
    yield from (Target(each.intervention.target, str(each.intervention.type)) for each in of_interventions)
    for case in of_cases:
        yield Target(f"{target_of(case)} % attendance by {case.target_on:%-d %B}", "attendance case")
