"""Quiet children: the four ages and what weighs on them, who was not seen, silent families, and the cohorts."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour.models import Achievement, GoodNews, TutorMark
from contacts.models import Channel, Contact, Purpose, Result, Seen
from contacts.services.contacts import Told, With, contact_log
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.quiet.need import CAP, age_of, score_of
from students.models import StudentFact
from tests.cards import card_of
from tests.factories import StudentFactFactory, enrol, staff
from tests.families import carer
from tests.marks import lay

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Europe/London"))
PAGE = reverse("reports:quiet")


def seen(student, by, *, days):
    at = NOON - timedelta(days=days)
    return Seen.objects.create(token=uuid4(), student=student, seen_at=at, logged_at=at, by=by)


def log(person, student, by, *, days, result=Result.REACHED, purpose=Purpose.ABSENCE):
    at = NOON - timedelta(days=days)
    told = Told(With.carer(person), occurred_at=at, channel=Channel.PHONE, result=result, purpose=purpose)
    return contact_log(told=told, students=[student], token=uuid4(), by=by, now=at)[0]


def rows(client, **asked):
    return client.get(PAGE, asked).context["page"].rows


@pytest.fixture
def school(seeded, friday):
    """Two students of 9B and one of 8A, and somebody who logs."""
    kai, ada = enrol("9B", count=2)
    return kai, ada, enrol("8A")[0], staff(Role.SLT)


def test_the_score_is_capped_and_weighed():
    assert age_of(None, date(2026, 11, 10), TODAY) == 10
    assert age_of(date(2026, 11, 18), date(2026, 9, 1), TODAY) == 2
    assert age_of(date(2026, 6, 1), date(2026, 9, 1), TODAY) == 80  # seen at the last school, before coming on roll
    assert score_of((2, 1000, CAP, 0), 0) == 2 + CAP + CAP
    assert score_of((1, 0, 0, 0), 5) == 2
    assert score_of((10, 10, 10, 10), 3) == 52


def test_four_ages_for_each_student_from_what_reached(school, as_role):
    kai, ada, _other, by = school
    mother, father = carer(kai), carer(kai, relationship="Father", barred=True)
    seen(kai, by, days=9)
    seen(kai, by, days=1).__class__.objects.filter(seen_at__date=TODAY - timedelta(days=1)).update(
        withdrawn_at=NOON, withdrawn_by=by, withdrawn_because="x"
    )
    log(mother, kai, by, days=12)
    log(mother, kai, by, days=3, result=Result.VOICEMAIL)
    Contact.objects.create(
        token=uuid4(),
        student=kai,
        parent_carer=father,
        party="carer",
        direction="in",
        channel="phone",
        result="reached",
        purpose="absence",
        occurred_at=NOON,
        logged_at=NOON,
        made_by=by,
        logged_by=by,
        owner=by,
    )
    GoodNews.objects.create(student=kai, told_on=TODAY - timedelta(days=20), told_by=by)
    log(mother, kai, by, days=15, purpose=Purpose.GOOD_NEWS)
    Achievement.objects.create(student=kai, type="Effort", awarded_on=TODAY - timedelta(days=25))
    TutorMark.objects.create(student=kai, day=TODAY - timedelta(days=5), kind="praise", by=by)  # recognised, too
    found = {row.person.student_id: row for row in rows(as_role(Role.HEAD_OF_YEAR, 9))}
    assert set(found) == {kai.pk, ada.pk}
    assert [age.days for age in found[kai.pk].ages] == [9, 12, 15, 5]
    assert found[kai.pk].score == 41
    assert [age.is_logged for age in found[ada.pk].ages] == [False] * 4
    assert found[ada.pk].score == 4 * CAP
    assert next(iter(found)) == ada.pk


def test_need_weighs_only_with_what_the_viewer_may_see(school, as_role):
    kai, _ada, _other, by = school
    StudentFactFactory(student=kai, kind=StudentFact.Kind.LOOKED_AFTER)
    card_of(kai, keeper=by, reason="x")
    lay(kai, date(2026, 9, 7), "O " * 30)

    def need(role, scope=None):
        return next(row for row in rows(as_role(role, scope)) if row.person.student_id == kai.pk).why

    whole = need(Role.HEAD_OF_YEAR, 9)
    assert {"red", "PA", "something in place", "looked after"} <= set(whole.split(", "))
    assert "looked after" not in need(Role.FORM_TUTOR, "9B")
    assert "something in place" not in need(Role.ATTENDANCE_OFFICER)


def test_not_seen_in_so_many_school_weeks_the_most_in_need_first(school, as_role):
    kai, ada, _other, by = school
    (new,), (long,) = enrol("9B", admitted_on=date(2026, 11, 16)), enrol("9B")
    StudentFactFactory(student=long, kind=StudentFact.Kind.LOOKED_AFTER)
    seen(kai, by, days=46)  # Mon 5 October: half term is no school week
    seen(ada, by, days=47)
    head = as_role(Role.HEAD_OF_YEAR, 9)
    listed = [row.person.student_id for row in rows(head, show="unseen")]
    assert listed == [long.pk, ada.pk]
    assert new.pk not in listed
    text = head.get(PAGE, {"show": "unseen"}).content.decode()
    assert "Not seen in 6 school weeks" in text
    assert reverse("contacts:seen_tap", args=[long.pk]) in text


def test_t15_silent_families_say_none_logged_and_count_brothers_and_sisters(school, as_role):
    kai, ada, zoe, by = school
    mother = carer(kai, zoe)
    carer(kai, ada, zoe, relationship="Father", barred=True)  # joins no homes
    log(mother, zoe, by, days=10)
    log(carer(ada), ada, by, days=100, result=Result.NO_ANSWER)
    text = as_role(Role.SLT).get(PAGE, {"show": "silent"}).content.decode()
    assert "none logged · tried" in text
    assert "no contact made" not in text.lower()
    assert kai.sort_name not in text
    families = rows(as_role(Role.HEAD_OF_YEAR, 9), show="silent")
    assert [family.first.person.student_id for family in families] == [ada.pk, kai.pk]
    log(mother, kai, by, days=84)
    assert len(rows(as_role(Role.HEAD_OF_YEAR, 9), show="silent")) == 2
    log(mother, kai, by, days=83)
    assert len(rows(as_role(Role.HEAD_OF_YEAR, 9), show="silent")) == 1


def test_when_home_was_last_told_of_each_strand(school, as_role):
    kai, _ada, _other, by = school
    mother = carer(kai)
    for days, purpose, result in (
        (1, Purpose.LATENESS, Result.NO_ANSWER),
        (2, Purpose.ABSENCE, Result.SENT),
        (3, Purpose.UNIFORM, Result.REACHED),
        (4, Purpose.HOMEWORK, Result.REACHED),
        (5, Purpose.GOOD_NEWS, Result.SENT),
    ):
        log(mother, kai, by, days=days, purpose=purpose, result=result)
    (row,) = [row for row in rows(as_role(Role.HEAD_OF_YEAR, 9), show="told") if row.person.student_id == kai.pk]
    assert [TODAY - day if day else None for _strand, day in row.told] == [*map(timedelta, (2, 3, 4)), None]


def test_medians_by_cohort_keep_quiet_about_few(seeded, as_role):
    by = staff(Role.SLT)
    students = enrol("9B", count=6)
    for days, student in enumerate(students, start=1):
        seen(student, by, days=days)
    for student in students[:5]:
        StudentFactFactory(student=student, kind=StudentFact.Kind.PUPIL_PREMIUM)
    for student in students[:4]:
        StudentFactFactory(student=student, kind=StudentFact.Kind.FSM)
    lines = {line.cohort.slug: line for line in rows(as_role(Role.HEAD_OF_YEAR, 9), show="equity")}
    assert (lines[""].students, lines[""].medians[0]) == (6, 3)
    assert lines[""].medians[1:] == (None,) * 3  # none logged for anybody
    assert (lines["pupil-premium"].students, lines["pupil-premium"].medians[0]) == (5, 3)
    assert (lines["fsm"].is_small, lines["fsm"].medians) == (True, (None,) * 4)
    assert {line.cohort.slug: line.students for line in rows(as_role(Role.FORM_TUTOR, "9B"), show="equity")}["fsm"] == 0


def test_it_is_narrowed_sorted_and_handed_out_at_the_same_cost(school, as_role):
    kai, _ada, zoe, by = school
    slt, costs = as_role(Role.SLT), []
    seen(kai, by, days=3)
    assert [row.person.student_id for row in rows(slt, year="8")] == [zoe.pk]
    assert {row.person.tutor_group for row in rows(slt, group="9B")} == {"9B"}
    assert rows(slt, sort="-seen")[0].person.student_id == kai.pk
    assert rows(slt, sort="name") == sorted(rows(slt), key=lambda row: row.person.sort_key)
    assert zoe.sort_name in slt.get(PAGE, {"format": "csv", "year": "8"}).content.decode()
    assert AccessRecord.objects.filter(kind=AccessRecord.Kind.EXPORT, subject="quiet:all").exists()
    for count in (3, 27):
        for student in enrol("9B", count=count):
            log(carer(student), student, by, days=100)
        for show in ("", "unseen", "silent", "told", "equity"):
            with CaptureQueriesContext(connection) as queries:
                slt.get(PAGE, {"show": show})
            costs.append(len(queries))
    assert costs[:5] == costs[5:]
    assert max(costs) <= 12, costs
