"""Colleagues reminded, once, of what was asked of them for a plan."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse

from contacts.models import Message
from contacts.services.messages import Mail, NoRecipient, message_queue, messages_hand_over
from interventions.models import PlanShare
from students.summaries import SchoolCalendar

LOOKS_BACK = timedelta(days=7)
_SENDINGS = UUID("5b0a5f6e-8f53-4c3e-9d55-6a1f0e5f7c21")


def contributions_remind(*, on: date, now: datetime) -> int:
    """Queue an e-mail to each colleague whose answer is due by the next school day, or was this week; return how many.

    Each asking gives one e-mail, however often this runs. It holds a link, no child's name and nothing of the plan. On
    a day without school nobody is written to.
    """
    calendar = SchoolCalendar.load()
    if not calendar.is_school_day(on):
        return 0
    owed = PlanShare.objects.owed().filter(due_on__range=(on - LOOKS_BACK, calendar.next_school_day(on) or on))
    asked = {_sending(share): share for share in owed.select_related("to", "by").order_by("pk")}
    known = set(Message.objects.filter(token__in=asked).values_list("token", flat=True))
    queued = [_queued(token, share, now) for token, share in asked.items() if token not in known]
    sent = [message for message in queued if message is not None]
    messages_hand_over(*sent)
    return len(sent)


def _sending(share: PlanShare) -> UUID:
    """Return the sending of the reminder: one for each time that something was asked."""
    return uuid5(_SENDINGS, f"{share.pk} {share.at.isoformat()}")


def _queued(token: UUID, share: PlanShare, now: datetime) -> Message | None:
    """Queue the e-mail; None to somebody without an address."""
    address = settings.SITE_URL.rstrip("/") + reverse("interventions:plan_share_detail", args=[share.pk])
    mail = Mail(
        subject=f"Reminder: you are asked to contribute to a plan, by {share.due_on:%A %-d %B}",
        body=(
            f"Dear {share.to.formal_name},\n\n"
            f"{share.by.formal_name} asks you to contribute to a student's plan by {share.due_on:%A %-d %B}. "
            f"No answer is logged yet:\n\n{address}\n\n"
            "You will be asked to sign in. This message holds no student's data.\n"
        ),
        to=share.to.email,
    )
    try:
        return message_queue(mail=mail, token=token, by=share.by, now=now)
    except NoRecipient:
        return None
