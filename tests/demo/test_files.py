"""Every row is one that a school's own system could have exported (FORMATS.md of the samples)."""

import re
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest

from pastoral.demo.files import COLUMNS
from pastoral.demo.school import SchoolImpossible, school_write
from pastoral.demo.upn import check_letter
from tests.demo.conftest import TODAY
from tests.demo.exports import ACTIVITY, MISSED, NOT_COUNTED, PRESENT, day

NAMES = {
    "achievements.csv", "behaviour.csv", "calendar.csv", "enrolments.csv", "lesson_marks.csv", "parents_carers.csv",
    "session_marks_2025_26.csv", "session_marks_2026_27.csv", "staff.csv", "students.csv",
}  # fmt: skip
SESSION_FILES = ("session_marks_2025_26", "session_marks_2026_27")
ROLES = {
    "Form Tutor", "Head of Year", "Pastoral Manager", "Assistant Pastoral Leader", "SLT", "Attendance Officer",
    "SENCO", "DSL", "Data Manager",
}  # fmt: skip


def test_the_same_options_give_the_same_bytes(tmp_path, small):
    school_write(tmp_path, seed=1, size=150, today=TODAY)
    assert {path.name for path in tmp_path.iterdir()} == NAMES
    assert all((tmp_path / name).read_bytes() == (small.folder / name).read_bytes() for name in NAMES)


def test_another_seed_gives_another_school(tmp_path, small):
    school_write(tmp_path, seed=2, size=150, today=TODAY)
    assert (tmp_path / "students.csv").read_bytes() != (small.folder / "students.csv").read_bytes()


def test_files_are_written_as_exports_are(small):
    for name in NAMES:
        raw = (small.folder / name).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.endswith(b"\r\n")
        assert raw.count(b"\n") == raw.count(b"\r\n")
        stem = "session_marks" if name.startswith("session_marks") else name.removesuffix(".csv")
        assert raw[3:].split(b"\r\n", 1)[0].decode() == COLUMNS[stem]


def test_every_student_has_a_key_and_a_upn_whose_letter_holds(small):
    rows = small["students"]
    assert len({row["Adno"] for row in rows}) == len({row["UPN"] for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"\d{6}", row["Adno"])
        assert re.fullmatch(r"[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]", row["UPN"])
        assert row["UPN"][0] == check_letter(row["UPN"][1:])
    assert check_letter("201100018042") == "R"


def test_upns_stay_apart_beyond_the_first_thousand(usual):
    rows = usual["students"]
    assert len(rows) > 1000
    assert len({row["UPN"] for row in rows}) == len(rows)
    assert {row["UPN"][4:8] for row in rows[1000:]}.isdisjoint({row["UPN"][4:8] for row in rows[:1000]} - {"4007"})


def test_students_are_of_the_age_of_their_year(small):
    for row in small["students"]:
        year = int(row["Year"].removeprefix("Year "))
        intake = (
            (2025 if row["Date of Leaving"] and day(row["Date of Leaving"]) < date(2026, 9, 1) else 2026) - year + 7
        )
        assert date(intake - 12, 9, 1) <= day(row["DOB"]) <= date(intake - 11, 8, 31)
        assert row["Reg"].startswith(str(year))
        assert not row["Date of Leaving"] or day(row["Date of Admission"]) <= day(row["Date of Leaving"]) <= TODAY


def test_flags_and_codes_are_from_the_lists(small):
    for row in small["students"]:
        flags = [row[flag] for flag in ("FSM", "Pupil Premium", "EAL", "In Care", "Young Carer")]
        assert set(flags) <= {"Yes", "No"}
        assert row["SEN Status"] in {"N", "K", "E"}
        assert row["Sex"] in {"F", "M"}
        assert re.fullmatch(r"[A-Z]{4}", row["Ethnicity"])
        assert row["In Care"] == "No" or row["Pupil Premium"] == "Yes"


def test_careless_software_meets_the_names_that_break_it(small):
    surnames = {row["Legal Surname"] for row in small["students"]}
    assert {"O'Brien", "D'Arcy", "Łukasik", "Nguyễn", "Smith-Jones", "Wolstenholme-Featherstonehaugh"} <= surnames
    assert any(row["Legal Forename"] == "Zoë" for row in small["students"])
    names = Counter((row["Legal Forename"], row["Legal Surname"]) for row in small["students"])
    assert names["Ellie", "Hartley"] >= 2


def test_spells_cover_each_year_on_roll_without_overlap(small):
    spells = defaultdict(list)
    for row in small["enrolments"]:
        assert row["Reg"].startswith(row["Year"].removeprefix("Year "))
        spells[row["Adno"]].append((day(row["From"]), day(row["To"]) if row["To"] else date.max))
    assert spells.keys() == {row["Adno"] for row in small["students"]}
    for own in spells.values():
        assert all(first <= last for first, last in own)
        assert all(before[1] < after[0] for before, after in pairwise(own))


@pytest.mark.parametrize("name", SESSION_FILES)
def test_session_marks_are_valid(small, name):
    school_days, students = small.school_days(), {row["Adno"]: row for row in small["students"]}
    seen = set()
    for row in small[name]:
        held, student = day(row["Date"]), students[row["Adno"]]
        assert held in school_days
        assert held <= TODAY
        assert day(student["Date of Admission"]) <= held
        assert not student["Date of Leaving"] or held <= day(student["Date of Leaving"])
        assert row["Mark"] in PRESENT | ACTIVITY | MISSED | NOT_COUNTED | {"-"}
        assert (row["Session"], row["Mark"]) not in {("AM", "\\"), ("PM", "/")}
        assert not row["Minutes Late"] or row["Mark"] in {"L", "U"}
        assert row["Mark"] != "L" or int(row["Minutes Late"] or 1) <= 30
        seen.add((row["Adno"], held, row["Session"]))
    assert len(seen) == len(small[name])


def test_everybody_on_roll_has_two_marks_every_school_day(small):
    held = Counter(row["Adno"] for name in SESSION_FILES for row in small[name])
    days = {one for one in small.school_days() if one <= TODAY}
    for row in small["students"]:
        last = day(row["Date of Leaving"]) if row["Date of Leaving"] else TODAY
        assert held[row["Adno"]] == 2 * sum(day(row["Date of Admission"]) <= one <= last for one in days)


def test_reasons_not_yet_known_are_recent(small):
    days = sorted(one for one in small.school_days() if one <= TODAY)
    marks = [row for name in SESSION_FILES for row in small[name] if row["Mark"] == "N"]
    assert marks
    assert all(day(row["Date"]) >= days[-7] for row in marks)


def test_the_school_was_shut_once_last_year(small):
    shut = {row["Date"] for row in small["session_marks_2025_26"] if row["Mark"] == "Y4"}
    assert len(shut) == 1
    assert not {row["Mark"] for row in small["session_marks_2025_26"] if row["Date"] in shut} - {"Y4"}
    assert not any(row["Mark"] == "Y4" for row in small["session_marks_2026_27"])


def test_lesson_marks_agree_with_session_marks(small):
    sessions = {(r["Adno"], r["Date"], r["Session"]): r["Mark"] for r in small["session_marks_2026_27"]}
    truancies = 0
    for row in small["lesson_marks"]:
        session = sessions[row["Adno"], row["Date"], "AM" if row["Period"] <= "P3" else "PM"]
        here = row["Mark"] in PRESENT
        truancies += session in PRESENT and row["Mark"] in {"O", "N"}
        assert not here or session in PRESENT | {"U", "-"}
        assert here or row["Mark"] in {session, "O", "N", "-", "U"}
        assert not row["Minutes Late"] or (row["Mark"] == "L" and int(row["Minutes Late"]) > 0)
    assert len(small["lesson_marks"]) * 2 == len(sessions) * 5
    assert truancies


def test_nobody_teaches_two_classes_at_once(small):
    rooms = defaultdict(set)
    for row in small["lesson_marks"]:
        rooms[row["Teacher"], row["Date"], row["Period"]].add(row["Class"])
    assert max(map(len, rooms.values())) == 1
    teachers = defaultdict(set)
    for row in small["lesson_marks"]:
        teachers[row["Class"]].add((row["Teacher"], row["Subject"]))
    assert all(len(taught) == 1 for taught in teachers.values())


def test_brothers_and_sisters_share_the_same_parents(small):
    families = defaultdict(list)
    people = defaultdict(set)
    for row in small["parents_carers"]:
        families[row["Adno"]].append((row["Priority"], row["Forename"], row["Surname"], row["Mobile"]))
        if row["Email"]:
            people[row["Email"]].add(tuple(row[column] for column in ("Forename", "Surname", "Mobile", "Address")))
        assert re.fullmatch(r"07700 900\d{3}", row["Mobile"])
        assert re.fullmatch(r"(01632 960\d{3})?", row["Telephone"])
        assert re.fullmatch(r"([a-z]+\.[a-z]+\d*@home\.example)?", row["Email"])
    assert families.keys() == {row["Adno"] for row in small["students"]}
    assert all([int(tie[0]) for tie in own] == list(range(1, len(own) + 1)) for own in families.values())
    assert all(len(known) == 1 for known in people.values())
    together = Counter(tuple(own) for own in families.values())
    assert sum(count > 1 for count in together.values()) > 15
    assert any(row["Parental Responsibility"] == "No" for row in small["parents_carers"])
    assert {row["Court Order"] for row in small["parents_carers"]} == {"", "Yes"}


def test_each_year_and_group_has_its_staff(small):
    staff = small["staff"]
    held = Counter((row["Role"], row["Scope"]) for row in staff)
    groups = {row["Reg"] for row in small["students"] if not row["Date of Leaving"]}
    assert {row["Role"] for row in staff} == ROLES
    assert all(held["Form Tutor", group] == 1 for group in groups)
    assert all(held[role, f"Year {n}"] == 1 for role in ("Head of Year", "Pastoral Manager") for n in range(7, 12))
    assert held["SLT", ""] == held["Attendance Officer", ""] == 2
    assert held["Assistant Pastoral Leader", "Year 7; Year 8"] == 1
    assert len({row["Staff Code"] for row in staff}) == len({row["Email"] for row in staff}) == len(staff)
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+\d*@school\.example", row["Email"]) for row in staff)


def test_incidents_have_one_story_and_points_for_those_who_did_it(small):
    stories, parts = defaultdict(set), Counter()
    for row in small["behaviour"]:
        story = ("Date", "Time", "Type", "Activity", "Location", "Status", "Recorded By")
        stories[row["Incident ID"]].add(tuple(row[column] for column in story))
        parts[row["Incident ID"], row["Adno"]] += 1
        assert row["Role"] in {"Perpetrator", "Participant", "Victim", "Witness"}
        assert (int(row["Points"]) > 0) == (row["Role"] in {"Perpetrator", "Participant"})
        assert re.fullmatch(r"(0[89]|1[0-5]):[0-5]\d", row["Time"])
        assert day(row["Date"]) in small.school_days()
    assert all(len(told) == 1 for told in stories.values())
    assert max(parts.values()) == 1
    assert any(row["Role"] == "Victim" for row in small["behaviour"])


def test_achievements_are_numbered_and_dated(small):
    rows = small["achievements"]
    assert len({row["Achievement ID"] for row in rows}) == len(rows) > 300
    assert all(int(row["Points"]) > 0 and day(row["Date"]) in small.school_days() for row in rows)


@pytest.mark.parametrize("today", [date(2025, 9, 1), date(2026, 8, 20), date(2027, 7, 20), date(2031, 2, 3)])
def test_any_day_will_do(tmp_path, today):
    written = school_write(tmp_path, seed=5, size=60, today=today)
    assert written["students.csv"] > 60
    assert len(written) == 10


@pytest.mark.parametrize(("size", "today"), [(10, TODAY), (9000, TODAY), (900, date(2025, 8, 31))])
def test_a_school_that_cannot_be_is_refused(tmp_path, size, today):
    with pytest.raises(SchoolImpossible):
        school_write(tmp_path, seed=1, size=size, today=today)
    assert not list(tmp_path.iterdir())
