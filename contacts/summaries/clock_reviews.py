"""What is looked at again on a day set for it: students seen, information followed up, early help reviewed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from contacts.models import EarlyHelp, EarlyHelpReview, Information, Seen
from contacts.moments import day_begins, end_of, noon_of
from contacts.summaries.clocked import Clocked, Source, Students, with_clock
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day as in_words
from students.models import Student
from students.summaries import Window

SEEN_WITHIN = 7  # days of the review's date: a student who is away that day is seen when back


def _seen_again(user: User, window: Window) -> QuerySet[Any]:
    later = Seen.objects.standing(
        student=OuterRef("student"), seen_at__date__gte=OuterRef("review_on"), seen_at__gt=OuterRef("seen_at")
    )
    found = Seen.objects.visible_to(user).standing(review_on__range=(window.first, window.last))
    again = Subquery(later.order_by("seen_at").values("seen_at")[:1])
    due = end_of(F("review_on"), days=SEEN_WITHIN)
    return with_clock(found.select_related("by"), due=due, met=again, owner=F("by"))


def _seen_rows(_user: User, held: Sequence[Any], students: Students, now: datetime) -> list[Clocked]:
    return [
        Clocked(
            who=students[each.student_id],
            name=students[each.student_id].name,
            what=f"To be seen again, {each.get_reason_display().lower()}",
            url=reverse("contacts:seen_student", args=[each.student_id]),
            owner_id=each.by_id,
            owner=each.by.formal_name,
            began_at=each.seen_at,
            due_at=each.clock_due,
            met_at=each.clock_met,
            now=now,
        )
        for each in held
    ]


def _followed_up(user: User, window: Window) -> QuerySet[Any]:
    """Return follow-ups about students whom the person sees: what a colleague showed of others leads to no page."""
    found = Information.objects.visible_to(user).standing(follow_up_on__range=(window.first, window.last))
    found = found.filter(student__in=Student.objects.visible_to(user).values("pk"))
    return with_clock(
        found.select_related("follow_up_owner"),
        due=end_of(F("follow_up_on")),
        met=F("follow_up_done_at"),
        owner=F("follow_up_owner"),
    )


def _follow_up_rows(_user: User, held: Sequence[Any], students: Students, now: datetime) -> list[Clocked]:
    return [
        Clocked(
            who=students[each.student_id],
            name=students[each.student_id].name,
            what=f"Follow-up of information of {in_words(each.received_on)}",
            url=reverse("reports:student_detail", args=[each.student_id]),
            owner_id=each.follow_up_owner_id,
            owner=each.follow_up_owner.formal_name,
            began_at=day_begins(each.received_on),
            due_at=each.clock_due,
            met_at=each.follow_up_done_at,
            now=now,
        )
        for each in held
    ]


def _early_help(user: User, window: Window) -> QuerySet[Any]:
    seen = EarlyHelp.objects.visible_to(user).standing(declined_because="")
    found = EarlyHelpReview.objects.filter(due_on__range=(window.first, window.last), early_help__in=seen)
    return with_clock(
        found.select_related("early_help__lead", "early_help__lead_worker"),
        due=end_of(F("due_on")),
        met=noon_of(F("held_on")),
        owner=Coalesce("early_help__lead", Value(0)),
    )


def _early_help_rows(_user: User, held: Sequence[Any], students: Students, now: datetime) -> list[Clocked]:
    return [_early_help_row(each, each.early_help, students, now) for each in held]


def _early_help_row(each: Any, early_help: EarlyHelp, students: Students, now: datetime) -> Clocked:
    who = students[early_help.student_id]
    return Clocked(
        who=who,
        name=who.name,
        what="Review of early help",
        url=reverse("contacts:early_help_detail", args=[early_help.pk]),
        owner_id=early_help.lead_id,
        owner=early_help.lead.formal_name if early_help.lead else str(early_help.lead_worker),
        began_at=day_begins(early_help.opened_on),
        due_at=each.clock_due,
        met_at=each.clock_met,
        now=now,
    )


SEEN_AGAIN = Source(_seen_again, _seen_rows)
FOLLOW_UPS = Source(_followed_up, _follow_up_rows)
EARLY_HELP = Source(_early_help, _early_help_rows, student="early_help__student")
