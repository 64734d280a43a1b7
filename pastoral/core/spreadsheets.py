"""One table as CSV or as XLSX: the same cells, and none that a spreadsheet would run as a formula."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}
Cell = str | int | Decimal | date | None


@dataclass(frozen=True)
class Table:
    """A list as it is handed out.

    about: what it is of, when and over which windows, a line each, above the headings of the XLSX; a CSV begins with
    its headings, so that machines can read it.
    """

    title: str
    about: tuple[str, ...]
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def harmless(cell: Cell) -> Cell:
    """Return the cell so that no spreadsheet runs it as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def as_csv(table: Table) -> bytes:
    """Return the table as CSV that spreadsheets open as it is: UTF-8 with its mark."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(table.headings)
    writer.writerows([harmless(cell) for cell in row] for row in table.rows)
    return ("\ufeff" + written.getvalue()).encode()


def as_xlsx(table: Table) -> bytes:
    """Return the table as XLSX: what it is of, then the headings, which stay in view, then the rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title[:31])
    sheet.freeze_panes = f"A{len(table.about) + 2}"
    for line in table.about:
        sheet.append([harmless(line)])
    headings = [WriteOnlyCell(sheet, heading) for heading in table.headings]
    for cell in headings:
        cell.font = Font(bold=True)
    sheet.append(headings)
    for row in table.rows:
        sheet.append([harmless(cell) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def written_as(table: Table, how: str) -> bytes:
    """Return the table in the format: csv or xlsx."""
    return as_xlsx(table) if how == "xlsx" else as_csv(table)
