"""One report card as its page shows it: a day lesson by lesson, and the days before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef
from django.utils import timezone

from behaviour.models import CardComment, CardDay, CardScore, CardTarget, ReportCard
from behaviour.summaries.card_rules import MOST, DayPoints, StopRule, Verdict, verdict_of
from behaviour.summaries.cards import share_of, stop_rule
from students.lessons import Taught, has_begun, lessons
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
    comments: tuple[CardComment, ...]
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
        held = [row.at for row in (*self.scores, *self.comments) if row]
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
        """Return in how many lessons of the day the student is expected, or was scored although marked away."""
        return sum(slot.is_scored or not slot.is_away for slot in self.slots)

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
    rule = stop_rule(card, SchoolCalendar.load())
    begun = [each for each in rule.days if each <= min(today, _last_day(card))]
    shown = day if day in begun else begun[-1] if begun else None
    every = tuple(card.targets.all())
    scores = scores_of(every)
    points = {each.day: each for each in day_points(scores)}
    scored = tuple(points.values())
    records = {record.day: record for record in card.days.select_related("signed_by")}
    given = [score for score in scores if score.day == shown]
    targets = targets_shown(every, given)
    slots = slots_of(card, targets, given, shown, now) if shown else ()
    record = records.get(shown) if shown else None
    latest = max((slot.at for slot in slots if slot.at), default=None)
    was_changed = any(getattr(score, "was_changed", False) for score in given)
    return CardPage(
        card=card,
        targets=targets,
        day=shown,
        slots=slots,
        points=points.get(shown) if shown else None,
        record=record,
        changed_since=bool(record and record.signed_at and latest and latest > record.signed_at),
        changes=changes_of(card, every, shown)
        if shown and (was_changed or any(slot.comments for slot in slots))
        else (),
        rows=tuple(
            DayRow(
                each,
                points.get(each),
                each in points and rule.is_met(points[each]),
                records.get(each),
                each == today,
            )
            for each in sorted({*begun, *points}, reverse=True)
        ),
        rule=rule,
        percent=share_of(scored),
        verdict=verdict_of(rule, scored, today),
    )


def _last_day(card: ReportCard) -> date:
    """Return the last day that a card can have: that on which it ended, if it did."""
    return timezone.localdate(card.ended_at) if card.ended_at else card.ends_on


def targets_shown(targets: Sequence[CardTarget], given: Sequence[CardScore]) -> tuple[CardTarget, ...]:
    """Return the targets that stand, and those taken off since that these scores were given for."""
    scored = {score.target_id for score in given}
    return tuple(target for target in targets if not target.is_retired or target.pk in scored)


def scores_of(targets: Sequence[CardTarget]) -> list[CardScore]:
    """Return every score of the targets, day by day, each with whether it was ever changed; one query."""
    events = apps.get_model("behaviour", "CardScoreEvent").objects.filter(pgh_obj=OuterRef("pk"))
    rows = CardScore.objects.filter(target__in=targets).select_related("by").annotate(was_changed=Exists(events))
    return list(rows.order_by("day", "period", "target"))


def day_points(scores: Sequence[CardScore]) -> list[DayPoints]:
    """Return what each scored day came to, in order."""
    held: dict[date, list[CardScore]] = {}
    for score in scores:
        held.setdefault(score.day, []).append(score)
    return [
        DayPoints(day, sum(one.score for one in ones), MOST * len(ones), len({one.period for one in ones}))
        for day, ones in sorted(held.items())
    ]


def slots_of(
    card: ReportCard, targets: Sequence[CardTarget], given: Sequence[CardScore], day: date, now: datetime
) -> tuple[Slot, ...]:
    """Return the lessons of the day, those of the student and any other that was scored, in order.

    Of whom no lesson register is known, every lesson of the school day is expected.
    """
    known = {one.period: one for one in lessons().on([card.student_id], [day])}
    if not known:
        known = {
            period.name: Taught(card.student_id, period.name, "", "", starts=period.starts)
            for period in lessons().periods()
        }
    scores = {(score.period, score.target_id): score for score in given}
    comments: dict[str, list[CardComment]] = {}
    for row in CardComment.objects.filter(card=card, day=day).exclude(words="").select_related("by").order_by("at"):
        comments.setdefault(row.period, []).append(row)
    wanted = {*known, *(score.period for score in given), *comments}

    def slot(period: str) -> Slot:
        one = known.get(period) or Taught(card.student_id, period, "", "")
        return Slot(
            period=period,
            subject=one.subject,
            teacher=one.taught_by,
            is_away=one.is_away,
            scores=tuple(scores.get((period, target.pk)) for target in targets),
            comments=tuple(comments.get(period, ())),
            has_begun=has_begun(one.starts, day, now),
        )

    starts = {name: one.starts for name, one in known.items()}
    return tuple(slot(name) for name in sorted(wanted, key=lambda each: (starts.get(each) or time.max, each)))


def changes_of(card: ReportCard, targets: Sequence[CardTarget], day: date) -> tuple[Change, ...]:
    """Return the scores and comments of the day that were changed, latest first, in two queries."""
    words = {target.pk: target.words for target in targets}
    scores = apps.get_model("behaviour", "CardScoreEvent").objects.filter(target__in=targets, day=day)
    comments = apps.get_model("behaviour", "CardCommentEvent").objects.filter(card=card, day=day)
    found = [(event, words[event.target_id], CardScore.Score(event.score).label) for event in _by_whom(scores)]
    found += [(event, "comment", event.words) for event in _by_whom(comments)]
    found.sort(key=lambda one: one[0].pgh_created_at, reverse=True)
    return tuple(
        Change(event.period, what, was, event.by.formal_name, event.pgh_created_at) for event, what, was in found
    )


def _by_whom(events: Any) -> Any:
    return events.select_related("by").order_by("-pgh_created_at")
