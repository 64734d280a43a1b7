"""Writes to detentions: set, parent told, served, missed and followed by the next, excused, moved, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone

from behaviour.models import Detention, DetentionLevel, Incident
from behaviour.summaries.detention_clash import Slot, clashes, next_free
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from students.models import Student
from students.summaries import SchoolCalendar

Status = Detention.Status
SETTLED = ("outcome",)
PLACED = ("day", "starts_at", "minutes", "place")
CAME_AFTER_ALL = "The one before it was not missed"


class DetentionClash(Exception):
    """Some student cannot be kept back then; `faults` says who and why, each fit for the form."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


class NotSo(Exception):
    """The detention is not in a state for that; the message says what to do instead."""


@dataclass(frozen=True)
class Terms:
    """What is set, for each of the students alike."""

    day: date
    starts_at: time
    minutes: int
    place: str
    reason: str
    level: DetentionLevel | None = None

    @property
    def slot(self) -> Slot:
        """When it is."""
        return Slot(self.day, self.starts_at, self.minutes)


@transaction.atomic
def detention_set(
    *,
    students: Sequence[Student],
    terms: Terms,
    by: User,
    now: datetime,
    incident: Incident | None = None,
    follows: Detention | None = None,
) -> list[Detention]:
    """Set the same detention for each of the students, all or none; sent twice it stands once.

    incident: what it is for, kept with those of the students who were in it. follows: one that was missed.
    Raises DetentionClash for who cannot be kept back then, and for a day that is over or no school day.
    """
    _wait_for(students)
    stands = {row.student_id: row for row in _same(students, terms, by)}
    wanted = [student for student in students if student.pk not in stands]
    if faults := clashes(wanted, terms.slot, SchoolCalendar.load(), by, today=timezone.localdate(now)):
        raise DetentionClash(faults)
    in_it = set(incident.involvements.values_list("student", flat=True)) if incident else set()
    try:
        with transaction.atomic():
            for student in wanted:
                of = incident if student.pk in in_it else None
                stands[student.pk] = Detention.objects.create(
                    student=student, incident=of, follows=follows, set_by=by, set_at=now, **_fields(terms)
                )
    except IntegrityError as fault:  # somebody was quicker
        raise DetentionClash(["Somebody has just set one of these: look at the list, then try again."]) from fault
    return [stands[student.pk] for student in students]


@transaction.atomic
def detention_notify(*, detention: Detention, on: date, how: str, today: date) -> Detention:
    """Note when and how a parent or carer was told. Raises NotSo for a day to come."""
    if on > today:
        raise NotSo("That day is still to come: note it when the parent has been told.")
    held = _locked(detention)
    held.told_on, held.told_how = on, how
    if held.status == Status.SET:
        held.status = Status.NOTIFIED
    held.save(update_fields=["told_on", "told_how", "status"])
    return held


@transaction.atomic
def detention_serve(*, detention: Detention, today: date) -> Detention:
    """Note that it was served. Raises NotSo before its day, and when it was settled otherwise."""
    held = _to_tick(detention, Status.SERVED, today)
    held.status = Status.SERVED
    held.save(update_fields=["status"])
    return held


@transaction.atomic
def detention_miss(*, detention: Detention, by: User, now: datetime) -> tuple[Detention, Detention | None]:
    """Note that it was missed, and set the next rung on the first day that is free; return both.

    None for the next: the last rung was missed, or no day is free soon; then a person decides. Done twice, it is
    followed once. Raises NotSo before its day, and when it was settled otherwise.
    """
    today = timezone.localdate(now)
    held = _to_tick(detention, Status.MISSED, today)
    if held.status == Status.MISSED:
        return held, Detention.objects.standing(follows=held).first()
    held.status = Status.MISSED
    held.save(update_fields=["status"])
    return held, _follow(held, by, now)


@transaction.atomic
def detention_reopen(*, detention: Detention, by: User, now: datetime) -> Detention:
    """Take back that it was served, missed or excused; what followed it is withdrawn with it.

    Raises NotSo once what followed was itself settled.
    """
    held = _locked(detention)
    _follower_withdraw(held, CAME_AFTER_ALL, by, now)
    held.status = Status.NOTIFIED if held.told_on else Status.SET
    held.outcome = ""
    held.save(update_fields=["status", "outcome"])
    return held


@transaction.atomic
def detention_excuse(*, detention: Detention, seen: str, because: str) -> Detention:
    """Excuse the student with a reason. seen: the `version_of` its SETTLED facts as the page was made.

    Raises NotSo for one that was served or missed, and Overtaken where somebody gave another reason meanwhile.
    """
    held = _locked(detention)
    if held.status not in (*Detention.TO_COME, Status.EXCUSED):
        raise NotSo(f"It is {held.get_status_display().lower()}: take that back first.")
    facts_set(held, seen, {"outcome": because})
    held.status = Status.EXCUSED
    held.save(update_fields=["status", "outcome"])
    return held


@transaction.atomic
def detention_decide(*, detention: Detention, seen: str, decided: str) -> Detention:
    """Note what was decided about one that was missed, where no further detention follows it.

    seen: the `version_of` its SETTLED facts as the page was made.
    Raises NotSo for one that was not missed, and Overtaken where somebody decided otherwise meanwhile.
    """
    held = _locked(detention)
    if held.status != Status.MISSED:
        raise NotSo("It was not missed: nothing is to be decided.")
    facts_set(held, seen, {"outcome": decided})
    held.save(update_fields=["outcome"])
    return held


@transaction.atomic
def detention_move(*, detention: Detention, seen: str, slot: Slot, place: str, by: User, now: datetime) -> Detention:
    """Move one that is to come to another time or place; the parent has to be told anew.

    seen: the `version_of` its PLACED facts as the page was made.
    Raises Overtaken, DetentionClash, and NotSo for one that is settled.
    """
    held = _locked(detention)
    if held.status not in Detention.TO_COME:
        raise NotSo(f"It is {held.get_status_display().lower()}: it is moved no more.")
    before = Slot(held.day, held.starts_at, held.minutes)
    facts_set(held, seen, dict(zip(PLACED, (slot.day, slot.starts_at, slot.minutes, place), strict=True)))
    _wait_for([held.student])
    today = timezone.localdate(now)
    if faults := clashes([held.student], slot, SchoolCalendar.load(), by, today=today, but=held.pk):
        raise DetentionClash(faults)
    if slot != before:
        held.status, held.told_on, held.told_how = Status.SET, None, ""
    held.save(update_fields=[*PLACED, "status", "told_on", "told_how"])
    return held


@transaction.atomic
def detention_withdraw(*, detention: Detention, because: str, by: User, now: datetime) -> Detention:
    """Withdraw one that should never have been set, and what followed because it was missed; the first time stands.

    Raises NotSo once what followed was itself settled.
    """
    held = Detention.objects.select_for_update(of=("self",)).get(pk=detention.pk)
    if held.withdrawn_at is None:
        _follower_withdraw(held, because, by, now)
        _withdraw(held, because, by, now)
    return held


def _follower_withdraw(held: Detention, because: str, by: User, now: datetime) -> None:
    after = Detention.objects.standing(follows=held).select_for_update(of=("self",)).first()
    if after and after.status not in Detention.TO_COME:
        raise NotSo("The detention that followed it is settled already: take that back first.")
    if after:
        _withdraw(after, because, by, now)


def _wait_for(students: Sequence[Student]) -> None:
    """Let one at a time set detentions for each student: two that overlap would otherwise not see each other."""
    list(Student.objects.select_for_update().filter(pk__in=[each.pk for each in students]).order_by("pk"))


def _same(students: Sequence[Student], terms: Terms, by: User) -> list[Detention]:
    """Return what the very same sending has set already."""
    rows = Detention.objects.standing(student__in=students, set_by=by, day=terms.day, starts_at=terms.starts_at)
    return [row for row in rows if (row.minutes, row.reason) == (terms.minutes, terms.reason)]


def _fields(terms: Terms) -> dict[str, object]:
    return {
        "level": terms.level,
        "level_name": terms.level.name if terms.level else "",
        "day": terms.day,
        "starts_at": terms.starts_at,
        "minutes": terms.minutes,
        "place": terms.place,
        "reason": terms.reason,
    }


def _follow(missed: Detention, by: User, now: datetime) -> Detention | None:
    number = missed.level_id or 0
    level = DetentionLevel.objects.filter(number__gt=number, minutes__gte=missed.minutes).first()
    today = max(timezone.localdate(now), missed.day)
    slot = level and next_free(missed.student, level.starts_at, level.minutes, SchoolCalendar.load(), by, after=today)
    if not (level and slot):
        return None
    reason = f"Missed the detention of {missed.day:%a} {missed.day.day} {missed.day:%b}: {missed.reason}"[:300]
    terms = Terms(slot.day, slot.starts_at, slot.minutes, level.place, reason, level)
    again = Detention.objects.filter(follows=missed).first()  # withdrawn when the missing was taken back
    if again is None:
        (made,) = detention_set(
            students=[missed.student], terms=terms, by=by, now=now, incident=missed.incident, follows=missed
        )
        return made
    fresh = {"status": Status.SET, "told_on": None, "told_how": "", "outcome": "", "set_by": by, "set_at": now}
    for name, value in (_fields(terms) | fresh).items():
        setattr(again, name, value)
    again.withdrawn_at, again.withdrawn_by, again.withdrawn_because = None, None, ""
    again.save()
    return again


def _locked(detention: Detention) -> Detention:
    rows = Detention.objects.standing().select_for_update(of=("self",)).select_related("student", "level", "incident")
    held = rows.filter(pk=detention.pk).first()
    if held is None:
        raise NotSo("It was withdrawn meanwhile.")
    return held


def _to_tick(detention: Detention, status: str, today: date) -> Detention:
    held = _locked(detention)
    if held.day > today:
        raise NotSo(f"It is on {held.day:%a} {held.day.day} {held.day:%b}: it is ticked on the day.")
    if held.status not in (*Detention.TO_COME, status):
        raise NotSo(f"It is {held.get_status_display().lower()} already: take that back first.")
    return held


def _withdraw(held: Detention, because: str, by: User, now: datetime) -> None:
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
