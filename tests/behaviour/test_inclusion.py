"""The register of the inclusion and nurture rooms: in, out, one room at a time, and the lessons it cost."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour.models import InclusionStay
from behaviour.services import rooms as services
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.factories import StaffAssignmentFactory, TutorGroupFactory, enrol, staff

DAY = date(2026, 11, 20)
LONDON = ZoneInfo("Europe/London")
pytestmark = pytest.mark.django_db
REGISTER = "behaviour:inclusion_register"


def at(hour: int, minute: int, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


def stay(student, came: datetime, left: datetime | None = None, **facts: str) -> InclusionStay:
    return InclusionStay.objects.create(
        student=student,
        room=facts.get("room", "inclusion"),
        came_at=came,
        left_at=left,
        reason=facts.get("reason", "Refused to move seats"),
        adult="Mr Sugden",
        outcome="Back in lesson" if left else "",
        recorded_by=staff(Role.SLT),
    )


@pytest.fixture
def kai(seeded, on_day):
    on_day(DAY, 11, 40)
    return enrol("9B", legal_surname="O'Brien", legal_forename="Kai")[0]


@pytest.fixture
def head(as_role, kai, on_day):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    on_day(DAY, 11, 40)
    return client


FORM = {"room": "inclusion", "came_at": "11:05", "reason": "Refused to move seats", "work": "", "adult": "Mr Sugden"}


def test_found_signed_in_and_signed_out(head, kai):
    found = head.get(reverse(REGISTER), {"q": "obrien"}).content.decode()
    address = reverse("behaviour:inclusion_sign_in", args=[kai.pk])
    assert address in found
    assert 'value="11:40"' in head.get(address).content.decode()
    page = head.post(address, FORM, follow=True)
    row = InclusionStay.objects.get()
    assert (row.came_at, row.recorded_by, row.left_at) == (at(11, 5), head.user, None)
    assert [each.name for each in page.context["rooms"].now_in] == ["O'Brien, Kai"]
    page = head.post(
        reverse("behaviour:inclusion_sign_out", args=[row.pk]),
        {"outcome": "Calm, back", "left_at": "11:35"},
        follow=True,
    )
    row.refresh_from_db()
    assert (row.left_at, row.outcome) == (at(11, 35), "Calm, back")
    assert [each.minutes for each in page.context["rooms"].left] == [30]


def test_one_room_at_a_time_is_said_kindly_and_nothing_typed_is_lost(head, kai):
    stay(kai, at(10, 0))
    answer = head.post(reverse("behaviour:inclusion_sign_in", args=[kai.pk]), {**FORM, "work": "Booklet, page 14"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is in the inclusion room since Fri 20 Nov 10:00, with Mr Sugden. Sign them out first." in page
    assert "Booklet, page 14" in page
    assert InclusionStay.objects.count() == 1


def test_the_database_keeps_one_open_stay(kai):
    stay(kai, at(10, 0))
    with pytest.raises(IntegrityError), transaction.atomic():
        stay(kai, at(11, 0))


def test_not_into_a_stay_that_has_ended_since(head, kai):
    stay(kai, at(10, 0), at(11, 10))
    answer = head.post(reverse("behaviour:inclusion_sign_in", args=[kai.pk]), FORM)
    assert "from 10:00 to 11:10" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"came_at": "12:30"}, "still to come"),
        ({"came_at": "later"}, "valid time"),
        ({"reason": ""}, "required"),
        ({"room": "cellar"}, "not one of the available choices"),
    ],
)
def test_bad_input_says_what_to_do(head, kai, changes, words):
    answer = head.post(reverse("behaviour:inclusion_sign_in", args=[kai.pk]), FORM | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.parametrize(("left", "words"), [("10:30", "They came at 11:00"), ("12:00", "still to come")])
def test_leaving_before_coming_or_tomorrow(head, kai, left, words):
    row = stay(kai, at(11, 0))
    answer = head.post(reverse("behaviour:inclusion_sign_out", args=[row.pk]), {"outcome": "x", "left_at": left})
    assert words in answer.content.decode()
    row.refresh_from_db()
    assert row.left_at is None


def test_signed_out_twice_the_first_stands(head, kai):
    row = stay(kai, at(11, 0))
    services.stay_end(stay=row, outcome="Collected", left_at=at(11, 20), now=at(11, 40))
    services.stay_end(stay=row, outcome="Other", left_at=at(11, 30), now=at(11, 40))
    row.refresh_from_db()
    assert (row.outcome, row.left_at) == ("Collected", at(11, 20))
    page = head.get(reverse("behaviour:inclusion_sign_out", args=[row.pk]), follow=True).content.decode()
    assert "was signed out at 11:20" in page
    late = head.post(reverse("behaviour:inclusion_sign_out", args=[row.pk]), {"outcome": "Calm", "left_at": "11:30"})
    assert (late.status_code, ">Calm</textarea>" in late.content.decode()) == (409, True)


def test_work_that_two_people_note_is_lost_by_neither(head, kai):
    row = stay(kai, at(11, 0))
    address = reverse("behaviour:inclusion_sign_out", args=[row.pk])
    seen = head.get(address).context["work"].initial["seen"]
    services.stay_work(stay=row, seen=seen, work="Maths booklet", adult="Mr Sugden")
    page = head.post(address, {"do": "work", "work": "Art", "adult": "Mr Sugden", "seen": seen})
    assert page.context["work"].errors["work"] == ["Now it says: Maths booklet"]
    seen = page.context["work"]["seen"].value()
    assert head.post(address, {"do": "work", "work": "Art", "adult": "Mr Sugden", "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert row.work == "Art"


def test_a_stay_never_signed_out_is_said_and_ends_on_its_own_day(head, kai):
    row = stay(kai, at(14, 0, date(2026, 11, 19)))
    page = head.get(reverse(REGISTER)).content.decode()
    assert "never signed out" in page
    that_day = head.get(reverse(REGISTER), {"day": "2026-11-19"})
    assert "1 never signed out, 0 left, 0 minutes in all" in that_day.content.decode()
    head.post(reverse("behaviour:inclusion_sign_out", args=[row.pk]), {"outcome": "End of day", "left_at": "15:20"})
    row.refresh_from_db()
    assert row.left_at == at(15, 20, date(2026, 11, 19))


def test_history_counts_minutes_and_lessons_lost_and_is_logged(head, kai):
    stay(kai, at(10, 50), at(11, 30))  # 10 minutes of P2, the break, 10 minutes of P3
    stay(kai, at(13, 0, date(2026, 11, 19)), at(15, 20, date(2026, 11, 19)), room="nurture")
    page = head.get(reverse("reports:inclusion_student", args=[kai.pk]))
    rows = page.context["stays"].rows
    assert [(row.minutes, row.lesson_minutes, row.periods) for row in rows] == [
        (40, 20, ("P2", "P3")),
        (140, 120, ("P4", "P5")),
    ]
    assert page.context["stays"].lesson_minutes == 140
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}").exists()


def test_a_head_of_another_year_who_is_the_tutor_keeps_no_room(as_role, kai, on_day):
    client = as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=client.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    row = stay(kai, at(11, 0))
    assert list(client.get(reverse(REGISTER), {"q": "obrien"}).context["found"]) == []
    for name, key in (("behaviour:inclusion_sign_in", kai.pk), ("behaviour:inclusion_sign_out", row.pk)):
        assert client.get(reverse(name, args=[key])).status_code == 404


def test_the_wrong_student_is_withdrawn_and_a_wrong_time_put_right_with_history(head, kai):
    def where(row: InclusionStay) -> str:
        return reverse("behaviour:inclusion_stay", args=[row.pk])

    stay(kai, at(9, 0), at(10, 0))
    wrong = stay(kai, at(11, 10))
    good = {"do": "correct", "came_at": "11:02", "room": "nurture", "kind": "support"}
    for change, fault in (
        ({"came_at": "11:55"}, "still to come"),
        ({"came_at": "09:30"}, "was in the inclusion room from 09:00 to 10:00"),
        ({"room": "attic"}, "valid choice"),
    ):
        answer = head.post(where(wrong), good | change)
        assert (answer.status_code, fault in answer.content.decode()) == (422, True)
    head.post(where(wrong), good)
    wrong.refresh_from_db()
    assert (wrong.came_at, wrong.left_at, wrong.room, wrong.kind) == (at(11, 2), None, "nurture", "support")
    assert "Fri 20 Nov 11:10" in head.get(where(wrong)).content.decode()
    assert head.post(where(wrong), {"do": "withdraw", "because": ""}).status_code == 422
    head.post(where(wrong), {"do": "withdraw", "because": "It was his brother"})
    assert "It was his brother" in head.get(where(wrong)).content.decode()
    assert head.post(where(wrong), good).status_code == 422
    rooms = head.get(reverse(REGISTER)).context["rooms"]
    assert (len(rooms.now_in), len(rooms.left)) == (0, 1)
    assert head.get(reverse("behaviour:inclusion_sign_out", args=[wrong.pk])).status_code == 404
    assert [row.stays for row in head.get(reverse("reports:inclusion_list")).context["page"].rows] == [1]
    assert len(head.get(reverse("reports:inclusion_student", args=[kai.pk])).context["stays"].rows) == 1
    head.post(reverse("behaviour:inclusion_sign_in", args=[kai.pk]), FORM)  # at the same time, once it is withdrawn
    assert InclusionStay.objects.open().get().came_at == at(11, 5)


def test_three_stays_and_thirty_cost_the_same(head):
    def queries() -> int:
        with CaptureQueriesContext(connection) as held:
            assert head.get(reverse(REGISTER)).status_code == 200
        return len(held)

    def stays(count: int) -> None:
        for n, student in enumerate(enrol("9B", count=count)):
            stay(student, at(9, 0), at(10, 0) if n % 2 else None)

    stays(3)
    few = queries()
    stays(27)
    assert queries() == few <= 12
