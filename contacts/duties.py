"""What of contacts and early help somebody is to do, for the one list of everybody's actions."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F

from contacts.models import EarlyHelp, EarlyHelpReview
from contacts.summaries.early_help_own import own_actions
from contacts.summaries.promises import own_steps
from pastoral.core.duties import Kept
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.names import sort_name_at


def duties(user: User, on: date) -> Iterator[Kept]:
    """Return the actions of early help that the person took on, the meetings they lead, and the steps they promised."""
    if user.may(Right.SEE_CONTACTS):
        todo = own_actions(user).filter(early_help__closed_on=None, done_on=None).select_related(None)
        name = sort_name_at("early_help__student")
        yield Kept("Early help", todo, F("what"), name, "due_on", "contacts:early_help_own")
    if user.may(Right.LOG_CONTACTS):
        steps, name = own_steps(user).promised(), sort_name_at("student")
        yield Kept("Promised", steps, F("next_step"), name, "next_on", "contacts:contact_detail")
    if user.may(Right.SEE_AGENCIES):
        led = EarlyHelp.objects.visible_to(user).running().filter(lead=user)
        meetings, name = (
            EarlyHelpReview.objects.filter(early_help__in=led, held_on=None),
            sort_name_at("early_help__student"),
        )
        keys = ("early_help_id",)
        yield Kept("Early help", meetings, "Meeting of the team", name, "due_on", "contacts:early_help_detail", keys)
