"""A real worker on a real broker, killed in the middle of a run: nothing is missing afterwards, nothing doubled."""

from pathlib import Path

import pytest

from pastoral.core.models import Job
from pastoral.core.rights import Role
from reports import services
from reports.models import WeeklyRagRun
from tests.factories import enrol, staff
from tests.reports.rag_school import MONDAY, NEXT_MONDAY, attend
from tests.workers import SILENCE, kill, send, wait_for, worker

pytestmark = pytest.mark.long

GROUPS = [f"{year}{letter}" for year in (8, 9, 10) for letter in "ABCDE"]


@pytest.fixture
def run(seeded, broker, monkeypatch) -> WeeklyRagRun:
    for group in GROUPS:
        for one in enrol(group, count=8):
            attend(one)
        staff(Role.FORM_TUTOR, group)
    monkeypatch.setattr("pastoral.core.services.job_enqueue", lambda job_id: None)
    return services.weekly_rag_ask(week=MONDAY, by=None, today=NEXT_MONDAY)


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_nothing_missing_and_nothing_doubled(run, broker, tmp_path):
    total = len(GROUPS) + 3
    with worker(broker) as first:
        send(broker, services.JOB_TASK, run.job_id)
        wait_for(lambda: run.documents.made().count() >= 3)
        kill(first)
    assert 3 <= run.documents.made().count() < total

    with worker(broker):
        wait_for(lambda: _taken_up(run, broker), every=SILENCE + 1)

    run.refresh_from_db()
    documents = list(run.documents.all())
    assert len(documents) == run.documents.made().count() == total
    files = sorted(path.name for path in (tmp_path / "var" / "files" / "weekly_rag" / MONDAY.isoformat()).iterdir())
    assert files == sorted(Path(document.file.name).name for document in documents)
    run.job.refresh_from_db()
    assert (run.job.status, run.job.steps_done, run.job.steps_total) == (Job.Status.DONE, total, total)
    assert run.notices.count() == len(GROUPS)
    assert _letters(tmp_path / "var" / "mail") == len(GROUPS)


def _taken_up(run: WeeklyRagRun, environment: dict[str, str]) -> bool:
    """Do what beat does every minute, until every tutor is told."""
    run.refresh_from_db()
    if run.completed_at and not run.notices.unsent().exists():
        return True
    send(environment, "pastoral.core.tasks.jobs_recover")
    return False


def _letters(folder: Path) -> int:
    return sum(path.read_text().count("\nTo: ") for path in folder.iterdir())
