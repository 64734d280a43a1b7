"""What of contacts and early help somebody is to do, for the one list of everybody's actions."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat

from contacts.models import EarlyHelp, EarlyHelpReview, Enquiry
from contacts.summaries.early_help_own import own_actions
from contacts.summaries.information import follow_ups_due
from contacts.summaries.promises import own_steps
from contacts.summaries.references import to_write
from contacts.summaries.referrals import to_chase
from contacts.summaries.seen import reviews_due
from contacts.summaries.targets import lists_to_review
from pastoral.core.duties import Kept
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.names import sort_name_at

OWN_HELP = "contacts:early_help_own"


def duties(user: User, on: date) -> Iterator[Kept]:
    """Return what the person took on for early help, promised, is to follow up, chase or write, and to see again."""
    name = sort_name_at("student")
    if user.may(Right.SEE_CONTACTS):
        todo = own_actions(user).filter(early_help__closed_on=None, done_on=None).select_related(None)
        yield Kept("Early help", todo, F("what"), sort_name_at("early_help__student"), "due_on", OWN_HELP)
        yield Kept("Reference", to_write(user), F("requester"), name, "due_on", "contacts:reference_detail")
    if user.may(Right.LOG_CONTACTS):
        steps = own_steps(user).promised()
        yield Kept("Promised", steps, F("next_step"), name, "next_on", "contacts:contact_detail")
    if user.may(Right.MARK_SEEN):
        again, keys = reviews_due(user, date.max, is_mine=True), ("student_id",)
        yield Kept("See again", again, "See the student again", name, "review_on", "contacts:seen_student", keys)
    if user.may(Right.KEEP_TARGET_LISTS):
        words = Concat(Value("Target list: "), F("n"), Value(" of yours to go through"), output_field=TextField())
        yield Kept("Review", lists_to_review(user, on), words, "", "ends_on", "contacts:target_list", ())
    if user.may(Right.KEEP_ENQUIRIES):
        mine = Enquiry.objects.visible_to(user).open().filter(owner=user, follow_up_on__isnull=False)
        yield Kept("Enquiry", mine, "Follow up an enquiry", name, "follow_up_on", "contacts:enquiry_detail")
    if user.may(Right.SEE_AGENCIES):
        yield from _of_agencies(user, name)


def _of_agencies(user: User, name: Combinable) -> Iterator[Kept]:
    led = EarlyHelp.objects.visible_to(user).running().filter(lead=user)
    meetings, about = EarlyHelpReview.objects.filter(early_help__in=led, held_on=None), "early_help__student"
    page, keys = "contacts:early_help_detail", ("early_help_id",)
    yield Kept("Early help", meetings, "Meeting of the team", sort_name_at(about), "due_on", page, keys)
    chased = to_chase(user, date.max, is_mine=True)
    yield Kept("Referral", chased, "Ask the agency again", name, "chase_on", "contacts:referral_detail")
    followed = follow_ups_due(user, date.max, is_mine=True)
    yield Kept("Information", followed, F("follow_up"), name, "follow_up_on", "contacts:information_detail")
