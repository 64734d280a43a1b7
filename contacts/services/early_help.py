"""Writes to early help: opened once at a time, its family, actions and meetings, and its end."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from contacts.models import EarlyHelp, EarlyHelpAction, EarlyHelpReview, FamilyMember
from contacts.services.changes import record_change
from contacts.services.referrals import may_consent
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day
from students.models import Student


class RunsAlready(Exception):
    """There is early help for the student already; the message is fit for the form."""


class OutOfOrder(Exception):
    """It stands otherwise by now; the message is fit for the form."""


def help_open(
    *,
    student: Student,
    facts: Mapping[str, Any],
    token: UUID,
    by: User,
    now: datetime,
    family: Iterable[str] = (),
    review_on: date | None = None,
) -> EarlyHelp:
    """Open early help, or note why there is none; the same sending again returns what it made.

    family: who takes part, as `member_add` takes it. Raises RunsAlready, and NotTheirs of referrals for the consent.
    """
    may_consent(student.pk, facts.get("consent_by_id"))
    fresh = {**facts, "student": student, "opened_by": by, "opened_at": now}
    try:
        with transaction.atomic():
            held, is_new = EarlyHelp.objects.get_or_create(token=token, defaults=fresh)
            if is_new and review_on:
                EarlyHelpReview.objects.create(early_help=held, due_on=review_on)
            for who in family if is_new else ():
                member_add(held=held, who=who)
    except IntegrityError as fault:
        raise RunsAlready(_runs(student)) from fault
    return held


def _runs(student: Student) -> str:
    running = EarlyHelp.objects.running().filter(student=student).first()
    since = f", since {day(running.opened_on)}" if running else ""
    return f"{student.full_name} has early help already{since}: go on with that one, or close it first."


def member_add(*, held: EarlyHelp, who: str, name: str = "", part: str = "") -> None:
    """Add somebody of the family. who: c and a parent's or carer's key, s and a sibling's, or "other" with a name."""
    kind, key = who[0], who[1:]
    facts: dict[str, Any] = {"name": name} if who == "other" else {}
    if kind == "c":
        may_consent(held.student_id, int(key))  # somebody barred by a court takes no part
        facts = {"parent_carer_id": int(key)}
    elif kind == "s":
        facts = {"sibling_id": int(key)}
    FamilyMember.objects.get_or_create(early_help=held, **facts, defaults={"part": part})


def member_drop(*, held: EarlyHelp, key: int) -> None:
    """Take somebody of the family out of it; the history keeps that they were in it."""
    FamilyMember.objects.filter(early_help=held, pk=key).delete()


def action_add(*, held: EarlyHelp, facts: Mapping[str, Any]) -> None:
    """Add an action; the same one typed twice is one."""
    EarlyHelpAction.objects.get_or_create(early_help=held, **facts)


def review_set(*, held: EarlyHelp, due_on: date) -> None:
    """Set when the team meets; a day that is set already stays."""
    EarlyHelpReview.objects.get_or_create(early_help=held, due_on=due_on)


@transaction.atomic
def review_hold(
    *, review: EarlyHelpReview, seen: str, facts: Mapping[str, Any], level: int | None, next_on: date | None
) -> None:
    """Write what a meeting decided, the level of need from then on, and when the next one is. Raises Overtaken."""
    record_change(record=review, seen=seen, facts=facts)
    if level is not None:
        held = EarlyHelp.objects.select_for_update().get(pk=review.early_help_id)
        held.level = level
        held.save(update_fields=["level"])
    if next_on:
        review_set(held=review.early_help, due_on=next_on)


@transaction.atomic
def help_close(*, held: EarlyHelp, closed_on: date, ending: str, outcome: str) -> None:
    """Close it. A second click changes nothing; raises OutOfOrder."""
    row = EarlyHelp.objects.select_for_update().get(pk=held.pk)
    if (row.closed_on, row.ending, row.outcome) == (closed_on, ending, outcome):
        return
    if row.closed_on is not None:
        raise OutOfOrder(f"It was closed on {day(row.closed_on)} already.")
    if closed_on < row.opened_on:
        raise OutOfOrder(f"It was opened only on {day(row.opened_on)}.")
    row.closed_on, row.ending, row.outcome = closed_on, ending, outcome
    row.save(update_fields=["closed_on", "ending", "outcome"])


def help_reopen(*, held: EarlyHelp) -> None:
    """Go on with what was closed by mistake. Raises RunsAlready where there is another by now."""
    try:
        with transaction.atomic():
            row = EarlyHelp.objects.select_for_update().get(pk=held.pk)
            row.closed_on, row.ending, row.outcome = None, "", ""
            row.save(update_fields=["closed_on", "ending", "outcome"])
    except IntegrityError as fault:
        raise RunsAlready(_runs(held.student)) from fault
