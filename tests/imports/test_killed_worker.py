"""A real worker killed in the middle of an import: nothing is half done, and the import is applied once in the end."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from attendance.models import SessionMark
from pastoral.core.imports import uploads
from pastoral.core.models import ImportRun
from pastoral.core.rights import Role
from students.models import Student
from tests.factories import staff
from tests.workers import SILENCE, kill, send, wait_for, worker

pytestmark = pytest.mark.long

MARKS = "Adno,Date,Session,Mark,Minutes Late,Comment\n001004,16/11/2026,AM,I,,Rang\n001010,16/11/2026,AM,L,4,\n"


def is_waiting_to_write() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'attendance_sessionmark'::regclass"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_worker_is_killed(
    school: list[Student], broker: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("pastoral.core.services.job_enqueue", lambda job_id: None)
    person = staff(Role.DATA_MANAGER)
    check = uploads.upload_take(files=[SimpleUploadedFile("session_marks.csv", MARKS.encode())], by=person)
    uploads.job_check(check.pk)
    run = ImportRun.objects.get()
    job = uploads.runs_apply(runs=[run], by=person)
    assert job is not None

    with worker(broker) as first, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE attendance_sessionmark IN SHARE ROW EXCLUSIVE MODE")  # reading goes on
        send(broker, uploads.APPLY, job.pk)
        wait_for(is_waiting_to_write)
        kill(first)
    run.refresh_from_db()
    assert run.status == ImportRun.Status.APPLYING
    assert not SessionMark.objects.exists()

    def is_applied() -> bool:
        send(broker, "pastoral.core.tasks.jobs_recover")  # what beat does every minute
        run.refresh_from_db()
        return run.status == ImportRun.Status.APPLIED

    with worker(broker):
        wait_for(is_applied, every=SILENCE + 1)
    assert SessionMark.objects.count() == run.new == 2
