"""Benchmarks and targets: set and corrected by those who may, refused in words, their history kept."""

from datetime import date

import pytest
from django.urls import reverse

from attendance.models import AttendanceTarget, Benchmark
from attendance.summaries.targets import benchmark_on, window_end
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
    seen = client.get(change).context["form"]["seen"].value()
    assert client.post(change, {**FIGURE, "value": "24.1", "seen": seen}).status_code == 302
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


def test_pages_compare_with_the_figure_most_like_theirs_and_published_last(seeded):
    def value(on: date, as_at: date) -> str:
        return str(benchmark_on("pa_rate", on, as_at).value)

    BenchmarkFactory()
    BenchmarkFactory(published_on=date(2026, 10, 20), value="20.00", window="autumn so far")
    BenchmarkFactory(published_on=date(2026, 11, 1), value="22.00", window="autumn term 2026/27")
    BenchmarkFactory(published_on=date(2026, 11, 2), value="18.80", window="autumn term", phase="all phases")
    november, july = date(2026, 11, 20), date(2026, 7, 22)
    assert value(date(2026, 10, 1), november) == "23.80"
    assert value(date(2026, 10, 31), november) == "20.00"
    assert value(november, november) == "22.00"
    assert value(november, july) == "23.80"
    assert benchmark_on("severe_rate", november, november) is None


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("2025/26 to July", 10),
        ("1 September to 20 March 2026", 6),
        ("autumn term 2024/25", 3),
        ("autumn and spring terms 2024/25", 7),
        ("2024/25", 10),
        ("summer term 2025", None),
        ("as published", None),
    ],
)
def test_a_window_in_words_says_in_which_month_it_ends(words, end):
    assert window_end(words) == end


def test_the_second_of_two_who_correct_a_figure_is_told_and_can_save_again(client):
    client.post(reverse("attendance:benchmark_add"), FIGURE)
    target = AttendanceTargetFactory()
    held = Benchmark.objects.get()
    typed = {
        "academic_year": target.academic_year,
        "year_group": target.year_group_id or "",
        "measure": target.measure,
        "target": "91.5",
        "tolerance": "0.5",
    }
    for address, sent, changed in (
        (reverse("attendance:benchmark_change", args=[held.pk]), {**FIGURE, "value": "24.9"}, {"value": "24.10"}),
        (reverse("attendance:target_change", args=[target.pk]), typed, {"target": "77.5"}),
    ):
        seen = client.get(address).context["form"]["seen"].value()
        model = Benchmark if "value" in changed else AttendanceTarget
        model.objects.update(**changed)
        answer = client.post(address, {**sent, "seen": seen})
        assert "Somebody changed this while the form was open" in answer.content.decode()
        assert next(iter(changed.values())) in answer.content.decode()
        assert model.objects.filter(**changed).exists()
        again = answer.context["form"]["seen"].value()
        assert client.post(address, {**sent, "seen": again}).status_code == 302
        assert not model.objects.filter(**changed).exists()


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
    change = reverse("attendance:target_change", args=[held.pk])
    seen = client.get(change).context["form"]["seen"].value()
    assert client.post(change, {**typed, "target": "96", "seen": seen}).status_code == 302
    text = client.get(LIST).content.decode()
    assert "Year 9 2026/27: 95.0 %, tolerance 0.5" in text
    assert "96.0" in text
    assert "2026/27" in text


def test_a_target_of_an_earlier_year_can_still_be_corrected(client):
    held = AttendanceTargetFactory(academic_year=2024)
    text = client.get(reverse("attendance:target_change", args=[held.pk])).content.decode()
    assert "2024/25" in text
    assert client.get(reverse("attendance:target_change", args=[held.pk + 1])).status_code == 404


def test_the_history_holds_changes_alone(client):
    held = AttendanceTargetFactory(academic_year=2026, owner=None)
    owner = staff(Role.HEAD_OF_YEAR, 9)
    change = reverse("attendance:target_change", args=[held.pk])
    typed = {
        "academic_year": 2026,
        "year_group": held.year_group_id or "",
        "measure": held.measure,
        "target": held.target,
        "tolerance": held.tolerance,
        "owner": "",
    }
    for sent in (typed, {**typed, "owner": owner.pk}, {**typed, "owner": owner.pk}):
        seen = client.get(change).context["form"]["seen"].value()
        assert client.post(change, {**sent, "seen": seen}).status_code == 302
    AttendanceTarget.objects.all().delete()
    AttendanceTargetFactory(academic_year=2026, owner=owner)
    (told,) = client.get(LIST).context["changes"]
    assert told.words.endswith("no owner")
    assert told.by == str(client.user)
