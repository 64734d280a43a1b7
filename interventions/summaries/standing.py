"""Where students stand: the year's counts as every page has them, and what their absence is made of."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import Count, Sum

from attendance.codes import CODES_BY_KEY
from attendance.figures import Counts
from attendance.models import AttendanceWeek, SessionMark
from attendance.querysets import COUNTS
from attendance.summaries.as_at import calendar_as_at
from attendance.summaries.shown import MarkShown, is_missed, mark_shown
from interventions.figures.ladder import missed_words, waits_for_a_person
from students.calendar import academic_year_of, academic_year_start
from students.summaries import SchoolCalendar

NOTHING = Counts()


@dataclass(frozen=True)
class Standings:
    """The year to date of some students, up to the day of the last marks."""

    calendar: SchoolCalendar
    as_at: date
    counts: Mapping[int, Counts]

    @classmethod
    def load(cls, students: Collection[int], today: date) -> Self:
        """Read them in two queries."""
        calendar, as_at = calendar_as_at(today)
        weeks = AttendanceWeek.objects.filter(student__in=list(students)).year_to_date(as_at).order_by()
        sums: Any = weeks.values("student").annotate(**{f"n_{name}": Sum(name) for name in COUNTS})
        return cls(calendar, as_at, {row["student"]: Counts.from_row(row, "n_") for row in sums})

    def of(self, student: int) -> Counts:
        """Return one student's counts; nothing for somebody without marks this year."""
        return self.counts.get(student, NOTHING)


@dataclass(frozen=True)
class Makeup:
    """What one student's absence of the year is made of. parts: each code as the person may see it, most first.

    waits: a person has to say that the ladder applies.
    """

    counts: Counts
    as_at: date
    parts: tuple[tuple[MarkShown, int], ...]
    waits: bool
    letters: Mapping[str, int]

    @property
    def words(self) -> str:
        """What a case is opened for."""
        return missed_words(self.counts)


def makeup_of(student: int, counts: Counts, as_at: date, *, sees_sensitive: bool) -> Makeup:
    """Return what the student missed since 1 September by code, in one query."""
    first = academic_year_start(academic_year_of(as_at))
    marks = SessionMark.objects.filter(student=student).between(first, as_at).order_by()
    rows = marks.values_list("code").annotate(n=Count("pk"))
    missed = {key: n for key, n in rows if is_missed(key)}
    shown: Counter[MarkShown] = Counter()
    for key, n in missed.items():
        shown[mark_shown(key, sees_sensitive=sees_sensitive)] += n
    letters = {CODES_BY_KEY[key].letters: n for key, n in missed.items()}
    return Makeup(counts, as_at, tuple(shown.most_common()), waits_for_a_person(letters), letters)
