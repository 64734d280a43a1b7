"""Calendar, students, enrolments, parents and carers, staff: what a night's files make of what is held."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from pastoral.core.imports.pipeline import Outcome
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.importers.students import is_upn_right
from students.models import (
    CalendarSpan,
    Enrolment,
    ParentCarer,
    ParentCarerLink,
    SchoolDay,
    StaffAssignment,
    Student,
    StudentFact,
)
from tests.factories import enrol

Run = Callable[..., Outcome]
OnDay = Callable[..., datetime]

CALENDAR = "Kind,First day,Last day,Name"
STUDENTS = (
    "UPN,Adno,Legal Surname,Legal Forename,Preferred Forename,DOB,Sex,Year,Reg,House,"
    "Date of Admission,Date of Leaving,FSM,Pupil Premium,SEN Status,EAL,In Care,Young Carer,Ethnicity"
)
ENROLMENTS = "Adno,Academic Year,Year,Reg,From,To"
PARENTS = (
    "Adno,Priority,Title,Forename,Surname,Relationship,Parental Responsibility,Court Order,Lives With,"
    "Telephone,Mobile,Email,Address"
)
STAFF = "Staff Code,Title,Forename,Surname,Email,Role,Scope"


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    assert outcome.error is None
    return outcome.new, outcome.changed, outcome.same, outcome.refused_count


def file(heading: str, *lines: str) -> str:
    return "\r\n".join((heading, *lines, ""))


# -- calendar ------------------------------------------------------------------------------------

AUTUMN = "term,01/09/2026,23/10/2026,Autumn 1 2026"


def test_calendar_lays_school_days(db: None, run: Run) -> None:
    words = file(CALENDAR, AUTUMN, "INSET,01/09/2026,01/09/2026,INSET", "term,02/11/2026,18/12/2026,Autumn 2 2026")
    assert counts(run("calendar.csv", words)) == (3, 0, 0, 0)
    assert SchoolDay.objects.count() == 38 + 35
    assert counts(run("calendar.csv", words)) == (0, 0, 3, 0)


def test_a_reissued_calendar_replaces_its_academic_years(seeded: int, run: Run) -> None:
    outcome = run("calendar.csv", file(CALENDAR, "term,01/09/2026,22/10/2026,Autumn 1 2026"))
    assert counts(outcome) == (0, 1, 0, 0)
    assert "no longer in the file" in outcome.notes[0]
    assert not SchoolDay.objects.filter(day__gt=date(2026, 10, 22)).exists()
    assert SchoolDay.objects.filter(academic_year=2025).count() > 180


def test_a_calendar_with_a_refused_line_takes_nothing_out(seeded: int, run: Run) -> None:
    before = CalendarSpan.objects.count()
    outcome = run("calendar.csv", file(CALENDAR, AUTUMN, "term,09/11/2026,01/11/2026,Autumn 2 2026"))
    assert counts(outcome) == (0, 0, 1, 1)
    assert CalendarSpan.objects.count() == before


def test_faults_in_a_calendar(db: None, run: Run) -> None:
    outcome = run(
        "calendar.csv",
        file(
            CALENDAR,
            AUTUMN,
            "term,19/10/2026,30/10/2026,Overlaps",
            "holiday,24/10/2026,30/10/2026,No such kind",
            "term,01/06/2026,10/09/2026,Over the year's end",
            "term,01/09/2026,23/10/2026,Again",
        ),
    )
    assert [(one.line, one.column) for one in outcome.refused] == [
        (3, "First day"),
        (4, "Kind"),
        (5, "Last day"),
        (6, "First day"),
    ]


# -- students ------------------------------------------------------------------------------------


def student(adno: str = "000001", *, upn: str = "", roll: str = "01/09/2024,", flags: str = "No,No,N,No,No,No") -> str:
    return f"{upn},{adno},Nowak,Jan,,01/02/2013,M,Year 9,9B ,Turing,{roll},{flags},WBRI"


def facts(**of: object) -> set[tuple[str, str, date, date | None]]:
    return set(StudentFact.objects.filter(**of).values_list("kind", "value", "starts_on", "ends_on"))


def test_students_and_their_facts(seeded: int, friday: date, run: Run) -> None:
    words = file(STUDENTS, student(flags="Yes,Y,K,T,,true"), student("000002"))
    assert counts(run("students.csv", words)) == (2, 0, 0, 0)
    admitted = date(2024, 9, 1)
    assert facts() == {(kind, "", admitted, None) for kind in ("fsm", "pupil_premium", "eal", "young_carer")} | {
        ("sen", "K", admitted, None)
    }
    held = Student.objects.get(admission_number="000001")
    assert (held.house.name, held.search_text[:5], held.sex) == ("Turing", "nowak", "M")
    assert counts(run("students.csv", words)) == (0, 0, 2, 0)


def test_facts_end_and_begin_on_their_days(seeded: int, on_day: OnDay, run: Run) -> None:
    on_day(date(2026, 11, 19))
    run("students.csv", file(STUDENTS, student(flags="Yes,No,K,No,No,No")))
    on_day(date(2026, 11, 20))
    words = file(STUDENTS, student(flags=",Yes,E,No,No,No"))
    assert counts(run("students.csv", words)) == (0, 1, 0, 0)
    admitted, today, yesterday = date(2024, 9, 1), date(2026, 11, 20), date(2026, 11, 19)
    assert facts() == {
        ("fsm", "", admitted, yesterday),
        ("pupil_premium", "", today, None),
        ("sen", "K", admitted, yesterday),
        ("sen", "E", today, None),
    }
    assert counts(run("students.csv", words)) == (0, 0, 1, 0)
    assert counts(run("students.csv", file(STUDENTS, student(flags="Yes,No,K,No,No,No")))) == (0, 1, 0, 0)
    assert facts(ends_on=None) == {("fsm", "", today, None), ("sen", "K", today, None)}


def test_a_flag_that_the_file_lacks_says_nothing(seeded: int, friday: date, run: Run) -> None:
    run("students.csv", file(STUDENTS, student(flags="Yes,No,K,No,No,No")))
    words = "Adno,Surname,Forename,DOB,Gender,Date of Admission\n1,Nowak,Jan,01/02/2013,Male,01/09/2024\n"
    assert counts(run("students.csv", words)) == (0, 0, 1, 0)
    assert len(facts(ends_on=None)) == 2


def test_year_and_reg_make_a_spell_until_enrolments_say_better(seeded: int, friday: date, run: Run) -> None:
    words = file(STUDENTS, student(), student("000002", roll="01/09/2020,17/07/2026"))
    run("students.csv", words)
    spell = Enrolment.objects.get()
    assert (spell.tutor_group.name, spell.year_group_id, spell.starts_on) == ("9B", 9, date(2026, 9, 1))
    assert counts(run("students.csv", words)) == (0, 0, 2, 0)
    run("enrolments.csv", file(ENROLMENTS, "000001,2026/27,9,9C,01/09/2026,"))
    assert Enrolment.objects.get().tutor_group.name == "9C"
    assert counts(run("students.csv", words)) == (0, 0, 2, 0)


def test_faults_in_students(seeded: int, friday: date, run: Run) -> None:
    outcome = run(
        "students.csv",
        file(
            STUDENTS,
            student("000001", upn="R201100018042"),
            student("000001"),
            student("000002", upn="R201100018042"),
            student("000003", upn="I201100018042"),
            student("000004", roll="01/09/2024,01/08/2024"),
            student("000005", flags="Maybe,No,N,No,No,No"),
            student("000006", flags="No,No,Q,No,No,No"),
            student("000007").replace("Nowak", ""),
            student("000008").replace("9B ", "09-Sep"),
            student("000009").replace(",M,", ",?,"),
            student("000010", upn="A201100018042"),
        ),
    )
    assert [(one.line, one.column) for one in outcome.refused] == [
        (3, "Adno"),
        (4, "UPN"),
        (5, "UPN"),
        (6, "Date of Leaving"),
        (7, "FSM"),
        (8, "SEN Status"),
        (9, "Legal Surname"),
        (10, "Reg"),
        (11, "Sex"),
    ]
    assert "1 UPNs have a wrong check letter and are taken as they are: lines 12." in outcome.notes


def test_upn_held_by_another_student(seeded: int, friday: date, run: Run) -> None:
    run("students.csv", file(STUDENTS, student("000001", upn="R201100018042")))
    outcome = run("students.csv", file(STUDENTS, student("000002", upn="R201100018042")))
    assert "000001 has the same UPN" in outcome.refused[0].reason


@pytest.mark.parametrize(("upn", "is_right"), [("R201100018042", True), ("A201100018042", False)])
def test_check_letter(upn: str, is_right: bool) -> None:
    assert is_upn_right(upn) == is_right


# -- enrolments ----------------------------------------------------------------------------------


def test_enrolments_replace_the_academic_years_of_the_file(seeded: int, friday: date, run: Run) -> None:
    enrol("9B", admission_number="000001")
    words = file(
        ENROLMENTS,
        "000001,2025/26,Year 8,8B,01/09/2025,",
        "000001,2026/27,Y9,9B ,01/09/2026,23/10/2026",
        "000001,2026/27,9,9C,02/11/2026,",
    )
    assert counts(run("enrolments.csv", words)) == (2, 1, 0, 0)
    spells = list(Enrolment.objects.order_by("starts_on").values_list("tutor_group__name", "starts_on", "ends_on"))
    assert spells == [
        ("8B", date(2025, 9, 1), date(2026, 8, 31)),
        ("9B", date(2026, 9, 1), date(2026, 10, 23)),
        ("9C", date(2026, 11, 2), date(2027, 8, 31)),
    ]
    assert counts(run("enrolments.csv", words)) == (0, 0, 3, 0)
    outcome = run("enrolments.csv", file(ENROLMENTS, "000001,2026/27,Year 9,9A,01/09/2026,"))
    assert counts(outcome) == (0, 1, 0, 0)
    assert [spell.tutor_group.name for spell in Enrolment.objects.order_by("starts_on")] == ["8B", "9A"]


def test_faults_in_enrolments(seeded: int, friday: date, run: Run) -> None:
    enrol("9B", admission_number="000001")
    outcome = run(
        "enrolments.csv",
        file(
            ENROLMENTS,
            "000001,2026/27,Year 9,9B,01/09/2026,30/10/2026",
            "000001,2026/27,Year 9,9C,30/10/2026,",
            "000001,2026/27,Year 14,9C,09/11/2026,",
            "000001,2026/28,Year 9,9C,09/11/2026,",
            "000001,2025/26,Year 9,9C,09/11/2026,",
            "000001,2026/27,Year 9,,09/11/2026,",
        ),
    )
    assert [(one.line, one.column) for one in outcome.refused] == [
        (2, "To"),
        (3, "From"),
        (4, "Year"),
        (5, "Academic Year"),
        (6, "From"),
        (7, "Reg"),
    ]


def test_a_spell_goes_in_with_the_one_that_follows_or_not_at_all(seeded: int, friday: date, run: Run) -> None:
    """Else a wrong letter in one line takes the student out of every group from half-term on."""
    enrol("9B", admission_number="000001")
    enrol("9B", admission_number="000002")
    outcome = run(
        "enrolments.csv",
        file(
            ENROLMENTS,
            "000001,2026/27,Year 9,9B,01/09/2026,23/10/2026",
            "000001,2026/27,Year 9,9C,24/10/2026,11/12/2026",
            "000001,2026/27,Year 90,9D,12/12/2026,",
            "000002,2026/27,Year 9,9B,01/09/2026,23/10/2026",
            "000002,2026/27,Year 9,9C,24/10/2026,",
        ),
    )
    assert [(one.line, one.column) for one in outcome.refused] == [(2, "To"), (3, "To"), (4, "Year")]
    assert outcome.refused[1].reason == (
        "Line 4 on the same student was refused, and without it this one would leave the student in no group from "
        "12 December 2026: correct both"
    )
    groups = Enrolment.objects.order_by("student__admission_number", "starts_on").values_list("tutor_group__name")
    assert [name for (name,) in groups] == ["9B", "9B", "9C"]


def test_a_leavers_last_day_goes_in(seeded: int, friday: date, run: Run) -> None:
    enrol("9B", admission_number="000001")
    assert counts(run("enrolments.csv", file(ENROLMENTS, "000001,2026/27,9,9B,01/09/2026,13/11/2026"))) == (0, 1, 0, 0)
    assert Enrolment.objects.get().ends_on == date(2026, 11, 13)


def test_what_was_before_the_files_first_line_stays(seeded: int, friday: date, run: Run) -> None:
    """A line that is refused, or a file of changes alone, must not take the autumn's first half out of every figure."""
    enrol("7A", admission_number="000001")
    words = file(ENROLMENTS, "000001,2026/27,Year 7,7A,01/09/2026,31/02/2026", "000001,2026/27,Year 7,7B,02/11/2026,")
    assert counts(run("enrolments.csv", words)) == (1, 0, 0, 1)
    spells = list(Enrolment.objects.order_by("starts_on").values_list("tutor_group__name", "starts_on", "ends_on"))
    assert spells == [
        ("7A", date(2026, 9, 1), date(2026, 11, 1)),
        ("7B", date(2026, 11, 2), date(2027, 8, 31)),
    ]
    changes = file(ENROLMENTS, "000001,2026/27,Year 7,7C,16/11/2026,")
    assert counts(run("enrolments.csv", changes)) == (1, 0, 0, 0)
    assert [spell.tutor_group.name for spell in Enrolment.objects.order_by("starts_on")] == ["7A", "7B", "7C"]


def test_a_move_in_students_alone_is_said(seeded: int, friday: date, run: Run) -> None:
    enrol("9C", admission_number="000001", legal_surname="Nowak")
    outcome = run("students.csv", file(STUDENTS, student()))
    assert any("Import enrolments.csv too" in note for note in outcome.notes)


# -- parents and carers --------------------------------------------------------------------------


def parent(adno: str, priority: int, forename: str = "Ewa", *, mobile: str = "07700 900001", email: str = "") -> str:
    return f'{adno},{priority},Mrs,{forename},Nowak,Mother,Yes,,Yes,,{mobile},{email},"1 Mill Lane, Anytown"'


def test_one_person_however_many_children(seeded: int, run: Run) -> None:
    enrol("9B", admission_number="000001")
    enrol("7A", admission_number="000002")
    words = file(
        PARENTS,
        parent("000001", 1, email="ewa@home.example"),
        parent("000002", 1, mobile="07700900001"),
        parent("000001", 2, "Jan", mobile="07700 900002"),
    )
    assert counts(run("parents_carers.csv", words)) == (3, 0, 0, 0)
    assert ParentCarer.objects.count() == 2
    assert ParentCarer.objects.get(forename="Ewa").links.count() == 2
    assert ParentCarer.objects.get(forename="Ewa").email == "ewa@home.example"
    assert counts(run("parents_carers.csv", words)) == (0, 0, 3, 0)


def test_priorities_change_places(seeded: int, run: Run) -> None:
    enrol("9B", admission_number="000001")
    run("parents_carers.csv", file(PARENTS, parent("000001", 1), parent("000001", 2, "Jan", mobile="07700 900002")))
    people = set(ParentCarer.objects.values_list("pk", flat=True))
    swapped = file(PARENTS, parent("000001", 2), parent("000001", 1, "Jan", mobile="07700 900002"))
    assert counts(run("parents_carers.csv", swapped)) == (0, 2, 0, 0)
    assert set(ParentCarer.objects.values_list("pk", flat=True)) == people
    assert ParentCarerLink.objects.get(priority=1).parent_carer.forename == "Jan"


def test_a_new_number_and_a_parent_who_is_gone(seeded: int, run: Run) -> None:
    enrol("9B", admission_number="000001")
    run("parents_carers.csv", file(PARENTS, parent("000001", 1), parent("000001", 2, "Jan", mobile="07700 900002")))
    outcome = run("parents_carers.csv", file(PARENTS, parent("000001", 1, mobile="07700 900003")))
    assert counts(outcome) == (0, 1, 0, 0)
    assert ParentCarerLink.objects.get().parent_carer.mobile == "07700 900003"
    assert "1 links" in outcome.notes[0]
    assert ParentCarer.pgh_event_model.objects.get().mobile == "07700 900001"


def test_a_corrected_rejects_file_takes_nothing_else_out(seeded: int, friday: date, run: Run) -> None:
    """It holds only what was refused the first time: the rest of the child's family, posts and spells stay."""
    enrol("9B", admission_number="000001")
    run("parents_carers.csv", file(PARENTS, parent("000001", 1)))
    run("staff.csv", file(STAFF, member("OWA001", "Form Tutor", "9B")))

    corrected = f"{parent('000001', 2, 'Jan', mobile='07700 900002')},3,Priority is a whole number"
    assert counts(run("parents_carers.csv", file(f"{PARENTS},Line,Reason", corrected))) == (1, 0, 0, 0)
    assert ParentCarerLink.objects.count() == 2

    corrected = f"{member('OWA001', 'SENCO')},3,There is no such role"
    assert counts(run("staff.csv", file(f"{STAFF},Line,Reason", corrected))) == (0, 1, 0, 0)
    assert {role for role, *_ in posts("OWA001")} == {"form_tutor", "senco"}


def test_faults_in_parents(seeded: int, run: Run) -> None:
    enrol("9B", admission_number="000001")
    outcome = run(
        "parents_carers.csv",
        file(
            PARENTS,
            parent("000001", 1),
            parent("000001", 1, "Jan", mobile=""),
            parent("000001", 3),
            parent("000001", 0),
            parent("000009", 1),
        ),
    )
    assert [(one.line, one.column) for one in outcome.refused] == [
        (3, "Priority"),
        (4, "Surname"),
        (5, "Priority"),
        (6, "Adno"),
    ]


# -- staff ---------------------------------------------------------------------------------------


def member(code: str, role: str, scope: str = "", *, email: str = "") -> str:
    return f"{code},Mrs,Ama,Owusu,{email or f'{code}@School.example'},{role},{scope}"


def posts(code: str) -> set[tuple[str, str, date, date | None]]:
    held = StaffAssignment.objects.filter(user__staff_code=code)
    return {(one.role, one.scope_name, one.starts_on, one.ends_on) for one in held}


def test_staff_come_with_their_posts(seeded: int, friday: date, run: Run) -> None:
    enrol("9B")
    words = file(
        STAFF,
        member("OWA001", "Form Tutor", "9b"),
        member("WÓO002", "Assistant Pastoral Leader", "Year 7; Year 8"),
        member("SLT003", "SLT"),
        member("OWA001", "Head of Year", "Year 9"),
    )
    assert counts(run("staff.csv", words)) == (4, 0, 0, 0)
    september = date(2026, 9, 1)
    assert posts("OWA001") == {("form_tutor", "9B", september, None), ("head_of_year", "Year 9", september, None)}
    assert posts("WÓO002") == {(Role.PASTORAL_MANAGER, f"Year {year}", september, None) for year in (7, 8)}
    assert set(StaffAssignment.objects.values_list("is_imported", flat=True)) == {True}
    user = User.objects.get(staff_code="WÓO002")
    assert user.email == "wóo002@school.example"
    assert not user.has_usable_password()
    assert user.assignments.first().job_title == "Assistant Pastoral Leader"
    assert counts(run("staff.csv", words)) == (0, 0, 4, 0)


def test_access_does_not_outlive_the_job(seeded: int, friday: date, run: Run, on_day: OnDay) -> None:
    student = enrol("9B")[0]
    enrol("9C")
    run("staff.csv", file(STAFF, member("OWA001", "Form Tutor", "9B"), member("OTH002", "SLT")))
    assert Student.objects.visible_to(User.objects.get(staff_code="OWA001")).get() == student
    outcome = run("staff.csv", file(STAFF, member("OWA001", "Form Tutor", "9C")))
    assert counts(outcome) == (0, 1, 0, 0)
    today = date(2026, 11, 20)
    assert posts("OWA001") == {
        ("form_tutor", "9B", date(2026, 9, 1), date(2026, 11, 19)),
        ("form_tutor", "9C", today, None),
    }
    assert student not in Student.objects.visible_to(User.objects.get(staff_code="OWA001"))
    assert any("OTH002" in note and "access goes on" in note for note in outcome.notes)  # half the staff: no whole file


def test_access_ends_with_somebody_who_left(seeded: int, friday: date, run: Run) -> None:
    enrol("9B")
    staying = [member(f"OLD{n:03}", "SLT") for n in range(4)]
    run("staff.csv", file(STAFF, member("OWA001", "Form Tutor", "9B"), *staying))
    outcome = run("staff.csv", file(STAFF, *staying, "Total,5,,,,,"))
    assert any("OWA001" in note and "end yesterday" in note for note in outcome.notes)
    assert posts("OWA001") == {("form_tutor", "9B", date(2026, 9, 1), date(2026, 11, 19))}
    assert not Student.objects.visible_to(User.objects.get(staff_code="OWA001")).exists()


def test_cover_that_somebody_entered_here_is_left_alone(seeded: int, friday: date, run: Run) -> None:
    enrol("9B")
    run("staff.csv", file(STAFF, member("OWA001", "SLT")))
    user = User.objects.get(staff_code="OWA001")
    group = Enrolment.objects.get().tutor_group
    user.assignments.create(role=Role.FORM_TUTOR, job_title="Cover", tutor_group=group, starts_on=date(2026, 11, 16))
    assert counts(run("staff.csv", file(STAFF, member("OWA001", "SLT")))) == (0, 0, 1, 0)
    assert user.assignments.filter(ends_on=None).count() == 2


def test_a_refused_role_ends_no_other(seeded: int, friday: date, run: Run) -> None:
    enrol("9B")
    run("staff.csv", file(STAFF, member("OWA001", "Form Tutor", "9B"), member("OWA001", "SLT")))
    outcome = run("staff.csv", file(STAFF, member("OWA001", "Form Tutor", "9Z"), member("OWA001", "SLT")))
    assert counts(outcome) == (0, 0, 1, 1)
    assert {end for *_, end in posts("OWA001")} == {None}


def test_faults_in_staff(seeded: int, friday: date, run: Run) -> None:
    enrol("9B")
    outcome = run(
        "staff.csv",
        file(
            STAFF,
            member("AAA001", "SLT", email="one@school.example"),
            member("BBB002", "SLT", email="ONE@school.example"),
            member("CCC003", "Caretaker"),
            member("DDD004", "Form Tutor"),
            member("EEE005", "Head of Year", "Year 6"),
            member("FFF006", "SLT", "Year 9"),
            member("GGG007", "SLT", email="nobody"),
        ),
    )
    assert [(one.line, one.column) for one in outcome.refused] == [
        (3, "Email"),
        (4, "Role"),
        (5, "Scope"),
        (6, "Scope"),
        (7, "Scope"),
        (8, "Email"),
    ]
