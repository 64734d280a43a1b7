"""Spells in year and tutor groups."""

import re
from collections.abc import Sequence
from datetime import date

from pastoral.core.imports.batch import Batch
from pastoral.core.imports.cells import day_name, in_column, optional_day, required_day
from pastoral.core.imports.columns import Column, Field, field, optional
from pastoral.core.imports.importer import Change, Importer, Tally
from pastoral.core.imports.refusal import Refusal
from students.calendar import academic_year_end, academic_year_name, academic_year_start
from students.importers.lookups import ADNO, StudentLookup

_YEAR_GROUP = re.compile(r"(?:year|yr|y)?\s*0?(\d{1,2})", re.IGNORECASE | re.ASCII)
_ACADEMIC_YEAR = re.compile(r"(?:20)?(\d\d)\s*[/-]?\s*(?:20)?(\d\d)|(20\d\d)", re.ASCII)
_MANGLED = re.compile(r"\d{1,2}[-/](?:[A-Za-z]{3}|\d{1,2})(?:[-/]\d{2,4})?")

YEAR = Column("Year", ("Year Group", "NC Year"))
REG = Column("Reg", ("Reg Group", "Registration Group", "Tutor Group", "Form"))


def year_group(raw: str) -> int:
    """Return the number of the year group written as "Year 9", "Y9" or "9"."""
    found = _YEAR_GROUP.fullmatch(raw.strip())
    if not found or not 7 <= int(found[1]) <= 13:
        raise Refusal(f'A year is Year 7 to Year 13, not "{raw.strip()}"')
    return int(found[1])


def tutor_group(raw: str) -> str:
    """Return the name of the tutor group, without the spaces around it."""
    name = raw.strip()
    if not name:
        raise Refusal("The tutor group is missing")
    if _MANGLED.fullmatch(name):
        raise Refusal(f'"{name}" looks like a date that a spreadsheet made of a group\'s name: write the name')
    if len(name) > 20:
        raise Refusal("The tutor group is longer than 20 characters")
    return name


def _academic_year(raw: str) -> int:
    found = _ACADEMIC_YEAR.fullmatch(raw.strip())
    if found and found[3]:
        return int(found[3])
    if found and (int(found[1]) + 1) % 100 == int(found[2]):
        return 2000 + int(found[1])
    raise Refusal(f'"{raw.strip()}" is no academic year: write it as 2026/27', "Academic Year")


def _spell(raw_year: str, raw_from: str, raw_to: str) -> tuple[int, date, date]:
    """Return academic year, first and last day; without a last day the spell runs to the end of its academic year."""
    year = _academic_year(raw_year)
    first, last = in_column("From", required_day, raw_from), in_column("To", optional_day, raw_to)
    if last is not None and last < first:
        raise Refusal(f"The spell ends on {day_name(last)}, before it begins on {day_name(first)}", "To")
    for column, day in (("From", first), ("To", last)):
        if day is not None and not academic_year_start(year) <= day <= academic_year_end(year):
            raise Refusal(f"{day_name(day)} is not in {academic_year_name(year)}", column)
    return year, first, last or academic_year_end(year)


OVERLAPS = """
    SELECT DISTINCT ON (l.line) l.line, 'The spell overlaps the one on line ' || o.line AS reason
      FROM import_lines l
      JOIN import_lines o ON o.student_id = l.student_id AND o.line < l.line
       AND o.starts_on <= l.ends_on AND l.starts_on <= o.ends_on
     ORDER BY l.line, o.line
"""

# A spell goes in with the one that follows it, or not at all: alone it would take the student out of every group.
LEFT_ALONE = """
    SELECT DISTINCT ON (l.line) l.line,
           'Line ' || r.line || ' on the same student was refused, and without it this one would leave the student '
           || 'in no group from ' || to_char(l.ends_on + 1, 'FMDD FMMonth YYYY') || ': correct both' AS reason
      FROM import_lines l
      JOIN import_refusals r ON r.about = l.student_id::text
      JOIN students_enrolment e ON e.student_id = l.student_id AND e.starts_on <= l.ends_on
       AND coalesce(e.ends_on, make_date(e.academic_year + 1, 8, 31)) > l.ends_on
     WHERE NOT EXISTS (
               SELECT FROM import_lines o
                WHERE o.student_id = l.student_id AND o.starts_on <= l.ends_on + 1 AND o.ends_on > l.ends_on)
     ORDER BY l.line, r.line
"""

TALLY = """
    SELECT count(*) FILTER (WHERE e.id IS NULL),
           count(*) FILTER (WHERE e.id IS NOT NULL AND NOT (
               e.year_group_id = l.year AND g.name = l.reg AND e.academic_year = l.academic_year
               AND e.ends_on IS NOT DISTINCT FROM l.ends_on)),
           count(*)
      FROM import_lines l
      LEFT JOIN students_enrolment e ON e.student_id = l.student_id AND e.starts_on = l.starts_on
      LEFT JOIN students_tutorgroup g ON g.id = e.tutor_group_id
"""

CHANGED = """
    SELECT l.line, s.admission_number, l.starts_on, e.year_group_id, l.year, g.name, l.reg, e.ends_on, l.ends_on
      FROM import_lines l
      JOIN students_student s ON s.id = l.student_id
      JOIN students_enrolment e ON e.student_id = l.student_id AND e.starts_on = l.starts_on
      JOIN students_tutorgroup g ON g.id = e.tutor_group_id
     WHERE NOT (e.year_group_id = l.year AND g.name = l.reg AND e.academic_year = l.academic_year
                AND e.ends_on IS NOT DISTINCT FROM l.ends_on)
     ORDER BY l.line LIMIT %s::integer
"""

# From a student's first line in an academic year on, the file's word stands; what was before it stays, cut short.
FIRST_LINES = """
    SELECT student_id, academic_year, min(starts_on) AS first_on FROM import_lines GROUP BY student_id, academic_year
"""
CUT_SHORT = f"""
    UPDATE students_enrolment e SET ends_on = f.first_on - 1
      FROM ({FIRST_LINES}) f
     WHERE e.student_id = f.student_id AND e.starts_on < f.first_on AND e.ends_on >= f.first_on
"""  # noqa: S608

# Held spells that begin with the student's first line or later and are not, day for day, in the file.
OUTDATED = f"""
      FROM students_enrolment e
      JOIN students_tutorgroup g ON g.id = e.tutor_group_id
      JOIN ({FIRST_LINES}) f ON f.student_id = e.student_id AND f.academic_year = e.academic_year
       AND e.starts_on >= f.first_on
     WHERE NOT EXISTS (
               SELECT 1 FROM import_lines l
                WHERE l.student_id = e.student_id AND l.starts_on = e.starts_on AND l.ends_on = e.ends_on
                  AND l.year = e.year_group_id AND l.reg = g.name AND l.academic_year = e.academic_year)
       AND (EXISTS (SELECT 1 FROM import_lines l
                     WHERE l.student_id = e.student_id
                       AND l.starts_on <= coalesce(e.ends_on, 'infinity') AND e.starts_on <= l.ends_on)
            OR %s::boolean)
"""  # noqa: S608

# A spell without an end belongs to its academic year all the same.
CLOSE_OLD = """
    UPDATE students_enrolment SET ends_on = make_date(academic_year + 1, 8, 31)
     WHERE ends_on IS NULL AND student_id IN (SELECT student_id FROM import_lines)
"""

GROUPS = (
    "INSERT INTO students_yeargroup (number) SELECT DISTINCT year FROM import_lines ON CONFLICT DO NOTHING",
    "INSERT INTO students_tutorgroup (name) SELECT DISTINCT reg FROM import_lines ON CONFLICT DO NOTHING",
)

ADD = """
    INSERT INTO students_enrolment (student_id, academic_year, year_group_id, tutor_group_id, starts_on, ends_on)
    SELECT l.student_id, l.academic_year, l.year, g.id, l.starts_on, l.ends_on
      FROM import_lines l JOIN students_tutorgroup g ON g.name = l.reg
     WHERE NOT EXISTS (
               SELECT 1 FROM students_enrolment e WHERE e.student_id = l.student_id AND e.starts_on = l.starts_on)
"""


class EnrolmentImporter(Importer):
    """One spell a line. From a student's first line in an academic year on, the file replaces the spells held."""

    name = "enrolments"
    title = "Enrolments"
    noun = "an enrolment"
    after = ("students",)
    tables = ("students_enrolment", "students_tutorgroup")
    columns = (
        ADNO,
        Column("Academic Year"),
        YEAR,
        REG,
        Column("From", ("Start", "Start date")),
        optional("To", "End", "End date"),
    )

    def fields(self) -> Sequence[Field]:
        """Return the student, the spell and its groups."""
        return (
            field("Adno", "student_id bigint", StudentLookup().required),
            Field(("Academic Year", "From", "To"), ("academic_year integer", "starts_on date", "ends_on date"), _spell),
            field("Year", "year smallint", year_group),
            field("Reg", "reg text", tutor_group),
        )

    def check(self, batch: Batch) -> Tally:
        """Refuse a spell that overlaps one on an earlier line or is left alone, then compare with what is held."""
        batch.refuse_where("From", OVERLAPS)
        while batch.refuse_where("To", LEFT_ALONE):
            pass  # a line that is refused now may leave the one before it alone
        self.is_whole = batch.is_whole()
        new, changed, every = batch.rows(TALLY)[0]
        gone = batch.rows(
            f"SELECT count(*) {OUTDATED} AND NOT EXISTS (SELECT 1 FROM import_lines l "  # noqa: S608
            "WHERE l.student_id = e.student_id AND l.starts_on = e.starts_on)",
            [self.is_whole],
        )[0][0]
        if gone:
            batch.notes.append(f"{gone} spells that the file no longer has are replaced.")
        return Tally(new=new, changed=changed, same=every - new - changed)

    def changes(self, batch: Batch, limit: int) -> list[Change]:
        """Return the first spells that the file changes: the group, and until when."""
        return [
            Change.of(
                line,
                f"{number}, from {day_name(first)}",
                [("Year", held_year, year), ("", held_reg, reg), ("until", held_last, last)],
            )
            for line, number, first, held_year, year, held_reg, reg, held_last, last in batch.rows(CHANGED, [limit])
        ]

    def apply(self, batch: Batch) -> None:
        """Make the groups, take out what the file replaces and add what is not held."""
        for statement in GROUPS:
            batch.execute(statement)
        batch.execute(CLOSE_OLD)
        batch.execute(CUT_SHORT)
        batch.execute(f"DELETE FROM students_enrolment WHERE id IN (SELECT e.id {OUTDATED})", [self.is_whole])  # noqa: S608
        batch.execute(ADD)
