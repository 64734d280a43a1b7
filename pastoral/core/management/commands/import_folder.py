"""Import every file of a folder, in the order in which they build on each other."""

import json
from argparse import ArgumentParser
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pastoral.core.imports.folder import csv_files, files_run, plan, rehearsal
from pastoral.core.imports.pipeline import Outcome, file_run
from pastoral.core.imports.services import folder_file_run
from pastoral.core.models import User

SHOWN = 5


class Command(BaseCommand):
    """Import a folder of the MIS's exports."""

    help = (
        "Import the CSV files of a folder. Exit status 1 when a file was refused whole; the others go in all the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and whether anything is changed."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument("--by", metavar="STAFF_CODE", help="the person behind the changes, for their history")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="write the outcome of each file as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the folder's files and print a table."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        files = csv_files(folder)
        if not files:
            raise CommandError(f"There is no CSV file in {folder}.")
        self._name_others(folder, {path.name for path in files})
        outcomes = self._run(files, is_rehearsal=options["dry_run"], by=_person(options["by"]))
        if options["report"]:
            report = {"files": {name: outcome.as_report() for name, outcome in outcomes.items()}}
            options["report"].write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
        if options["dry_run"]:
            self.stdout.write("Nothing was changed: this was a dry run.")
        if any(outcome.error for outcome in outcomes.values()):
            raise SystemExit(1)

    def _name_others(self, folder: Path, taken: set[str]) -> None:
        others = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name not in taken)
        if others:
            self.stdout.write(f"Left alone, not CSV: {', '.join(others)}")

    def _run(self, files: list[Path], *, is_rehearsal: bool, by: User | None) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        width = max(len(path.name) for path in files)
        self.stdout.write(f"{'file':{width}} {'new':>8} {'changed':>8} {'same':>8} {'refused':>8}")
        with rehearsal() if is_rehearsal else nullcontext():
            run_one = file_run if is_rehearsal else partial(folder_file_run, by=by)
            for one, outcome in files_run(
                plan((path.name, path.name, path) for path in files), run_one, is_rehearsal=is_rehearsal
            ):
                outcomes[one.name] = outcome
                self._print(one.name.ljust(width), outcome)
        return outcomes

    def _print(self, name: str, outcome: Outcome) -> None:
        if outcome.error:
            self.stdout.write(self.style.ERROR(f"{name} refused whole: {outcome.error}"))
            return
        self.stdout.write(
            f"{name} {outcome.new:8} {outcome.changed:8} {outcome.same:8} {outcome.refused_count:8}", ending="\n"
        )
        for refused in outcome.refused[:SHOWN]:
            self.stdout.write(f"  line {refused.line}, {refused.column}: {refused.reason}")
        if len(outcome.refused) > SHOWN:
            self.stdout.write(f"  and {len(outcome.refused) - SHOWN} more")
        for note in outcome.notes:
            self.stdout.write(f"  note: {note}")


def _person(staff_code: str | None) -> User | None:
    if staff_code is None:
        return None
    try:
        return User.objects.get(staff_code=staff_code)
    except User.DoesNotExist:
        raise CommandError(f"There is no member of staff with the code {staff_code}.") from None
