"""Who is helped: students at risk of persistent absence with a live intervention or without, pupil premium and others.

On the page everybody is named to who may see them. In a file that leaves the school small numbers are held back.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from attendance.figures import StudentWeek, percentage
from attendance.summaries.weeks import WeekFigures
from behaviour.suppression import TOTAL, held_back, keys_of
from interventions.models import InterventionStudent
from pastoral.core.models import User
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import day as in_words
from students.calendar import monday_of
from students.models import Enrolment, Student, StudentFact
from students.querysets import EnrolmentQuerySet
from students.summaries import SchoolCalendar, flags_on

PA, ON_TRACK, RISK = "pa", "on-track", "risk"
PP, OTHERS = "pp", "others"
WITH, WITHOUT = "with", "without"
STATES = {PA: "Persistently absent", ON_TRACK: "On track to be PA", TOTAL: "At risk"}
COHORTS = {PP: "Pupil premium", OTHERS: "Others", TOTAL: "All"}
AXES = ((PA, ON_TRACK), (PP, OTHERS), (WITH, WITHOUT))
LEAST = 5
HELD_BACK = "c"
# What the list of interventions can be narrowed to.
COVERS = {
    "": "Any student",
    PP: "Pupil premium",
    **{
        "-".join(part for part in (state or RISK, cohort) if part): (
            (words if state else "PA or on track to be") + (f", {COHORTS[cohort].lower()}" if cohort else "")
        )
        for state, words in STATES.items()
        for cohort in (TOTAL, PP, OTHERS)
    },
}


@dataclass(frozen=True, slots=True)
class AtRisk:
    """One student at risk. live: how many interventions run for them that the person may see."""

    figures: StudentWeek
    state: str
    name: str
    is_pupil_premium: bool
    live: int

    @property
    def key(self) -> tuple[str, str, str]:
        """Where the student counts."""
        return self.state, PP if self.is_pupil_premium else OTHERS, WITH if self.live else WITHOUT


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the table: how many of a state and cohort there are, and how many have an intervention."""

    state: str
    cohort: str
    n: int
    helped: int

    @property
    def cover(self) -> str:
        """The filter of the list that holds them."""
        return "-".join(part for part in (self.state or RISK, self.cohort) if part)

    @property
    def tracker(self) -> str:
        """The state of the tracker that lists just these; "" for no such list."""
        return self.state if self.cohort == TOTAL else ""

    @property
    def words(self) -> str:
        """Of whom."""
        return COHORTS[self.cohort]

    @property
    def share(self) -> Decimal | None:
        """The share with an intervention, in per cent; None of fewer than five."""
        return percentage(self.helped, self.n) if self.n >= LEAST else None


@dataclass(frozen=True)
class Coverage:
    """Students at risk on a day, by name, with what runs for them."""

    on: date
    students: tuple[AtRisk, ...]

    @classmethod
    def load(cls, user: User, enrolments: EnrolmentQuerySet, on: date) -> Self:
        """Read them in seven queries, however many there are."""
        risk = _at_risk(enrolments, on)
        keys = [each.student_id for each in risk]
        live = Counter(
            InterventionStudent.objects.visible_to(user)
            .live(on)
            .filter(student__in=keys)
            .values_list("student", flat=True)
        )
        flags = flags_on(on, keys, [StudentFact.Kind.PUPIL_PREMIUM])
        names = Student.objects.visible_to(user).in_bulk(keys)
        found = [
            AtRisk(
                each,
                PA if each.ytd.is_persistently_absent else ON_TRACK,
                names[each.student_id].sort_name,
                each.student_id in flags,
                live[each.student_id],
            )
            for each in risk
            if each.student_id in names
        ]
        return cls(on, tuple(sorted(found, key=lambda each: (-_missed(each), each.name))))

    @property
    def parts(self) -> list[tuple[str, list[Cell]]]:
        """The table: for each state the cohorts, with everybody last."""
        counts = self._counts()
        return [
            (
                words,
                [Cell(state, cohort, counts[state, cohort, TOTAL], counts[state, cohort, WITH]) for cohort in COHORTS],
            )
            for state, words in STATES.items()
        ]

    @property
    def without(self) -> list[AtRisk]:
        """Who has none, most absent first."""
        return [each for each in self.students if not each.live]

    def _counts(self) -> Counter[tuple[str, ...]]:
        counts: Counter[tuple[str, ...]] = Counter()
        for each in self.students:
            for state in (each.key[0], TOTAL):
                for cohort in (each.key[1], TOTAL):
                    for helped in (each.key[2], TOTAL):
                        counts[state, cohort, helped] += 1
        return counts

    def table(self) -> Table:
        """Return the table as a file that may leave the school: numbers under five are held back."""
        counts = self._counts()
        hidden = held_back(counts, AXES)
        about = (
            f"Students at risk of persistent absence and interventions that run, as at {in_words(self.on)}",
            f"{HELD_BACK}: held back, a number under five or one that would give it away",
        )

        def number(key: tuple[str, ...]) -> Any:
            return HELD_BACK if key in hidden else counts[key]

        rows = [
            (STATES[state], COHORTS[cohort], *(number((state, cohort, helped)) for helped in (TOTAL, WITH, WITHOUT)))
            for state, cohort, helped in keys_of(AXES)
            if helped == TOTAL
        ]
        headings = ("State", "Students", "Number", "With an intervention", "Without")
        return Table("Coverage", about, headings, rows)


def _at_risk(enrolments: EnrolmentQuerySet, on: date, calendar: SchoolCalendar | None = None) -> list[StudentWeek]:
    figures = WeekFigures.load(monday_of(on), enrolments, calendar=calendar, with_recent=True)
    return [each for each in figures.students if each.ytd.is_persistently_absent or each.is_on_track_to_be_pa]


def _missed(each: AtRisk) -> Decimal:
    return percentage(each.figures.ytd.missed, each.figures.ytd.possible) or Decimal(0)


def covered_by(user: User, cover: str, on: date, calendar: SchoolCalendar) -> Collection[int]:
    """Return the students that a filter of the list holds: at risk of persistent absence, with pupil premium or not."""
    facts = StudentFact.objects.in_force(on).filter(kind=StudentFact.Kind.PUPIL_PREMIUM)
    if cover == PP:
        return list(facts.values_list("student", flat=True))
    spells, with_pp = Enrolment.objects.visible_to(user), facts.values("student")
    if cover.endswith(PP):
        spells = spells.filter(student__in=with_pp)
    elif cover.endswith(OTHERS):
        spells = spells.exclude(student__in=with_pp)
    risk = _at_risk(spells, on, calendar)
    if cover.startswith((PA, ON_TRACK)):
        risk = [each for each in risk if each.ytd.is_persistently_absent == cover.startswith(PA)]
    return {each.student_id for each in risk}
