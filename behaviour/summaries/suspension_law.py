"""What follows from a suspension by law: totals, what governors must do and by when, the 6th day. No queries.

Source: Suspension and Permanent Exclusion from maintained schools, academies and pupil referral units (DfE, August
2024); domain.md 4.8. Everything is counted in sessions: 5 days are 10, 15 are 30, 45 are 90.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from behaviour.models import Suspension
from behaviour.summaries.spans import Excluding, in_days, sessions_taken
from students.calendar import academic_year_end, academic_year_of, academic_year_start
from students.summaries import SchoolCalendar
from students.terms import Terms

Kind = Suspension.Kind
FIVE_DAYS, FIFTEEN_DAYS, YEAR_LIMIT = 10, 30, 90
MEET_SOON, MEET_IF_ASKED = 15, 50  # school days within which governors meet
REVIEW_WITHIN = 15  # school days within which parents may ask for a review panel
PROVISION_FROM = 6  # the consecutive school day
BY_LAW = Terms()
Duty = Literal["meet", "if_asked", "consider"]


@dataclass(frozen=True)
class Totals:
    """Sessions of suspension of one student: in the term with most of them that the suspension touches, and the year.

    Up to and with the suspension itself; those that are withdrawn are not among them.
    term_before: the term's without the suspension itself.
    elsewhere: of the year's, those at an earlier school, which the 45 days of the law count and its terms do not.
    """

    term: int
    year: int
    elsewhere: int = 0
    term_before: int = 0

    @property
    def left(self) -> int:
        """Sessions that the law leaves in the school year."""
        return max(0, YEAR_LIMIT - self.year)

    @property
    def term_days(self) -> str:
        """The term's, in days."""
        return in_days(self.term)

    @property
    def year_days(self) -> str:
        """The year's, in days."""
        return in_days(self.year)

    @property
    def elsewhere_days(self) -> str:
        """Those at an earlier school, in days."""
        return in_days(self.elsewhere)

    @property
    def left_days(self) -> str:
        """What is left, in days."""
        return in_days(self.left)


def totals_with(
    span: Excluding,
    earlier: Iterable[Excluding],
    calendar: SchoolCalendar,
    elsewhere: Mapping[int, int] = MappingProxyType({}),
    terms: Terms = BY_LAW,
) -> Totals:
    """Return the totals with the suspension, and those of the same student that began before it.

    One that reaches into the next term counts in each term with the sessions that are in it.
    elsewhere: the student's sessions at earlier schools by academic year. terms: the school's own, where it has three.
    """
    own = list(sessions_taken(span, calendar)) if span.kind != Kind.PERMANENT else []
    taken = [day for other in earlier if other.kind != Kind.PERMANENT for day, _ in sessions_taken(other, calendar)]
    taken += [day for day, _ in own]
    touched = {terms.of(day) for day, _ in own} or {terms.of(span.starts_on)}
    years = {academic_year_of(day) for day, _ in own} or {academic_year_of(span.starts_on)}
    year, other = max((_in_year(taken, year) + elsewhere.get(year, 0), elsewhere.get(year, 0)) for year in years)
    term, within = max((_within(taken, *term), _within((day for day, _ in own), *term)) for term in touched)
    return Totals(term, year, other, term - within)


def _in_year(days: Iterable[date], year: int) -> int:
    return _within(days, academic_year_start(year), academic_year_end(year))


def _within(days: Iterable[date], first: date, last: date) -> int:
    return sum(first <= day <= last for day in days)


def governors_duty(totals: Totals, *, is_permanent: bool, misses_exam: bool) -> Duty:
    """Return what the governing board must do: meet, meet if parents make representations, or consider those."""
    if is_permanent or misses_exam or totals.term > FIFTEEN_DAYS:
        return "meet"
    return "if_asked" if totals.term > FIVE_DAYS else "consider"


def school_days_after(day: date, number: int, calendar: SchoolCalendar) -> date | None:
    """Return the school day that is so many after the day; None when the calendar does not reach so far."""
    place = bisect_right(calendar.days, day) + number - 1
    return calendar.days[place] if place < len(calendar.days) else None


def day_back(span: Excluding, calendar: SchoolCalendar) -> date | None:
    """Return the day on which the student is back; None for one that is permanent or for lunchtimes."""
    if span.ends_on is None or span.kind != Kind.SUSPENSION:
        return None
    is_half = span.ends_session == "AM" and calendar.is_school_day(span.ends_on)
    return span.ends_on if is_half else calendar.next_school_day(span.ends_on)


def follows_on(span: Excluding, before: Excluding, calendar: SchoolCalendar) -> bool:
    """Test whether no session of school lies between the end of the one and the beginning of the other."""
    if before.ends_on is None or Kind.LUNCHTIME in (span.kind, before.kind):
        return False
    last, first = (before.ends_on, before.ends_session), (span.starts_on, span.starts_session)
    between = ((day, session) for day in calendar.between(last[0], first[0]) for session in ("AM", "PM"))
    return last < first and not any(last < each < first for each in between)


def provision_day(span: Excluding, others: Collection[Excluding], calendar: SchoolCalendar) -> date | None:
    """Return the 6th consecutive school day, from which there must be full-time education; None when it is shorter.

    Suspensions that follow straight on one another count as one. A half day counts as a day: who plans by it is not
    late.
    """
    if span.kind == Kind.LUNCHTIME:
        return None
    if span.kind == Kind.PERMANENT:
        return school_days_after(span.starts_on, PROVISION_FROM - 1, calendar)
    run = _run(span, others, calendar)
    days = sorted({day for each in run for day, _session in sessions_taken(each, calendar)})
    sixth = days[PROVISION_FROM - 1] if len(days) >= PROVISION_FROM else None
    return sixth if sixth and sixth >= span.starts_on else (span.starts_on if sixth else None)


def _run(span: Excluding, others: Collection[Excluding], calendar: SchoolCalendar) -> Sequence[Excluding]:
    run, first = [span], span
    while before := next((each for each in others if each not in run and follows_on(first, each, calendar)), None):
        run.append(before)
        first = before
    return run
