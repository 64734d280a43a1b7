"""Plans in lists, as one person may read of them: what runs, what is due, what colleagues were asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import Prefetch, QuerySet

from interventions.models import Action, Plan, PlanKind, PlanReview, PlanShare
from interventions.querysets import PlanQuerySet
from interventions.reading import RESTRICTED
from interventions.summaries.plan_reading import Seen, plans_seen
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Cell, Table
from pastoral.core.words import key_read

SHOWS = {
    "": "Running",
    "reviews": "Reviews due",
    "drafts": "Drafts",
    "chase": "Contributions owed",
    "ended": "Ended",
}
FILTERS = ("show", "kind", "year", "mine")


@dataclass(frozen=True)
class Asked:
    """Which part of the list, which kind, a year, one's own."""

    show: str
    kind: int
    year: int
    is_mine: bool

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Self:
        """Keep what means something."""
        show = words["show"] if words["show"] in SHOWS else ""
        return cls(show, key_read(words["kind"]), key_read(words["year"]), words["mine"] == "1")

    @property
    def is_narrowed(self) -> bool:
        """Test for anything but a part of the list."""
        return bool(self.kind or self.year or self.is_mine)


@dataclass(frozen=True)
class PlanRow:
    """One plan in a list. due: its next review; late: days since that was to be held; open, overdue: its actions."""

    seen: Seen
    due: date | None
    late: int
    open: int
    overdue: int
    is_past: bool

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.seen.plan


@dataclass(frozen=True)
class OwedRow:
    """Something asked of a colleague that was not answered yet. late: days since it was due."""

    share: PlanShare
    seen: Seen
    late: int


def plans_asked(user: User, asked: Asked, on: date) -> list[PlanRow]:
    """Return the plans asked for, in five queries: the next review first; drafts and what ended latest first.

    A kind is asked of those whose words the person reads: what a restricted plan is, no filter tells.
    """
    found = Plan.objects.visible_to(user).select_related("student", "kind", "owner")
    found = {"drafts": _drafts, "ended": _ended}.get(asked.show, _running)(found)
    if asked.is_mine:
        found = found.filter(owner=user)
    rows = [_row(each, on) for each in plans_seen(user, found.prefetch_related("reviews", _actions(user)))]
    rows = [row for row in rows if _is_asked(row, asked)]
    if asked.show == "reviews":
        rows = [row for row in rows if row.due is not None and row.due <= on]
    return rows if asked.show in ("drafts", "ended") else sorted(rows, key=lambda row: row.due or date.max)


def _actions(user: User) -> "Prefetch[Any]":
    return Prefetch("actions", Action.objects.read_by(user))


def _is_asked(row: PlanRow, asked: Asked) -> bool:
    seen = row.seen
    is_kind = not asked.kind or (seen.reads and seen.plan.kind_id == asked.kind)
    return is_kind and (not asked.year or (seen.who is not None and seen.who.year == asked.year))


def _running(found: PlanQuerySet) -> PlanQuerySet:
    return found.running()


def _drafts(found: PlanQuerySet) -> PlanQuerySet:
    return found.standing(begun_on=None)


def _ended(found: PlanQuerySet) -> PlanQuerySet:
    return found.standing().exclude(ended_on=None).order_by("-ended_on", "-pk")


def _row(seen: Seen, on: date) -> PlanRow:
    plan: Any = seen.plan
    due = min((each.due_on for each in plan.reviews.all() if each.held_on is None), default=None)
    due = due if seen.is_running else None
    todo = [each.due_on for each in plan.actions.all() if each.done_on is None and each.withdrawn_at is None]
    overdue = sum(each < on for each in todo)
    late = max((on - due).days, 0) if due else 0
    return PlanRow(seen, due, late, len(todo), overdue, seen.is_running and plan.ends_on < on)


def reviews_due(user: User, on: date) -> QuerySet[PlanReview]:
    """Return the reviews of one's own running plans that were to be held by the day."""
    running = Plan.objects.running().filter(owner=user)
    return PlanReview.objects.filter(plan__in=running, held_on=None, due_on__lte=on)


def shares_unread(user: User) -> QuerySet[PlanShare]:
    """Return the plans that colleagues showed to the person, without asking anything, and that they have not opened."""
    return PlanShare.objects.open_to(user).filter(opened_at=None, asks="")


def shares_owed(user: User) -> QuerySet[PlanShare]:
    """Return what the person was asked to contribute and has not answered, to plans that go on."""
    return PlanShare.objects.owed().filter(to=user)


def owed_asked(user: User, asked: Asked, on: date) -> list[OwedRow]:
    """Return what colleagues owe to plans that the person keeps, the longest overdue first; in four queries."""
    owed = PlanShare.objects.owed().filter(plan__in=Plan.objects.visible_to(user)).select_related("to", "by")
    if asked.is_mine:
        owed = owed.filter(plan__owner=user)
    held = list(owed.order_by("due_on", "pk"))
    plans = Plan.objects.visible_to(user).select_related("student", "kind", "owner")
    seen = {each.plan.pk: each for each in plans_seen(user, plans.filter(pk__in={row.plan_id for row in held}))}
    rows = [OwedRow(each, seen[each.plan_id], max((on - (each.due_on or on)).days, 0)) for each in held]
    return [row for row in rows if row.seen.keeps and _is_asked(_row_of_owed(row), asked)]


def _row_of_owed(row: OwedRow) -> PlanRow:
    return PlanRow(row.seen, None, 0, 0, 0, False)


HEADINGS = (
    "Student",
    "Tutor group",
    "Plan",
    "State",
    "Owner",
    "Begins",
    "Ends",
    "Next review",
    "Days overdue",
    "Actions open",
    "Actions overdue",
    "Outcome",
)


def table_of(rows: Sequence[PlanRow], asked: Asked, on: date) -> Table:
    """Return the list as a table, without a word of what the plans say."""
    about = (f"Plans: {SHOWS[asked.show].lower()}", f"As at {on:%d %B %Y}; the plans that the reader may know of")
    return Table("Plans", about, HEADINGS, [_cells(row) for row in rows])


def _cells(row: PlanRow) -> list[Cell]:
    plan, seen = row.plan, row.seen
    state = "draft" if seen.is_draft else "ended" if plan.ended_on else "running"
    outcome = plan.get_outcome_display() if plan.outcome and seen.reads else ""
    group = seen.who.tutor_group if seen.who else ""
    days = (plan.starts_on, plan.ends_on, row.due, row.late or None)
    kind = seen.kind_words if seen.reads else f"{RESTRICTED} plan"
    return [seen.name, group, kind, state, plan.owner.formal_name, *days, row.open, row.overdue, outcome]


def plans_of(user: User, student: int, on: date) -> tuple[list[PlanRow], int]:
    """Return a student's plans that run or are drafts, and how many ended; for those who see their plans."""
    found = Plan.objects.with_right(user, Right.SEE_PLANS).standing(student=student)
    rows: Iterable[Plan] = found.select_related("student", "kind", "owner").prefetch_related("reviews", _actions(user))
    shown = [_row(each, on) for each in plans_seen(user, rows)]
    live = [row for row in shown if row.plan.ended_on is None]
    return sorted(live, key=lambda row: (row.seen.is_draft, row.due or date.max)), len(shown) - len(live)


def kinds_kept(*, is_active: bool = False) -> list[PlanKind]:
    """Return the kinds of plan in their order. is_active: those alone that a new plan can be of."""
    kinds = PlanKind.objects.all()
    return list(kinds.filter(is_active=True) if is_active else kinds)
