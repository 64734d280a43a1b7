"""Runs a set of files in the order in which they build on each other: a folder, or what somebody uploads together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from pastoral.core.imports.importer import importer_for, importer_named, in_order
from pastoral.core.imports.pipeline import Outcome, Request, file_run, tables_analyze
from pastoral.core.imports.refusal import FileRefused


@dataclass(frozen=True)
class Planned:
    """One file and the kind that its name says; no kind when no importer knows it. key: the caller's own mark."""

    key: str
    name: str
    path: Path
    kind: str


class _Rehearsed(Exception):
    """Ends a rehearsal, so that everything it did is taken back."""


def plan(files: Iterable[tuple[str, str, Path]]) -> list[Planned]:
    """Return the files (key, name, path) in the order in which they go in: by kind, then by name; unknown ones last."""
    planned = [Planned(key, name, path, _kind(name)) for key, name, path in files]
    order = {kind: place for place, kind in enumerate(in_order({one.kind for one in planned}))}
    return sorted(planned, key=lambda one: (order.get(one.kind, len(order)), one.name))


def _kind(name: str) -> str:
    try:
        return importer_for(name).name
    except FileRefused:
        return ""


def csv_files(folder: Path) -> list[Path]:
    """Return the CSV files that lie in the folder, by name."""
    return [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix.casefold() == ".csv"]


def files_run(
    planned: Sequence[Planned], run_one: Callable[[Request], Outcome] = file_run, *, is_rehearsal: bool = False
) -> Iterator[tuple[Planned, Outcome]]:
    """Run the files one after the other and yield each with its outcome.

    A file's work is one transaction, so that the good ones stay in where another is refused whole. In a rehearsal all
    of them are one transaction, which the caller rolls back (`rehearsal`); a file is then only applied where a later
    one builds on it. run_one: runs one file, with whatever records its caller keeps.
    """
    kinds = [one.kind for one in planned]
    for place, one in enumerate(planned):
        is_applied = not is_rehearsal or _is_built_on(one.kind, kinds[place + 1 :])
        outcome = run_one(Request(one.path, one.name, one.key, is_applied=is_applied, companions=frozenset(kinds)))
        if is_applied and outcome.error is None:
            tables_analyze(outcome.kind)
        yield one, outcome


def _is_built_on(kind: str, later: Sequence[str]) -> bool:
    return any(other == kind or (other and kind in importer_named(other).after) for other in later)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Take back everything that is done inside."""
    try:
        with transaction.atomic():
            yield
            raise _Rehearsed
    except _Rehearsed:
        pass
