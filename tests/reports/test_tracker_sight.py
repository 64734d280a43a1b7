"""Who reads on the tracker and beside it what others decided about a student."""

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from attendance.models import NoticeDecision
from contacts.models import Agency, Referral
from contacts.services.contacts import Told, With, contact_log
from pastoral.core.rights import Role
from reports.summaries.support import support_of
from reports.templatetags.tracker import notice_count
from tests.factories import enrol, staff
from tests.families import carer
from tests.marks import lay
from tests.reports.test_tracker import FIRST, PAGE, history

SIGHT = {Role.HEAD_OF_YEAR: 9, Role.FORM_TUTOR: "9B", Role.ATTENDANCE_OFFICER: None}


@pytest.fixture
def decided(seeded, friday):
    """A student of 9B, persistently absent, on whom a Head of Year decided."""
    (student,) = enrol("9B")
    lay(student, FIRST, history(0, 14, "O"))
    decide(student, datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    return student


def decide(student, at: datetime) -> None:
    NoticeDecision.objects.create(
        student=student,
        decision="support_first",
        reason="Mentor agreed.",
        window_first=date(2026, 9, 7),
        window_last=date(2026, 11, 20),
        sessions=[],
        checks={},
        decided_by=staff(Role.HEAD_OF_YEAR, 9),
        position="Head of Year 9",
        decided_at=at,
    )


@pytest.mark.parametrize("how", ["", "csv"])
def test_a_tutor_does_not_read_what_was_decided(decided, as_role, how):
    assert "Support first" in as_role(Role.HEAD_OF_YEAR, 9).get(PAGE, {"format": how}).content.decode()
    page = as_role(Role.FORM_TUTOR, "9B").get(PAGE, {"format": how})
    text = page.content.decode()
    assert "Support first" not in text
    assert "not shown to your role" in text
    assert how or "support" not in {choices.name for choices in page.context["filters"]}


def test_decisions_are_of_the_schools_own_day_and_todays_count(decided, on_day, as_role):
    """Half past eleven at night in universal time is the next day in summer; today is after the latest marks."""
    decide(decided, datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
    steps = support_of([decided.pk], date(2026, 10, 1), date(2026, 10, 1))[decided.pk].live
    assert [step.since for step in steps] == [date(2026, 10, 1)]
    on_day(date(2026, 11, 23), 8, 0)
    decide(decided, datetime(2026, 11, 23, 7, 45, tzinfo=UTC))
    (row,) = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE).context["rows"]
    assert date(2026, 11, 23) in {step.since for step in row.support.live}


def test_the_last_contact_and_what_agencies_do_are_on_the_row_by_right(decided, as_role):
    mother, father = carer(decided), carer(decided, relationship="Father", barred=True)
    head = staff(Role.HEAD_OF_YEAR, 9)
    for hour, person, result, way in (
        (9, mother, "reached", "out"),
        (10, mother, "voicemail", "out"),
        (11, father, "reached", "in"),
    ):
        at = datetime(2026, 11, 19, hour, tzinfo=UTC)
        told = Told(With.carer(person), at, "phone", result, "absence", way, also={"narrative": "Spoke of the bus"})
        contact_log(told=told, students=[decided], token=uuid4(), by=head, now=at)
    agency = Agency.objects.create(name="Young carers' project", kind="charity")
    Referral.objects.create(
        token=uuid4(),
        student=decided,
        agency=agency,
        sent_on=date(2026, 11, 12),
        reason="Cares for her brother",
        consent="not_needed",
        without_because="A duty",
        shared="Attendance",
        basis="Duty",
        owner=head,
        made_by=head,
    )
    shown = {role: as_role(role, scope).get(PAGE).content.decode() for role, scope in SIGHT.items()}
    assert all("Thu 19 Nov: phone, voicemail left" in text and "bus" not in text for text in shown.values())
    assert {role for role, text in shown.items() if "Referral" in text} == {Role.HEAD_OF_YEAR}


def test_the_students_page_leads_to_the_case_for_those_with_the_right(decided, as_role):
    page, case = decided.get_absolute_url(), reverse("attendance:notice_detail", args=[decided.pk])
    assert case in as_role(Role.HEAD_OF_YEAR, 9).get(page).content.decode()
    assert case not in as_role(Role.FORM_TUTOR, "9B").get(page).content.decode()


def test_a_count_from_the_threshold_on_has_a_mark_and_a_word():
    assert notice_count(9) == "9"
    assert "<svg" in notice_count(12)
    assert re.sub("<[^>]+>", "", notice_count(12)).split() == ["12", "threshold"]


def test_the_filters_fold_and_say_how_many_are_set(decided, as_role):
    text = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE, {"state": "pa", "notice": "yes", "sort": "name"}).content.decode()
    assert '<details class="tracker-fold' in text
    assert "Filters · 2 set" in text
    assert "Unauth. in 10 weeks" in text
