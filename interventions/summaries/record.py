"""One intervention whole, as one person may read it: students, sessions, reviews, actions, where it came from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from contacts.summaries.history import history_of, kind_of
from interventions.models import (
    Action,
    DeliveredSession,
    Intervention,
    InterventionReview,
    InterventionStudent,
    SessionPlace,
)
from interventions.summaries.interventions import (
    Member,
    Row,
    reads_because,
    rights_on_all,
    rows_of,
    with_numbers,
)
from interventions.summaries.sources import Source, sources_seen
from pastoral.core.backdated import is_logged_late
from pastoral.core.changes import Change
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.together import read_together

MOST_RATINGS = 12
HISTORY = (
    kind_of(
        Intervention,
        {
            "type_id": "Type",
            "aim": "Aim",
            "is_restricted": "For few",
            "target": "Target",
            "because": "Because",
            "group_name": "Group",
            "owner_id": "Owner",
            "deliverer_id": "Delivered by",
            "delivered_by": "Delivered by, from outside",
            "starts_on": "Begins",
            "planned_until": "Planned until",
            "planned_sessions": "Sessions planned",
            "session_minutes": "Minutes of a session",
            "grace_days": "Days of grace",
            "ended_on": "Ended",
            "withdrawn_because": "Withdrawn",
        },
    ),
    kind_of(
        InterventionStudent,
        {
            "joined_on": "Joined",
            "left_on": "Left",
            "outcome": "Outcome",
            "outcome_note": "Outcome, in words",
            "next_step": "Next step",
        },
        of="intervention_id",
    ),
    kind_of(
        InterventionReview,
        {"due_on": "Review due", "held_on": "Review held", "decision": "Decided", "notes": "Found"},
        of="intervention_id",
        about=lambda row: f"Review of {in_words(date.fromisoformat(row['due_on']))}",
    ),
    kind_of(
        DeliveredSession,
        {"held_at": "Session", "minutes": "Minutes", "note": "Note", "withdrawn_because": "Session withdrawn"},
        of="intervention_id",
    ),
)


@dataclass(frozen=True)
class SessionRow:
    """One session. absent: names of those shown who were not there; hidden: how many others were absent."""

    row: DeliveredSession
    there: int
    seats: int
    absent: tuple[str, ...]
    ratings: tuple[tuple[str, int], ...]

    @property
    def held_on(self) -> date:
        """The day at the school."""
        return timezone.localdate(self.row.held_at)

    @property
    def is_logged_late(self) -> bool:
        """Test for one that was written down late (product.md T21)."""
        return is_logged_late(self.row.held_at, self.row.logged_at)


@dataclass(frozen=True)
class Ratings:
    """How near a student felt to their goal, session by session, oldest first, 1 to 5."""

    values: tuple[int, ...]

    @property
    def words(self) -> str:
        """The history in words, as the chart's text."""
        if len(self.values) < 2:
            return f"{self.values[0]} of 5" if self.values else ""
        first, last = self.values[0], self.values[-1]
        over = f"of 5 over {len(self.values)} sessions"
        if last == first:
            return f"still {last} {over}"
        return f"{'up' if last > first else 'down'} from {first} to {last} {over}"

    @property
    def change(self) -> int | None:
        """How far the rating moved; None with fewer than two."""
        return self.values[-1] - self.values[0] if len(self.values) > 1 else None

    @property
    def shown(self) -> tuple[int, ...]:
        """The last dozen, for the chart."""
        return self.values[-MOST_RATINGS:]


NO_RATINGS = Ratings(())


@dataclass(frozen=True)
class Record:
    """One intervention whole. because: None where the person may not read why."""

    shown: Row
    because: str | None
    sources: tuple[Source, ...]
    next_ones: tuple[Any, ...]
    sessions: tuple[SessionRow, ...]
    ratings: Mapping[int, Ratings]
    reviews: tuple[InterventionReview, ...]
    actions: tuple[Action, ...]
    changes: tuple[Change, ...]

    @property
    def row(self) -> Any:
        """The intervention."""
        return self.shown.row

    @property
    def minutes(self) -> int:
        """Staff time of all sessions logged."""
        return sum(each.row.minutes for each in self.sessions)

    def ratings_of(self, member: Member) -> Ratings:
        """Return the ratings of one student."""
        return self.ratings.get(member.place.pk, NO_RATINGS)


def shown_one(user: User, pk: int, on: date) -> Row | None:
    """Return one intervention as the person may see it, a withdrawn one too; None where they may not."""
    found = with_numbers(Intervention.objects.visible_to(user).filter(pk=pk))
    rows = rows_of(user, found, on)
    return rows[0] if rows else None


def because_of(user: User, shown: Row) -> str | None:
    """Return why it was begun; None where the person may not read that."""
    rights = rights_on_all(shown.members, shown.row.seats or 0)
    return shown.row.because if reads_because(user, shown.row, rights) else None


def record_of(user: User, shown: Row) -> Record:
    """Return one intervention whole; of a restricted one to few alone, for the words are in every part of it."""
    row, members = shown.row, shown.members
    every, reviews, actions, next_ones, links = read_together(
        row.sessions.select_related("by").prefetch_related("places").order_by("-held_at", "-pk"),
        row.reviews.select_related("by").order_by("due_on"),
        row.actions.read_by(user).filter(withdrawn_at=None).select_related("owner", "student").order_by("due_on", "pk"),
        row.next_ones.visible_to(user).standing().select_related("type"),
        row.sources.all(),
    )
    held = [each for each in every if each.withdrawn_at is None]
    because = because_of(user, shown)
    return Record(
        shown=shown,
        because=because,
        sources=tuple(sources_seen(user, row, links)),
        next_ones=tuple(next_ones),
        sessions=tuple(_session(each, members) for each in held),
        ratings=_ratings(held),
        reviews=tuple(reviews),
        actions=tuple(_actions(actions, members)),
        changes=_changes(shown, every, reviews, reads=because is not None),
    )


def _session(session: Any, members: Sequence[Member]) -> SessionRow:
    names = {member.place.pk: member.name for member in members}
    places: list[SessionPlace] = list(session.places.all())
    seen = [place for place in places if place.member_id in names]
    return SessionRow(
        session,
        sum(place.was_there for place in places),
        len(places),
        tuple(names[place.member_id] for place in seen if not place.was_there),
        tuple((names[place.member_id], place.rating) for place in seen if place.rating),
    )


def ratings_in(shown: Row) -> Mapping[int, Ratings]:
    """Return the ratings of an intervention's students, by the key of the place, in one query."""
    places = SessionPlace.objects.filter(session__intervention=shown.row, session__withdrawn_at=None, rating__gt=0)
    found: dict[int, list[int]] = defaultdict(list)
    for member, rating in places.order_by("session__held_at", "session_id").values_list("member", "rating"):
        found[member].append(rating or 0)
    return {key: Ratings(tuple(values)) for key, values in found.items()}


def rated(rows: Iterable[Row]) -> list[tuple[int, Ratings]]:
    """Return the ratings in interventions of one student, by the intervention's key, in one query."""
    keys = [row.row.pk for row in rows]
    places = SessionPlace.objects.filter(
        session__intervention__in=keys, session__withdrawn_at=None, rating__isnull=False
    )
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    columns = ("session__intervention", "member", "rating")
    for key, member, rating in places.order_by("session__held_at", "pk").values_list(*columns):
        found[key][member].append(rating)
    return [(key, Ratings(tuple(next(iter(own.values()))))) for key, own in found.items() if len(own) == 1]


def _ratings(sessions: Iterable[Any]) -> dict[int, Ratings]:
    found: dict[int, list[int]] = defaultdict(list)
    for session in sorted(sessions, key=_when):
        for place in session.places.all():
            if place.rating:
                found[place.member_id].append(place.rating)
    return {key: Ratings(tuple(values)) for key, values in found.items()}


def _when(session: DeliveredSession) -> tuple[datetime, int]:
    return session.held_at, session.pk


def _actions(actions: Iterable[Action], members: Sequence[Member]) -> Iterable[Action]:
    known = {member.place.student_id for member in members}
    return [each for each in actions if each.student_id is None or each.student_id in known]


def _changes(shown: Row, sessions: Sequence[Any], reviews: Sequence[Any], *, reads: bool) -> tuple[Change, ...]:
    """Return who changed what, of the students shown; without why it was begun for who may not read that."""
    names = {member.place.pk: member.name for member in shown.members}
    rows = [shown.row, *(member.place for member in shown.members), *sessions, *reviews]
    found = history_of(_told(names), shown.row.pk, rows)
    return tuple(
        change
        for change in found
        if (reads or change.label != "Because") and change.about != _HIDDEN and change.label != "added"
    )


_HIDDEN = "\ue000"


def _told(names: Mapping[int, str]) -> tuple[Any, ...]:
    """Return the kinds of the history, the students' rows by the names of those shown."""
    first, students, *rest = HISTORY
    return first, replace(students, about=lambda each: names.get(each["id"], _HIDDEN)), *rest
