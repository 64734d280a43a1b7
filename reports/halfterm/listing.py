"""The list of reports as one person sees it, and what they may ask for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from pastoral.core.models import User
from pastoral.core.rights import Right
from reports.halfterm.spans import HalfTerm, half_terms
from reports.models import HalfTermReport
from reports.querysets.halfterm import years_led
from students.calendar import academic_year_name, academic_year_of
from students.scopes import scope_of, years_offered

SCHOOL = "school"


@dataclass(frozen=True)
class Heap:
    """One half term's reports."""

    title: str
    reports: tuple[HalfTermReport, ...]


@dataclass(frozen=True)
class Listing:
    """Every report the person sees, by half term, latest first; versions that were corrected stay listed."""

    heaps: tuple[Heap, ...]
    half_terms: tuple[tuple[str, str], ...]
    years: tuple[tuple[str, str], ...]

    @classmethod
    def load(cls, user: User, today: date) -> Self:
        """Read them in three queries."""
        held = half_terms()
        reports = (
            HalfTermReport.objects.visible_to(user)
            .standing()
            .select_related("signed_by", "released_by", "made_by", "job")
            .defer("figures", "words", "drafted")
        )
        heaps: dict[tuple[int, int], list[HalfTermReport]] = {}
        for report in reports:
            heaps.setdefault((report.academic_year, report.half_term), []).append(report)
        years = years_made_by(user)
        begun = [each for each in reversed(held) if each.first < today]
        since = academic_year_of(today) - 1
        return cls(
            heaps=tuple(Heap(_title(held, *key), tuple(rows)) for key, rows in sorted(heaps.items(), reverse=True)),
            half_terms=tuple((each.key, each.title) for each in begun if each.academic_year >= since) if years else (),
            years=years,
        )

    @property
    def may_ask(self) -> bool:
        """Test whether there is anything that the person may have made."""
        return bool(self.years and self.half_terms)


def _title(held: Sequence[HalfTerm], academic_year: int, number: int) -> str:
    found = (each.title for each in held if (each.academic_year, each.number) == (academic_year, number))
    return next(found, f"Half term {number} of {academic_year_name(academic_year)}")


def years_made_by(user: User) -> tuple[tuple[str, str], ...]:
    """Return the years whose reports the person makes, and the school, as choices."""
    scope, every = scope_of(user), years_offered(user, Right.MAKE_REPORTS)
    if scope.years_with(Right.MAKE_REPORTS) is not None:
        return tuple((str(year), f"Year {year}") for year in every)
    led = frozenset(years_led(scope.on)) - scope.years
    return ((SCHOOL, "The school"), *((str(year), f"Year {year}") for year in every if year not in led))


def reports_described(user: User, keys: Collection[int]) -> dict[int, str]:
    """Return those of the reports that the person may see in words: "Half-termly report, Year 9, to 23 Oct 2026"."""
    reports = HalfTermReport.objects.visible_to(user).filter(pk__in=keys).only("year_group", "as_at", "version")
    return {each.pk: f"Half-termly report, {each.scope_name}, to {each.as_at:%-d %b %Y}" for each in reports}


def staff_offered() -> list[str]:
    """Return the names of who works here, for who does a thing."""
    return [user.formal_name for user in User.objects.filter(is_active=True).order_by("surname", "forename")]
