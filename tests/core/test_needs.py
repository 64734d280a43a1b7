"""The strip of what needs somebody now: one register of sources, in order, and facts read once."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from pastoral.core import needs
from pastoral.core.models import ImportRun, Job, User
from pastoral.core.needs import Counted, Line, Look, lines_for, register
from pastoral.core.rights import Role
from tests.factories import JobFactory

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def sources(monkeypatch):
    """No source yet."""
    monkeypatch.setattr(needs, "_sources", {})


def test_lines_of_every_source_in_order(sources):
    register("one", lambda look: [Line("later", "/b/", 20, 3), Line("also later", "/c/", 20)])
    register("other", lambda look: [Line("first", "/a/", 10)])
    assert [line.label for line in lines_for(Look(User(), NOW))] == ["first", "also later", "later"]


def test_the_last_source_under_a_name_stands(sources):
    register("one", lambda look: [Line("old", "/a/", 1)])
    register("one", lambda look: [Line("new", "/a/", 1)])
    assert [line.label for line in lines_for(Look(User(), NOW))] == ["new"]


def test_what_two_sources_need_is_read_once(sources):
    read = []

    def fact(look: Look) -> int:
        read.append(look.day)
        return len(read)

    register("one", lambda look: [Line(str(look.once(fact)), "/a/", 1)])
    register("other", lambda look: [Line(str(look.once(fact)), "/b/", 2)])
    assert [line.label for line in lines_for(Look(User(), NOW))] == ["1", "1"]


def test_plain_counts_of_all_sources_are_one_query(db, sources, django_assert_num_queries):
    JobFactory.create_batch(2)
    jobs = Job.objects.order_by("pk")
    register("one", lambda look: [Counted((jobs, jobs), "job", "jobs", "/a/", 1), Line("last", "/c/", 9)])
    register("two", lambda look: [Counted((jobs.none(),), "none", "none", "/b/", 2)])
    register("three", lambda look: [Counted((jobs,), "job", "some jobs", "/d/", 3, shows_number=False)])
    with django_assert_num_queries(1):
        lines = lines_for(Look(User(), NOW))
    assert [(line.label, line.count) for line in lines] == [("jobs", 4), ("some jobs", None), ("last", None)]


def test_the_page_without_script_and_the_strip_for_htmx(as_role, sources):
    client = as_role(Role.SLT)
    assert "Nothing waits for you" in client.get(reverse("core:needs_now")).content.decode()
    register("one", lambda look: [Line("registers not taken", "/a/", 1, 4, state="3 overdue", action="Take")])
    page = client.get(reverse("core:needs_now")).content.decode()
    strip = client.get(reverse("core:needs_now"), headers={"HX-Request": "true"}).content.decode()
    assert "<h1>What needs you now</h1>" in page
    assert "<html" not in strip
    for each in (page, strip):
        assert "<strong>4</strong> registers not taken" in each
        assert "3 overdue" in each


@pytest.mark.parametrize(
    ("role", "url"),
    [
        (Role.FORM_TUTOR, "reports:my_students"),
        (Role.SENCO, "reports:my_students"),
        (Role.SLT, "reports:school_dashboard"),
        (Role.DATA_MANAGER, "core:import_list"),
    ],
)
def test_the_page_on_which_the_day_begins_asks_for_the_strip(seeded, as_role, role, url):
    page = as_role(role).get(reverse(url)).content.decode()
    assert f'hx-get="{reverse("core:needs_now")}"' in page
    assert f'href="{reverse("core:needs_now")}"' in page


def imports(client) -> list[tuple[str, str]]:
    found = client.get(reverse("core:needs_now")).context["lines"]
    return [(line.label, line.state) for line in found]


def test_the_last_import_with_faults_until_a_better_one(as_role):
    client, job = as_role(Role.DATA_MANAGER), JobFactory()
    ImportRun.objects.create(file_name="old.csv", status="applied", refused=9)
    ImportRun.objects.create(file_name="staff.csv", status="applied", job=job)
    ImportRun.objects.create(file_name="marks.csv", status="preview", refused=1, job=job)
    ImportRun.objects.create(file_name="calendar.csv", status="refused", job=job)
    assert imports(client) == [
        ("calendar.csv of the last import", "refused whole"),
        ("marks.csv of the last import", "1 line refused"),
    ]
    ImportRun.objects.create(file_name="marks.csv", status="applied")
    assert imports(client) == []


def test_only_who_imports_sees_imports(as_role):
    ImportRun.objects.create(file_name="marks.csv", status="applied", refused=9)
    assert imports(as_role(Role.SENCO)) == []
