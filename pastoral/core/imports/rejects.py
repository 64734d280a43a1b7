"""The rejects file: the refused lines as they came, each with its number and reason, to correct and upload again."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from pastoral.core.imports.batch import REFUSALS, Batch
from pastoral.core.imports.reading import REJECTS_COLUMNS, Sheet

BLOCK = 5_000
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_HARMLESS = re.compile(r"-|[+-]?\d+(?:\.\d+)?", re.ASCII)


def guarded(cell: str) -> str:
    """Return the cell so that no spreadsheet runs it as a formula; reading a rejects file takes the guard off again."""
    return f"'{cell}" if cell.startswith(_RUNS_AS_FORMULA) and not _HARMLESS.fullmatch(cell) else cell


def rejects_write(sheet: Sheet, batch: Batch, path: Path) -> None:
    """Write the refused lines of a sheet, in step with their reasons, without holding either in memory."""
    heading = sheet.heading[: -len(REJECTS_COLUMNS)] if sheet.is_rejects_file else sheet.heading
    refusals = _refusals(batch)
    wanted = next(refusals, None)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*map(guarded, heading), *REJECTS_COLUMNS])
        for line, cells in sheet.records():
            if wanted is None:
                break
            if line == wanted[0]:
                own = [*cells[: len(heading)], *[""] * (len(heading) - len(cells))]
                writer.writerow([*map(guarded, own), line, guarded(wanted[1])])
                wanted = next(refusals, None)


def _refusals(batch: Batch) -> Iterator[tuple[int, str]]:
    after = 0
    query = f"SELECT line, reason FROM {REFUSALS} WHERE line > %s::integer ORDER BY line LIMIT {BLOCK}"  # noqa: S608
    while rows := batch.rows(query, [after]):
        yield from rows
        after = rows[-1][0]
