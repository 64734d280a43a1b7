"""What has to be done about a suspension, in order of time: by when, whether it is done, and what is overdue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from behaviour.models import SetWork, Suspension
from behaviour.summaries.suspension_law import (
    MEET_IF_ASKED,
    MEET_SOON,
    REVIEW_WITHIN,
    Duty,
    Totals,
    day_back,
    governors_duty,
    provision_day,
    school_days_after,
)
from behaviour.summaries.work_lists import Checklist
from students.summaries import SchoolCalendar

Kind = Suspension.Kind
NO_MEETING = "Up to 5 days in the term: governors consider what parents say, and cannot reinstate."


@dataclass(frozen=True)
class Step:
    """One duty. due: the last day that is in time, None without one; is_owed: not for what only may be done."""

    slug: str
    words: str
    due: date | None = None
    done_on: date | None = None
    is_done: bool = False
    is_owed: bool = True
    detail: str = ""
    why: str = ""

    def is_overdue(self, today: date) -> bool:
        """Test for one that is owed, not done, and past its day."""
        return self.is_owed and not self.is_done and self.due is not None and self.due < today


@dataclass(frozen=True)
class Case:
    """A suspension with all that its duties follow from."""

    span: Suspension
    others: Sequence[Suspension]
    totals: Totals
    work: Sequence[SetWork]
    is_looked_after: bool
    has_free_meals: bool
    calendar: SchoolCalendar

    @property
    def is_permanent(self) -> bool:
        """Test for a permanent exclusion."""
        return self.span.kind == Kind.PERMANENT

    @property
    def duty(self) -> Duty:
        """What the governing board must do."""
        return governors_duty(self.totals, is_permanent=self.is_permanent, misses_exam=self.span.misses_exam)

    @cached_property
    def provision_on(self) -> date | None:
        """The 6th consecutive school day; None when there is none."""
        return provision_day(self.span, self.others, self.calendar)

    @property
    def back_on(self) -> date | None:
        """The day on which the student is back."""
        return day_back(self.span, self.calendar)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The duties in order of time; what has no day comes last."""
        held = [*_told(self), *_work(self), *_governors(self), *_return(self)]
        return tuple(sorted(held, key=lambda step: step.due or date.max))

    def overdue(self, today: date) -> tuple[Step, ...]:
        """Return the duties that are overdue."""
        return tuple(step for step in self.steps if step.is_overdue(today))


def _told(case: Case) -> Iterator[Step]:
    span, first = case.span, case.span.starts_on
    yield _dated("parents_told_on", "Parents told in writing", first, span.parents_told_on, "without delay")
    yield _dated("la_told_on", "Local authority told", first, span.la_told_on, "of every suspension, without delay")
    worker = span.social_worker_told_on
    if case.is_looked_after:
        yield _dated("social_worker_told_on", "Social worker told", first, worker, "the student is looked after")
        told = span.virtual_school_told_on
        yield _dated("virtual_school_told_on", "Virtual school head told", first, told, "the student is looked after")
    else:
        yield Step(
            "social_worker_told_on", "Social worker told", done_on=worker, is_done=bool(worker), is_owed=False,
            why="if the student has one",
        )  # fmt: skip
    due = first if case.duty != "consider" else None
    why = "without delay" if due else "once a term, with the others"
    yield Step(
        "governors_told_on", "Governing board told", due, span.governors_told_on, bool(span.governors_told_on),
        is_owed=due is not None, why=why,
    )  # fmt: skip
    if case.has_free_meals and span.kind != Kind.PERMANENT:
        yield Step("lunch", "Lunch for a student with free school meals", is_owed=False, why="each day of it")


def _dated(slug: str, words: str, due: date, done_on: date | None, why: str) -> Step:
    return Step(slug, words, due, done_on, is_done=bool(done_on), why=why)


def _work(case: Case) -> Iterator[Step]:
    if case.span.kind == Kind.LUNCHTIME:
        return
    work = Checklist(case.work)
    words, due = "Work set and marked, days 1 to 5", case.span.starts_on
    yield Step("work", words, due, is_done=work.is_all_set, detail=work.in_words)
    if case.provision_on:
        whose = "by the local authority" if case.is_permanent else "by the school"
        early = "; for a looked-after student from the first day where possible" if case.is_looked_after else ""
        yield Step(
            "provision", "Full-time education from the 6th school day", case.provision_on,
            is_done=bool(case.span.provision), detail=case.span.provision, why=whose + early,
        )  # fmt: skip


def _governors(case: Case) -> Iterator[Step]:
    span, duty = case.span, case.duty
    told = span.governors_told_on or span.starts_on
    made = span.representations_on
    if duty != "meet":
        yield Step(
            "representations_on", "Parents’ representations", done_on=made, is_done=bool(made), is_owed=False,
            why="if they make any",
        )  # fmt: skip
    if duty == "consider":
        if made or span.governors_met_on:
            yield _meeting(span, "Governors consider what the parents say", None, NO_MEETING)
        return
    days = MEET_SOON if duty == "meet" else MEET_IF_ASKED
    why = _why(case) if duty == "meet" else "more than 5 days in the term, and only if the parents make representations"
    due = school_days_after(told, days, case.calendar)
    is_owed = duty == "meet" or bool(made)
    yield _meeting(span, f"Governors meet within {days} school days", due, why, is_owed=is_owed)
    if case.is_permanent and span.governors_met_on and not span.governors_decided.startswith("Reinstated"):
        until = school_days_after(span.governors_met_on, REVIEW_WITHIN, case.calendar)
        yield Step(
            "review", "Independent review panel may be asked for", until, span.review_asked_on,
            is_done=bool(span.review_asked_on), is_owed=False, detail=span.review_decided,
            why="until that day the student stays on roll",
        )  # fmt: skip


def _why(case: Case) -> str:
    if case.is_permanent:
        return "a permanent exclusion, whatever the parents say"
    if case.span.misses_exam:
        return "a public exam or national test is missed: before it, if that can be done"
    return "more than 15 days in the term, whatever the parents say"


def _meeting(span: Suspension, words: str, due: date | None, why: str, *, is_owed: bool = True) -> Step:
    met = span.governors_met_on
    return Step("governors", words, due, met, bool(met), is_owed=is_owed, detail=span.governors_decided, why=why)


def _return(case: Case) -> Iterator[Step]:
    if case.span.kind != Kind.SUSPENSION:
        return
    at = case.span.reintegration_at
    booked = f"booked for {timezone.localtime(at):%a %-d %b %H:%M}" if at else ""
    yield Step(
        "reintegration", "Reintegration meeting", case.back_on,
        done_on=timezone.localdate(at) if at and case.span.had_reintegration else None,
        is_done=case.span.had_reintegration, detail=case.span.reintegration or booked,
        why="the return cannot be made to depend on it",
    )  # fmt: skip
