"""Core's pages: jobs, access log, home, health, errors."""

from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord, Job
from pastoral.core.paging import keyset_page
from pastoral.core.rights import Role
from tests.factories import AccessRecordFactory, JobFactory, UserFactory, enrol


# --- home --------------------------------------------------------------------------------------------
def test_someone_without_a_role_is_told_what_to_do(as_role):
    page = as_role(None).get("/")
    assert page.status_code == 200
    assert b"ask your Data Manager" in page.content
    assert reverse("behaviour:score_list").encode() in page.content.partition(b"<main")[2]


# --- jobs --------------------------------------------------------------------------------------------
def test_a_running_job_asks_again_and_a_finished_one_does_not(as_role):
    client = as_role(Role.SLT)
    job = JobFactory(started_by=client.user, status="running", steps_total=4, steps_done=1)
    partial = reverse("core:job_progress", args=[job.pk])
    running = client.get(partial).content.decode()
    assert f'hx-get="{partial}"' in running
    assert 'value="25" max="100"' in running
    job.status, job.steps_done, job.result_url = "done", 4, "/there/"
    job.save()
    done = client.get(partial).content.decode()
    assert "hx-get" not in done
    assert 'href="/there/"' in done
    assert client.get(partial, headers={"HX-Request": "true"})["HX-Redirect"] == "/there/"


def test_a_failed_job_says_why_and_offers_another_try(as_role):
    client = as_role(Role.SLT)
    job = JobFactory(started_by=client.user, status="failed", message="Line 7 broke it.")
    page = client.get(job.get_absolute_url()).content.decode()
    assert "Line 7 broke it." in page
    assert reverse("core:job_retry", args=[job.pk]) in page


def test_another_try_is_taken_once(as_role, django_capture_on_commit_callbacks):
    client = as_role(Role.SLT)
    job = JobFactory(started_by=client.user, status="failed", message="Line 7 broke it.")
    with mock.patch("pastoral.core.services.job_enqueue") as enqueue, django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            answer = client.post(reverse("core:job_retry", args=[job.pk]))
            assert answer.url == job.get_absolute_url()
    enqueue.assert_called_once_with(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED


def test_a_job_is_its_owners_alone(as_role):
    client = as_role(Role.SLT)
    other = JobFactory(status="failed")
    for name in ["job_detail", "job_progress"]:
        assert client.get(reverse(f"core:{name}", args=[other.pk])).status_code == 404
    assert client.post(reverse("core:job_retry", args=[other.pk])).status_code == 404
    assert other.title not in client.get(reverse("core:job_list")).content.decode()


def test_a_title_is_never_markup(as_role):
    client = as_role(Role.SLT)
    job = JobFactory(started_by=client.user, status="failed", title="<script>1</script>", message="<b>no</b>")
    page = client.get(job.get_absolute_url()).content.decode()
    assert "<script>1" not in page
    assert "<b>no" not in page


@pytest.mark.parametrize("name", ["core:job_list", "core:access_log"])
def test_three_rows_and_thirty_cost_the_same(as_role, django_assert_max_num_queries, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_role(Role.SLT)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(name)).status_code == 200
        return len(queries)

    JobFactory.create_batch(3, started_by=client.user)
    AccessRecordFactory.create_batch(3)
    few = cost()
    JobFactory.create_batch(27, started_by=client.user)
    AccessRecordFactory.create_batch(27)
    assert cost() == few <= 5


# --- walking a list ------------------------------------------------------------------------------------
def test_every_row_is_met_once_though_many_share_a_moment(db):
    moment = timezone.now()
    user = UserFactory()
    AccessRecordFactory.create_batch(7, user=user, at=moment)
    AccessRecordFactory.create_batch(4, user=user, at=moment - timedelta(seconds=1))
    met, cursor = [], ""
    while True:
        page = keyset_page(AccessRecord.objects.all(), field="at", cursor=cursor, size=3)
        met += [record.pk for record in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert met == list(AccessRecord.objects.order_by("-at", "-pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    "cursor",
    ["nonsense", "2026-01-01_x", "2026-01-01T00:00:00_5", "_", "2026-01-01T00:00:00+00:00_9999999999999999999999"],
)
def test_a_spoilt_cursor_never_breaks_the_page(as_role, cursor):
    client = as_role(Role.SLT)
    assert client.get(reverse("core:access_log"), {"before": cursor}).status_code == 200


def test_the_cursor_survives_an_address(as_role):
    client = as_role(Role.SLT)
    AccessRecordFactory.create_batch(60)
    first = client.get(reverse("core:access_log"))
    page = first.context["page"]
    assert len(page.rows) == 50
    href = first.content.decode().split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(reverse("core:access_log") + href)
    assert len(second.context["page"].rows) == 10


# --- access log ----------------------------------------------------------------------------------------
def test_a_note_is_one_insert(db, django_assert_num_queries):
    user = UserFactory()
    with django_assert_num_queries(1):
        access_note(user=user, kind=AccessRecord.Kind.PAGE, subject="student:7", reason="x" * 300, path="/" * 900)
    assert AccessRecord.objects.get().subject == "student:7"


def test_what_was_typed_into_an_address_is_not_in_the_log(db):
    user, kept = UserFactory(), "week=2026-11-16&year=9&window=half-term&format=csv"
    typed = "q=Quillfeather+4711&who=Quillfeather&group=Quillfeather&type=Theft&window=Quillfeather&year=Nine"
    access_note(user=user, kind=AccessRecord.Kind.PAGE, subject="x:1", reason="y", path=f"/list/?{typed}&{kept}")
    access_note(user=user, kind=AccessRecord.Kind.PAGE, subject="x:2", reason="y", path=f"/list/?{typed}")
    assert list(AccessRecord.objects.order_by("pk").values_list("path", flat=True)) == [f"/list/?{kept}", "/list/"]


@pytest.mark.parametrize("role", list(Role))
def test_the_log_is_for_those_who_oversee_it(as_role, role):
    expected = 200 if role in {Role.SLT, Role.DSL} else 403
    assert as_role(role).get(reverse("core:access_log")).status_code == expected


def test_the_log_by_staff_and_by_subject(as_role):
    client = as_role(Role.DSL)
    AccessRecordFactory(subject="student:1", user__staff_code="ONE")
    AccessRecordFactory(subject="student:2", user__staff_code="TWO")
    rows = client.get(reverse("core:access_log"), {"staff": "one"}).context["page"].rows
    assert [record.subject for record in rows] == ["student:1"]
    rows = client.get(reverse("core:access_log"), {"subject": "student:2"}).context["page"].rows
    assert [record.user.staff_code for record in rows] == ["TWO"]


def test_the_log_speaks_of_people_and_sheets_that_the_reader_may_see(as_role, django_assert_num_queries):
    student = enrol("9C", legal_surname="Reid", legal_forename="Renée")[0]
    client = as_role(Role.DSL)
    for subject in (f"student:{student.pk}", "student:987654321", "list:pa:9", "student:" + "9" * 40):
        AccessRecordFactory(subject=subject)
    page = client.get(reverse("core:access_log"))
    words = [reading.words for reading in page.context["readings"]]
    assert words == ["student:" + "9" * 40, "list:pa:9", "student:987654321", "Reid, Renée 9C"]
    few = client.get(reverse("core:access_log"), {"subject": f"student:{student.pk}"}).content.decode()
    assert "Readings of Reid, Renée 9C only" in few
    AccessRecordFactory.create_batch(20, subject=f"student:{student.pk}")
    with django_assert_num_queries(5):  # session, user, assignments, the page of the log, the students on it
        client.get(reverse("core:access_log"))


def test_the_log_by_days(as_role):
    client = as_role(Role.DSL)
    london = ZoneInfo("Europe/London")
    for day, hour in [(17, 23), (18, 0), (18, 23), (19, 0)]:
        AccessRecordFactory(subject=f"list:{day}.{hour}", at=datetime(2026, 11, day, hour, 30, tzinfo=london))
    asked = {"since": "2026-11-18", "until": "2026-11-18"}
    rows = client.get(reverse("core:access_log"), asked).context["page"].rows
    assert [record.subject for record in rows] == ["list:18.23", "list:18.0"]
    for spoilt in ("0001-01-01", "9999-12-31", "2026-02-30"):
        answer = client.get(reverse("core:access_log"), {"since": spoilt, "until": spoilt})
        assert answer.status_code == 200


def test_the_same_reading_again_is_folded(as_role):
    client = as_role(Role.DSL)
    now, user = timezone.now(), UserFactory()
    for minutes in (0, 1, 2, 20):
        AccessRecordFactory(user=user, subject="list:pa:9", at=now - timedelta(minutes=minutes))
    AccessRecordFactory(subject="list:pa:9", at=now - timedelta(minutes=21))
    page = client.get(reverse("core:access_log"))
    assert [reading.repeats for reading in page.context["readings"]] == [2, 0, 0]
    assert "and 2 times just before" in page.content.decode()


# --- health and errors -----------------------------------------------------------------------------------
def test_health_needs_no_sign_in_and_tells_what_is_away(db):
    with mock.patch("pastoral.core.views.health._broker_answers", return_value=True):
        well = Client().get("/health/")
    assert (well.status_code, well.json()) == (200, {"database": True, "jobs": True})
    with (
        mock.patch("pastoral.core.views.health.connection.cursor", side_effect=OperationalError),
        mock.patch("pastoral.core.views.health.connection.close"),
        mock.patch("pastoral.core.views.health._broker_answers", return_value=True),
    ):
        ill = Client().get("/health/")
    assert (ill.status_code, ill.json()) == (503, {"database": False, "jobs": True})


def test_health_with_no_broker(db, settings, tmp_path):
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/nothing.sock"
    assert Client().get("/health/").json() == {"database": True, "jobs": False}


@pytest.mark.parametrize("name", ["500.html", "503.html", "400.html", "403_csrf.html", "429.html"])
def test_pages_for_the_worst_need_nothing(name):
    """No request, no database (this test may not touch one), no context."""
    page = render_to_string(name)
    assert 'href="' in page
    assert "<h1>" in page


def test_not_found_before_and_after_signing_in(as_role):
    assert b"Not found" in Client().get("/no/such/page/").content
    page = as_role(Role.SLT).get("/no/such/page/")
    assert page.status_code == 404
    assert b"Go to my first page" in page.content


def test_an_address_that_only_takes_forms_says_so_when_it_is_opened(as_role):
    page = as_role(Role.SLT).get(reverse("core:job_retry", args=[1]))
    assert page.status_code == 405
    assert page["Allow"] == "POST"
    assert b"Nothing to open here" in page.content


def test_a_form_left_open_too_long_is_explained(as_role):
    client = Client(enforce_csrf_checks=True)
    user = UserFactory()
    client.force_login(user)
    answer = client.post(reverse("core:job_retry", args=[1]))
    assert answer.status_code == 403
    assert b"Please send it again" in answer.content


def test_every_page_asks_for_a_sign_in():
    for name in ["core:home", "core:job_list", "core:access_log"]:
        answer = Client().get(reverse(name))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))
