"""Reads a school's export as it comes: whichever encoding, line ends, delimiter, title lines and order of columns.

Nothing is held in memory but the line at hand.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from django.conf import settings

from pastoral.core.imports.columns import Column, folded, spoken_list
from pastoral.core.imports.refusal import FileRefused

BLOCK = 1 << 20
HEADING_WITHIN = 20
LONGEST_CELL = 100_000
LONGEST_HEADING, SHOWN_HEADINGS = 40, 20
DELIMITERS = (",", ";", "\t")
AGAIN = "Export it again as CSV (comma separated), and upload that file."
# Comes after the last line; a quotation mark that is never closed swallows it.
_END = "\uf8ff end of file"
_FORMATS = (
    (
        b"PK\x03\x04",
        "This is an Excel workbook or a zip file, not CSV. Open it, save the sheet as CSV UTF-8, and upload that.",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old Excel workbook, not CSV. Open it, save the sheet as CSV UTF-8, and upload that.",
    ),
    (b"%PDF", f"This is a PDF, not CSV. {AGAIN}"),
    (b"\x89PNG", f"This is an image, not CSV. {AGAIN}"),
    (b"\xff\xd8\xff", f"This is an image, not CSV. {AGAIN}"),
    (b"GIF8", f"This is an image, not CSV. {AGAIN}"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|table|head|body)", re.IGNORECASE)

# A rejects file ends with these two columns, and its cells are guarded against running as formulas.
REJECTS_COLUMNS = ("Line", "Reason")
_GUARDED = tuple("'" + sign for sign in ("=", "+", "-", "@", "\t", "\r", "'"))


@dataclass
class Sheet:
    """An export with its heading found; `records` gives the lines under it."""

    path: Path
    encoding: str
    delimiter: str
    heading: tuple[str, ...]
    heading_line: int
    positions: dict[str, int]
    notes: list[str] = field(default_factory=list)
    bytes_read: int = 0

    @property
    def is_rejects_file(self) -> bool:
        """Test for a file that this application gave out to be corrected."""
        return self.heading[-2:] == REJECTS_COLUMNS

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each record under the heading with the line it starts on; raise FileRefused at a broken one."""
        with self.path.open("rb") as binary:
            lines = chain(io.TextIOWrapper(binary, self.encoding, newline=""), (_END,))
            reader = csv.reader(lines, delimiter=self.delimiter)
            unguard = _unguarded if self.is_rejects_file else None
            for line, cells in _numbered(reader):
                if line > self.heading_line:
                    yield line, cells if unguard is None else [unguard(cell) for cell in cells]
                if not line & 1023:
                    self.bytes_read = binary.tell()

    def is_heading(self, cells: Sequence[str]) -> bool:
        """Test for the heading come again in the middle of the file."""
        return [folded(cell) for cell in cells[: len(self.heading)]] == [folded(cell) for cell in self.heading]


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(_GUARDED) else cell


def _numbered(reader: "Iterator[list[str]]") -> Iterator[tuple[int, list[str]]]:
    """Yield records with the line that each starts on, up to the end mark."""
    begun_after = 0
    try:
        for cells in reader:
            if cells and _END in cells[-1]:
                if cells != [_END]:
                    raise FileRefused(_unclosed(begun_after + 1))
                return
            yield begun_after + 1, cells
            begun_after = reader.line_num  # type: ignore[attr-defined]
    except csv.Error as fault:
        message = (
            _unclosed(begun_after + 1) if "field limit" in str(fault) else f"Line {begun_after + 1} is broken. {AGAIN}"
        )
        raise FileRefused(message) from fault


def _unclosed(line: int) -> str:
    return (
        f"A quotation mark opened on line {line} is never closed, so the lines after it cannot be told apart. {AGAIN}"
    )


def open_sheet(path: Path, columns: Sequence[Column]) -> Sheet:
    """Find out how the file is written and where its heading is; raise FileRefused when it cannot be read."""
    csv.field_size_limit(LONGEST_CELL)
    encoding = refuse_what_is_no_text(path)
    for delimiter in DELIMITERS:
        records = _first_records(path, encoding, delimiter)
        for line, cells in records:
            if not _missing(cells, columns):
                return _sheet(path, encoding, delimiter, line, cells, columns)
    raise FileRefused(_why_no_heading(path, encoding, columns))


def refuse_what_is_no_text(path: Path) -> str:
    """Return the file's encoding; raise FileRefused for a file that is empty, too large or no text."""
    _refuse_by_size(path)
    _refuse_other_formats(path)
    return _encoding_of(path)


def _refuse_by_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise FileRefused("The file is no longer there: upload it again.") from None
    if size == 0:
        raise FileRefused(f"The file is empty. {AGAIN}")
    if size > settings.IMPORT_MAX_BYTES:
        raise FileRefused(
            f"The file has {size // 1_000_000} MB; at most {settings.IMPORT_MAX_BYTES // 1_000_000} MB are read. "
            "Export fewer dates at a time, and upload the parts one after the other."
        )


def _refuse_other_formats(path: Path) -> None:
    with path.open("rb") as binary:
        start = binary.read(512)
    for signature, message in _FORMATS:
        if start.startswith(signature):
            raise FileRefused(message)
    if _MARKUP.match(start.removeprefix(codecs.BOM_UTF8)):
        raise FileRefused(f"This is a web page or XML, not CSV. {AGAIN}")


def _encoding_of(path: Path) -> str:
    with path.open("rb") as binary:
        start = binary.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif start.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        if _is_readable(path, encoding):
            return encoding
    raise FileRefused(f"The file holds bytes that are no text in UTF-8 or Windows-1252. {AGAIN}")


def _is_readable(path: Path, encoding: str) -> bool:
    """Test whether the whole file is text in the encoding, a block at a time."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as binary:
        try:
            while block := binary.read(BLOCK):
                if "\0" in decoder.decode(block):
                    raise FileRefused(f"The file holds NUL bytes: it is damaged, or it is not text. {AGAIN}")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _first_records(path: Path, encoding: str, delimiter: str) -> list[tuple[int, list[str]]]:
    with path.open(encoding=encoding, newline="") as lines:
        reader = csv.reader(chain(lines, (_END,)), delimiter=delimiter)
        return list(islice(_numbered(reader), HEADING_WITHIN))


def _missing(cells: Sequence[str], columns: Sequence[Column]) -> list[str]:
    present = {folded(cell) for cell in cells}
    return [column.name for column in columns if column.is_required and not column.names & present]


def _sheet(
    path: Path, encoding: str, delimiter: str, line: int, cells: Sequence[str], columns: Sequence[Column]
) -> Sheet:
    heading = list(cells)
    while heading and not heading[-1].strip():
        heading.pop()
    names = [folded(cell) for cell in heading]
    positions, notes = {}, []
    for column in columns:
        name = next((name for name in column.names_in_order if name in names), None)
        if name is None:
            continue
        positions[column.name] = names.index(name)
        if names.count(name) > 1:
            notes.append(f"The column {column.name} stands {names.count(name)} times; the first was read.")
    return Sheet(path, encoding, delimiter, tuple(heading), line, positions, notes)


def _why_no_heading(path: Path, encoding: str, columns: Sequence[Column]) -> str:
    read = [records for delimiter in DELIMITERS if (records := _first_records(path, encoding, delimiter))]
    best = min(chain(*read), key=lambda record: (len(_missing(record[1], columns)), -len(record[1])), default=None)
    required = [column.name for column in columns if column.is_required]
    missing = _missing(best[1], columns) if best else required
    found = _found(best[1]) if best else ""
    if best is None or len(missing) == len(required):
        return (
            f"No line has the headings {spoken_list(required)}: this is not such an export, or not CSV.{found} {AGAIN}"
        )
    which = "column is" if len(missing) == 1 else "columns are"
    return f"The {which} missing from the heading on line {best[0]}: {spoken_list(missing)}.{found} {AGAIN}"


def _found(cells: Sequence[str]) -> str:
    names = [cell.strip()[:LONGEST_HEADING] for cell in cells if cell.strip()]
    more = f" and {len(names) - SHOWN_HEADINGS} more" if len(names) > SHOWN_HEADINGS else ""
    return f" Found instead: {', '.join(names[:SHOWN_HEADINGS])}{more}." if names else ""
