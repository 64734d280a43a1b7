"""A frozen week made anew: what was amended, the new issue beside the old one, who is told."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from attendance.codes import code_on
from attendance.models import SessionMark
from pastoral.core.models import Job
from pastoral.core.rights import Role
from reports import services, tasks
from reports.models import RagDocument, RagNotice, RagStudent, WeeklyRagRun
from reports.rag.amendments import amended_marks
from tests.factories import enrol, staff
from tests.reports.rag_school import MONDAY, NEXT_MONDAY, attend, made

BEFORE_LAST = MONDAY - timedelta(weeks=1)


@pytest.fixture
def run(seeded, media) -> WeeklyRagRun:
    """9B and 9C, made for the week; frozen an hour ago by the clock that the database stamps marks with."""
    for one in [*enrol("9B", count=2), *enrol("9C")]:
        attend(one)
    SessionMark.objects.update(recorded_at=timezone.now() - timedelta(days=1))
    SessionMark.pgh_event_model.objects.all().delete()
    run = made()
    WeeklyRagRun.objects.update(frozen_at=timezone.now() - timedelta(hours=1))
    run.refresh_from_db()
    return run


def amend(group: str, session: str = "AM", letters: str = "O", week=MONDAY) -> None:
    """Change one mark of the group's first student on the week's Monday, as an import does."""
    student = RagStudent.objects.filter(tutor_group=group).order_by("pk").values("student")[:1]
    marks = SessionMark.objects.filter(student__in=student, date=week, session=session)
    marks.update(code_id=code_on(letters, week).key, recorded_at=timezone.now())


def again(run: WeeklyRagRun, **kwargs) -> WeeklyRagRun:
    return services.weekly_rag_reissue(week=run.week, replaces=run.issue, by=None, today=NEXT_MONDAY, **kwargs)


def finish(run: WeeklyRagRun) -> WeeklyRagRun:
    tasks.weekly_rag_build(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.django_db
class TestAmended:
    def test_each_session_once_of_this_week_alone(self, run):
        everybody = run.students.all()
        assert amended_marks(run, everybody) == 0
        amend("9B")
        amend("9B", letters="I")
        amend("9B", "PM")
        amend("9C")
        amend("9C", week=BEFORE_LAST)
        assert amended_marks(run, everybody) == 3
        assert amended_marks(run, RagStudent.objects.of(run.documents.get(name="9C"))) == 1

    def test_a_mark_taken_away_and_one_added_count(self, run):
        student = run.students.filter(tutor_group="9B").first().student_id
        mark = SessionMark.objects.get(student=student, date=MONDAY, session="AM")
        mark.delete()
        assert amended_marks(run, run.students.all()) == 1
        SessionMark.objects.create(student_id=student, date=MONDAY, session="AM", code_id=code_on("/", MONDAY).key)
        assert amended_marks(run, run.students.all()) == 1

    def test_the_run_and_the_sheet_say_so(self, run, on_day, client_for):
        on_day(NEXT_MONDAY)
        amend("9B")
        head = client_for(staff(Role.HEAD_OF_YEAR, 9))
        page = head.get(run.get_absolute_url()).content.decode()
        assert "1 mark</span> of this week was amended" in page
        assert "Make a new issue" in page
        sheets = {one.name: head.get(one.get_absolute_url()).content.decode() for one in run.documents.all()}
        assert "1 mark of this week was amended" in sheets["9B"]
        assert "1 mark of this week was amended" in sheets["Year 9"]
        assert "amended" not in sheets["9C"]
        tutor = client_for(staff(Role.FORM_TUTOR, "9C"))
        page = tutor.get(run.get_absolute_url()).content.decode()
        assert "No mark of this week was amended" in page
        assert "Make a new issue" not in page


@pytest.mark.django_db
class TestNewIssue:
    def test_it_stands_beside_the_old_one(self, run, eager, django_capture_on_commit_callbacks):
        held = dict(run.documents.values_list("name", "sha256"))
        amend("9B")
        with django_capture_on_commit_callbacks(execute=True):
            second = again(run)
        second.refresh_from_db()
        assert (second.issue, second.week) == (2, MONDAY)
        assert second.completed_at
        assert dict(run.documents.values_list("name", "sha256")) == held
        assert all(document.is_filed for document in RagDocument.objects.all())
        assert sum(second.students.values_list("week_unauthorised", flat=True)) == 1
        assert sum(run.students.values_list("week_unauthorised", flat=True)) == 0
        with second.documents.get(name="9B").file.open() as file:
            words = PdfReader(file).pages[0].extract_text()
        assert "issue 2, replaces the earlier one" in words

    def test_two_clicks_make_one(self, run):
        assert again(run) == again(run)
        assert WeeklyRagRun.objects.count() == 2
        assert Job.objects.count() == 1

    def test_a_late_click_on_an_old_page_makes_none(self, run, eager):
        second = finish(again(run))
        assert again(run) == second
        assert WeeklyRagRun.objects.count() == 2

    def test_a_week_without_one_is_refused(self, run):
        with pytest.raises(services.RagWeekRefused, match="ask for it first"):
            services.weekly_rag_reissue(week=BEFORE_LAST, replaces=1, by=None)

    def test_asking_gives_the_newest(self, run):
        second = again(run)
        assert services.weekly_rag_ask(week=MONDAY, by=None, today=NEXT_MONDAY) == second
        assert services.weekly_rag_begin(week=MONDAY, by=None, today=NEXT_MONDAY) == second

    def test_tutors_are_told_that_it_replaces_the_earlier_one(self, run, on_day, eager):
        on_day(NEXT_MONDAY)
        tutor = staff(Role.FORM_TUTOR, "9B")
        second = finish(again(run))
        services.rag_notices_send(run_id=second.pk)
        (message,) = mail.outbox
        assert message.to == [tutor.email]
        assert "issue 2" in message.subject
        assert "replaces the earlier one" in message.body
        assert second.documents.get(name="9B").get_absolute_url() in message.body

    def test_of_an_older_week_nobody_is_told(self, run, on_day, eager):
        on_day(NEXT_MONDAY)
        staff(Role.FORM_TUTOR, "9B")
        finish(again(made(week=BEFORE_LAST)))
        assert not RagNotice.objects.filter(run__week=BEFORE_LAST).exists()


@pytest.mark.django_db
class TestPages:
    def test_by_week_the_newest_and_the_old_one_by_its_number(self, run, on_day, client_for, eager):
        on_day(NEXT_MONDAY)
        second = finish(again(run))
        client = client_for(staff(Role.HEAD_OF_YEAR, 9))
        address = reverse("reports:rag_detail", args=[MONDAY])
        assert "issue 2 of 2" in client.get(address).content.decode()
        old = client.get(address, {"issue": 1}).content.decode()
        assert "issue 1 of 2" in old
        assert "replaces it" in old
        assert "Make a new issue" not in old
        for wrong in ("3", "0", "x", "99999999999999"):
            assert client.get(address, {"issue": wrong}).status_code == 404
        rows = client.get(reverse("reports:rag_list")).content.decode()
        assert rows.index("issue 2 of 2") < rows.index("issue 1 of 2")
        sheet = client.get(run.documents.get(name="9B").get_absolute_url()).content.decode()
        assert second.documents.get(name="9B").get_absolute_url() in sheet
        answer = client.get(reverse("reports:rag_pdf", args=[second.documents.get(name="9B").pk]))
        assert f'"RAG {MONDAY} 9B issue 2.pdf"' in answer["Content-Disposition"]
        assert answer.getvalue()

    def test_the_button_makes_one(self, run, on_day, client_for):
        on_day(NEXT_MONDAY)
        client = client_for(staff(Role.PASTORAL_MANAGER, 9))
        address = reverse("reports:rag_reissue", args=[MONDAY])
        first, second = (client.post(address, {"replaces": "1"}) for _ in range(2))
        assert first.url == second.url == f"{reverse('reports:rag_detail', args=[MONDAY])}?issue=2"
        page = client.get(first.url).content.decode()
        assert 'id="job-progress"' in page
        assert client.post(address, {"replaces": "?"}).url == first.url
        assert WeeklyRagRun.objects.count() == 2
        assert client.post(reverse("reports:rag_reissue", args=[BEFORE_LAST])).status_code == 404

    def test_who_waits_is_told_the_place_in_the_queue(self, run, on_day, client_for):
        on_day(NEXT_MONDAY)
        Job.objects.create(title="Import", task="x")
        page = client_for(staff(Role.SLT)).get(again(run).get_absolute_url()).content.decode()
        assert "2nd in the queue" in page


@pytest.mark.django_db(transaction=True)
def test_two_ask_for_a_new_issue_at_once(run, monkeypatch):
    monkeypatch.setattr("pastoral.core.services.job_enqueue", lambda job_id: None)
    start, runs = threading.Barrier(2), []

    def ask() -> None:
        start.wait(10)
        try:
            runs.append(again(run).issue)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert runs == [2, 2]
    assert Job.objects.count() == 1
