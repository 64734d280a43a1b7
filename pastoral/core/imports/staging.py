"""Parses a sheet's lines and streams them into a batch's tables.

Each distinct set of cells is parsed once and kept as a piece of COPY's text, so that a good line costs a few look-ups
and one join. A refusal is kept in the same place; it does not join, and that is how it is noticed.
"""

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

from pastoral.core.imports.batch import LINES, REFUSALS, TOTALS_LINE, Batch, copy_text
from pastoral.core.imports.columns import Field, folded
from pastoral.core.imports.reading import Sheet
from pastoral.core.imports.refusal import FileRefused, Refusal

BLOCK = 2_000
REFUSED_AT_ONCE = 20_000
CACHED_AT_MOST = 50_000
_TOTALS = frozenset(
    {"total", "totals", "sum", "sums", "grandtotal", "grandtotals", "subtotal", "subtotals", "overalltotal"}
)

Cells = list[str]


class Pieces(dict[str | tuple[str, ...], "str | Refusal"]):
    """The parsed pieces of one field by its raw cells; forgets them all when they grow too many."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.is_single = len(field.columns) == 1

    def __missing__(self, raw: "str | tuple[str, ...]") -> "str | Refusal":
        if len(self) >= CACHED_AT_MOST:
            self.clear()
        piece = self[raw] = self._parse(raw)
        return piece

    def _parse(self, raw: "str | tuple[str, ...]") -> "str | Refusal":
        try:
            value = self.field.parse(raw) if self.is_single else self.field.parse(*raw)
        except Refusal as refusal:
            return Refusal(refusal.reason, refusal.column or self.field.columns[0])
        if len(self.field.staged) == 1:
            return copy_text(value)
        return "\t".join(copy_text(part) for part in value)  # type: ignore[attr-defined]


class Stage:
    """Takes the records of one sheet into one batch."""

    def __init__(self, sheet: Sheet, batch: Batch, fields: Sequence[Field], noun: str) -> None:
        self.sheet = sheet
        self.batch = batch
        self.noun = noun
        self.width = len(sheet.heading)
        self.pieces = [Pieces(field) for field in fields]
        self.pick = [_picker(sheet, field.columns) for field in fields]
        self.refused: list[str] = []
        self.taken = 0
        self.headings_again = 0

    def run(self, progress: Callable[[int], None]) -> None:
        """Stage every record. progress: told the bytes read after each block."""
        records = self.sheet.records()
        is_more = True
        while is_more:
            with self.batch.copying(LINES) as copy:
                is_more = self._take(records, copy, progress)
            self.batch.copy_in(REFUSALS, self.refused)
            self.refused.clear()
        if not self.taken:
            raise FileRefused("The file has a heading and no line under it, so nothing was changed. Export it again.")
        if self.headings_again:
            self.batch.notes.append(f"The heading stands in the file {self.headings_again + 1} times.")

    def _take(
        self, records: Iterator[tuple[int, Cells]], copy: Callable[[list[str]], None], progress: Callable[[int], None]
    ) -> bool:
        """Copy good lines to the end of the records; return earlier, and true, when refusals pile up.

        The database takes in a block while the next one is parsed.
        """
        parts = list(zip(self.pieces, self.pick, strict=True))
        good: list[str] = []
        for line, cells in records:
            if len(cells) == self.width or self._is_fitted(line, cells):
                try:
                    good.append("\t".join([str(line), *[pieces[pick(cells)] for pieces, pick in parts]]))  # type: ignore[list-item]
                except TypeError:
                    self._refuse(line, cells)
            if len(good) >= BLOCK:
                self._send(good, copy)
                progress(self.sheet.bytes_read)
            if len(self.refused) >= REFUSED_AT_ONCE:
                break
        self._send(good, copy)
        progress(self.sheet.bytes_read)
        return len(self.refused) >= REFUSED_AT_ONCE

    def _send(self, good: list[str], copy: Callable[[list[str]], None]) -> None:
        self.taken += len(good)
        copy(good)
        good.clear()

    def _is_fitted(self, line: int, cells: Cells) -> bool:
        """Make the record as wide as the heading; refuse one with words beyond it."""
        if len(cells) < self.width:
            if not any(map(str.strip, cells)):
                return False
            cells.extend([""] * (self.width - len(cells)))
        elif any(map(str.strip, cells[self.width :])):
            self._add_refusal(
                line,
                Refusal(
                    f"The line has {len(cells)} cells where the heading has {self.width}: "
                    "put text that holds a comma in quotation marks",
                    self.sheet.heading[-1],
                ),
            )
            return False
        return True

    def _refuse(self, line: int, cells: Cells) -> None:
        if not any(map(str.strip, cells)):
            return
        if self.sheet.is_heading(cells):
            self.headings_again += 1
            return
        found = [pieces[pick(cells)] for pieces, pick in zip(self.pieces, self.pick, strict=True)]
        refusal = next(piece for piece in found if isinstance(piece, Refusal))
        if folded(cells[0]) in _TOTALS or folded(cells[0]).startswith("grandtotal"):
            refusal = Refusal(f"{TOTALS_LINE}, not {self.noun}", self.sheet.heading[0])
        self._add_refusal(line, refusal, about=found[0])

    def _add_refusal(self, line: int, refusal: Refusal, about: "str | Refusal | None" = None) -> None:
        """Keep the refusal. about: the piece of the first field, good or not."""
        self.taken += 1
        known = about.partition("\t")[0] if isinstance(about, str) else "\\N"
        self.refused.append("\t".join((str(line), copy_text(refusal.column), copy_text(refusal.reason), known)))


def _picker(sheet: Sheet, columns: Sequence[str]) -> Callable[[Cells], "str | tuple[str, ...]"]:
    """Return what takes the cells of the columns out of a record; a column that the file lacks is blank."""
    positions = [sheet.positions.get(column) for column in columns]
    found = [position for position in positions if position is not None]
    if len(found) == len(positions):
        return itemgetter(*found)
    if len(positions) == 1:
        return lambda cells: ""
    return lambda cells: tuple("" if position is None else cells[position] for position in positions)
