"""A day of first-day calls in numbers: who was absent, of whom the reason is known, and who was never reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from django.utils import timezone

from attendance.summaries.closed import ClosedDay, closed_day
from attendance.summaries.shown import MarkShown, mark_shown
from contacts.summaries.calling_absent import Absent, Taken, absent_on
from contacts.summaries.calling_registers import Registers
from contacts.summaries.calling_tries import Try, tries_about
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Table
from students.scopes import scope_of


class Kind(StrEnum):
    """How an absence of the day stands."""

    EXPLAINED = "explained"
    CAME = "came"
    TOLD = "told"
    UNREACHED = "unreached"


KIND_WORDS = {
    Kind.EXPLAINED: "Explained",
    Kind.CAME: "Came in later, no reason yet",
    Kind.TOLD: "Reached, mark not changed yet",
    Kind.UNREACHED: "Unreached",
}


@dataclass(frozen=True)
class DayRow:
    """One student absent on the day. tries: of that day's absence; taken: the steps of the ladder, that day."""

    absent: Absent
    kind: Kind
    tries: tuple[Try, ...]
    taken: tuple[Taken, ...]

    @property
    def is_known_before(self) -> bool:
        """Test for an absence that was agreed or decided beforehand, and not in a call of the day."""
        is_known = any(each.is_absent and each.is_known for each in self.absent.sittings)
        return is_known and not any(each.is_reached for each in self.tries)

    @property
    def how(self) -> str:
        """How it stands, in words: how the reason became known, or that nobody was reached."""
        if self.kind is not Kind.EXPLAINED:
            return KIND_WORDS[self.kind]
        if self.is_known_before:
            return "Known beforehand"
        return "By a call" if any(each.is_reached for each in self.tries) else "Told otherwise"

    @property
    def marks(self) -> tuple[tuple[str, MarkShown | None], ...]:
        """The sessions absent, each with its mark as the person may see it; None without a mark."""
        sees = Right.SEE_SENSITIVE_CODES in self.absent.rights
        held = (each for each in self.absent.sittings if each.is_absent)
        return tuple((s.session, mark_shown(s.code.key, sees_sensitive=sees) if s.code else None) for s in held)

    @property
    def last(self) -> Try | None:
        """The last try of the day."""
        return self.tries[-1] if self.tries else None


@dataclass(frozen=True)
class YearRow:
    """The numbers of one year group; of all when year is 0."""

    year: int
    rows: tuple[DayRow, ...]

    @property
    def absent(self) -> int:
        """How many were absent."""
        return len(self.rows)

    @property
    def escalated(self) -> int:
        """For how many a step of the ladder was taken."""
        return sum(bool(row.taken) for row in self.rows)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many stand how."""
        return {kind: sum(row.kind is kind for row in self.rows) for kind in Kind}


@dataclass(frozen=True)
class CallDay:
    """A day as it stands now. closed: why school did not meet; sessions: those whose register has closed."""

    day: date
    closed: ClosedDay | None
    sessions: tuple[str, ...]
    not_taken: int
    rows: tuple[DayRow, ...]

    @property
    def total(self) -> YearRow:
        """Everybody."""
        return YearRow(0, self.rows)

    @property
    def by_year(self) -> tuple[YearRow, ...]:
        """The years with somebody absent."""
        years = sorted({row.absent.year for row in self.rows})
        return tuple(YearRow(year, tuple(row for row in self.rows if row.absent.year == year)) for year in years)

    @property
    def sentence(self) -> str:
        """The day in one sentence: "41 absent, 38 explained, 3 unreached, escalated 13:05"."""
        counts = self.total.counts
        parts = [f"{len(self.rows)} absent", f"{counts[Kind.EXPLAINED]} explained"]
        parts += [f"{counts[Kind.CAME]} came in later"] * bool(counts[Kind.CAME])
        parts += [f"{counts[Kind.TOLD]} reached, mark not changed yet"] * bool(counts[Kind.TOLD])
        parts.append(f"{counts[Kind.UNREACHED]} unreached")
        last = max((taken.at for row in self.rows for taken in row.taken), default=None)
        parts += [f"escalated {timezone.localtime(last):%H:%M}"] if last else []
        return ", ".join(parts)

    def chosen(self, show: str, year: int) -> tuple[DayRow, ...]:
        """Return the rows of a kind, or with a step taken, of a year."""
        return tuple(row for row in self.rows if _is_shown(row, show) and year in (0, row.absent.year))


def _is_shown(row: DayRow, show: str) -> bool:
    return bool(row.taken) if show == "escalated" else show in ("", row.kind)


def call_day(user: User, *, day: date, now: datetime) -> CallDay:
    """Return the day among those whose first calls the person makes, as marks and contacts stand now; five queries."""
    if closed := closed_day(day):
        return CallDay(day, closed, (), 0, ())
    registers = Registers.load(day, now, scope_of(user).years_with(Right.MAKE_FIRST_CALLS))
    absent = absent_on(user, registers)
    tries = tries_about(absent, since=day, user=user) if absent else {}
    rows = tuple(_row(each, [t for t in tries[each.student_id] if t.day == day], day) for each in absent)
    return CallDay(day, None, registers.closed, len(registers.wanted), rows)


def _row(absent: Absent, tries: list[Try], day: date) -> DayRow:
    return DayRow(
        absent, _kind(absent, tries), tuple(tries), tuple(taken for taken in absent.taken if taken.day == day)
    )


def _kind(absent: Absent, tries: Iterable[Try]) -> Kind:
    if not absent.unexplained:
        return Kind.EXPLAINED
    if absent.is_here_now:
        return Kind.CAME
    return Kind.TOLD if any(each.is_reached for each in tries) else Kind.UNREACHED


HEADINGS = ("Student", "Group", "Year", "Marks", "How it stands", "Tries", "Last try", "Steps taken")


def day_table(held: CallDay, rows: Iterable[DayRow]) -> Table:
    """Return the rows as they are handed out: no word of what was said, nor of what was noted."""
    return Table(
        title="First-day calls",
        about=(f"First-day calls, {held.day:%a %-d %b %Y}", held.sentence),
        headings=HEADINGS,
        rows=[
            (
                row.absent.name,
                row.absent.tutor_group,
                row.absent.year,
                " ".join(f"{session} {shown.sign if shown else 'no mark'}" for session, shown in row.marks),
                row.how,
                len(row.tries),
                row.last.words if row.last else "",
                "; ".join(f"{timezone.localtime(each.at):%H:%M} {each.label}" for each in row.taken),
            )
            for row in rows
        ],
    )
