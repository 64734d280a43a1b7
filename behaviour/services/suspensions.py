"""Writes to suspensions and permanent exclusions: recorded once, never lengthened, each duty noted as it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from behaviour.models import Incident, Suspension, SuspensionReason
from behaviour.summaries.elsewhere import elsewhere_of
from behaviour.summaries.spans import count_sessions, keeps_out, reaches
from behaviour.summaries.suspension_law import YEAR_LIMIT, follows_on, totals_with
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from students.models import Student, StudentFact
from students.summaries import SchoolCalendar

Kind = Suspension.Kind
MOST_REASONS = 3
# What is noted while a suspension is worked; its span and its reasons never change.
NOTED = frozenset(
    {
        "parents_told_on",
        "la_told_on",
        "social_worker_told_on",
        "virtual_school_told_on",
        "governors_told_on",
        "representations_on",
        "governors_met_on",
        "governors_decided",
        "review_asked_on",
        "review_decided",
        "work",
        "provision",
        "reintegration_at",
        "reintegration",
        "misses_exam",
    }
)


class SuspensionFault(Exception):
    """It cannot be recorded so; the message is fit for the form, at the field."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass
class Decided:
    """What the head decided. ends_on: None for a permanent exclusion."""

    kind: str
    starts_on: date
    starts_session: str
    ends_on: date | None
    ends_session: str
    reasons: Sequence[str]
    decided_by: str
    circumstances: str = ""
    new_evidence: str = ""
    misses_exam: bool = False
    parents_told_on: date | None = None


@transaction.atomic
def suspension_record(
    *, student: Student, decided: Decided, token: UUID, by: User, now: datetime, incident: Incident | None = None
) -> Suspension:
    """Record a suspension with its sessions and the SEN provision of its first day; the same sending makes it once.

    Raises SuspensionFault when no session of school lies in it, it overlaps with another, follows straight on one
    without new evidence, takes the student past 45 days of the school year, or a reason was not in force.
    """
    Student.objects.select_for_update().get(pk=student.pk)  # one at a time for each student
    if sent := Suspension.objects.filter(token=token).first():
        return sent
    earlier = list(Suspension.objects.standing(student=student).order_by("starts_on", "starts_session"))
    calendar = SchoolCalendar.load()
    sessions = _sessions(decided, calendar)
    _check_reasons(decided)
    _check_others(decided, earlier, calendar)
    _check_year(decided, earlier, calendar, elsewhere_of([student.pk]).get(student.pk, {}))
    return Suspension.objects.create(
        student=student,
        incident=incident,
        sessions=sessions,
        sen_provision=_sen(student, decided.starts_on),
        token=token,
        recorded_by=by,
        recorded_at=now,
        **{name: value for name, value in vars(decided).items() if name != "reasons"},
        reasons=list(decided.reasons),
    )


def what_stops(*, student: Student, decided: Decided) -> str:
    """Return why it could not be recorded, whatever its reasons are; "" where it could."""
    earlier = list(Suspension.objects.standing(student=student).order_by("starts_on", "starts_session"))
    calendar = SchoolCalendar.load()
    try:
        _sessions(decided, calendar)
        _check_others(decided, earlier, calendar)
        _check_year(decided, earlier, calendar, elsewhere_of([student.pk]).get(student.pk, {}))
    except SuspensionFault as fault:
        return str(fault)
    return ""


@transaction.atomic
def suspension_note(*, suspension: Suspension, today: date, seen: str, **facts: Any) -> Suspension:
    """Note what was done about it: who was told when, the governors' meeting, provision, reintegration.

    seen: the `version_of` these facts as the page was made.
    Raises Overtaken, and SuspensionFault for a day to come of something that is said to be done.
    """
    if unknown := facts.keys() - NOTED:
        raise ValueError(f"not noted of a suspension: {', '.join(sorted(unknown))}")
    for name, value in facts.items():
        if name.endswith("_on") and value and value > today:
            raise SuspensionFault("That day is still to come: note it when it is done.", name)
    held = Suspension.objects.select_for_update().get(pk=suspension.pk)
    facts_set(held, seen, facts)
    held.save(update_fields=list(facts))
    return held


@transaction.atomic
def suspension_withdraw(*, suspension: Suspension, because: str, by: User, now: datetime) -> Suspension:
    """Withdraw one that was recorded wrongly, or that the head cancelled; done twice, the first one stands."""
    held = Suspension.objects.select_for_update().get(pk=suspension.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return held


def _sessions(decided: Decided, calendar: SchoolCalendar) -> int | None:
    if not calendar.is_school_day(decided.starts_on):
        after = calendar.next_school_day(decided.starts_on)
        hint = f" The next one is {_day(after)}." if after else ""
        raise SuspensionFault(f"{_day(decided.starts_on)} is no school day.{hint}", "starts_on")
    if decided.kind == Kind.PERMANENT:
        return None
    sessions = count_sessions(decided, calendar)
    if not sessions:
        raise SuspensionFault("It ends before it begins: no session of school lies in it.", "ends_on")
    return sessions


def _check_reasons(decided: Decided) -> None:
    chosen = list(dict.fromkeys(decided.reasons))
    if not 1 <= len(chosen) <= MOST_REASONS or len(chosen) < len(decided.reasons):
        raise SuspensionFault("Give one to three reasons, each once.", "reason_1")
    for reason in SuspensionReason.objects.filter(code__in=chosen):
        if not reason.valid_from <= decided.starts_on <= (reason.valid_to or decided.starts_on):
            raise SuspensionFault(f"“{reason}” was not in force on {_day(decided.starts_on)}.", "reason_1")


def _check_others(decided: Decided, others: Sequence[Suspension], calendar: SchoolCalendar) -> None:
    for other in others:
        if reaches(other, decided):
            raise SuspensionFault(_overlaps(other), "starts_on")
        if keeps_out(other) and follows_on(decided, other, calendar) and not decided.new_evidence:
            raise SuspensionFault(
                f"It follows straight on the suspension to {_day(other.ends_on)}, which cannot be lengthened. A further"
                " one needs new evidence: say what it is.",
                "new_evidence",
            )


def _overlaps(other: Suspension) -> str:
    if other.ends_on is None:
        return f"The student is permanently excluded since {_day(other.starts_on)}."
    span = f"{_day(other.starts_on)} to {_day(other.ends_on)} {other.ends_session}"
    return (
        f"It overlaps with the {other.get_kind_display().lower()} of {span}. One cannot be lengthened: a further one"
        " begins after it, on new evidence."
    )


def _check_year(
    decided: Decided, others: Sequence[Suspension], calendar: SchoolCalendar, elsewhere: Mapping[int, int]
) -> None:
    if decided.kind == Kind.PERMANENT:
        return
    totals = totals_with(decided, others, calendar, elsewhere)
    if totals.year > YEAR_LIMIT:
        among = f", {totals.elsewhere_days} of them at an earlier school" if totals.elsewhere else ""
        raise SuspensionFault(
            f"It would take the student to {totals.year_days} days in the school year{among}. The law allows 45.",
            "ends_on",
        )


def _sen(student: Student, on: date) -> str:
    fact = StudentFact.objects.in_force(on).filter(student=student, kind=StudentFact.Kind.SEN).first()
    return fact.value if fact else "N"


def _day(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b}" if day else ""
