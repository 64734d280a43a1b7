"""How many penalty-notice cases wait for a decision: the number alone of the watch list, in one query."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Sum

from attendance.figures import PENALTY_NOTICE_SESSIONS
from attendance.figures.notices import UNAUTHORISED_KEYS, Missed
from attendance.models import AttendanceWeek, NoticeDecision, SessionMark
from attendance.summaries.notice_rows import WatchReading, is_worth_a_look
from attendance.summaries.notice_weeks import weeks_looked_at
from attendance.summaries.notices import watched
from pastoral.core.models import User
from students.calendar import end_of_compulsory_age, monday_of
from students.summaries import RollEntry, SchoolCalendar, roll_rows


def undecided_cases(user: User, on: date, calendar: SchoolCalendar, as_at: date) -> int:
    """Return how many cases of the person's watch list nobody has decided on, in one query.

    The members, windows and decisions are those of `Watch.load`; only what the number rests on is read.
    """
    mondays = weeks_looked_at(calendar, as_at)
    if not mondays:
        return 0
    rows = [row for row in _rows(user, on, as_at, mondays) if end_of_compulsory_age(row[0].born_on) >= on]
    reading = WatchReading(
        on=on,
        calendar=calendar,
        mondays=mondays,
        # The window counts sessions by their days alone.
        marks={entry.student_id: [Missed(day, "", 0) for day in days] for entry, days, *_ in rows},
        decisions={entry.student_id: [NoticeDecision(window_last=day) for day in ends] for entry, _, ends, _ in rows},
        refused={},
        parents={},
    )
    members = [entry for entry, days, _, reviewed in rows if reviewed or _is_candidate(days, mondays, on)]
    return sum(row.is_undecided for row in reading.rows(members))


def _rows(user: User, on: date, as_at: date, mondays: Sequence[date]) -> list[tuple[RollEntry, Any, Any, Any]]:
    """Return the members who ever reached the threshold's number, or have a review due, with days and decisions."""
    theirs = {"student": OuterRef("student")}
    weeks = AttendanceWeek.objects.filter(monday__range=(mondays[0], mondays[-1])).order_by().values("student")
    many = weeks.annotate(number=Sum("unauthorised")).filter(number__gte=PENALTY_NOTICE_SESSIONS)
    reviewed = NoticeDecision.objects.filter(review_on__lte=on)
    spells = watched(user).filter(
        Q(student__in=many.values("student")) | Q(student__in=reviewed.order_by().values("student"))
    )
    missed = SessionMark.objects.filter(code__in=UNAUTHORISED_KEYS, **theirs).between(mondays[0], on).order_by()
    rows = roll_rows(spells, as_at).annotate(
        days=ArraySubquery(missed.values("date")),
        ends=ArraySubquery(NoticeDecision.objects.filter(**theirs).order_by().values("window_last")),
        reviewed=Exists(reviewed.filter(**theirs)),
    )
    return [(RollEntry(*row[:-3]), *row[-3:]) for row in rows]


def _is_candidate(days: Sequence[date], mondays: Sequence[date], on: date) -> bool:
    counted = Counter(monday_of(day) for day in days)
    return is_worth_a_look([counted[monday] for monday in mondays], mondays, on)
