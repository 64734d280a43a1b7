"""Behaviour's work handed to the workers."""

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from behaviour.services import robins

ROBINS_MAIL = "behaviour.tasks.robins_mail"


@shared_task(
    name=ROBINS_MAIL,
    acks_late=True,
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=True,
    max_retries=5,
)
def robins_mail(answers: list[int]) -> None:
    """Send the links of round robins; running it twice sends each once."""
    robins.robins_mail(answers=answers, now=timezone.now())
