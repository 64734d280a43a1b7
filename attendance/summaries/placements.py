"""Placements elsewhere: which sessions wait for the provider's word, and what was heard of the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate, groupby

from django.db.models import Exists, OuterRef
from django.utils import timezone

from attendance.codes import CODES_BY_KEY
from attendance.models import PlacementConfirmation, PlannedMark, SessionMark
from attendance.querysets import PlannedMarkQuerySet
from attendance.summaries.planned import covers, sessions_of
from attendance.summaries.reach import Reached
from attendance.summaries.shown import MarkShown, mark_shown
from attendance.summaries.times import SchoolTimes
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start
from students.models import Enrolment, Student
from students.querysets import StudentQuerySet
from students.scopes import scope_of
from students.summaries import SchoolCalendar

Place = tuple[int, date, str]
# One form holds a provider's sessions, and the framework takes a thousand fields: two for each, today's besides.
MOST_EARLIER = 200


@dataclass(frozen=True)
class Awaited:
    """One session of a student at a provider. outcome: what was heard, "" for nothing; mark: what the register says.

    begins: when it begins, and can be confirmed; None once it has begun.
    """

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
    begins: datetime | None

    @property
    def key(self) -> str:
        """The session as the page's form names its answer."""
        return f"{self.planned_id}-{self.day.isoformat()}-{self.session}"

    @property
    def is_waiting(self) -> bool:
        """Test whether it has begun and the provider has given no answer."""
        return self.begins is None and not self.is_done

    @property
    def is_done(self) -> bool:
        """Test whether the provider has given an answer."""
        return self.outcome in ("attended", "absent")

    @property
    def place(self) -> str:
        """The session as the page's form hands it back, with the answer that was seen."""
        return f"{self.key}|{self.outcome}"


@dataclass(frozen=True)
class ProviderDay:
    """One day's sessions at a provider: those that have begun, and those still ahead."""

    day: date
    sessions: tuple[Awaited, ...]

    @property
    def begun(self) -> tuple[Awaited, ...]:
        """The sessions that can be confirmed."""
        return tuple(each for each in self.sessions if each.begins is None)

    @property
    def ahead(self) -> tuple[tuple[str, datetime, int], ...]:
        """The sessions of the day still to come: which, when it begins, and how many students are expected."""
        held = [(each.session, each.begins) for each in self.sessions if each.begins is not None]
        return tuple((session, begins, held.count((session, begins))) for session, begins in dict.fromkeys(held))


@dataclass(frozen=True)
class Provider:
    """One provider: whom to ring, what waits there today and from earlier days, and who answered there last.

    earlier: the newest of the days left open; left: how many sessions wait from all of them.
    """

    name: str
    telephone: str
    today: ProviderDay | None
    earlier: tuple[ProviderDay, ...]
    left: int
    told_by: str

    @property
    def waiting(self) -> int:
        """How many of today's sessions wait for an answer."""
        return sum(each.is_waiting for each in self.today.sessions) if self.today else 0

    @property
    def older(self) -> int:
        """How many sessions wait from days before those listed."""
        return self.left - sum(len(held.sessions) for held in self.earlier)

    @property
    def is_answered(self) -> bool:
        """Test whether there is any session that can be confirmed."""
        return bool(self.earlier or (self.today and self.today.begun))


def awaited(
    plans: Sequence[PlannedMark],
    who: Mapping[int, Reached],
    calendar: SchoolCalendar,
    times: SchoolTimes,
    now: datetime,
) -> list[Awaited]:
    """Return the sessions that the placements expect from September up to the end of the day, in three queries.

    Not those of a student away for a better reason (leave, an appointment, a part-time timetable), or off roll.
    """
    today = timezone.localtime(now).date()
    first = academic_year_start(academic_year_of(today))
    held = [plan for plan in plans if plan.student_id in who]
    heard = _heard(held, first, today)
    marks = _marks(held, first, today)
    away = _away(held, first, today)
    found = []
    for plan in held:
        for day, session in sessions_of(plan, calendar):
            if not first <= day <= today or not who[plan.student_id].is_on_roll(day):
                continue
            if any(covers(other, day, session) for other in away.get(plan.student_id, [])):
                continue
            begins = times.starts_at(day, session)
            at = (day, session, begins if begins > now else None)
            found.append(_row(plan, who[plan.student_id], at, heard, marks))
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
    at: tuple[date, str, datetime | None],
    heard: Mapping[Place, PlacementConfirmation],
    marks: Mapping[Place, int],
) -> Awaited:
    day, session, begins = at
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
        begins=begins,
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


def by_provider(rows: Iterable[Awaited], plans: Sequence[PlannedMark], today: date) -> list[Provider]:
    """Group what is expected today, and what earlier days left open, by provider; who waits today comes first."""
    places = {plan.pk: (plan.provider, plan.provider_telephone) for plan in plans}
    shown = [row for row in rows if row.day == today or not row.is_done]

    def place(row: Awaited) -> tuple[str, str]:
        return places[row.planned_id]

    held = [_provider(*key, list(group), today) for key, group in groupby(sorted(shown, key=place), key=place)]
    return sorted(held, key=lambda provider: (not provider.waiting, provider.today is None, provider.name))


def _provider(name: str, telephone: str, rows: list[Awaited], today: date) -> Provider:
    ordered = sorted(rows, key=lambda row: (-row.day.toordinal(), row.session, row.who.name))
    days = [ProviderDay(day, tuple(held)) for day, held in groupby(ordered, key=lambda row: row.day)]
    earlier = [held for held in days if held.day < today]
    upto = list(accumulate(len(held.sessions) for held in earlier))
    return Provider(
        name=name,
        telephone=telephone,
        today=next((held for held in days if held.day == today), None),
        earlier=tuple(held for held, count in zip(earlier, upto, strict=True) if count <= MOST_EARLIER),
        left=upto[-1] if upto else 0,
        told_by=next((row.heard for row in ordered if row.heard), ""),
    )
