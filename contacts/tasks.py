"""Contacts' work handed to the workers."""

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from contacts.services import letters, messages, posting


@shared_task(
    name=messages.SEND,
    acks_late=True,
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=True,
    max_retries=5,
)
def messages_send(keys: list[int] | None = None) -> None:
    """Send the e-mails that are due, all of them without keys; running it twice sends each once."""
    posting.messages_send(keys=keys, now=timezone.now())


@shared_task(name=letters.MAKE, acks_late=True)
def letters_make(job_id: int) -> None:
    """Make the letters of a batch; running it twice makes each once."""
    letters.letters_make(job_id)
