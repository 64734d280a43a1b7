"""Attendance cases as a list: where each stands, what is due, and the same rows as a file."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db.models import Exists, OuterRef, Prefetch

from attendance.figures import Counts
from attendance.summaries.reach import Reached, reached
from interventions.models import Action, CaseBarrier, CaseStage, PACase
from interventions.querysets import PACaseQuerySet
from interventions.reading import may_read
from interventions.summaries.standing import Standings
from pastoral.core.models import User
from pastoral.core.spreadsheets import Cell, Table
from pastoral.core.words import key_read

SHOWS = {
    "": "Open",
    "review": "Review due",
    "overdue": "Overdue",
    "restricted": "Restricted",
    "closed": "Closed",
    "withdrawn": "Withdrawn",
}
RESTRICTED_CASE = "Restricted case"


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list."""

    show: str = ""
    year: int = 0
    stage: int = 0
    student: int = 0
    barrier: int = 0
    outcome: str = ""
    is_mine: bool = False
    sort: str = ""

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Self:
        """Keep what means something."""
        return cls(
            words["show"] if words["show"] in SHOWS else "",
            key_read(words["year"]),
            key_read(words["stage"]),
            key_read(words["student"]),
            key_read(words["barrier"]),
            words["outcome"] if words["outcome"] in PACase.Outcome.values else "",
            words["mine"] == "1",
            words["sort"] if words["sort"].removeprefix("-") in SORTS else "",
        )

    @property
    def is_narrowed(self) -> bool:
        """Test for anything but a part of the list."""
        return bool(self.year or self.student or self.is_mine or self.is_about_words)

    @property
    def is_about_words(self) -> bool:
        """Test for what only those cases answer that the person may read."""
        return bool(self.stage or self.barrier or self.outcome)


@dataclass(frozen=True)
class CaseRow:
    """One case in the list. is_read: the person may read what it says; open: actions not done; next: the first."""

    case: PACase
    who: Reached
    is_read: bool
    counts: Counts
    open: int
    overdue: int
    next: Action | None
    review_late: int
    barriers: tuple[str, ...]

    @property
    def target(self) -> Decimal | None:
        """The attendance to reach, in per cent."""
        return target_of(self.case)

    @property
    def percent(self) -> Decimal | None:
        """The attendance of the year so far."""
        return self.counts.percent

    @property
    def is_reached(self) -> bool:
        """Test for a target that the student stands at."""
        return is_target_reached(self.case, self.counts)

    @property
    def is_left(self) -> bool:
        """Test for a student who left."""
        return self.who.left_on is not None


def target_of(case: PACase) -> Decimal | None:
    """Return the attendance that a case is to reach, in per cent."""
    return None if case.target_permille is None else Decimal(case.target_permille) / 10


def is_target_reached(case: PACase, counts: Counts) -> bool:
    """Test in whole sessions, never on a rounded percentage."""
    goal = case.target_permille
    return goal is not None and counts.possible > 0 and counts.attended * 1000 >= goal * counts.possible


def to_review(user: User, on: date) -> PACaseQuerySet:
    """Return the open cases of the person that are to be looked at by the day."""
    return PACase.objects.visible_to(user).open().filter(owner=user, review_on__lte=on)


def late_cases(user: User, on: date) -> PACaseQuerySet:
    """Return the open cases of the person with an action whose day is over."""
    return _with_late_actions(PACase.objects.visible_to(user).open().filter(owner=user), user, on)


def _with_late_actions(cases: PACaseQuerySet, user: User, on: date) -> PACaseQuerySet:
    return cases.filter(Exists(Action.objects.open().read_by(user).filter(case=OuterRef("pk"), due_on__lt=on)))


def cases_asked(user: User, asked: Asked, today: date) -> tuple[list[CaseRow], Standings]:
    """Return the rows asked for, in seven queries: the review that is due first, what is closed latest first."""
    found = _narrowed(PACase.objects.visible_to(user), user, asked, today)
    actions = Prefetch("actions", Action.objects.open().read_by(user).order_by("due_on", "pk"), to_attr="todo")
    barriers = Prefetch(
        "found", CaseBarrier.objects.filter(eased_on=None).select_related("barrier"), to_attr="standing_barriers"
    )
    held = list(found.select_related("stage", "owner").prefetch_related(actions, barriers))
    students = reached(user, {case.student_id for case in held})
    standings = Standings.load(students, today)
    rows = [
        _row(user, case, students[case.student_id], standings, today) for case in held if case.student_id in students
    ]
    rows = [row for row in rows if asked.year in (0, row.who.year) and (row.is_read or not asked.is_about_words)]
    return _sorted(rows, asked), standings


def _narrowed(cases: PACaseQuerySet, user: User, asked: Asked, today: date) -> PACaseQuerySet:
    if asked.show == "withdrawn":
        cases = cases.exclude(withdrawn_at=None)
    elif asked.show == "closed":
        cases = cases.standing().exclude(closed_on=None)
    else:
        cases = cases.open()
    if asked.show == "review":
        cases = cases.filter(review_on__lte=today)
    if asked.show == "overdue":
        cases = _with_late_actions(cases, user, today)
    if asked.show == "restricted":
        cases = cases.filter(is_restricted=True)
    if asked.is_mine:
        cases = cases.filter(owner=user)
    if asked.stage:
        cases = cases.filter(stage=asked.stage)
    if asked.barrier:
        cases = cases.filter(found__barrier=asked.barrier)
    if asked.outcome:
        cases = cases.filter(outcome=asked.outcome)
    return cases.filter(student=asked.student) if asked.student else cases


def _row(user: User, case: Any, who: Reached, standings: Standings, today: date) -> CaseRow:
    is_read = may_read(user, is_restricted=case.is_restricted, own=[case.owner_id], rights=who.rights)
    todo = case.todo if is_read else []
    is_open = case.closed_on is None and case.withdrawn_at is None
    return CaseRow(
        case=case,
        who=who,
        is_read=is_read,
        counts=standings.of(case.student_id),
        open=len(todo),
        overdue=sum(action.due_on < today for action in todo),
        next=todo[0] if todo else None,
        review_late=max((today - case.review_on).days, 0) if is_open else 0,
        barriers=tuple(each.barrier.name for each in case.standing_barriers) if is_read else (),
    )


SORTS: dict[str, Callable[[CaseRow], Any]] = {
    "name": lambda row: row.who.name,
    "stage": lambda row: row.case.stage.order if row.is_read else -1,
    "since": lambda row: row.case.stage_since,
    "attendance": lambda row: row.percent if row.percent is not None else Decimal(101),
    "review": lambda row: row.case.review_on,
    "overdue": lambda row: row.overdue,
    "owner": lambda row: (row.case.owner.surname, row.case.owner.forename),
}


def _sorted(rows: Sequence[CaseRow], asked: Asked) -> list[CaseRow]:
    if asked.sort:
        return sorted(rows, key=SORTS[asked.sort.removeprefix("-")], reverse=asked.sort.startswith("-"))
    if asked.show in ("closed", "withdrawn"):
        return list(rows)
    return sorted(rows, key=lambda row: (row.case.review_on, row.who.name))


HEADINGS = (
    "Student",
    "Tutor group",
    "Year",
    "Stage",
    "At this stage since",
    "Owner",
    "Attendance %",
    "Missed",
    "Possible",
    "Target %",
    "By",
    "Look at it again on",
    "Open actions",
    "Overdue",
    "Next action",
    "Due",
    "Barriers",
    "Opened on",
    "Outcome",
    "Closed on",
)


def cases_table(rows: Sequence[CaseRow], about: Collection[str]) -> Table:
    """Return the list to hand out; of a restricted case no more than that there is one, and whose."""
    return Table("Attendance cases", tuple(about), HEADINGS, [_cells(row) for row in rows])


def _cells(row: CaseRow) -> list[Cell]:
    case = row.case
    begin: list[Cell] = [row.who.name, row.who.tutor_group, row.who.year]
    figures: list[Cell] = [row.percent, row.counts.missed, row.counts.possible]
    if not row.is_read:
        return [*begin, RESTRICTED_CASE, None, case.owner.formal_name, *figures, *[None] * 11]
    return [
        *begin,
        str(case.stage),
        case.stage_since,
        case.owner.formal_name,
        *figures,
        row.target,
        case.target_on,
        case.review_on,
        row.open,
        row.overdue,
        row.next.what if row.next else "",
        row.next.due_on if row.next else None,
        ", ".join(row.barriers),
        case.opened_on,
        case.get_outcome_display(),
        case.closed_on,
    ]


def stages_offered(also: int | None = None) -> list[CaseStage]:
    """Return the stages in use, in order. also: one that a record names."""
    return [stage for stage in CaseStage.objects.all() if stage.is_active or stage.pk == also]
