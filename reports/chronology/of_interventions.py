"""Interventions: begun, how many sessions the student was at, each review, the outcome."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from interventions.models import Intervention, InterventionReview, InterventionStudent, SessionPlace
from interventions.models.settings import OF_ATTENDANCE
from interventions.summaries.interventions import rows_of, with_numbers
from pastoral.core.rights import Right
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, paragraphs
from students.scopes import scope_of


def _lists(ask: Ask) -> Sequence[Any]:
    places = InterventionStudent.objects.visible_to(ask.user).standing().filter(student=ask.student)
    named = places.select_related("intervention__type", "intervention__owner", "intervention__made_by", "outcome_by")
    theirs = places.values("intervention")
    reviews = InterventionReview.objects.filter(ask.days("held_on"), intervention__in=theirs).select_related("by")
    seats = SessionPlace.objects.filter(
        ask.moments("session__held_at"), member__in=places.values("pk"), session__withdrawn_at=None
    )
    others = InterventionStudent.objects.filter(intervention__in=theirs).exclude(student=ask.student)
    return [named, reviews, seats.select_related("session__by", "member").order_by("session__held_at", "pk"), others]


_OF_BEHAVIOUR = frozenset({Right.SEE_BEHAVIOUR_NARRATIVE})


class _Told:
    """How each intervention is told to this reader: its title and words, by who may read them."""

    def __init__(self, ask: Ask, places: Sequence[InterventionStudent], others: Sequence[InterventionStudent]) -> None:
        self.ask = ask
        self.reads = _read(ask, {place.intervention_id for place in places if place.intervention.is_restricted})
        self.others: dict[int, set[int]] = defaultdict(set)
        for other in others:
            self.others[other.intervention_id].add(other.student_id)

    def of(self, held: Intervention, title: str, words: str) -> dict[str, Any]:
        """Return title, words and link of a part of an intervention."""
        reads = not held.is_restricted or self.reads.get(held.pk, False)
        called = self.ask.called(title, "intervention", is_restricted=held.is_restricted, reads=reads)
        return {
            "kind": Kind.INTERVENTION,
            "title": called,
            "url": self.ask.link(Right.SEE_INTERVENTIONS, "interventions:intervention_detail", held.pk),
            "others": frozenset(self.others[held.pk]),
            "takes": frozenset() if held.aim in OF_ATTENDANCE else _OF_BEHAVIOUR,
            **self.ask.said(words, is_restricted=held.is_restricted, reads=reads),
        }


def _read(ask: Ask, restricted: set[int]) -> dict[int, bool]:
    """Return which restricted ones the person reads: every student of it counts, so that it is read as its own page is.

    In four queries, where there is a restricted one.
    """
    if not restricted:
        return {}
    found = with_numbers(Intervention.objects.visible_to(ask.user).filter(pk__in=restricted))
    return {row.row.pk: row.reads for row in rows_of(ask.user, found, scope_of(ask.user).on, ask.calendar)}


def _entries(
    ask: Ask,
    places: Sequence[InterventionStudent],
    reviews: Sequence[InterventionReview],
    seats: Sequence[SessionPlace],
    others: Sequence[InterventionStudent],
) -> Iterator[Entry]:
    told = _Told(ask, places, others)
    ones = {place.intervention_id: place.intervention for place in places}
    at: dict[int, list[SessionPlace]] = defaultdict(list)
    for seat in seats:
        at[seat.member_id].append(seat)
    for place in places:
        yield from _place(told, place)
        if at[place.pk]:
            yield _sessions(told, place, at[place.pk])
    for review in reviews:
        held = ones[review.intervention_id]
        title = f"{held.type} reviewed: {review.get_decision_display().lower()}"
        who = review.by.formal_name if review.by else ""
        if review.held_on:
            key = f"intervention_review:{review.pk}"
            yield Entry(key, review.held_on, who=who, **told.of(held, title, review.notes))


def _place(told: _Told, place: InterventionStudent) -> Iterator[Entry]:
    held, key = place.intervention, f"intervention:{place.pk}"
    group = f" ({held.group_name})" if held.group_name else ""
    part = told.of(held, f"{held.type}{group} begins", f"Target: {held.target}")
    late = logged(place.joined_on, held.made_at) if place.joined_on == held.starts_on else None
    yield Entry(key, place.joined_on, who=held.owner.formal_name, logged_at=late, **part)
    if place.outcome_on:
        words = paragraphs(place.outcome_note, f"Next: {place.next_step}" if place.next_step else "")
        ends = told.of(held, f"{held.type}, outcome: {place.get_outcome_display().lower()}", words)
        who = place.outcome_by.formal_name if place.outcome_by else ""
        yield Entry(f"{key}:outcome", place.outcome_on, who=who, **ends)


def _sessions(told: _Told, place: InterventionStudent, seats: Sequence[SessionPlace]) -> Entry:
    """Return the sessions of the span as one entry, at the day of the last."""
    there, last = sum(seat.was_there for seat in seats), seats[-1].session
    n = len(seats)
    title = f"{place.intervention.type}: {n} session{'s' * (n != 1)} held, there at {there}"
    days = ", ".join(f"{timezone.localdate(seat.session.held_at):%-d %b}" for seat in seats)
    part = told.of(place.intervention, title, days)
    return Entry(f"sessions:{place.pk}", timezone.localdate(last.held_at), who=last.by.formal_name, **part)


SOURCES = (Source(frozenset({Kind.INTERVENTION}), _lists, _entries, frozenset({Right.SEE_INTERVENTIONS})),)
