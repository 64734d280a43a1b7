"""Which report cards a teacher scores, in which lesson: what somebody needs at the end of a lesson, and no more.

Whoever teaches a student on a card scores it, whether or not they see the student elsewhere. Somebody on cover is in no
lesson register: who may log incidents finds any running card by the student's name. Such a person sees the name, the
group and the targets, as on the paper card that the student carries, and what was scored in that lesson; why the
student is on it, the other lessons and the days before stay with those who keep it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone

from behaviour.models import CardComment, CardScore, ReportCard
from behaviour.querysets import ReportCardQuerySet
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.lessons import Taught, has_begun, lessons
from students.models import SchoolDay, Student

TEACHES_SINCE = timedelta(days=28)
MOST_FOUND = 20
LEAST_LETTERS = 3
FOUND_FOR = timedelta(hours=12)
_FOUND = "report card found by name"


@dataclass(frozen=True)
class ToScore:
    """One card in one lesson of today that the person teaches. is_on: the lesson that is on or was last."""

    card: int
    name: str
    tutor_group: str
    period: str
    subject: str
    is_away: bool
    is_scored: bool
    has_begun: bool


@dataclass(frozen=True)
class Found:
    """A card found by the student's name. key: of `find_key`."""

    card: int
    student_id: int
    name: str
    tutor_group: str
    key: str


def running_on(day: date) -> ReportCardQuerySet:
    """Return the cards that run on the day, whoever asks: narrowed by what teachers may see of them."""
    return ReportCard.objects.running().filter(starts_on__lte=day, ends_on__gte=day)


def scored_by(user: User, day: date) -> QuerySet[CardScore, Any]:
    """Return the keys of the cards that the person has scored on the day, as a query."""
    return CardScore.objects.filter(day=day, by=user).values("target__card")


def to_score(user: User, day: date, now: datetime) -> list[ToScore]:
    """Return the cards in the person's own lessons of the day, in the order of the day."""
    held: dict[int, Any] = {card.student_id: card for card in running_on(day).placed(day)}
    if not held:
        return []
    source = lessons()
    mine = [one for one in source.on(list(held), [day]) if one.teacher == user.staff_code]
    if not mine:
        return []
    cards = [held[one.student_id] for one in mine]
    done = set(CardScore.objects.filter(target__card__in=cards, day=day).values_list("target__card", "period"))

    def row(one: Taught) -> ToScore:
        card = held[one.student_id]
        return ToScore(
            card=card.pk,
            name=card.student.sort_name,
            tutor_group=card.tutor_group or "",
            period=one.period,
            subject=one.subject,
            is_away=one.is_away,
            is_scored=(card.pk, one.period) in done,
            has_begun=has_begun(one.starts, day, now),
        )

    in_order = sorted(
        mine, key=lambda one: (one.starts or time.max, one.period, held[one.student_id].student.search_text)
    )
    return [row(one) for one in in_order]


def may_search(user: User) -> bool:
    """Test for somebody who may look for a card by name."""
    return user.may(Right.LOG_INCIDENT)


def is_name(words: str) -> bool:
    """Test for enough letters to look for somebody by."""
    return sum(sign.isalpha() for sign in words) >= LEAST_LETTERS


def found_by(user: User, words: str, day: date) -> list[Found]:
    """Return the running cards of students called so; none for so few letters that they are nobody's name.

    Nobody leafs through who is on a card: see docs/decisions/0015.
    """
    if not may_search(user) or not is_name(words):
        return []
    running = running_on(day)
    students = Student.objects.filter(pk__in=running.values("student")).found_by(words)[:MOST_FOUND]
    held: dict[int, Any] = {card.student_id: card for card in running.placed(day)}
    return [
        Found(
            held[student.pk].pk,
            student.pk,
            student.sort_name,
            held[student.pk].tutor_group or "",
            find_key(user, held[student.pk].pk),
        )
        for student in students
        if student.pk in held
    ]


def scorable(user: User, key: int, today: date, *, find: str = "", day: date | None = None) -> ReportCard | None:
    """Return the running card if the person may score it: kept or taught by them, or just found by the name.

    find: what `find_key` made for the card. day: an earlier one, which only who keeps the student's cards puts right.
    """
    day = day or today
    card = running_on(day).placed(day).filter(pk=key).first() if day <= today else None
    if card is None or _keeps(user, card):
        return card
    may_now = (may_search(user) and is_found(user, key, find)) or _teaches(user, card, today)
    return card if may_now and day == today else None


def over_meanwhile(user: User, key: int, today: date, *, find: str = "") -> ReportCard | None:
    """Return a card that stopped running since this morning, of those that the person might have scored till then.

    An older one is told to who keeps it alone: numbers typed at random tell nobody who was ever on a card.
    """
    begun = ReportCard.objects.filter(pk=key, starts_on__lte=today).exclude(pk__in=running_on(today).values("pk"))
    card = begun.select_related("student", "withdrawn_by", "ended_by").first()
    if card is None or _keeps(user, card):
        return card
    may_know = _stopped_on(card) >= today and (_teaches(user, card, today) or is_found(user, key, find))
    return card if may_know else None


def _stopped_on(card: ReportCard) -> date:
    """Return the first day on which it ran no more, or on which somebody ended or withdrew it."""
    stopped = card.withdrawn_at or card.ended_at
    return timezone.localdate(stopped) if stopped else card.ends_on + timedelta(days=1)


def _keeps(user: User, card: ReportCard) -> bool:
    return ReportCard.objects.with_right(user, Right.KEEP_REPORT_CARDS).filter(pk=card.pk).exists()


def _teaches(user: User, card: ReportCard, day: date) -> bool:
    taught = lessons().teachers([card.student_id], day - TEACHES_SINCE, day)
    return any(teacher.code == user.staff_code for teacher in taught)


def find_key(user: User, card: int) -> str:
    """Return what opens a card that the person found by name: an address typed at random opens none."""
    return signing.dumps([user.pk, card], salt=_FOUND)


def is_found(user: User, card: int, key: str) -> bool:
    """Test a key of `find_key`, which is good for the day's lessons."""
    try:
        held: list[int] = signing.loads(key, salt=_FOUND, max_age=FOUND_FOR)
    except signing.BadSignature:
        return False
    return held == [user.pk, card]


@dataclass(frozen=True)
class Choice:
    """One lesson that can be scored. is_mine: the registers say that the person teaches it."""

    period: str
    words: str
    is_mine: bool
    has_begun: bool


def choices_for(user: User, card: ReportCard, day: date, now: datetime) -> list[Choice]:
    """Return the lessons of the day, with the person's own said so; none on a day without school."""
    if not SchoolDay.objects.filter(day=day).exists():
        return []
    source = lessons()
    known = {one.period: one for one in source.on([card.student_id], [day])}
    return [
        Choice(
            period.name,
            " ".join(filter(None, [period.name, known[period.name].subject if period.name in known else ""])),
            is_mine=period.name in known and known[period.name].teacher == user.staff_code,
            has_begun=period.has_begun(day, now),
        )
        for period in source.periods()
    ]


def chosen_of(choices: list[Choice], wanted: str, done: set[str]) -> str:
    """Return the lesson to begin with: what was asked for, else one's own that is on, else the last that began.

    "" before the first one has begun: no lesson to come is scored.
    """
    begun = [choice for choice in choices if choice.has_begun]
    names = [choice.period for choice in begun]
    if wanted in names:
        return wanted
    mine = [choice.period for choice in begun if choice.is_mine]
    waiting = [period for period in mine if period not in done]
    return next(reversed([*names, *mine, *waiting]), "")


@dataclass(frozen=True)
class Lesson:
    """What one lesson has been given so far. scores: by the target's key."""

    scores: dict[int, CardScore]
    comments: tuple[CardComment, ...] = ()

    def own(self, user: User) -> str:
        """Return what this person wrote of it; nobody's else is shown to who scores it."""
        return next((comment.words for comment in self.comments if comment.by_id == user.pk), "")

    @property
    def latest(self) -> CardScore | CardComment | None:
        """Return what was written last."""
        rows: list[CardScore | CardComment] = [*self.scores.values(), *self.comments]
        return max(rows, key=lambda row: row.at, default=None)


def lessons_scored(card: ReportCard, day: date) -> dict[str, Lesson]:
    """Return what the lessons of the day were given, by period, in two queries."""
    scores: dict[str, dict[int, CardScore]] = defaultdict(dict)
    for score in CardScore.objects.filter(target__card=card, day=day).select_related("by"):
        scores[score.period][score.target_id] = score
    comments: dict[str, list[CardComment]] = defaultdict(list)
    for row in CardComment.objects.filter(card=card, day=day).select_related("by"):
        comments[row.period].append(row)
    return {period: Lesson(scores.get(period, {}), tuple(comments.get(period, ()))) for period in {*scores, *comments}}
