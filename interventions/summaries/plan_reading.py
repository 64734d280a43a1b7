"""A plan as one person may see it: who they are to it, whether they read its words and whether they keep it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from attendance.summaries.reach import Reached, reached
from interventions.models import Plan, PlanShare
from interventions.reading import RESTRICTED, may_read
from pastoral.core.models import User
from pastoral.core.rights import Right

RELATED = (
    "student",
    "kind",
    "owner",
    "made_by",
    "case",
    "intervention",
    "early_help",
    "timetable",
    "ended_by",
    "withdrawn_by",
)


@dataclass(frozen=True)
class Seen:
    """One plan for one person. who: the student as they reach them, None for whom they do not.

    share: through which it was shown to them; reads: its words; keeps: they may write to it.
    """

    plan: Plan
    who: Reached | None
    share: PlanShare | None
    reads: bool
    keeps: bool

    @property
    def rights(self) -> frozenset[Right]:
        """Return the person's rights over the student."""
        return self.who.rights if self.who else frozenset()

    @property
    def name(self) -> str:
        """Return the student's name."""
        return self.who.name if self.who else self.plan.student.sort_name

    @property
    def reason(self) -> str:
        """Return why the person may read of the student, for the log."""
        if self.who and Right.SEE_PLANS in self.who.rights:
            return self.who.reason
        return f"Shared by {self.share.by.formal_name}" if self.share else "Owner of the plan"

    @property
    def kind_words(self) -> str:
        """Return what kind of plan it is, to whoever reads it."""
        return str(self.plan.kind) if self.reads else RESTRICTED

    @property
    def sees_timetable(self) -> bool:
        """Test whether the sessions of a reduced timetable are told: they tell of a sensitive code."""
        return Right.SEE_SENSITIVE_CODES in self.rights or self.share is not None

    @property
    def is_draft(self) -> bool:
        """Test for one that was not begun."""
        return self.plan.begun_on is None

    @property
    def is_running(self) -> bool:
        """Test for one that was begun, goes on and stands."""
        return not self.is_draft and self.plan.ended_on is None and self.plan.withdrawn_at is None

    @property
    def is_open(self) -> bool:
        """Test for one that can still be written to."""
        return self.plan.ended_on is None and self.plan.withdrawn_at is None


def plans_seen(user: User, plans: Iterable[Plan]) -> list[Seen]:
    """Return the plans, which are visible to the person, as they may read them; in two queries."""
    held = list(plans)
    students = reached(user, {plan.student_id for plan in held})
    shares = {
        share.plan_id: share
        for share in PlanShare.objects.open_to(user).filter(plan__in=[plan.pk for plan in held]).select_related("by")
    }
    return [_seen(user, plan, students.get(plan.student_id), shares.get(plan.pk)) for plan in held]


def plan_seen(user: User, pk: int) -> Seen | None:
    """Return one plan as the person may read it; None for one that they may not know of."""
    found: Any = Plan.objects.visible_to(user).select_related(*RELATED).filter(pk=pk)
    return next(iter(plans_seen(user, found)), None)


def _seen(user: User, plan: Plan, who: Reached | None, share: PlanShare | None) -> Seen:
    rights = who.rights if who else frozenset()
    own = [plan.owner_id, share.to_id if share else None]
    reads = may_read(user, is_restricted=plan.is_restricted, own=own, rights=rights)
    return Seen(plan, who, share, reads, reads and Right.KEEP_PLANS in rights)
