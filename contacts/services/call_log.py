"""A first-day call: logged for all of a family at once, and the reason given put into the register."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from attendance.codes import CODES_BY_KEY, code_named
from attendance.services.corrections import Correction, mark_correct
from attendance.services.leave import leave_ask
from attendance.services.plan_rules import PlanFault
from attendance.services.planned import planned_add
from attendance.summaries.plan_offers import LEAVE, PLANNABLE
from attendance.summaries.planned import Span
from attendance.summaries.reach import Reached
from contacts.models import CallClaim, Channel, Contact, Outcome, Purpose, Result
from contacts.services.calling import claim_lasts, students_locked
from contacts.services.contacts import Told, With, contact_log
from contacts.summaries.retries import RetryRule
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import ParentCarer, Student

HOLIDAY = "G"


class AlreadyCalled(Exception):
    """A colleague logged a call, or is calling, since the person looked; the message says who reached whom."""


@dataclass(frozen=True, slots=True)
class Said:
    """How a call went. who_words: "Mother"; words: what was said; at: when it was."""

    carer: ParentCarer
    who_words: str
    number: str
    result: str
    outcome: str = ""
    words: str = ""
    channel: str = Channel.PHONE
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """The reason given for one student. code: its key. seen: how many entries each unexplained session had.

    ahead: the first session that no register has asked for yet, None when only the sessions so far are told about;
    until: the last day of the absence.
    """

    who: Reached
    code: int
    seen: Mapping[str, int]
    ahead: tuple[date, str] | None = None
    until: date | None = None
    is_until_asked: bool = False


@dataclass(frozen=True, slots=True)
class Logged:
    """What came of logging. is_new: False for a second click. asked: how many leaves somebody has to decide.

    unplanned: for whom the rest of the day could not be planned, so that the next register asks again.
    """

    contacts: tuple[Contact, ...]
    is_new: bool
    marks: int = 0
    asked: int = 0
    planned: int = 0
    unplanned: tuple[str, ...] = ()


@transaction.atomic
def call_log(
    *,
    students: Sequence[Student],
    day: date,
    said: Said,
    reasons: Collection[Reason],
    seen: str,
    token: UUID,
    by: User,
    now: datetime,
) -> Logged:
    """Log one call in the file of each student, correct the marks that it explains and give the claim back.

    seen: how far the calls were when the person looked. Raises AlreadyCalled when a colleague was quicker, what marks
    and plans raise when a reason cannot stand, and what `contact_log` raises; then nothing is written.
    """
    keys = [student.pk for student in students_locked([student.pk for student in students])]
    held = tuple(Contact.objects.filter(token=token, student__in=keys))
    if held:
        return Logged(held, is_new=False)
    _is_as_seen(keys, day, seen, by, now)
    at = said.at or now
    told = Told(With.carer(said.carer), at, said.channel, said.result, Purpose.ABSENCE, also=_also(said, keys, now))
    made = contact_log(
        told=told,
        students=students,
        token=token,
        by=by,
        now=now,
        abouts={key: [{"absent_on": day}] for key in keys},
    )
    done = [_explained(reason, _why(reason, said, len(students), at), said, by, at) for reason in reasons]
    CallClaim.objects.filter(student__in=keys, day=day, by=by).delete()
    return Logged(
        tuple(made),
        is_new=True,
        marks=sum(marks for marks, _ in done),
        asked=sum(way == "asked" for _, way in done),
        planned=sum(way == "planned" for _, way in done),
        unplanned=tuple(r.who.name for r, (_, way) in zip(reasons, done, strict=True) if way == "not"),
    )


def call_is_logged(*, token: UUID | None, by: User) -> bool:
    """Test for a call that the same sending of the person logged before."""
    return token is not None and Contact.objects.filter(token=token, logged_by=by).exists()


def _also(said: Said, students: Collection[int], now: datetime) -> dict[str, object]:
    also: dict[str, object] = {"narrative": said.words, "outcome": said.outcome, "number": said.number}
    if said.result != Result.REACHED:
        rule, attempts = RetryRule.load(students, now)
        also["retry_at"] = rule.proposed(attempts=attempts, now=now)
    return also


def _is_as_seen(students: Collection[int], day: date, seen: str, by: User, now: datetime) -> None:
    """Refuse when a colleague logged a call about one of them, or began to call, since the person looked."""
    last_seen, _, claim_seen = seen.partition("-")
    about = Contact.objects.standing(student__in=students, abouts__absent_on=day).select_related(
        "parent_carer", "made_by"
    )
    newer = about.filter(pk__gt=_number(last_seen)).order_by("-pk").first()
    if newer is not None:
        at = timezone.localtime(newer.occurred_at)
        way = Outcome(newer.outcome).label if newer.outcome else newer.get_result_display()
        who = "You have" if newer.made_by_id == by.pk else f"{newer.made_by} has"
        raise AlreadyCalled(
            f"{who} called already: {newer.parent_carer or 'somebody else'} at {at:%H:%M}, "
            f"{way.lower()}. Nothing of yours is lost: log it as well if you spoke too."
        )
    claims = CallClaim.objects.fresh(now - claim_lasts()).filter(student__in=students, day=day).exclude(by=by)
    other = claims.exclude(by=_number(claim_seen)).select_related("by").first()
    if other is not None:
        since = timezone.localtime(other.at)
        raise AlreadyCalled(
            f"{other.by} has been calling since {since:%H:%M}. Nothing of yours is lost: log it if you spoke too."
        )


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else 0


def _why(reason: Reason, said: Said, students: int, at: datetime) -> str:
    """Return what the mark's history says; what was said of several is in no other child's register."""
    meaning = CODES_BY_KEY[reason.code].meaning
    words = said.words if students == 1 else ""
    return f"{said.who_words} by phone {timezone.localtime(at):%H:%M}: {words or meaning}"[:200]


def _explained(reason: Reason, why: str, said: Said, by: User, at: datetime) -> tuple[int, str]:
    """Put the reason into the register: the marks so far, and what it says of the sessions ahead."""
    day = timezone.localdate(at)
    marks = 0
    for session, entries in reason.seen.items():
        correction = Correction(day, session, reason.code, None, None, why, entries)
        marks += mark_correct(student=reason.who, correction=correction, by=by).is_changed
    return marks, _ahead(reason, why, said, by, at) if reason.ahead and reason.until else ""


def _ahead(reason: Reason, why: str, said: Said, by: User, at: datetime) -> str:
    """Plan the sessions ahead, or ask for leave; return "planned", "asked", or "not" where it cannot be."""
    if reason.ahead is None or reason.until is None:
        return ""
    span = Span(*reason.ahead, reason.until, "PM", [])
    student = Student.objects.get(pk=reason.who.student_id)
    letters, asked_by = CODES_BY_KEY[reason.code].letters, str(said.carer)
    if letters == HOLIDAY or letters in LEAVE:
        code = _code_of_leave(letters, reason.until)
        leave_ask(
            student=student,
            code=code,
            span=span,
            note=why,
            asked_by=asked_by,
            asked_on=timezone.localdate(at),
            by=by,
            at=at,
        )
        return "asked"
    if letters in PLANNABLE and Right.PLAN_MARKS in reason.who.rights:
        planned_add(student=student, code=reason.code, span=span, note=why, asked_by=asked_by, by=by, at=at)
        return "planned"
    if reason.is_until_asked:
        raise PlanFault("code", f"{letters} cannot be planned ahead: choose “so far” for {student.forename}.")
    return "not"


def _code_of_leave(letters: str, day: date) -> int:
    """Return the key of the code that leave is asked for as: a holiday as C, which the head grants or refuses."""
    return code_named("C" if letters == HOLIDAY else letters, day).key
