"""Cases of bullying and prejudice counted by half-term: the trend for those who keep them, and what governors get."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from behaviour.case_rules import is_prejudice
from behaviour.models import BullyingCase
from behaviour.models.cases import PROTECTED, Form, Motivation
from behaviour.querysets import BullyingCaseQuerySet
from behaviour.suppression import TOTAL, Axes, Key, held_back
from students.calendar import academic_year_of
from students.models import CalendarSpan

Finding = BullyingCase.Finding
HELD_BACK = "c"


@dataclass(frozen=True)
class HalfTerm:
    """A half-term, by the key of its span in the calendar; a holiday after it counts with it."""

    key: int
    name: str
    first: date

    @property
    def year(self) -> int:
        """The academic year that it is in."""
        return academic_year_of(self.first)


def half_terms(until: date) -> tuple[HalfTerm, ...]:
    """Return the half-terms begun by the date, oldest first, in one query."""
    spans = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, first_day__lte=until).order_by("first_day")
    return tuple(HalfTerm(each.pk, each.name, each.first_day) for each in spans)


def half_term_of(day: date, terms: Sequence[HalfTerm]) -> HalfTerm | None:
    """Return the half-term that the day is in, or the one before its holiday; the first for any day before it."""
    if not terms:
        return None
    return terms[max(bisect_right([term.first for term in terms], day) - 1, 0)]


@dataclass(frozen=True)
class TrendLine:
    """What was opened in one half-term, and how it stands now."""

    term: HalfTerm
    opened: int
    prejudice: int
    found: int
    is_open: int
    by_motivation: Mapping[str, int]


def trend_of(cases: BullyingCaseQuerySet, terms: Sequence[HalfTerm]) -> tuple[TrendLine, ...]:
    """Return the cases by the half-term in which they were opened, oldest first, in one query; none withdrawn."""
    held: dict[int, list[tuple[list[str], str, bool]]] = {}
    for opened_at, motivations, finding, closed_at in cases.standing().values_list(
        "opened_at", "motivations", "finding", "closed_at"
    ):
        if term := half_term_of(timezone.localdate(opened_at), terms):
            held.setdefault(term.key, []).append((motivations, finding, closed_at is None))
    return tuple(_line(term, held.get(term.key, [])) for term in terms)


def _line(term: HalfTerm, cases: Sequence[tuple[list[str], str, bool]]) -> TrendLine:
    return TrendLine(
        term=term,
        opened=len(cases),
        prejudice=sum(1 for motivations, _finding, _is_open in cases if is_prejudice(motivations)),
        found=sum(1 for _motivations, finding, _is_open in cases if finding == Finding.FOUND),
        is_open=sum(1 for *_rest, is_open in cases if is_open),
        by_motivation=Counter(each for motivations, *_rest in cases for each in set(motivations)),
    )


@dataclass(frozen=True)
class ExtractRow:
    """One line of a table for governors: the words of its cells, the total last."""

    label: str
    is_protected: bool
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ExtractTable:
    """One form, or all: motivations by half-term."""

    form: str
    rows: tuple[ExtractRow, ...]

    @property
    def is_empty(self) -> bool:
        """Test for a form of which there was no case: a number that is held back is none of those."""
        return all(cell == "0" for row in self.rows for cell in row.cells)


@dataclass(frozen=True)
class Extract:
    """What governors get of one academic year: counts without names, small ones held back.

    terms: the names of the half-terms so far, which head the columns.
    """

    year: int
    terms: tuple[str, ...]
    tables: tuple[ExtractTable, ...]
    findings: tuple[tuple[str, str], ...]

    @property
    def drawn(self) -> tuple[ExtractTable, ...]:
        """Return all forms together, and each form of which there is a case."""
        return tuple(table for place, table in enumerate(self.tables) if place == 0 or not table.is_empty)

    @property
    def without(self) -> tuple[str, ...]:
        """Return the forms of which there was none, which a line says."""
        return tuple(table.form for table in self.tables[1:] if table.is_empty)


def extract_of(cases: BullyingCaseQuerySet, year: int, terms: Sequence[HalfTerm]) -> Extract:
    """Return the extract of one academic year, in one query. terms: of any years, in order; only the year's count.

    A case counts once under each of its motivations, and once in each total.
    """
    mine = [term for term in terms if term.year == year]
    held = [
        (form, motivations, finding, str(term.key))
        for form, motivations, finding, opened_at in cases.standing().values_list(
            "form", "motivations", "finding", "opened_at"
        )
        if (term := half_term_of(timezone.localdate(opened_at), terms)) and term.year == year
    ]
    axes: Axes = (list(Form.values), list(Motivation.values), [str(term.key) for term in mine])
    counts = _counted(held)
    findings = Counter(finding for _form, _motivations, finding, _term in held)
    of_findings: dict[Key, int] = {(each,): findings[each] for each in Finding.values}
    of_findings[(TOTAL,)] = len(held)
    hidden, hidden_findings = _together(counts, axes, of_findings)

    def cell(form: str, motivation: str, term: str) -> str:
        key = (form, motivation, term)
        return HELD_BACK if key in hidden else str(counts[key])

    def row(form: str, motivation: str) -> ExtractRow:
        label = Motivation(motivation).label if motivation else "All cases"
        cells = [cell(form, motivation, term) for term in (*axes[2], TOTAL)]
        return ExtractRow(label, motivation in PROTECTED, tuple(cells))

    def table(form: str) -> ExtractTable:
        label = Form(form).label if form else "All forms"
        return ExtractTable(label, tuple(row(form, each) for each in (*axes[1], TOTAL)))

    return Extract(
        year=year,
        terms=tuple(term.name for term in mine),
        tables=tuple(
            ExtractTable(
                Form(form).label if form else "All forms", tuple(row(form, each) for each in (*axes[1], TOTAL))
            )
            for form in (TOTAL, *axes[0])
        ),
        findings=tuple(
            (Finding(each).label, HELD_BACK if (each,) in hidden_findings else str(findings[each]))
            for each in Finding.values
        ),
    )


def _counted(cases: Iterable[tuple[str, list[str], str, str]]) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for form, motivations, _finding, term in cases:
        for key in {(f, m, t) for f in (form, TOTAL) for m in (*motivations, TOTAL) for t in (term, TOTAL)}:
            counts[key] += 1
    return counts


def _together(
    counts: Mapping[Key, int], axes: Axes, findings: Mapping[Key, int]
) -> tuple[frozenset[Key], frozenset[Key]]:
    """Return what is held back of both tables: their totals are one number."""
    whole, total = (TOTAL, TOTAL, TOTAL), (TOTAL,)
    hidden = held_back(counts, axes)
    hidden_findings = held_back(findings, (list(Finding.values),), also=[total] if whole in hidden else [])
    if total in hidden_findings and whole not in hidden:
        hidden = held_back(counts, axes, also=[whole])
    return hidden, hidden_findings
