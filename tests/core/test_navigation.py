"""The rail: by right, in order, never broken by a page that is not there."""

import pytest

from pastoral.core import navigation
from pastoral.core.navigation import Entry, home_of, register, sections_for
from pastoral.core.rights import Right, Role


class Person:
    """Somebody with rights; the rail asks for nothing else."""

    def __init__(self, *rights: Right) -> None:
        self.rights = rights

    def may(self, right: Right) -> bool:
        return right in self.rights


@pytest.fixture
def rail(monkeypatch):
    """An empty rail."""
    monkeypatch.setattr(navigation, "_entries", {})


def test_only_what_the_person_may_open_in_order(rail):
    register(Entry("Log", "core:access_log", Right.SEE_ACCESS_LOG, section="School", order=9))
    register(Entry("Jobs", "core:job_list", order=1))
    register(Entry("Not built yet", "reports:no_such_page"))
    assert [link.label for section in sections_for(Person(), "/jobs/") for link in section.links] == ["Jobs"]
    sections = sections_for(Person(Right.SEE_ACCESS_LOG), "/jobs/7/")
    assert [section.title for section in sections] == ["", "School"]
    assert [link.is_current for section in sections for link in section.links] == [True, False]


def test_the_home_is_the_first_that_is_ones_own(rail):
    register(Entry("Jobs", "core:job_list", home=20))
    register(Entry("Log", "core:access_log", Right.SEE_ACCESS_LOG, home=10))
    assert home_of(Person(Right.SEE_ACCESS_LOG)) == "/access-log/"
    assert home_of(Person()) == "/jobs/"


def test_no_home_at_all(rail):
    register(Entry("Jobs", "core:job_list"))
    assert home_of(Person()) == ""


@pytest.mark.parametrize("role", [None, *Role])
def test_home_never_fails(as_role, role):
    assert as_role(role).get("/").status_code in {200, 302}


def test_the_frame_names_the_person_and_their_job(as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get("/jobs/").content.decode()
    assert "Head of Year 9" in page
    assert "seen by Mrs" in page
