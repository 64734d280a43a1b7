"""What each kind of intervention is followed by: the median effect with n, and staff minutes for a session gained.

Only a student's intervention that was delivered, with no other beside it, is credited to its kind (product.md E4); the
others are listed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from attendance.figures import percentage
from interventions.figures.impact import Effect, Standing, in_points, in_tenths, median_of
from interventions.models import CaseBarrier, DeliveredSession, InterventionStudent, PACase
from interventions.summaries.impact import Measured, measured_of
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import day as in_words
from students.models import Enrolment, Student

LEAST = 5  # fewer are counted, and no median or share is told of them
HEADINGS = (
    "Type",
    "Students",
    "Measured and credited",
    "Median change, points",
    "Improved, %",
    "Sessions gained",
    "Staff minutes for a session gained",
    "Left out: another ran meanwhile, or not delivered",
    "Too early, too few or not comparable",
    "Measured over the summer holiday",
)


@dataclass(frozen=True)
class Line:
    """One student in one intervention, measured; without a place a campaign's reward. minutes: their share."""

    place: Any
    measured: Measured
    minutes: Fraction

    @property
    def effect(self) -> Effect:
        """The change over 30 sessions each side."""
        return self.measured.short

    @property
    def is_measured(self) -> bool:
        """Test for a change that is told beside others'."""
        return self.effect.standing is Standing.MEASURED

    @property
    def is_credited(self) -> bool:
        """Test for one that counts for its kind."""
        return self.is_measured and self.measured.is_alone and self.is_delivered

    @property
    def is_delivered(self) -> bool:
        """Test for one of which something took place, as far as sessions were planned; a reward, with no place, did."""
        if self.place is None:
            return True
        row = self.place.intervention
        is_given = self.place.staff_minutes is not None or not row.planned_sessions
        return is_given and self.place.outcome != InterventionStudent.Outcome.NOT_DELIVERED

    @property
    def points(self) -> Decimal | None:
        """The change beside others', in points."""
        return in_points(self.effect.adjusted) if self.effect.adjusted is not None else None


@dataclass(frozen=True)
class Group:
    """The students of one kind, or of one kind and barrier."""

    name: str
    lines: tuple[Line, ...]

    @cached_property
    def credited(self) -> tuple[Line, ...]:
        """Those that count."""
        return tuple(line for line in self.lines if line.is_credited)

    @property
    def n(self) -> int:
        """How many count."""
        return len(self.credited)

    @property
    def summer(self) -> int:
        """How many of them were measured with the summer holiday between."""
        return sum(line.effect.is_over_summer for line in self.credited)

    @property
    def is_small(self) -> bool:
        """Test for too few to tell a median of."""
        return self.n < LEAST

    @property
    def left_out(self) -> int:
        """How many were measured and are credited to nothing: another ran meanwhile, or it was not delivered."""
        return sum(line.is_measured and not line.is_credited for line in self.lines)

    @property
    def unmeasured(self) -> int:
        """How many cannot be measured, yet or at all."""
        return sum(not line.is_measured for line in self.lines)

    @property
    def median(self) -> Decimal | None:
        """The median change beside others', in points; None of too few."""
        middle = median_of([line.effect.adjusted for line in self.credited if line.effect.adjusted is not None])
        return None if self.is_small or middle is None else in_points(middle)

    @property
    def improved(self) -> Decimal | None:
        """The share whose change beside others' is up, in per cent; None of too few."""
        rose = sum((line.effect.adjusted or 0) > 0 for line in self.credited)
        return None if self.is_small else percentage(rose, self.n)

    @cached_property
    def _gained(self) -> Fraction:
        return sum((line.effect.gained or Fraction(0) for line in self.credited), Fraction(0))

    @property
    def gained(self) -> Decimal | None:
        """Sessions gained together; None of too few."""
        return None if self.is_small else in_tenths(self._gained)

    @property
    def minutes_each(self) -> int | None:
        """Staff minutes for a session gained; None of too few, or with nothing gained."""
        spent = sum((line.minutes for line in self.credited), Fraction(0))
        return None if self.is_small or self._gained <= 0 else round(spent / self._gained)


@dataclass(frozen=True)
class League:
    """The kinds, the most effective first; barriers by kind; and what was measured and left out.

    tried: the kinds that some barrier was met with, the columns of barriers.
    """

    on: date
    since: date
    groups: tuple[Group, ...]
    tried: tuple[str, ...]
    barriers: tuple[tuple[str, tuple[Group | None, ...]], ...]
    left_out: tuple[Line, ...]

    @classmethod
    def load(cls, user: User, since: date, on: date, year: int = 0, *, is_for_others: bool = False) -> Self:
        """Measure every place of students whose interventions the person may see that began since the day.

        is_for_others: of a paper that others read, which tells no type of a restricted one.
        """
        places = _places(user, since, on, year, Q() if is_for_others else _own_or_few(user))
        measured = measured_of(places, on)
        lines = [Line(place, measured[place.pk], _minutes(place)) for place in places]
        groups = _by_type(lines)
        tried, barriers = _by_barrier(user, lines, [group.name for group in groups])
        left_out = tuple(line for line in lines if line.is_measured and not line.is_credited)
        return cls(on, since, tuple(groups), tried, tuple(barriers), left_out)

    def table(self) -> Table:
        """Return the kinds as a file."""
        about = (
            f"Interventions begun since {in_words(self.since)}, as at {in_words(self.on)}",
            "Attendance changed beside comparable students; this does not prove cause.",
        )
        rows = [
            (
                group.name,
                len(group.lines),
                group.n,
                group.median,
                group.improved,
                group.gained,
                group.minutes_each,
                group.left_out,
                group.unmeasured,
                group.summer,
            )
            for group in self.groups
        ]
        return Table("Effect by type", about, HEADINGS, rows)


def _own_or_few(user: User) -> Q:
    """Return the restricted ones whose type, which is among their words, the person reads."""
    is_own = Q(intervention__owner=user) | Q(intervention__deliverer=user)
    return is_own | Q(student__in=Student.objects.with_right(user, Right.SEE_RESTRICTED))


def _places(user: User, since: date, on: date, year: int, restricted: Q) -> list[Any]:
    sessions = DeliveredSession.objects.filter(intervention=OuterRef("intervention"), withdrawn_at=None).order_by()
    seats = InterventionStudent.objects.filter(intervention=OuterRef("intervention")).order_by()
    found: Any = InterventionStudent.objects.visible_to(user).standing()
    found = found.filter(Q(intervention__is_restricted=False) | restricted, joined_on__range=(since, on))
    found = found.select_related("intervention__type", "student")
    if year:
        spells = Enrolment.objects.current(on).filter(year_group=year)
        found = found.filter(student__in=spells.values("student"))
    return list(
        found.annotate(
            staff_minutes=Subquery(sessions.values("intervention").annotate(n=Sum("minutes")).values("n")),
            seats=Subquery(seats.values("intervention").annotate(n=Count("pk")).values("n")),
        ).order_by("joined_on", "pk")
    )


def _minutes(place: Any) -> Fraction:
    return Fraction(place.staff_minutes or 0, place.seats or 1)


def _by_type(lines: Iterable[Line]) -> list[Group]:
    held: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        held[str(line.place.intervention.type)].append(line)
    groups = [Group(name, tuple(mine)) for name, mine in held.items()]
    return sorted(groups, key=lambda group: (group.median is None, -(group.median or 0), group.name))


def _by_barrier(
    user: User, lines: Collection[Line], types: Sequence[str]
) -> tuple[tuple[str, ...], list[tuple[str, tuple[Group | None, ...]]]]:
    """Return the kinds that were tried against barriers of the cases that the person may see, and each barrier's."""
    found = _barriers(user, {line.place.student_id for line in lines})
    held: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        for barrier in found.get(line.place.student_id, ()):
            held[barrier, str(line.place.intervention.type)].append(line)
    names = sorted({barrier for barrier, _type in held})
    met = {kind for _barrier, kind in held}
    tried = tuple(kind for kind in types if kind in met)
    return tried, [
        (name, tuple(Group(kind, tuple(held[name, kind])) if (name, kind) in held else None for kind in tried))
        for name in names
    ]


def _barriers(user: User, students: Collection[int]) -> Mapping[int, set[str]]:
    cases = PACase.objects.visible_to(user).standing(is_restricted=False, student__in=students)
    rows = CaseBarrier.objects.filter(case__in=cases).values_list("case__student", "barrier__name")
    found: dict[int, set[str]] = defaultdict(set)
    for student, name in rows:
        found[student].add(name)
    return found
