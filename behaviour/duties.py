"""What of behaviour somebody is to do by a day, for the one list of everybody's actions."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F
from django.db.models.functions import TruncDate

from behaviour.models import BullyingCase, CaseCheck, Involvement, RobinAnswer
from behaviour.summaries.contact_clock import clock_in_force
from pastoral.core.duties import Kept
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.names import sort_name_at


def duties(user: User, on: date) -> Iterator[Kept]:
    """Return the looks back of the cases that the person keeps, whom they are to call, and what teachers are asked."""
    if user.may(Right.KEEP_CASES):
        mine = BullyingCase.objects.visible_to(user).standing(owner=user, closed_at=None)
        checks = CaseCheck.objects.filter(case__in=mine, done_on=None)
        asks, keys = "Ask whether it has stopped", ("case_id", "pk")
        yield Kept("Bullying case", checks, asks, "", "due_on", "behaviour:case_check", keys)
    if user.may(Right.SEE_BEHAVIOUR_NARRATIVE):
        owed = Involvement.objects.owed_by(user).annotate(due_at=clock_in_force().due_of("acted_at"))
        calls, asks = owed.annotate(due_on=TruncDate("due_at")), "Reach a parent about an incident"
        yield Kept("Call home", calls, asks, sort_name_at("student"), "due_on", "behaviour:duty_detail")
    asked = RobinAnswer.objects.owed().filter(teacher=user).annotate(due_on=F("robin__due_on"))
    name, page = sort_name_at("robin__student"), "behaviour:robin_answer"
    yield Kept("Round robin", asked, F("robin__purpose"), name, "due_on", page)
