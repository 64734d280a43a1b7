"""Students who were seen: the weekly record, what is due again, and one student's own."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from attendance.summaries.reach import Reached, reached
from contacts.models import Seen
from contacts.querysets import SeenQuerySet
from contacts.reading import Reader
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import day as in_words
from students.models import Student

# Whoever reviews the notes of a year puts right what another left there.
LEADS = Right.SEE_RESTRICTED


@dataclass(frozen=True, slots=True)
class SeenRow:
    """One time when a student was seen, for one person's eyes. words: None where they may not be read, "" for none."""

    key: int
    who: Reached
    seen_at: datetime
    logged_at: datetime
    by_id: int
    by: str
    reason: str
    review_on: date | None
    words: str | None
    is_restricted: bool
    may_change: bool
    may_withdraw: bool

    @property
    def day(self) -> date:
        """The day at the school."""
        return timezone.localdate(self.seen_at)

    @property
    def is_logged_later(self) -> bool:
        """Test for one that was written down on a later day: its time is not known."""
        return timezone.localdate(self.logged_at) > self.day


def seen_rows(user: User, seen: SeenQuerySet) -> tuple[SeenRow, ...]:
    """Return the rows of those that the person sees, in their order, in three queries."""
    held = list(seen.select_related("by"))
    students = reached(user, {each.student_id for each in held})
    reader = Reader.of(user, held, students=students)
    return tuple(_row(each, students[each.student_id], reader) for each in held if each.student_id in students)


def _row(seen: Seen, who: Reached, reader: Reader) -> SeenRow:
    is_mine = seen.by_id == reader.user.pk
    return SeenRow(
        key=seen.pk,
        who=who,
        seen_at=seen.seen_at,
        logged_at=seen.logged_at,
        by_id=seen.by_id,
        by=seen.by.formal_name,
        reason=Seen.Reason(seen.reason).label,
        review_on=seen.review_on,
        words=seen.narrative if reader.may_read(seen) else None,
        is_restricted=seen.is_restricted,
        may_change=is_mine,
        may_withdraw=is_mine or LEADS in who.rights,
    )


def week_span(monday: date) -> tuple[datetime, datetime]:
    """Return the moments at which the school's week from a Monday begins and the next one does; clocks may change."""
    first, last = (timezone.make_aware(datetime.combine(day, time.min)) for day in (monday, monday + timedelta(days=7)))
    return first, last


@dataclass(frozen=True)
class SeenWeek:
    """The record of one week. rows: those of the year and the person asked for, latest first; every: all of them."""

    monday: date
    rows: tuple[SeenRow, ...]
    every: tuple[SeenRow, ...]

    @classmethod
    def load(cls, user: User, monday: date, *, year: str = "", by: str = "") -> "SeenWeek":
        """Read the week's record in three queries. year, by: as the address asks, "" for all."""
        first, last = week_span(monday)
        seen = Seen.objects.visible_to(user).standing(seen_at__gte=first, seen_at__lt=last)
        every = seen_rows(user, seen)
        rows = tuple(row for row in every if year in ("", str(row.who.year)) and by in ("", str(row.by_id)))
        return cls(monday, rows, every)

    @cached_property
    def people(self) -> list[tuple[int, str, int]]:
        """Who saw somebody: key, name, and how many students, most first."""
        return self._counted((row.by_id, row.by) for row in self.every)

    @cached_property
    def years(self) -> list[tuple[int, str, int]]:
        """The years of those seen: number, name, and how many times."""
        counted = self._counted((row.who.year or 0, f"Year {row.who.year}") for row in self.every)
        return sorted(counted, key=lambda each: each[0])

    @property
    def students(self) -> int:
        """How many students were seen."""
        return len({row.who.student_id for row in self.rows})

    @staticmethod
    def _counted(pairs: Iterable[tuple[int, str]]) -> list[tuple[int, str, int]]:
        counted = Counter(pairs)
        return [(key, name, number) for (key, name), number in counted.most_common()]

    def table(self) -> Table:
        """Return the record as it is handed out: without what was said."""
        rows = [
            (
                row.day,
                row.who.name,
                row.who.tutor_group,
                row.who.year,
                row.reason,
                row.by,
                row.review_on,
            )
            for row in self.rows
        ]
        headings = ("Day", "Student", "Group", "Year", "What for", "Seen by", "See again on")
        about = (f"Students seen, week of {in_words(self.monday)}", f"{len(rows)} times, {self.students} students")
        return Table("Students seen", about, headings, rows)


def reviews_due(user: User, today: date, *, is_mine: bool) -> SeenQuerySet:
    """Return the reviews due by the day of students still on roll: one's own, or all that the person may keep."""
    on_roll = Student.objects.with_right(user, Right.MARK_SEEN).on_roll(today)
    mine = Q(by=user) if is_mine else Q()
    return Seen.objects.review_due(today).filter(mine, student__in=on_roll).order_by("review_on", "seen_at", "pk")


def reviews_shown(user: User, today: date, *, is_mine: bool) -> Sequence[SeenRow]:
    """Return the reviews due, the longest overdue first."""
    return seen_rows(user, reviews_due(user, today, is_mine=is_mine))
