"""Imports on the screen: upload, check, preview, apply, rejects, and who may."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.models import SessionMark
from pastoral.core import tasks
from pastoral.core.imports import uploads
from pastoral.core.models import AccessRecord, ImportRun, Job
from pastoral.core.rights import Role
from reports.tasks import day_dispatch
from students.models import Student

SignIn = Callable[..., Client]

MARKS = (
    "Adno,Date,Session,Mark,Minutes Late,Comment\n001004,16/11/2026,AM,I,,Rang\n"
    '001004,16/11/2026,PM,QQ,,"=1+1"\n001010,16/11/2026,AM,L,4,\n'
)


@pytest.fixture
def manager(school: list[Student], as_role: SignIn) -> Client:
    return as_role(Role.DATA_MANAGER)


def upload(client: Client, *files: tuple[str, str]) -> Job:
    sent = [SimpleUploadedFile(name, words.encode()) for name, words in files]
    response = client.post(reverse("core:import_list"), {"files": sent})
    job = Job.objects.latest("pk")
    assert response.url == job.get_absolute_url()
    return job


def checked(client: Client, words: str = MARKS, name: str = "session_marks.csv") -> ImportRun:
    job = upload(client, (name, words))
    tasks.imports_check(job.pk)
    return ImportRun.objects.get(job=job)


def test_a_preview_changes_nothing(manager: Client) -> None:
    run = checked(manager)
    assert (run.status, run.new, run.changed, run.same, run.refused) == ("preview", 2, 0, 0, 1)
    assert not SessionMark.objects.exists()
    assert run.job.status == Job.Status.DONE
    assert run.job.result_url == run.get_absolute_url()
    page = manager.get(run.get_absolute_url()).content.decode()
    assert "There is no code &quot;QQ&quot;" in page
    assert "Apply this file" in page


def test_apply_once_whatever_is_clicked(manager: Client) -> None:
    run = checked(manager)
    first = manager.post(reverse("core:import_apply"), {"run": run.pk})
    job = Job.objects.latest("pk")
    assert first.url == job.get_absolute_url()
    again = manager.post(reverse("core:import_apply"), {"run": run.pk})
    assert again.url == run.get_absolute_url()
    assert Job.objects.latest("pk") == job
    tasks.imports_apply(job.pk)
    tasks.imports_apply(job.pk)
    run.refresh_from_db()
    assert (run.status, run.new, run.refused) == ("applied", 2, 1)
    assert SessionMark.objects.count() == 2
    assert SessionMark.pgh_event_model.objects.count() == 0
    assert not run.upload


def test_what_changed_since_the_preview_counts(manager: Client) -> None:
    run = checked(manager)
    Student.objects.filter(admission_number="001010").update(left_on="2026-10-01")
    job = uploads.runs_apply(runs=[run], by=manager.user)
    tasks.imports_apply(job.pk)
    run.refresh_from_db()
    assert (run.new, run.refused) == (1, 2)


def test_files_uploaded_together_build_on_each_other(manager: Client) -> None:
    students = "Adno,Surname,Forename,DOB,Sex,Date of Admission\n000099,New,One,01/02/2013,F,01/09/2026\n"
    marks = "Adno,Date,Session,Mark\n000099,16/11/2026,AM,/\n"
    job = upload(manager, ("session_marks.csv", marks), ("students.csv", students))
    tasks.imports_check(job.pk)
    runs = list(ImportRun.objects.filter(job=job))
    assert {(run.status, run.new, run.refused) for run in runs} == {("preview", 1, 0)}
    assert not Student.objects.filter(admission_number="000099").exists()
    manager.post(reverse("core:import_apply"), {"run": [run.pk for run in runs]})
    tasks.imports_apply(Job.objects.latest("pk").pk)
    assert SessionMark.objects.get().student.admission_number == "000099"


def test_the_rejects_file_is_safe_to_open_and_to_hand_in_again(manager: Client) -> None:
    run = checked(manager)
    response = manager.get(reverse("core:import_rejects", args=[run.pk]))
    words = b"".join(response.streaming_content).decode("utf-8-sig")
    assert words.splitlines()[1] == '001004,16/11/2026,PM,QQ,,\'=1+1,3,"There is no code ""QQ"""'
    assert AccessRecord.objects.get().subject == f"import:{run.pk}"
    again = checked(manager, words.replace("QQ", "I"), "rejects_session_marks.csv")
    assert (again.new, again.refused) == (1, 0)
    job = uploads.runs_apply(runs=[again], by=manager.user)
    tasks.imports_apply(job.pk)
    assert SessionMark.objects.get().comment == "=1+1"


def test_drop(manager: Client) -> None:
    run = checked(manager)
    manager.post(reverse("core:import_drop", args=[run.pk]))
    run.refresh_from_db()
    assert (run.status, bool(run.upload)) == ("dropped", False)
    assert uploads.runs_apply(runs=[run], by=manager.user) is None


def test_old_files_are_erased_by_the_daily_dispatcher(
    manager: Client, caplog: Any, django_capture_on_commit_callbacks: Any
) -> None:
    undecided, applied, young = checked(manager), checked(manager), checked(manager)
    tasks.imports_apply(uploads.runs_apply(runs=[applied], by=manager.user).pk)
    applied.refresh_from_db()
    ImportRun.objects.exclude(pk=young.pk).update(started_at=timezone.now() - timedelta(days=30, minutes=1))
    paths = [Path(undecided.upload.path), *(Path(run.rejects.path) for run in (undecided, applied))]
    assert all(path.exists() for path in paths)
    with caplog.at_level("INFO", logger="reports.tasks"):
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                day_dispatch()
    assert [record.args for record in caplog.records if "erased" in record.msg] == [(3,)]
    assert not any(path.exists() for path in paths)
    undecided.refresh_from_db()
    applied.refresh_from_db()
    young.refresh_from_db()
    assert (undecided.status, applied.status, young.status) == ("dropped", "applied", "preview")
    assert young.upload.storage.exists(young.upload.name)
    assert young.rejects.storage.exists(young.rejects.name)
    assert "Rejects file" not in manager.get(applied.get_absolute_url()).content.decode()


def test_a_broken_file_says_what_to_do(manager: Client) -> None:
    run = checked(manager, "Name,Colour\nJan,blue\n")
    assert run.status == "refused"
    assert "No line has the headings" in manager.get(run.get_absolute_url()).content.decode()
    assert "Excel workbook" in checked(manager, "PK\x03\x04").error


def test_a_job_whose_files_were_all_refused_is_no_success(manager: Client) -> None:
    run = checked(manager, "Name,Colour\nJan,blue\n")
    assert run.job is not None
    progress = manager.get(reverse("core:job_progress", args=[run.job.pk]), headers={"HX-Request": "true"})
    assert "HX-Redirect" not in progress
    words = progress.content.decode()
    assert "notice-error" in words
    assert "notice-success" not in words
    assert "Found instead: Name, Colour" in words
    assert "Refused" in manager.get(reverse("core:job_list")).content.decode()


def test_a_good_end_leads_to_the_result_and_counts_its_lines(manager: Client) -> None:
    run = checked(manager)
    assert run.job is not None
    progress = manager.get(reverse("core:job_progress", args=[run.job.pk]), headers={"HX-Request": "true"})
    assert progress["HX-Redirect"] == run.get_absolute_url()
    assert "session_marks.csv" in manager.get(run.job.get_absolute_url()).content.decode()


def test_an_older_check_of_the_same_file_is_superseded(manager: Client) -> None:
    older, newer = checked(manager), checked(manager)
    page = manager.get(reverse("core:import_list"))
    assert page.context["waiting"] == [newer]
    assert f'href="{newer.get_absolute_url()}">newer check</a>' in page.content.decode()
    assert "superseded" in manager.get(older.get_absolute_url()).content.decode()
    assert "superseded" not in manager.get(newer.get_absolute_url()).content.decode()


def test_what_would_change_and_what_to_know_stand_by_the_button(manager: Client) -> None:
    job = uploads.runs_apply(runs=[checked(manager)], by=manager.user)
    assert job is not None
    tasks.imports_apply(job.pk)
    run = checked(manager, MARKS.replace(",I,,Rang", ",L,3,"))
    page = manager.get(run.get_absolute_url()).content.decode()
    assert "What would change" in page
    assert "L, 3 min late" in page
    ImportRun.objects.filter(pk=run.pk).update(notes=["48 people are not in the file."])
    assert "1 to know first" in manager.get(run.get_absolute_url()).content.decode()
    assert "48 people are not in the file." in manager.get(reverse("core:import_list")).content.decode()


def test_a_file_too_large_never_reaches_the_disk(manager: Client, settings: Any, tmp_path: Any) -> None:
    settings.IMPORT_MAX_BYTES = 100_000
    words = MARKS + "x" * 300_000
    sent = SimpleUploadedFile("session_marks.csv", words.encode())
    page = manager.post(reverse("core:import_list"), {"files": sent}, follow=True).content.decode()
    assert "larger than 0 MB" in page
    assert not ImportRun.objects.exists()
    assert not (tmp_path / "files").exists()


def test_nothing_chosen(manager: Client) -> None:
    page = manager.post(reverse("core:import_list"), {}, follow=True).content.decode()
    assert "No file was chosen" in page


def test_a_job_that_fails_can_be_retried(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    run = checked(manager)
    job = uploads.runs_apply(runs=[run], by=manager.user)

    def crash(*args: object, **kwargs: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(uploads, "run_record", crash)
        with pytest.raises(MemoryError):
            tasks.imports_apply(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert not SessionMark.objects.exists()
    manager.post(reverse("core:job_retry", args=[job.pk]))
    tasks.imports_apply(job.pk)
    run.refresh_from_db()
    assert run.status == "applied"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DATA_MANAGER])
def test_others_are_kept_out(as_role: SignIn, role: Role) -> None:
    client = as_role(role)
    run = ImportRun.objects.create(file_name="students.csv")
    for name, args in (("import_list", []), ("import_detail", [run.pk]), ("import_rejects", [run.pk])):
        assert client.get(reverse(f"core:{name}", args=args)).status_code == 403
    assert client.post(reverse("core:import_apply"), {"run": run.pk}).status_code == 403
    assert client.post(reverse("core:import_drop", args=[run.pk])).status_code == 403


@pytest.mark.parametrize("rows", [3, 30])
def test_the_list_costs_the_same_however_long(manager: Client, rows: int, django_assert_num_queries: Any) -> None:
    ImportRun.objects.bulk_create(
        ImportRun(file_name="students.csv", status="applied", started_by=manager.user) for _ in range(rows)
    )
    with django_assert_num_queries(4):
        manager.get(reverse("core:import_list"))


def test_a_check_given_out_twice_leaves_an_applied_file_alone(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    job = upload(manager, ("session_marks.csv", MARKS))
    run = ImportRun.objects.get(job=job)
    write = uploads._preview

    def late(*args: object) -> None:
        """Stand in for the slower of two workers: the file was applied in the meantime."""
        ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.Status.APPLIED, upload="")
        write(*args)

    monkeypatch.setattr(uploads, "_preview", late)
    tasks.imports_check(job.pk)
    run.refresh_from_db()
    assert (run.status, str(run.upload)) == (ImportRun.Status.APPLIED, "")
