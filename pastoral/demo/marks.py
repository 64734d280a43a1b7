"""One student's sessions of one academic year while they are being filled in."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pastoral.demo.calendar import SchoolYear
from pastoral.demo.people import Student

PRESENT = ("/", "\\")
ABSENT = frozenset({"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T", "G", "N", "O", "U"})


@dataclass
class Marks:
    """Two sessions a school day, morning at the even index; empty until something is known.

    first and end bound the sessions for which the student is on roll (end not included).
    """

    year: SchoolYear
    first: int
    end: int
    codes: list[str]
    minutes: dict[int, int] = field(default_factory=dict)
    comments: dict[int, str] = field(default_factory=dict)

    def is_free(self, session: int) -> bool:
        """Test for a session on roll that has no mark yet."""
        return self.first <= session < self.end and not self.codes[session]

    def put(self, session: int, code: str, comment: str = "") -> bool:
        """Enter a mark where there is none; return whether it was entered."""
        if not self.is_free(session):
            return False
        self.codes[session] = code
        if comment:
            self.comments[session] = comment
        return True

    def put_run(self, start: int, length: int, code: str) -> int:
        """Enter up to `length` marks one after the other, stepping over sessions taken; return how many."""
        return sum(self.put(session, code) for session in range(start, min(start + length, self.end)))

    def put_days(self, days: Iterable[int], code: str) -> None:
        """Enter a mark for both sessions of these days."""
        for day in days:
            self.put(2 * day, code)
            self.put(2 * day + 1, code)

    def absences(self) -> int:
        """Count the absences entered so far."""
        return sum(code in ABSENT for code in self.codes)

    def present_fill(self) -> None:
        """Enter the present mark of the session wherever nothing else is known."""
        for session in range(self.first, self.end):
            if not self.codes[session]:
                self.codes[session] = PRESENT[session % 2]


def marks_begin(student: Student, year: SchoolYear) -> Marks:
    """Begin an empty year for a student, bounded by their dates on roll."""
    on_roll = [index for index, day in enumerate(year.days) if student.is_on_roll(day)]
    first, end = (2 * on_roll[0], 2 * on_roll[-1] + 2) if on_roll else (0, 0)
    return Marks(year, first, end, [""] * (2 * len(year.days)))
