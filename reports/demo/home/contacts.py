"""Contacts of the demo school over the year: absence calls, calls after incidents, and what else homes are rung for."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from attendance.models import Session, SessionMark
from behaviour.models import Involvement
from contacts.models import Contact, Outcome, Party, Purpose, Result
from pastoral.core.models import User
from reports.demo.cast import Cast, at
from reports.demo.conduct import token, tutor_of
from reports.demo.home.people import Call, Homes, call_reached, call_tried
from reports.demo.home.stories import ABSENT, BEHAVIOUR, LATE, TOLD, TRIED, Said
from students.calendar import academic_year_of, academic_year_start

RETRY = timedelta(minutes=60)
LATELY = 0.3  # of what homes are rung for, in the last week or so


class Away(NamedTuple):
    """A student away on a morning, with the code of it."""

    key: int
    day: date
    letters: str


def contacts_log(cast: Cast) -> int:
    """Log calls about absence, lateness and incidents, and what homes are rung for besides, with what was promised."""
    if Contact.objects.exists():
        return 0
    year = _Year(Homes.of(cast, "contact"), school_days(cast))
    year.absences()
    year.lates()
    year.incidents()
    year.occasions()
    return Contact.objects.count()


def school_days(cast: Cast) -> tuple[date, ...]:
    """Return the school days of the academic year so far."""
    return cast.calendar.between(academic_year_start(academic_year_of(cast.day)), cast.day)


class _Year:
    """The year's contacts, made one after the other."""

    def __init__(self, homes: Homes, days: tuple[date, ...]) -> None:
        self.homes, self.days, self.numbers = homes, days, count(1)
        self.chance, self.cast = homes.chance, homes.cast

    def absences(self) -> None:
        """Ring about mornings away; of today's unexplained ones, some homes are still to be rung."""
        away = self._away("I", "O", "N", "M")
        together = {(each.key, each.day) for each in away}
        before = [each for each in away if each.day < self.cast.day]
        number = min(len(before), self.cast.share(150))
        rung = set[tuple[int, date]]()
        for each in sorted(self.chance.sample(before, number), key=lambda away: (away.day, away.key)):
            family = self._family(each, together - rung)
            if (each.key, each.day) not in rung and family:
                rung |= {(key, each.day) for key in family}
                self._absence(family, each.day)
        for n, each in enumerate(each for each in away if each.day == self.cast.day and each.letters == "N"):
            if n % 3 == 1:
                self._absence((each.key,), each.day, is_reached=n % 2 == 0)

    def _away(self, *letters: str) -> list[Away]:
        marks = SessionMark.objects.filter(date__in=self.days, session=Session.AM, code__letters__in=letters)
        rows = marks.order_by("date", "student").values_list("student", "date", "code__letters")
        return [Away(*row) for row in rows if self.homes.carer(row[0])]

    def _family(self, away: Away, together: set[tuple[int, date]]) -> tuple[int, ...]:
        """Return the student with the brothers and sisters who are away too and whom the same person answers for."""
        first = self.homes.carer(away.key)
        held = sorted(self.homes.families[away.key] - {away.key})
        same = [key for key in held if (key, away.day) in together and self._answers(first, key)]
        return (away.key, *same)

    def _answers(self, carer: Any, key: int) -> bool:
        return any(each.parent_carer_id == carer.parent_carer_id for each in self.homes.carers[key])

    def _absence(self, keys: tuple[int, ...], day: date, *, is_reached: bool | None = None) -> None:
        when = at(day, 9, 5) + timedelta(minutes=self.chance.randrange(50))
        by = self.homes.who("office", self.homes.members[keys[0]])
        about = {"absent_on": day}
        self._told(keys, Purpose.ABSENCE, ABSENT, when, by, about, tries=0.3, is_reached=is_reached)

    def lates(self) -> None:
        """Ring about those who are late most."""
        late = SessionMark.objects.filter(date__in=self.days[:-1], code__letters="L").order_by("student", "date")
        times: dict[int, list[date]] = {}
        for key, day in late.values_list("student", "date"):
            times.setdefault(key, []).append(day)
        most = sorted((key for key in times if self.homes.carer(key)), key=lambda key: (-len(times[key]), key))
        for key in most[: self.cast.share(26)]:
            by = self.homes.who("tutor", self.homes.members[key])
            self._told((key,), Purpose.LATENESS, LATE, at(times[key][-1], 15, 20), by, tries=0.2)

    def incidents(self) -> None:
        """Ring about what year teams acted on: most within the 48 hours, some late, some still to be reached."""
        owed: Any = Involvement.objects.owed_contact()
        rows = owed.order_by("acted_at", "pk").values_list("pk", "student", "acted_at")
        for n, (key, student, acted_at) in enumerate(rows):
            if self.homes.carer(student) is None or n % 6 == 5:
                continue
            by = self.homes.who("manager", self.homes.members[student])
            when = acted_at + timedelta(minutes=20 + 7 * n % 60) if n % 6 < 4 else self._days_on(acted_at, 3)
            if when <= at(self.cast.day, 17):
                about = {"involvement_id": key}
                is_reached = None if n % 6 else False
                self._told((student,), Purpose.BEHAVIOUR, BEHAVIOUR, when, by, about, tries=0.3, is_reached=is_reached)

    def _days_on(self, moment: datetime, days: int) -> datetime:
        later = [day for day in self.cast.calendar.days if day > moment.date()][:days]
        return at(later[-1], 10, 40) if later else moment

    def occasions(self) -> None:
        """Ring, meet and visit for everything else, a day of the year each."""
        for told in TOLD:
            for member in self.homes.some(told.per_thousand):
                days = self.days[-8:-1] if self.chance.random() < LATELY else self.days[:-1]
                day = self.chance.choice(days or self.days)
                when = at(day, 15, 5) + timedelta(minutes=self.chance.randrange(55))
                by = self.homes.who(told.role, member)
                self._told((member.student_id,), told.purpose, told.said, when, by, tries=0.15)

    def _told(
        self,
        keys: tuple[int, ...],
        purpose: str,
        stories: tuple[Said, ...],
        when: datetime,
        by: User,
        about: dict[str, Any] | None = None,
        *,
        tries: float,
        is_reached: bool | None = None,
    ) -> None:
        """Log what was said, after an attempt or two in that share; is_reached: False for attempts alone."""
        carer = self.homes.carer(keys[0])
        said = self.chance.choice(stories)
        if carer is None:
            return
        if is_reached is False or (not said.is_in and is_reached is None and self.chance.random() < tries):
            self._tried(Call(next(self.numbers), keys, carer, when, by, purpose, about))
            when += RETRY + timedelta(minutes=self.chance.randrange(12))
            if is_reached is False or self.chance.random() < 0.2:
                return
        call = Call(next(self.numbers), keys, carer, when, by, purpose, about)
        is_late = self.chance.random() < 0.06 and when.date() < self.cast.day
        call_reached(self.homes, call, said, logged_at=self._later(when) if is_late else None, **self._step(call, said))

    def _tried(self, call: Call) -> None:
        result, words = self.chance.choice(TRIED)
        call_tried(self.homes, call, result, words, None if result == Result.REFUSED else call.at + RETRY)

    def _later(self, when: datetime) -> datetime:
        return min(when + timedelta(hours=27), at(self.cast.day, 17))

    def _step(self, call: Call, said: Said) -> dict[str, Any]:
        """Return what was promised: by a day within two weeks, done unless it is of these days."""
        if not said.step:
            return {}
        later = [day for day in self.cast.calendar.days if day > call.at.date()][: self.chance.randrange(1, 9)]
        if not later:
            return {}
        words = said.step.format(name=self.homes.members[call.keys[0]].forename)
        step: dict[str, Any] = {"next_step": words, "next_on": later[-1]}
        if later[-1] < self.cast.day and self.chance.random() < 0.95:
            step |= {"next_done_at": at(later[-1], 14, 30), "next_done_by": call.by}
        return step


SETTLED = (
    (Purpose.PROGRESS, "Autumn call home: settled in, books up to date, asked about homework. No worries at home."),
    (Purpose.GOOD_NEWS, "Autumn call home: a good start, said so. Home pleased."),
    (Purpose.PROGRESS, "Autumn call home: went through the first data. Knows whom to ring."),
    (Purpose.GOOD_NEWS, "Autumn call home: kind to others, said so. Dad will pass it on."),
    (Purpose.GOOD_NEWS, "Autumn call home: full marks for homework so far. Very proud."),
    (Purpose.WELFARE, "Autumn call home: a bit tired, otherwise fine. Will ring if that changes."),
)
SILENT = 0.06  # of homes, whom nobody reached in the autumn calls


def homes_rung(cast: Cast) -> int:
    """Have every tutor ring the homes of the form in the autumn, as many schools do; some homes are never reached."""
    if Contact.objects.filter(narrative__startswith="Autumn call home").exists():
        return 0
    homes, made, seen = Homes.of(cast, "autumn"), list[Contact](), set[int]()
    days = school_days(cast)[:-5][-35:] or school_days(cast)
    for n, (key, member) in enumerate(homes.members.items()):
        carer = homes.carer(key)
        if key in seen or carer is None:
            continue
        family = {each for each in homes.families[key] if _is_of(homes, carer.parent_carer_id, each)}
        seen |= family
        if homes.chance.random() >= SILENT:
            when = at(homes.chance.choice(days), 15, 15) + timedelta(minutes=homes.chance.randrange(90))
            by, told = tutor_of(cast, member), SETTLED[n % len(SETTLED)]
            made += [_rung(homes, each, n, when, by, told) for each in sorted(family)]
    return len(Contact.objects.bulk_create(made))


def _is_of(homes: Homes, person: int, key: int) -> bool:
    return any(each.parent_carer_id == person for each in homes.carers[key])


def _rung(homes: Homes, key: int, number: int, when: datetime, by: User, told: tuple[str, str]) -> Contact:
    carer = next(each for each in homes.carers[key])
    return Contact(
        token=token(homes.concern, number), student_id=key, occurred_at=when, logged_at=when + timedelta(minutes=4),
        made_by=by, logged_by=by, owner=by, channel="phone", party=Party.CARER,
        parent_carer_id=carer.parent_carer_id, number=(*carer.numbers, "")[0], result=Result.REACHED,
        purpose=told[0], outcome=Outcome.INFORMED, narrative=told[1],
    )  # fmt: skip
