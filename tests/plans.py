"""Plans for tests: laid down as services leave them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from interventions.models import Plan, PlanKind, PlanTarget
from interventions.services.plans import plan_begin
from pastoral.core.models import User
from students.models import Student

FRIDAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, 5, tzinfo=UTC)


def plan_kind(also: str = "PSP") -> PlanKind:
    """Return the kind of plan that people call so: PSP, IEP, or by the beginning of its name."""
    return PlanKind.objects.filter(also__startswith=also).first() or PlanKind.objects.get(name__startswith=also)


def plan_for(student: Student, by: User, *, is_begun: bool = True, kind: str = "PSP", **also: Any) -> Plan:
    """Open a plan of the student from 2 November on, with one target; begun unless said otherwise."""
    facts = {
        "reason": "Two suspensions this term",
        "starts_on": date(2026, 11, 2),
        "ends_on": date(2027, 2, 22),
        "owner": by,
        "made_by": by,
    }
    plan = Plan.objects.create(token=uuid4(), student=student, kind=plan_kind(kind), **facts | also)
    words = also.get("reason", "In lessons on time")
    PlanTarget.objects.create(plan=plan, order=1, words=words, measure="Lesson registers", by_on=date(2026, 12, 11))
    return plan_begin(plan=plan, by=by, now=NOW, on=FRIDAY) if is_begun else plan
