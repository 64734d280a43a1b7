"""Report cards laid for tests."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from behaviour.models import CardScore, CardTarget, ReportCard
from pastoral.core.models import User
from students.models import Student

MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)


def card_of(
    student: Student,
    *,
    keeper: User,
    starts_on: date = MONDAY,
    ends_on: date = date(2026, 12, 4),
    targets: Sequence[str] = ("I arrive on time", "I follow instructions the first time"),
    **also: object,
) -> ReportCard:
    """Put a student on a card with these targets."""
    made = ReportCard.objects.create(
        **{
            "student": student,
            "level": "tutor",
            "reason": "Disruption in four subjects",
            "starts_on": starts_on,
            "ends_on": ends_on,
            "keeper": keeper,
            "opened_by": keeper,
        }
        | also
    )
    CardTarget.objects.bulk_create(
        CardTarget(card=made, order=place, words=words) for place, words in enumerate(targets, 1)
    )
    return made


def score(card: ReportCard, day: date, scores: str, *, by: User, period: str = "P1") -> None:
    """Score the card's first target in lessons from that period on: score(card, FRIDAY, "2210", by=somebody)."""
    target = card.targets.get(order=1)
    CardScore.objects.bulk_create(
        CardScore(
            target=target, day=day, period=f"P{int(period[1:]) + place}", score=int(each), by=by, at=timezone.now()
        )
        for place, each in enumerate(scores)
    )
