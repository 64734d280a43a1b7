"""The traps that other products' register boards fell into (product.md C3): T11 six times, T22."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import Error, transaction
from django.urls import reverse

from attendance.codes import CODES
from attendance.models import AttendanceCode, RegisterNudge
from attendance.services.board import NobodyToNudge, register_nudge
from attendance.summaries.board import State, board_of
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import CalendarSpan, Enrolment, StaffAssignment, Student, TutorGroup
from students.services import calendar_rebuild
from tests.factories import EnrolmentFactory, StudentFactory, TutorGroupFactory, enrol, staff

DAY = date(2026, 11, 20)
pytestmark = pytest.mark.django_db


def groups_waited_for(day: date, hour: int = 9, minute: int = 30, session: str = "AM") -> list[str]:
    """Return the groups whose register would raise an alarm."""
    now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("Europe/London"))
    board = board_of(day=day, now=now, years=None, user=User())
    return [row.roll.group for row in board.sessions[session].rows if row.is_alarm]


def test_t11_no_alarm_for_a_group_without_students(seeded):
    TutorGroupFactory(name="9Z")
    leaver = enrol("9Y")[0]
    Student.objects.filter(pk=leaver.pk).update(left_on=DAY - timedelta(days=1))
    enrol("9B")
    assert groups_waited_for(DAY) == ["9B"]


def test_t11_no_alarm_for_last_years_group(seeded):
    EnrolmentFactory(
        tutor_group__name="11Q", year_group__number=11, starts_on=date(2025, 9, 1), ends_on=date(2026, 7, 20)
    )
    moved = enrol("9A")[0]
    Enrolment.objects.filter(student=moved).update(ends_on=date(2026, 10, 23))
    EnrolmentFactory(
        student=moved, tutor_group__name="9B", year_group__number=9, starts_on=date(2026, 11, 2), academic_year=2026
    )
    assert groups_waited_for(DAY) == ["9B"]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 27), "INSET"),
        (date(2026, 10, 28), "half term"),
        (date(2026, 11, 21), "weekend"),
        (date(2027, 5, 3), "bank holiday"),
        (date(2026, 11, 18), "closure"),
        (date(2031, 11, 20), "no calendar"),
    ],
)
def test_t11_no_alarm_when_school_does_not_meet(seeded, day, kind):
    enrol("9B")
    if kind == "closure":
        CalendarSpan.objects.create(kind="closure", first_day=day, last_day=day, name="Snow")
        calendar_rebuild()
    assert groups_waited_for(day) == []


def test_t11_no_alarm_before_the_session_begins(seeded):
    enrol("9B")
    assert groups_waited_for(DAY, 8, 44) == []
    assert groups_waited_for(DAY, 13, 4, "PM") == []
    assert groups_waited_for(DAY, 8, 59) == []  # begun, but not yet due


def test_t11_no_alarm_for_a_group_whose_start_is_moved(seeded):
    later = StudentFactory()
    EnrolmentFactory(student=later, tutor_group__name="9B", starts_on=date(2026, 11, 23))
    admitted_later = StudentFactory(admitted_on=date(2026, 11, 23))
    EnrolmentFactory(student=admitted_later, tutor_group__name="9C")
    assert groups_waited_for(DAY) == []
    assert groups_waited_for(date(2026, 11, 23)) == ["9B", "9C"]
    Enrolment.objects.filter(student=later).update(starts_on=date(2026, 11, 24))
    assert groups_waited_for(date(2026, 11, 23)) == ["9C"]


def test_t11_a_tutor_who_left_is_not_nudged(seeded):
    enrol("9B")
    group = TutorGroup.objects.get(name="9B")
    gone, boss = staff(Role.FORM_TUTOR, "9B"), staff(Role.SLT)
    now = datetime(2026, 11, 20, 9, 12, tzinfo=ZoneInfo("Europe/London"))
    StaffAssignment.objects.filter(user=gone).update(ends_on=DAY - timedelta(days=1))
    with pytest.raises(NobodyToNudge, match="9B has no tutor today"):
        register_nudge(group=group, day=DAY, session="AM", by=boss, now=now)
    closed = staff(Role.FORM_TUTOR, "9B")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(NobodyToNudge):
        register_nudge(group=group, day=DAY, session="AM", by=boss, now=now)
    new = staff(Role.FORM_TUTOR, "9B")
    register_nudge(group=group, day=DAY, session="AM", by=boss, now=now)
    assert [nudge.sent_to for nudge in RegisterNudge.objects.all()] == [new]


def test_t11_codes_cannot_be_missing(seeded):
    """The codes come with the tables, from one constant, and the database refuses to take one away."""
    assert AttendanceCode.objects.count() == len(CODES)
    with pytest.raises(Error), transaction.atomic():
        AttendanceCode.objects.filter(letters="/").delete()
    assert AttendanceCode.objects.count() == len(CODES)


def test_t11_wrong_state_never_hides_a_real_one(seeded):
    """The other side of the trap: what is due and not taken is said."""
    enrol("9B")
    board = board_of(
        day=DAY, now=datetime(2026, 11, 20, 9, 12, tzinfo=ZoneInfo("Europe/London")), years=None, user=User()
    )
    assert [row.state for row in board.sessions["AM"].rows] == [State.OVERDUE]


def test_t22_a_nudge_to_nobody_is_an_error_and_nothing_is_logged_as_sent(seeded, as_role, on_day):
    enrol("9B")
    client = as_role(Role.PASTORAL_MANAGER, 9)
    on_day(DAY, 9, 12)
    address = reverse("attendance:board_nudge", args=[TutorGroup.objects.get(name="9B").pk, date(2026, 11, 20), "AM"])
    page = client.post(address, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert "Nobody was nudged: 9B has no tutor today." in page.content.decode()
    assert not RegisterNudge.objects.exists()
    assert mail.outbox == []
