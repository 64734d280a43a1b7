"""Traps of product.md C3 that the PA tracker, its lists, its files and its figures could fall into."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from attendance.figures import Bands, Counts, GroupFigures, StudentWeek, percentage, total
from pastoral.core.rights import Role
from reports.summaries.pa_states import State
from reports.summaries.tracker import Tracker
from reports.summaries.week import Moment
from students.models import Enrolment, SchoolDay
from students.scopes import scope_of
from students.summaries import SchoolCalendar
from tests.factories import EnrolmentFactory, enrol, staff
from tests.marks import lay
from tests.reports.rag_school import frozen

FIRST = date(2026, 9, 2)
FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 16)
TRACKER = reverse("reports:pa_tracker")


def sessions_since(first: date, last: date = FRIDAY) -> int:
    return 2 * SchoolDay.objects.filter(day__range=(first, last)).count()


def figures() -> dict[str, dict[str, object]]:
    written = io.StringIO()
    call_command("figures", "--week", MONDAY.isoformat(), stdout=written)
    return dict(json.loads(written.getvalue()))


def tracker(**extra) -> Tracker:
    moment, user = Moment.of("", FRIDAY), staff(Role.SLT)
    return Tracker.load(Enrolment.objects.all(), moment, scope=scope_of(user), **extra)


def adnos(rows) -> set[str]:
    return {row.person.admission_number for row in rows}


def test_t1_38_of_380_is_pa_and_37_is_not_wherever_it_is_asked(seeded, on_day, as_role):
    """A whole year of 380 sessions, counted at its end: tracker, list, file and figures command say the same."""
    days = list(SchoolDay.objects.filter(academic_year=2025).order_by("day").values_list("day", flat=True))
    last, monday = days[-1], days[-1].fromordinal(days[-1].toordinal() - days[-1].weekday())
    on_day(last)
    pa, fine = enrol("9B", count=2)
    EnrolmentFactory(student=pa, starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31))
    EnrolmentFactory(student=fine, starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31))
    first = days[len(days) - 190]
    for student, missed in ((pa, 38), (fine, 37)):
        lay(student, first, " I" * missed + " " + "/" * (380 - missed))
    client = as_role(Role.SLT)
    on_day(last)
    shown = client.get(TRACKER, {"state": "pa"}).context["rows"]
    assert [(row.figures.ytd.missed, row.figures.ytd.possible) for row in shown] == [(38, 380)]
    listed = client.get(reverse("reports:school_list", args=["pa"])).context["rows"]
    file = client.get(TRACKER, {"state": "pa", "format": "csv"}).content.decode("utf-8-sig")
    taken = csv.DictReader(io.StringIO(file))
    written = io.StringIO()
    call_command("figures", "--week", monday.isoformat(), stdout=written)
    told = json.loads(written.getvalue())["students"]
    assert adnos(shown) == {pa.admission_number}
    assert {row.entry.person.admission_number for row in listed} == {pa.admission_number}
    assert {row["Adno"] for row in taken} == {pa.admission_number}
    assert {adno for adno, one in told.items() if one["persistently_absent"]} == {pa.admission_number}


def test_t2_sessions_not_marked_are_in_no_figure(seeded, friday, as_role):
    (student,) = enrol("9B")
    lay(student, FIRST, " I" * 5 + " " + "/" * 40 + "-" * 61)
    (row,) = tracker(everybody=True).rows
    assert (row.figures.ytd.missed, row.figures.ytd.possible) == (5, 45)
    assert row.state == State.PA
    assert "Sessions not marked count in neither" in as_role(Role.SLT).get(TRACKER).content.decode()


@st.composite
def members(draw):
    possible = draw(st.integers(0, 380))
    missed = draw(st.integers(0, possible))
    return StudentWeek(
        student_id=1,
        admission_number="1",
        tutor_group="9B",
        year=9,
        week=Counts(),
        before=Counts(),
        ytd=Counts(present=possible - missed, unauthorised=missed),
        remaining=0,
        penalty_notice_sessions=0,
        bands=Bands(),
    )


@given(st.lists(members(), max_size=12))
def test_t3_a_groups_percentage_is_of_the_sums(held):
    found = GroupFigures.of("9B", held)
    attended, possible = sum(one.ytd.attended for one in held), sum(one.ytd.possible for one in held)
    assert found.ytd.percent == percentage(attended, possible)
    assert found.ytd == total(one.ytd for one in held)


def test_t4_a_january_starter_a_leaver_and_two_spells_have_their_own_sessions(seeded, friday):
    """The denominator runs from admission, ends with leaving, and goes on over a change of group."""
    (starter,) = enrol("9B", admitted_on=date(2026, 11, 2))
    (leaver,) = enrol("9B", left_on=date(2026, 12, 4))
    (mover,) = enrol("9A")
    lay(starter, date(2026, 11, 2), " I" * 3 + " " + "/" * 27)
    lay(leaver, FIRST, "/" * 97 + " I" * 9)
    lay(mover, FIRST, " I" * 30 + " " + "/" * 76)
    spell = Enrolment.objects.get(student=mover)
    spell.ends_on = date(2026, 10, 23)
    spell.save()
    EnrolmentFactory(student=mover, tutor_group__name="9C", starts_on=date(2026, 11, 2))
    rows = {row.person.student_id: row for row in tracker(everybody=True).rows}
    assert len(rows) == 3
    assert (rows[starter.pk].figures.ytd.missed, rows[starter.pk].figures.ytd.possible) == (3, 30)
    assert rows[starter.pk].state == State.PA
    assert (rows[mover.pk].figures.ytd.missed, rows[mover.pk].figures.ytd.possible) == (30, 106)
    assert rows[mover.pk].person.tutor_group == "9C"
    calendar = SchoolCalendar.load()
    assert rows[leaver.pk].figures.remaining == calendar.remaining_sessions(FRIDAY, date(2026, 12, 4)) == 18
    # At 9 of the last 30 missed, 10 × (9 + 0.3 k) ≥ 106 + k from k = 8 on: Thursday 26 November, before leaving.
    assert rows[leaver.pk].crossing.on == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("missed", "possible", "band"),
    [(36, 1000, "green"), (40, 1000, "green"), (41, 1000, "amber"), (95, 1000, "amber"), (100, 1000, "red")],
)
def test_t5_every_percentage_has_one_band(missed, possible, band):
    counts = Counts(present=possible - missed, authorised=missed)
    assert str(Bands().band(counts)) == band
    assert counts.is_persistently_absent == (band == "red")


def test_t6_early_weeks_are_marked_and_make_nobody_was_pa(seeded, on_day, as_role):
    on_day(date(2026, 9, 11))
    client = as_role(Role.SLT)
    on_day(date(2026, 9, 11))
    early, later = enrol("9B", count=2)
    lay(early, FIRST, "I //// ///////////")
    lay(later, FIRST, "I I //// //////////")
    page = client.get(TRACKER)
    assert [row.figures.is_early for row in page.context["rows"]] == [True]
    assert '<span class="early">early</span>' in page.content.decode()
    on_day(FRIDAY)
    lay(early, date(2026, 9, 14), "/" * 90)
    lay(later, date(2026, 9, 14), "/" * 90)
    client = as_role(Role.SLT)
    assert client.get(TRACKER).context["rows"] == []


def test_t10_tracker_list_figures_command_and_rag_agree_on_who_is_pa(seeded, friday, as_role):
    students = enrol("9B", count=12)
    for n, student in enumerate(students):
        lay(student, FIRST, " I" * (n + 5) + " " + "/" * (101 - n))
    client = as_role(Role.SLT)
    on_tracker = adnos(client.get(TRACKER, {"state": "pa"}).context["rows"])
    on_list = client.get(reverse("reports:school_list", args=["pa"])).context["rows"]
    told = figures()["students"]
    run = frozen(MONDAY, date(2026, 11, 21))
    assert len(on_tracker) == 6  # 11 to 16 of 106
    assert {row.entry.person.admission_number for row in on_list} == on_tracker
    assert {adno for adno, one in told.items() if one["persistently_absent"]} == on_tracker
    assert {one.admission_number for one in run.students.all() if 10 * one.ytd_missed >= one.ytd_possible} == on_tracker
    assert figures()["groups"]["School"]["persistently_absent"] == len(on_tracker)
    on_track = adnos(client.get(TRACKER, {"state": "on-track"}).context["rows"])
    assert {adno for adno, one in told.items() if one["on_track"]} == on_track


def test_t15_nothing_logged_is_not_said_to_be_nothing_done(seeded, friday, as_role):
    lay(enrol("9B")[0], FIRST, " I" * 30 + " " + "/" * 76)
    text = as_role(Role.SLT).get(TRACKER).content.decode().lower()
    assert "none logged yet" in text
    assert "no contact" not in text


def test_t20_closures_and_other_codes_that_do_not_count_change_no_row(seeded, friday):
    plain, closed = enrol("9B", count=2)
    lay(plain, FIRST, " I" * 12 + " " + "/" * 90 + " - - - -")
    lay(closed, FIRST, " I" * 12 + " " + "/" * 90 + " D Y4 # Q")
    one, other = tracker(everybody=True).rows
    assert one.figures.ytd[:4] == other.figures.ytd[:4]
    assert one.spark == other.spark
    assert one.recovers_on == other.recovers_on


def test_t23_attended_never_exceeds_possible_while_the_day_runs(seeded, on_day):
    on_day(FRIDAY, 9, 30)
    (student,) = enrol("9B")
    lay(student, FIRST, "/" * (sessions_since(FIRST) - 1))
    (row,) = tracker(everybody=True).rows
    assert row.figures.ytd.attended == row.figures.ytd.possible == 105
