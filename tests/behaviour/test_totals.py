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
    groups = Counter(files.students[row["Adno"]]["Reg"] for row in praise)
    assert {line.name: line.achievements for line in held.by_group["Tutor group"] if line.achievements} == groups


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
