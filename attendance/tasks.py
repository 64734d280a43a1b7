"""Attendance's work handed to the workers."""

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from attendance.services import board, unexplained
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
