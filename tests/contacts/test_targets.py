"""The target list of a half term: the promise, kept or not in school weeks, and the next half term's."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Channel, Purpose, Result, TargetStudent
from contacts.services.contacts import Told, With, contact_log
from pastoral.core.rights import Role
from students.models import CalendarSpan
from tests.factories import enrol, staff
from tests.families import carer

LIST, ADD, COPY = (reverse(f"contacts:target_{name}") for name in ("list", "add", "copy"))


def log(person, student, by, day, *, result=Result.REACHED):
    at = datetime(day.year, day.month, day.day, 12, 0, tzinfo=ZoneInfo("Europe/London"))
    told = Told(With.carer(person), occurred_at=at, channel=Channel.PHONE, result=result, purpose=Purpose.ABSENCE)
    return contact_log(told=told, students=[student], token=uuid4(), by=by, now=at)


def term(name):
    return CalendarSpan.objects.get(name=name)


def agreed(student, by, *, name="Autumn 1 2026", weeks=1):
    span = term(name)
    return TargetStudent.objects.create(
        token=uuid4(),
        student=student,
        starts_on=span.first_day,
        ends_on=span.last_day,
        every_weeks=weeks,
        because="Three Mondays missed",
        owner=by,
        agreed_by=by,
    )


def rows(client, **asked):
    return {row.who.student_id: row for row in client.get(LIST, asked).context["page"].rows}


@pytest.fixture
def head(seeded, as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def test_students_are_put_on_the_list_once_and_only_ones_own(head):
    kai, ada = enrol("9B", count=2)
    (zoe,) = enrol("8A")
    form = head.get(ADD, {"student": kai.pk}).context["form"]
    now = term("Autumn 2 2026")
    assert form.initial["term"] == now.pk
    assert [name for _key, name in form.fields["term"].choices] == ["Spring 1 2027", "Autumn 2 2026"]
    sent = {
        "do": "save",
        "student": [kai.pk, ada.pk, zoe.pk],
        "token": uuid4(),
        "term": now.pk,
        "because": "Agreed on Monday",
        "every_weeks": 2,
        "owner": head.user.pk,
    }
    for _ in range(2):
        assert head.post(ADD, sent).status_code == 302
    held = TargetStudent.objects.all()
    assert {each.student_id for each in held} == {kai.pk, ada.pk}
    assert {(each.starts_on, each.ends_on, each.every_weeks) for each in held} == {(now.first_day, now.last_day, 2)}
    assert head.post(ADD, sent | {"because": ""}).status_code == 422
    text = head.get(LIST).content.decode()
    assert "every 2 school weeks" in text
    assert reverse("contacts:contact_add") + f"?student={kai.pk}" in text


def test_the_promise_is_kept_or_missed_in_school_weeks_only(head):
    kai, ada, may = enrol("9B", count=3)
    by = staff(Role.SLT)
    mother = carer(kai)
    agreed(kai, by)
    agreed(ada, by, weeks=2)
    agreed(may, by, name="Autumn 2 2026")
    for day in (date(2026, 9, 4), date(2026, 9, 14), date(2026, 9, 20), date(2026, 10, 27)):  # the last in half term
        log(mother, kai, by, day)
    log(mother, kai, by, date(2026, 9, 22), result=Result.VOICEMAIL)
    log(carer(ada), ada, by, date(2026, 9, 17))
    held = rows(head, term=term("Autumn 1 2026").pk)
    assert [str(span.state) for span in held[kai.pk].spans] == [
        *("kept", "missed", "kept", "tried", "missed", "missed", "missed", "missed")
    ]
    assert (held[kai.pk].kept, held[kai.pk].due, held[kai.pk].is_behind) == (2, 8, True)
    assert [str(span.state) for span in held[ada.pk].spans] == ["missed", "kept", "missed", "missed"]
    assert may.pk not in held
    now = rows(head)
    assert [str(span.state) for span in now[may.pk].spans] == ["missed", "missed", "open", *["ahead"] * 4]
    text = head.get(LIST, {"term": term("Autumn 1 2026").pk}).content.decode()
    assert "none logged" in text
    assert "no contact" not in text.lower()


def test_it_is_copied_changed_taken_off_and_handed_out(head):
    kai, gone = enrol("9B", count=2)
    by = staff(Role.SLT)
    target = agreed(kai, by)
    agreed(gone, by)
    gone.left_on = date(2026, 11, 1)
    gone.save()
    first = term("Autumn 1 2026")
    for _ in range(2):
        head.post(COPY, {"term": first.pk})
    copied = TargetStudent.objects.exclude(starts_on=first.first_day)
    assert [(each.student_id, each.starts_on, each.owner) for each in copied] == [(kai.pk, date(2026, 11, 2), by)]
    address = reverse("contacts:target_change", args=[target.pk])
    form = head.get(address).context["form"]
    sent = {"because": "Better", "every_weeks": 3, "owner": by.pk, "seen": form.initial["seen"]}
    assert head.post(address, sent).status_code == 302
    assert head.post(address, sent | {"because": "Worse"}).status_code == 422
    target.refresh_from_db()
    assert (target.because, target.every_weeks) == ("Better", 3)
    written = head.get(LIST, {"term": first.pk, "format": "csv"}).content.decode()
    assert "Better" in written
    head.post(reverse("contacts:target_withdraw", args=[target.pk]), {"because": "Back at school"})
    assert kai.pk not in rows(head, term=first.pk)
    assert head.post(COPY, {"term": "x"}).status_code == 302


def test_three_and_thirty_cost_the_same_queries(head):
    costs, by = [], staff(Role.SLT)
    for count in (3, 27):
        for student in enrol("9B", count=count):
            agreed(student, by)
            log(carer(student), student, by, date(2026, 9, 15) + timedelta(days=count))
        with CaptureQueriesContext(connection) as queries:
            head.get(LIST, {"term": term("Autumn 1 2026").pk})
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12
