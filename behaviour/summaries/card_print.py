"""A week of a report card for paper: schools that use it carry one sheet from lesson to lesson."""

from dataclasses import dataclass
from datetime import date, timedelta

from behaviour.models import CardScore, CardTarget, ReportCard
from behaviour.summaries.card_days import targets_shown
from students.calendar import monday_of
from students.lessons import lessons
from students.summaries import SchoolCalendar


@dataclass(frozen=True)
class SheetRow:
    """One lesson of a day.

    scores: what was given already, "" where the teacher writes it in, "–" where nobody does any more.
    """

    period: str
    subject: str
    scores: tuple[str, ...]


@dataclass(frozen=True)
class SheetDay:
    """One day of the week on paper."""

    day: date
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class Sheet:
    """One week of a card. before, after: days of the weeks beside it that the card also has; None without one."""

    targets: tuple[CardTarget, ...]
    days: tuple[SheetDay, ...]
    before: date | None
    after: date | None


def sheet_of(card: ReportCard, near: date) -> Sheet:
    """Return the card's week that holds the day, or the one nearest to it."""
    days = SchoolCalendar.load().between(card.starts_on, card.ends_on)
    within = next((day for day in days if day >= near), days[-1] if days else card.starts_on)
    monday = monday_of(within)
    week = [day for day in days if monday <= day < monday + timedelta(days=7)]
    scores = list(CardScore.objects.filter(target__card=card, day__in=week))
    targets = targets_shown(list(card.targets.all()), scores)
    given = {(score.day, score.period, score.target_id): score.score for score in scores}
    source = lessons()
    periods = [period.name for period in source.periods()]
    subjects = {(one.day, one.period): one.subject for one in source.on([card.student_id], week)}

    def row(day: date, period: str, subject: str) -> SheetRow:
        def cell(target: CardTarget) -> str:
            score = given.get((day, period, target.pk))
            return str(score) if score is not None else "–" if target.is_retired else ""

        return SheetRow(period, subject, tuple(map(cell, targets)))

    def sheet_day(day: date) -> SheetDay:
        return SheetDay(day, tuple(row(day, period, subjects.get((day, period), "")) for period in periods))

    return Sheet(
        targets=targets,
        days=tuple(sheet_day(day) for day in week),
        before=max((day for day in days if day < monday), default=None),
        after=min((day for day in days if day >= monday + timedelta(days=7)), default=None),
    )
