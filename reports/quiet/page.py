"""The quiet children of one person's reach, the silent families, and the same four ages by cohort."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple, Self

from attendance.figures import StudentWeek
from pastoral.core.rights import Right
from reports.quiet.lately import NOTHING, STRANDS, Lately, QuietRules, lately_of
from reports.quiet.need import Weight, age_of, score_of, weights_of
from reports.summaries.cohorts import COHORTS, EVERYBODY, SMALL_COHORT, Cohort
from reports.summaries.half_terms import previous_half_term
from reports.summaries.people import Person
from reports.summaries.sight import Sight
from reports.summaries.support import may_read_any, needs_of_steps
from reports.summaries.week import Moment, SchoolWeek
from students.families import families
from students.querysets import EnrolmentQuerySet
from students.scopes import Scope
from students.summaries import flags_shown_with

AGES = (("seen", "seen"), ("home", "home reached"), ("news", "good news home"), ("recognised", "recognised"))


class Age(NamedTuple):
    """Since when a thing has not been, in days. is_logged: it was once; else the days count from coming on roll."""

    days: int
    last: date | None

    @property
    def is_logged(self) -> bool:
        """Test for a thing that was logged at all."""
        return self.last is not None


@dataclass(frozen=True, slots=True)
class QuietRow:
    """One student, for one person's eyes. rights: the viewer's over the student."""

    person: Person
    figures: StudentWeek
    lately: Lately
    seen: Age
    home: Age
    news: Age
    recognised: Age
    weights: tuple[Weight, ...]
    score: int
    rights: frozenset[Right]

    @property
    def points(self) -> int:
        """The points of need."""
        return sum(weight.points for weight in self.weights)

    @property
    def why(self) -> str:
        """What adds to the need, in words."""
        return ", ".join(weight.words for weight in self.weights)

    @property
    def ages(self) -> tuple[Age, ...]:
        """The four ages in the order of the page."""
        return (self.seen, self.home, self.news, self.recognised)

    @property
    def may_be_marked(self) -> bool:
        """Test for a viewer who may note that they saw the student."""
        return Right.MARK_SEEN in self.rights

    @property
    def told(self) -> tuple[tuple[str, date | None], ...]:
        """When home was last told of each strand."""
        return tuple((words, getattr(self.lately, strand)) for strand, (words, _purposes) in STRANDS.items())

    @property
    def sex(self) -> str:
        """The student's sex, as cohorts ask."""
        return self.person.sex

    def has(self, kind: str, value: str = "") -> bool:
        """Test for a flag that the viewer may see."""
        return self.person.has(kind, value)


@dataclass(frozen=True)
class Family:
    """The children of one family whom the viewer sees; home: when anybody of it was last reached, about any of them."""

    children: tuple[QuietRow, ...]
    home: Age
    tried: date | None

    @property
    def first(self) -> QuietRow:
        """The child by whom the list names the family: the one in most need."""
        return max(self.children, key=lambda row: (row.points, row.score))

    @property
    def others(self) -> tuple[QuietRow, ...]:
        """The brothers and sisters."""
        return tuple(row for row in self.children if row is not self.first)


@dataclass(frozen=True)
class CohortAges:
    """The median of each age in one cohort, in days: None where half and more have none logged, or all are too few."""

    cohort: Cohort
    students: int
    medians: tuple[int | None, ...]

    @property
    def is_small(self) -> bool:
        """Test for too few students."""
        return self.students < SMALL_COHORT


@dataclass(frozen=True)
class Quiet:
    """Everybody of the viewer's reach, the quietest first. unseen_since: not seen means not since then."""

    moment: Moment
    rules: QuietRules
    rows: tuple[QuietRow, ...]

    @classmethod
    def load(cls, enrolments: EnrolmentQuerySet, moment: Moment, *, scope: Scope) -> Self:
        """Read the members among the enrolments in five queries, however many there are."""
        entries = SchoolWeek.load(enrolments, moment, with_marks=False).entries
        keys = [entry.person.student_id for entry in entries]
        lately, rules = lately_of(keys, moment.today)
        since = previous_half_term(moment.calendar, moment.as_at)[0]
        steps = needs_of_steps(keys, since, moment.today) if keys else {}
        sight = Sight(scope)
        rows = []
        for entry in entries:
            rights = sight.of(entry.person)
            has_plan = may_read_any(steps.get(entry.person.student_id, ()), rights)
            own = lately.get(entry.person.student_id, NOTHING)
            rows.append(_row(entry.person, entry.figures, own, rights, moment.today, has_plan=has_plan))
        return cls(moment, rules, tuple(sorted(rows, key=lambda row: (-row.score, row.person.sort_key))))

    @cached_property
    def unseen_since(self) -> date:
        """The Monday of the first of the school weeks within which everybody should have been seen."""
        weeks = self.moment.calendar.school_weeks(self.moment.today, self.rules.seen_weeks)
        return weeks[0] if weeks else self.moment.today

    @property
    def silent_since(self) -> date:
        """The day after which every family should have been reached."""
        return self.moment.today - timedelta(weeks=self.rules.silent_weeks)

    def unseen(self, rows: Iterable[QuietRow]) -> list[QuietRow]:
        """Return those not seen in so many school weeks, the most in need first, without who came since then."""
        found = [
            row
            for row in rows
            if row.person.admitted_on < self.unseen_since
            and (row.lately.seen is None or row.lately.seen < self.unseen_since)
        ]
        return sorted(found, key=lambda row: (-row.points, -row.seen.days, row.person.sort_key))

    def silent(self, rows: Sequence[QuietRow]) -> list[Family]:
        """Return the families that nobody reached in so many weeks, the longest silent first; one query."""
        by_key = {row.person.student_id: row for row in rows}
        groups = dict.fromkeys(families([row.person.student_id for row in self.rows]).values())
        every = {row.person.student_id: row for row in self.rows}
        found = []
        for members in groups:
            shown = tuple(by_key[key] for key in members if key in by_key)
            family = _family(shown, [every[key] for key in members], self.moment.today) if shown else None
            if family and family.home.days >= self.rules.silent_weeks * 7:
                found.append(family)
        return sorted(found, key=lambda each: (-each.home.days, -each.first.points, each.first.person.sort_key))

    def equity(self, rows: Sequence[QuietRow]) -> tuple[CohortAges, ...]:
        """Return the four medians of everybody and of each cohort that the viewer may see."""
        return tuple(_cohort(cohort, [row for row in rows if cohort.holds(row)]) for cohort in (EVERYBODY, *COHORTS))


def _row(
    person: Person, figures: StudentWeek, lately: Lately, rights: frozenset[Right], on: date, *, has_plan: bool
) -> QuietRow:
    if person.flags:
        kinds = flags_shown_with(rights)
        person = person._replace(flags=tuple(flag for flag in person.flags if flag.kind in kinds))
    since = person.admitted_on
    lasts = (lately.seen, lately.home, lately.news, lately.recognised)
    seen, home, news, recognised = (Age(age_of(last, since, on), last) for last in lasts)
    weights = weights_of(person, figures, has_plan=has_plan)
    days = (seen.days, home.days, news.days, recognised.days)
    score = score_of(days, sum(weight.points for weight in weights))
    return QuietRow(person, figures, lately, seen, home, news, recognised, weights, score, rights)


def _family(shown: tuple[QuietRow, ...], members: Sequence[QuietRow], on: date) -> Family:
    last = max((row.lately.home for row in members if row.lately.home), default=None)
    tried = max((row.lately.tried for row in members if row.lately.tried), default=None)
    since = min(row.person.admitted_on for row in members)
    is_later = tried is not None and (last is None or tried > last)
    return Family(shown, Age(age_of(last, since, on), last), tried if is_later else None)


def _cohort(cohort: Cohort, rows: Sequence[QuietRow]) -> CohortAges:
    if len(rows) < SMALL_COHORT:
        return CohortAges(cohort, len(rows), (None,) * len(AGES))
    columns = zip(*(row.ages for row in rows), strict=True)
    return CohortAges(cohort, len(rows), tuple(_median(column) for column in columns))


def _median(ages: Sequence[Age]) -> int | None:
    """Return the age of the one in the middle, whoever has none logged being last; None for one of these."""
    middle = sorted(ages, key=lambda age: (not age.is_logged, age.days))[(len(ages) - 1) // 2]
    return middle.days if middle.is_logged else None
