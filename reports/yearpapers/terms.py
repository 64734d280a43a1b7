"""Half terms as papers are made of them: the one asked for, and the one before it."""

from dataclasses import dataclass, replace
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from attendance.models import SessionMark
from reports.halfterm.spans import last_of_as_many
from students.calendar import academic_year_of
from students.models import CalendarSpan, SchoolDay


@dataclass(frozen=True)
class Term:
    """One half term, as far as it is marked. last: its last day, or that of the latest marks while it runs.

    days: its school days up to then. is_on: more of it is to come.
    """

    name: str
    first: date
    last: date
    days: tuple[date, ...] = ()
    is_on: bool = False

    @property
    def key(self) -> str:
        """How an address asks for it."""
        return self.first.isoformat()

    @property
    def words(self) -> str:
        """Its name and days."""
        return f"{self.name}, {self.first:%-d %b} \N{EN DASH} {self.last:%-d %b %Y}"


def terms_held(today: date) -> tuple[Term, ...]:
    """Return the half terms of this academic year and the last one with marks, newest first, in one query."""
    marks = SessionMark.objects.filter(date__lte=today).order_by("-date").values("date")[:1]
    spans = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, first_day__lte=today).annotate(
        marked=Coalesce(Subquery(marks), Value(today)),
        days=ArraySubquery(
            SchoolDay.objects.filter(day__range=(OuterRef("first_day"), OuterRef("last_day"))).values("day")
        ),
    )
    found = [(each, getattr(each, "marked", today)) for each in spans.order_by("-first_day")]
    held = [
        Term(each.name, each.first_day, min(each.last_day, to), _days(each, to), is_on=to < each.last_day)
        for each, to in found
        if each.first_day <= to
    ]
    return tuple(term for term in held if academic_year_of(term.first) >= academic_year_of(today) - 1)


def _days(span: CalendarSpan, to: date) -> tuple[date, ...]:
    return tuple(sorted(day for day in getattr(span, "days", ()) if day <= to))


def term_chosen(terms: tuple[Term, ...], key: str) -> tuple[Term | None, Term | None]:
    """Return the half term asked for, else the newest, and the one before it.

    Beside one that is still on, as many school days are taken of the one before, as in the half-termly report.
    """
    place = next((n for n, term in enumerate(terms) if term.key == key), 0)
    term = terms[place] if terms else None
    before = terms[place + 1] if place + 1 < len(terms) else None
    if term and before and term.is_on:
        before = replace(before, last=last_of_as_many(before.days, before.last, len(term.days)))
    return term, before
