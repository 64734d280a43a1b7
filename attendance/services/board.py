"""Asking for registers that are not taken."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from attendance.models import Register, RegisterNudge
from attendance.summaries.board import NUDGE_AGAIN_MINUTES, NUDGED_IN, state_of, tutors_of
from attendance.summaries.board_rolls import rolls_of
from attendance.summaries.closed import closed_day
from attendance.summaries.times import TAKEN_IN_MIS, SchoolTimes
from attendance.summaries.times_kept import TimesKept
from pastoral.core.models import User
from students.models import TutorGroup

logger = logging.getLogger(__name__)

# An e-mail that waited longer for the job service asks for a register that is history.
WORTH_SENDING = timedelta(hours=2)
# A worker mails within seconds; a nudge that is not out after this is handed over again by the next click.
MAILED_BY_NOW = timedelta(minutes=1)


class NobodyToNudge(Exception):
    """Nobody can be told: no tutor today, or none with an address. The message is fit for the page."""


class RegisterNotWanted(Exception):
    """The register is taken, not due yet, or due on no day; the message is fit for the page."""


@dataclass(frozen=True)
class Nudged:
    """What a click on "Nudge" did. keys: the nudges to mail, none when somebody was asked minutes ago.

    is_new: made now; otherwise keys are those of minutes ago whose e-mail never went out.
    """

    keys: tuple[int, ...]
    names: tuple[str, ...]
    sent_at: datetime
    sent_by: str
    is_new: bool


@transaction.atomic
def register_nudge(*, group: TutorGroup, day: date, session: str, by: User, now: datetime) -> Nudged:
    """Note that today's tutors of the group are asked for its register; within ten minutes they are asked once.

    Raises RegisterNotWanted when there is nothing to ask for, NobodyToNudge when nobody can be asked; then nothing is
    noted as sent.
    """
    TutorGroup.objects.select_for_update().get(pk=group.pk)  # a second click waits for the first
    _wanted(group, day, session, now)
    recent = _recent(group, day, session, now)
    if recent:
        return Nudged(
            tuple(nudge.pk for nudge in recent if nudge.mailed_at is None and nudge.sent_at <= now - MAILED_BY_NOW),
            tuple(nudge.sent_to.formal_name for nudge in recent),
            recent[0].sent_at,
            "you" if recent[0].sent_by_id == by.pk else recent[0].sent_by.formal_name,
            is_new=False,
        )
    told = _to_tell(group, timezone.localtime(now).date())
    made = RegisterNudge.objects.bulk_create(
        RegisterNudge(tutor_group=group, date=day, session=session, sent_to_id=user, sent_by=by, sent_at=now)
        for user, _name in told
    )
    return Nudged(tuple(nudge.pk for nudge in made), tuple(name for _user, name in told), now, "you", is_new=True)


def _wanted(group: TutorGroup, day: date, session: str, now: datetime) -> None:
    if closed := closed_day(day):
        raise RegisterNotWanted(f"School does not meet on {day:%-d %B}: {closed.why}. Nobody was nudged.")
    roll = next((roll for roll in rolls_of(day, None) if roll.group_id == group.pk), None)
    if roll is None:
        raise RegisterNotWanted(f"{group} has no students on {day:%-d %B}.")
    register = Register.objects.filter(tutor_group=group, date=day, session=session).select_related("taken_by").first()
    if register:
        at = timezone.localtime(register.taken_at)
        raise RegisterNotWanted(f"{group} is taken: {register.taken_by.formal_name}, {at:%H:%M}. Nobody was nudged.")
    times = TimesKept.load(with_lessons=True).at(day, session)
    if not times.is_taken_here:
        raise RegisterNotWanted(f"{TAKEN_IN_MIS} Nobody was nudged.")
    state, _minutes = state_of(roll, session, now=now, day=day, times=times)
    if state not in NUDGED_IN:
        raise RegisterNotWanted(f"{group} is not due: nobody was nudged.")


def _recent(group: TutorGroup, day: date, session: str, now: datetime) -> list[RegisterNudge]:
    since = now - timedelta(minutes=NUDGE_AGAIN_MINUTES)
    asked = RegisterNudge.objects.filter(tutor_group=group, date=day, session=session, sent_at__gt=since)
    return list(asked.select_related("sent_to", "sent_by"))


def _to_tell(group: TutorGroup, today: date) -> list[tuple[int, str]]:
    tutors = tutors_of([group.pk], today).get(group.pk, ())
    if not tutors:
        raise NobodyToNudge(
            f"Nobody was nudged: {group} has no tutor today. Arrange cover, or take the register yourself."
        )
    told = [(tutor.user_id, tutor.name) for tutor in tutors if tutor.email.strip()]
    if not told:
        names = " and ".join(tutor.name for tutor in tutors)
        raise NobodyToNudge(f"Nobody was nudged: {names} has no e-mail address in the staff list. Telephone the room.")
    return told


def register_nudges_mail(*, nudges: Collection[int], now: datetime) -> int:
    """Send the e-mails of those nudges that are not out yet and whose register is still wanted; return how many.

    An e-mail holds a link and nothing about any student. What the mail server refuses stays unsent, and the board
    says so.
    """
    sent = 0
    for key in nudges:
        try:
            sent += _mail(key, now)
        except (SMTPException, OSError) as fault:
            logger.error("nudge %s could not be sent: %s", key, type(fault).__name__)
    return sent


def _mail(key: int, now: datetime) -> bool:
    """Send one e-mail, noted as sent before it leaves: whatever breaks afterwards, it does not go out twice."""
    waiting = RegisterNudge.objects.filter(pk=key, mailed_at=None, sent_at__gt=now - WORTH_SENDING)
    nudge = waiting.select_related("sent_to", "sent_by", "tutor_group").first()
    if nudge is None or not _is_wanted(nudge) or not waiting.update(mailed_at=now):
        return False
    try:
        _message(nudge).send()
    except (SMTPException, OSError):
        RegisterNudge.objects.filter(pk=key).update(mailed_at=None)
        raise
    return True


def _is_wanted(nudge: RegisterNudge) -> bool:
    """Test for a register that nobody took meanwhile, and that is still taken here."""
    if not SchoolTimes.load().is_taken_here:
        return False
    return not Register.objects.filter(
        tutor_group=nudge.tutor_group_id, date=nudge.date, session=nudge.session
    ).exists()


def _message(nudge: RegisterNudge) -> EmailMessage:
    half = "morning" if nudge.session == "AM" else "afternoon"
    address = settings.SITE_URL.rstrip("/") + register_address(nudge.tutor_group_id, nudge.date, nudge.session)
    return EmailMessage(
        subject=f"Register of {nudge.tutor_group}: please take it",
        body=(
            f"Dear {nudge.sent_to.formal_name},\n\n"
            f"the {half} register of {nudge.tutor_group} of {nudge.date:%A %-d %B} is not taken yet:\n\n{address}\n\n"
            f"{nudge.sent_by.formal_name} asked you at {timezone.localtime(nudge.sent_at):%H:%M}. "
            "You will be asked to sign in. This message holds no student's data.\n"
        ),
        to=[nudge.sent_to.email],
    )


def register_address(group_id: int, day: date, session: str) -> str:
    """Return the address at which the register is taken."""
    return reverse("attendance:register_detail", args=[group_id, day, session])
