"""Students ever on roll, with their dated facts; also their group, where no enrolment says it."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from django.utils import timezone

from pastoral.core.imports.batch import Batch
from pastoral.core.imports.cells import day_name, in_column, optional_day, required_day, text, yes_no
from pastoral.core.imports.columns import Column, Field, field, optional
from pastoral.core.imports.importer import Change, Importer, Tally
from pastoral.core.imports.refusal import Refusal
from students.calendar import academic_year_of, academic_year_start
from students.importers import student_sql as sql
from students.importers.enrolments import tutor_group, year_group
from students.importers.lookups import ADNO, StudentLookup
from students.models import StudentFact

Kind = StudentFact.Kind

_UPN_PATTERN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_SEX = {"f": "F", "female": "F", "girl": "F", "m": "M", "male": "M", "boy": "M"}
_SEN = {
    "": "",
    "n": "",
    "no": "",
    "no sen": "",
    "k": "K",
    "sen support": "K",
    "e": "E",
    "ehcp": "E",
    "ehc plan": "E",
    "education, health and care plan": "E",
}

FLAGS = {
    "FSM": Kind.FSM,
    "FSM Ever 6": Kind.FSM_EVER_6,
    "Pupil Premium": Kind.PUPIL_PREMIUM,
    "SEN Status": Kind.SEN,
    "EAL": Kind.EAL,
    "In Care": Kind.LOOKED_AFTER,
    "Young Carer": Kind.YOUNG_CARER,
}


def upn(raw: str) -> str:
    """Return the UPN, blank when there is none; a wrong check letter is no reason to refuse a student."""
    words = raw.strip().upper()
    if words and not _UPN_PATTERN.fullmatch(words):
        raise Refusal("A UPN has 13 characters: a letter, 11 digits, and a digit or a letter (never I, O or S)")
    return words


def is_upn_right(value: str) -> bool:
    """Test the UPN's check letter, modulo 23 over the other twelve characters (DfE)."""
    weights = (
        (_UPN_LETTERS.index(sign) if sign.isalpha() else int(sign)) * place
        for place, sign in enumerate(value[1:], start=2)
    )
    return value[0] == _UPN_LETTERS[sum(weights) % 23]


def _sex(raw: str) -> str:
    words = raw.strip().casefold()
    if words not in _SEX:
        raise Refusal(f'Sex is F or M, not "{raw.strip()}"')
    return _SEX[words]


def _sen(raw: str) -> str:
    words = " ".join(raw.casefold().split())
    if words not in _SEN:
        raise Refusal(f'SEN Status is N, K or E, not "{raw.strip()}"')
    return _SEN[words]


def _roll(raw_admitted: str, raw_left: str) -> tuple[date, date | None]:
    admitted = required_day(raw_admitted)
    left = in_column("Date of Leaving", optional_day, raw_left)
    if left is not None and left < admitted:
        raise Refusal(f"Left on {day_name(left)}, before admission on {day_name(admitted)}", "Date of Leaving")
    return admitted, left


def _born_on(raw: str) -> date:
    born_on = required_day(raw)
    if born_on.year < 1950 or born_on >= timezone.localdate():
        raise Refusal(f"{day_name(born_on)} is no student's date of birth")
    return born_on


def _group(raw_year: str, raw_reg: str) -> tuple[int | None, str | None]:
    if not raw_year.strip() or not raw_reg.strip():
        return None, None
    return year_group(raw_year), in_column("Reg", tutor_group, raw_reg)


class StudentImporter(Importer):
    """One student a line, known by the admission number."""

    name = "students"
    title = "Students"
    noun = "a student"
    tables = ("students_student", "students_studentfact", "students_enrolment")
    columns = (
        optional("UPN", "Unique Pupil Number"),
        ADNO,
        Column("Legal Surname", ("Surname", "Last Name")),
        Column("Legal Forename", ("Forename", "First Name")),
        optional("Preferred Forename", "Known As"),
        Column("DOB", ("Date of Birth",)),
        Column("Sex", ("Gender", "Legal Sex")),
        optional("Year", "Year Group", "NC Year"),
        optional("Reg", "Reg Group", "Registration Group", "Tutor Group"),
        optional("House"),
        Column("Date of Admission", ("Admission Date",)),
        optional("Date of Leaving", "Leaving Date"),
        optional("FSM", "Eligible for free meals", "Free School Meals"),
        optional("FSM Ever 6"),
        optional("Pupil Premium", "Pupil Premium Indicator"),
        optional("SEN Status", "SEN Provision", "SEN"),
        optional("EAL", "English as additional language", "English Additional Language"),
        optional("In Care", "Looked After"),
        optional("Young Carer"),
        optional("Ethnicity", "Ethnicity Code"),
    )

    def fields(self) -> Sequence[Field]:
        """Return the student's own data, the group and the flags."""
        flags = [
            field(
                column,
                f"{kind.value} {'text' if kind == Kind.SEN else 'boolean'}",
                _sen if kind == Kind.SEN else yes_no,
            )
            for column, kind in FLAGS.items()
        ]
        return (
            Field(("Adno",), ("student_id bigint", "admission_number text"), self._student(StudentLookup())),
            field("UPN", "upn text", upn),
            field("Legal Surname", "legal_surname text", text(100, is_required=True, name="The surname")),
            field("Legal Forename", "legal_forename text", text(100, is_required=True, name="The forename")),
            field("Preferred Forename", "preferred_forename text", text(100, name="The forename")),
            field("DOB", "born_on date", _born_on),
            field("Sex", "sex text", _sex),
            field("House", "house text", text(50, name="The house")),
            Field(("Date of Admission", "Date of Leaving"), ("admitted_on date", "left_on date"), _roll),
            field("Ethnicity", "ethnicity text", text(4, name="The ethnicity code")),
            Field(("Year", "Reg"), ("year smallint", "reg text"), _group),
            *flags,
        )

    def _student(self, students: StudentLookup) -> Callable[[str], tuple[int | None, str]]:
        def parse(raw: str) -> tuple[int | None, str]:
            number = raw.strip()
            if len(number) > 20:
                raise Refusal("An admission number has at most 20 characters")
            return students.find(raw), number

        return parse

    def check(self, batch: Batch) -> Tally:
        """Refuse students and UPNs that stand twice, then compare with what is held."""
        self.today = timezone.localdate()
        batch.refuse_where("Adno", sql.STANDS_TWICE)
        batch.refuse_where("UPN", sql.UPN_TWICE)
        batch.refuse_where("UPN", sql.UPN_HELD)
        self.own = [column for column, heading in sql.OPTIONAL_COLUMNS.items() if batch.has(heading)]
        self._lay_out_facts(batch)
        self._lay_out_spells(batch)
        self._note_wrong_upns(batch)
        self._note_elsewhere(batch)
        new, changed, every = batch.rows(sql.tally(self.own, with_house=batch.has("House")))[0]
        return Tally(new=new, changed=changed, same=every - new - changed)

    def _lay_out_facts(self, batch: Batch) -> None:
        """Work out which facts begin and end: for each flag in the file, what it says against what is in force."""
        batch.execute(sql.TABLES_DROPPED)
        batch.execute(sql.FACTS_TABLE)
        for heading, kind in FLAGS.items():
            if batch.has(heading):
                batch.execute(sql.facts_wanted(kind), [kind.value, self.today, kind.value])

    def _lay_out_spells(self, batch: Batch) -> None:
        """Work out who needs a spell made from Year and Reg: on roll, and in no group this academic year."""
        year_starts = academic_year_start(academic_year_of(self.today))
        batch.execute(sql.SPELLS, [year_starts, "enrolments" not in self.companions, year_starts])

    def _note_elsewhere(self, batch: Batch) -> None:
        """Say who has moved: enrolments decide who is in a group, and so whose tutor may see whom."""
        if "enrolments" in self.companions:
            return
        if moved := [line for (line,) in batch.rows(sql.ELSEWHERE, [self.today, self.today])]:
            shown = ", ".join(map(str, moved[:10])) + (", …" if len(moved) > 10 else "")
            batch.notes.append(
                f"{len(moved)} students stand in another year or tutor group than their enrolments say: lines {shown}. "
                "Import enrolments.csv too, so that they leave the old group and its tutor's reach."
            )

    def _note_wrong_upns(self, batch: Batch) -> None:
        wrong = [
            line
            for line, value in batch.rows("SELECT line, upn FROM import_lines WHERE upn <> '' ORDER BY line")
            if value[-1].isdigit() and not is_upn_right(value)
        ]
        if wrong:
            shown = ", ".join(map(str, wrong[:10])) + (", …" if len(wrong) > 10 else "")
            batch.notes.append(f"{len(wrong)} UPNs have a wrong check letter and are taken as they are: lines {shown}.")

    def changes(self, batch: Batch, limit: int) -> list[Change]:
        """Return the first students whom the file changes, each with what differs: own data, flags, a group to join."""
        with_house = batch.has("House")
        names = [name.replace("_", " ") for name in (*sql.ALWAYS, *self.own)] + ["house"] * with_house
        rows = batch.rows(sql.changed(self.own, with_house=with_house), [limit])
        beside = self._facts_and_spells(batch, [row[0] for row in rows])
        return [
            Change.of(
                line,
                f"{number} {surname}, {forename}",
                [*zip(names, pairs[::2], pairs[1::2], strict=True), *beside[line]],
            )
            for line, number, surname, forename, *pairs in rows
        ]

    def _facts_and_spells(self, batch: Batch, lines: list[int]) -> dict[int, list[tuple[str, object, object]]]:
        found: dict[int, list[tuple[str, object, object]]] = defaultdict(list)
        for line, kind, held, is_held, said in batch.rows(sql.FACTS_CHANGED, [lines]):
            label = str(Kind(kind).label)
            was, becomes = (held or "yes") if is_held else "no", "no" if said is None else said or "yes"
            found[line].append((label, was, becomes))
        for line, reg in batch.rows(sql.SPELLS_ADDED, [lines]):
            found[line].append(("tutor group", None, reg))
        return found

    def apply(self, batch: Batch) -> None:
        """Make students, their facts and missing spells what the file says."""
        if batch.has("House"):
            batch.execute(sql.HOUSES)
        batch.execute(sql.upsert(self.own, with_house=batch.has("House")))
        batch.execute(sql.NEW_STUDENTS_KNOWN)
        for statement in (sql.FACTS_TAKEN_BACK, sql.FACTS_ENDED, sql.FACTS_BEGUN):
            batch.execute(statement, [self.today] * statement.count("%s"))
        for statement in (*sql.SPELL_GROUPS, sql.SPELLS_CLOSED, sql.SPELLS_MADE):
            batch.execute(statement)
