"""Who is calling whom, so that nobody calls twice; and the steps taken when nobody can be reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from contacts.models import CallClaim, CallEscalation, CallingStep, ContactRules
from pastoral.core.models import User
from students.models import Student


class CallTaken(Exception):
    """A colleague is calling about one of them at the moment; the message says who, since when and until when."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that was made. over: whose stale one it replaced, in words; "" for none."""

    over: str = ""


@transaction.atomic
def call_claim(*, students: Collection[int], day: date, by: User, now: datetime) -> Claim:
    """Take the call about the students of a family; the same person's again begins its minutes anew.

    Raises CallTaken while a colleague's claim holds. A stale one, of a browser that was closed, is taken over.
    """
    students_locked(students)
    lasts = claim_lasts()
    held = list(
        CallClaim.objects.select_for_update(of=("self",)).select_related("by").filter(student__in=students, day=day)
    )
    others = [claim for claim in held if claim.by_id != by.pk]
    fresh = next((claim for claim in others if claim.at + lasts > now), None)
    if fresh:
        raise CallTaken(
            f"{fresh.by} has been calling since {_clock(fresh.at)}. "
            f"From {_clock(fresh.at + lasts)} on it can be taken over."
        )
    for student in sorted(students):
        CallClaim.objects.update_or_create(student_id=student, day=day, defaults={"by": by, "at": now})
    stale = max(others, key=lambda claim: claim.at, default=None)
    return Claim(f"Taken over from {stale.by}, who began at {_clock(stale.at)}." if stale else "")


def call_release(*, students: Collection[int], day: date, by: User) -> bool:
    """Give back one's own claim; return whether there was one."""
    return bool(CallClaim.objects.filter(student__in=students, day=day, by=by).delete()[0])


def claim_lasts() -> timedelta:
    """Return how long a claim holds."""
    return timedelta(minutes=(ContactRules.objects.get()).claim_minutes)


def students_locked(students: Collection[int]) -> list[Student]:
    """Let one caller at a time write about the students, and return them in order of key."""
    return list(Student.objects.select_for_update(no_key=True).filter(pk__in=students).order_by("pk"))


@transaction.atomic
def step_take(
    *, step: CallingStep, students: Sequence[int], day: date, note: str, by: User, now: datetime
) -> CallEscalation | None:
    """Note that a step of the ladder was taken for the students; return a colleague's that came first, else None."""
    first: CallEscalation | None = None
    for student in sorted(students):
        facts = {"label": step.label, "note": note, "by": by, "at": now}
        held, is_new = CallEscalation.objects.get_or_create(student_id=student, day=day, step=step, defaults=facts)
        first = first or (None if is_new else held)
    return first


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
