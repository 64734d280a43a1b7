"""One report card as its page shows it: a day lesson by lesson, and the days before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps

from behaviour.models import CardComment, CardDay, CardScore, CardTarget, ReportCard
from behaviour.summaries.card_rules import DayPoints, StopRule, Verdict, verdict_of
from behaviour.summaries.cards import points_of, share_of, stop_rule
from students.lessons import Period, Taught, lessons
from students.staff import staff_names
from students.summaries import SchoolCalendar

CHART_HEIGHT, BAR_WIDTH, BAR_STEP = 100, 14, 20


@dataclass(frozen=True)
class Slot:
    """One lesson of a day. scores: one for each target, None where it has none; is_away: not in the lesson."""

    period: str
    subject: str
    teacher: str
    is_away: bool
    scores: tuple[CardScore | None, ...]
    comment: CardComment | None
    has_begun: bool

    @property
    def is_scored(self) -> bool:
        """Test for a lesson with a score."""
        return any(self.scores)

    @property
    def is_missing(self) -> bool:
        """Test for a lesson that is to be scored and is not."""
        return self.has_begun and not self.is_away and not self.is_scored

    @property
    def by(self) -> str:
        """Return who scored it."""
        names = dict.fromkeys(score.by.formal_name for score in self.scores if score)
        return ", ".join(names)

    @property
    def at(self) -> datetime | None:
        """Return when the lesson was last scored or written about."""
        held = [row.at for row in (*self.scores, self.comment) if row]
        return max(held, default=None)


@dataclass(frozen=True)
class Bar:
    """One day of the chart: a bar as high as its share of the points, in the chart's own units."""

    day: date
    percent: int
    is_met: bool
    x: int

    @property
    def height(self) -> int:
        """Return how high the bar is; a day without a point still shows."""
        return max(self.percent, 1)

    @property
    def y(self) -> int:
        """Return where the bar begins, from the top."""
        return CHART_HEIGHT - self.height


@dataclass(frozen=True)
class DayRow:
    """One day in the list of a card's days. points: None where nobody scored it."""

    day: date
    points: DayPoints | None
    is_met: bool
    record: CardDay | None
    is_today: bool

    @property
    def is_signed(self) -> bool:
        """Test for a day that the keeper has signed."""
        return bool(self.record and self.record.signed_at)


@dataclass(frozen=True)
class Change:
    """A score that was changed: what it was, by whom it was given, and when it was changed."""

    period: str
    target: str
    was: str
    by: str
    changed_at: datetime


@dataclass(frozen=True)
class CardPage:
    """A card, one of its days, and what it has come to so far."""

    card: ReportCard
    targets: tuple[CardTarget, ...]
    day: date | None
    slots: tuple[Slot, ...]
    points: DayPoints | None
    record: CardDay | None
    changed_since: bool
    changes: tuple[Change, ...]
    rows: tuple[DayRow, ...]
    rule: StopRule
    percent: int | None
    verdict: Verdict

    @property
    def expected(self) -> int:
        """Return in how many lessons of the day the student is expected."""
        return sum(not slot.is_away for slot in self.slots)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Return the chart of the scored days."""
        scored = [row for row in self.rows if row.points]
        return tuple(
            Bar(row.day, row.points.percent, row.is_met, place * BAR_STEP)
            for place, row in enumerate(reversed(scored))
            if row.points
        )

    @property
    def chart_width(self) -> int:
        """Return how wide the chart is."""
        return max(BAR_STEP * len(self.bars), BAR_STEP * 5)

    @property
    def chart_line(self) -> int:
        """Return where the line of the wanted share lies, from the top."""
        return CHART_HEIGHT - self.rule.stop_at


def card_page(card: ReportCard, day: date | None, now: datetime, today: date) -> CardPage:
    """Return a card's page for one of its school days up to today; the last one when `day` is none of them."""
    calendar = SchoolCalendar.load()
    rule = stop_rule(card, calendar)
    begun = [each for each in rule.days if each <= today]
    shown = day if day in begun else begun[-1] if begun else None
    points = {each.day: each for each in points_of([card]).get(card.pk, ())}
    scored = tuple(points.values())
    targets = tuple(card.targets.all())
    records = {record.day: record for record in card.days.select_related("signed_by")}
    slots = slots_of(card, targets, shown, now) if shown else ()
    record = records.get(shown) if shown else None
    latest = max((slot.at for slot in slots if slot.at), default=None)
    days = sorted({*begun, *points}, reverse=True)
    return CardPage(
        card=card,
        targets=targets,
        day=shown,
        slots=slots,
        points=points.get(shown) if shown else None,
        record=record,
        changed_since=bool(record and record.signed_at and latest and latest > record.signed_at),
        changes=changes_of(targets, shown) if shown else (),
        rows=tuple(
            DayRow(
                each,
                points.get(each),
                each in points and rule.is_met(points[each]),
                records.get(each),
                each == today,
            )
            for each in days
        ),
        rule=rule,
        percent=share_of(scored),
        verdict=verdict_of(rule, scored, today),
    )


def slots_of(card: ReportCard, targets: Sequence[CardTarget], day: date, now: datetime) -> tuple[Slot, ...]:
    """Return the lessons of the day, those of the student and any other that was scored, in order."""
    source = lessons()
    times = {period.name: period for period in source.periods()}
    known = {one.period: one for one in source.on([card.student_id], day)}
    scores = {
        (score.period, score.target_id): score
        for score in CardScore.objects.filter(target__in=targets, day=day).select_related("by")
    }
    comments = {
        comment.period: comment for comment in CardComment.objects.filter(card=card, day=day).select_related("by")
    }
    wanted = {*(known or times), *(period for period, _target in scores), *comments}
    order = {name: place for place, name in enumerate(times)}
    names = staff_names(one.teacher for one in known.values())

    def slot(period: str) -> Slot:
        one = known.get(period) or Taught(card.student_id, period, "", "")
        return Slot(
            period=period,
            subject=one.subject,
            teacher=names.get(one.teacher, one.teacher),
            is_away=one.is_away,
            scores=tuple(scores.get((period, target.pk)) for target in targets),
            comment=comments.get(period),
            has_begun=_has_begun(times.get(period), day, now),
        )

    return tuple(slot(period) for period in sorted(wanted, key=lambda name: (order.get(name, 99), name)))


def _has_begun(period: Period | None, day: date, now: datetime) -> bool:
    return period is None or period.has_begun(day, now)


def changes_of(targets: Sequence[CardTarget], day: date) -> tuple[Change, ...]:
    """Return the scores of the day that were changed, latest first, in one query."""
    events = apps.get_model("behaviour", "CardScoreEvent").objects.filter(target__in=targets, day=day)
    words = {target.pk: target.words for target in targets}
    return tuple(
        Change(
            event.period,
            words[event.target_id],
            CardScore.Score(event.score).label,
            event.by.formal_name,
            event.pgh_created_at,
        )
        for event in events.select_related("by").order_by("-pgh_created_at")
    )
