"""A returned e-mail, taken from the mail server."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from contacts.services.bounces import bounce_take


class Command(BaseCommand):
    """Read one returned message (RFC 3464) from the standard input, and mark the e-mail that it is about.

    For the mail server's alias of the address that MAIL_FROM names: |manage.py bounce_read. It never fails on what it
    does not know: a server would return the return.
    """

    help = "Reads a returned e-mail from standard input and marks the message that came back."

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark the message, and say by its key which it was."""
        message = bounce_take(raw=sys.stdin.buffer.read(), now=timezone.now())
        self.stdout.write(f"Message {message.pk} came back." if message else "No message of ours that failed.")
