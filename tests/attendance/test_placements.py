"""Placements elsewhere: the provider's word for each session, and what the register makes of it."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

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


def said(client: Client, told_by: str = "", **answers: str) -> object:
    """Send a provider's answers as the page's form does; all=day ticks "All attended"."""
    page = client.get(ADDRESS).context["providers"]
    days = [day for held in page for day in (held.today, *held.earlier) if day]
    places = [each.place for day in days for each in day.begun]
    named = {name.replace("_", "-"): value for name, value in answers.items()}
    return client.post(ADDRESS, {"place": places, "told_by": told_by, **named}, follow=True)


ADDRESS = "/planned/placements/today/"


def key_of(held: PlannedMark, when: str) -> str:
    return f"answer-{held.pk}-2026-11-{when}"


def test_one_card_takes_a_providers_answers_and_what_is_open_stays_listed(
    kai: object, officer: object, as_role: Callable[..., Client]
) -> None:
    held = placed(kai, officer, week="FRI-AM FRI-PM THU-AM WED-PM")
    client = as_role(Role.PASTORAL_MANAGER, 9)
    (provider,) = client.get(ADDRESS).context["providers"]
    assert [day.day for day in provider.earlier] == [date(2026, 11, 19), date(2026, 11, 18)]
    assert (provider.waiting, provider.left) == (2, 2)
    said(client, "Mr Shah", **{key_of(held, "19-AM"): "attended", key_of(held, "18-PM"): "no_answer"})
    (provider,) = client.get(ADDRESS).context["providers"]
    assert [day.day for day in provider.earlier] == [date(2026, 11, 18)]
    told = PlacementConfirmation.objects.values_list("date", "outcome", "told_by").order_by("date")
    assert list(told) == [(date(2026, 11, 18), "no_answer", "Mr Shah"), (date(2026, 11, 19), "attended", "Mr Shah")]


def test_all_attended_fills_every_student_of_the_day_but_those_answered_otherwise(
    seeded: int, friday: date, officer: object, as_role: Callable[..., Client]
) -> None:
    first, second, third = (enrol("9B")[0] for _ in range(3))
    for student in (first, third):
        placed(student, officer, week="FRI-AM THU-AM")
    other = placed(second, officer, week="FRI-AM THU-AM")
    page = said(as_role(Role.ATTENDANCE_OFFICER), **{"all-2026-11-20": "on", key_of(other, "20-AM"): "absent"})
    marks = SessionMark.objects.values_list("student", "date", "code__letters")
    assert set(marks) == {(first.pk, FRIDAY, "B"), (second.pk, FRIDAY, "N"), (third.pk, FRIDAY, "B")}
    assert "Saved: 3 sessions at Northfield Academy." in page.content.decode()


def test_a_long_backlog_is_listed_from_its_newest_days(
    kai: object, officer: object, as_role: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attendance.summaries.placements.MOST_EARLIER", 3)
    placed(kai, officer, week="THU-AM WED-PM TUE-AM MON-AM MON-PM")
    client = as_role(Role.ATTENDANCE_OFFICER)
    (provider,) = client.get(ADDRESS).context["providers"]
    assert [held.day.day for held in provider.earlier] == [19, 18, 17]
    assert (provider.left, provider.older) == (5, 2)
    assert "2 older sessions follow once these are answered" in client.get(ADDRESS).content.decode()


def test_saving_with_nothing_chosen_says_so(kai: object, officer: object, as_role: Callable[..., Client]) -> None:
    placed(kai, officer)
    page = said(as_role(Role.ATTENDANCE_OFFICER), "Mr Shah")
    assert "choose what the provider said" in page.content.decode()
    assert not PlacementConfirmation.objects.exists()


def test_outcomes_are_read_in_words(kai: object, officer: object, as_role: Callable[..., Client]) -> None:
    held = placed(kai, officer)
    confirm(held, officer, "no_answer")
    client = as_role(Role.ATTENDANCE_OFFICER)
    assert "FRI 20 NOV AM: NO ANSWER" in client.get(f"/planned/{held.pk}/").content.decode().upper()
    page = said(client, **{key_of(held, "20-AM"): "absent"})
    confirm(held, officer, "attended", session="PM")
    page = client.post(
        ADDRESS, {"place": f"{held.pk}-2026-11-20-PM|", key_of(held, "20-PM"): "absent", "told_by": ""}, follow=True
    )
    assert "has put it down meanwhile: attended" in page.content.decode()


def test_who_is_away_for_a_better_reason_is_not_asked_after(
    kai: object, officer: object, as_role: Callable[..., Client]
) -> None:
    placed(kai, officer)
    plan(kai, "M", by=officer, starts_session="PM")
    page = as_role(Role.ATTENDANCE_OFFICER).get(ADDRESS)
    assert [each.session for held in page.context["providers"] for each in held.today.sessions] == ["AM"]


@pytest.mark.parametrize(
    "place",
    [
        "",
        "x",
        "1-2026-11-20-AM",
        "1-nonsense-AM|",
        "9-2026-11-20-XX|",
        "9" * 50 + "-2026-11-20-AM|",
        "9-2026-11-20-AM|\0",
    ],
)
def test_a_broken_answer_breaks_nothing(seeded: int, as_role: Callable[..., Client], place: str) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    answer = client.post(ADDRESS, {"place": place, "all-2026-11-20": "on"}, follow=True)
    assert answer.status_code in {200, 404}
    assert not PlacementConfirmation.objects.exists()


def test_a_session_to_come_is_not_confirmed(
    kai: object, officer: object, as_role: Callable[..., Client], on_day: Callable[..., object]
) -> None:
    held = placed(kai, officer)
    on_day(FRIDAY, 9, 0)
    client = as_role(Role.ATTENDANCE_OFFICER)
    on_day(FRIDAY, 9, 0)
    page = client.get(ADDRESS).content.decode()
    assert "The afternoon begins at 13:05: 1 student expected. It can be confirmed from then on." in page
    assert key_of(held, "20-PM") not in page
    sent = {"place": f"{held.pk}-2026-11-20-PM|", key_of(held, "20-PM"): "attended", "told_by": ""}
    assert "has not begun" in client.post(ADDRESS, sent, follow=True).content.decode()
    assert not PlacementConfirmation.objects.exists()


def test_another_years_placement_is_nobodys_here(kai: object, officer: object, as_role: Callable[..., Client]) -> None:
    held = placed(kai, officer)
    client = as_role(Role.PASTORAL_MANAGER, 8)
    assert not client.get(ADDRESS).context["providers"]
    sent = {"place": f"{held.pk}-2026-11-20-AM|", key_of(held, "20-AM"): "attended"}
    assert client.post(ADDRESS, sent).status_code == 404


def test_the_page_costs_the_same_for_three_and_for_thirty(
    seeded: int,
    friday: date,
    officer: object,
    as_role: Callable[..., Client],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    for _ in range(30):
        placed(enrol("9B")[0], officer)
    with django_assert_max_num_queries(12):
        assert client.get(ADDRESS).context["providers"][0].waiting == 60


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
