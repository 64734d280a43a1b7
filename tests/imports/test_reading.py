"""A school's export in every way it may be written, and files that are no such export."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from attendance.models import SessionMark
from pastoral.core.imports.pipeline import Outcome
from students.models import Student

Run = Callable[..., Outcome]

HEADING = "Adno,Date,Session,Mark,Minutes Late,Comment"
LINE = "001004,16/11/2026,AM,I,,Zoë’s note"
OTHER = "001010,16/11/2026,PM,L,4,"
PLAIN = f"{HEADING}\r\n{LINE}\r\n{OTHER}\r\n"

VARIANTS: dict[str, str | bytes] = {
    "CRLF": PLAIN,
    "LF": PLAIN.replace("\r\n", "\n"),
    "no newline at the end": PLAIN.rstrip(),
    "byte-order mark": PLAIN.encode("utf-8-sig"),
    "cp1252": PLAIN.encode("cp1252"),
    "UTF-16, as Excel's Unicode text": PLAIN.replace(",", "\t").encode("utf-16"),
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "title line": f"Session marks report\r\n\r\n{PLAIN}",
    "title line with commas": f'"Marks, 16 to 20 November",,,,,\r\n{PLAIN}',
    "blank lines": PLAIN.replace("\r\n", "\r\n\r\n"),
    "lines of commas": f"{HEADING}\r\n,,,,,\r\n{LINE}\r\n{OTHER}\r\n,,,,,\r\n",
    "heading in other letter case": PLAIN.replace(HEADING, "ADNO, date ,session,MARK,minutes late,comment"),
    "heading under other names": PLAIN.replace(HEADING, "Admission Number,Date,AM/PM,Code,Minutes_Late,Comments"),
    "heading again in the middle": f"{HEADING}\n{LINE}\n{HEADING}\n{OTHER}\n",
    "repeated heading": f"{HEADING},Comment\n{LINE},\n{OTHER},\n",
    "spaces around": f"{HEADING}\n 001004 , 16/11/2026 , AM , I , ,Zoë’s note\n{OTHER}\n",
    "quoted": f'{HEADING}\n"001004","16/11/2026","AM","I","","Zoë’s note"\n{OTHER}\n',
    "extra and re-ordered columns": (
        "Reg,Comment,Mark,UPN,Session,Date,Minutes Late,Adno\n"
        "9B,Zoë’s note,I,A1,AM,16/11/2026,,001004\n9B,,L,A2,PM,16/11/2026,4,001010\n"
    ),
    "cells left out at the end": f"{HEADING}\n{LINE}\n001010,16/11/2026,PM,L,4\n",
}


@pytest.mark.parametrize("words", VARIANTS.values(), ids=VARIANTS.keys())
def test_variants(school: list[Student], run: Run, words: str | bytes) -> None:
    outcome = run("session_marks_2026.csv", words)
    assert outcome.error is None
    assert (outcome.new, outcome.changed, outcome.same, outcome.refused_count) == (2, 0, 0, 0)
    held = SessionMark.objects.order_by("student__admission_number").values_list(
        "code__letters", "minutes_late", "comment"
    )
    assert list(held) == [("I", None, "Zoë’s note"), ("L", 4, "")]


@pytest.mark.parametrize("first_cell", ["Total", "totals", "Grand total", "Sum:"])
def test_totals_line(school: list[Student], run: Run, first_cell: str) -> None:
    outcome = run("session_marks.csv", f"{PLAIN}{first_cell},2,,,,\r\n")
    assert (outcome.new, outcome.refused_count) == (2, 1)
    assert outcome.refused[0].line == 4
    assert outcome.refused[0].reason == "A totals line, not a mark"


def test_lines_are_those_of_the_file_whatever_stands_before(school: list[Student], run: Run) -> None:
    bad = "001004,17/11/2026,AM,QQ,,"
    words = f'Title\n\n{HEADING}\n001004,16/11/2026,AM,I,,"two\nlines"\n{bad}\n\n{bad}\n'
    outcome = run("session_marks.csv", words)
    assert [one.line for one in outcome.refused] == [6, 8]


def test_optional_columns_may_be_left_out(school: list[Student], run: Run) -> None:
    run("session_marks.csv", PLAIN)
    outcome = run("session_marks.csv", "Adno,Date,Session,Mark\n001004,16/11/2026,AM,I\n001010,16/11/2026,PM,L\n")
    assert outcome.same == 2


def xlsx() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "empty": (b"", "empty"),
    "only a heading": (HEADING, "no line under it"),
    "only blank lines": ("\n\n\n", "No line has the headings"),
    "wrong columns": ("Name,Colour\nMason,blue\n", "No line has the headings Adno, Date, Session and Mark"),
    "one column missing": (PLAIN.replace("Mark", "Colour"), "The column is missing from the heading on line 1: Mark."),
    "workbook": (xlsx(), "Excel workbook"),
    "old workbook": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel workbook"),
    "PDF": (b"%PDF-1.7 ...", "PDF"),
    "web page": ("<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
    "binary": (bytes(range(256)) * 20, "text"),
    "NUL bytes": (PLAIN.replace("Zoë", "Zo\0"), "NUL"),
    "unclosed quotation mark": (f'{HEADING}\n001004,16/11/2026,AM,I,,"never closed\n{OTHER}\n', "opened on line 2"),
    "unclosed in a long file": (f'{HEADING}\n001004,16/11/2026,AM,I,,"\n' + f"{OTHER}\n" * 9_000, "opened on line 2"),
    "broken UTF-8": (PLAIN.encode("utf-8-sig") + b"\xff\xfe\n", "no text"),
}


@pytest.mark.parametrize(("words", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_whole(school: list[Student], run: Run, words: str | bytes, reason: str) -> None:
    outcome = run("session_marks.csv", words)
    assert reason in (outcome.error or "")
    assert (outcome.new, outcome.changed, outcome.same, outcome.refused_count) == (0, 0, 0, 0)
    assert not SessionMark.objects.exists()


def test_a_file_that_is_too_large_is_not_even_opened(school: list[Student], run: Run, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1_000_000
    assert "at most 1 MB are read" in (run("session_marks.csv", b"x" * 1_000_001).error or "")


def test_a_name_that_no_importer_knows(run: Run) -> None:
    assert "no importer" in (run("timetable.csv", PLAIN).error or "")


@pytest.mark.parametrize(
    ("words", "reason"),
    [(b"", "empty"), (xlsx(), "Excel workbook"), (b"\x89PNG\r\n", "image"), (b"\xff\xd8\xff\xe0", "image")],
    ids=["empty", "workbook", "PNG", "JPEG"],
)
def test_what_is_no_csv_is_told_so_whatever_its_name(run: Run, words: bytes, reason: str) -> None:
    outcome = run("timetable.csv", words)
    assert reason in (outcome.error or "")
    assert "no importer" not in (outcome.error or "")


def test_wrong_columns_are_listed(school: list[Student], run: Run) -> None:
    assert "Found instead: Name, Colour." in (run("session_marks.csv", "Name,Colour\nMason,blue\n").error or "")
    one = run("session_marks.csv", PLAIN.replace("Mark", "Colour")).error or ""
    assert "missing from the heading on line 1: Mark. Found instead: Adno, Date, Session, Colour" in one
