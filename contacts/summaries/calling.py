"""The first-day calls of a day: families with somebody absent of whom nobody knows why, those in most need first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from attendance.summaries.board_rolls import Roll
from attendance.summaries.closed import ClosedDay, closed_day
from contacts.models import ContactRules
from contacts.summaries.calling_absent import Absent, Claimed, absent_on
from contacts.summaries.calling_family import FamilyCall, State, StudentCall
from contacts.summaries.calling_registers import Registers
from contacts.summaries.calling_steps import Ladder, rules_and_steps
from contacts.summaries.calling_tries import Try, tries_about
from contacts.summaries.carers import Carer, carers_of
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start
from students.families import together
from students.scopes import scope_of
from students.summaries import SchoolCalendar


@dataclass(frozen=True)
class Calls:
    """The calls to make. closed: why there are none on a day without school. wanted: registers that nobody took.

    sessions: those whose register has closed.
    """

    now: datetime
    closed: ClosedDay | None
    sessions: tuple[str, ...]
    wanted: tuple[Roll, ...]
    families: tuple[FamilyCall, ...]

    def of_state(self, state: State) -> tuple[FamilyCall, ...]:
        """Return the families whose calls stand so."""
        return tuple(family for family in self.families if family.state is state)

    @property
    def to_call(self) -> int:
        """How many students are to be called about now."""
        return sum(len(family.students) for family in self.of_state(State.NOW))

    def family_of(self, student: int) -> FamilyCall | None:
        """Return the family that the student is of; None for one who is not in the list."""
        return next((family for family in self.families if student in family.keys), None)


def calls_of(user: User, *, day: date, now: datetime) -> Calls:
    """Return the calls about the day among those that the person makes, in seven queries however many they are."""
    calendar = SchoolCalendar.load()
    if not calendar.is_school_day(day):
        return Calls(now, closed_day(day), (), (), ())
    registers = Registers.load(day, now, scope_of(user).years_with(Right.MAKE_FIRST_CALLS))
    absent = [each for each in absent_on(user, registers) if each.is_to_call_about]
    if not absent:
        return Calls(now, None, registers.closed, registers.wanted, ())
    keys = [each.student_id for each in absent]
    rules, steps = rules_and_steps()
    held = _Read(
        Ladder(steps, calendar, day, now),
        carers_of(keys),
        tries_about(absent, since=academic_year_start(academic_year_of(day)), user=user),
        rules,
    )
    families = sorted(held.families(absent), key=lambda family: family.place)
    return Calls(now, None, registers.closed, registers.wanted, tuple(families))


@dataclass(frozen=True)
class _Read:
    """What was read of the absent students, to make rows of."""

    ladder: Ladder
    carers: Mapping[int, tuple[Carer, ...]]
    tries: Mapping[int, tuple[Try, ...]]
    rules: ContactRules

    def families(self, absent: Sequence[Absent]) -> Iterable[FamilyCall]:
        keys = [each.student_id for each in absent]
        free = (carer for key in keys for carer in self.carers[key] if not carer.is_barred)
        family = together(keys, [(carer.parent_carer_id, carer.student_id) for carer in free])
        rows: dict[frozenset[int], list[StudentCall]] = defaultdict(list)
        alike = Counter((each.name, each.tutor_group) for each in absent)
        for each in absent:
            rows[family[each.student_id]].append(self._student(each, alike[each.name, each.tutor_group] > 1))
        return (self._family(students) for students in rows.values())

    def _student(self, absent: Absent, has_namesake: bool) -> StudentCall:
        tries, carers = self.tries[absent.student_id], self.carers[absent.student_id]
        earlier = [each for each in tries if each.day < self.ladder.day]
        return StudentCall(
            absent,
            tuple(each for each in tries if each.day == self.ladder.day),
            earlier[-1] if earlier else None,
            len(self.ladder.days_of(absent)),
            self.ladder.due(absent, tries),
            self.ladder.following(absent),
            carers,
            absent.admission_number if has_namesake else "",
        )

    def _family(self, students: Sequence[StudentCall]) -> FamilyCall:
        ordered = tuple(sorted(students, key=lambda each: (each.place, each.absent.forename)))
        lasts = timedelta(minutes=self.rules.claim_minutes)
        claims = filter(None, (each.absent.claim for each in ordered))
        claim: Claimed | None = max(claims, key=lambda held: held.at, default=None)
        until = claim.at + lasts if claim else None
        if until is not None and until <= self.ladder.now:
            claim, until = None, None
        return FamilyCall(ordered, self.ladder.now, claim, until, self.rules.retry_minutes)
