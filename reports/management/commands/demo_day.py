"""Lets the demo school live its last day: registers, plans, decisions, rooms, behaviour, praise and figures."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.demo.cast import NobodyThere
from reports.demo.day import day_live


class Command(BaseCommand):
    """Fill what no export file holds; a second run changes nothing."""

    help = "Fills the demo school with what no export file holds; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing and say how much; refuse outside the demonstration."""
        if not settings.DEMO:
            raise CommandError("Only the demonstration is filled with made-up work: set PASTORAL_DEMO=1.")
        try:
            made = day_live(timezone.localdate())
        except NobodyThere as fault:
            raise CommandError(str(fault)) from fault
        for name, number in made.items():
            self.stdout.write(f"{name:<32}{number:>6,}")
