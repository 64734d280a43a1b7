"""Attendance's work handed to the workers."""

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from attendance.services import board, proposals, unexplained
from attendance.summaries.rule_data import last_day_over
from students.models import SchoolDay
from students.summaries import SchoolCalendar

NUDGES_MAIL = "attendance.tasks.register_nudges_mail"


@shared_task(
    name=NUDGES_MAIL,
    acks_late=True,
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=True,
    max_retries=5,
)
def register_nudges_mail(nudges: list[int]) -> None:
    """Send the e-mails of the nudges; running it twice sends each once."""
    board.register_nudges_mail(nudges=nudges, now=timezone.now())


@shared_task(
    name="attendance.tasks.unexplained_propose",
    acks_late=True,
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=True,
    max_retries=5,
)
def unexplained_propose() -> None:
    """Propose O for absences past their date, on school days; running it twice proposes each once."""
    today, calendar = timezone.localdate(), SchoolCalendar.load()
    if calendar.is_school_day(today):
        unexplained.unexplained_propose(on=today, calendar=calendar)


@shared_task(
    name="attendance.tasks.proposals_nightly",
    acks_late=True,
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=True,
    max_retries=5,
)
def proposals_nightly() -> None:
    """Propose, on the morning of a school day, what the rules find up to the school day before; twice is once."""
    today = timezone.localdate()
    on = last_day_over(today)
    if on is not None and SchoolDay.objects.filter(day=today).exists():
        proposals.proposals_run(on)
