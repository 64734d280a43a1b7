"""Writes to round robins: teachers asked, their answers, reminders, and the e-mails that carry the link."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from behaviour.models import RobinAnswer, RoundRobin
from pastoral.core.models import User
from students.models import Student

logger = logging.getLogger(__name__)

QUESTIONS = (
    "What goes well in your lessons, and how is the student working?",
    "What are you worried about?",
    "What have you tried, and what would help?",
)
CHASED_AGAIN = timedelta(hours=4)


class NobodyAsked(Exception):
    """A round robin asks somebody; the message is fit for the form."""


CLOSED = "This round robin is closed: the meeting has what was written until then."


class RobinClosed(Exception):
    """Answers are taken no more; the message is fit for the page."""


@transaction.atomic
def robin_ask(
    *,
    student: Student,
    purpose: str,
    questions: Sequence[str],
    due_on: date,
    teachers: Mapping[User, str],
    token: UUID,
    by: User,
    now: datetime,
) -> RoundRobin:
    """Ask teachers three questions about a student; the same sending again returns the one that it made.

    teachers: each with what they teach the student, "" if unknown. Raises NobodyAsked without any.
    """
    if not teachers:
        raise NobodyAsked("Choose at least one teacher: nobody would be asked.")
    asks = {"student": student, "purpose": purpose, "questions": list(questions), "due_on": due_on}
    robin, is_new = RoundRobin.objects.get_or_create(token=token, defaults={**asks, "asked_by": by, "asked_at": now})
    if is_new:
        _ask(robin, teachers)
    return robin


@transaction.atomic
def robin_ask_more(*, robin: RoundRobin, teachers: Mapping[User, str]) -> int:
    """Ask more teachers; whoever was asked already is not asked twice. Return how many were new."""
    held = _open(robin)
    known = set(held.answers.values_list("teacher", flat=True))
    return _ask(held, {teacher: subject for teacher, subject in teachers.items() if teacher.pk not in known})


def _ask(robin: RoundRobin, teachers: Mapping[User, str]) -> int:
    rows = [RobinAnswer(robin=robin, teacher=teacher, subject=subject[:80]) for teacher, subject in teachers.items()]
    return len(RobinAnswer.objects.bulk_create(rows))


@transaction.atomic
def answer_give(*, answer: RobinAnswer, words: Sequence[str], now: datetime) -> RobinAnswer:
    """Answer the three questions; answered again, the later words stand and the earlier ones are kept.

    Raises RobinClosed once answers are taken no more.
    """
    held = _answer(answer)
    held.answers, held.answered_at, held.declined_at = list(words), now, None
    held.save()
    return held


@transaction.atomic
def answer_decline(*, answer: RobinAnswer, now: datetime) -> RobinAnswer:
    """Say that one does not teach the student; what was written before is taken back. Raises RobinClosed."""
    held = _answer(answer)
    held.answers, held.answered_at, held.declined_at = [], None, now
    held.save()
    return held


def _answer(answer: RobinAnswer) -> RobinAnswer:
    held = RobinAnswer.objects.select_for_update(of=("self",)).select_related("robin").get(pk=answer.pk)
    if held.robin.closed_at or held.robin.withdrawn_at:
        raise RobinClosed(CLOSED)
    return held


@transaction.atomic
def robin_chase(*, robin: RoundRobin, now: datetime) -> list[RobinAnswer]:
    """Note that all who owe an answer are reminded, and return them; who was within four hours is not again."""
    _open(robin)
    owed = RobinAnswer.objects.owed().filter(robin=robin).select_for_update(of=("self",))
    rows = list(owed.filter(Q(chased_at=None) | Q(chased_at__lt=now - CHASED_AGAIN)).select_related("teacher"))
    RobinAnswer.objects.filter(pk__in=[row.pk for row in rows]).update(chased_at=now)
    return rows


@transaction.atomic
def robin_close(*, robin: RoundRobin, now: datetime) -> RoundRobin:
    """Take no more answers; done twice, the first one stands."""
    held = RoundRobin.objects.select_for_update().get(pk=robin.pk)
    if held.closed_at is None:
        held.closed_at = now
        held.save(update_fields=["closed_at"])
    return held


@transaction.atomic
def robin_withdraw(*, robin: RoundRobin, because: str, by: User, now: datetime) -> RoundRobin:
    """Take a round robin that should not stand out of every list; done twice, the first one stands."""
    held = RoundRobin.objects.select_for_update().get(pk=robin.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return held


def _open(robin: RoundRobin) -> RoundRobin:
    held = RoundRobin.objects.select_for_update().get(pk=robin.pk)
    if held.closed_at or held.withdrawn_at:
        raise RobinClosed("This round robin is closed: nobody is asked any more.")
    return held


def robins_mail(*, answers: Collection[int], now: datetime) -> int:
    """Send the link to those who owe an answer and have no e-mail since they were last asked; return how many.

    An e-mail holds a link and nothing about any student. What the mail server refuses stays unsent.
    """
    sent = 0
    for key in answers:
        try:
            sent += _mail(key, now)
        except (SMTPException, OSError) as fault:
            logger.error("round robin e-mail %s could not be sent: %s", key, type(fault).__name__)
    return sent


def without_address(answers: Collection[int]) -> list[User]:
    """Return those of the teachers asked to whom no e-mail can go, by name."""
    teachers = User.objects.filter(pk__in=RobinAnswer.objects.filter(pk__in=answers).values("teacher"))
    return [teacher for teacher in teachers if not teacher.email.strip()]


def _mail(key: int, now: datetime) -> bool:
    """Send one e-mail, noted as sent before it leaves: whatever breaks afterwards, it does not go out twice."""
    is_due = Q(mailed_at=None) | Q(mailed_at__lt=F("chased_at"))
    waiting = RobinAnswer.objects.owed().filter(is_due, pk=key)
    answer = waiting.select_related("teacher", "robin__asked_by").first()
    if answer is None or not answer.teacher.email.strip():
        return False
    before = answer.mailed_at
    if not RobinAnswer.objects.filter(is_due, pk=key).update(mailed_at=now):
        return False
    try:
        _message(answer, is_reminder=before is not None).send()
    except (SMTPException, OSError):
        RobinAnswer.objects.filter(pk=key).update(mailed_at=before)
        raise
    return True


def _message(answer: RobinAnswer, *, is_reminder: bool) -> EmailMessage:
    address = settings.SITE_URL.rstrip("/") + reverse("behaviour:robin_answer", args=[answer.pk])
    due = answer.robin.due_on
    begins = "Reminder: three" if is_reminder else "Three"
    return EmailMessage(
        subject=f"{begins} questions about a student, by {due:%A %-d %B}",
        body=(
            f"Dear {answer.teacher.formal_name},\n\n"
            f"{answer.robin.asked_by.formal_name} asks you three questions about a student whom you teach, for a "
            f"meeting; please answer by {due:%A %-d %B}:\n\n{address}\n\n"
            "You will be asked to sign in. If you do not teach the student, one button there says so. "
            "This message holds no student's data.\n"
        ),
        to=[answer.teacher.email],
    )
