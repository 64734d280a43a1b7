"""A student's part in incidents, and achievements, as the student page shows them: totals, and what came last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject, TruncDate

from behaviour.involvements import action_listed
from behaviour.models import Achievement, Involvement
from contacts.summaries.good_news import good_news_calls, good_news_noted
from pastoral.core.models import User
from reports.conduct.parts import NEGATIVE
from students.calendar import academic_year_of, academic_year_start
from students.models import CalendarSpan
from students.querysets import StudentQuerySet
from students.summaries import Window

LATEST = 6
Row = dict[str, Any]


@dataclass(frozen=True)
class Sums:
    """Counts and points over a span. incidents: those in which the student did it or took part, with their points."""

    window: Window
    incidents: int
    points: int
    achievements: int
    achievement_points: int

    @property
    def net(self) -> int:
        """Achievement points less behaviour points; it says little without both."""
        return self.achievement_points - self.points


@dataclass(frozen=True)
class BehaviourRecord:
    """The student's part in incidents and their achievements this year, newest first.

    told: when home last heard good news, how and from whom; None when it never did.
    """

    incidents: tuple[Row, ...]
    achievements: tuple[Row, ...]
    windows: tuple[Window, ...]
    told: Row | None

    @classmethod
    def of(cls, found: Sequence[list[Row]], today: date) -> Self:
        """Return the record of the rows that the database gave: incidents, achievements, the term, the last news.

        That is what was noted as told, and what was told by a contact.
        """
        incidents, achievements = (tuple(_dated(row) for row in rows) for rows in found[:2])
        year = Window("year", "This year", academic_year_start(academic_year_of(today)), today)
        told = max((_dated(row) for rows in found[3:] for row in rows), key=lambda row: row["on"], default=None)
        return cls(incidents, achievements, (*(_half_term(term, today) for term in found[2]), year), told)

    @property
    def sums(self) -> tuple[Sums, ...]:
        """The totals of the half term and of the year."""
        return tuple(self._sums(window) for window in self.windows)

    def _sums(self, window: Window) -> Sums:
        incidents = [row for row in self.incidents if row["is_negative"] and window.first <= row["on"] <= window.last]
        achievements = [row for row in self.achievements if window.first <= row["on"] <= window.last]
        return Sums(
            window=window,
            incidents=len(incidents),
            points=sum(row["points"] for row in incidents),
            achievements=len(achievements),
            achievement_points=sum(row["points"] for row in achievements),
        )

    @property
    def latest(self) -> tuple[Row, ...]:
        """The incidents that came last."""
        return self.incidents[:LATEST]

    @property
    def latest_achievements(self) -> tuple[Row, ...]:
        """The achievements that came last."""
        return self.achievements[:LATEST]


def behaviour_of(user: User, students: StudentQuerySet, pk: int, today: date) -> BehaviourRecord:
    """Read this year's incidents and achievements, latest first, and the half term, in one query.

    Matters of the DSL are left out for anybody else, and so is every other student in an incident.
    """
    since = academic_year_start(academic_year_of(today))
    parts = Involvement.objects.of_students(students.filter(pk=pk), user=user)
    incidents = parts.filter(student=OuterRef("pk"), incident__occurred_on__gte=since)
    achievements = Achievement.objects.standing(student=OuterRef("pk"), awarded_on__gte=since)
    row = students.filter(pk=pk).values_list(
        ArraySubquery(
            incidents.order_by("-incident__occurred_on", "-incident__occurred_at_time", "-pk").values(
                row=JSONObject(
                    key="incident",
                    on="incident__occurred_on",
                    type="incident__type",
                    location="incident__location",
                    role="role",
                    points="points",
                    status="incident__status",
                    action=action_listed(),
                    is_owed=Exists(Involvement.objects.owed_contact().open().filter(pk=OuterRef("pk"))),
                )
            )
        ),
        ArraySubquery(
            achievements.order_by("-awarded_on", "-pk").values(
                row=JSONObject(on="awarded_on", type="type", activity="activity", points="points", note="note")
            )
        ),
        ArraySubquery(
            CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, first_day__lte=today)
            .order_by("-first_day")
            .values(row=JSONObject(name="name", first="first_day", last="last_day"))[:1]
        ),
        ArraySubquery(
            good_news_noted()
            .filter(student=OuterRef("pk"))
            .values(row=JSONObject(on="told_on", how="how", title="told_by__title", surname="told_by__surname"))[:1]
        ),
        ArraySubquery(
            good_news_calls(user, [pk])
            .order_by("-occurred_at")
            .values(
                row=JSONObject(
                    on=TruncDate("occurred_at"), how="channel", title="made_by__title", surname="made_by__surname"
                )
            )[:1]
        ),
    )
    return BehaviourRecord.of(row.first() or ([], [], [], [], []), today)


def _half_term(term: Row, today: date) -> Window:
    first, last = date.fromisoformat(term["first"]), date.fromisoformat(term["last"])
    return Window("half-term", term["name"], first, min(last, today))


def _dated(row: Row) -> Row:
    return {**row, "on": date.fromisoformat(row["on"]), "is_negative": row.get("role") in NEGATIVE}
