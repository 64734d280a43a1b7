"""What people say of the students on a register, held against what stands and what was planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from attendance.codes import code_named
from attendance.offers import codes_offered, present_in
from attendance.services.marks import MarkRow
from attendance.summaries.planned import Expected
from attendance.summaries.register import RegisterSheet, Sitting, Standing, absent_key, version_of
from attendance.summaries.times import SchoolTimes
from pastoral.core.rights import Right
from students.summaries import RollEntry

MOST_MINUTES = 240
LATE_LETTERS = ("L", "U")


class Choice(StrEnum):
    """What somebody says of one student on a register."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    PLANNED = "planned"  # as it was known beforehand
    STANDS = "stands"  # the mark that stands already
    OTHER = "other"  # a code chosen by its letters


class Said(NamedTuple):
    """What is said of one student: minutes with LATE, letters with OTHER."""

    choice: Choice
    minutes: int | None = None
    letters: str = ""


class Entry(NamedTuple):
    """One row sent in. was: what the page said when it was opened; version: of the mark that stood then."""

    student_id: int
    said: Said
    was: Said | None
    version: str

    @property
    def is_untouched(self) -> bool:
        """Test for a row with a mark that nobody changed: what stands now stays, whoever made it so."""
        return self.said.choice is Choice.STANDS or bool(self.version and self.said == self.was)


@dataclass(frozen=True)
class Desk:
    """What the rows sent in are held against; rights are those over each student."""

    sitting: Sitting
    students: Mapping[int, RollEntry]
    rights: Mapping[int, frozenset[Right]]
    times: SchoolTimes
    expected: Mapping[int, Expected]
    standing: Mapping[int, Standing]

    @classmethod
    def of(cls, sheet: RegisterSheet) -> Self:
        """Return the desk of a register read already."""
        return cls(
            sheet.sitting,
            {row.student.student_id: row.student for row in sheet.rows},
            sheet.roll.rights,
            sheet.times,
            {row.student.student_id: row.expected for row in sheet.rows if row.expected},
            {row.student.student_id: row.standing for row in sheet.rows if row.standing},
        )

    def began(self, student_id: int) -> Said:
        """Return what a page opened now says of the student."""
        held, expected = self.standing.get(student_id), self.expected.get(student_id)
        if held is None:
            is_planned = expected is not None and not expected.is_refused
            return Said(Choice.PLANNED if is_planned else Choice.PRESENT)
        if held.letters == present_in(self.sitting.session):
            return Said(Choice.PRESENT)
        if held.letters in LATE_LETTERS:
            return Said(Choice.LATE, held.minutes)
        if held.key == absent_key(expected, self.sitting.day):
            return Said(Choice.ABSENT)
        return Said(Choice.STANDS)

    def row(self, entry: Entry, faults: dict[int, str]) -> MarkRow | None:
        """Return the mark that the entry asks for; None when it leaves things as they stand, or is at fault."""
        if entry.is_untouched:
            return None
        try:
            key, minutes = self._asked(entry)
        except ValueError as fault:
            faults[entry.student_id] = str(fault)
            return None
        if self._stands(entry.student_id, key, minutes):
            return None
        return MarkRow(entry.student_id, self.sitting.day, self.sitting.session, key, minutes)

    def is_overtaken(self, entry: Entry) -> bool:
        """Test for an entry that asks for another mark than stands, and was made before that one stood."""
        held = self.standing.get(entry.student_id)
        if entry.is_untouched or version_of(entry.student_id, self.sitting, held) == entry.version:
            return False
        try:
            return not self._stands(entry.student_id, *self._asked(entry))
        except ValueError:
            return True

    def _stands(self, student_id: int, key: int, minutes: int | None) -> bool:
        held = self.standing.get(student_id)
        return held is not None and (held.key, held.minutes) == (key, minutes)

    def _asked(self, entry: Entry) -> tuple[int, int | None]:
        said, expected = entry.said, self.expected.get(entry.student_id)
        match said.choice:
            case Choice.PRESENT:
                return self._key(present_in(self.sitting.session)), None
            case Choice.LATE:
                if said.minutes is None or not 1 <= said.minutes <= MOST_MINUTES:
                    raise ValueError(f"Type how many minutes late, 1 to {MOST_MINUTES}.")
                return self._key(self.times.late_letters(said.minutes)), said.minutes
            case Choice.ABSENT:
                return absent_key(expected, self.sitting.day), None
            case Choice.PLANNED:
                if expected is None:
                    raise ValueError("Nothing is planned for this session any more: choose again.")
                return expected.key, None
        return self._offered(entry.student_id, said.letters), None

    def _offered(self, student_id: int, letters: str) -> int:
        born_on, rights = self.students[student_id].born_on, self.rights[student_id]
        offers = codes_offered(self.sitting.day, self.sitting.session, born_on=born_on, rights=rights)
        found = next((code.key for code in offers if code.letters == letters and not code.takes_minutes), None)
        if found is None:
            raise ValueError("Choose one of the codes offered for this student.")
        return found

    def _key(self, letters: str) -> int:
        return code_named(letters, self.sitting.day).key
