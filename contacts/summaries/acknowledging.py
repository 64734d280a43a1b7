"""By when an enquiry is acknowledged: on the day it came, or by the school-day rule; derived, never stored."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Self

from django.db.models import DateTimeField, Expression, F, Func
from django.db.models.functions import TruncDate
from django.utils import timezone

from contacts.models import ContactRules
from contacts.moments import day_ends, end_of
from contacts.summaries.rules import rules_now
from students.summaries import SchoolCalendar

PRESSING_FROM = time(14, 30)  # then the school still has time to answer the same day (product.md E6)
_ON_SCHOOL_DAYS = """((COALESCE(
    (SELECT min(d.day) FROM students_schoolday d, (SELECT %(expressions)s AT TIME ZONE 'Europe/London' AS at) a
      WHERE d.day > a.at::date OR d.day = a.at::date AND a.at::time < time '{closes}'),
    (%(expressions)s AT TIME ZONE 'Europe/London')::date)::timestamp + interval '1 day')
    AT TIME ZONE 'Europe/London')"""


@dataclass(frozen=True)
class AckClock:
    """The school's rule. The calendar is read when the rule asks for it.

    Source: "acknowledge telephone calls or letters on the day they are received" (product.md D60); by the letter of it
    any day counts until midnight, a Sunday's too, unless the school sets the other rule.
    """

    rule: str
    office_closes: time

    @classmethod
    def load(cls) -> Self:
        """Read the rule, in one query."""
        rules = rules_now()
        return cls(rules.acknowledge, rules.office_closes)

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """The school's calendar."""
        return SchoolCalendar.load()

    @property
    def words(self) -> str:
        """Return the rule in words, for every page that shows the clock."""
        said = ContactRules.Acknowledge(self.rule).label
        return said if self._is_literal else f"{said} (the office closes at {self.office_closes:%H:%M})"

    @property
    def _is_literal(self) -> bool:
        return self.rule == ContactRules.Acknowledge.SAME_DAY

    def due(self, received_at: datetime) -> datetime:
        """Return the moment by which it must be acknowledged: the end of a day at the school."""
        at = timezone.localtime(received_at)
        if self._is_literal or (self.calendar.is_school_day(at.date()) and at.time() < self.office_closes):
            return day_ends(at.date())
        return day_ends(self.calendar.next_school_day(at.date()) or at.date())

    def due_of(self, field: str) -> Expression:
        """Return what `due` does of a moment that the database holds. field: its name."""
        if self._is_literal:
            return end_of(TruncDate(field))
        return Func(F(field), template=_ON_SCHOOL_DAYS.format(closes=self.office_closes), output_field=DateTimeField())

    def due_by(self, day: date) -> datetime:
        """Return the moment before which everything that came is due by the end of the day."""
        last = None if self._is_literal else self.calendar.last_school_day(day)
        return _moment(last, self.office_closes) if last else day_ends(day)


def is_afternoon(now: datetime) -> bool:
    """Test for the time of a school day from which what is not acknowledged is in danger."""
    return timezone.localtime(now).time() >= PRESSING_FROM


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at)).astimezone(UTC)
