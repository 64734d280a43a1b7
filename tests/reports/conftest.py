"""What the tests of the composed pages may ask for."""

from functools import lru_cache

import pytest

from reports.pdf import pdf_draw
from reports.rag import drawing

# What paper looks like is for test_rag_pdf, which draws anew; the same HTML gives the same bytes.
drawn_once = lru_cache(maxsize=300)(pdf_draw)


@pytest.fixture
def media(settings, tmp_path, monkeypatch):
    """Files of the test's own; a sheet that an earlier test had drawn of the same HTML is not drawn again."""
    monkeypatch.setattr(drawing, "pdf_draw", drawn_once)
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def eager(monkeypatch):
    """Tasks run at once, in this process; a job's too."""
    from pastoral.celery import app
    from pastoral.core.models import Job

    def run_job(job_id: int) -> None:
        app.tasks[Job.objects.get(pk=job_id).task].apply(args=[job_id], throw=True)

    monkeypatch.setattr("pastoral.core.services.job_enqueue", run_job)
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)
