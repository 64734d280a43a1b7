"""The record of imports: one `ImportRun` a file, from the upload to its end."""

import tempfile
from dataclasses import asdict, replace
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from pastoral.core.history import acting
from pastoral.core.imports.pipeline import Outcome, Request, file_run
from pastoral.core.models import ImportRun, User

SHOWN_REFUSALS = 200


def run_record(run: ImportRun, outcome: Outcome, *, done: str) -> None:
    """Write an outcome into its run. done: the status of a file that was not refused whole."""
    run.kind = outcome.kind
    run.new, run.changed, run.same, run.refused = outcome.new, outcome.changed, outcome.same, outcome.refused_count
    run.error = outcome.error or ""
    run.first_refusals = [asdict(line) for line in outcome.refused[:SHOWN_REFUSALS]]
    run.first_changes = [asdict(change) for change in outcome.changes]
    run.notes = outcome.notes
    run.status = ImportRun.Status.REFUSED if outcome.error else done
    run.finished_at = timezone.now()
    run.save()


def rejects_keep(run: ImportRun, path: Path) -> None:
    """Keep the rejects file that was written at the path with the run, in the place of an earlier one."""
    if run.rejects:
        storage, name = run.rejects.storage, str(run.rejects.name)
        transaction.on_commit(lambda: storage.delete(name))
        run.rejects = ""
    if path.exists():
        with path.open("rb") as file:
            run.rejects.save(f"rejects_{Path(run.file_name).stem}.csv", File(file), save=False)


@transaction.atomic
def folder_file_run(request: Request, by: User | None = None) -> Outcome:
    """Apply one file of a folder, on the record of a run of its own: both, or neither after a crash.

    by: who asked for it; None for a machine's nightly run.
    """
    run = ImportRun.objects.create(file_name=request.name[:200], status=ImportRun.Status.APPLYING, started_by=by)
    with tempfile.TemporaryDirectory() as folder, acting(by, command="import_folder", import_run=str(run.pk)):
        rejects = Path(folder) / "rejects.csv"
        outcome = file_run(replace(request, rejects_path=rejects))
        rejects_keep(run, rejects)
        run_record(run, outcome, done=ImportRun.Status.APPLIED)
    return outcome
