"""What somebody outside the school is owed: calls home, acknowledgements, second tries, and what was promised."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from behaviour.models import Involvement
from behaviour.summaries.contact_clock import clock_in_force
from behaviour.summaries.contact_duties import duties_read
from contacts.models import Contact, Enquiry
from contacts.moments import day_begins, day_ends, end_of
from contacts.summaries.acknowledging import AckClock
from contacts.summaries.clocked import Clocked, Source, Students, with_clock
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day as in_words
from students.summaries import Window


def _owed(user: User, window: Window) -> QuerySet[Any]:
    owed: Any = Involvement.objects.visible_to(user).owed_contact().overseen_by(user)
    waived = ExpressionWrapper(Q(contact_duty__waived_at__isnull=False), BooleanField())
    return with_clock(
        owed.acted_between(window.first, window.last).with_exceptions(),
        due=clock_in_force().due_of("acted_at"),
        met=F("reached_at"),
        owner=F("owner"),
        waived=waived,
    )


def _calls(user: User, held: Sequence[Any], students: Students, now: datetime) -> list[Clocked]:
    return [
        Clocked(
            who=students.get(duty.student_id),
            name=duty.name,
            what=f"{duty.type}, {in_words(duty.occurred_on)}",
            url=reverse("behaviour:duty_detail", args=[duty.key]),
            owner_id=duty.owner_id,
            owner=duty.owner,
            began_at=duty.acted_at,
            due_at=duty.due_at,
            met_at=duty.reached_at,
            now=now,
            is_waived=duty.state == "waived",
        )
        for duty in duties_read(held, user=user, now=now, on=timezone.localdate(now))
    ]


def _asked(user: User, window: Window) -> QuerySet[Any]:
    came = {"received_at__gte": day_begins(window.first), "received_at__lt": day_ends(window.last)}
    found: Any = Enquiry.objects.visible_to(user).standing(**came).with_sender()
    due = AckClock.load().due_of("received_at")
    return with_clock(found.filter(is_barred=False), due=due, met=F("acknowledged_at"), owner=F("owner"))


def _acknowledgements(_user: User, held: Sequence[Any], students: Students, now: datetime) -> list[Clocked]:
    return [
        Clocked(
            who=students.get(each.student_id),
            name=str(each.parent_carer or each.from_name),
            what=each.get_topic_display(),
            url=reverse("contacts:enquiry_detail", args=[each.pk]),
            owner_id=each.owner_id,
            owner=each.owner.formal_name,
            began_at=each.received_at,
            due_at=each.clock_due,
            met_at=each.acknowledged_at,
            now=now,
        )
        for each in held
    ]


def _tried(user: User, window: Window) -> QuerySet[Any]:
    later = Contact.objects.all().later_than_this().order_by("occurred_at").values("occurred_at")
    span = {"occurred_at__gte": day_begins(window.first), "occurred_at__lt": day_ends(window.last)}
    tries = Contact.objects.visible_to(user).standing(retry_at__isnull=False, **span).select_related("owner")
    return with_clock(tries, due=end_of(TruncDate("retry_at")), met=Subquery(later[:1]), owner=F("owner"))


def _promised(user: User, window: Window) -> QuerySet[Any]:
    steps = Contact.objects.visible_to(user).standing(next_on__range=(window.first, window.last))
    return with_clock(steps.select_related("owner"), due=end_of(F("next_on")), met=F("next_done_at"), owner=F("owner"))


def _of_contacts(_user: User, held: Sequence[Any], students: Students, now: datetime) -> list[Clocked]:
    return [
        Clocked(
            who=students.get(each.student_id),
            name=students[each.student_id].name if each.student_id in students else "",
            what=f"{each.get_purpose_display()}, {each.get_channel_display().lower()} {in_words(each.occurred_at)}",
            url=reverse("contacts:contact_detail", args=[each.pk]),
            owner_id=each.owner_id,
            owner=each.owner.formal_name,
            began_at=each.occurred_at,
            due_at=each.clock_due,
            met_at=each.clock_met,
            now=now,
        )
        for each in held
    ]


CALLS = Source(_owed, _calls)
ACKNOWLEDGEMENTS = Source(_asked, _acknowledgements)
RETRIES = Source(_tried, _of_contacts)
NEXT_STEPS = Source(_promised, _of_contacts)
