"""The lines of one file on their way in: a temporary table of good lines and one of refusals."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time
from typing import Any

from django.db.backends.utils import CursorWrapper

from pastoral.core.imports.refusal import RefusedLine

LINES = "import_lines"
REFUSALS = "import_refusals"
TOTALS_LINE = "A totals line"  # refused, as it is no record, but nothing is missing for it


def copy_text(value: object) -> str:
    """Return the value as COPY's text format writes it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date | time):
        return value.isoformat()
    words = str(value)
    if "\\" in words or "\n" in words or "\t" in words or "\r" in words:
        return words.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return words


class Batch:
    """The staged lines, in SQL's reach as `import_lines` (line, and the columns that the fields named).

    The refused ones are `import_refusals`; about: what the first staged column says, where that much is known.
    """

    def __init__(
        self, cursor: CursorWrapper, staged: Sequence[str], present: Iterable[str], *, is_rejects_file: bool = False
    ) -> None:
        self.cursor = cursor
        self.is_rejects_file = is_rejects_file
        self.present = frozenset(present)
        self.notes: list[str] = []
        self.column_names = ("line", *(column.split()[0] for column in staged))
        self.drop()
        cursor.execute(f"CREATE TEMPORARY TABLE {LINES} (line integer NOT NULL, {', '.join(staged)}) ON COMMIT DROP")
        cursor.execute(
            f'CREATE TEMPORARY TABLE {REFUSALS} (line integer PRIMARY KEY, "column" text, reason text, about text) '
            "ON COMMIT DROP"
        )

    def drop(self) -> None:
        """Drop the tables; also those that an earlier file left in the same transaction."""
        self.cursor.execute(f"DROP TABLE IF EXISTS {LINES}, {REFUSALS}")

    @contextmanager
    def copying(self, table: str) -> Iterator[Callable[[Sequence[str]], None]]:
        """Give what sends rows in COPY's text format; nothing else can be asked of the database meanwhile."""
        with self.cursor.copy(f"COPY {table} FROM STDIN") as copy:
            yield lambda rows: copy.write("\n".join((*rows, "")))

    def copy_in(self, table: str, rows: Sequence[str]) -> None:
        """Send rows in COPY's text format."""
        if rows:
            with self.copying(table) as copy:
                copy(rows)

    def has(self, column: str) -> bool:
        """Test whether the file has the column; a column that is left out says nothing, a blank cell may."""
        return column in self.present

    def execute(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it met."""
        self.cursor.execute(sql, params or None)
        return int(self.cursor.rowcount)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a query; for answers whose size does not grow with the marks."""
        self.cursor.execute(sql, params or None)
        return list(self.cursor.fetchall())

    def lines(self) -> list[tuple[Any, ...]]:
        """Return every staged line; only for files that grow with people and not with marks."""
        return self.rows(f"SELECT {', '.join(self.column_names)} FROM {LINES} ORDER BY line")  # noqa: S608

    def refuse_where(self, column: str, query: str, params: Sequence[Any] = ()) -> int:
        """Refuse the lines that a query of (line, reason) returns, and take them out of the staged ones."""
        found = self.execute(
            f'INSERT INTO {REFUSALS} (line, "column", reason, about) '  # noqa: S608
            f"SELECT line, %s::text, q.reason, staged.{self.column_names[1]}::text "
            f"FROM ({query}) AS q LEFT JOIN {LINES} AS staged USING (line) ON CONFLICT (line) DO NOTHING",
            [column, *params],
        )
        if found:
            self._take_out_refused()
        return found

    def refuse(self, refused: Sequence[RefusedLine]) -> None:
        """Refuse lines that were judged in Python, and take them out of the staged ones."""
        if refused:
            self.copy_in(
                REFUSALS, ["\t".join((str(r.line), copy_text(r.column), copy_text(r.reason), "\\N")) for r in refused]
            )
            self._take_out_refused()

    def refuse_lines(self, lines: Sequence[int], column: str, reason: str) -> None:
        """Refuse lines for one reason."""
        self.refuse([RefusedLine(line, column, reason) for line in lines])

    def _take_out_refused(self) -> None:
        self.execute(f"DELETE FROM {LINES} l USING {REFUSALS} r WHERE r.line = l.line")  # noqa: S608

    def refused_count(self) -> int:
        """Return how many lines were refused so far."""
        return int(self.rows(f"SELECT count(*) FROM {REFUSALS}")[0][0])  # noqa: S608

    def is_whole(self) -> bool:
        """Test whether what the file leaves out may be taken for gone: nothing was refused, and it is no rejects file.

        A rejects file, corrected and handed in again, holds only the lines that were refused the first time.
        """
        query = f"SELECT EXISTS (SELECT 1 FROM {REFUSALS} WHERE NOT starts_with(reason, %s))"  # noqa: S608
        return not self.is_rejects_file and not self.rows(query, [TOTALS_LINE])[0][0]

    def refusals(self, limit: int | None = None) -> list[RefusedLine]:
        """Return the refused lines in the order of the file, the first `limit` of them or all."""
        query = f'SELECT line, "column", reason FROM {REFUSALS} ORDER BY line'  # noqa: S608
        return [RefusedLine(*row) for row in self.rows(query + ("" if limit is None else f" LIMIT {limit}"))]
