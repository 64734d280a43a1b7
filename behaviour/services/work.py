"""Writes to the work of students who are away: asked for, set, collected, not needed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from behaviour.models import BehaviourRules, SetWork, Suspension, WorkWaiver
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from students.models import Student


@transaction.atomic
def work_ask(
    *,
    student: Student,
    subjects: Sequence[tuple[str, str]],
    suspension: Suspension | None = None,
    away_from: date | None = None,
) -> None:
    """Put subjects on the list of work to be set, each with whom it is asked of; one that stands there stays so.

    For a suspension, or for the absence that is known by its first day.
    """
    SetWork.objects.bulk_create(
        (
            SetWork(student=student, suspension=suspension, away_from=away_from, subject=subject, asked_of=asked_of)
            for subject, asked_of in subjects
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def work_tick(*, work: SetWork, step: str, is_done: bool, today: date) -> SetWork:
    """Note that work was set, or collected, today, or take the step off again; done twice, the first day stands.

    Collected implies set, what is not set is not collected, and what is set or collected was needed after all.
    """
    held = SetWork.objects.select_for_update().get(pk=work.pk)
    if step == "set":
        held.set_on = (held.set_on or today) if is_done else None
        held.collected_on = held.collected_on if is_done else None
    else:
        held.collected_on = (held.collected_on or today) if is_done else None
        held.set_on = held.set_on or (today if is_done else None)
    held.not_needed = "" if is_done else held.not_needed
    held.save(update_fields=["set_on", "collected_on", "not_needed"])
    return held


class NotNeeded(Exception):
    """Somebody gave another reason before, or the work is here: the message says which, and nothing was saved."""


@transaction.atomic
def work_drop(*, work: SetWork, because: str) -> SetWork:
    """Say why the work of one subject is not needed, or is not coming back; "" where it is needed again.

    Raises NotNeeded.
    """
    held = SetWork.objects.select_for_update().get(pk=work.pk)
    if because and held.collected_on:
        raise NotNeeded(f"The work in {held.subject} was collected meanwhile, {held.collected_on:%a %-d %b}.")
    if because and held.not_needed not in ("", because):
        raise NotNeeded(f"Somebody has said already why work in {held.subject} is not needed: {held.not_needed}")
    held.not_needed = because
    held.save(update_fields=["not_needed"])
    return held


@transaction.atomic
def absence_waive(*, student: Student, away_from: date, because: str, by: User, now: datetime) -> WorkWaiver:
    """Say why no work is set for an absence; the same said twice, the first stands. Raises NotNeeded."""
    held, _is_new = WorkWaiver.objects.get_or_create(
        student=student, away_from=away_from, withdrawn_at=None, defaults={"because": because, "by": by, "at": now}
    )
    if held.because != because:
        raise NotNeeded(f"{held.by.formal_name} has said already why no work is needed: {held.because}")
    return held


@transaction.atomic
def absence_need(*, student: Student, days: tuple[date, date], by: User, now: datetime) -> None:
    """Take that back: work is needed again. days: the first and last by which the absence was known, as marks moved."""
    WorkWaiver.objects.standing(student=student, away_from__range=days).update(
        withdrawn_at=now, withdrawn_by=by, withdrawn_because="Work is needed again"
    )


@transaction.atomic
def work_after_set(*, sessions: int, seen: str) -> BehaviourRules:
    """Set for how long an absence work is set, in sessions; absences that last already count by it at once.

    Raises Overtaken.
    """
    held = BehaviourRules.objects.select_for_update().get()
    facts_set(held, seen, {"work_after": sessions})
    held.save(update_fields=["work_after"])
    return held
