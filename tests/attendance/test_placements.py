"""Placements elsewhere: the provider's word for each session, and what the register makes of it."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from attendance.models import PlacementConfirmation, PlannedMark, SessionMark
from attendance.services import placements
from attendance.services.placements import NotExpected, placement_add, placement_confirm
from attendance.services.plan_rules import AlreadyDecided, PlanFault
from pastoral.core.rights import Role
from students.summaries import SchoolCalendar
from tests.factories import enrol, staff
from tests.marks import lay
from tests.planning import FRIDAY, key, plan, span

MONDAY = date(2026, 11, 16)
LAST = date(2026, 12, 18)
NOW = datetime.fromisoformat("2026-11-20T15:05+00:00")


@pytest.fixture
def kai(seeded: int, friday: date) -> object:
    return enrol("9B")[0]


@pytest.fixture
def officer(db: None) -> object:
    return staff(Role.ATTENDANCE_OFFICER)


def placed(student: object, by: object, letters: str = "B", week: str = "FRI-AM FRI-PM") -> PlannedMark:
    facts = {"provider": "Northfield Academy", "provider_telephone": "01632 960112", "review_on": LAST}
    return plan(student, letters, by=by, kind="placement", first=MONDAY, last=LAST, sessions=week.split(), **facts)


def confirm(held: PlannedMark, by: object, outcome: str, *, session: str = "AM", seen: str = "") -> str:
    return placement_confirm(
        planned=held, day=FRIDAY, session=session, outcome=outcome, seen=seen, told_by="Ms Reid", by=by, at=NOW
    )


def letters() -> list[str]:
    return list(SessionMark.objects.order_by("session").values_list("code__letters", flat=True))


def test_attended_writes_the_code_and_not_attended_n(kai: object, officer: object) -> None:
    held = placed(kai, officer)
    confirm(held, officer, "attended")
    confirm(held, officer, "absent", session="PM")
    assert letters() == ["B", "N"]
    confirm(held, officer, "attended", session="PM", seen="absent")
    assert letters() == ["B", "B"]
    from django.apps import apps

    event = apps.get_model("attendance", "SessionMarkEvent").objects.get()
    assert event.pgh_context.metadata["reason"] == "The provider says: attended"


def test_the_register_keeps_d_whatever_the_other_school_says(kai: object, officer: object) -> None:
    held = placed(kai, officer, "D")
    lay(kai, FRIDAY, "D")
    confirm(held, officer, "absent")
    assert letters() == ["D"]
    assert PlacementConfirmation.objects.get().outcome == "absent"


@pytest.mark.parametrize(
    ("stands", "outcome", "stays"),
    [("/", "attended", "/"), ("/", "absent", "/"), ("U", "attended", "U"), ("I", "absent", "I")],
)
def test_presence_here_and_a_known_reason_are_never_replaced(
    kai: object, officer: object, stands: str, outcome: str, stays: str
) -> None:
    lay(kai, FRIDAY, stands)
    told = confirm(placed(kai, officer), officer, outcome)
    assert letters() == [stays]
    assert bool(told) == (stands != "I")


def test_no_answer_is_kept_and_marks_nothing(kai: object, officer: object) -> None:
    confirm(placed(kai, officer), officer, "no_answer")
    assert letters() == []
    assert PlacementConfirmation.objects.get().told_by == "Ms Reid"


def test_two_people_at_once_the_second_is_told(kai: object, officer: object) -> None:
    held = placed(kai, officer)
    confirm(held, officer, "attended")
    with pytest.raises(AlreadyDecided, match=f"{officer} has put it down meanwhile: attended"):
        confirm(held, staff(Role.ATTENDANCE_OFFICER), "absent")
    assert letters() == ["B"]


def test_a_session_nobody_expected_is_not_confirmed(kai: object, officer: object) -> None:
    held = placed(kai, officer, week="MON-AM")
    with pytest.raises(NotExpected):
        confirm(held, officer, "attended")
    held.status = "withdrawn"
    held.save()
    with pytest.raises(NotExpected):
        confirm(held, officer, "attended")


def test_a_placement_needs_sessions_and_a_review(kai: object, officer: object) -> None:
    facts = {
        "student": kai,
        "code": key("K"),
        "provider": "PRU",
        "telephone": "1",
        "note": "",
        "by": officer,
        "at": NOW,
    }
    with pytest.raises(PlanFault, match="sessions"):
        placement_add(span=span(MONDAY, LAST), review_on=LAST, **facts)
    with pytest.raises(PlanFault, match="review"):
        placement_add(span=span(MONDAY, LAST, week="MON-AM"), review_on=date(2027, 1, 8), **facts)
    assert placement_add(span=span(MONDAY, LAST, week="MON-AM"), review_on=LAST, **facts).kind == "placement"


def test_one_tap_confirms_and_what_is_open_stays_listed(
    kai: object, officer: object, as_role: Callable[..., Client]
) -> None:
    held = placed(kai, officer, week="FRI-AM FRI-PM THU-AM WED-PM")
    client = as_role(Role.PASTORAL_MANAGER, 9)
    address = reverse("attendance:placement_confirm")
    page = client.get(address)
    assert [each.day for each in page.context["open"]] == [date(2026, 11, 19), date(2026, 11, 18)]
    assert page.context["providers"][0].waiting == 2
    thursday = f"{held.pk}|2026-11-19|AM||attended"
    client.post(address, {"answer": thursday, "told_by": "Mr Shah"})
    client.post(address, {"answer": f"{held.pk}|2026-11-18|PM||no_answer", "told_by": ""})
    assert [each.day for each in client.get(address).context["open"]] == [date(2026, 11, 18)]
    assert PlacementConfirmation.objects.get(date=date(2026, 11, 19)).told_by == "Mr Shah"


def test_who_is_away_for_a_better_reason_is_not_asked_after(
    kai: object, officer: object, as_role: Callable[..., Client]
) -> None:
    placed(kai, officer)
    plan(kai, "M", by=officer, starts_session="PM")
    page = as_role(Role.ATTENDANCE_OFFICER).get(reverse("attendance:placement_confirm"))
    assert [each.session for held in page.context["providers"] for each in held.sessions] == ["AM"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "x",
        "1|2026-11-20|AM||",
        "0|nonsense|AM||attended",
        "9|2026-11-20|XX||attended",
        "9" * 50,
        "9|2026-11-20|AM||\0",
    ],
)
def test_a_broken_answer_breaks_nothing(seeded: int, as_role: Callable[..., Client], words: str) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    answer = client.post(reverse("attendance:placement_confirm"), {"answer": words}, follow=True)
    assert answer.status_code in {200, 404}
    assert not PlacementConfirmation.objects.exists()


def test_a_session_to_come_is_not_confirmed(
    kai: object, officer: object, as_role: Callable[..., Client], on_day: Callable[..., object]
) -> None:
    held = placed(kai, officer)
    on_day(FRIDAY, 9, 0)
    client = as_role(Role.ATTENDANCE_OFFICER)
    on_day(FRIDAY, 9, 0)
    answer = f"{held.pk}|2026-11-20|PM||attended"
    client.post(reverse("attendance:placement_confirm"), {"answer": answer, "told_by": ""})
    assert not PlacementConfirmation.objects.exists()


def test_another_years_placement_is_nobodys_here(kai: object, officer: object, as_role: Callable[..., Client]) -> None:
    held = placed(kai, officer)
    client = as_role(Role.PASTORAL_MANAGER, 8)
    address = reverse("attendance:placement_confirm")
    assert not client.get(address).context["providers"]
    assert client.post(address, {"answer": f"{held.pk}|2026-11-20|AM||attended"}).status_code == 404


def test_a_register_taken_in_that_very_moment_is_seen(
    kai: object, officer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer's first look finds no mark; the register writes one; the answer writes after it."""
    held, looks = placed(kai, officer), []

    def look(row: object) -> object:
        looks.append(row)
        if len(looks) > 1:
            return standing(row)
        lay(kai, FRIDAY, stood)
        return None

    standing = placements._standing
    monkeypatch.setattr(placements, "_standing", look)
    stood = "/"
    assert confirm(held, officer, "attended").startswith("The register says / (in school)")
    assert letters() == ["/"]
    looks.clear()
    stood = "- N"
    assert confirm(held, officer, "attended", session="PM") == ""
    assert letters() == ["/", "B"]


def test_half_term_and_days_off_roll_are_not_confirmed(kai: object, officer: object) -> None:
    held = placed(kai, officer)
    held.starts_on = date(2026, 9, 1)
    held.save()
    half_term = date(2026, 10, 30)
    assert not SchoolCalendar.load().is_school_day(half_term)
    said = {
        "planned": held,
        "session": "AM",
        "outcome": "attended",
        "seen": "",
        "told_by": "",
        "by": officer,
        "at": NOW,
    }
    with pytest.raises(NotExpected, match="School does not meet on Fri 30 Oct"):
        placement_confirm(day=half_term, **said)
    kai.left_on = date(2026, 11, 13)
    kai.save()
    with pytest.raises(NotExpected, match="was not on roll on Fri 20 Nov"):
        placement_confirm(day=FRIDAY, **{**said, "planned": PlannedMark.objects.get()})
    assert not PlacementConfirmation.objects.exists()
    assert letters() == []
