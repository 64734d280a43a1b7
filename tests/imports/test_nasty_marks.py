"""Faults in a file of session marks, line by line: what is taken, what is refused, where and why."""

from collections.abc import Callable
from datetime import date

import pytest

from attendance.codes import code_on
from attendance.models import SessionMark
from pastoral.core.imports.pipeline import Outcome
from students.models import Student
from tests.factories import SessionMarkFactory

Run = Callable[..., Outcome]

# The line, and for a refused one its column and a part of the reason.
LINES: tuple[tuple[str, str, str], ...] = (
    ("001004,16/11/2026,AM,/,,", "", ""),
    ("001004,16/11/2026,AM,I,,Rang at 8", "", ""),
    ("001004,16/11/2026,PM,/,,", "Mark", "/ is a morning mark"),
    ("001004,17/11/2026,AM,\\,,", "Mark", "\\ is the afternoon one"),
    ("001004,17/11/2026,PM,\\,,", "", ""),
    ("001004,18/11/2026,am,l,7,", "", ""),
    ("001004,18/11/2026,PM,L,,", "", ""),
    ("001004,19/11/2026,AM,L,-4,", "Minutes Late", "0 or more"),
    ("001004,19/11/2026,AM,/,12,", "Minutes Late", "only go with L or U"),
    ("001004,19/11/2026,AM,-,12,", "Minutes Late", "no mark"),
    ("001004,19/11/2026,AM,L,241,", "Minutes Late", "longer than a session"),
    ("001004,19/11/2026,AM,L,7.5,", "Minutes Late", "whole number"),
    ("001004,20/11/2026,AM,Y4,,", "", ""),
    ("001004,20/11/2026,PM,y4,,", "", ""),
    ("001004,20/11/2026,AM,H,,", "Mark", "H was withdrawn in August 2024; use C"),
    ("001004,20/11/2026,AM,QQ,,", "Mark", "no code"),
    ("001004,20/11/2026,EVE,/,,", "Session", "AM or PM"),
    ("001004,21/11/2026,AM,/,,", "Date", "future, and a Saturday"),
    ("001004,14/11/2026,AM,/,,", "Date", "a Saturday"),
    ("001004,28/10/2026,AM,/,,", "Date", "holiday between Autumn 1 2026 and Autumn 2 2026"),
    ("001004,28/10/2026,AM,Y4,,", "Date", "holiday"),
    ("001004,28/10/2026,AM,#,,", "", ""),
    ("001004,01/09/2026,AM,/,,", "Date", "INSET"),
    ("001004,04/05/2026,AM,/,,", "Date", "bank holiday"),
    ("001004,23/11/2026,AM,/,,", "Date", "in the future"),
    ("001004,27/11/2026,AM,V,,", "Date", "in the future, and an INSET day"),
    ("001004,31/02/2026,AM,/,,", "Date", "February 2026 has 28 days"),
    ("001004,11/16/2026,AM,/,,", "Date", "day first, 16/11/2026"),
    ("001004,16 November,AM,/,,", "Date", "dd/mm/yyyy"),
    ("001004,,AM,/,,", "Date", "missing"),
    ("001004,16/11/26,AM,I,,", "", ""),
    ("001004,2026-11-16,PM,I,,", "", ""),
    ("001004,16/11/0026,AM,I,,", "Date", "outside the academic years held (2025/26 and 2026/27)"),
    ("001004,16/11/2024,AM,I,,", "Date", "outside the academic years held"),
    ("999999,16/11/2026,AM,/,,", "Adno", "no student"),
    (",16/11/2026,AM,/,,", "Adno", "missing"),
    ("1004,16/11/2026,AM,I,,", "", ""),
    ("001004,16/11/2026,AM,,,", "", ""),
    ("001004,16/11/2026,PM,-,,", "", ""),
    ('001010,16/11/2026,AM,I,,"=SUM(1,2)"', "", ""),
    ("001010,17/11/2026,AM,I,,<script>alert(1)</script>", "", ""),
    ("001010,18/11/2026,AM,I,,Zoë said “ill” – mother’s note", "", ""),
    ("001010,18/11/2026,PM,X,,", "Mark", "not of compulsory school age"),
    ("001010,19/11/2026,AM,/,,,a stray, comma", "Comment", "8 cells where the heading has 6"),
    ("Total,43,,,,", "Adno", "A totals line, not a mark"),
)


def test_every_verdict(school: list[Student], marks: Run) -> None:
    outcome = marks(*(line for line, _, _ in LINES))
    refused = {one.line: one for one in outcome.refused}
    assert outcome.error is None
    for number, (line, column, words) in enumerate(LINES, start=2):
        assert (number in refused) == bool(column), (number, line, refused.get(number))
        if column:
            assert refused[number].column == column, (line, refused[number])
            assert words in refused[number].reason, (line, refused[number])


def test_each_line_is_in_one_count(school: list[Student], marks: Run) -> None:
    outcome = marks(*(line for line, _, _ in LINES))
    assert outcome.new + outcome.changed + outcome.same + outcome.refused_count == len(LINES)
    assert outcome.refused_count == len(outcome.refused) == sum(bool(column) for _, column, _ in LINES)


def test_what_was_taken_is_held(school: list[Student], marks: Run) -> None:
    marks(*(line for line, _, _ in LINES))
    held = {
        (mark.student.admission_number, mark.date.day, mark.session): (
            mark.code.letters,
            mark.minutes_late,
            mark.comment,
        )
        for mark in SessionMark.objects.select_related("student", "code").filter(date__month=11)
    }
    assert held[("001004", 16, "AM")] == ("I", None, "Rang at 8")
    assert held[("001004", 17, "PM")] == ("\\", None, "")
    assert held[("001004", 18, "AM")] == ("L", 7, "")
    assert held[("001004", 18, "PM")] == ("L", None, "")
    assert held[("001010", 16, "AM")] == ("I", None, "=SUM(1,2)")
    assert held[("001010", 18, "AM")] == ("I", None, "Zoë said “ill” – mother’s note")


def test_twice_changes_nothing_and_history_does_not_grow(school: list[Student], marks: Run) -> None:
    lines = [line for line, _, _ in LINES]
    first = marks(*lines)
    events = SessionMark.pgh_event_model.objects.count()
    second = marks(*lines)
    assert (second.new, second.changed) == (0, 0)
    assert second.same == first.new + first.changed + first.same
    assert SessionMark.pgh_event_model.objects.count() == events == first.changed


def test_replaced_marks_are_kept_in_the_order_of_the_file(school: list[Student], marks: Run) -> None:
    outcome = marks("001004,16/11/2026,AM,N,,", "001004,16/11/2026,AM,L,5,", "001004,16/11/2026,AM,I,,Rang")
    assert (outcome.new, outcome.changed, outcome.same) == (1, 2, 0)
    events = SessionMark.pgh_event_model.objects.order_by("pgh_id")
    assert [event.code.letters for event in events] == ["N", "L"]
    assert SessionMark.objects.get().code.letters == "I"


def test_a_later_file_replaces_and_a_blank_wipes_nothing(school: list[Student], marks: Run) -> None:
    marks("001004,16/11/2026,AM,L,5,Bus")
    assert marks("001004,16/11/2026,AM,-,,").same == 1
    assert marks("001004,16/11/2026,AM,L,,").same == 1
    assert marks("001004,16/11/2026,AM,L,9,").changed == 1
    mark = SessionMark.objects.get()
    assert (mark.minutes_late, mark.comment) == (9, "Bus")
    assert marks("001004,16/11/2026,AM,I,,").changed == 1
    mark.refresh_from_db()
    assert (mark.code.letters, mark.minutes_late, mark.comment) == ("I", None, "")


def test_a_mark_taken_in_the_house_gives_way_to_the_file(school: list[Student], marks: Run) -> None:
    SessionMarkFactory(student=school[0], letters="N")
    outcome = marks("001004,16/11/2026,AM,M,,")
    assert (outcome.new, outcome.changed) == (0, 1)
    assert SessionMark.objects.get().code_id == code_on("M", date(2026, 11, 16)).key


def test_off_roll(school: list[Student], marks: Run) -> None:
    student = school[0]
    Student.objects.filter(pk=student.pk).update(admitted_on=date(2026, 11, 17), left_on=date(2026, 11, 18))
    outcome = marks("001004,16/11/2026,AM,/,,", "001004,17/11/2026,AM,/,,", "001004,19/11/2026,AM,/,,")
    assert [(one.line, one.column) for one in outcome.refused] == [(2, "Date"), (4, "Date")]
    assert "admitted on 17 November 2026" in outcome.refused[0].reason
    assert "left on 18 November 2026" in outcome.refused[1].reason


def test_x_above_compulsory_age(school: list[Student], marks: Run) -> None:
    Student.objects.filter(pk=school[0].pk).update(born_on=date(2009, 9, 1))
    Student.objects.filter(pk=school[1].pk).update(born_on=date(2010, 8, 31))
    assert marks("001004,16/11/2026,AM,X,,", "001010,16/11/2026,AM,X,,").new == 2


@pytest.mark.parametrize(("written", "is_taken"), [("1004", True), ("01004", True), ("1004.0", True), ("1011", False)])
def test_leading_zeros(school: list[Student], marks: Run, written: str, is_taken: bool) -> None:
    Student.objects.filter(admission_number="021011").update(admission_number="1011")
    Student.objects.filter(admission_number="1011").update(admission_number="0001011")
    outcome = marks(f"{written},16/11/2026,AM,/,,")
    assert (outcome.new == 1) == is_taken
    if not is_taken:
        assert "any of 2 students" in outcome.refused[0].reason


def test_closure_in_the_calendar_takes_y_codes(school: list[Student], run: Run, marks: Run) -> None:
    from students.models import CalendarSpan
    from students.services import calendar_rebuild

    CalendarSpan.objects.create(kind="closure", first_day=date(2026, 11, 10), last_day=date(2026, 11, 10), name="Snow")
    calendar_rebuild()
    outcome = marks("001004,10/11/2026,AM,Y4,,", "001004,10/11/2026,PM,#,,", "001010,10/11/2026,AM,/,,")
    assert outcome.new == 2
    assert "the school was closed (Snow)" in outcome.refused[0].reason


def test_retired_codes_count_on_their_dates(school: list[Student], marks: Run) -> None:
    from students.models import CalendarSpan
    from students.services import calendar_rebuild

    CalendarSpan.objects.create(
        kind="term", first_day=date(2024, 6, 3), last_day=date(2024, 7, 19), name="Summer 2 2024"
    )
    calendar_rebuild()
    Student.objects.filter(pk=school[0].pk).update(admitted_on=date(2023, 9, 4))
    outcome = marks("001004,10/06/2024,AM,H,,", "001004,11/06/2024,AM,C1,,")
    assert outcome.new == 1
    assert "came in August 2024" in outcome.refused[0].reason


def test_without_a_calendar_the_file_is_refused_whole(db: None, friday: date, marks: Run) -> None:
    assert "import calendar.csv first" in (marks("001004,16/11/2026,AM,/,,").error or "")


def test_lesson_marks(school: list[Student], run: Run) -> None:
    heading = "Adno,Date,Period,Subject,Class,Teacher,Mark,Minutes Late"
    lines = (
        "001004,16/11/2026,P1,English,9B/En,T01,\\,",
        "001004,16/11/2026,p2,Maths,9B/Ma,T02,/,",
        "001004,16/11/2026,3,Maths,9B/Ma,T02,L,4",
        "001004,16/11/2026,P1,English,9B/En,T01,O,",
        "001004,16/11/2026,Lunch,English,9B/En,T01,/,",
        "001004,16/11/2026,P4,English,9B/En,T01,-,",
    )
    words = "\n".join((heading, *lines))
    first = run("lesson_marks.csv", words)
    assert (first.new, first.changed, first.same, first.refused_count) == (3, 1, 1, 1)
    assert first.refused[0].column == "Period"
    second = run("lesson_marks.csv", words)
    assert (second.new, second.changed, second.same) == (0, 0, 5)
