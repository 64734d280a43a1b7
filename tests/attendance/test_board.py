"""The registers board: states, nudges, who may, and what it costs."""

from datetime import date, datetime, time, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.codes import code_on
from attendance.models import Register, RegisterNudge, SessionMark
from attendance.services.board import NobodyToNudge, register_nudge, register_nudges_mail
from attendance.summaries.board import State, board_of
from attendance.views import board as views
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import StaffAssignment, Student, TutorGroup
from tests.factories import (
    SessionMarkFactory,
    StaffAssignmentFactory,
    TutorGroupFactory,
    enrol,
    staff,
)
from tests.times import times_change

DAY = date(2026, 11, 20)
LONDON = ZoneInfo("Europe/London")
pytestmark = pytest.mark.django_db


def at(hour: int, minute: int, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


def row_of(group: str, now: datetime, *, day: date = DAY, session: str = "AM"):
    board = board_of(day=day, now=now, years=None, user=User())
    return next(row for row in board.sessions[session].rows if row.roll.group == group)


def take(group: str, when: datetime, *, session: str = "AM", by: User | None = None) -> Register:
    return Register.objects.create(
        tutor_group=TutorGroup.objects.get(name=group),
        date=when.astimezone(LONDON).date(),
        session=session,
        taken_by=by or staff(Role.FORM_TUTOR, group),
        taken_at=when,
    )


@pytest.mark.parametrize(
    ("hour", "minute", "session", "state", "minutes"),
    [
        (8, 44, "AM", State.NOT_YET, 0),
        (8, 45, "AM", State.OPEN, 0),
        (9, 0, "AM", State.OPEN, 0),
        (9, 1, "AM", State.OVERDUE, 1),
        (9, 12, "AM", State.OVERDUE, 12),
        (13, 5, "AM", State.NOT_TAKEN, 245),
        (13, 4, "PM", State.NOT_YET, 0),
        (13, 21, "PM", State.OVERDUE, 1),
        (15, 20, "PM", State.NOT_TAKEN, 120),
    ],
)
def test_a_register_by_the_clock(seeded, hour, minute, session, state, minutes):
    enrol("9B", count=2)
    row = row_of("9B", at(hour, minute), session=session)
    assert (row.state, row.minutes) == (state, minutes)


@pytest.mark.parametrize(("minute", "late"), [(50, 0), (0, 0), (13, 13)])
def test_taken_on_time_or_minutes_late(seeded, minute, late):
    enrol("9B")
    take("9B", at(8 if minute == 50 else 9, minute))
    row = row_of("9B", at(10, 0))
    assert (row.state, row.minutes) == (State.TAKEN, late)


def test_marks_of_the_mis_are_held_and_our_own_take_no_register(seeded):
    *most, _last = enrol("9B", count=10)
    (other,) = enrol("9C")
    for student in most:
        SessionMarkFactory(student=student, date=DAY)
    SessionMarkFactory(student=other, date=DAY, recorded_by=staff(Role.ATTENDANCE_OFFICER))
    held, waiting = row_of("9B", at(9, 30)), row_of("9C", at(9, 30))
    assert (held.state, held.marked, held.roll.expected, held.is_part_marked) == (State.HELD, 9, 10, True)
    assert (waiting.state, waiting.marked) == (State.OVERDUE, 1)


@pytest.mark.parametrize(
    ("minute", "marked", "state"),
    [(50, 1, State.OPEN), (59, 8, State.OPEN), (70, 1, State.OVERDUE), (70, 9, State.HELD)],
)
def test_a_few_marks_of_the_mis_silence_no_alarm(seeded, minute, marked, state):
    for student in enrol("9B", count=10)[:marked]:
        SessionMarkFactory(student=student, date=DAY)
    row = row_of("9B", at(8 + minute // 60, minute % 60))
    assert (row.state, row.is_part_marked, row.may_be_nudged) == (state, True, state is not State.HELD)


def test_changing_the_times_leaves_a_past_day_as_it_was(seeded):
    enrol("9B")
    take("9B", at(8, 55))
    times_change(at(16, 0), since=at(8, 50), am_starts=time(8, 30), pm_starts=time(12, 0))
    assert row_of("9B", at(16, 30)).minutes == 0
    assert row_of("9B", at(16, 30), session="PM").minutes == 190, "since 13:20, when it was due"


def test_the_times_are_the_schools_own_on_both_sides_of_the_clock_change(seeded):
    """The clocks go back on Sunday 25 October 2026, in the half term; 9:01 is overdue before and after."""
    enrol("9B")
    for day in (date(2026, 10, 23), date(2026, 11, 2)):
        take("9B", at(9, 0, day))
        assert row_of("9B", at(12, 0, day), day=day).minutes == 0
        assert row_of("9B", at(13, 21, day), day=day, session="PM").minutes == 1
    assert at(9, 0, date(2026, 10, 23)).astimezone(ZoneInfo("UTC")).hour == 8
    assert at(9, 0, date(2026, 11, 2)).astimezone(ZoneInfo("UTC")).hour == 9


def test_who_has_to_be_asked_first_is_on_top(seeded):
    for group in ("9A", "9B", "9C"):
        enrol(group)
    take("9A", at(8, 50))
    board = board_of(day=DAY, now=at(9, 20), years=frozenset({9}), user=User())
    assert [row.roll.group for row in board.sessions["AM"].rows] == ["9B", "9C", "9A"]
    assert (board.sessions["AM"].done, board.sessions["AM"].alarms) == (1, 2)


class TestNudging:
    @pytest.fixture(autouse=True)
    def _school(self, seeded):
        enrol("9B", count=2)

    @pytest.fixture
    def sent(self, monkeypatch):
        """Keep what is handed to the workers, who mail it at once."""
        sent: list[tuple[int, ...]] = []

        def hand_over(keys: tuple[int, ...]) -> bool:
            sent.append(keys)
            return bool(register_nudges_mail(nudges=keys, now=timezone.now()))

        monkeypatch.setattr(views, "_hand_over", hand_over)
        return sent

    def address(self, session: str = "AM") -> str:
        return reverse("attendance:board_nudge", args=[TutorGroup.objects.get(name="9B").pk, DAY, session])

    def test_one_click_is_logged_and_handed_to_a_worker(self, as_role, on_day, sent):
        tutor = staff(Role.FORM_TUTOR, "9B")
        client = as_role(Role.PASTORAL_MANAGER, 9)
        on_day(DAY, 9, 12)
        page = client.post(self.address(), follow=True).content.decode()
        nudge = RegisterNudge.objects.get()
        assert (nudge.sent_to, nudge.sent_by, nudge.session, sent) == (tutor, client.user, "AM", [(nudge.pk,)])
        assert "nudged 09:12 by you" in page
        assert "is nudged by e-mail" in page

    def test_a_double_click_sends_once_and_ten_minutes_later_again(self, as_role, on_day, sent):
        staff(Role.FORM_TUTOR, "9B")
        client = as_role(Role.PASTORAL_MANAGER, 9)
        for minute in (5, 5, 14):
            on_day(DAY, 9, minute)
            page = client.post(self.address(), follow=True).content.decode()
        assert "was nudged at 09:05 by you" in page
        assert RegisterNudge.objects.count() == len(sent) == 1
        on_day(DAY, 9, 16)
        client.post(self.address())
        assert RegisterNudge.objects.count() == len(sent) == 2

    def test_the_covering_tutor_counts_as_tutor(self, friday):
        staff(Role.FORM_TUTOR, "9B")
        cover = StaffAssignmentFactory(
            role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"), starts_on=DAY, ends_on=DAY
        ).user
        done = register_nudge(
            group=TutorGroup.objects.get(name="9B"), day=DAY, session="AM", by=staff(Role.SLT), now=at(9, 5)
        )
        assert cover.formal_name in done.names
        assert RegisterNudge.objects.filter(sent_to=cover).exists()

    def test_the_e_mail_holds_a_link_and_no_data_and_goes_out_once(self, friday, settings):
        settings.SITE_URL = "https://pastoral.example/"
        tutor = staff(Role.FORM_TUTOR, "9B", surname="Doyle", email="tutor@school.example")
        done = register_nudge(
            group=TutorGroup.objects.get(name="9B"),
            day=DAY,
            session="AM",
            by=staff(Role.SLT, surname="Ahmed"),
            now=at(9, 5),
        )
        assert [register_nudges_mail(nudges=done.keys, now=at(9, 5)) for _ in range(2)] == [1, 0]
        (message,) = mail.outbox
        assert message.to == [tutor.email]
        assert "https://pastoral.example/register" in message.body
        assert "9B" in message.body
        assert not any(word in message.body for word in ("Price", "Okafor", "Mason", "absent"))

    def test_no_e_mail_about_a_register_that_was_taken_meanwhile(self, friday):
        tutor = staff(Role.FORM_TUTOR, "9B")
        group = TutorGroup.objects.get(name="9B")
        done = register_nudge(group=group, day=DAY, session="AM", by=staff(Role.SLT), now=at(9, 5))
        take("9B", at(9, 6), by=tutor)
        assert register_nudges_mail(nudges=done.keys, now=at(9, 7)) == 0
        assert mail.outbox == []

    def test_a_taken_register_is_not_asked_for(self, as_role, on_day, sent):
        take("9B", at(8, 55))
        client = as_role(Role.HEAD_OF_YEAR, 9)
        on_day(DAY, 9, 12)
        assert "Nobody was nudged" in client.post(self.address(), follow=True).content.decode()
        assert not RegisterNudge.objects.exists()

    @pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 11, 27), date(2026, 10, 28)])
    def test_nothing_to_ask_on_a_day_without_school(self, as_role, on_day, sent, day):
        staff(Role.FORM_TUTOR, "9B")
        client = as_role(Role.SLT)
        on_day(date(2026, 11, 30), 9, 12)
        group = TutorGroup.objects.get(name="9B").pk
        client.post(reverse("attendance:board_nudge", args=[group, day, "AM"]))
        assert not RegisterNudge.objects.exists()

    def test_without_a_job_service_the_page_says_telephone(self, as_role, on_day, monkeypatch):
        staff(Role.FORM_TUTOR, "9B")
        client = as_role(Role.SLT)
        on_day(DAY, 9, 12)
        monkeypatch.setattr(views, "_hand_over", lambda keys: False)
        page = client.post(self.address(), follow=True).content.decode()
        assert "Telephone Mrs" in page
        assert "e-mail not out yet" in page

    def test_what_could_not_go_out_goes_out_with_the_next_click_and_once(self, as_role, on_day, monkeypatch):
        staff(Role.FORM_TUTOR, "9B")
        client = as_role(Role.SLT)
        handed: list[tuple[int, ...]] = []
        on_day(DAY, 9, 12)
        monkeypatch.setattr(views, "_hand_over", lambda keys: False)
        client.post(self.address())
        monkeypatch.setattr(views, "_hand_over", lambda keys: handed.append(keys) or True)
        on_day(DAY, 9, 14)
        assert "which had not gone out" in client.post(self.address(), follow=True).content.decode()
        nudge = RegisterNudge.objects.get()
        assert handed == [(nudge.pk,)]
        assert register_nudges_mail(nudges=[nudge.pk, nudge.pk], now=at(9, 14)) == 1
        assert "once in ten minutes is enough" in client.post(self.address(), follow=True).content.decode()

    def test_the_worker_knows_the_task(self):
        from pastoral.celery import app

        app.loader.import_default_modules()
        assert views.NUDGES_MAIL in app.tasks

    def test_without_a_broker_nothing_is_said_to_be_sent(self, monkeypatch, settings):
        from celery import current_app

        def away(*args: object, **kwargs: object) -> None:
            raise OSError("no broker")

        monkeypatch.setattr(current_app._get_current_object(), "connection_for_write", away)
        assert views._hand_over((1,)) is False

    def test_to_htmx_the_part_alone(self, as_role, on_day, sent):
        staff(Role.FORM_TUTOR, "9B")
        client = as_role(Role.SLT)
        on_day(DAY, 9, 12)
        part = client.post(self.address(), headers={"hx-request": "true"}).content.decode()
        assert part.lstrip().startswith('<div id="live"')
        assert "nudged 09:12 by you" in part

    def test_other_years_are_not_there(self, as_role, on_day, sent):
        assert as_role(Role.HEAD_OF_YEAR, 8).post(self.address()).status_code == 404


class TestMailing:
    @pytest.fixture
    def nudge(self, seeded, friday):
        enrol("9B")
        staff(Role.FORM_TUTOR, "9B")
        group = TutorGroup.objects.get(name="9B")
        (key,) = register_nudge(group=group, day=DAY, session="AM", by=staff(Role.SLT), now=at(9, 5)).keys
        return RegisterNudge.objects.get(pk=key)

    def test_it_is_noted_as_sent_outside_any_transaction_before_it_leaves(self, nudge, monkeypatch):
        """What breaks after the sending, a commit included, cannot send it again."""
        depth, seen = len(connection.savepoint_ids), []

        def send(message):
            seen.append((len(connection.savepoint_ids) - depth, RegisterNudge.objects.get().mailed_at))

        monkeypatch.setattr(EmailMessage, "send", send)
        assert register_nudges_mail(nudges=[nudge.pk], now=at(9, 5)) == 1
        assert seen == [(0, at(9, 5))]

    @pytest.mark.parametrize("fault", [SMTPException("refused"), OSError("nobody there")])
    def test_what_the_mail_server_refuses_goes_out_with_the_next_turn(self, nudge, monkeypatch, fault):
        def refuse(message):
            raise fault

        with monkeypatch.context() as broken:
            broken.setattr(EmailMessage, "send", refuse)
            assert register_nudges_mail(nudges=[nudge.pk], now=at(9, 5)) == 0
        nudge.refresh_from_db()
        assert nudge.mailed_at is None
        assert register_nudges_mail(nudges=[nudge.pk], now=at(9, 6)) == 1
        assert len(mail.outbox) == 1


def test_nobody_with_an_address_is_an_error(seeded, friday):
    enrol("9B")
    staff(Role.FORM_TUTOR, "9B", email="")
    with pytest.raises(NobodyToNudge, match="has no e-mail address"):
        register_nudge(group=TutorGroup.objects.get(name="9B"), day=DAY, session="AM", by=staff(Role.SLT), now=at(9, 5))
    assert not RegisterNudge.objects.exists()


def test_only_the_years_one_chases(seeded, as_role, on_day):
    """A Head of Year 8 who is tutor of 9B chases Year 8 alone."""
    for group in ("8A", "9B"):
        enrol(group)
    client = as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=client.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    on_day(DAY, 9, 12)
    context = client.get(reverse("attendance:board")).context
    assert [row.roll.group for row, _address, _may_take in context["rows"]] == ["8A"]


class TestVerticalGroup:
    """A tutor group with students of several years is one register, whole."""

    @pytest.fixture
    def group(self, seeded) -> TutorGroup:
        enrol("8A")
        enrol("9V", count=2)
        enrol("9V", year=10)
        return TutorGroup.objects.get(name="9V")

    def test_it_is_one_row_with_everybody_expected(self, group):
        board = board_of(day=DAY, now=at(9, 12), years=None, user=User())
        for session in ("AM", "PM"):
            rows = [row for row in board.sessions[session].rows if row.roll.group == "9V"]
            assert [(row.roll.expected, row.roll.years) for row in rows] == [(3, (9, 10))]

    @pytest.mark.parametrize(
        ("years", "names"), [({9}, ["9V"]), ({10}, ["9V"]), ({8}, ["8A"]), ({8, 10}, ["8A", "9V"])]
    )
    def test_each_of_its_years_sees_it_whole(self, group, years, names):
        rows = board_of(day=DAY, now=at(8, 50), years=frozenset(years), user=User()).sessions["AM"].rows
        assert [row.roll.group for row in rows] == names
        assert all(row.roll.expected == 3 for row in rows if row.roll.group == "9V")

    def test_marks_of_one_year_alone_do_not_hold_it(self, group):
        for student in Student.objects.filter(enrolments__year_group=9, enrolments__tutor_group=group):
            SessionMarkFactory(student=student, date=DAY, session="AM", recorded_by=None)
        row = row_of("9V", at(9, 12))
        assert (row.marked, row.state) == (2, State.OVERDUE)

    def test_one_nudge_asks_for_it(self, group):
        tutor = staff(Role.FORM_TUTOR, "9V")
        nudged = register_nudge(group=group, day=DAY, session="AM", by=staff(Role.SLT), now=at(9, 12))
        assert nudged.names == (tutor.formal_name,)
        assert RegisterNudge.objects.count() == 1

    def test_the_head_of_either_year_may_take_it_and_another_not(self, group, as_role, on_day):
        on_day(DAY, 9, 12)
        for year, may in ((9, True), (10, True)):
            rows = as_role(Role.HEAD_OF_YEAR, year).get(reverse("attendance:board")).context["rows"]
            assert [may_take for row, _address, may_take in rows if row.roll.group == "9V"] == [may]
        rows = as_role(Role.HEAD_OF_YEAR, 8).get(reverse("attendance:board")).context["rows"]
        assert [row.roll.group for row, _address, _may in rows] == ["8A"]


def test_to_chase_shows_only_what_is_waiting(seeded, as_role, on_day):
    enrol("9A")
    enrol("9B")
    take("9A", at(8, 50))
    client = as_role(Role.SLT)
    on_day(DAY, 9, 12)
    context = client.get(reverse("attendance:board"), {"show": "chase"}).context
    assert [row.roll.group for row, _address, _may_take in context["rows"]] == ["9B"]


def test_in_the_afternoon_the_afternoon_is_shown(seeded, as_role, on_day):
    enrol("9B")
    client = as_role(Role.SLT)
    on_day(DAY, 13, 30)
    assert client.get(reverse("attendance:board")).context["session"] == "PM"
    on_day(DAY, 12, 30)
    assert client.get(reverse("attendance:board")).context["session"] == "AM"


def test_a_day_to_come_or_of_last_year_shows_today_and_says_so(seeded, as_role, on_day):
    enrol("9B")
    client = as_role(Role.SLT)
    on_day(DAY, 9, 12)
    for day in ("2026-12-01", "2025-11-20", "tomorrow"):
        page = client.get(reverse("attendance:board"), {"day": day})
        assert page.context["asked"].day == DAY
        assert "This is today." in page.content.decode()


def test_three_groups_and_thirty_cost_the_same(seeded, as_role, on_day):
    client = as_role(Role.SLT)
    on_day(DAY, 9, 12)

    def queries() -> int:
        with CaptureQueriesContext(connection) as held:
            assert client.get(reverse("attendance:board")).status_code == 200
        return len(held)

    def groups(first: int, last: int) -> None:
        for n in range(first, last):
            group = f"9{chr(65 + n % 26)}{n // 26}"
            students = enrol(group, year=9, count=2)
            staff(Role.FORM_TUTOR, group)
            if n % 2:
                take(group, at(8, 50))
            code = code_on("/", DAY)
            SessionMark.objects.create(student=students[0], date=DAY, session="AM", code_id=code.key)

    groups(0, 3)
    few = queries()
    groups(3, 30)
    assert queries() == few <= 12


def test_an_ended_cover_is_no_tutor(seeded):
    enrol("9B")
    StaffAssignment.objects.filter(user=staff(Role.FORM_TUTOR, "9B")).update(ends_on=DAY - timedelta(days=1))
    assert row_of("9B", at(9, 5)).tutors == ()
