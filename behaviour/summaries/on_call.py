"""Calls for help as one person may read them: the room for whoever comes, the name for who may see the student."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.utils import timezone

from behaviour.models import OnCall
from behaviour.naming import SOMEBODY, Mask
from behaviour.querysets import OnCallQuerySet
from behaviour.summaries.contact_clock import span_words
from behaviour.summaries.incidents import name_of
from behaviour.summaries.rooms import day_span
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.lessons import lesson_at, lessons
from students.models import Student
from students.scopes import scope_of

SEEN = ("asked_by", "coming_by", "arrived_by", "student")


@dataclass(frozen=True)
class CallShown:
    """One call. student_id: None where none was named, or the reader may not see the student; name says which.

    minutes: from the call to the arrival, or up to now while nobody has come. In what was written the student's name is
    taken out for whoever may not see them. Where nobody was chosen, any name may be typed: see `_reads_typed`.
    """

    key: int
    student_id: int | None
    name: str
    tutor_group: str
    room: str
    period: str
    subject: str
    reason: str
    asked_by: str
    asked_at: datetime
    coming_by: str
    arrived_by: str
    arrived_at: datetime | None
    outcome: str
    note: str
    ended_at: datetime | None
    withdrawn_because: str
    incident_id: int | None
    minutes: int
    is_own: bool

    @property
    def took(self) -> str:
        """These minutes as people say them: "8 min", "2 days 3 h" for a call that was never ended."""
        return span_words(timedelta(minutes=self.minutes))

    @property
    def is_open(self) -> bool:
        """Test for one that goes on."""
        return self.ended_at is None

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.ended_at:
            return self.outcome
        if self.arrived_by:
            return f"{self.arrived_by} is there"
        return f"{self.coming_by} is on the way" if self.coming_by else "nobody yet"

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return "" if self.ended_at else "good" if self.arrived_by else "warn" if self.coming_by else "bad"


@dataclass(frozen=True)
class DayLog:
    """The calls of a day, newest first. typical: the middle one of the minutes to arrival; None without arrivals."""

    rows: tuple[CallShown, ...]
    arrived: int
    typical: float | None
    longest: int | None
    nobody: int


@dataclass(frozen=True)
class LessonNow:
    """The lesson that somebody teaches at the moment, as far as it is known. students: key and name.

    taught: keys of all whom the person teaches today: a bell may ring while the form is open.
    """

    period: str
    subject: str
    students: tuple[tuple[int, str], ...]
    taught: frozenset[int]


def lesson_now(user: User, now: datetime) -> LessonNow:
    """Return the lesson that is on, with the class that the person has in front of them: four queries at most.

    Who teaches a student may name them in a call, whether or not they see the student elsewhere.
    """
    source, local = lessons(), timezone.localtime(now)
    keys = Student.objects.filter(pk__in=source.taught_by(user.staff_code, local.date())).values_list("pk", flat=True)
    held = frozenset(keys)
    period = lesson_at(local.time(), source.periods())
    if period is None or not held:
        return LessonNow(period.name if period else "", "", (), held)
    taught = source.on(list(held), [local.date()])
    mine = [one for one in taught if (one.teacher, one.period) == (user.staff_code, period.name)]
    present = Student.objects.filter(pk__in=[one.student_id for one in mine if not one.is_away])
    subject = next((one.subject for one in mine), "")
    return LessonNow(period.name, subject, tuple((each.pk, each.sort_name) for each in present), held)


def calls_shown(user: User, calls: OnCallQuerySet, now: datetime) -> list[CallShown]:
    """Return the calls as this person reads them, in two queries."""
    held = list(calls.select_related(*SEEN))
    return _shown_all(user, held, now)


def day_log(user: User, calls: OnCallQuerySet, day: date, now: datetime) -> DayLog:
    """Return the calls of the day and how soon somebody came, in two queries."""
    begins, ends = day_span(day)
    rows = calls_shown(user, calls.standing(asked_at__gte=begins, asked_at__lt=ends), now)
    waits = [row.minutes for row in rows if row.arrived_at]
    return DayLog(
        tuple(rows),
        arrived=len(waits),
        typical=median(waits) if waits else None,
        longest=max(waits, default=None),
        nobody=sum(row.ended_at is not None and not row.arrived_at for row in rows),
    )


def known_of(user: User, call: OnCall) -> dict[str, object]:
    """Return what an incident that this person writes of the call begins with, by the names of the form's fields."""
    asked_at = timezone.localtime(call.asked_at)
    text = _text(call, user, _names(user, [call.student_id or 0], asked_at.date()))
    return {
        "what_happened": f"{text(call.reason) or _tapped(call)} (room {call.room}).",
        "activity": call.subject,
        "period": call.period,
        "location": "Classroom",
        "occurred_on": asked_at.date(),
        "occurred_at": asked_at.time(),
    }


def _shown_all(user: User, held: Sequence[OnCall], now: datetime) -> list[CallShown]:
    names = _names(user, (row.student_id for row in held if row.student_id), timezone.localdate(now))
    return [_shown(row, names, user, now) for row in held]


def _names(user: User, keys: Iterable[int], on: date) -> dict[int, tuple[str, str]]:
    seen = Student.objects.visible_to(user).filter(pk__in=set(keys)).with_tutor_group(on)
    return {each.pk: (each.sort_name, getattr(each, "tutor_group", None) or "") for each in seen}


def _text(call: OnCall, user: User, names: Container[int]) -> Callable[[str], str]:
    """Return what makes a typed text of the call into what this person may read of it.

    The call's student is taken out, but for who may see them and who named them.
    """
    if not _reads_typed(call, user):
        return lambda _typed: ""
    is_hidden = call.student is not None and call.student_id not in names and call.asked_by_id != user.pk
    return Mask([name_of(call.student)] if call.student and is_hidden else [])


def _reads_typed(call: OnCall, user: User) -> bool:
    """Test whether the person reads the words as they were typed.

    Without a chosen student nobody knows whom they name: they are for who called, who goes there and who reads of
    every student's behaviour. Anybody else on call has the room and the reason that was tapped.
    """
    is_theirs = user.pk in (call.asked_by_id, call.coming_by_id, call.arrived_by_id)
    reads_all = Right.SEE_BEHAVIOUR_NARRATIVE in scope_of(user).rights_over(None)
    return call.student_id is not None or is_theirs or reads_all


def _tapped(call: OnCall) -> str:
    """Return the part of the reason that was tapped and not typed."""
    return next((each for each in OnCall.REASONS if call.reason.startswith(each)), OnCall.REASONS[-1])


def _shown(row: OnCall, names: dict[int, tuple[str, str]], user: User, now: datetime) -> CallShown:
    is_own = row.asked_by_id == user.pk
    text = _text(row, user, names)
    unseen = SOMEBODY if row.student_id or row.about else ""
    if is_own and row.student:
        unseen = row.student.sort_name  # who called knows whom they named
    name, group = names.get(row.student_id or 0, (text(row.about) or unseen, ""))
    return CallShown(
        key=row.pk,
        student_id=row.student_id if row.student_id in names else None,
        name=name,
        tutor_group=group,
        room=row.room,
        period=row.period,
        subject=row.subject,
        reason=text(row.reason) or _tapped(row),
        asked_by=row.asked_by.formal_name,
        asked_at=row.asked_at,
        coming_by=row.coming_by.formal_name if row.coming_by else "",
        arrived_by=row.arrived_by.formal_name if row.arrived_by else "",
        arrived_at=row.arrived_at,
        outcome=row.get_outcome_display(),
        note=text(row.note),
        ended_at=row.ended_at,
        withdrawn_because=text(row.withdrawn_because),
        incident_id=row.incident_id,
        minutes=int(((row.arrived_at or row.ended_at or now) - row.asked_at).total_seconds() // 60),
        is_own=is_own,
    )
