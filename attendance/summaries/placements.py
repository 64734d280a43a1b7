"""Placements elsewhere: which sessions wait for the provider's word, and what was heard of the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Exists, OuterRef

from attendance.codes import CODES_BY_KEY
from attendance.models import PlacementConfirmation, PlannedMark, SessionMark
from attendance.querysets import PlannedMarkQuerySet
from attendance.summaries.planned import covers, sessions_of
from attendance.summaries.reach import Reached
from attendance.summaries.shown import MarkShown, mark_shown
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start
from students.models import Enrolment, Student
from students.querysets import StudentQuerySet
from students.scopes import scope_of
from students.summaries import SchoolCalendar

Place = tuple[int, date, str]


@dataclass(frozen=True)
class Awaited:
    """One session of a student at a provider. outcome: what was heard, "" for nothing; mark: what the register says."""

    planned_id: int
    who: Reached
    day: date
    session: str
    letters: str
    outcome: str
    heard: str
    by: str
    at: datetime | None
    mark: MarkShown | None

    @property
    def is_done(self) -> bool:
        """Test whether the provider has given an answer."""
        return self.outcome in ("attended", "absent")

    @property
    def place(self) -> str:
        """The session as the page's form hands it back, with the answer that was seen."""
        return f"{self.planned_id}|{self.day.isoformat()}|{self.session}|{self.outcome}"


@dataclass(frozen=True)
class ProviderDay:
    """One provider's sessions on one day."""

    provider: str
    telephone: str
    day: date
    sessions: tuple[Awaited, ...]
    told_by: str

    @property
    def waiting(self) -> int:
        """How many sessions still wait for an answer."""
        return sum(not each.is_done for each in self.sessions)


def awaited(
    plans: Sequence[PlannedMark],
    who: Mapping[int, Reached],
    calendar: SchoolCalendar,
    until: tuple[date, str],
) -> list[Awaited]:
    """Return the sessions that the placements expected since September up to the session named, in four queries.

    Not those of a student away for a better reason (leave, an appointment, a part-time timetable), or off roll.
    """
    first = academic_year_start(academic_year_of(until[0]))
    held = [plan for plan in plans if plan.student_id in who]
    heard = _heard(held, first, until[0])
    marks = _marks(held, first, until[0])
    away = _away(held, first, until[0])
    found = []
    for plan in held:
        for day, session in sessions_of(plan, calendar):
            if not first <= day or (day, session) > until or not who[plan.student_id].is_on_roll(day):
                continue
            if any(covers(other, day, session) for other in away.get(plan.student_id, [])):
                continue
            found.append(_row(plan, who[plan.student_id], day, session, heard, marks))
    return found


def waiting_in(user: User, day: date, session: str) -> PlannedMarkQuerySet:
    """Return the placements whose provider has not answered for the session: those of `awaited` that are not done."""
    agreed = PlannedMark.objects.filter(status=PlannedMark.Status.AGREED).covering(day, session)
    heard = PlacementConfirmation.objects.filter(
        planned=OuterRef("pk"), date=day, session=session, outcome__in=["attended", "absent"]
    )
    away = agreed.filter(student=OuterRef("student")).exclude(kind=PlannedMark.Kind.PLACEMENT)
    placed = agreed.filter(kind=PlannedMark.Kind.PLACEMENT, student__in=_planned_for(user, day).values("pk"))
    return placed.filter(~Exists(heard), ~Exists(away))


def _planned_for(user: User, day: date) -> StudentQuerySet:
    """Return the students on roll that day for whom the person plans."""
    years = scope_of(user).years_with(Right.PLAN_MARKS)
    students = Student.objects.visible_to(user).on_roll(day)
    if years is None:
        return students
    return students.filter(pk__in=Enrolment.objects.current(day).filter(year_group__in=years).values("student"))


def _row(
    plan: PlannedMark,
    who: Reached,
    day: date,
    session: str,
    heard: Mapping[Place, PlacementConfirmation],
    marks: Mapping[Place, int],
) -> Awaited:
    answer = heard.get((plan.pk, day, session))
    mark = marks.get((plan.student_id, day, session))
    return Awaited(
        planned_id=plan.pk,
        who=who,
        day=day,
        session=session,
        letters=CODES_BY_KEY[plan.code_id].letters,
        outcome=answer.outcome if answer else "",
        heard=answer.told_by if answer else "",
        by=str(answer.confirmed_by) if answer else "",
        at=answer.confirmed_at if answer else None,
        mark=mark_shown(mark, sees_sensitive=who.sees_sensitive) if mark else None,
    )


def _heard(plans: Collection[PlannedMark], first: date, last: date) -> dict[Place, PlacementConfirmation]:
    rows = PlacementConfirmation.objects.filter(planned__in=[plan.pk for plan in plans], date__range=(first, last))
    return {(row.planned_id, row.date, row.session): row for row in rows.select_related("confirmed_by")}


def _marks(plans: Collection[PlannedMark], first: date, last: date) -> dict[Place, int]:
    rows = SessionMark.objects.filter(student__in={plan.student_id for plan in plans}).between(first, last)
    return {
        (student, day, session): key
        for student, day, session, key in rows.values_list("student_id", "date", "session", "code_id")
    }


def _away(plans: Collection[PlannedMark], first: date, last: date) -> dict[int, list[PlannedMark]]:
    rows = PlannedMark.objects.filter(
        student__in={plan.student_id for plan in plans},
        status=PlannedMark.Status.AGREED,
        starts_on__lte=last,
        ends_on__gte=first,
    ).exclude(kind=PlannedMark.Kind.PLACEMENT)
    found: dict[int, list[PlannedMark]] = {}
    for row in rows:
        found.setdefault(row.student_id, []).append(row)
    return found


def by_provider(rows: Iterable[Awaited], plans: Sequence[PlannedMark]) -> list[ProviderDay]:
    """Group sessions by day (latest first) and provider, with whom to ring and who answered there last."""
    places = {plan.pk: (plan.provider, plan.provider_telephone) for plan in plans}

    def key(row: Awaited) -> tuple[int, str, str]:
        return (-row.day.toordinal(), *places[row.planned_id])

    ordered = sorted(rows, key=lambda row: (*key(row), row.session, row.who.name))
    return [_provider_day(list(held), places) for _, held in groupby(ordered, key=key)]


def _provider_day(held: list[Awaited], places: Mapping[int, tuple[str, str]]) -> ProviderDay:
    provider, telephone = places[held[0].planned_id]
    told = [row.heard for row in held if row.heard]
    return ProviderDay(provider, telephone, held[0].day, tuple(held), told[-1] if told else "")
