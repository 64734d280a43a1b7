"""Writes the export files of a made-up school."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pastoral.demo.school import SchoolImpossible, school_write


class Command(BaseCommand):
    help = "Write the export files of a made-up school into a folder; the same options give the same bytes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--students", type=int, default=900, help="students on roll, Years 7 to 11")
        parser.add_argument(
            "--today", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="last day with marks"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or timezone.localdate()
        try:
            written = school_write(options["folder"], seed=options["seed"], size=options["students"], today=today)
        except (SchoolImpossible, OSError) as problem:
            raise CommandError(str(problem)) from problem
        for name, rows in written.items():
            self.stdout.write(f"{name:<28}{rows:>9,} rows")
