"""Asking, freezing, drawing and telling: once each, however often they are begun."""

import threading
from datetime import date
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from attendance.models import RagScale, SessionMark
from pastoral.core.models import Job
from pastoral.core.rights import Role
from reports import services, tasks
from reports.models import RagNotice, WeeklyRagRun
from reports.rag.sheet import Sheet
from tests.factories import StaffAssignmentFactory, TutorGroupFactory, enrol, staff
from tests.reports.rag_school import FRIDAY, MONDAY, NEXT_MONDAY, absent, attend, frozen, made


@pytest.fixture
def school(seeded, media):
    """Three students of 9B and one of 9C, with marks to the Friday."""
    for n, one in enumerate([*enrol("9B", count=3), *enrol("9C")]):
        attend(one, absent(4 * n))


@pytest.mark.django_db
class TestAsking:
    def test_one_run_and_one_job_however_often(self, school, django_capture_on_commit_callbacks):
        boss = staff(Role.HEAD_OF_YEAR, 9)
        first = services.weekly_rag_ask(week=MONDAY, by=boss, today=NEXT_MONDAY)
        again = services.weekly_rag_ask(week=MONDAY, by=None, today=NEXT_MONDAY)
        assert first == again
        assert Job.objects.count() == 1
        assert first.job.payload == {"run": first.pk}

    def test_a_failed_job_is_started_again(self, school):
        run = services.weekly_rag_ask(week=MONDAY, by=None, today=NEXT_MONDAY)
        Job.objects.update(status=Job.Status.FAILED)
        services.weekly_rag_ask(week=MONDAY, by=None, today=NEXT_MONDAY)
        run.job.refresh_from_db()
        assert run.job.status == Job.Status.QUEUED

    @pytest.mark.parametrize(
        ("week", "today", "words"),
        [
            (date(2026, 11, 17), NEXT_MONDAY, "Monday"),
            (date(2026, 10, 26), NEXT_MONDAY, "does not meet"),
            (MONDAY, FRIDAY, "not over"),
            (date(2026, 12, 7), date(2026, 12, 14), "No marks"),
        ],
    )
    def test_refused_with_a_reason(self, school, week, today, words):
        with pytest.raises(services.RagWeekRefused, match=words):
            services.weekly_rag_ask(week=week, by=None, today=today)
        assert not WeeklyRagRun.objects.exists()

    def test_a_week_that_ends_early_may_be_asked_for_on_its_free_day(self, seeded):
        attend(enrol("9B")[0], last=date(2026, 11, 26))
        assert services.weekly_rag_ask(week=date(2026, 11, 23), by=None, today=date(2026, 11, 27))


@pytest.mark.django_db
class TestFrozen:
    def test_a_later_correction_changes_nothing(self, school):
        run = made()
        before = [Sheet.load(document) for document in run.documents.select_related("run")]
        hashes = list(run.documents.values_list("name", "sha256"))
        SessionMark.objects.filter(date=MONDAY).update(code_id=31)
        RagScale.objects.update(red_from=500)
        services.weekly_rag_freeze(run_id=run.pk)
        assert [Sheet.load(document) for document in run.documents.select_related("run")] == before
        run.documents.update(made_at=None)
        for document in run.documents.all():
            services.rag_document_draw(run_id=run.pk, kind=document.kind, name=document.name)
        assert list(run.documents.values_list("name", "sha256")) == hashes

    def test_a_filed_document_is_not_drawn_again(self, school):
        run = made()
        made_at = list(run.documents.values_list("name", "made_at"))
        drawn = [services.rag_document_draw(run_id=run.pk, kind=one.kind, name=one.name) for one in run.documents.all()]
        assert not any(drawn)
        assert list(run.documents.values_list("name", "made_at")) == made_at

    def test_a_file_left_half_written_is_written_over(self, school, media):
        run = made()
        document = run.documents.get(name="9B")
        path = media / document.file.name
        whole = path.read_bytes()
        path.write_bytes(whole[:100])
        run.documents.filter(pk=document.pk).update(made_at=None, sha256="")
        services.rag_document_draw(run_id=run.pk, kind=document.kind, name=document.name)
        document.refresh_from_db()
        assert (media / document.file.name).read_bytes() == whole
        assert len(list((media / "weekly_rag" / MONDAY.isoformat()).iterdir())) == 3

    def test_a_file_that_is_gone_is_drawn_again(self, school):
        run = made()
        document = run.documents.get(name="9B")
        default_storage.delete(document.file.name)
        assert services.rag_document_draw(run_id=run.pk, kind=document.kind, name=document.name)

    def test_the_same_queries_for_three_students_and_thirty(self, seeded):
        attend(enrol("9B")[0])
        few = _queries_to_freeze(MONDAY)
        for one in enrol("9B", count=30):
            attend(one)
        assert _queries_to_freeze(date(2026, 11, 9)) == few


def _queries_to_freeze(week: date) -> int:
    with CaptureQueriesContext(connection) as queries:
        frozen(week=week)
    return len(queries)


@pytest.mark.django_db
class TestTelling:
    def test_each_tutor_once_and_nothing_about_students(self, school, on_day, settings):
        on_day(NEXT_MONDAY)
        settings.SITE_URL = "https://pastoral.school.example"
        tutor = staff(Role.FORM_TUTOR, "9B", surname="Doyle")
        staff(Role.HEAD_OF_YEAR, 9)
        run = made()
        assert services.rag_notices_send(run_id=run.pk) == 1
        assert services.rag_notices_send(run_id=run.pk) == 0
        (message,) = mail.outbox
        assert message.to == [tutor.email]
        document = run.documents.get(name="9B")
        assert f"https://pastoral.school.example{document.get_absolute_url()}" in message.body
        words = message.subject + message.body
        assert not any(row.surname in words or row.forename in words for row in run.students.all())
        assert "%" not in words

    def test_a_refused_address_keeps_nobody_else_from_being_told(self, school, on_day, monkeypatch):
        on_day(NEXT_MONDAY)
        staff(Role.FORM_TUTOR, "9B")
        staff(Role.FORM_TUTOR, "9C")
        run = made()
        send = mail.EmailMessage.send
        refused = []

        def fussy(message, *args, **kwargs):
            if not refused:
                refused.append(message.to)
                raise SMTPRecipientsRefused({message.to[0]: (550, b"no such person")})
            return send(message, *args, **kwargs)

        monkeypatch.setattr(mail.EmailMessage, "send", fussy)
        assert services.rag_notices_send(run_id=run.pk) == 1
        assert run.notices.unsent().count() == 1
        assert services.rag_notices_send(run_id=run.pk) == 1
        assert not run.notices.unsent().exists()

    def test_a_tutor_of_two_groups_hears_of_both(self, school, on_day):
        on_day(NEXT_MONDAY)
        tutor = staff(Role.FORM_TUTOR, "9B")
        StaffAssignmentFactory(user=tutor, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9C"))
        run = made()
        assert services.rag_notices_send(run_id=run.pk) == 2
        assert {message.to[0] for message in mail.outbox} == {tutor.email}

    def test_nobody_before_the_last_document_stands(self, school, on_day):
        on_day(NEXT_MONDAY)
        staff(Role.FORM_TUTOR, "9B")
        run = frozen()
        assert not services.weekly_rag_complete(run_id=run.pk)
        assert not RagNotice.objects.exists()

    def test_an_old_week_tells_nobody(self, school, on_day):
        on_day(NEXT_MONDAY)
        staff(Role.FORM_TUTOR, "9B")
        made(week=date(2026, 11, 9))
        assert not RagNotice.objects.exists()


@pytest.mark.django_db
class TestDispatch:
    def test_the_first_school_day_asks_for_the_week_before_once(self, school, on_day):
        on_day(NEXT_MONDAY, 5, 30)
        tasks.day_dispatch()
        tasks.day_dispatch()
        assert list(WeeklyRagRun.objects.values_list("week", flat=True)) == [MONDAY]

    def test_after_the_holiday_it_is_the_last_week_before_it(self, seeded, on_day):
        attend(enrol("9B")[0], last=date(2026, 10, 23))
        for day in (date(2026, 10, 24), date(2026, 10, 26), date(2026, 10, 30)):
            on_day(day, 5, 30)
            tasks.day_dispatch()
        assert not WeeklyRagRun.objects.exists()
        on_day(date(2026, 11, 2), 5, 30)
        tasks.day_dispatch()
        assert WeeklyRagRun.objects.get().week == date(2026, 10, 19)

    def test_an_inset_monday_leaves_it_to_tuesday(self, seeded, on_day):
        attend(enrol("9B")[0], last=date(2026, 12, 18))
        on_day(date(2027, 1, 4), 5, 30)
        tasks.day_dispatch()
        assert not WeeklyRagRun.objects.exists()
        on_day(date(2027, 1, 5), 5, 30)
        tasks.day_dispatch()
        assert WeeklyRagRun.objects.get().week == date(2026, 12, 14)

    def test_a_week_without_marks_is_no_error(self, seeded, on_day):
        on_day(NEXT_MONDAY, 5, 30)
        tasks.day_dispatch()
        assert not WeeklyRagRun.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestInEarnest:
    def test_the_job_ends_with_its_documents_and_tells_the_tutor(self, school, on_day, eager):
        on_day(NEXT_MONDAY)
        staff(Role.FORM_TUTOR, "9B")
        run = services.weekly_rag_ask(week=MONDAY, by=None, today=NEXT_MONDAY)
        run.refresh_from_db()
        assert run.completed_at
        assert run.job.status == Job.Status.DONE
        assert (run.job.steps_done, run.job.steps_total) == (3, 3)
        assert run.job.result_url == run.get_absolute_url()
        assert len(mail.outbox) == 1
        tasks.weekly_rag_job(run.job_id)
        assert len(mail.outbox) == 1
        assert run.documents.made().count() == 3

    def test_a_document_that_cannot_be_drawn_fails_the_job_with_a_reason(self, school, eager, monkeypatch):
        monkeypatch.setattr(services, "rag_document_draw", lambda **_: 1 / 0)
        run = services.weekly_rag_begin(week=MONDAY, by=None, today=NEXT_MONDAY)
        run.job = Job.objects.create(title="RAG", task=services.JOB_TASK, payload={"run": run.pk})
        run.save()
        with pytest.raises(ZeroDivisionError):
            tasks.weekly_rag_job(run.job_id)
        run.job.refresh_from_db()
        assert run.job.status == Job.Status.FAILED
        assert run.job.message

    def test_asked_for_in_two_transactions_at_once(self, school, monkeypatch):
        monkeypatch.setattr("pastoral.core.services.job_enqueue", lambda job_id: None)
        start, runs = threading.Barrier(2), []

        def ask() -> None:
            start.wait(10)
            try:
                runs.append(services.weekly_rag_ask(week=MONDAY, by=None, today=NEXT_MONDAY).pk)
            finally:
                connection.close()

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(runs) == 2
        assert len(set(runs)) == 1
        assert Job.objects.count() == 1

    def test_frozen_by_two_workers_at_once(self, school):
        run = services.weekly_rag_begin(week=MONDAY, by=None, today=NEXT_MONDAY)
        start, ends = threading.Barrier(2), []

        def freeze() -> None:
            start.wait(10)
            try:
                services.weekly_rag_freeze(run_id=run.pk, today=NEXT_MONDAY)
                ends.append("frozen")
            except OperationalError:
                ends.append("again")
            finally:
                connection.close()

        threads = [threading.Thread(target=freeze) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert "frozen" in ends
        assert run.students.count() == 4
        assert run.documents.count() == 3
