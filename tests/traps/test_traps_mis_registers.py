"""T11 (product.md C3): a school that takes its registers in the MIS hears no alarm about registers not taken here."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import Register, RegisterNudge, RegisterTimes, SessionMark
from attendance.services.board import RegisterNotWanted, register_nudge, register_nudges_mail
from attendance.summaries.board import State, board_of
from attendance.summaries.board_history import history_of
from attendance.summaries.times_kept import TimesKept
from attendance.views.board import summed_up
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import Student, TutorGroup
from tests.attendance.registers import address
from tests.factories import SessionMarkFactory, enrol, staff
from tests.planning import key
from tests.times import times_change

DAY, THURSDAY = date(2026, 11, 20), date(2026, 11, 19)
pytestmark = pytest.mark.django_db


def at(hour: int, minute: int, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def kai(seeded: int, on_day: Callable[..., Any]) -> Student:
    """Friday, a quarter past nine: nobody of 9B has a mark, and the MIS takes the registers."""
    RegisterTimes.objects.update(is_taken_here=False)
    on_day(DAY, 9, 15)
    return enrol("9B")[0]


def client_of(role: Role, scope: Any = None) -> Client:
    client = Client()
    client.force_login(staff(role, scope))
    return client


def needs(client: Client) -> list[str]:
    return [line.label for line in client.get(reverse("core:needs_now")).context["lines"]]


@pytest.mark.parametrize(("hour", "session"), [(9, "AM"), (14, "AM"), (14, "PM"), (16, "PM")])
def test_t11_the_board_waits_for_nothing(kai: Student, hour: int, session: str) -> None:
    board = board_of(day=DAY, now=at(hour, 15), years=None, user=User()).sessions[session]
    assert [(row.state, row.minutes, row.may_be_nudged) for row in board.rows] == [(State.ELSEWHERE, 0, False)]
    assert (board.alarms, summed_up(board)) == (0, "0 of 1 in")


def test_t11_the_board_shows_marks_as_they_were_imported(kai: Student) -> None:
    SessionMarkFactory(student=kai, date=DAY)
    for show in ("", "chase"):
        page = client_of(Role.HEAD_OF_YEAR, 9).get(reverse("attendance:board"), {"show": show}).content.decode()
        assert "Marks held" in page
        assert "Registers are taken in the MIS" in page
        for word in ("Overdue", "Not taken", "Nudge", ">Take", "To chase"):
            assert word not in page


def test_t11_in_the_morning_the_morning_is_shown(kai: Student) -> None:
    context = client_of(Role.SLT).get(reverse("attendance:board")).context
    assert context["session"] == "AM"


def test_t11_nobody_is_nudged(kai: Student) -> None:
    group = TutorGroup.objects.get(name="9B")
    boss = staff(Role.SLT)
    with pytest.raises(RegisterNotWanted, match="in the MIS"):
        register_nudge(group=group, day=DAY, session="AM", by=boss, now=at(9, 15))
    assert (RegisterNudge.objects.count(), mail.outbox) == (0, [])


def test_t11_a_nudge_that_waited_is_not_sent(kai: Student) -> None:
    tutor, group = staff(Role.FORM_TUTOR, "9B"), TutorGroup.objects.get(name="9B")
    nudge = RegisterNudge.objects.create(
        tutor_group=group, date=DAY, session="AM", sent_to=tutor, sent_by=staff(Role.SLT), sent_at=at(9, 14)
    )
    assert register_nudges_mail(nudges=[nudge.pk], now=at(9, 15)) == 0
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("role", "scope"), [(Role.FORM_TUTOR, "9B"), (Role.HEAD_OF_YEAR, 9), (Role.ATTENDANCE_OFFICER, None)]
)
def test_t11_the_strip_has_no_register(kai: Student, role: Role, scope: Any) -> None:
    assert [label for label in needs(client_of(role, scope)) if "register" in label] == []


def test_t11_the_tutors_home_has_no_take(kai: Student) -> None:
    page = client_of(Role.FORM_TUTOR, "9B").get("/", follow=True).content.decode()
    assert "Take" not in page


def test_t11_the_register_is_read_and_says_why(kai: Student) -> None:
    SessionMarkFactory(student=kai, date=DAY)
    client = client_of(Role.FORM_TUTOR, "9B")
    page = client.get(address()).content.decode().split('id="content"')[1]
    assert "Registers are taken in the MIS" in page
    assert "<form" not in page
    assert "not taken" not in page
    mark = reverse("attendance:mark_detail", args=[kai.pk, DAY, "AM"])
    assert f'href="{mark}?back=' in page


def test_t11_a_mark_is_still_corrected(kai: Student) -> None:
    SessionMarkFactory(student=kai, date=DAY)
    client = client_of(Role.ATTENDANCE_OFFICER)
    mark = reverse("attendance:mark_detail", args=[kai.pk, DAY, "AM"])
    sent = {"code": key("L"), "minutes": "5", "why": "Other", "detail": "Seen at the gate", "seen": "1"}
    assert client.post(mark, sent).status_code == 302
    assert SessionMark.objects.get().minutes_late == 5


def test_t11_a_page_opened_before_is_not_saved(kai: Student) -> None:
    answer = client_of(Role.FORM_TUTOR, "9B").post(address(), {"token": str(uuid4()), f"m-{kai.pk}": "absent"})
    assert answer.status_code == 422
    assert "Nothing was saved. Registers are taken in the MIS" in answer.content.decode()
    assert (SessionMark.objects.count(), Register.objects.count()) == (0, 0)


def test_t11_a_choice_of_registers_has_no_take(kai: Student) -> None:
    enrol("9C")
    page = client_of(Role.HEAD_OF_YEAR, 9).get(reverse("attendance:register_now")).content.decode()
    assert "Registers are taken in the MIS" in page
    assert "Take" not in page
    assert "not taken" not in page


def test_t11_nothing_is_counted_as_late_or_not_taken(kai: Student) -> None:
    page = client_of(Role.SLT).get(reverse("attendance:board_history")).content.decode()
    assert "There is nothing to count" in page
    assert "not taken" not in page


def test_t11_what_was_taken_here_before_stays_counted(seeded: int) -> None:
    """From Thursday noon on the MIS takes the registers: Thursday's morning register was still due here."""
    enrol("9B")
    times_change(at(12, 0, THURSDAY), since=at(8, 50, date(2026, 11, 16)), is_taken_here=False)
    kept = TimesKept.load()

    def due(day: date) -> int:
        return history_of(day, day, now=at(16, 0), years=[9], times=kept).total.due

    assert [due(day) for day in (date(2026, 11, 18), THURSDAY, DAY)] == [2, 1, 0]
    board = board_of(day=THURSDAY, now=at(9, 15), years=frozenset({9}), user=User())
    assert [row.state for row in board.sessions["AM"].rows] == [State.ELSEWHERE], "nobody can take it any more"


def test_t11_back_in_pastoral_the_days_between_raise_no_alarm(seeded: int) -> None:
    enrol("9B")
    times_change(at(12, 0, date(2026, 11, 17)), since=at(8, 50, date(2026, 11, 16)), is_taken_here=False)
    times_change(at(16, 0, THURSDAY), since=at(8, 50, date(2026, 11, 16)), is_taken_here=True)
    for day, state in ((THURSDAY, State.ELSEWHERE), (DAY, State.OVERDUE)):
        board = board_of(day=day, now=at(9, 15), years=frozenset({9}), user=User())
        assert [row.state for row in board.sessions["AM"].rows] == [state]


def test_t11_a_school_that_begins_here_in_november_owes_none_of_before(seeded: int) -> None:
    """Set to the MIS in September, to Pastoral on Thursday afternoon; Friday's is the first register taken here."""
    enrol("9B")
    first = at(8, 50, DAY)
    times_change(at(12, 0, date(2026, 9, 2)), since=first, is_taken_here=False)
    times_change(at(16, 0, THURSDAY), since=first, is_taken_here=True)
    kept = TimesKept.load()
    assert history_of(date(2026, 9, 3), THURSDAY, now=at(16, 0), years=[9], times=kept).total.due == 0
    assert history_of(DAY, DAY, now=at(16, 0), years=[9], times=kept).total.due == 2
    board = board_of(day=THURSDAY, now=at(9, 15), years=frozenset({9}), user=User())
    assert [row.state for row in board.sessions["AM"].rows] == [State.ELSEWHERE]


def test_t11_the_setting_is_saved_and_its_history_is_kept(seeded: int) -> None:
    client = client_of(Role.DATA_MANAGER)
    page = reverse("attendance:times_form")
    times = {"am_starts": "08:45", "pm_starts": "13:05", "open_minutes": "30", "overdue_minutes": "15"}
    assert list(client.post(page, times).context["form"].errors) == ["is_taken_here"], "never turned by leaving it out"
    for chosen in ("no", "yes"):
        assert client.post(page, {**times, "is_taken_here": chosen}).status_code == 302
        assert RegisterTimes.objects.get().is_taken_here is (chosen == "yes")
    changes = [change.what for change in client.get(page).context["changes"]]
    assert sorted(changes) == [
        "registers at 08:45 and 13:05, open 30 minutes, overdue after 15",
        "registers at 08:45 and 13:05, open 30 minutes, overdue after 15, taken in the MIS",
    ]


@pytest.mark.parametrize(("name", "scope"), [("core:needs_now", 9), ("attendance:board", 9)])
def test_t11_the_setting_costs_no_query(kai: Student, name: str, scope: int) -> None:
    client = client_of(Role.HEAD_OF_YEAR, scope)

    def queries() -> int:
        with CaptureQueriesContext(connection) as held:
            assert client.get(reverse(name)).status_code == 200
        return len(held)

    off = queries()
    RegisterTimes.objects.update(is_taken_here=True)
    assert off <= queries() <= 12
