"""Writes to attendance cases: opened at a stage, moved up and down, looked at again, and closed with an outcome."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from interventions.figures.ladder import school_day_after
from interventions.models import Action, Barrier, CaseBarrier, CaseStage, PACase, StageMove
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day
from pastoral.core.versions import facts_set
from students.models import Student


class RunsAlready(Exception):
    """There is an open case for the student already; the message is fit for the form."""


class StandsOtherwise(Exception):
    """The case stands otherwise by now; the message is fit for the form."""


@transaction.atomic
def case_open(
    *,
    student: Student,
    stage: CaseStage,
    facts: Mapping[str, Any],
    token: UUID,
    by: User,
    now: datetime,
    days: Sequence[date],
    barriers: Collection[Barrier] = (),
    with_steps: bool,
) -> PACase:
    """Open a case at a stage; the same sending again returns what it made.

    facts: owner_id, reason, summary, target_permille, target_on, review_on, is_restricted, opened_on.
    days: the school days held. with_steps: a person said that the stage's steps are right for this absence.
    Raises RunsAlready.
    """
    fresh = {**facts, "student": student, "stage": stage, "stage_since": facts["opened_on"]}
    try:
        with transaction.atomic():
            case, is_new = PACase.objects.get_or_create(
                token=token, defaults={**fresh, "opened_by": by, "opened_at": now}
            )
    except IntegrityError as fault:
        raise RunsAlready(_runs(student)) from fault
    if is_new:
        _note_move(case, None, stage, case.opened_on, case.reason, by, now, token)
        for barrier in barriers:
            CaseBarrier.objects.create(case=case, barrier=barrier, found_on=case.opened_on, found_by=by)
        if with_steps:
            _steps_make(case, stage, case.opened_on, by, now, days, token)
    return case


def _runs(student: Student) -> str:
    open_one = PACase.objects.open().filter(student=student).first()
    since = f", since {day(open_one.opened_on)}" if open_one else ""
    return f"{student.full_name} has an open case already{since}: go on with that one, or close it first."


def _note_move(
    case: PACase, before: CaseStage | None, to: CaseStage, on: date, because: str, by: User, now: datetime, token: UUID
) -> None:
    StageMove.objects.create(
        case=case, token=token, from_stage=before, to_stage=to, moved_on=on, because=because, by=by, at=now
    )


def _steps_make(
    case: PACase, stage: CaseStage, since: date, by: User, now: datetime, days: Sequence[date], token: UUID
) -> None:
    """Make the stage's steps the case's actions, each due so many school days on."""
    Action.objects.bulk_create(
        Action(
            token=token,
            place=place,
            what=step.what,
            kind=step.kind,
            owner=case.owner,
            due_on=school_day_after(days, since, step.within_days),
            student_id=case.student_id,
            case=case,
            step=step,
            set_by=by,
            set_at=now,
        )
        for place, step in enumerate(stage.steps.filter(is_active=True))
    )


@transaction.atomic
def case_move(
    *,
    case: PACase,
    to: CaseStage,
    seen_stage: int,
    because: str,
    token: UUID,
    by: User,
    on: date,
    now: datetime,
    days: Sequence[date],
    review_on: date,
    still_needed: Collection[int],
    with_steps: bool,
) -> None:
    """Move the case up or down. still_needed: keys of the old stage's open steps that stay; the rest is not needed.

    seen_stage: the stage that the person saw. A second click changes nothing; raises StandsOtherwise.
    """
    held = PACase.objects.select_for_update(of=("self",)).select_related("stage", "owner").get(pk=case.pk)
    if StageMove.objects.filter(token=token).exists():
        return
    if held.closed_on is not None:
        raise StandsOtherwise(f"It was closed on {day(held.closed_on)}.")
    if held.stage_id != seen_stage:
        raise StandsOtherwise(f"Somebody moved it meanwhile: it is at {held.stage} since {day(held.stage_since)}.")
    if held.stage_id == to.pk:
        raise StandsOtherwise(f"It is at {held.stage} already.")
    _note_move(held, held.stage, to, on, because, by, now, token)
    said = f"The case moved to stage {to.code}"
    open_steps = Action.objects.open().filter(case=held, step__isnull=False).exclude(pk__in=still_needed)
    for action in open_steps.select_for_update(of=("self",)):
        action.done_on, action.done_by, action.not_needed_because = on, by, said
        action.save(update_fields=["done_on", "done_by", "not_needed_because"])
    held.stage, held.stage_since, held.review_on = to, on, review_on
    held.save(update_fields=["stage", "stage_since", "review_on"])
    if with_steps:
        _steps_make(held, to, on, by, now, days, token)


@transaction.atomic
def case_change(*, case: PACase, seen: str, facts: Mapping[str, Any]) -> None:
    """Change owner, target, review, summary or restriction. Raises Overtaken.

    Handed over, the open actions of the owner before go to the new one; those of others stay.
    """
    held = PACase.objects.select_for_update().get(pk=case.pk)
    before = held.owner_id
    facts_set(held, seen, facts)
    held.save(update_fields=list(facts))
    if held.owner_id != before:
        for action in Action.objects.open().filter(case=held, owner=before).select_for_update():
            action.owner_id = held.owner_id
            action.save(update_fields=["owner"])


@transaction.atomic
def case_close(*, case: PACase, closed_on: date, outcome: str, outcome_note: str, by: User) -> None:
    """Close the case; what is open of it is not needed then. A second click changes nothing; raises StandsOtherwise."""
    held = PACase.objects.select_for_update().get(pk=case.pk)
    if (held.closed_on, held.outcome, held.outcome_note) == (closed_on, outcome, outcome_note):
        return
    if held.closed_on is not None:
        raise StandsOtherwise(f"It was closed on {day(held.closed_on)} already.")
    if closed_on < held.opened_on:
        raise StandsOtherwise(f"It was opened only on {day(held.opened_on)}.")
    held.closed_on, held.closed_by, held.outcome, held.outcome_note = closed_on, by, outcome, outcome_note
    held.save(update_fields=["closed_on", "closed_by", "outcome", "outcome_note"])
    for action in Action.objects.open().filter(case=held).select_for_update():
        action.done_on, action.done_by, action.not_needed_because = closed_on, by, "The case was closed"
        action.save(update_fields=["done_on", "done_by", "not_needed_because"])
