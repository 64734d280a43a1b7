"""Runs one file through the pipeline: read, stage, check, and apply unless it is only asked what would happen.

Everything happens in one transaction: what fails leaves nothing behind. A preview is the same run, rolled back.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.db import DataError, IntegrityError, connection, transaction

from pastoral.core.imports.batch import Batch
from pastoral.core.imports.importer import Change, Importer, Tally, importer_for, importer_named
from pastoral.core.imports.reading import open_sheet, refuse_what_is_no_text
from pastoral.core.imports.refusal import FileRefused, RefusedLine
from pastoral.core.imports.rejects import rejects_write
from pastoral.core.imports.staging import Stage

logger = logging.getLogger(__name__)

DATABASE_REFUSED = (
    "The database refused what this file would make of the data, so nothing of it was kept. Was something changed at "
    "the same time? Try once more; if it happens again, send the file to whoever looks after the server."
)
# One import at a time: two files with the same lines would count them twice as new.
SHOWN_CHANGES = 50
LOCK = 7_206_114


@dataclass
class Outcome:
    """What was found in a file and what became of its lines; `error` when it was refused whole."""

    kind: str = ""
    new: int = 0
    changed: int = 0
    same: int = 0
    refused_count: int = 0
    refused: list[RefusedLine] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str | None = None

    def as_report(self) -> dict[str, object]:
        """Return the outcome in the shape of `import_folder --report`."""
        return {
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
            "refused": [asdict(line) for line in self.refused],
            "error": self.error,
        }


@dataclass(frozen=True)
class Request:
    """One file to run. key: the caller's own mark. shown_refusals: how many are returned, None for all of them."""

    path: Path
    name: str
    key: str = ""
    is_applied: bool = True
    companions: frozenset[str] = frozenset()
    rejects_path: Path | None = None
    shown_refusals: int | None = None
    progress: Callable[[int], None] = lambda bytes_read: None


def file_run(request: Request) -> Outcome:
    """Run one file and return its outcome; a file that is refused whole leaves nothing behind."""
    outcome = Outcome()
    try:
        importer_class = _importer_class(request)
        outcome.kind = importer_class.name
        with transaction.atomic():
            _run(request, importer_class(request.companions), outcome)
    except FileRefused as refusal:
        return Outcome(kind=outcome.kind, error=str(refusal))
    except (IntegrityError, DataError):
        logger.exception("the database refused %s", request.name)
        return Outcome(kind=outcome.kind, error=DATABASE_REFUSED)
    return outcome


def _importer_class(request: Request) -> type[Importer]:
    """Return the importer for the file; a file that is no CSV at all is told that before its name is found wanting."""
    try:
        return importer_for(request.name)
    except FileRefused:
        refuse_what_is_no_text(request.path)
        raise


def _run(request: Request, importer: Importer, outcome: Outcome) -> None:
    sheet = open_sheet(request.path, importer.columns)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [LOCK])
        cursor.execute("SET LOCAL work_mem = '64MB'")
        fields = importer.fields()
        staged = [column for part in fields for column in part.staged]
        batch = Batch(cursor, staged, sheet.positions, is_rejects_file=sheet.is_rejects_file)
        batch.notes.extend(sheet.notes)
        Stage(sheet, batch, fields, importer.noun).run(request.progress)
        _record(outcome, importer.check(batch))
        outcome.refused_count = batch.refused_count()
        outcome.refused = batch.refusals(request.shown_refusals)
        if outcome.changed:
            outcome.changes = importer.changes(batch, SHOWN_CHANGES)
        if request.is_applied:
            importer.apply(batch)
        if request.rejects_path and outcome.refused_count:
            rejects_write(sheet, batch, request.rejects_path)
        outcome.notes = batch.notes
        batch.drop()


def _record(outcome: Outcome, tally: Tally) -> None:
    outcome.new, outcome.changed, outcome.same = tally.new, tally.changed, tally.same


def tables_analyze(kind: str) -> None:
    """Bring the planner's statistics up to date for the tables that this kind of file fills.

    Outside a transaction the tables are also vacuumed: counting marks then reads the index alone.
    """
    command = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)"
    with connection.cursor() as cursor:
        for table in importer_named(kind).tables:
            cursor.execute(f'{command} "{table}"')
