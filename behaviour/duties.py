"""What of behaviour somebody is to do by a day, for the one list of everybody's actions."""

from collections.abc import Iterator
from datetime import date

from behaviour.models import BullyingCase, CaseCheck
from pastoral.core.duties import Kept
from pastoral.core.models import User
from pastoral.core.rights import Right


def duties(user: User, on: date) -> Iterator[Kept]:
    """Return the looks back of the cases that the person keeps: the target is asked whether it has stopped."""
    if user.may(Right.KEEP_CASES):
        mine = BullyingCase.objects.visible_to(user).standing(owner=user, closed_at=None)
        checks = CaseCheck.objects.filter(case__in=mine, done_on=None)
        asks, keys = "Ask whether it has stopped", ("case_id", "pk")
        yield Kept("Bullying case", checks, asks, "", "due_on", "behaviour:case_check", keys)
