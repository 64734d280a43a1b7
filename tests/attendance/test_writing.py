"""Marks are written in one way: what differs, with who, in what position and why behind each one replaced."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError

from attendance.codes import code_on
from attendance.models import PlannedMark, SessionMark
from attendance.offers import codes_offered
from attendance.services.marks import MarkRow, ReasonMissing, marks_write
from attendance.summaries.planned import expected_in
from pastoral.core.history import acting
from pastoral.core.rights import RIGHTS_BY_ROLE, Role
from tests.factories import enrol, staff

DAY = date(2026, 11, 20)


def key(letters: str, day: date = DAY) -> int:
    code = code_on(letters, day)
    assert code is not None
    return code.key


def test_a_replaced_mark_keeps_who_why_and_in_what_position(seeded: int, friday: date) -> None:
    (kai,) = enrol("9B")
    tutor = staff(Role.FORM_TUTOR, "9B")
    assert [mark.is_new for mark in marks_write(rows=[MarkRow(kai.pk, DAY, "AM", key("N"))], by=tutor)] == [True]
    with acting(tutor, path="/register/"):
        written = marks_write(
            rows=[MarkRow(kai.pk, DAY, "AM", key("L"), 12)], by=tutor, reason="Arrived late, 12 minutes"
        )
        assert [mark.is_new for mark in written] == [False]
        marks_write(rows=[MarkRow(kai.pk, DAY, "PM", key("\\"))], by=tutor)
        SessionMark.objects.filter(session="PM").update(comment="outer")
    first, second = _events()
    assert first.code_id == key("N")
    assert first.pgh_context.metadata["reason"] == "Arrived late, 12 minutes"
    assert first.pgh_context.metadata["position"] == "Form Tutor 9B"
    assert first.pgh_context.metadata["user"] == tutor.pk
    assert second.pgh_context.metadata == {"user": tutor.pk, "path": "/register/"}, "the outer context came back"


def _events() -> list[object]:
    from django.apps import apps

    return list(apps.get_model("attendance", "SessionMarkEvent").objects.order_by("pgh_id"))


def test_the_same_mark_again_leaves_no_trace(seeded: int, friday: date) -> None:
    (kai,) = enrol("9B")
    by = staff(Role.FORM_TUTOR, "9B")
    row = MarkRow(kai.pk, DAY, "AM", key("L"), 5)
    marks_write(rows=[row], by=by)
    assert marks_write(rows=[row], by=staff(Role.ATTENDANCE_OFFICER)) == ()
    assert SessionMark.objects.get().recorded_by == by
    assert not _events()


def test_no_mark_is_replaced_without_a_reason(seeded: int, friday: date) -> None:
    kai, zofia = enrol("9B", count=2)
    by = staff(Role.FORM_TUTOR, "9B")
    marks_write(rows=[MarkRow(kai.pk, DAY, "AM", key("N"))], by=by)
    with pytest.raises(ReasonMissing):
        marks_write(rows=[MarkRow(kai.pk, DAY, "AM", key("/")), MarkRow(zofia.pk, DAY, "AM", key("/"))], by=by)
    assert [(mark.student, mark.code_id) for mark in SessionMark.objects.all()] == [(kai, key("N"))]


def test_a_code_of_another_time_is_refused_whole(seeded: int, friday: date) -> None:
    (kai,) = enrol("9B")
    with pytest.raises(IntegrityError):
        marks_write(rows=[MarkRow(kai.pk, DAY, "AM", key("H", date(2024, 6, 3)))], by=staff(Role.ATTENDANCE_OFFICER))


@pytest.mark.parametrize(
    ("role", "born_on", "day", "held", "withheld"),
    [
        (Role.FORM_TUTOR, date(2013, 1, 15), DAY, "/ L U N", "\\ I M G O C C2 X E V"),
        (Role.ATTENDANCE_OFFICER, date(2013, 1, 15), DAY, "/ L U N I M G O C2 E V Y5", "X C C1 H Z # \\"),
        (Role.ATTENDANCE_OFFICER, date(2009, 10, 1), DAY, "X I", "C2 C Z"),
        (Role.ATTENDANCE_OFFICER, date(2013, 1, 15), date(2024, 6, 3), "H J Y", "J1 Y1 C2 K"),
    ],
)
def test_codes_offered_fit_the_day_the_student_and_the_role(
    role: Role, born_on: date, day: date, held: str, withheld: str
) -> None:
    offered = {code.letters for code in codes_offered(day, "AM", born_on=born_on, rights=RIGHTS_BY_ROLE[role])}
    assert set(held.split()) <= offered
    assert not set(withheld.split()) & offered


def test_a_single_absence_says_more_than_a_timetable(
    seeded: int, friday: date, django_assert_num_queries: Callable[..., object]
) -> None:
    kai, zofia = enrol("9B", count=2)
    by = staff(Role.ATTENDANCE_OFFICER)
    common = {"created_by": by, "starts_on": date(2026, 11, 2), "ends_on": date(2026, 12, 18)}
    PlannedMark.objects.create(
        student=kai,
        kind="part_time",
        code_id=key("C2"),
        sessions=["FRI-PM", "MON-AM"],
        agreed_with="Mrs O'Brien",
        agreed_on=DAY,
        review_on=date(2026, 12, 1),
        **common,
    )
    PlannedMark.objects.create(
        student=zofia,
        kind="leave",
        status="refused",
        code_id=key("C"),
        decided_by=by,
        decided_at="2026-11-01T09:00Z",
        **common,
    )
    with django_assert_num_queries(1):
        assert set(expected_in([kai.pk, zofia.pk], DAY, "AM")) == {zofia.pk}
    found = expected_in([kai.pk, zofia.pk], DAY, "PM")
    assert found[kai.pk].key == key("C2")
    assert (found[zofia.pk].key, found[zofia.pk].is_refused) == (key("G"), True)
    PlannedMark.objects.create(
        student=kai, kind="planned", code_id=key("M"), created_by=by, starts_on=DAY, ends_on=DAY, starts_session="PM"
    )
    assert expected_in([kai.pk], DAY, "PM")[kai.pk].key == key("M")
