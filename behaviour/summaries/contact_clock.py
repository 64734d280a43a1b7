"""How long there is to reach a parent: 48 hours by the clock, or on school days alone, as the school has it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from django.db.models import DateTimeField, Expression, F, Func
from django.utils import timezone

from behaviour.models import BehaviourRules, Rule
from students.summaries import SchoolCalendar

HOURS = timedelta(hours=48)
SOON = timedelta(hours=12)
DAY = timedelta(days=1)
_ELAPSED = "(%(expressions)s + interval '48 hours')"
# School meets from Monday to Friday, so that no school day has any other length than 24 hours. gone: of the first one.
_ON_SCHOOL_DAYS = """(
    SELECT CASE WHEN b.days[1] IS NULL THEN b.at + interval '48 hours'
                WHEN b.days[2] IS NULL
                THEN (b.days[1]::timestamp + b.gone) AT TIME ZONE 'Europe/London' + interval '48 hours'
                WHEN b.days[3] IS NULL OR b.gone = interval '0'
                THEN (b.days[2]::timestamp + interval '1 day' + b.gone) AT TIME ZONE 'Europe/London'
                ELSE (b.days[3]::timestamp + b.gone) AT TIME ZONE 'Europe/London' END
      FROM (SELECT a.at, a.days, greatest(a.local - a.days[1]::timestamp, interval '0') AS gone
              FROM (SELECT %(expressions)s AS at, %(expressions)s AT TIME ZONE 'Europe/London' AS local,
                           ARRAY(SELECT d.day FROM students_schoolday d
                                  WHERE d.day >= (%(expressions)s AT TIME ZONE 'Europe/London')::date
                                  ORDER BY d.day LIMIT 3) AS days) a) b)"""


@dataclass(frozen=True)
class ContactClock:
    """The school's rule, and the calendar that the one of the two rules is counted by: read when it is asked for.

    Source: "within 48 hours" (product.md D108); the policy says no more, so the clock's own hours are the rule unless
    the school sets the other one.
    """

    rule: Rule

    @property
    def other_rule(self) -> Rule:
        """Return the rule that the school does not count by; both are shown where a clock is looked at closely."""
        return Rule.SCHOOL if self.rule is Rule.ELAPSED else Rule.ELAPSED

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """The school's calendar."""
        return SchoolCalendar.load()

    def due(self, acted_at: datetime, rule: Rule | None = None) -> datetime:
        """Return when somebody must have been reached, by the school's rule or by another one.

        Hours are hours: over the night when the clocks go back, the time on the clock is an hour earlier.
        """
        if (rule or self.rule) is Rule.ELAPSED:
            return acted_at.astimezone(UTC) + HOURS
        return self._on_school_days(acted_at)

    def due_of(self, field: str) -> Expression:
        """Return what `due` does of a moment that the database holds. field: its name."""
        template = _ELAPSED if self.rule is Rule.ELAPSED else _ON_SCHOOL_DAYS
        return Func(F(field), template=template, output_field=DateTimeField())

    def _on_school_days(self, acted_at: datetime) -> datetime:
        moment, left = acted_at.astimezone(UTC), HOURS
        day = timezone.localdate(acted_at)
        if not self.calendar.is_school_day(day):
            following = self.calendar.next_school_day(day)
            if following is None:
                return moment + HOURS
            day, moment = following, _midnight(following)
        while left > (today := _midnight(day + DAY) - moment):
            following = self.calendar.next_school_day(day)
            if following is None:  # no calendar is held so far ahead
                break
            left -= today
            day, moment = following, _midnight(following)
        return moment + left


def clock_in_force() -> ContactClock:
    """Return the clock by the school's rule, in one query."""
    return ContactClock(Rule(BehaviourRules.objects.get().contact_clock))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)


def span_words(span: timedelta) -> str:
    """Return how long something is or was: "40 min", "26 h", "2 days 9 h"."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    if hours < 48:  # as the clock of 48 hours counts
        return f"{hours} h {minutes % 60} min" if hours < 12 and minutes % 60 else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours else f"{days} days"
