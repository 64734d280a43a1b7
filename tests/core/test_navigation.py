"""The rail: by right, in order, never broken by a page that is not there."""

import re

import pytest

from pastoral.core import navigation
from pastoral.core.navigation import LINKS_AT_ONCE, Entry, home_of, register, sections_for
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


def test_a_long_rail_folds_but_for_where_one_is_and_what_one_left_open(rail):
    for place in range(LINKS_AT_ONCE + 1):
        section = ("", "Attendance", "Behaviour", "School")[place % 4]
        register(Entry(f"Page {place}", "core:job_list" if place else "core:access_log", section=section, order=place))
        navigation._entries[str(place)] = navigation._entries.pop("core:job_list" if place else "core:access_log")

    def unfolded(path, *opened):
        return [each.title for each in sections_for(Person(), path, *opened) if each.folds and each.is_open]

    assert [each.folds for each in sections_for(Person(), "/")] == [False, True, True, True]
    assert unfolded("/") == ["Attendance"]
    assert unfolded("/", {"School"}) == ["School"]
    assert unfolded("/", set()) == []
    navigation._entries.popitem()
    assert not any(each.folds for each in sections_for(Person(), "/"))


def test_what_was_left_unfolded_goes_with_the_browser(as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    client.cookies["rail"] = "Behaviour,%3Cscript%3E"
    page = client.get("/jobs/").content.decode()
    assert re.findall(r'data-rail-fold="(\w+)"( open)?', page)[:2] == [("Attendance", ""), ("Behaviour", " open")]


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
