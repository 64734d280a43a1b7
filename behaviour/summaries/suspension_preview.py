"""What a suspension would come to, before anybody records it: its sessions, the totals, and what they set off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from behaviour.models import Suspension
from behaviour.summaries.elsewhere import elsewhere_of
from behaviour.summaries.spans import Excluding, in_days, sessions_taken
from behaviour.summaries.suspension_law import (
    FIFTEEN_DAYS,
    FIVE_DAYS,
    MEET_IF_ASKED,
    MEET_SOON,
    YEAR_LIMIT,
    Totals,
    day_back,
    provision_day,
    totals_with,
)
from pastoral.core.templatetags.pastoral import day
from students.models import Student
from students.summaries import SchoolCalendar
from students.terms import Terms

Kind = Suspension.Kind


@dataclass(frozen=True)
class Preview:
    """One suspension that is thought of. days: each with "AM" or "PM" where it is half of it; totals: with it.

    totals is None while nobody is chosen. sets_off: what the law asks for because of it.
    """

    days: tuple[tuple[date, str], ...]
    sessions: int
    totals: Totals | None
    sets_off: tuple[str, ...]
    back_on: date | None

    @property
    def length(self) -> str:
        """How long it is, in days."""
        return in_days(self.sessions)


def preview_of(student: Student | None, span: Excluding, *, misses_exam: bool) -> Preview:
    """Return what the suspension would come to, in four queries; without a student, its sessions alone."""
    calendar = SchoolCalendar.load()
    taken = list(sessions_taken(span, calendar)) if span.kind != Kind.PERMANENT else []
    others: Sequence[Suspension] = ()
    totals = None
    if student is not None:
        others = list(Suspension.objects.standing(student=student).order_by("starts_on", "starts_session"))
        elsewhere: Mapping[int, int] = elsewhere_of([student.pk]).get(student.pk, {})
        totals = totals_with(span, others, calendar, elsewhere, Terms.load())
    provision_on = provision_day(span, others, calendar)
    return Preview(
        days=tuple(_days(taken)),
        sessions=len(taken),
        totals=totals,
        sets_off=tuple(_sets_off(span, totals, provision_on, misses_exam=misses_exam)),
        back_on=day_back(span, calendar),
    )


def _days(taken: Sequence[tuple[date, str]]) -> Iterator[tuple[date, str]]:
    halves: dict[date, list[str]] = {}
    for on, session in taken:
        halves.setdefault(on, []).append(session)
    return ((on, held[0] if len(held) == 1 else "") for on, held in halves.items())


def _sets_off(span: Excluding, totals: Totals | None, provision_on: date | None, *, misses_exam: bool) -> Iterator[str]:
    if span.kind == Kind.PERMANENT or misses_exam:
        why = "a permanent exclusion" if span.kind == Kind.PERMANENT else "a public exam or national test is missed"
        yield f"Governors meet within {MEET_SOON} school days, whatever the parents say: {why}."
    if totals is not None and span.kind != Kind.PERMANENT:
        yield from _by_totals(totals)
    if provision_on:
        whose = "the local authority’s" if span.kind == Kind.PERMANENT else "the school’s"
        yield f"Full-time education from {day(provision_on)}, the 6th school day: {whose} to arrange."


def _by_totals(totals: Totals) -> Iterator[str]:
    for limit, words, then in (
        (FIFTEEN_DAYS, "15", f"governors meet within {MEET_SOON} school days, whatever the parents say"),
        (FIVE_DAYS, "5", f"governors meet within {MEET_IF_ASKED} school days if the parents make representations"),
    ):
        if totals.term > limit:
            when = "Over" if totals.term_before <= limit else "Already over"
            yield f"{when} {words} days in the term: {then}."
            break
    if totals.year > YEAR_LIMIT:
        yield "Over 45 days in the school year: the law does not allow it."
    elif totals.year == YEAR_LIMIT:
        yield "The 45 days that the law allows in the school year are used up with it."
