"""A folder of files: order, dry run, report, exit status, and a crash in the middle."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model

from attendance.importers.session_marks import SessionMarkImporter
from attendance.models import AttendanceWeek, SessionMark
from pastoral.core.imports.batch import Batch
from pastoral.core.models import ImportRun
from students.models import CalendarSpan, Enrolment, SchoolDay, Student, StudentFact
from tests.factories import UserFactory

FILES = {
    "calendar.csv": """\
Kind,First day,Last day,Name
term,01/09/2026,23/10/2026,Autumn 1
term,02/11/2026,18/12/2026,Autumn 2
""",
    "2026 students.csv": """\
Adno,Legal Surname,Legal Forename,DOB,Sex,Year,Reg,Date of Admission,FSM
000001,Nowak,Jan,01/02/2013,M,Year 9,9B,01/09/2024,Yes
000002,Owusu,Ama,01/03/2013,F,Year 9,9B,01/09/2024,No
""",
    "enrolments.csv": """\
Adno,Academic Year,Year,Reg,From,To
000001,2026/27,Year 9,9B,01/09/2026,
000002,2026/27,Year 9,9B,01/09/2026,
""",
    "session_marks_a.csv": """\
Adno,Date,Session,Mark
000001,16/11/2026,AM,/
000002,16/11/2026,AM,N
000002,16/11/2026,PM,Q9
""",
    "session_marks_b.csv": """\
Adno,Date,Session,Mark
000002,16/11/2026,AM,I
""",
}
HELD: tuple[type[Model], ...] = (CalendarSpan, SchoolDay, Student, StudentFact, Enrolment, SessionMark, AttendanceWeek)


@pytest.fixture
def folder(tmp_path: Path, db: None, friday: object) -> Path:
    """Return a folder with the files of a small school."""
    place = tmp_path / "exports"
    place.mkdir()
    for name, words in FILES.items():
        (place / name).write_text(words)
    return place


def import_folder(folder: Path, *options: str) -> dict[str, dict[str, object]]:
    report = folder.parent / "report.json"
    call_command("import_folder", folder, *options, report=report, stdout=StringIO())
    return json.loads(report.read_text())["files"]


def held() -> list[int]:
    return [model.objects.count() for model in HELD]


def test_every_file_goes_in_in_its_order(folder: Path) -> None:
    files = import_folder(folder)
    assert list(files) == list(FILES)
    assert files["session_marks_a.csv"] == {
        "new": 2,
        "changed": 0,
        "same": 0,
        "refused": [{"line": 4, "column": "Mark", "reason": 'There is no code "Q9"'}],
        "error": None,
    }
    assert files["session_marks_b.csv"]["changed"] == 1
    assert files["enrolments.csv"]["new"] == 2
    assert ImportRun.objects.filter(status="applied").count() == len(FILES)


def test_twice_changes_nothing(folder: Path) -> None:
    import_folder(folder)
    before = held()
    (folder / "session_marks_a.csv").unlink()  # it says otherwise than session_marks_b.csv
    files = import_folder(folder)
    assert {(report["new"], report["changed"]) for report in files.values()} == {(0, 0)}
    assert held() == before


def test_a_dry_run_says_the_same_and_changes_nothing(folder: Path) -> None:
    said = import_folder(folder, "--dry-run")
    assert held() == [0] * len(HELD)
    assert not ImportRun.objects.exists()
    assert import_folder(folder) == said


def test_a_file_refused_whole_stops_no_other(folder: Path) -> None:
    (folder / "enrolments.csv").write_text("Name,Colour\nJan,blue\n")
    (folder / "timetable.csv").write_text("Name,Colour\nJan,blue\n")
    (folder / "notes.txt").write_text("not ours")
    report = folder.parent / "report.json"
    with pytest.raises(SystemExit) as status:
        call_command("import_folder", folder, report=report, stdout=StringIO())
    assert status.value.code == 1
    files = json.loads(report.read_text())["files"]
    assert "headings" in files["enrolments.csv"]["error"]
    assert "no importer" in files["timetable.csv"]["error"]
    assert files["session_marks_a.csv"]["new"] == 2
    assert "notes.txt" not in files


def test_a_crash_in_the_middle_leaves_nothing_half_done(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apply = SessionMarkImporter.apply

    def crash(self: SessionMarkImporter, batch: Batch) -> None:
        apply(self, batch)
        raise MemoryError

    monkeypatch.setattr(SessionMarkImporter, "apply", crash)
    with pytest.raises(MemoryError):
        import_folder(folder)
    assert Enrolment.objects.count() == 2
    assert not SessionMark.objects.exists()
    assert not AttendanceWeek.objects.exists()
    monkeypatch.undo()
    assert import_folder(folder)["session_marks_a.csv"]["new"] == 2


def test_who_and_how_stand_in_the_history(folder: Path) -> None:
    import_folder(folder)
    context = SessionMark.pgh_event_model.objects.get().pgh_context
    assert context.metadata["command"] == "import_folder"
    assert context.metadata["user"] is None
    assert ImportRun.objects.get(pk=context.metadata["import_run"]).file_name == "session_marks_b.csv"


def test_the_rejects_file_can_be_corrected_and_imported(folder: Path) -> None:
    import_folder(folder)
    run = ImportRun.objects.get(file_name="session_marks_a.csv")
    with run.rejects.open() as file:
        words = file.read().decode("utf-8-sig")
    assert words.splitlines() == [
        "Adno,Date,Session,Mark,Line,Reason",
        '000002,16/11/2026,PM,Q9,4,"There is no code ""Q9"""',
    ]
    for name in FILES:
        (folder / name).unlink()
    (folder / run.rejects.name.rpartition("/")[2]).write_text(words.replace("Q9", "\\"))
    (files,) = import_folder(folder).values()
    assert (files["new"], files["refused"]) == (1, [])


def test_the_person_behind_the_changes_is_named(folder: Path) -> None:
    person = UserFactory(staff_code="DAT001")
    import_folder(folder, "--by", "DAT001")
    (event,) = SessionMark.pgh_event_model.objects.all()  # the N that a later file replaced
    assert event.pgh_context.metadata["user"] == person.pk
    assert set(ImportRun.objects.values_list("started_by", flat=True)) == {person.pk}
    with pytest.raises(CommandError, match="NOBODY"):
        import_folder(folder, "--by", "NOBODY")
