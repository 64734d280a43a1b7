"""The school day's settings: times that make a day, and what they were before."""

from collections.abc import Callable
from datetime import date, time

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from attendance.models import LessonMark, Period, RegisterTimes
from attendance.services.times import TimesFault, period_save, register_times_set
from attendance.summaries.schoolday import times_changes
from pastoral.core.rights import Role
from tests.factories import enrol
from tests.planning import key

TIMES = {
    "am_starts": "08:40",
    "pm_starts": "13:00",
    "open_minutes": "25",
    "overdue_minutes": "10",
    "is_taken_here": "yes",
}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"open_minutes": "31"}, "open_minutes"),
        ({"open_minutes": "0"}, "open_minutes"),
        ({"open_minutes": "-5"}, "open_minutes"),
        ({"pm_starts": "08:40"}, "pm_starts"),
        ({"overdue_minutes": "0"}, "overdue_minutes"),
        ({"am_starts": "25:00"}, "am_starts"),
    ],
)
def test_times_that_make_no_day_are_refused_where_they_stand(
    seeded: int, as_role: Callable[..., Client], facts: dict[str, str], field: str
) -> None:
    page = as_role(Role.DATA_MANAGER).post(reverse("attendance:times_form"), {**TIMES, **facts})
    assert list(page.context["form"].errors) == [field]
    assert RegisterTimes.objects.get().open_minutes == 30


def test_times_are_saved_and_what_they_were_is_kept(seeded: int, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.DATA_MANAGER)
    assert client.post(reverse("attendance:times_form"), TIMES).status_code == 302
    held = RegisterTimes.objects.get()
    assert (held.am_starts, held.open_minutes) == (time(8, 40), 25)
    (change,) = times_changes()
    assert change.what == "registers at 08:45 and 13:05, open 30 minutes, overdue after 15"
    assert change.by == f"Mrs {client.user.surname}"
    assert change.what in client.get(reverse("attendance:times_form")).content.decode()


def test_the_database_keeps_the_thirty_minutes_too(seeded: int) -> None:
    with pytest.raises(IntegrityError):
        RegisterTimes.objects.update(open_minutes=31)
    with pytest.raises(TimesFault, match="1 to 30"):
        register_times_set(
            am_starts=time(9), pm_starts=time(13), open_minutes=31, overdue_minutes=10, is_taken_here=True
        )


def lesson(**facts: str) -> dict[str, str]:
    return {"name": "P6", "starts": "15:20", "ends": "16:10", "session": "PM", **facts}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "p1"}, "name"),
        ({"starts": "14:00"}, "starts"),
        ({"ends": "15:00", "starts": "15:20"}, "ends"),
        ({"session": "AM"}, "session"),
    ],
)
def test_a_lesson_that_does_not_fit_is_refused(
    seeded: int, as_role: Callable[..., Client], facts: dict[str, str], field: str
) -> None:
    page = as_role(Role.DATA_MANAGER).post(reverse("attendance:period_add"), lesson(**facts))
    assert list(page.context["period_form"].errors) == [field]
    assert Period.objects.count() == 5


def test_a_lesson_is_added_changed_and_taken_out_with_its_history(seeded: int, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.DATA_MANAGER)
    client.post(reverse("attendance:period_add"), lesson())
    held = Period.objects.get(name="P6")
    client.post(reverse("attendance:period_form", args=[held.pk]), lesson(ends="16:00"))
    client.post(reverse("attendance:period_remove", args=[held.pk]))
    assert not Period.objects.filter(name="P6").exists()
    # One transaction, one moment: their order is the database's.
    assert {change.what for change in times_changes()} == {"P6 15:20–16:00 PM", "P6 15:20–16:10 PM"}
    gone = client.get(reverse("attendance:period_form", args=[held.pk]), follow=True)
    assert "not in the school day any more" in gone.content.decode()


def test_names_in_lesson_marks_without_a_lesson_are_said(
    seeded: int, friday: date, as_role: Callable[..., Client]
) -> None:
    (kai,) = enrol("9B")
    facts = {"student": kai, "date": friday, "subject": "Maths", "class_name": "9b/Ma", "code_id": key("/")}
    LessonMark.objects.create(period="Reg", **facts)
    LessonMark.objects.create(period="P1", **facts)
    page = as_role(Role.DATA_MANAGER).get(reverse("attendance:times_form"))
    assert page.context["unknown"] == ["Reg"]


def test_saving_a_lesson_as_it_is_leaves_it(seeded: int) -> None:
    first = Period.objects.get(name="P1")
    held = period_save(period=first, name="P1", starts=first.starts, ends=first.ends, session="AM")
    assert held.pk == first.pk
