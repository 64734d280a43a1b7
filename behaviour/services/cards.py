"""Writes to report cards: opened, scored lesson by lesson, signed every day, ended or followed by the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from behaviour.models import CardComment, CardDay, CardScore, CardTarget, ReportCard
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day as said
from pastoral.core.versions import Overtaken, facts_set, version_of
from students.models import Student

Outcome = ReportCard.Outcome
SIGNED = ("note", "signed_by_id")
# What a card ends with when another one begins at once.
GOES_ON = (Outcome.DOWN, Outcome.UP, Outcome.RENEWED)


class CardRunning(Exception):
    """The student is on a card already; the message says on which, fit for the form."""


class CardOver(Exception):
    """The card has ended meanwhile; the message says so, fit for the page."""


class ScoredMeanwhile(Exception):
    """Somebody else scored the lesson since the page was made; the message says who."""


@dataclass(frozen=True)
class Opening:
    """What a card is opened with. targets: up to three, in the student's words; "" for a place that holds none."""

    level: str
    reason: str
    targets: Sequence[str]
    starts_on: date
    ends_on: date
    keeper: User
    stop_at: int
    stop_days: int
    most_points: int | None = None
    parent_told_on: date | None = None
    parent_told_how: str = ""

    def fields(self) -> dict[str, Any]:
        """Return the card's own fields."""
        return {name: value for name, value in vars(self).items() if name != "targets"}


@transaction.atomic
def card_open(
    *, student: Student, opening: Opening, by: User, now: datetime, follows: ReportCard | None = None
) -> ReportCard:
    """Put a student on a card. Raises CardRunning while another one runs."""
    running = ReportCard.objects.running().filter(student=student).select_related("keeper").first()
    if running:
        raise CardRunning(_running(running))
    try:
        with transaction.atomic():
            card = ReportCard.objects.create(
                student=student, follows=follows, opened_by=by, opened_at=now, **opening.fields()
            )
    except IntegrityError as fault:  # somebody was quicker: the database lets one card run
        raise CardRunning("The student is on a report card since a moment ago.") from fault
    _targets_write(card, opening.targets)
    return card


def _running(card: ReportCard) -> str:
    return (
        f"There is a {card.get_level_display()} card already, since {said(card.starts_on)}, kept by "
        f"{card.keeper.formal_name}. End that one, or step it up or down."
    )


@transaction.atomic
def card_change(*, card: ReportCard, seen: str, opening: Opening) -> ReportCard:
    """Put a running card right; what it was stays in the history, and scores with the words scored.

    seen: its `card_version` as the page was made.
    Raises CardOver once it has ended, and Overtaken, unless it says the same already.
    """
    held = _locked(card)
    before = card_version(held)
    for name, value in opening.fields().items():
        setattr(held, name, value)
    held.save()
    _targets_write(held, opening.targets)
    if before not in (seen, card_version(held)):
        raise Overtaken
    return held


def card_version(card: ReportCard) -> str:
    """Return what tells what a card says from anything else that it could say."""
    names = {field.name for field in fields(Opening)} - {"targets", "keeper"}
    targets = CardTarget.objects.on_card().filter(card=card).values_list("order", "words")
    return version_of(card, names, card.keeper_id, list(targets))


def _targets_write(card: ReportCard, targets: Sequence[str]) -> None:
    """Write the targets in their places; a score stays with the words that it was given for.

    One that is taken off is retired with its scores, or gone if it has none, and comes back with them.
    """
    wanted = {place: words for place, words in enumerate(targets, 1) if words}
    rows: list[Any] = list(card.targets.annotate(is_scored=Exists(CardScore.objects.filter(target=OuterRef("pk")))))
    held = _places(rows, wanted)
    off = [row for row in rows if row not in held.values()]
    moved = [row for place, row in held.items() if row.order != place]
    CardTarget.objects.filter(pk__in=[row.pk for row in off if not row.is_scored]).delete()
    leaving = CardTarget.objects.on_card().filter(pk__in=[row.pk for row in [*off, *moved]])
    leaving.update(is_retired=True)  # a place is free before another target is moved there
    for place, words in wanted.items():
        target = held.get(place) or CardTarget(card=card)
        if (target.order, target.words, target.is_retired) != (place, words, False):
            target.order, target.words, target.is_retired = place, words, False
            target.save()


def _places(rows: Sequence[Any], wanted: Mapping[int, str]) -> dict[int, CardTarget]:
    """Return which target takes which place: the one of those words, or one there that has no score yet.

    Words that change before the first score are a slip of the pen, put right where it stands.
    """
    held: dict[int, CardTarget] = {}
    for place, words in wanted.items():
        same = [row for row in rows if row.words == words and row not in held.values()]
        if same:
            held[place] = sorted((row.is_retired, row.order != place, row.pk, row) for row in same)[0][-1]
    unscored = {row.order: row for row in rows if not (row.is_scored or row.is_retired or row in held.values())}
    return held | {place: unscored[place] for place in wanted if place not in held and place in unscored}


@transaction.atomic
def card_end(
    *, card: ReportCard, outcome: str, note: str, following: Opening | None, by: User, now: datetime
) -> ReportCard | None:
    """End a card with its result, and open the one that follows where the outcome goes on; return that one.

    Raises CardOver when it has ended already.
    """
    held = _locked(card)
    held.outcome, held.outcome_note, held.ended_by, held.ended_at = outcome, note, by, now
    held.save(update_fields=["outcome", "outcome_note", "ended_by", "ended_at"])
    if outcome not in GOES_ON or following is None:
        return None
    return card_open(student=held.student, opening=following, by=by, now=now, follows=held)


@transaction.atomic
def card_withdraw(*, card: ReportCard, because: str, by: User, now: datetime) -> ReportCard:
    """Take a card that should not stand out of every list; done twice, the first one stands."""
    held = ReportCard.objects.select_for_update().get(pk=card.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return held


@transaction.atomic
def lesson_score(
    *,
    card: ReportCard,
    day: date,
    period: str,
    scores: Mapping[int, int],
    words: str,
    seen: str,
    by: User,
    now: datetime,
) -> None:
    """Score a lesson, target by target; a score that was there is changed and stays in the history.

    scores: by the target's key, those that were tapped. words: the writer's own comment, "" for none.
    seen: `lesson_version` as the page was made.
    Raises ScoredMeanwhile where a colleague has scored it since, CardOver once the card has ended.
    """
    held = _locked(card)
    stands = list(CardScore.objects.filter(target__card=held, day=day, period=period).select_related("by"))
    comments = list(CardComment.objects.filter(card=held, day=day, period=period).select_related("by"))
    rows: list[CardScore | CardComment] = [*stands, *comments]
    latest = max(rows, key=lambda row: row.at, default=None)
    if latest and latest.by_id != by.pk and lesson_version(latest.at) != seen:
        raise ScoredMeanwhile(f"{latest.by.formal_name} has scored this lesson meanwhile.")
    by_target = {score.target_id: score for score in stands}
    for key in held.targets.on_card().filter(pk__in=scores).values_list("pk", flat=True):
        _score_write(by_target.get(key) or CardScore(target_id=key, day=day, period=period), scores[key], by, now)
    own = next((comment for comment in comments if comment.by_id == by.pk), None)
    _comment_write(own or CardComment(card=held, day=day, period=period, by=by), words, now)


def lesson_version(at: datetime | None) -> str:
    """Return what tells one state of a lesson's scores from another."""
    return at.isoformat() if at else ""


def _score_write(score: CardScore, value: int, by: User, now: datetime) -> None:
    if score.pk is None or score.score != value:
        score.score, score.by, score.at = value, by, now
        score.save()


def _comment_write(comment: CardComment, words: str, now: datetime) -> None:
    is_new = comment.pk is None
    if (is_new and words) or (not is_new and comment.words != words):
        comment.words, comment.at = words, now
        comment.save()


@transaction.atomic
def day_sign(*, card: ReportCard, day: date, seen: str, note: str, by: User, now: datetime) -> CardDay:
    """Sign a day of a card with what it came to; signed again, the later words stand and the earlier ones are kept.

    seen: the `version_of` its SIGNED facts as the page was made. Raises Overtaken.
    """
    held = _day(card, day)
    facts_set(held, seen, {"note": note, "signed_by_id": by.pk})
    held.signed_at = now
    held.save()
    return held


@transaction.atomic
def day_seen(*, card: ReportCard, day: date, on: date | None, how: str) -> CardDay:
    """Note that a parent saw the day, on which date and how; None takes a slip back."""
    held = _day(card, day)
    held.parent_signed_on, held.parent_how = on, how if on else ""
    held.save()
    return held


def _day(card: ReportCard, day: date) -> CardDay:
    held, _is_new = CardDay.objects.get_or_create(card=card, day=day)
    return CardDay.objects.select_for_update().get(pk=held.pk)


def _locked(card: ReportCard) -> ReportCard:
    """Return the card for one writer at a time. Raises CardOver once it has ended or is withdrawn."""
    held = ReportCard.objects.select_for_update(of=("self",)).select_related("ended_by", "student").get(pk=card.pk)
    if held.withdrawn_at:
        raise CardOver("This card was withdrawn meanwhile.")
    if held.outcome:
        raise CardOver(ended_in_words(held))
    return held


def ended_in_words(card: ReportCard) -> str:
    """Return who has ended the card, and how."""
    who = card.ended_by.formal_name if card.ended_by else ""
    return f"{who} has ended this card already: {card.get_outcome_display().lower()}."
