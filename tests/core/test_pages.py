"""Core's pages: jobs, access log, home, health, errors."""

from django.urls import reverse

from pastoral.core.rights import Role
from tests.factories import AccessRecordFactory, JobFactory, UserFactory


def test_someone_without_a_role_is_told_what_to_do(as_role):
    page = as_role(None).get("/")
    assert page.status_code == 200
    assert b"ask your Data Manager" in page.content


def test_a_running_job_asks_again_and_a_finished_one_does_not(as_role):
    client = as_role(Role.SLT)
    job = JobFactory(started_by=client.user, status="running", steps_total=4, steps_done=1)
    partial = reverse("core:job_progress", args=[job.pk])
    assert f'hx-get="{partial}"' in client.get(partial).content.decode()
    job.status, job.steps_done, job.result_url = "done", 4, "/there/"
    job.save()
    done = client.get(partial).content.decode()
    assert "hx-get" not in done
    assert 'href="/there/"' in done
