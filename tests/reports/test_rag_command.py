"""`manage.py weekly_rag`: the same tasks without a worker or a broker."""

import re

import pytest
from django.core.management import CommandError, call_command

from reports.models import RagNotice, WeeklyRagRun
from tests.factories import enrol
from tests.reports.rag_school import MONDAY, attend

pytestmark = pytest.mark.long


@pytest.fixture
def school(seeded, media):
    for group in ("9A", "9B"):
        attend(enrol(group)[0])


@pytest.mark.django_db(transaction=True)
def test_the_documents_lie_in_the_folder_with_names_people_know(school, tmp_path, capsys):
    call_command("weekly_rag", week=MONDAY, out=tmp_path / "out", workers=2)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [f"RAG {MONDAY} 9A.pdf", f"RAG {MONDAY} 9B.pdf", f"RAG {MONDAY} Year 9.pdf"]
    assert re.fullmatch(r"3 documents, 3 pages, \d+ kB in \d+\.\d seconds\n", capsys.readouterr().out)
    first = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    call_command("weekly_rag", week=MONDAY, out=tmp_path / "again", workers=1)
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == first
    assert WeeklyRagRun.objects.get().completed_at
    assert not RagNotice.objects.exists()


@pytest.mark.django_db
def test_a_week_that_cannot_be_says_why(seeded, tmp_path):
    with pytest.raises(CommandError, match="No marks"):
        call_command("weekly_rag", week=MONDAY, out=tmp_path)
