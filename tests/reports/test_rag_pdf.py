"""The documents on paper: what they say, on how many pages, the same bytes each time, readable by machines."""

import io
import os
import subprocess
import sys
import tempfile
from datetime import date

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from pastoral.core.rights import Role
from reports.models import RagDocument, RagStudent
from reports.pdf import FONT_FOLDER, fonts_left_swept
from reports.rag.drawing import sheet_pdf
from reports.rag.sheet import _in_short
from students.models import StudentFact
from tests.factories import StudentFactFactory, enrol, staff
from tests.reports.rag_school import NEXT_MONDAY, absent, attend, frozen, week_of

pytestmark = pytest.mark.django_db


def drawn(name: str = "9B", **when) -> PdfReader:
    document: RagDocument = frozen(**when).documents.select_related("run").get(name=name)
    return PdfReader(io.BytesIO(sheet_pdf(document).data), strict=True)


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def class_of_31() -> None:
    for n, one in enumerate(enrol("9B", count=31)):
        attend(one, absent(n % 14) | week_of("/ / I I O / L:7 / / /" if n % 6 == 0 else "/"))
        if n % 3 == 0:
            StudentFactFactory(student=one, kind=StudentFact.Kind.SEN, value="K")


def test_a_class_of_31_is_one_page(seeded):
    class_of_31()
    staff(Role.FORM_TUTOR, "9B", title="Mr", surname="Doyle")
    reader = drawn()
    assert len(reader.pages) == 1
    words = text_of(reader)
    for expected in ("9B", "Mr Doyle", "Week of Monday 16 to Friday 20 November 2026", "1 Sep – 20 Nov", "Page 1 of 1"):
        assert expected in words
    assert words.count("Łukasik, ") == RagStudent.objects.filter(surname="Łukasik").count() > 0


def test_sensitive_codes_are_not_in_a_tutors_document(seeded):
    attend(enrol("9B", legal_surname="Walsh", legal_forename="Tia")[0], week_of("M M R R I I E E O O"))
    words = text_of(drawn())
    assert "a a a a a a a a O O" in words
    for secret in ("Illness", "Religious", "medical", "Suspended", " M ", " R R", " E E"):
        assert secret not in words.partition("Everybody")[2]
    assert "M M R R I I E E O O" in text_of(drawn_again("Year 9"))


def drawn_again(name: str) -> PdfReader:
    document = RagDocument.objects.select_related("run").get(name=name)
    return PdfReader(io.BytesIO(sheet_pdf(document).data), strict=True)


def test_the_same_rows_give_the_same_bytes(seeded):
    class_of_31()
    run = frozen()
    for document in run.documents.select_related("run"):
        assert sheet_pdf(document).data == sheet_pdf(document).data


def test_a_year_has_its_groups_cohorts_and_lists(seeded):
    for group in ("9A", "9B"):
        for n, one in enumerate(enrol(group, count=4)):
            attend(one, absent(20 * n))
    words = text_of(drawn("Year 9"))
    for expected in (
        "Tutor groups",
        "Key cohorts",
        "Persistently absent",
        "Unauthorised absence",
        "Everybody",
        "Pupil premium",
    ):
        assert expected in words
    assert "At the threshold: 10 sessions or more" in words
    assert "40 of 106" in words


def test_a_group_of_one_and_a_week_of_one_day(seeded):
    one = enrol("7Z", legal_surname="Featherstonehaugh-Cholmondeley", legal_forename="Wilhelmina-Anastasia")[0]
    attend(one, last=date(2027, 1, 8))
    reader = drawn("7Z", week=date(2027, 1, 4), today=date(2027, 1, 11))
    assert len(reader.pages) == 1
    assert "Cholmondeley" in text_of(reader)


def test_it_is_tagged_for_screen_readers(seeded):
    class_of_31()
    reader = drawn()
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert reader.metadata.title == "Weekly RAG 9B, week of 16 November 2026"
    elements = list(_elements(root["/StructTreeRoot"]["/K"]))
    kinds = [element["/S"] for element in elements]
    assert kinds.count("/TH") >= 31
    assert not {"/Span"} & set(kinds)
    owners = root["/StructTreeRoot"]["/ParentTree"]["/Nums"][1].get_object()
    held = [run for element in elements for run in element.get("/K", []) if isinstance(run, int)]
    assert sorted(held) == list(range(len(held)))  # every run of text belongs to one element, and is found from it
    assert len(owners) - len(held) == 2  # what stands at the foot of the page is no part of what is read
    for number, owner in enumerate(owners):
        assert number in owner.get_object()["/K"]


def _elements(kids):
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, DictionaryObject):
            yield kid
            yield from _elements(kid.get("/K", []))


def test_a_page_stays_small(seeded):
    class_of_31()
    document = frozen().documents.select_related("run").get(name="Year 9")
    pdf = sheet_pdf(document)
    assert len(pdf.data) <= 30_000 * pdf.pages


def test_the_first_week_is_marked_early(seeded):
    attend(enrol("9B")[0], last=date(2026, 9, 4))
    assert "early" in text_of(drawn(week=date(2026, 8, 31), today=date(2026, 9, 7)))


def test_the_head_row_is_on_every_page(seeded):
    for one in enrol("9B", count=70):
        attend(one)
    reader = drawn(today=NEXT_MONDAY)
    assert len(reader.pages) > 1
    for page in reader.pages:
        words = page.extract_text()
        assert "Can miss" in words
        assert "9B" in words


def test_the_fonts_of_processes_that_were_killed_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(30)
    left, held, other = (tmp_path / f"{FONT_FOLDER}{name}" for name in (f"{ended.pid}-x", f"{os.getpid()}-x", "x-y"))
    for folder in (left, held, other):
        folder.mkdir()
    fonts_left_swept()
    assert not left.exists()
    assert held.exists()
    assert other.exists()


def test_the_fonts_go_with_the_process(tmp_path):
    script = "import django; django.setup(); from reports.pdf import styles; styles('css/pdf-rag.css')"
    subprocess.run([sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(tmp_path)}, check=True, timeout=60)
    assert not list(tmp_path.iterdir())


def test_a_date_and_its_marks_stay_together():
    assert _in_short({"AM": "N", "PM": "O"}) == "N\N{NO-BREAK SPACE}am\N{NO-BREAK SPACE}O\N{NO-BREAK SPACE}pm"
    assert _in_short({"AM": "O", "PM": "O"}) == "O"


def test_a_cohort_under_five_has_no_rate(seeded):
    attend(enrol("9B")[0], absent(20))
    words = text_of(drawn("Year 9"))
    assert "too few to compare 1 81.1 – – 100.0 1 – –" in words  # one is PA, of one; no rate, and nobody else
