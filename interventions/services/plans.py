"""Writes to plans: opened, begun, changed, ended. Each state that counts is frozen as a version."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from interventions.figures.plan_content import PlanContent, hash_of
from interventions.figures.plan_dates import review_days
from interventions.figures.plan_differences import differences
from interventions.models import Action, Plan, PlanKind, PlanReview, PlanVersion
from interventions.summaries.plan_content import content_of
from interventions.summaries.plan_writing import ROWS, Line, NewAction, Writing, lines_of, missing_of, state_of
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day
from pastoral.core.versions import Overtaken
from students.models import Student
from students.summaries import SchoolCalendar

BEGUN = "Begun"


class NotReady(Exception):
    """Something has to be there before the plan is begun; the message is fit for the page."""


class Over(Exception):
    """The plan stands otherwise by now; the message is fit for the page."""


@transaction.atomic
def plan_open(
    *,
    student: Student,
    kind: PlanKind,
    writing: Writing,
    token: UUID,
    by: User,
    now: datetime,
    links: Mapping[str, Any] | None = None,
) -> Plan:
    """Open a draft; the same sending again returns what it made. links: the case, intervention or plan it came from."""
    fresh = {**writing.facts, **(links or {}), "student": student, "kind": kind, "made_by": by, "made_at": now}
    plan, is_new = Plan.objects.get_or_create(token=token, defaults=fresh)
    if is_new:
        _lines_write(plan, writing.lines)
        _actions_set(plan, writing.actions, token, by)
    return plan


@transaction.atomic
def plan_begin(*, plan: Plan, by: User, now: datetime, on: date) -> Plan:
    """Begin a draft: its review points are laid out, and version 1 is frozen. Raises NotReady.

    One that was begun already stays as it is.
    """
    held = _locked(plan)
    if held.begun_on is not None:
        return held
    if missing := missing_of(held, lines_of(held)):
        raise NotReady(" ".join(missing))
    held.begun_on = on
    held.save(update_fields=["begun_on"])
    _reviews_lay(held)
    version_freeze(plan=held, because=BEGUN, by=by, now=now)
    return held


@transaction.atomic
def plan_change(*, plan: Plan, seen: str, writing: Writing, because: str, token: UUID, by: User, now: datetime) -> Plan:
    """Change a plan; of one that was begun, a new version is frozen with what changed.

    seen: the `state_of` what the person saw. Raises Overtaken, Over of one that ended, NotReady where one that runs
    would lack what it was begun with.
    """
    held = _locked(plan)
    _still_open(held)
    before, was_to_end = state_of(held), held.ends_on
    for name, value in writing.facts.items():
        setattr(held, name, value)
    held.save(update_fields=list(writing.facts))
    _lines_write(held, writing.lines)
    _actions_set(held, writing.actions, token, by)
    if before not in (seen, state_of(held)):
        raise Overtaken
    if held.begun_on is not None:
        _changed(held, was_to_end, because, by, now)
    return held


def _changed(held: Plan, was_to_end: date, because: str, by: User, now: datetime) -> None:
    if missing := missing_of(held, lines_of(held)):
        raise NotReady(" ".join(missing))
    if held.ends_on != was_to_end:
        _reviews_move(held, was_to_end)
    version_freeze(plan=held, because=because, by=by, now=now)


def version_freeze(*, plan: Plan, because: str, by: User, now: datetime) -> PlanVersion:
    """Freeze the plan as it stands; where the last version says the same, that one stays the last."""
    content = content_of(plan, now.date())
    data = content.data()
    last = plan.versions.order_by("-number").first()
    if last is not None and last.content == data:
        return last
    words = because or _changed_words(last, content)
    facts = {"number": last.number + 1 if last else 1, "content": data, "sha256": hash_of(data)}
    version: PlanVersion = plan.versions.create(because=words[:200], by=by, at=now, **facts)
    return version


def _changed_words(last: PlanVersion | None, content: PlanContent) -> str:
    """Return what changed in a few words, for whoever wrote none."""
    if last is None:
        return BEGUN
    found = differences(PlanContent.of(last.content), content)
    words = dict.fromkeys(each.where.partition(":")[0] or each.label for each in found)
    return f"Changed: {', '.join(words)}"


@transaction.atomic
def plan_end(*, plan: Plan, outcome: str, note: str, on: date, drops_actions: bool, by: User, now: datetime) -> None:
    """End it with how it came out. A second click changes nothing; raises Over of one that ended otherwise.

    drops_actions: what is still to be done for it is not needed any more.
    """
    held = _locked(plan)
    if (held.outcome, held.outcome_note) == (outcome, note):
        return
    _still_open(held)
    if held.begun_on is None:
        raise Over("A draft that is not needed is withdrawn: it was never begun.")
    held.outcome, held.outcome_note, held.ended_on, held.ended_by = outcome, note, on, by
    held.save(update_fields=["outcome", "outcome_note", "ended_on", "ended_by"])
    if drops_actions:
        still_open = Action.objects.filter(plan=held).open()
        still_open.update(done_on=on, done_by=by, not_needed_because="The plan ended")
    version_freeze(plan=held, because=f"Ended: {held.get_outcome_display().lower()}", by=by, now=now)


@transaction.atomic
def plan_reopen(*, plan: Plan, seen: str) -> None:
    """Go on with what was ended by mistake; how it was ended stays in the history.

    seen: its `ended_as` when it was shown; raises Over where it was ended otherwise since.
    """
    held = _locked(plan)
    if held.ended_on is not None and seen != held.ended_as:
        raise Over("Somebody ended it otherwise meanwhile: see what it says now.")
    held.outcome, held.outcome_note, held.ended_on, held.ended_by = "", "", None, None
    held.save(update_fields=["outcome", "outcome_note", "ended_on", "ended_by"])


@transaction.atomic
def plan_withdraw(*, plan: Plan, because: str, by: User, now: datetime) -> None:
    """Withdraw a plan that should not stand, with what is still to be done for it. The first time stands."""
    held = _locked(plan)
    if held.withdrawn_at is not None:
        return
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    gone = {"withdrawn_at": now, "withdrawn_by": by, "withdrawn_because": "The plan was withdrawn"}
    Action.objects.filter(plan=held).open().update(**gone)


def _locked(plan: Plan) -> Plan:
    # "no key": rows that are added meanwhile hold a lock on the plan's key.
    return Plan.objects.select_for_update(of=("self",), no_key=True).select_related(None).get(pk=plan.pk)


def _still_open(held: Plan) -> None:
    if held.ended_on is not None:
        raise Over(f"It ended on {day(held.ended_on)}.")


def _lines_write(plan: Plan, lines: Mapping[str, Sequence[Line]]) -> None:
    """Write the rows that were sent; one that was emptied is retired, one that was not sent stays.

    A new row that says what one of them says already is that one: a second click adds nothing.
    """
    for name, sent in lines.items():
        model, names = ROWS[name]
        rows = getattr(plan, name)
        held = {row.pk: row for row in rows.filter(is_retired=False)}
        order = rows.aggregate(last=Max("order"))["last"] or 0
        for line in sent:
            row = held.get(line.key) if line.key else _same(held.values(), line.facts, names)
            if row is not None:
                _row_write(row, line.facts)
            elif line.facts:
                order += 1
                model.objects.create(plan=plan, order=order, **line.facts)


def _same(rows: Any, facts: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((row for row in rows if facts and all(getattr(row, each) == facts[each] for each in names)), None)


def _row_write(row: Any, facts: Mapping[str, Any]) -> None:
    for name, value in (facts or {"is_retired": True}).items():
        setattr(row, name, value)
    row.save()


def _actions_set(plan: Plan, actions: Sequence[NewAction], token: UUID, by: User) -> None:
    for place, each in enumerate(actions):
        facts = {"what": each.what, "owner_id": each.owner_id, "due_on": each.due_on, "kind": "plan"}
        also = {"student_id": plan.student_id, "plan": plan, "set_by": by}
        Action.objects.get_or_create(token=token, place=place, defaults={**facts, **also})


def _reviews_lay(plan: Plan) -> None:
    """Lay out the review points; those that were set by hand stay."""
    kind = plan.kind
    for due in review_days(plan.starts_on, plan.ends_on, kind.review_weeks, SchoolCalendar.load()):
        PlanReview.objects.get_or_create(plan=plan, due_on=due)


def _reviews_move(plan: Plan, was_to_end: date) -> None:
    """Follow a new end: points after it that were not held fall away, and one is due at it; a later one adds points."""
    plan.reviews.filter(held_on=None, due_on__gt=plan.ends_on).delete()
    kind = plan.kind
    days = review_days(plan.starts_on, plan.ends_on, kind.review_weeks, SchoolCalendar.load())
    for due in days:
        if due > was_to_end or due == plan.ends_on:
            PlanReview.objects.get_or_create(plan=plan, due_on=due)
