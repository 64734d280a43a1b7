"""Benchmarks and targets: set and corrected by those who may, refused in words, their history kept."""

from datetime import date

import pytest
from django.urls import reverse

from attendance.models import AttendanceTarget, Benchmark
from attendance.summaries.targets import benchmark_on
from pastoral.core.rights import Role
from tests.factories import AttendanceTargetFactory, BenchmarkFactory, YearGroupFactory, staff

LIST = reverse("attendance:target_list")
FIGURE = {
    "measure": "pa_rate",
    "value": "23.8",
    "window": "2025/26 to July",
    "phase": "secondary",
    "source": "DfE, pupil attendance in schools",
    "published_on": "2026-07-23",
}


@pytest.fixture
def client(as_role, seeded):
    return as_role(Role.DATA_MANAGER)


def test_a_benchmark_is_added_and_corrected_with_its_history(client):
    assert "nothing national is built in" in client.get(LIST).content.decode()
    client.post(reverse("attendance:benchmark_add"), FIGURE)
    held = Benchmark.objects.get()
    change = reverse("attendance:benchmark_change", args=[held.pk])
    assert 'value="23.80"' in client.get(change).content.decode()
    assert client.post(change, {**FIGURE, "value": "24.1"}).status_code == 302
    text = client.get(LIST).content.decode()
    assert "24.10 %" in text
    assert "23.80 % (secondary, 2025/26 to July, DfE, pupil attendance in schools, 2026-07-23)" in text
    assert f"changed by Mrs {client.user.surname}".replace("'", "&#x27;") in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": "101"}, "less than or equal to 100"),
        ({"value": "-1"}, "greater than or equal to 0"),
        ({"published_on": "2027-01-01"}, "The date lies ahead"),
        ({"window": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(client, changes, words):
    answer = client.post(reverse("attendance:benchmark_add"), {**FIGURE, **changes})
    text = answer.content.decode()
    assert words in text
    assert "DfE, pupil attendance in schools" in text
    assert not Benchmark.objects.exists()


def test_the_same_figure_twice_is_refused(client):
    for _ in range(2):
        answer = client.post(reverse("attendance:benchmark_add"), FIGURE)
    assert "held already" in answer.content.decode()
    assert Benchmark.objects.count() == 1


def test_pages_compare_with_the_figure_published_last(seeded):
    BenchmarkFactory()
    BenchmarkFactory(published_on=date(2026, 11, 1), value="22.00", window="autumn so far")
    assert str(benchmark_on("pa_rate", date(2026, 10, 31)).value) == "23.80"
    assert str(benchmark_on("pa_rate", date(2026, 11, 20)).value) == "22.00"
    assert benchmark_on("severe_rate", date(2026, 11, 20)) is None


def test_targets_of_a_year_group_and_of_the_school(client):
    year, owner = YearGroupFactory(number=9), staff(Role.HEAD_OF_YEAR, 9)
    typed = {
        "academic_year": "2026",
        "year_group": year.pk,
        "measure": "attendance",
        "target": "95",
        "tolerance": "0.5",
        "owner": owner.pk,
    }
    add = reverse("attendance:target_add")
    assert client.post(add, typed).status_code == 302
    assert client.post(add, {**typed, "year_group": ""}).status_code == 302
    assert "has a target in this measure" in client.post(add, typed).content.decode()
    assert "has a target in this measure" in client.post(add, {**typed, "year_group": ""}).content.decode()
    assert AttendanceTarget.objects.count() == 2
    held = AttendanceTarget.objects.get(year_group=year)
    assert (
        client.post(reverse("attendance:target_change", args=[held.pk]), {**typed, "target": "96"}).status_code == 302
    )
    text = client.get(LIST).content.decode()
    assert "Year 9 2026/27: 95.0 %, tolerance 0.5" in text
    assert "96.0" in text
    assert "2026/27" in text


def test_a_target_of_an_earlier_year_can_still_be_corrected(client):
    held = AttendanceTargetFactory(academic_year=2024)
    text = client.get(reverse("attendance:target_change", args=[held.pk])).content.decode()
    assert "2024/25" in text
    assert client.get(reverse("attendance:target_change", args=[held.pk + 1])).status_code == 404
