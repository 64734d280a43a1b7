"""Make one week's RAG without a worker and copy its documents into a folder."""

import shutil
import time
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from reports import services
from reports.models import WeeklyRagRun
from reports.rag.making import run_make


class Command(BaseCommand):
    help = "Make a week's RAG through the workers' tasks, write its PDFs into a folder, print seconds and pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--week", required=True, type=date.fromisoformat, metavar="MONDAY", help="e.g. 2026-11-16")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument("--workers", default=2, type=int, metavar="N", help="processes that draw (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        run = run_make(self._run(options["week"]), options["workers"])
        seconds = time.monotonic() - began
        self._copy(run, options["out"])
        pages = run.documents.aggregate(pages=Sum("pages"), size=Sum("size"))
        size = f"{pages['pages']} pages, {pages['size'] // 1000} kB"
        self.stdout.write(f"{run.documents.count()} documents, {size} in {seconds:.1f} seconds")

    def _run(self, week: date) -> WeeklyRagRun:
        """Begin the run; whoever types the command answers for the week being over. Tutors are not told."""
        try:
            return services.weekly_rag_begin(week=week, by=None, today=week + timedelta(weeks=1), tells_tutors=False)
        except services.RagWeekRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def _copy(self, run: WeeklyRagRun, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for document in run.documents.select_related("run"):
            with document.file.open() as held, (folder / document.file_name).open("wb") as copy:
                shutil.copyfileobj(held, copy)
