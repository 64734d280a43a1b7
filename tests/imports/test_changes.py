"""What a preview shows of the lines that change something: what it is about, what was held, what it becomes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from attendance.models import SessionMark
from attendance.services.marks import MarkRow, marks_write
from attendance.summaries.amendments import amendments_of
from pastoral.core.history import acting
from pastoral.core.imports import pipeline
from pastoral.core.imports.pipeline import Outcome
from pastoral.core.models import ImportRun
from students.models import Student
from tests.factories import UserFactory, enrol
from tests.planning import key

Run = Callable[..., Outcome]
MONDAY = date(2026, 11, 16)


def shown(outcome: Outcome) -> list[tuple[str, str, str]]:
    assert outcome.error is None
    return [(change.what, change.was, change.becomes) for change in outcome.changes]


def test_marks(school: list[Student], marks: Run) -> None:
    marks(
        "001004,16/11/2026,AM,N,,", "001010,16/11/2026,AM,L,5,", "001011,16/11/2026,AM,/,,", "021011,16/11/2026,AM,I,,a"
    )
    lines = (
        "001004,16/11/2026,AM,L,4,",
        "001010,16/11/2026,AM,/,,",
        "001011,16/11/2026,AM,/,,",
        "021011,16/11/2026,AM,I,,b",
    )
    for is_applied in (False, True):
        outcome = marks(*lines, is_applied=is_applied)
        assert shown(outcome) == [
            ("001004, 16 November 2026, AM", "N", "L, 4 min late"),
            ("001010, 16 November 2026, AM", "L, 5 min late", "/"),
            ("021011, 16 November 2026, AM", "comment a", "comment b"),
        ]
    assert outcome.changes[2].line == 5
    assert shown(marks(*lines)) == []


def test_only_so_many_are_kept(school: list[Student], marks: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "SHOWN_CHANGES", 1)
    marks("001004,16/11/2026,AM,N,,", "001010,16/11/2026,AM,N,,")
    outcome = marks("001004,16/11/2026,AM,I,,", "001010,16/11/2026,AM,I,,")
    assert (outcome.changed, len(outcome.changes)) == (2, 1)


HEADING = "Adno,Surname,Forename,DOB,Sex,Date of Admission,House,SEN Status,FSM"


def test_students(seeded: int, friday: Any, run: Run) -> None:
    run(
        "students.csv",
        f"{HEADING}\n000001,Reid,Renée,01/02/2013,F,01/09/2024,,N,Y\n000002,Roe,Jo,01/02/2013,F,01/09/2024,,K,N\n",
    )
    outcome = run(
        "students.csv",
        f"{HEADING}\n000001,Reid-Shaw,Renée,01/02/2013,F,01/09/2024,Brunel,K,\n"
        "000002,Roe,Jo,01/02/2013,F,01/09/2024,,K,N\n",
        is_applied=False,
    )
    [(what, was, becomes)] = shown(outcome)
    assert what == "000001 Reid, Renée"
    assert was.startswith("legal surname Reid; house –")
    assert becomes.startswith("legal surname Reid-Shaw; house Brunel")
    assert "yes" in was
    assert " K" in becomes


def test_enrolments(school: list[Student], run: Run) -> None:
    first = school[0].enrolments.get()
    row = f"001004,2026/27,Year 9,9D,{first.starts_on:%d/%m/%Y},31/08/2027"
    outcome = run("enrolments.csv", f"Adno,Academic Year,Year,Reg,From,To\n{row}\n", is_applied=False)
    [(what, was, becomes)] = shown(outcome)
    assert what.startswith("001004, from ")
    assert was.startswith("9B")
    assert becomes.startswith("9D")


def test_staff(seeded: int, friday: Any, run: Run) -> None:
    enrol("9B")
    heading = "Staff Code,Title,Forename,Surname,Email,Role,Scope"
    run("staff.csv", f"{heading}\nOWU001,Ms,Ama,Owusu,a@school.example,Form Tutor,9B\n")
    outcome = run(
        "staff.csv", f"{heading}\nOWU001,Mrs,Ama,Owusu,a@school.example,Head of Year,Year 9\n", is_applied=False
    )
    assert shown(outcome) == [("OWU001 Owusu", "title Ms; role –", "title Mrs; role Head of Year Year 9")]
    assert outcome.notes


def test_calendar(seeded: int, friday: Any, run: Run) -> None:
    heading = "Kind,First day,Last day,Name"
    outcome = run("calendar.csv", f"{heading}\nterm,01/09/2026,24/12/2026,Michaelmas\n", is_applied=False)
    (change,) = outcome.changes
    assert change.what.endswith("from 1 September 2026")
    assert change.becomes == "until 24 December 2026; Michaelmas"


def test_parents_and_carers(school: list[Student], run: Run) -> None:
    heading = "Adno,Priority,Forename,Surname,Relationship,Parental Responsibility,Mobile"
    run("parents_carers.csv", f"{heading}\n001004,1,Ann,Roe,Mother,Y,07700 900001\n001010,1,,Poe,Aunt,N,\n")
    outcome = run(
        "parents_carers.csv",
        f"{heading}\n001004,2,Ann,Roe,Mother,N,07700 900002\n001010,1,,Poe,Carer,N,\n",
        is_applied=False,
    )
    assert shown(outcome) == [
        (
            "001004: Ann Roe",
            "mobile 07700 900001; priority 1; has parental responsibility yes",
            "mobile 07700 900002; priority 2; has parental responsibility no",
        ),
        ("001010: Poe", "relationship Aunt", "relationship Carer"),
    ]


def test_achievements(school: list[Student], run: Run) -> None:
    heading = "Achievement ID,Date,Adno,Type,Points"
    run("achievements.csv", f"{heading}\nA1,16/11/2026,001004,Merit,1\nA2,16/11/2026,001004,Merit,1\n")
    outcome = run(
        "achievements.csv",
        f"{heading}\nA1,17/11/2026,001010,Merit,2\nA2,16/11/2026,001004,Merit,1\n",
        is_applied=False,
    )
    was, becomes = "adno 001004; date 16 November 2026; points 1", "adno 001010; date 17 November 2026; points 2"
    assert shown(outcome) == [("Achievement A1", was, becomes)]


def test_behaviour(school: list[Student], run: Run) -> None:
    heading = "Incident ID,Date,Time,Adno,Role,Type,Points"
    run(
        "behaviour.csv",
        f"{heading}\nB1,16/11/2026,15:48,001004,Perpetrator,Fight,3\nB1,16/11/2026,15:48,001010,Victim,Fight,\n",
    )
    outcome = run(
        "behaviour.csv",
        f"{heading}\nB1,16/11/2026,15:50,001004,Perpetrator,Fight,5\nB1,16/11/2026,15:50,001010,Witness,Fight,\n",
        is_applied=False,
    )
    assert shown(outcome) == [
        ("Incident B1, 001004", "time 15:48; points 3", "time 15:50; points 5"),
        ("Incident B1, 001010", "role victim", "role witness"),
    ]


def test_who_replaced_a_mark_is_the_file_it_came_in(school: list[Student], marks: Run) -> None:
    marks("001004,16/11/2026,AM,N,,")
    run = ImportRun.objects.create(file_name="session_marks.csv")
    with acting(UserFactory(), import_run=str(run.pk)):
        marks("001004,16/11/2026,AM,I,,")
    [amendment] = amendments_of(school[0].pk, MONDAY, MONDAY, sees_sensitive=True)
    assert amendment.row.by.startswith("import of session_marks.csv, ")


# --- marks that a person put right here ---------------------------------------------------------------


def corrected(student: Student, letters: str, session: str = "AM", minutes: int | None = None) -> None:
    row = MarkRow(student.pk, MONDAY, session, key(letters), minutes)
    marks_write(rows=[row], by=UserFactory(title="Ms", surname="Reid"), reason="Mother rang")


def stands(session: str = "AM") -> tuple[str, int | None]:
    return SessionMark.objects.values_list("code__letters", "minutes_late").get(session=session)


@pytest.mark.parametrize("is_applied", [False, True])
def test_a_correction_stays_while_the_mis_has_no_news(school: list[Student], marks: Run, is_applied: bool) -> None:
    marks("001004,16/11/2026,AM,N,,")
    corrected(school[0], "M")
    outcome = marks("001004,16/11/2026,AM,N,,", "001010,16/11/2026,AM,/,,", is_applied=is_applied)
    assert (outcome.new, outcome.changed, outcome.same) == (1, 0, 1)
    assert outcome.changes == []
    assert outcome.notes == [
        "1 mark corrected here was kept; the MIS still says otherwise.",
        "Line 2: 001004, 16 November 2026, AM stays M as Ms Reid corrected it; the file says N.",
    ]
    assert SessionMark.objects.get(student=school[0]).code.letters == "M"


def test_the_mis_has_news_and_is_believed(school: list[Student], marks: Run) -> None:
    marks("001004,16/11/2026,AM,N,,")
    corrected(school[0], "M")
    outcome = marks("001004,16/11/2026,AM,I,,")
    assert (outcome.changed, outcome.notes, stands()) == (1, [], ("I", None))
    corrected(school[0], "M")
    assert marks("001004,16/11/2026,AM,I,,").changed == 0  # it is the latest import that counts
    assert marks("001004,16/11/2026,AM,N,,").changed == 1
    assert stands() == ("N", None)


def test_minutes_put_right_stay_and_news_of_them_comes(school: list[Student], marks: Run) -> None:
    marks("001004,16/11/2026,AM,L,5,late bus")
    corrected(school[0], "L", minutes=12)
    outcome = marks("001004,16/11/2026,AM,L,5,late bus")
    assert (outcome.same, stands()) == (1, ("L", 12))
    assert "stays L, 12 min late" in outcome.notes[1]
    marks("001004,16/11/2026,AM,L,7,")
    assert stands() == ("L", 7)


def test_the_mis_has_heard_of_it_and_nothing_is_said(school: list[Student], marks: Run) -> None:
    marks("001004,16/11/2026,AM,N,,")
    corrected(school[0], "M")
    outcome = marks("001004,16/11/2026,AM,M,,")
    assert (outcome.same, outcome.notes, stands()) == (1, [], ("M", None))


def test_a_mark_no_import_brought_is_the_files(school: list[Student], marks: Run) -> None:
    corrected(school[0], "N")
    assert marks("001004,16/11/2026,AM,I,,").changed == 1
    assert stands() == ("I", None)


def test_the_last_of_many_lines_speaks_for_the_mis(school: list[Student], marks: Run) -> None:
    lines = ("001004,16/11/2026,AM,N,,", "001004,16/11/2026,AM,L,4,")
    marks(*lines)
    corrected(school[0], "M")
    outcome = marks(*lines)
    assert (outcome.new, outcome.changed, outcome.same, stands()) == (0, 0, 2, ("M", None))
    assert len(outcome.notes) == 2
    outcome = marks(*lines, "001004,16/11/2026,AM,I,,")
    assert (outcome.changed, stands()) == (3, ("I", None))


def test_only_so_many_corrections_are_listed(
    school: list[Student], marks: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attendance.importers.kept_marks.SHOWN_KEPT", 1)
    lines = [f"{number},16/11/2026,AM,N,," for number in ("001004", "001010", "001011")]
    marks(*lines)
    for student in school[:3]:
        corrected(student, "M")
    notes = marks(*lines).notes
    assert notes[0] == "3 marks corrected here were kept; the MIS still says otherwise."
    assert len(notes) == 3
    assert notes[2].startswith("And 2 more.")
