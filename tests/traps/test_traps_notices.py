"""Traps of product.md C3 that penalty notices could fall into."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from attendance.codes import code_on
from attendance.services import notices as services
from attendance.services.marks import MarkRow, marks_write
from attendance.summaries.noticecase import CasePage
from attendance.summaries.notices import Watch
from pastoral.core.rights import Role
from students.calendar import end_of_compulsory_age
from tests.factories import enrol, staff
from tests.marks import lay
from tests.notices import penalty_notice

TODAY = date(2026, 11, 20)
ANSWERS = {"appropriate": "no", "offered": "no", "engaged": "no", "best_tool": "yes", "equality": "yes"}


def decided(student, by):
    return services.notice_decide(
        student_id=student.pk,
        window_last=TODAY,
        decision="referred",
        reason="Holiday.",
        checks=ANSWERS,
        review_on=None,
        by=by,
        at=timezone.now(),
        seen=0,
    )


def test_t7_a_decision_keeps_its_sessions_and_says_which_marks_changed(seeded, friday, as_role):
    (student,) = enrol("9B")
    lay(student, date(2026, 11, 2), " ".join(["O"] * 10))
    client = as_role(Role.HEAD_OF_YEAR, 9)
    held = decided(student, client.user)
    rows = [MarkRow(student.pk, date(2026, 11, 3), session, code_on("I", TODAY).key) for session in ("AM", "PM")]
    marks_write(rows=rows, by=client.user, reason="medical evidence came")
    held.refresh_from_db()
    assert [row["code"] for row in held.sessions] == ["O"] * 10
    penalty_notice(student, by=client.user, issued_on=TODAY)
    page = client.get(reverse("attendance:notice_detail", args=[student.pk]))
    assert "2 of 10 sessions of this decision have since been changed" in page.content.decode()
    assert "2 of 10 sessions of its referral, Fri 20 Nov, have since been changed" in page.content.decode()
    assert f"{reverse('contacts:letter_place', args=[student.pk])}?about=attendance" in page.content.decode()
    assert page.context["page"].window.count == 8


def test_t7_a_hidden_code_stays_hidden_where_a_mark_changed(seeded, friday):
    (student,) = enrol("9B")
    lay(student, date(2026, 11, 2), " ".join(["O"] * 10))
    head = staff(Role.HEAD_OF_YEAR, 9)
    decided(student, head)
    row = MarkRow(student.pk, date(2026, 11, 3), "AM", code_on("I", TODAY).key)
    marks_write(rows=[row], by=head, reason="medical evidence came")
    page = CasePage.load(student.pk, on=TODAY, born_on=student.born_on, sees_sensitive=False)
    (change,) = page.decisions[0].changed
    assert change.now is not None
    assert change.now.sign != "I"


def test_the_window_spans_the_summer_and_two_school_years(seeded, on_day):
    (student,) = enrol("9B")
    lay(student, date(2026, 7, 13), " ".join(["O"] * 6))
    lay(student, date(2026, 9, 7), " ".join(["O"] * 4))
    on_day(date(2026, 9, 11))
    (row,) = Watch.load(staff(Role.HEAD_OF_YEAR, 9), date(2026, 9, 11)).rows
    assert (row.window.count, row.window.is_reached) == (10, True)
    assert row.standing.reached.date == date(2026, 9, 8)


def test_a_student_past_compulsory_age_is_never_proposed(seeded, friday):
    (student,) = enrol("11B", born_on=date(2010, 10, 1))
    lay(student, date(2026, 11, 2), " ".join(["O"] * 12))
    watch = Watch.load(staff(Role.SLT), TODAY)
    assert end_of_compulsory_age(student.born_on) >= TODAY
    assert len(watch.rows) == 1
    student.born_on = date(2010, 7, 1)
    student.save()
    assert end_of_compulsory_age(student.born_on) < TODAY
    watch = Watch.load(staff(Role.SLT), TODAY)
    assert (watch.rows, [member.student_id for member in watch.above_age]) == ((), [student.pk])


def test_t10_tracker_and_watch_count_to_the_same_day(seeded, on_day, as_role):
    """On Monday morning, before a register is taken, both count the ten school weeks to Friday's marks."""
    (student,) = enrol("9B")
    lay(student, date(2026, 9, 7), "O O O O O O O O O O" + " /" * 90)
    on_day(date(2026, 11, 23), 7, 30)
    client = as_role(Role.HEAD_OF_YEAR, 9)
    (row,) = client.get(reverse("attendance:notice_list")).context["rows"]
    tracker = client.get(reverse("reports:pa_tracker"), {"state": "all"})
    (other,) = tracker.context["rows"]
    assert row.window.count == other.figures.penalty_notice_sessions == 10
    assert tracker.context["tracker"].notice_window == (row.window.first, date(2026, 11, 20))
    assert "Mon 7 Sep – Fri 20 Nov" in client.get(reverse("attendance:notice_list")).content.decode()
    case = client.get(reverse("attendance:notice_detail", args=[student.pk]))
    assert case.context["page"].window == row.window
    assert "Mon 7 Sep – Fri 20 Nov" in case.content.decode()
