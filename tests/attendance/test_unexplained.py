"""The N clock: a date by the school's calendar, a list to work through, and O only when a person says so."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.codes import code_on
from attendance.models import Proposal, SessionMark
from attendance.services.marks import MarkRow, marks_write
from attendance.services.proposals import proposal_accept
from attendance.services.unexplained import (
    unexplained_accept,
    unexplained_keep,
    unexplained_propose,
    unexplained_resolve,
)
from attendance.summaries.amendments import entries_of
from attendance.summaries.unexplained import Run, UnexplainedStudent, resolve_by, unexplained_of
from attendance.tasks import unexplained_propose as nightly
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import ParentCarer, ParentCarerLink, Student
from students.summaries import SchoolCalendar
from tests.factories import enrol, staff
from tests.marks import lay

EARLY = date(2026, 11, 9)
MONDAY = date(2026, 11, 16)
TODAY = date(2026, 11, 20)
URL = "/marks/unexplained/"


@pytest.fixture
def kai(seeded: int, friday: date) -> Student:
    """A student of 9B: N on 9 and 16 November, twice each."""
    (student,) = enrol("9B", legal_surname="O'Brien")
    lay(student, EARLY, "N N //")
    lay(student, MONDAY, "N N //")
    return student


def letters_of(student: Student) -> list[str]:
    marks = SessionMark.objects.filter(student=student, date__gte=EARLY).select_related("code")
    return [mark.code.letters for mark in marks.order_by("date", "session")]


def listed(user: User, **asked: object) -> dict[int, UnexplainedStudent]:
    return {student.who.student_id: student for student in unexplained_of(user, TODAY, **asked).students}  # type: ignore[arg-type]


def runs(user: User, student: Student) -> tuple[Run, ...]:
    return listed(user)[student.pk].runs


def propose(on: date = TODAY) -> None:
    unexplained_propose(on=on, calendar=SchoolCalendar.load())


@pytest.mark.parametrize(
    ("day", "by"),
    [
        (date(2026, 11, 16), date(2026, 11, 23)),
        (date(2026, 11, 20), date(2026, 11, 30)),  # the INSET day of 27 November does not count
        (date(2026, 10, 22), date(2026, 11, 5)),  # half term does not either
        (date(2026, 7, 17), date(2026, 9, 7)),  # nor the summer
        (date(2027, 7, 20), None),  # the calendar ends
    ],
)
def test_the_date_is_the_fifth_school_day(seeded: int, day: date, by: date | None) -> None:
    assert resolve_by(SchoolCalendar.load(), day) == by


def test_an_absence_without_a_reason_stays_over_the_summer(kai: Student, as_role: Callable[..., Client]) -> None:
    """An N of July is no less unexplained in November: it has a heading of its own, and its proposal does not lapse."""
    july = date(2026, 7, 6)
    lay(kai, july, "N")
    propose()
    found = unexplained_of(staff(Role.ATTENDANCE_OFFICER), TODAY)
    assert [[run.first.day for run in student.runs] for student in found.earlier] == [[july]]
    assert (found.sessions, found.people, found.proposed) == (5, 1, 3)
    client = as_role(Role.ATTENDANCE_OFFICER)
    assert "From earlier school years" in client.get(URL).content.decode()
    answer = client.post(
        URL, {"mark": found.earlier[0].runs[0].value, "why": "No reason could be found", "do": "accept"}, follow=True
    )
    assert "1 session turned to O" in answer.content.decode()
    assert "From earlier school years" not in answer.content.decode()


def test_marks_out_of_reach_are_neither_locked_nor_described(kai: Student) -> None:
    (far,) = enrol("8A")
    lay(far, MONDAY, "N")
    marks = list(
        SessionMark.objects.filter(student__in=[kai.pk, far.pk], code__letters="N").values_list("pk", flat=True)
    )
    with CaptureQueriesContext(connection) as queries:
        resolved = unexplained_resolve(
            marks=marks, letters="I", comment="", reason="phoned", by=staff(Role.HEAD_OF_YEAR, 9)
        )
    assert (resolved.done, resolved.gone, resolved.refused) == (4, 1, ())
    (locking,) = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    assert "students_enrolment" in locking, "only what the person may see is held"
    assert letters_of(far) == ["N"]


def test_why_an_absence_was_kept_is_for_those_who_may_resolve_it(kai: Student, as_role: Callable[..., Client]) -> None:
    propose()
    keys = list(Proposal.objects.values_list("pk", flat=True))
    unexplained_keep(proposals=keys, by=staff(Role.ATTENDANCE_OFFICER), reason="safeguarding call")
    page = as_role(Role.FORM_TUTOR, "9B").get(URL).content.decode()
    assert "kept as N" in page
    assert "safeguarding" not in page
    assert "kept as N: safeguarding call" in as_role(Role.HEAD_OF_YEAR).get(URL).content.decode()


def test_who_may_not_enter_o_accepts_none(kai: Student) -> None:
    propose()
    keys = list(Proposal.objects.values_list("pk", flat=True))
    decided = proposal_accept(proposals=keys, by=staff(Role.SLT), reason="none found")
    assert (decided.done, decided.before, [row.pk for row in decided.refused]) == ((), (), sorted(keys))
    assert letters_of(kai)[:2] == ["N", "N"]
    assert Proposal.objects.open().count() == 2


def test_consecutive_sessions_stand_together_across_a_weekend(seeded: int, friday: date) -> None:
    (zofia,) = enrol("9B")
    lay(zofia, date(2026, 11, 13), "/ N N N / N")
    found = runs(staff(Role.HEAD_OF_YEAR, 9), zofia)
    assert [(run.first.day, run.first.session, run.last.day, run.last.session, len(run.marks)) for run in found] == [
        (date(2026, 11, 13), "PM", date(2026, 11, 16), "PM", 3),
        (date(2026, 11, 17), "PM", date(2026, 11, 17), "PM", 1),
    ]
    assert found[0].by == date(2026, 11, 20)
    assert not found[0].is_overdue, "the fifth day itself is in time"


def test_a_date_and_no_countdown_is_shown(kai: Student, as_role: Callable[..., Client]) -> None:
    page = as_role(Role.HEAD_OF_YEAR).get(URL).content.decode()
    assert "by Mon 23 Nov" in page
    assert "was due by Mon 16 Nov" in page
    assert "days left" not in page


def test_the_earliest_date_is_first_and_a_family_stands_together(kai: Student, friday: date) -> None:
    (late,), (sister,) = enrol("9C"), enrol("8A")
    lay(late, date(2026, 11, 12), "N")
    lay(sister, date(2026, 11, 19), "N")
    mother = ParentCarer.objects.create(surname="O'Brien")
    for child in (kai, sister):
        ParentCarerLink.objects.create(student=child, parent_carer=mother, priority=1, relationship="Mother")
    found = unexplained_of(staff(Role.ATTENDANCE_OFFICER), TODAY).students
    assert [student.who.student_id for student in found] == [kai.pk, sister.pk, late.pk]
    assert found[0].siblings == (f"{sister.sort_name} 8A",)
    assert unexplained_of(staff(Role.HEAD_OF_YEAR, 9), TODAY).students[0].siblings == ()


def test_several_are_resolved_at_once_with_a_reason(kai: Student, as_role: Callable[..., Client]) -> None:
    (zofia,) = enrol("9C")
    lay(zofia, MONDAY, "N")
    client = as_role(Role.PASTORAL_MANAGER)
    values = [runs(client.user, kai)[1].value, runs(client.user, zofia)[0].value]
    answer = client.post(URL, {"mark": values, "code": "I", "why": "Parent phoned", "do": "set"}, follow=True)
    assert "3 sessions of 2 students set to I" in answer.content.decode()
    assert letters_of(kai) == ["N", "N", "/", "\\", "I", "I", "/", "\\"]
    assert letters_of(zofia) == ["I"]
    assert entries_of(kai.pk, MONDAY, "PM")[-1].reason == "Parent phoned"
    assert entries_of(kai.pk, MONDAY, "PM")[-1].position == "Pastoral Manager Year 9"


def test_present_is_the_stroke_of_its_session(kai: Student, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    value = runs(client.user, kai)[1].value
    client.post(URL, {"mark": value, "code": "/", "why": "Marked in error", "do": "set"})
    assert letters_of(kai)[4:6] == ["/", "\\"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mark": []}, "Tick the absences first"),
        ({"mark": ["x-²-"]}, "Tick the absences first"),
        ({"code": ""}, "Choose the code"),
        ({"code": "L"}, "not one of the available choices"),
        ({"why": ""}, "Say why it is changed"),
        ({"do": "accept"}, "None of the ticked absences"),
    ],
)
def test_bad_input_is_told_and_ticks_stay(
    kai: Student, as_role: Callable[..., Client], change: dict[str, object], words: str
) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    value = runs(client.user, kai)[1].value
    typed = {"mark": [value], "code": "I", "why": "Parent phoned", "comment": "kept typed", "do": "set"}
    answer = client.post(URL, {**typed, **change})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "kept typed" in page
    assert page.count(" checked") == ("mark" not in change)
    assert letters_of(kai)[4] == "N"


def test_what_has_a_reason_meanwhile_is_left_alone(kai: Student) -> None:
    officer, head = staff(Role.ATTENDANCE_OFFICER), staff(Role.HEAD_OF_YEAR, 9)
    marks = [mark.pk for mark in runs(head, kai)[1].marks]
    code = code_on("M", MONDAY)
    assert code
    marks_write(rows=[MarkRow(kai.pk, MONDAY, "AM", code.key)], by=officer, reason="dentist")
    resolved = unexplained_resolve(marks=marks, letters="I", comment="", reason="phoned", by=head)
    assert (resolved.done, resolved.gone, resolved.refused) == (1, 1, ())
    assert letters_of(kai)[4:6] == ["M", "I"]


def test_a_code_that_cannot_stand_is_refused_by_name(seeded: int, friday: date) -> None:
    young, old = enrol("9B")[0], enrol("12A", born_on=date(2009, 10, 1))[0]
    for student in (young, old):
        lay(student, MONDAY, "N")
    marks = SessionMark.objects.values_list("pk", flat=True)
    resolved = unexplained_resolve(
        marks=list(marks), letters="X", comment="", reason="study leave", by=staff(Role.ATTENDANCE_OFFICER)
    )
    assert (resolved.done, len(resolved.refused)) == (1, 1)
    assert resolved.refused[0].startswith(young.sort_name)


def test_a_tutor_reads_the_list_of_the_own_group_and_sets_nothing(kai: Student, as_role: Callable[..., Client]) -> None:
    (zofia,) = enrol("9C", legal_surname="Quillfeather")
    lay(zofia, MONDAY, "N")
    client = as_role(Role.FORM_TUTOR, "9B")
    page = client.get(URL).content.decode()
    assert kai.legal_surname.replace("'", "&#x27;") in page
    assert "Quillfeather" not in page
    assert 'name="mark"' not in page
    value = runs(client.user, kai)[1].value
    client.post(URL, {"mark": value, "code": "O", "why": "Parent phoned", "do": "set"})
    propose()
    client.post(URL, {"mark": runs(client.user, kai)[0].value, "why": "Parent phoned", "do": "accept"})
    assert letters_of(kai).count("N") == 4


def test_the_night_proposes_and_turns_nothing(kai: Student, on_day: Callable[..., object]) -> None:
    on_day(date(2026, 11, 17), 5)
    nightly()
    nightly()
    assert letters_of(kai).count("N") == 4
    assert sorted(Proposal.objects.values_list("rule", "key", "status")) == [
        ("n_to_o", "2026-11-09-AM", "open"),
        ("n_to_o", "2026-11-09-PM", "open"),
    ]
    on_day(date(2026, 11, 16), 5)
    Proposal.objects.all().delete()
    nightly()
    assert not Proposal.objects.exists(), "the fifth school day itself is still in time"


def test_no_night_on_days_without_school(kai: Student, on_day: Callable[..., object]) -> None:
    on_day(date(2026, 11, 21), 5)
    nightly()
    assert not Proposal.objects.exists()


def test_accepted_they_become_o_with_who_and_why(kai: Student, as_role: Callable[..., Client]) -> None:
    propose()
    client = as_role(Role.HEAD_OF_YEAR)
    overdue, running = runs(client.user, kai)
    assert (overdue.is_overdue, len(overdue.proposed), running.proposed) == (True, 2, ())
    answer = client.post(
        URL, {"mark": [overdue.value, running.value], "why": "No reason could be found", "do": "accept"}, follow=True
    )
    assert "2 sessions turned to O" in answer.content.decode()
    assert letters_of(kai) == ["O", "O", "/", "\\", "N", "N", "/", "\\"]
    assert {(row.status, row.decided_by, row.reason) for row in Proposal.objects.all()} == {
        ("accepted", client.user, "No reason could be found")
    }
    assert entries_of(kai.pk, EARLY, "AM")[-1].reason == "No reason could be found"
    again = client.post(URL, {"mark": overdue.value, "why": "No reason could be found", "do": "accept"})
    assert "None of the ticked" in again.content.decode()


def test_kept_as_n_they_stay_in_sight_with_the_reason(kai: Student, as_role: Callable[..., Client]) -> None:
    propose()
    client = as_role(Role.ATTENDANCE_OFFICER)
    value = runs(client.user, kai)[0].value
    client.post(URL, {"mark": value, "why": "Other", "detail": "home visit today", "do": "keep"})
    propose(date(2026, 11, 23))
    assert letters_of(kai).count("N") == 4
    assert set(Proposal.objects.filter(key__startswith="2026-11-09").values_list("status", flat=True)) == {"dismissed"}
    page = client.get(URL).content.decode()
    assert "kept as N: home visit today" in page
    assert "was due by Mon 16 Nov" in page


def test_a_proposal_lapses_once_the_mark_is_another(kai: Student) -> None:
    propose()
    officer = staff(Role.ATTENDANCE_OFFICER)
    code = code_on("I", EARLY)
    assert code
    keys = list(Proposal.objects.order_by("key").values_list("pk", flat=True))
    marks_write(rows=[MarkRow(kai.pk, EARLY, "AM", code.key)], by=officer, reason="letter")
    assert unexplained_accept(proposals=keys, by=officer, reason="none found") == 1
    assert letters_of(kai)[:2] == ["I", "O"]
    assert list(Proposal.objects.order_by("key").values_list("status", flat=True)) == ["lapsed", "accepted"]
    propose()
    assert not Proposal.objects.open().exists()


def test_the_night_lets_lapse_what_has_a_reason(kai: Student) -> None:
    propose()
    code = code_on("I", EARLY)
    assert code
    rows = [MarkRow(kai.pk, EARLY, session, code.key) for session in ("AM", "PM")]
    marks_write(rows=rows, by=staff(Role.ATTENDANCE_OFFICER), reason="letter")
    propose(date(2026, 11, 23))
    assert set(Proposal.objects.values_list("status", flat=True)) == {"lapsed"}


def test_accepted_on_the_page_of_all_proposals_it_is_o_as_well(kai: Student) -> None:
    propose()
    keys = list(Proposal.objects.values_list("pk", flat=True))
    proposal_accept(proposals=keys, by=staff(Role.ATTENDANCE_OFFICER), reason="none found")
    assert letters_of(kai)[:2] == ["O", "O"]


def test_by_year_and_group(kai: Student, as_role: Callable[..., Client]) -> None:
    (zofia,) = enrol("8A")
    lay(zofia, MONDAY, "N")
    user = staff(Role.ATTENDANCE_OFFICER)
    assert set(listed(user)) == {kai.pk, zofia.pk}
    assert set(listed(user, year=8)) == {zofia.pk}
    assert set(listed(user, group="9b")) == {kai.pk}
    assert set(listed(user, group="10X")) == set()
    page = as_role(Role.ATTENDANCE_OFFICER).get(URL, {"year": "8"}).content.decode()
    assert "Year 9" in page, "the choices stay"


def test_an_empty_list_says_so(seeded: int, as_role: Callable[..., Client]) -> None:
    assert "Every absence here has its reason" in as_role(Role.ATTENDANCE_OFFICER).get(URL).content.decode()


def test_many_cost_no_more_queries_than_few(seeded: int, friday: date, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    counts = []
    for size in (3, 30):
        for student in enrol("9B", count=size):
            lay(student, EARLY, "N / N N")
        propose()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("attendance:unexplained_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_a_session_of_tomorrow_is_not_in_the_list(kai: Student) -> None:
    lay(kai, TODAY + timedelta(days=3), "N")
    assert len(runs(staff(Role.ATTENDANCE_OFFICER), kai)) == 2


def test_one_students_absences_alone_are_listed_when_asked(kai: Student, as_role: Callable[..., Client]) -> None:
    (other,) = enrol("9B", legal_surname="Quillfeather")
    lay(other, MONDAY, "N N //")
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(URL, {"student": kai.pk})
    assert [each.who.student_id for each in page.context["found"].students] == [kai.pk]
    assert "Of everybody" in page.content.decode()
    assert len(client.get(URL, {"student": "nonsense"}).context["found"].students) == 2


def test_a_tutor_is_not_asked_to_choose_their_own_group(kai: Student, as_role: Callable[..., Client]) -> None:
    (other,) = enrol("8A")
    lay(other, MONDAY, "N N //")
    assert "Tutor group" not in as_role(Role.FORM_TUTOR, "9B").get(URL).content.decode()
    assert "Tutor group" in as_role(Role.ATTENDANCE_OFFICER).get(URL).content.decode()


def test_the_codes_used_most_come_first(kai: Student, as_role: Callable[..., Client]) -> None:
    groups = as_role(Role.ATTENDANCE_OFFICER).get(URL).context["form"].fields["code"].choices
    assert groups[1] == (
        "Most used",
        [
            ("I", "I  Illness"),
            ("M", "M  Leave for a medical or dental appointment"),
            ("O", "O  Absent in other or unknown circumstances"),
            ("/", "Present"),
        ],
    )
    letters = [letters for _, held in groups[1:] for letters, _ in held]
    assert len(letters) == len(set(letters))
