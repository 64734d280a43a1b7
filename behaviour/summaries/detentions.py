"""Detentions as lists show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Q

from behaviour.models import Detention, DetentionLevel
from behaviour.querysets import DetentionQuerySet
from behaviour.summaries.detention_clash import Slot
from behaviour.summaries.detention_days import days_allowed
from pastoral.core.versions import version_of
from students.models import Enrolment

Status = Detention.Status
_TONES = {Status.SERVED: "good", Status.MISSED: "bad", Status.EXCUSED: "", Status.NOTIFIED: "", Status.SET: "warn"}
_WORDS = {Status.SET: "parent not told", Status.NOTIFIED: "parent told"}


@dataclass(frozen=True)
class Next:
    """The detention that followed one that was missed."""

    key: int
    day: date
    starts_at: time
    minutes: int


@dataclass(frozen=True)
class DetentionShown:
    """One detention. level: "" for one of no rung; tone: how its state presses; after: what followed it."""

    key: int
    student_id: int
    name: str
    tutor_group: str
    year: int | None
    slot: Slot
    place: str
    level: str
    reason: str
    status: str
    told_on: date | None
    told_how: str
    outcome: str
    set_by: str
    incident_id: int | None
    follows_id: int | None
    after: Next | None
    today: date

    @property
    def is_to_come(self) -> bool:
        """Test for one that is neither served, missed nor excused."""
        return self.status in Detention.TO_COME

    @property
    def may_tick(self) -> bool:
        """Test for one whose day has come and that nobody has ticked."""
        return self.is_to_come and self.slot.day <= self.today

    @property
    def is_left_over(self) -> bool:
        """Test for one whose day is over though nobody ticked it."""
        return self.is_to_come and self.slot.day < self.today

    @property
    def needs_decision(self) -> bool:
        """Test for one that was missed and that nothing follows."""
        return self.status == Status.MISSED and not (self.after or self.outcome)

    @property
    def state(self) -> str:
        """How it stands, in words."""
        return _WORDS.get(Status(self.status), Status(self.status).label.lower())

    @property
    def tone(self) -> str:
        """The chip's tone, "" for the plain one."""
        return _TONES[Status(self.status)]


@dataclass(frozen=True)
class Waiting:
    """How many somebody must look after. unsettled: over and not ticked, or missed and not followed."""

    unsettled: int
    untold: int


def detentions_shown(rows: Iterable[Detention], today: date) -> list[DetentionShown]:
    """Return the detentions with what lists say of them, in three queries at most, in the order they come in.

    rows: from a queryset with student, level and set_by selected (`with_facts`).
    """
    held = list(rows)
    students = {row.student_id for row in held}
    spells = Enrolment.objects.current(today).filter(student__in=students)
    places = {
        key: (group, year) for key, group, year in spells.values_list("student", "tutor_group__name", "year_group")
    }
    following = Detention.objects.standing(follows__in=[row.pk for row in held])
    after = {row.follows_id: Next(row.pk, row.day, row.starts_at, row.minutes) for row in following}
    return [_shown(row, places.get(row.student_id, ("", None)), after.get(row.pk), today) for row in held]


def with_facts(rows: DetentionQuerySet) -> DetentionQuerySet:
    """Return them with the facts that `detentions_shown` reads."""
    return rows.select_related("student", "level", "set_by")


def waiting_of(rows: DetentionQuerySet, today: date) -> Waiting:
    """Return how many of the detentions somebody must look after, in two queries."""
    return Waiting(rows.unsettled(today).count(), untold(rows, today).count())


def untold(rows: DetentionQuerySet, today: date) -> DetentionQuerySet:
    """Return those to come of which no parent was told."""
    return rows.to_come().filter(Q(status=Status.SET), day__gte=today)


def policy() -> Sequence[tuple[DetentionLevel, DetentionLevel | None]]:
    """Return the rungs, each with the one that follows when it is missed, in one query."""
    levels = list(DetentionLevel.objects.all())
    return [
        (each, next((up for up in levels[n + 1 :] if up.minutes >= each.minutes), None))
        for n, each in enumerate(levels)
    ]


def policy_version() -> str:
    """Return what tells this state of the policy from any other."""
    levels = DetentionLevel.objects.values_list("number", "name", "minutes", "starts_at", "place")
    return version_of(days_allowed(), ("on_saturdays", "on_inset_days"), list(levels))


def policy_in_words() -> str:
    """Return the policy in a line: the levels, and the days besides school days."""
    allowed = days_allowed()
    words = [f"{level} at {level.starts_at:%H:%M}" for level, _after in policy()]
    words += ["Saturdays"] * allowed.on_saturdays + ["INSET days"] * allowed.on_inset_days
    return "; ".join(words)


def _shown(row: Detention, place: tuple[str, int | None], after: Next | None, today: date) -> DetentionShown:
    return DetentionShown(
        key=row.pk,
        student_id=row.student_id,
        name=row.student.sort_name,
        tutor_group=place[0],
        year=place[1],
        slot=Slot(row.day, row.starts_at, row.minutes),
        place=row.place,
        level=row.level_name or (row.level.name if row.level else ""),
        reason=row.reason,
        status=row.status,
        told_on=row.told_on,
        told_how=row.told_how,
        outcome=row.outcome,
        set_by=row.set_by.formal_name,
        incident_id=row.incident_id,
        follows_id=row.follows_id,
        after=after,
        today=today,
    )
