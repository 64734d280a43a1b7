"""Quick-find: who is found by whom, by what, and at what cost."""

from datetime import date

import pytest
from django.urls import reverse

from pastoral.core.rights import Role
from tests.factories import enrol

HTMX = {"HX-Request": "true"}


@pytest.fixture
def school(db, friday):
    """Three students in 9B, one of them gone, and one in 10A."""
    return {
        "okafor": enrol("9B", legal_surname="Okafor", legal_forename="Chidinma", preferred_forename="Chi")[0],
        "lukasik": enrol("9B", legal_surname="Łukasik", legal_forename="Zofia")[0],
        "gone": enrol("9B", legal_surname="Okafor", legal_forename="Abel", left_on=date(2026, 10, 2))[0],
        "older": enrol("10A", legal_surname="Okafor", legal_forename="Ben")[0],
    }


def names(answer) -> list[str]:
    return [student.sort_name for student in answer.context["students"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("okafor", ["Okafor, Chi", "Okafor, Abel"]),
        ("okafr", ["Okafor, Chi", "Okafor, Abel"]),
        ("lukasik", ["Łukasik, Zofia"]),
        ("Zofia Łukasik", ["Łukasik, Zofia"]),
        ("chi okafor", ["Okafor, Chi"]),
        ("Okafor, Chidinma", ["Okafor, Chi"]),
        ("Chidima Okafr", ["Okafor, Chi"]),
        ("Lukasic Zofja", ["Łukasik, Zofia"]),
        ("zzzz", []),
        ("  ", []),
        ("%", []),
        ("'; drop", []),
    ],
)
def test_found_by_name_with_slips_and_without_accents(school, as_role, words, found):
    answer = as_role(Role.HEAD_OF_YEAR, 9).get(reverse("reports:student_find"), {"q": words}, headers=HTMX)
    assert names(answer)[: len(found)] == found
    assert bool(names(answer)) == bool(found)


def test_found_by_admission_number(school, as_role):
    number = school["lukasik"].admission_number
    answer = as_role(Role.SLT).get(reverse("reports:student_find"), {"q": number}, headers=HTMX)
    assert names(answer)[0] == "Łukasik, Zofia"


@pytest.fixture
def numbered(db, friday):
    """Students whose numbers hold each other's digits."""
    for number in ("004735", "047351", "473500", "014735"):
        enrol("9B", admission_number=number, legal_surname=f"No{number}", legal_forename="A")


@pytest.mark.parametrize(
    ("digits", "found"),
    [
        ("004735", ["004735"]),
        ("4735", ["004735", "047351", "473500"]),
        ("04735", ["004735", "047351"]),
        ("47 35", ["004735", "047351", "473500"]),
        ("14735", ["014735"]),
        ("735", []),
    ],
)
def test_digits_are_an_admission_number_or_its_beginning(numbered, as_role, digits, found):
    answer = as_role(Role.SLT).get(reverse("reports:student_find"), {"q": digits}, headers=HTMX)
    assert [student.admission_number for student in answer.context["students"]] == found


def test_what_begins_so_comes_before_what_resembles_it(db, friday, as_role):
    for surname, forename in [
        ("Amari", "Zed"),
        ("Taylor", "Mari"),
        ("Marsh", "Bo"),
        ("Cole Mar", "Di"),
        ("Lamar", "Jo"),
    ]:
        enrol("9B", legal_surname=surname, legal_forename=forename)
    client = as_role(Role.SLT)
    find = reverse("reports:student_find")
    assert names(client.get(find, {"q": "mar"}, headers=HTMX)) == [
        "Marsh, Bo", "Taylor, Mari", "Cole Mar, Di", "Lamar, Jo", "Amari, Zed",
    ]  # fmt: skip
    assert names(client.get(find, {"q": "m"}, headers=HTMX))[0] == "Marsh, Bo"


@pytest.mark.parametrize("words", ["9B", "9b", "9 b"])
def test_a_tutor_groups_name_leads_to_its_list(school, as_role, words):
    find = reverse("reports:student_find")
    answer = as_role(Role.HEAD_OF_YEAR, 9).get(find, {"q": words}, headers=HTMX)
    assert f'href="{reverse("reports:student_list", args=[9, "all"])}?group=9B"' in answer.content.decode()
    single = as_role(Role.SLT).get(find, {"q": words})
    assert single.status_code == 302
    for role, scope in [(Role.FORM_TUTOR, "9B"), (Role.HEAD_OF_YEAR, 10)]:
        assert as_role(role, scope).get(find, {"q": words}, headers=HTMX).context["group"] is None


def test_only_ones_own_students(school, as_role):
    url = reverse("reports:student_find")
    assert "Okafor, Ben" not in names(as_role(Role.FORM_TUTOR, "9B").get(url, {"q": "okafor"}, headers=HTMX))
    assert "Okafor, Ben" in names(as_role(Role.SLT).get(url, {"q": "okafor"}, headers=HTMX))
    assert as_role(Role.DATA_MANAGER).get(url, {"q": "okafor"}, headers=HTMX).status_code == 403


def test_who_left_is_greyed_and_dated(school, as_role):
    answer = as_role(Role.SLT).get(reverse("reports:student_find"), {"q": "okafor abel"}, headers=HTMX)
    page = answer.content.decode()
    assert "has-left" in page
    assert "left Fri 2 Oct" in page


def test_the_list_has_the_tutor_group_and_costs_one_query(school, as_role, django_assert_num_queries):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    with django_assert_num_queries(4):  # session, user, assignments, and the find itself
        answer = client.get(reverse("reports:student_find"), {"q": "okafor"}, headers=HTMX)
    assert "9B" in answer.content.decode()
    enrol("9B", count=20, legal_surname="Okafor")
    with django_assert_num_queries(4):
        full = client.get(reverse("reports:student_find"), {"q": "okafor"}, headers=HTMX)
    assert len(full.context["students"]) == 8
    assert "Show all" in full.content.decode()


def test_without_script_there_is_a_page_and_a_single_find_opens(school, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(reverse("reports:student_find"), {"q": "okafor"})
    assert page.templates[0].name == "reports/student_find.html"
    single = client.get(reverse("reports:student_find"), {"q": "lukasik"})
    assert single.status_code == 302
    assert single.url == school["lukasik"].get_absolute_url()


def test_very_long_words_are_cut(school, as_role):
    assert as_role(Role.SLT).get(reverse("reports:student_find"), {"q": "o" * 5000}, headers=HTMX).status_code == 200
