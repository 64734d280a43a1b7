"""The import of a year's session marks against a bare COPY into the same indexed table."""

import csv
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

from django.db import connection
from django.db.models import Min

from attendance.models import SessionMark
from pastoral.core.imports.folder import rehearsal
from pastoral.core.imports.pipeline import Request, file_run
from reports.benchmarks.measure import Measure
from students.calendar import academic_year_end, academic_year_of, academic_year_start

FOUR_TIMES = 4.0
HEADING = ("Adno", "Date", "Session", "Mark", "Minutes Late", "Comment")
EMPTY = "TRUNCATE attendance_sessionmark, attendance_attendanceweek"
COLUMNS = "student_id, date, session, code_id, minutes_late, comment"


def import_measures() -> Iterator[Measure]:
    """Import the first academic year's marks anew and COPY the same rows bare; everything is taken back.

    The bare COPY runs before and after, so that a machine that is busy meanwhile is as busy for both.
    The tables of marks are emptied and filled inside one transaction, so nobody else should be at work.
    """
    first_day = SessionMark.objects.aggregate(first=Min("date"))["first"]
    if first_day is None:
        return
    year = academic_year_of(first_day)
    first, last = academic_year_start(year), academic_year_end(year)
    with tempfile.TemporaryDirectory() as folder, rehearsal():
        path = Path(folder) / "session_marks.csv"
        rows = _export(path, first, last)
        copied = _copied(first, last)
        before = _bare_copy(copied)
        ours, taken = _import(path)
        bare = (before + _bare_copy(copied)) / 2
    yield Measure(
        "import of a year's session marks",
        ours / bare,
        FOUR_TIMES,
        "ratio",
        f"{taken} of {rows} marks in {ours:.1f} s, bare COPY {bare:.1f} s",
    )


def _export(path: Path, first: date, last: date) -> int:
    """Write the marks as an MIS exports them, and return how many there are."""
    marks = (
        SessionMark.objects.between(first, last)
        .order_by("student", "date", "session")
        .values_list("student__admission_number", "date", "session", "code__letters", "minutes_late", "comment")
    )
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADING)
        written = 0
        for adno, day, session, letters, minutes, comment in marks.iterator(chunk_size=10_000):
            writer.writerow((adno, f"{day:%d/%m/%Y}", session, letters, "" if minutes is None else minutes, comment))
            written += 1
    return written


def _copied(first: date, last: date) -> bytes:
    """Return the same rows as COPY writes them."""
    source = f"SELECT {COLUMNS} FROM attendance_sessionmark WHERE date BETWEEN %s AND %s ORDER BY id"  # noqa: S608
    with connection.cursor() as cursor, cursor.copy(f"COPY ({source}) TO STDOUT", [first, last]) as copy:
        return b"".join(bytes(block) for block in copy)


def _bare_copy(rows: bytes) -> float:
    """COPY the rows into the empty table with its indexes and checks alone, and return the seconds it took."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
        cursor.execute("ALTER TABLE attendance_sessionmark DISABLE TRIGGER ALL")
        began = perf_counter()
        with cursor.copy(f"COPY attendance_sessionmark ({COLUMNS}) FROM STDIN") as copy:
            copy.write(rows)
        seconds = perf_counter() - began
        cursor.execute("ALTER TABLE attendance_sessionmark ENABLE TRIGGER ALL")
        return seconds


def _import(path: Path) -> tuple[float, int]:
    """Import the file into the empty tables as a school does, and return the seconds and how many marks were new."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
        began = perf_counter()
        outcome = file_run(Request(path, path.name))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the commit would check
        return perf_counter() - began, outcome.new
