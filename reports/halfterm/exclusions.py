"""Section 3: suspensions and permanent exclusions."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from behaviour.models import Suspension
from behaviour.summaries.suspensions import WATCH, rows_of
from reports.halfterm.counting import COUNT, PER_100, PERCENT, RATE, STUDENTS, SUM, Item, Items, Part, Spec
from reports.halfterm.sides import Side
from students.calendar import academic_year_of, academic_year_start


def suspension_items(side: Side) -> Items:
    """Return what is behind the figures of suspensions; a year's total of a student is up to the window's end.

    Of all who were on roll at any time in the window: who was excluded for good is off roll by its end.
    """
    since = academic_year_start(academic_year_of(side.window.last))
    spans = (
        Suspension.objects.visible_to(side.user)
        .standing(
            student__in=[each.student_id for each in side.everybody],
            starts_on__range=(since - timedelta(days=60), side.window.last),
        )
        .select_related("student")
        .prefetch_related("set_work")
        .order_by("starts_on", "starts_session", "pk")
    )
    rows = rows_of(list(spans), side.window.last, "PM")
    mine = [row for row in rows if side.window.first <= row.span.starts_on]
    back = [row for row in rows if row.span.kind == Suspension.Kind.SUSPENSION and _ended_in(row, side)]
    kinds = {kind: [_suspended(row) for row in mine if row.span.kind == kind] for kind in Suspension.Kind}
    return {
        "suspensions": kinds[Suspension.Kind.SUSPENSION],
        "lunchtime": kinds[Suspension.Kind.LUNCHTIME],
        "permanent": kinds[Suspension.Kind.PERMANENT],
        "reasons": [_suspended(row)._replace(what=name) for row in mine for _code, name in row.reasons],
        "reintegrated": [
            Item(row.span.student_id, int(row.span.had_reintegration), 1, row.span.ends_on, "", _at(row))
            for row in back
        ],
        "watched": [
            Item(student, on=last.span.starts_on, what=f"{last.case.totals.year} sessions this year", url=_at(last))
            for student, last in {row.span.student_id: row for row in rows}.items()
            if last.case.totals.year >= WATCH
        ],
    }


def _ended_in(row: Any, side: Side) -> bool:
    return bool(row.span.ends_on) and side.window.first <= row.span.ends_on <= side.window.last


def _suspended(row: Any) -> Item:
    return Item(
        row.span.student_id, row.span.sessions or 0, 0, row.span.starts_on, row.span.get_kind_display(), _at(row)
    )


def _at(row: Any) -> str:
    return reverse("behaviour:suspension_detail", args=[row.span.pk])


def suspensions_begin() -> date | None:
    """Return the day of the first suspension held."""
    return Suspension.objects.standing().order_by("starts_on").values_list("starts_on", flat=True).first()


SUSPENSIONS = Part(
    "suspensions",
    "Suspensions and permanent exclusions",
    (
        Spec(
            "suspensions",
            "Suspensions",
            "By the first day; lunchtime ones apart.",
            COUNT,
            is_better=False,
            is_of_all=True,
        ),
        Spec(
            "suspended_students",
            "Students suspended",
            "Students with at least one.",
            STUDENTS,
            items="suspensions",
            is_better=False,
            is_of_all=True,
        ),
        Spec(
            "suspended_sessions",
            "Sessions of suspension",
            "Half days of the suspensions begun in the window.",
            SUM,
            items="suspensions",
            is_better=False,
            is_of_all=True,
        ),
        Spec(
            "suspension_rate",
            "Suspensions in 100 students",
            "For each hundred students who were on roll at any time in the window.",
            PER_100,
            items="suspensions",
            is_better=False,
            is_of_all=True,
            short="In 100",
        ),
        Spec("lunchtime", "Lunchtime suspensions", "By the first day.", COUNT, is_better=False, is_of_all=True),
        Spec("permanent", "Permanent exclusions", "By the first day.", COUNT, is_better=False, is_of_all=True),
        Spec(
            "reintegrated",
            "Returns with a reintegration meeting",
            "Of the suspensions that ended in the window, without lunchtime ones: a meeting that was had, not booked.",
            RATE,
            PERCENT,
            is_better=True,
            is_of_all=True,
        ),
        Spec(
            "watched",
            "Students with 30 days or more this year",
            "Of the 45 that the law allows in a school year, up to the window’s end.",
            STUDENTS,
            is_better=False,
            is_of_all=True,
        ),
    ),
    suspension_items,
    suspensions_begin,
)
