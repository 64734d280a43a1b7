"""Half terms as papers are made of them: the one asked for, and the one before it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce

from attendance.models import SessionMark
from students.calendar import academic_year_of
from students.models import CalendarSpan


@dataclass(frozen=True)
class Term:
    """One half term, as far as it is marked. last: its last day, or that of the latest marks while it runs."""

    name: str
    first: date
    last: date

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
        marked=Coalesce(Subquery(marks), Value(today))
    )
    found = [(each, getattr(each, "marked", today)) for each in spans.order_by("-first_day")]
    held = [Term(each.name, each.first_day, min(each.last_day, to)) for each, to in found if each.first_day <= to]
    return tuple(term for term in held if academic_year_of(term.first) >= academic_year_of(today) - 1)


def term_chosen(terms: tuple[Term, ...], key: str) -> tuple[Term | None, Term | None]:
    """Return the half term asked for, else the newest, and the one before it."""
    place = next((n for n, term in enumerate(terms) if term.key == key), 0)
    return (terms[place] if terms else None), (terms[place + 1] if place + 1 < len(terms) else None)
