"""Interventions of the demo school, of last year and this one: running, ended with each outcome, too early, too few."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from django.db.models import Count, Sum

from attendance.models import AttendanceWeek
from behaviour.models import Involvement
from interventions.models import (
    DeliveredSession,
    Intervention,
    InterventionReview,
    InterventionStudent,
    InterventionType,
    PACase,
    SessionPlace,
)
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at
from reports.demo.conduct import token
from reports.demo.home.people import Homes
from reports.demo.work.help_ends import outcomes_say
from reports.demo.work.help_words import (
    ALIKE,
    ANYBODY,
    FOUND,
    JOINED,
    LATE,
    MOST_AWAY,
    NEW,
    NOTES,
    OFFERS,
    RATINGS,
    SPOKEN_OF,
    TOGETHER,
    Offer,
)
from reports.demo.work.need import just_come, missed_share, missed_this_year, on_day, red_of_a_year, worst_first
from students.summaries import RollEntry

RECENT = timedelta(days=120)
FIVE_WEEKS = timedelta(weeks=5)
Made = list[tuple[Offer, Intervention]]


@dataclass
class Lists:
    """Whom interventions are for, by why; nobody twice from the same list until it is used up. taken: who slipped."""

    held: dict[str, list[RollEntry]]
    used: dict[str, int]
    cast: Cast
    taken: set[int]

    @classmethod
    def of(cls, homes: Homes) -> "Lists":
        """Read the marks, lates and incidents once."""
        ranked = worst_first(homes, missed_this_year(homes.cast))
        depth = max((len(each) for each in ranked.values()), default=0)
        away = [members[place] for place in range(depth) for members in ranked.values() if place < len(members)]
        since = homes.cast.day - RECENT
        late = AttendanceWeek.objects.filter(monday__gte=since).order_by().values("student")
        told = Involvement.objects.negative().filter(incident__occurred_on__gte=since).order_by().values("student")
        known = {member.student_id: member for member in away}
        return cls(
            {
                MOST_AWAY: away,
                LATE: _most(late.annotate(n=Sum("late_before_close")), known) or away,
                SPOKEN_OF: _most(told.annotate(n=Count("pk")), known) or away,
                NEW: sorted(away, key=lambda member: member.admitted_on, reverse=True),
                ANYBODY: sorted(away, key=lambda member: member.student_id),
            },
            {},
            homes.cast,
            set(),
        )

    def take(self, offer: Offer) -> list[RollEntry]:
        """Return the next students of the offer's list; those of a group are of one year."""
        if offer.whom == MOST_AWAY and (found := self._slipping(on_day(self.cast, offer.back))):
            self.taken.add(found.student_id)
            return [found]
        if offer.whom in (JOINED, ALIKE):
            found_by = just_come if offer.whom == JOINED else red_of_a_year
            return found_by(self.held[ANYBODY], on_day(self.cast, offer.back))[: offer.students]
        rows, first = self.held[offer.whom], self.used.get(offer.whom, 0)
        lead = rows[first % len(rows)]
        self.used[offer.whom] = first + (3 if offer.whom == ANYBODY else 1)
        same = [member for member in rows[first % len(rows) :] if member.year == lead.year]
        return same[: offer.students] if offer.students > 1 else [lead]

    def _slipping(self, starts_on: date) -> RollEntry | None:
        """Return who had missed much in the five weeks before, though not half of them: of each year in turn."""
        missed = missed_share(starts_on - FIVE_WEEKS, starts_on - timedelta(days=7))
        rows = [
            member
            for member in self.held[MOST_AWAY]
            if member.student_id not in self.taken
            and Fraction(1, 10) <= missed.get(member.student_id, Fraction(0)) < Fraction(1, 2)
        ]
        years = sorted({member.year for member in rows})
        if not years:
            return None
        year = years[len(self.taken) % len(years)]
        return max((member for member in rows if member.year == year), key=lambda each: missed[each.student_id])


def _most(rows: Any, known: dict[int, RollEntry]) -> list[RollEntry]:
    keys = rows.filter(n__gt=1).order_by("-n", "student").values_list("student", flat=True)
    return [known[key] for key in keys if key in known]


def interventions_begin(cast: Cast) -> int:
    """Begin what the school offered over two years, log the sessions, hold the reviews, and say how each came out."""
    if Intervention.objects.exists():
        return 0
    homes = Homes.of(cast, "help")
    lists, types = Lists.of(homes), {each.name: each for each in InterventionType.objects.all()}
    cases = dict(PACase.objects.standing().values_list("student", "pk"))
    drawn = _drawn(lists)
    made: Made = []
    for n, (offer, members) in enumerate(drawn):
        owner = cast.holder(Role.HEAD_OF_YEAR if n % 3 else Role.PASTORAL_MANAGER, members[0].year)
        case = cases.get(members[0].student_id) if offer.whom == MOST_AWAY and offer.students == 1 else None
        made.append((offer, _intervention(homes, n, offer, types[offer.type], members, owner, case)))
    Intervention.objects.bulk_create(row for _offer, row in made)
    joined = {row.pk: members for (_offer, row), (_drawn, members) in zip(made, drawn, strict=True)}
    places = InterventionStudent.objects.bulk_create(
        InterventionStudent(intervention=row, student_id=member.student_id, joined_on=row.starts_on)
        for _offer, row in made
        for member in joined[row.pk]
    )
    by_intervention: dict[int, list[InterventionStudent]] = {}
    for place in places:
        by_intervention.setdefault(place.intervention_id, []).append(place)
    _sessions(homes, made, by_intervention)
    _reviews(cast, made)
    outcomes_say(cast, [(offer, row, by_intervention[row.pk]) for offer, row in made if offer.lasts])
    return len(made)


def _drawn(lists: Lists) -> list[tuple[Offer, list[RollEntry]]]:
    """Draw the students of each, twice of what runs; the two that go together are for one student."""
    again = [offer for offer in OFFERS if not offer.lasts and offer.whom != NEW]
    drawn = [(offer, lists.take(offer)) for offer in (*OFFERS, *again)]
    pair = [n for n, offer in enumerate(OFFERS) if (offer.type, offer.back) in TOGETHER]
    for n in pair[1:]:
        drawn[n] = (drawn[n][0], drawn[pair[0]][1])
    return [(offer, members) for offer, members in drawn if members]


def _intervention(
    homes: Homes,
    n: int,
    offer: Offer,
    kind: InterventionType,
    members: Sequence[RollEntry],
    owner: User,
    case: int | None,
) -> Intervention:
    starts_on = on_day(homes.cast, offer.back)
    ended_on = on_day(homes.cast, max(0, offer.back - offer.lasts)) if offer.lasts else None
    deliverer = None if offer.by else homes.who(("tutor", "manager", "year")[n % 3], members[0])
    until = ended_on or max(starts_on + timedelta(weeks=kind.weeks), homes.cast.ahead(4 + n % 9))
    return Intervention(
        token=token("intervention", n), type=kind, aim=kind.aim, target=offer.target, because=offer.because,
        group_name=offer.group, owner=owner, deliverer=deliverer, delivered_by=offer.by, starts_on=starts_on,
        planned_until=until, planned_sessions=kind.sessions, session_minutes=kind.minutes, grace_days=kind.grace_days,
        is_restricted=offer.is_restricted, case_id=case, made_by=owner, made_at=at(starts_on, 8, n % 60),
        ended_on=ended_on, ended_by=owner if ended_on else None,
    )  # fmt: skip


def _sessions(homes: Homes, made: Made, places: dict[int, list[InterventionStudent]]) -> None:
    """Log what took place: evenly over the days, with notes, and how near each student felt to the goal."""
    chance = Random("help/sessions")  # noqa: S311 a made-up school
    sessions, seats = list[DeliveredSession](), list[SessionPlace]()
    for n, (offer, row) in enumerate(made):
        for turn, day in enumerate(_days(homes.cast, offer, row)):
            when = at(day, 8 if row.session_minutes < 10 else 11 + n % 4, 5 + 5 * (n % 9))
            by = row.deliverer or row.owner
            note = NOTES[(n + turn) % len(NOTES)] if row.session_minutes >= 10 else ""
            session = DeliveredSession(
                token=token("session", 1000 * n + turn), intervention=row, held_at=when, by=by, note=note,
                logged_at=when + timedelta(minutes=row.session_minutes + 3), minutes=row.session_minutes,
            )  # fmt: skip
            sessions.append(session)
            seats += _seats(session, places[row.pk], n, turn, chance)
    DeliveredSession.objects.bulk_create(sessions)
    SessionPlace.objects.bulk_create(seats)


def _days(cast: Cast, offer: Offer, row: Intervention) -> Sequence[date]:
    """Return the days of the sessions that took place by now, the last day with marks at the latest."""
    days = cast.calendar.between(row.starts_on, min(row.ended_on or cast.day, cast.day))
    whole = len(cast.calendar.between(row.starts_on, row.planned_until)) or 1
    due = row.planned_sessions * len(days) // whole
    number = min(len(days), -(-due * offer.delivered // 10))
    return [days[place * len(days) // number] for place in range(number)]


def _seats(
    session: DeliveredSession, places: Sequence[InterventionStudent], n: int, turn: int, chance: Random
) -> Iterator[SessionPlace]:
    for place in places:
        was_there = len(places) == 1 or chance.random() < 0.9
        ratings = RATINGS[(n + place.student_id) % len(RATINGS)]
        is_rated = was_there and session.minutes >= 10 and turn < len(ratings)
        yield SessionPlace(
            session=session, member=place, was_there=was_there, rating=ratings[turn] if is_rated else None
        )


def _reviews(cast: Cast, made: Made) -> None:
    """Hold the reviews whose day came; one in six of those that are due waits, and the next ones are to come."""
    reviews = list[InterventionReview]()
    for n, (offer, row) in enumerate(made):
        middle = on_day(cast, max(0, offer.back - (offer.lasts or 20) // 2))
        if row.ended_on:
            reviews.append(_held(row, middle, "change" if n % 4 == 1 else "go_on", n))
            if row.ended_on > middle:
                reviews.append(_held(row, row.ended_on, "end", n))
            continue
        if row.starts_on < middle < cast.day:
            reviews.append(InterventionReview(intervention=row, due_on=middle) if n % 6 == 0 else
                           _held(row, middle, "go_on", n))  # fmt: skip
        if row.planned_until != middle:
            reviews.append(InterventionReview(intervention=row, due_on=row.planned_until))
    InterventionReview.objects.bulk_create(reviews)


def _held(row: Intervention, day: date, decision: str, n: int) -> InterventionReview:
    words = FOUND[decision]
    return InterventionReview(
        intervention=row, due_on=day, held_on=day, by=row.owner, decision=decision, notes=words[n % len(words)]
    )
