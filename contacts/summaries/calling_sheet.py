"""What a caller has before the eyes during one call: the family, whom to ring, and what may be said of each student."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from attendance.codes import Code, CodeClass
from attendance.offers import codes_offered
from attendance.summaries.reach import Reached, reached
from attendance.summaries.unexplained import RESOLVES
from contacts.summaries.calling import Calls, calls_of
from contacts.summaries.calling_absent import Claimed, Informed
from contacts.summaries.calling_family import Cared, FamilyCall, FamilyCarer, StudentCall, carers_together
from contacts.summaries.calling_tries import Try
from contacts.summaries.carers import carers_of
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.staff import staff_with
from students.summaries import SchoolCalendar

# What is said most on the telephone, in this order; a holiday is leave only from somebody who may grant it.
MOST_SAID = ("I", "M", "C", "G", "O")
_NEVER_SAID = frozenset({"N", "/", "\\", "L", "U"})


@dataclass(frozen=True)
class SheetStudent:
    """One student of the call. call: their row of the list; None for one whose mark is another by now.

    entries: how many entries each unexplained session has; codes: what the person may put in their place.
    """

    who: Reached
    call: StudentCall | None
    entries: Mapping[str, int]
    codes: tuple[Code, ...]

    @property
    def key(self) -> int:
        """Their key."""
        return self.who.student_id

    @property
    def is_gone(self) -> bool:
        """Test for a student who needs no call any more."""
        return self.call is None

    @property
    def most_said(self) -> tuple[Code, ...]:
        """The codes to choose from first."""
        found = {code.letters: code for code in self.codes}
        if "C" in found:
            found.pop("G", None)
        return tuple(found[letters] for letters in MOST_SAID if letters in found)

    @property
    def others(self) -> tuple[Code, ...]:
        """The codes besides."""
        first = self.most_said
        return tuple(code for code in self.codes if code not in first)


@dataclass(frozen=True)
class Sheet:
    """One call. family: None once nobody of them needs it any more."""

    day: date
    now: datetime
    calls: Calls
    family: FamilyCall | None
    students: tuple[SheetStudent, ...]
    carers: tuple[FamilyCarer, ...]

    @property
    def gone(self) -> tuple[SheetStudent, ...]:
        """Those who need no call any more."""
        return tuple(student for student in self.students if student.is_gone)

    @property
    def claim(self) -> Claimed | None:
        """Who is calling."""
        return self.family.claim if self.family else None

    @property
    def tries(self) -> tuple[Try, ...]:
        """What was tried today."""
        return self.family.tries if self.family else ()

    def seen(self, user: User) -> str:
        """Return how far the calls are, as the form hands it back."""
        return self.family.seen(user.pk) if self.family else ""


def sheet_of(user: User, student: int, *, day: date, now: datetime, also: Collection[int] = ()) -> Sheet | None:
    """Return the call about the student and the brothers and sisters absent with them; None beyond the person's reach.

    also: students that a form named when it was opened, who stay in the call though their marks are others by now.
    """
    calls = calls_of(user, day=day, now=now)
    family = next(filter(None, map(calls.family_of, (student, *also))), None)
    rows = {row.absent.student_id: row for row in family.students} if family else {}
    others = reached(user, {student, *also}.difference(rows))
    found = {key: row.absent.who for key, row in rows.items()} | {
        key: who for key, who in others.items() if Right.MAKE_FIRST_CALLS in who.rights
    }
    if student not in found:
        return None
    students = tuple(
        SheetStudent(who, rows.get(key), _entries(rows.get(key)), _codes(who, rows.get(key), day))
        for key, who in sorted(found.items(), key=lambda each: each[0] not in rows)
    )
    return Sheet(day, now, calls, family, students, _carers(family, students))


def _carers(family: FamilyCall | None, students: tuple[SheetStudent, ...]) -> tuple[FamilyCarer, ...]:
    if family and not any(student.is_gone for student in students):
        return family.carers
    carers = carers_of([student.key for student in students])
    return carers_together([Cared(s.who.name, carers[s.key], s.call.tries if s.call else ()) for s in students])


def _entries(row: StudentCall | None) -> dict[str, int]:
    if row is None:
        return {}
    unexplained = (sitting for sitting in row.absent.sittings if sitting.is_unexplained)
    return {each.session: row.absent.replaced.get(each.session, 0) + (each.code is not None) for each in unexplained}


def _codes(who: Reached, row: StudentCall | None, day: date) -> tuple[Code, ...]:
    """Return what the person may say of the student's sessions: absences, not who came after all."""
    if row is None or not who.rights >= RESOLVES:
        return ()
    offered = [
        {code.key: code for code in codes_offered(day, session, born_on=who.born_on, rights=who.rights)}
        for session in row.absent.unexplained
    ]
    return tuple(
        code
        for key, code in offered[0].items()
        if code.letters not in _NEVER_SAID
        and code.code_class is not CodeClass.ADMINISTRATIVE
        and all(key in each for each in offered)
    )


def dsls_of(year: int | None, on: date) -> tuple[Informed, ...]:
    """Return the safeguarding leads of a year, in one query."""
    found = staff_with(Right.READ_DSL_CONCERNS, year=year, on=on)
    return tuple(Informed(user.formal_name, "DSL", "", user.email) for user in found)


def social_workers_of(family: FamilyCall) -> tuple[Informed, ...]:
    """Return the social and youth justice workers of those of its students whose agencies the person may see."""
    absent = (student.absent for student in family.students)
    return tuple(worker for each in absent if Right.SEE_AGENCIES in each.rights for worker in each.workers)


def next_session(student: SheetStudent, sheet: Sheet, until: date) -> tuple[date, str] | None:
    """Return the first session up to the day that no register has asked for yet; None when there is none."""
    if student.call is not None and all(each.session != "PM" for each in student.call.absent.sittings):
        return sheet.day, "PM"
    following = SchoolCalendar.load().next_school_day(sheet.day)
    return (following, "AM") if following is not None and following <= until else None
