"""Report cards as lists show them: today's state, what waits to be signed, and what the card's rule proposes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Sum

from behaviour.models import CardDay, CardScore, CardTarget, ReportCard
from behaviour.querysets import ReportCardQuerySet
from behaviour.summaries.card_rules import MOST, DayPoints, StopRule, Verdict, verdict_of
from pastoral.core.models import User
from students.lessons import Taught, lessons
from students.summaries import SchoolCalendar

STANDING_TARGETS = Prefetch("targets", CardTarget.objects.on_card())


@dataclass(frozen=True)
class CardRow:
    """One card in a list. scored, expected: lessons of today; unsigned: earlier days with scores that nobody signed.

    seen_day: the last day of the card with scores before today, seen_on: when a parent saw it, None if not yet.
    """

    key: int
    student_id: int
    name: str
    tutor_group: str
    year: int | None
    level: str
    keeper: str
    is_over: bool
    is_mine: bool
    starts_on: date
    ends_on: date
    scored: int
    expected: int
    unsigned: tuple[date, ...]
    targets: tuple[str, ...]
    seen_day: date | None
    seen_on: date | None
    percent: int | None
    verdict: Verdict


def card_rows(user: User, cards: ReportCardQuerySet, on: date) -> list[CardRow]:
    """Return the cards as one person's list shows them, by year, group and name, in eight queries."""
    held: list[Any] = list(cards.placed(on).in_list_order().prefetch_related(STANDING_TARGETS))
    calendar = SchoolCalendar.load()
    points = points_of(held)
    ends = CardDay.objects.filter(card__in=held)
    signed = {(each.card_id, each.day) for each in ends if each.signed_at}
    seen = {(each.card_id, each.day): each.parent_signed_on for each in ends}
    expected = lessons_expected([card.student_id for card in held], on, calendar)

    def row(card: Any) -> CardRow:
        days = points.get(card.pk, ())
        today = next((each for each in days if each.day == on), None)
        scored = today.lessons if today else 0
        last = max((each.day for each in days if each.day < on), default=None)
        is_on = card.starts_on <= on <= card.ends_on
        return CardRow(
            key=card.pk,
            student_id=card.student_id,
            name=card.student.sort_name,
            tutor_group=card.tutor_group or "",
            year=card.year,
            level=card.get_level_display(),
            keeper=card.keeper.formal_name,
            is_over=bool(card.outcome),
            is_mine=card.keeper_id == user.pk,
            starts_on=card.starts_on,
            ends_on=card.ends_on,
            scored=scored,
            expected=max(expected.get(card.student_id, 0), scored) if is_on else 0,
            unsigned=tuple(each.day for each in days if each.day < on and (card.pk, each.day) not in signed),
            targets=tuple(target.words for target in card.targets.all()),
            seen_day=last,
            seen_on=seen.get((card.pk, last)) if last else None,
            percent=share_of(days),
            verdict=verdict_of(stop_rule(card, calendar), days, on),
        )

    return [row(card) for card in held]


def cards_to_sign(user: User, on: date) -> ReportCardQuerySet:
    """Return the cards that the person keeps, or kept of late, of which an earlier, scored day is not signed."""
    signed = CardDay.objects.filter(card=OuterRef("target__card"), day=OuterRef("day")).exclude(signed_at=None)
    unsigned = CardScore.objects.filter(target__card=OuterRef("pk"), day__lt=on).filter(~Exists(signed))
    return ReportCard.objects.signable(on).filter(Exists(unsigned), keeper=user)


def share_of(days: Sequence[DayPoints]) -> int | None:
    """Return the share of all points, in whole percent; None before the first score."""
    of = sum(day.of for day in days)
    return 100 * sum(day.got for day in days) // of if of else None


def stop_rule(card: ReportCard, calendar: SchoolCalendar) -> StopRule:
    """Return the card's own rule."""
    days = calendar.between(card.starts_on, card.ends_on)
    return StopRule(card.stop_at, card.stop_days, days, is_top=card.level == ReportCard.LADDER[-1])


def verdict_now(card: ReportCard, calendar: SchoolCalendar, on: date) -> Verdict:
    """Return what the card's own rule proposes on the day, in one query."""
    return verdict_of(stop_rule(card, calendar), points_of([card]).get(card.pk, ()), on)


def points_of(cards: Iterable[ReportCard]) -> dict[int, tuple[DayPoints, ...]]:
    """Return the scored days of each card, in order, in one query."""
    rows = (
        CardScore.objects.filter(target__card__in=cards)
        .order_by("target__card", "day")
        .values_list("target__card", "day")
        .annotate(got=Sum("score"), scores=Count("pk"), lessons=Count("period", distinct=True))
    )
    found: dict[int, list[DayPoints]] = defaultdict(list)
    for card, day, got, scores, count in rows:
        found[card].append(DayPoints(day, got, scores * MOST, count))
    return {card: tuple(days) for card, days in found.items()}


def lessons_expected(students: Sequence[int], day: date, calendar: SchoolCalendar) -> dict[int, int]:
    """Return in how many lessons of the day each student is expected.

    Of whom no lesson register is known, every lesson of the school day is.
    """
    if not students or not calendar.is_school_day(day):
        return {}
    found: dict[int, list[Taught]] = defaultdict(list)
    for one in lessons().on(students, [day]):
        found[one.student_id].append(one)
    whole_day = len(lessons().periods()) if len(found) < len(set(students)) else 0
    return {
        student: sum(not one.is_away for one in found[student]) if student in found else whole_day
        for student in students
    }
