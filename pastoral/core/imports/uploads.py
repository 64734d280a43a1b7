"""Uploaded files on their way: kept, checked together as a job, applied or dropped by whoever looked at the preview."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pastoral.core.heartbeat import Heart, heartbeat
from pastoral.core.history import acting
from pastoral.core.imports.folder import files_run, plan, rehearsal
from pastoral.core.imports.pipeline import Outcome, Request, file_run
from pastoral.core.imports.services import SHOWN_REFUSALS, rejects_keep, run_record
from pastoral.core.models import ImportRun, Job, User
from pastoral.core.services import job_finish, job_start

CHECK = "pastoral.core.tasks.imports_check"
APPLY = "pastoral.core.tasks.imports_apply"
# A file's share of its job's bar: reading is most of the work, the rest is done when the file is.
STEPS_OF_FILE = 100
STEPS_OF_READING = 80

Status = ImportRun.Status
_UNFINISHED = frozenset({Status.CHECKING, Status.APPLYING})


@transaction.atomic
def upload_take(*, files: Sequence[UploadedFile], by: User) -> Job:
    """Keep uploaded files and have them checked together, in the order in which they build on each other."""
    title = f"Check {files[0].name}" if len(files) == 1 else f"Check {len(files)} files"
    job = job_start(title=title[:200], task=CHECK, payload={}, by=by, steps_total=STEPS_OF_FILE * len(files))
    for file in files:
        ImportRun.objects.create(file_name=str(file.name)[:200], upload=file, started_by=by, job=job)
    return job


@transaction.atomic
def runs_apply(*, runs: Iterable[ImportRun], by: User) -> Job | None:
    """Have checked files applied; None when another click or another person was quicker."""
    asked = [run.pk for run in runs]
    mine = list(ImportRun.objects.select_for_update().filter(pk__in=asked, status=Status.PREVIEW))
    if not mine:
        return None
    title = f"Apply {mine[0].file_name}" if len(mine) == 1 else f"Apply {len(mine)} files"
    job = job_start(title=title[:200], task=APPLY, payload={}, by=by, steps_total=STEPS_OF_FILE * len(mine))
    ImportRun.objects.filter(pk__in=[run.pk for run in mine]).update(status=Status.APPLYING, job=job, started_by=by)
    return job


@transaction.atomic
def run_drop(*, run: ImportRun) -> bool:
    """Leave a file unapplied, and return whether that was still possible."""
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.status != Status.PREVIEW and not is_stuck(held):
        return False
    held.status, held.finished_at = Status.DROPPED, timezone.now()
    held.save(update_fields=["status", "finished_at"])
    _upload_forget(held)
    return True


def files_expire(*, before: datetime) -> int:
    """Erase the files of runs that began earlier, and return how many: rejects, and uploads left undecided.

    An undecided run is dropped with its upload. Running it twice erases nothing more.
    """
    erased = 0
    for run in ImportRun.objects.holding_files().filter(started_at__lt=before):
        with transaction.atomic():
            erased += _files_erase(ImportRun.objects.select_for_update().get(pk=run.pk))
    return erased


def _files_erase(run: ImportRun) -> int:
    is_rejects, is_upload = bool(run.rejects), bool(run.upload)
    if is_rejects:
        storage, name = run.rejects.storage, str(run.rejects.name)
        run.rejects = ""
        run.save(update_fields=["rejects"])
        transaction.on_commit(lambda: storage.delete(name), robust=True)
    return is_rejects + (is_upload and run_drop(run=run))


def is_stuck(run: ImportRun) -> bool:
    """Test for a run whose job failed before its end."""
    return run.status in _UNFINISHED and run.job is not None and run.job.status == Job.Status.FAILED


def job_check(job_id: int) -> None:
    """Find out what would become of the files of a job. Nothing is changed; running it twice is harmless."""
    job = Job.objects.get(pk=job_id)
    with _working(job, Status.CHECKING) as work:
        with rehearsal():
            found = list(work.outcomes(file_run, is_rehearsal=True))
        for run, outcome in found:
            _preview(run.pk, outcome, work)
    _finish(job, "checked")


@transaction.atomic
def _preview(run_id: int, outcome: Outcome, work: "Work") -> None:
    """Write down what a check found, unless a check that was given out twice did so and somebody has gone on since."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.status != Status.CHECKING:
        return
    rejects_keep(run, work.rejects_path(run))
    run_record(run, outcome, done=Status.PREVIEW)
    if outcome.error:
        _upload_forget(run)


def job_apply(job_id: int) -> None:
    """Apply the files of a job. Each is applied once, however often and by however many workers this runs."""
    job = Job.objects.get(pk=job_id)
    with _working(job, Status.APPLYING) as work:

        def apply_once(request: Request) -> Outcome:
            with acting(job.started_by, import_run=request.key), transaction.atomic():
                run = ImportRun.objects.select_for_update().get(pk=request.key)
                if run.status != Status.APPLYING:
                    return Outcome(error=run.error or "The file was dealt with meanwhile.")
                outcome = file_run(request)
                rejects_keep(run, work.rejects_path(run))
                run_record(run, outcome, done=Status.APPLIED)
                _upload_forget(run)
                return outcome

        for _ in work.outcomes(apply_once, is_rehearsal=False):
            pass
    _finish(job, "applied")


@dataclass(frozen=True)
class Work:
    """The files of one job in the hands of one worker."""

    runs: dict[str, ImportRun]
    folder: Path
    heart: Heart

    def rejects_path(self, run: ImportRun) -> Path:
        """Return where the run's rejects are written before they are kept."""
        return self.folder / f"{run.pk}.csv"

    def outcomes(
        self, run_one: Callable[[Request], Outcome], *, is_rehearsal: bool
    ) -> Iterator[tuple[ImportRun, Outcome]]:
        """Run the files in order and yield each with its outcome; the heart is told how far it is."""

        def run_with_progress(request: Request) -> Outcome:
            run = self.runs[request.key]
            share = STEPS_OF_READING / max(1, request.path.stat().st_size if request.path.exists() else 1)
            before = self.heart.steps_done

            def progress(bytes_read: int) -> None:
                self.heart.steps_done = before + min(STEPS_OF_READING, int(bytes_read * share))

            outcome = run_one(
                replace(request, rejects_path=self.rejects_path(run), shown_refusals=SHOWN_REFUSALS, progress=progress)
            )
            self.heart.steps_done = before + STEPS_OF_FILE
            return outcome

        planned = plan((key, run.file_name, Path(run.upload.path)) for key, run in self.runs.items())
        for one, outcome in files_run(planned, run_with_progress, is_rehearsal=is_rehearsal):
            yield self.runs[one.key], outcome


@contextmanager
def _working(job: Job, status: ImportRun.Status) -> Iterator[Work]:
    runs = {str(run.pk): run for run in job.import_runs.filter(status=status)}
    with (
        tempfile.TemporaryDirectory() as folder,
        heartbeat(job.pk, STEPS_OF_FILE * job.import_runs.count()) as heart,
    ):
        heart.steps_done = heart.steps_total - STEPS_OF_FILE * len(runs)
        yield Work(runs, Path(folder), heart)


def _finish(job: Job, done: str) -> None:
    runs = list(job.import_runs.all())
    refused = sum(run.status == Status.REFUSED for run in runs)
    words = [f"{len(runs) - refused} of {len(runs)} files {done}"] if len(runs) > 1 else []
    if refused:
        words.append(f"{refused} refused whole" if len(runs) > 1 else "The file was refused whole")
    url = runs[0].get_absolute_url() if len(runs) == 1 else reverse("core:import_list")
    job_finish(job.pk, message="; ".join(words), result_url=url)


def _upload_forget(run: ImportRun) -> None:
    """Delete the uploaded file once it is of no more use: it is full of personal data."""
    if not run.upload:
        return
    storage, name = run.upload.storage, str(run.upload.name)
    run.upload = ""
    run.save(update_fields=["upload"])
    transaction.on_commit(lambda: storage.delete(name))
