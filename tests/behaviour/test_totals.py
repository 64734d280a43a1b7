"""Every total on the pages equals a count made straight from the files, with csv alone and none of the application."""

import csv
import io
import shutil
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from behaviour.models import Achievement, Involvement
from pastoral.core.rights import Role
from pastoral.demo.school import school_write
from students.models import Student

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "school-a"
FILES = ("calendar", "students", "enrolments", "behaviour", "achievements")
TODAY = date(2026, 11, 20)
PATTERNS = reverse("reports:behaviour_patterns")
YEAR, HALF_TERM = date(2026, 9, 1), date(2026, 11, 2)
COHORTS = (("Pupil premium", "Pupil Premium", "Yes"), ("EAL", "EAL", "Yes"))
DID_IT = {"Perpetrator", "Participant"}

pytestmark = pytest.mark.long


class Files:
    """The export files, read by themselves."""

    def __init__(self, folder):
        self.students = {row["Adno"]: row for row in self.rows(folder / "students.csv")}
        self.parts = self.rows(folder / "behaviour.csv")
        self.negative = [row for row in self.parts if row["Role"] in DID_IT]
        self.praise = self.rows(folder / "achievements.csv")

    @staticmethod
    def rows(path):
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def since(self, rows, first, **also):
        return [
            row
            for row in rows
            if first <= datetime.strptime(row["Date"], "%d/%m/%Y").date() <= TODAY
            and all(row[column] == value for column, value in also.items())
        ]

    def student(self, row):
        return self.students[row["Adno"]]

    def year_of(self, row):
        return self.student(row)["Year"].strip()

    def of_year(self, rows, year):
        return [row for row in rows if self.students[row["Adno"]]["Year"].removeprefix("Year ").strip() == str(year)]


def points(rows):
    return sum(int(row["Points"] or 0) for row in rows)


@pytest.fixture
def files(db, tmp_path, on_day):
    """The sample school's people and behaviour, imported; a made-up school where the sample is not there."""
    on_day(TODAY)
    written = tmp_path / "written"
    if not SAMPLES.is_dir():
        school_write(written, seed=5, size=60, today=TODAY)
    folder = tmp_path / "school"
    folder.mkdir()
    for name in FILES:
        shutil.copy((SAMPLES if SAMPLES.is_dir() else written) / f"{name}.csv", folder)
    call_command("import_folder", str(folder), stdout=io.StringIO())
    return Files(folder)


def test_every_total_equals_a_count_from_the_files(files, as_role):
    head, leader = as_role(Role.SLT), as_role(Role.HEAD_OF_YEAR, 9)
    assert (Involvement.objects.count(), Achievement.objects.count()) == (len(files.parts), len(files.praise))
    for first, window in ((YEAR, "year"), (HALF_TERM, "half-term")):
        parts, praise = files.since(files.negative, first), files.since(files.praise, first)
        for client, mine in ((head, lambda rows: rows), (leader, lambda rows: files.of_year(rows, 9))):
            _list_equals(client, "reports:incident_list", window, mine(parts))
            _list_equals(client, "reports:achievement_list", window, mine(praise))
        everybody = files.since(files.parts, first)
        _list_equals(head, "reports:incident_list", window, everybody, roles="all")
        for column, asked in (("Type", "type"), ("Location", "location"), ("Activity", "activity")):
            word, number = Counter(row[column] for row in parts).most_common(1)[0]
            page = head.get(reverse("reports:incident_list"), {"window": window, asked: word})
            assert page.context["page"].total == number, (window, column)
            found = _lines(head.get(PATTERNS, {"window": window}).context["patterns"].breakdowns, asked)
            assert found == Counter(row[column] or "Not said" for row in parts), (window, column)
        _recognition_equals(files, head, window, parts, praise)
        _consistency_equals(files, head, window, parts)
        _equity_equals(files, head, window, parts, praise)
        _exports_equal(files, head, window, parts, praise)
    _students_equal(files, head)


def _lines(breakdowns, slug):
    return {line.name: line.parts for each in breakdowns if each.slug == slug for line in each.lines}


def _recognition_equals(files, client, window, parts, praise):
    """Patterns by year, and recognition by year, tutor group and subject."""
    by_year = _lines(client.get(PATTERNS, {"window": window}).context["patterns"].breakdowns, "year")
    assert sum(by_year.values()) == len(parts)
    held = client.get(reverse("reports:recognition"), {"window": window}).context["held"]
    assert (held.total.achievements, held.total.incidents) == (len(praise), len(parts))
    for name in ("Year 7", "Year 11"):
        mine = [files.of_year(rows, name.removeprefix("Year ")) for rows in (praise, parts)]
        (line,) = [line for line in held.by_group["Year"] if line.name == name]
        assert [line.achievements, line.incidents] == [len(rows) for rows in mine]
        assert by_year[name] == len(mine[1])
        assert line.recognised == len({row["Adno"] for row in mine[0]})
    subjects = {line.name: (line.achievements, line.incidents) for line in held.by_group["Subject"]}
    counted = [Counter(row["Activity"] or "Not said" for row in rows) for rows in (praise, parts)]
    assert subjects == {name: (counted[0][name], counted[1][name]) for name in counted[0] | counted[1]}
    for name, column in (("House", "House"), ("Tutor group", "Reg")):
        carried = Counter()
        for row in praise:
            carried[files.student(row)[column]] += int(row["Points"] or 0)
        assert {line.name: line.points for line in held.by_group[name] if line.points} == +carried, name
    assert (held.total.points, held.total.lost) == (points(praise), points(parts))
    groups = Counter(files.students[row["Adno"]]["Reg"] for row in praise)
    assert {line.name: line.achievements for line in held.by_group["Tutor group"] if line.achievements} == groups


def _consistency_equals(files, client, window, parts):
    """One type of behaviour by what it met, for everybody and year by year."""
    word, _number = Counter(row["Type"] for row in parts).most_common(1)[0]
    mine = [row for row in parts if row["Type"] == word]
    asked = {"window": window, "by": "year", "type": word}
    table = client.get(reverse("reports:behaviour_consistency"), asked).context["table"]
    assert (table.type, table.cases) == (word, len(mine))
    met = Counter(row["Action Taken"] for row in mine)
    shown = [side.count for side, _url in table.everybody]
    assert shown == [met[action] for action in table.actions]
    years = Counter(files.year_of(row) for row in mine)
    assert {group.name: number for group, number, _url, _cells in table.rows} == years
    by_year = Counter((files.year_of(row), row["Action Taken"]) for row in mine)
    for group, _number, _url, cells in table.rows:
        counted = [by_year[group.name, action] for action in table.actions]
        assert [cell.difference.own.count for cell in cells] == counted, group.name


def _equity_equals(files, client, window, parts, praise):
    """Achievements and incidents of the cohorts that students.csv says."""
    held = client.get(reverse("reports:recognition"), {"window": window}).context["held"]
    lines = {each.line.name: each.line for each in held.equity}
    for name, column, value in COHORTS:
        own, happened = ([row for row in rows if files.student(row)[column] == value] for rows in (praise, parts))
        line = lines[name]
        assert (line.achievements, line.incidents) == (len(own), len(happened)), name
        assert line.recognised == len({row["Adno"] for row in own}), name


def _exports_equal(files, client, window, parts, praise):
    """The CSV files of the lists, the patterns and recognition, with the incidents of each tutor group."""
    for page, rows in (("reports:incident_list", parts), ("reports:achievement_list", praise)):
        told = Counter((row["Adno"], row["Type"], int(row["Points"])) for row in _file(client, page, "Date", window))
        assert told == Counter((row["Adno"], row["Type"], int(row["Points"] or 0)) for row in rows), (page, window)
    groups = Counter(files.student(row)["Reg"] for row in parts)
    for page, kinds in (
        ("reports:behaviour_patterns", {"By tutor group": groups, "By type": Counter(row["Type"] for row in parts)}),
        ("reports:recognition", {"Tutor group": groups}),
    ):
        lines = _file(client, page, "Breakdown", window)
        for kind, counted in kinds.items():
            told = {row["Name"]: int(row["Incidents"]) for row in lines if row["Breakdown"] == kind}
            assert {name: number for name, number in told.items() if number} == counted, (page, kind)
    houses = [row for row in lines if row["Breakdown"] == "House"]
    assert sum(int(row["Achievement points"]) for row in houses) == points(praise)
    assert sum(int(row["Behaviour points"]) for row in houses) == points(parts)


def _file(client, page, begins, window):
    """Return the rows of a page's CSV file, from the line of headings on."""
    answer = client.get(reverse(page), {"window": window, "format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    start = next(place for place, row in enumerate(rows) if row[:1] == [begins])
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def _list_equals(client, name, window, rows, **also):
    held = client.get(reverse(name), {"window": window, **also}).context["held"]
    counted = (len(rows), points(rows), len({row["Adno"] for row in rows}))
    assert (held.page.total, held.points, held.students) == counted, (name, window, also)


def _students_equal(files, client):
    """The student page of those with the most and the fewest, in the half term and the year."""
    ranked = [adno for adno, _n in Counter(row["Adno"] for row in files.parts).most_common()]
    for adno in (*ranked[:2], ranked[-1]):
        student = Student.objects.get(admission_number=adno)
        sums = client.get(student.get_absolute_url()).context["behaviour"].sums
        for own, first in zip(sums, (HALF_TERM, YEAR), strict=True):
            parts = files.since(files.negative, first, Adno=adno)
            praise = files.since(files.praise, first, Adno=adno)
            assert (own.incidents, own.points) == (len(parts), points(parts)), (adno, first)
            assert (own.achievements, own.achievement_points) == (len(praise), points(praise)), (adno, first)
            assert own.net == points(praise) - points(parts)
