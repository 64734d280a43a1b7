"""The ladder for an absence that stays unexplained: which steps are due by the clock, and which were taken.

Nothing of it is stored but the steps that somebody took: a step is due from its time on, of its day of the absence on,
as long as nobody knows why. Calls and texts begin anew every day; whoever is told, and a visit, is once for an absence
until a later step asks for it again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from contacts.models import CallingStep, Channel, ContactRules
from contacts.summaries.calling_absent import Absent, Taken
from contacts.summaries.calling_tries import Try, with_carers
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as in_words
from students.summaries import SchoolCalendar

Kind = CallingStep.Kind
DAILY = frozenset({Kind.CALL, Kind.NEXT, Kind.TEXT})
# These are taken by what is logged as contact; the others are noted by who took them.
BY_CONTACT = DAILY
_CHANNEL = {Kind.TEXT: Channel.TEXT, Kind.VISIT: Channel.HOME_VISIT}


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is due for a student on the day, since when."""

    step: CallingStep
    since: datetime
    day: date

    @property
    def is_noted(self) -> bool:
        """Test for a step that somebody notes; the others are taken by logging the contact."""
        return self.step.kind not in BY_CONTACT

    @property
    def words(self) -> str:
        """The step with its time: "11:00 Tell the DSL", of a day before with that day."""
        if timezone.localdate(self.since) < self.day:
            return f"{in_words(self.since)} {self.step}"
        return str(self.step) if self.step.first_day == 1 else f"{self.step} (day {self.step.first_day})"


@dataclass(frozen=True)
class Ladder:
    """The steps in force, the calendar and the moment that they are looked at."""

    steps: tuple[CallingStep, ...]
    calendar: SchoolCalendar
    day: date
    now: datetime

    def days_of(self, absent: Absent) -> tuple[date, ...]:
        """Return the school days of the absence, the first one first, the day itself last."""
        days = [self.day]
        held = reversed(self.calendar.between(date.min, self.day)[:-1])
        for earlier, unexplained in zip(held, absent.unexplained_days, strict=False):
            if earlier != unexplained:
                break
            days.append(earlier)
        return tuple(reversed(days))

    def due(self, absent: Absent, tries: Sequence[Try]) -> tuple[Due, ...]:
        """Return the steps that are due for the student and not taken, the earliest first."""
        days = self.days_of(absent)
        latest: dict[str, Due] = {}
        for step in self.steps:
            if step.first_day <= len(days) and self._is_for(step, absent):
                since = self._since(step, days)
                if since <= self.now:
                    latest[step.kind] = Due(step, since, self.day)
        open_ones = (due for due in latest.values() if not self._is_taken(due, absent, tries))
        return tuple(sorted(open_ones, key=lambda due: (due.since, due.step.pk)))

    def following(self, absent: Absent) -> CallingStep | None:
        """Return the next step of the day that is not due yet."""
        days = self.days_of(absent)
        ahead = (s for s in self.steps if s.first_day <= len(days) and self._since(s, days) > self.now)
        return next((s for s in sorted(ahead, key=lambda s: s.starts_at) if self._is_for(s, absent)), None)

    def _is_for(self, step: CallingStep, absent: Absent) -> bool:
        """Test for a step that this student's absence asks of this person: a social worker is for who may see one."""
        if step.kind != Kind.SOCIAL_WORKER:
            return True
        return absent.has_social_worker and Right.SEE_AGENCIES in absent.rights

    def _since(self, step: CallingStep, days: Sequence[date]) -> datetime:
        day = self.day if step.kind in DAILY else days[step.first_day - 1]
        return timezone.make_aware(datetime.combine(day, step.starts_at))

    def _is_taken(self, due: Due, absent: Absent, tries: Sequence[Try]) -> bool:
        day = timezone.localdate(due.since)
        if any(taken.kind == due.step.kind and taken.day >= day for taken in absent.taken):
            return True
        since = [each for each in tries if each.day >= day]
        heard = with_carers(since)
        if due.step.kind == Kind.CALL:
            return bool(heard)
        if due.step.kind == Kind.NEXT:
            return _tried_next(heard, absent)
        channel = _CHANNEL.get(Kind(due.step.kind))
        held = since if due.step.kind == Kind.VISIT else heard
        return channel is not None and any(each.channel == channel for each in held)


def _tried_next(tries: Iterable[Try], absent: Absent) -> bool:
    """Test whether a second person was tried, or somebody reached, or there is nobody else to call."""
    held = list(tries)
    tried = {each.carer for each in held if each.carer}
    others = {key for key, is_free in absent.carers if is_free}
    return len(tried) > 1 or any(each.is_reached for each in held) or (bool(held) and not others - tried)


def every_step() -> list[CallingStep]:
    """Return the steps of the ladder in order, those out of use too."""
    return list(CallingStep.objects.all())


def rules_and_steps() -> tuple[ContactRules, tuple[CallingStep, ...]]:
    """Return the rules of contacts and the steps that are in use, in order, in one query."""
    steps = CallingStep.objects.filter(is_on=True).order_by("first_day", "starts_at", "pk")
    names = ("pk", "kind", "label", "starts_at", "first_day")
    row = JSONObject(**{name: name for name in names})
    rules = ContactRules.objects.annotate(steps=ArraySubquery(steps.values(row=row))).get()
    held: list[dict[str, Any]] = getattr(rules, "steps")  # noqa: B009 - annotated
    return rules, tuple(CallingStep(**each | {"starts_at": time.fromisoformat(each["starts_at"])}) for each in held)


def taken_words(taken: Collection[Taken]) -> tuple[str, ...]:
    """Return the steps taken, in words: "11:04 Tell the DSL (Mrs Price)"."""
    return tuple(f"{timezone.localtime(each.at):%H:%M} {each.label} ({each.by})" for each in taken)
