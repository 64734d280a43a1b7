"""Interventions' work handed to the workers."""

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from interventions.services import plan_asks


@shared_task(
    name="interventions.tasks.contributions_remind",
    acks_late=True,
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=True,
    max_retries=5,
)
def contributions_remind() -> None:
    """Remind colleagues of what was asked of them for a plan; running it twice reminds each once."""
    plan_asks.contributions_remind(on=timezone.localdate(), now=timezone.now())
