"""Students seen: one tap, several at once, words added, taken back, the week's record, and who is due again."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Seen
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.factories import enrol, staff

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Europe/London"))
WEEK = reverse("contacts:seen_list")
DUE = reverse("contacts:seen_reviews")


def seen(student, by, *, days=0, **also):
    at = FRIDAY - timedelta(days=days)
    return Seen.objects.create(token=uuid4(), student=student, seen_at=at, logged_at=at, by=by, **also)


def page(client, address, **asked):
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def head(as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def test_one_tap_notes_it_once_a_day_and_is_taken_back_at_once(seeded, head, on_day):
    (kai,) = enrol("9B", legal_surname="O'Brien")
    tap = reverse("contacts:seen_tap", args=[kai.pk])
    said = head.post(tap, headers={"HX-Request": "true"}).content.decode()
    head.post(tap)
    (held,) = Seen.objects.all()
    assert (held.student, held.by, held.reason) == (kai, head.user, Seen.Reason.CHECK_IN)
    undo = reverse("contacts:seen_undo", args=[held.pk])
    assert undo in said
    assert reverse("contacts:seen_change", args=[held.pk]) in said
    head.post(undo)
    head.post(undo)
    assert Seen.objects.standing().count() == 0
    head.post(tap)
    assert Seen.objects.standing().count() == 1
    gone = {"withdrawn_at": held.seen_at, "withdrawn_by": head.user, "withdrawn_because": "x"}
    Seen.objects.create(token=uuid4(), student=kai, by=head.user, seen_at=held.seen_at, logged_at=held.seen_at, **gone)
    head.post(tap)
    assert Seen.objects.standing().count() == 1
    on_day(date(2026, 11, 23))
    head.force_login(head.user)  # Friday's sign-in is over
    assert head.post(reverse("contacts:seen_undo", args=[Seen.objects.standing().get().pk])).status_code == 404
    head.post(tap)
    assert Seen.objects.standing().count() == 2
    on_day(date(2026, 11, 23), 16)
    kai.left_on = date(2026, 11, 20)
    kai.save()
    assert head.post(tap).status_code == 404


def test_several_are_noted_at_once_from_form_time_and_from_the_form(seeded, as_role):
    tutor = as_role(Role.FORM_TUTOR, "9B")
    ours, (other,) = enrol("9B", count=3), enrol("8A")
    back = reverse("behaviour:form_time_grid", args=[ours[0].enrolments.get().tutor_group_id])
    grid = page(tutor, back)
    assert grid.count("Seen<span") == 3
    assert reverse("contacts:seen_several") in grid
    ticked = {"student": [*(each.pk for each in ours[:2]), other.pk], "back": back}
    assert tutor.post(reverse("contacts:seen_several"), ticked).url == back
    assert set(Seen.objects.values_list("student", flat=True)) == {each.pk for each in ours[:2]}
    assert tutor.post(reverse("contacts:seen_several"), {"back": "https://elsewhere.example/"}).url == WEEK
    sent = {
        "do": "save",
        "student": [each.pk for each in ours],
        "token": uuid4(),
        "seen_on": "2026-11-19",
        "reason": "welfare",
        "narrative": "Both came to talk",
        "review_on": "2026-11-27",
    }
    for _ in range(2):
        assert tutor.post(reverse("contacts:seen_add"), sent).status_code == 302
    told = Seen.objects.filter(reason="welfare")
    assert {each.student_id for each in told} == {each.pk for each in ours}
    assert {each.seen_at for each in told} == {FRIDAY - timedelta(days=1)}
    faults = tutor.post(reverse("contacts:seen_add"), sent | {"seen_on": "2026-11-21", "review_on": "2026-11-19"})
    assert faults.status_code == 422
    assert "still to come" in faults.content.decode()
    assert "day is past" in faults.content.decode()
    assert "Both came to talk" in faults.content.decode()


def test_words_are_added_by_whoever_wrote_it_and_the_second_writer_is_told(seeded, head):
    (kai,) = enrol("9B")
    mine, others = seen(kai, head.user), seen(kai, staff(Role.SLT), narrative="Not mine", days=1)
    address = reverse("contacts:seen_change", args=[mine.pk])
    form = head.get(address).context["form"]
    sent = {"reason": "praise", "narrative": "Read aloud", "seen": form.initial["seen"]}
    head.post(address, sent)
    mine.refresh_from_db()
    assert (mine.reason, mine.narrative) == ("praise", "Read aloud")
    again = head.post(address, sent | {"narrative": "Something else"})
    assert (again.status_code, "Somebody changed this" in again.content.decode()) == (422, True)
    assert head.get(reverse("contacts:seen_change", args=[others.pk])).status_code == 404
    withdraw = reverse("contacts:seen_withdraw", args=[others.pk])
    assert head.post(withdraw, {"because": ""}).status_code == 422
    assert head.post(withdraw, {"because": "Another student"}).status_code == 302
    listed = page(head, reverse("contacts:seen_student", args=[kai.pk]))
    assert "Read aloud" in listed
    assert "Not mine" not in listed
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", user=head.user).exists()
    place = page(head, reverse("contacts:seen_place", args=[kai.pk]))
    assert "Read aloud" in place
    assert reverse("contacts:seen_place", args=[kai.pk]) in page(head, kai.get_absolute_url())


def test_t14_the_words_of_a_time_seen_are_for_those_who_may_read_them(seeded, as_role):
    (kai,) = enrol("9B")
    by = staff(Role.SLT)
    seen(kai, by, narrative="plain words")
    seen(kai, by, narrative="few words", is_restricted=True)
    seen(kai, by, narrative="conduct words", reason="behaviour")
    every = {"plain words", "few words", "conduct words"}
    reads = {
        Role.FORM_TUTOR: {"plain words", "conduct words"},
        Role.PASTORAL_MANAGER: {"plain words", "conduct words"},
        Role.ATTENDANCE_OFFICER: {"plain words"},
        Role.HEAD_OF_YEAR: every,
        Role.DSL: every,
    }
    scopes = {Role.FORM_TUTOR: "9B", Role.PASTORAL_MANAGER: 9, Role.HEAD_OF_YEAR: 9}
    for role, expected in reads.items():
        client = as_role(role, scopes.get(role))
        text = page(client, reverse("contacts:seen_student", args=[kai.pk]))
        assert {words for words in every if words in text} == expected, role
        for asked in ({}, {"format": "csv"}, {"format": "xlsx"}):
            assert not any(words.encode() in client.get(WEEK, asked).getvalue() for words in every), role


def test_the_weeks_record_by_year_and_person_over_a_clock_change(seeded, as_role, on_day):
    slt = as_role(Role.SLT)
    (kai,), (zoe,) = enrol("9B", legal_surname="Price"), enrol("8A", legal_surname="Walsh")
    colleague = staff(Role.SLT)
    monday = datetime(2026, 10, 26, 0, 5, tzinfo=ZoneInfo("Europe/London"))  # the clocks went back the day before
    for at in (monday, monday - timedelta(minutes=10)):
        Seen.objects.create(token=uuid4(), student=kai, seen_at=at, logged_at=at, by=slt.user)
    seen(zoe, colleague)
    assert slt.get(WEEK, {"week": "2026-10-28"}).context["week"].rows[0].seen_at == monday
    assert slt.get(WEEK, {"week": "2026-10-25"}).context["week"].rows[0].seen_at == monday - timedelta(minutes=10)
    seen(kai, slt.user)
    assert {row.who.student_id for row in slt.get(WEEK).context["week"].rows} == {kai.pk, zoe.pk}
    assert [row.who.student_id for row in slt.get(WEEK, {"year": "8"}).context["page"].rows] == [zoe.pk]
    assert [row.who.student_id for row in slt.get(WEEK, {"by": slt.user.pk}).context["page"].rows] == [kai.pk]
    written = slt.get(WEEK, {"format": "csv", "year": "9"}).content.decode()
    assert "Price" in written
    assert "Walsh" not in written
    assert AccessRecord.objects.filter(kind=AccessRecord.Kind.EXPORT, subject="seen:2026-11-16").exists()


def test_a_review_is_due_until_somebody_sees_the_student_again(seeded, head):
    (kai,), (gone,) = enrol("9B"), enrol("9B", left_on=date(2026, 11, 18))
    for student in (kai, gone):
        seen(student, head.user, days=10, review_on=date(2026, 11, 18))
    other = seen(kai, staff(Role.SLT), days=9, review_on=date(2026, 11, 20))
    rows = head.get(DUE).context["page"].rows
    assert [(row.who.student_id, row.review_on) for row in rows] == [(kai.pk, date(2026, 11, 18))]
    assert "student to see again" in page(head, reverse("core:needs_now"))
    assert [row.key for row in head.get(DUE, {"show": "all"}).context["page"].rows][1] == other.pk
    seen(kai, staff(Role.SLT), days=3)
    assert len(head.get(DUE, {"show": "all"}).context["page"].rows) == 2
    head.post(reverse("contacts:seen_tap", args=[kai.pk]))
    assert head.get(DUE, {"show": "all"}).context["page"].total == 0


def test_three_and_thirty_cost_the_same_queries(seeded, head):
    costs = []
    for count in (3, 27):
        for student in enrol("9B", count=count):
            seen(student, head.user, review_on=date(2026, 11, 20), narrative="x")
        pages = (WEEK, DUE, reverse("contacts:seen_student", args=[student.pk]))
        with CaptureQueriesContext(connection) as queries:
            for address in pages:
                head.get(address)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 3 * 12
