"""Target lists: for each student whether the promise to contact home was kept, school week by school week."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Subquery
from django.utils import timezone

from attendance.summaries.reach import Reached, reached
from contacts.models import Contact, Result, TargetStudent
from contacts.querysets import TargetStudentQuerySet
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import day as in_words
from students.calendar import monday_of
from students.models import CalendarSpan, Student
from students.summaries import SchoolCalendar

LOOKED_BACK = 200  # days; half terms before that are history
REVIEWED_WITHIN = timedelta(weeks=4)


class State(StrEnum):
    """How one span of the promise stands."""

    KEPT = "kept"
    TRIED = "tried"
    MISSED = "missed"
    OPEN = "open"
    AHEAD = "ahead"

    @property
    def words(self) -> str:
        """As people say it; that nothing is logged is never that nothing was done."""
        return _WORDS[self]


_WORDS = {
    State.KEPT: "home reached",
    State.TRIED: "tried, not reached",
    State.MISSED: "none logged",
    State.OPEN: "still to come",
    State.AHEAD: "ahead",
}
# Sign and tone of each, so that colour is never the only sign.
_SIGNS = {State.KEPT: ("check", "good"), State.TRIED: ("phone", "warn"), State.MISSED: ("x", "bad")}


@dataclass(frozen=True, slots=True)
class Span:
    """So many school weeks of the promise, from a Monday to the last day."""

    first: date
    last: date
    state: State

    @property
    def icon(self) -> str:
        """The sign of the state."""
        return _SIGNS.get(self.state, ("clock", ""))[0]

    @property
    def tone(self) -> str:
        """The tone of the state; "" for one that is neither good nor bad."""
        return _SIGNS.get(self.state, ("clock", ""))[1]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One student of a list: the promise, how each of its spans went, and when home was last reached."""

    target: TargetStudent
    who: Reached
    spans: tuple[Span, ...]
    last_reached: date | None

    @property
    def due(self) -> int:
        """How many spans are over, or kept already."""
        return sum(span.state in {State.KEPT, State.TRIED, State.MISSED} for span in self.spans)

    @property
    def kept(self) -> int:
        """How many of them were kept."""
        return sum(span.state == State.KEPT for span in self.spans)

    @property
    def is_behind(self) -> bool:
        """Test for a promise broken at least once."""
        return self.kept < self.due

    @property
    def is_open_now(self) -> bool:
        """Test for a span that runs and in which nobody was reached yet."""
        return any(span.state == State.OPEN for span in self.spans)

    @property
    def promise(self) -> str:
        """The promise in words."""
        weeks = self.target.every_weeks
        return "every school week" if weeks == 1 else f"every {weeks} school weeks"


@dataclass(frozen=True)
class TargetList:
    """The list of one half term, the broken promises first."""

    term: CalendarSpan
    rows: tuple[TargetRow, ...]

    @classmethod
    def load(cls, user: User, term: CalendarSpan, calendar: SchoolCalendar, today: date) -> Self:
        """Read the list of the half term in three queries: the students, where they are, and the contacts with home."""
        held = list(targets_of(user, term).select_related("owner", "student"))
        who = reached(user, {target.student_id for target in held})
        days = _contacts([target.student_id for target in held], term.first_day, min(term.last_day, today))
        rows = [
            _row(target, who[target.student_id], calendar, days[target.student_id], today)
            for target in held
            if target.student_id in who
        ]
        return cls(term, tuple(sorted(rows, key=lambda row: (row.kept - row.due, row.who.name))))

    @property
    def due(self) -> int:
        """How many spans of all promises are over."""
        return sum(row.due for row in self.rows)

    @property
    def kept(self) -> int:
        """How many of them were kept."""
        return sum(row.kept for row in self.rows)

    def table(self) -> Table:
        """Return the list as it is handed out."""
        headings = ("Student", "Group", "Why", "Who sees to it", "Promise", "Kept", "Of", "Weeks without contact")
        rows = [
            (
                row.who.name,
                row.who.tutor_group,
                row.target.because,
                row.target.owner.formal_name,
                row.promise,
                row.kept,
                row.due,
                ", ".join(in_words(span.first) for span in row.spans if span.state in {State.MISSED, State.TRIED}),
            )
            for row in self.rows
        ]
        return Table("Target list", (f"Target list, {self.term.name}",), headings, rows)


def targets_of(user: User, term: CalendarSpan) -> TargetStudentQuerySet:
    """Return who stands on the list of the half term, of the students whose lists the person keeps."""
    held = TargetStudent.objects.with_right(user, Right.KEEP_TARGET_LISTS)
    return held.standing(starts_on__range=(term.first_day, term.last_day))


def lists_to_review(user: User, on: date) -> TargetStudentQuerySet:
    """Return one row for each list on which the person sees to students, until the next one is agreed. n: how many.

    A list that ended is theirs to look at for four weeks; who left the roll is on none.
    """
    mine = TargetStudent.objects.standing(owner=user, ends_on__gte=on - REVIEWED_WITHIN)
    mine = mine.filter(student__in=Student.objects.on_roll(on))
    later = TargetStudent.objects.standing(owner=user, starts_on__gt=OuterRef("ends_on"))
    beside = mine.filter(ends_on=OuterRef("ends_on")).order_by()
    counted = beside.annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("n")
    first = ~Exists(beside.filter(pk__lt=OuterRef("pk")))
    return mine.filter(~Exists(later), first).annotate(n=Subquery(counted))


def still_here(targets: TargetStudentQuerySet, today: date) -> TargetStudentQuerySet:
    """Return those of students on roll."""
    return targets.filter(student__in=Student.objects.on_roll(today)).select_related("student", "owner")


def half_terms(today: date) -> list[CalendarSpan]:
    """Return the half terms with a list to look at or to make, latest first: the last few, and the next one."""
    spans = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, last_day__gte=today - timedelta(days=LOOKED_BACK))
    begun = [span for span in spans.order_by("-first_day") if span.first_day <= today]
    following = spans.filter(first_day__gt=today).order_by("first_day").first()
    return [following, *begun] if following else begun


def spans_of(target: TargetStudent, calendar: SchoolCalendar, days: dict[date, bool], today: date) -> tuple[Span, ...]:
    """Return the promise's spans, each of so many school weeks.

    days: of contacts with home, with whether anybody was reached.
    """
    held = calendar.between(target.starts_on, target.ends_on)
    mondays = list(dict.fromkeys(monday_of(day) for day in held))
    parts = [mondays[at : at + target.every_weeks] for at in range(0, len(mondays), target.every_weeks)]
    return tuple(_span(part[0], part[-1] + timedelta(days=6), days, today) for part in parts)


def _span(first: date, last: date, days: dict[date, bool], today: date) -> Span:
    held = [was_reached for day, was_reached in days.items() if first <= day <= last]
    if any(held):
        return Span(first, last, State.KEPT)
    if first > today:
        return Span(first, last, State.AHEAD)
    if last >= today:
        return Span(first, last, State.OPEN)
    return Span(first, last, State.TRIED if held else State.MISSED)


def _row(
    target: TargetStudent, who: Reached, calendar: SchoolCalendar, days: dict[date, bool], today: date
) -> TargetRow:
    own = {day: was_reached for day, was_reached in days.items() if target.starts_on <= day}
    last = max((day for day, was_reached in own.items() if was_reached), default=None)
    return TargetRow(target, who, spans_of(target, calendar, own, today), last)


def _contacts(students: Sequence[int], first: date, last: date) -> dict[int, dict[date, bool]]:
    """Return the days of contacts with home of each student, with whether anybody was reached on it; one query."""
    found: dict[int, dict[date, bool]] = defaultdict(dict)
    held: Iterable[tuple[int, object, str]] = (
        Contact.objects.standing(student__in=students, occurred_at__date__range=(first, last))
        .with_carers()
        .order_by()
        .values_list("student_id", "occurred_at", "result")
    )
    for student, at, result in held:
        day = timezone.localdate(at)  # type: ignore[arg-type]  # a moment of the table
        found[student][day] = found[student].get(day, False) or result == Result.REACHED
    return found
