"""Following up lessons that students in school were missing from: taken, handed over, ended with an outcome."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from attendance.models import TruancyFollowUp
from pastoral.core.models import User
from students.models import Student


class TakenByColleague(Exception):
    """Somebody else has it; the message says who since when, fit for the page."""


class AlreadyEnded(Exception):
    """It is done; the message says by whom and how."""


@transaction.atomic
def truancy_take(*, student: Student, day: date, period: str, by: User, now: datetime) -> TruancyFollowUp:
    """Take one lesson to follow up; taken again by the same person it stays as it is.

    Raises TakenByColleague or AlreadyEnded when somebody was quicker.
    """
    follow_up, is_new = TruancyFollowUp.objects.get_or_create(
        student=student, date=day, period=period, defaults={"owner": by, "taken_at": now}
    )
    if not is_new:
        _refuse_ended(follow_up)
        _refuse_colleagues(follow_up, by)
    return follow_up


@transaction.atomic
def truancy_hand_over(*, follow_up: TruancyFollowUp, to: User, now: datetime) -> TruancyFollowUp:
    """Give an open follow-up to a colleague, or to oneself; the owner before stays in its history.

    Raises AlreadyEnded.
    """
    held = _locked(follow_up.pk)
    _refuse_ended(held)
    if held.owner_id != to.pk:
        held.owner, held.taken_at = to, now
        held.save(update_fields=["owner", "taken_at"])
    return held


@transaction.atomic
def truancy_end(
    *, student: Student, day: date, period: str, outcome: str, note: str, by: User, now: datetime
) -> TruancyFollowUp:
    """End one lesson's follow-up with what came of it; who had not taken it takes it so.

    Raises TakenByColleague when somebody else has it, AlreadyEnded when it is done otherwise; the same again is done.
    """
    taken, _is_new = TruancyFollowUp.objects.get_or_create(
        student=student, date=day, period=period, defaults={"owner": by, "taken_at": now}
    )
    held = _locked(taken.pk)
    if (held.outcome, held.ended_by_id, held.note) == (outcome, by.pk, note):
        return held
    _refuse_ended(held)
    _refuse_colleagues(held, by)
    held.outcome, held.note, held.ended_by, held.ended_at = outcome, note, by, now
    held.save(update_fields=["outcome", "note", "ended_by", "ended_at"])
    return held


def _locked(key: int) -> TruancyFollowUp:
    return TruancyFollowUp.objects.select_for_update(of=("self",)).select_related("owner", "ended_by").get(pk=key)


def _refuse_ended(held: TruancyFollowUp) -> None:
    if held.outcome and held.ended_by:
        raise AlreadyEnded(
            f"It is done: {held.get_outcome_display()} ({held.ended_by.formal_name}, {_time(held.ended_at)})."
        )


def _refuse_colleagues(held: TruancyFollowUp, by: User) -> None:
    if held.owner_id != by.pk:
        raise TakenByColleague(f"{held.owner.formal_name} has it since {_time(held.taken_at)}.")


def _time(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M}" if at else ""
