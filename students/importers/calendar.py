"""The school calendar: spans of dates, from which the school days follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pastoral.core.imports.batch import Batch
from pastoral.core.imports.cells import day_name, in_column, required_day, text
from pastoral.core.imports.columns import Column, Field, field
from pastoral.core.imports.importer import Change, Importer, Tally
from pastoral.core.imports.refusal import Refusal, RefusedLine
from students.calendar import academic_year_name, academic_year_of
from students.models import CalendarSpan
from students.services import calendar_rebuild

Kind = CalendarSpan.Kind

_KINDS = {
    "term": Kind.TERM,
    "half term": Kind.TERM,
    "inset": Kind.INSET,
    "inset day": Kind.INSET,
    "training day": Kind.INSET,
    "bank holiday": Kind.BANK_HOLIDAY,
    "closure": Kind.CLOSURE,
    "closed": Kind.CLOSURE,
}


@dataclass(frozen=True)
class Line:
    """One staged span."""

    line: int
    kind: str
    first_day: date
    last_day: date
    name: str

    @property
    def key(self) -> tuple[str, date]:
        """What tells one span from another."""
        return self.kind, self.first_day

    def overlaps(self, first_day: date, last_day: date) -> bool:
        """Test for a day in common."""
        return self.first_day <= last_day and first_day <= self.last_day


def _kind(raw: str) -> str:
    words = " ".join(raw.casefold().split())
    if words not in _KINDS:
        raise Refusal(f'The kind is term, inset, bank holiday or closure, not "{raw.strip()}"')
    return _KINDS[words].value


def _days(raw_first: str, raw_last: str) -> tuple[date, date]:
    first = required_day(raw_first)
    last = in_column("Last day", required_day, raw_last)
    if last < first:
        raise Refusal(f"The span ends on {day_name(last)}, before it begins on {day_name(first)}", "Last day")
    if academic_year_of(first) != academic_year_of(last):
        raise Refusal("The span reaches over 1 September: give each academic year a line of its own", "Last day")
    return first, last


class CalendarImporter(Importer):
    """One span of dates a line. A re-issued calendar replaces the academic years that it speaks of."""

    name = "calendar"
    title = "School calendar"
    noun = "a span of dates"
    tables = ("students_calendarspan", "students_schoolday")
    columns = (
        Column("Kind", ("Type",)),
        Column("First day", ("From", "Start", "Start date")),
        Column("Last day", ("To", "End", "End date")),
        Column("Name", ("Description",)),
    )

    def fields(self) -> Sequence[Field]:
        """Return kind, days and name."""
        return (
            field("Kind", "kind text", _kind),
            Field(("First day", "Last day"), ("first_day date", "last_day date"), _days),
            field("Name", "name text", text(100, name="The name")),
        )

    def check(self, batch: Batch) -> Tally:
        """Refuse spans that stand twice and terms that overlap, then compare with the spans held."""
        self.held = {(span.kind, span.first_day): span for span in CalendarSpan.objects.all()}
        lines = [Line(*row) for row in batch.lines()]
        refused: list[RefusedLine] = []
        self.good: list[Line] = []
        for line in lines:
            reason = self._reason_against(line, self.good, {academic_year_of(line.first_day) for line in lines})
            if reason:
                refused.append(RefusedLine(line.line, "First day", reason))
            else:
                self.good.append(line)
        batch.refuse(refused)
        self.gone = self._gone() if batch.is_whole() else []
        if self.gone:
            batch.notes.append(f"{len(self.gone)} spans are no longer in the file and are taken out of the calendar.")
        new = sum(line.key not in self.held for line in self.good)
        changed = sum(line.key in self.held and self._differs(line) for line in self.good)
        return Tally(new=new, changed=changed, same=len(self.good) - new - changed)

    def _reason_against(self, line: Line, earlier: Iterable[Line], years: set[int]) -> str:
        for other in earlier:
            if other.key == line.key:
                return f"The same {line.kind} stands on line {other.line} already"
            if line.kind == other.kind == Kind.TERM and line.overlaps(other.first_day, other.last_day):
                return f"The term overlaps {other.name} on line {other.line}"
        if line.kind == Kind.TERM:
            for span in self.held.values():
                is_other = span.kind == Kind.TERM and academic_year_of(span.first_day) not in years
                if is_other and line.overlaps(span.first_day, span.last_day):
                    return f"The term overlaps {span.name} of {academic_year_name(academic_year_of(span.first_day))}"
        return ""

    def _gone(self) -> list[CalendarSpan]:
        keys = {line.key for line in self.good}
        years = {academic_year_of(line.first_day) for line in self.good}
        return [
            span for key, span in self.held.items() if key not in keys and academic_year_of(span.first_day) in years
        ]

    def _differs(self, line: Line) -> bool:
        span = self.held[line.key]
        return (span.last_day, span.name) != (line.last_day, line.name)

    def changes(self, batch: Batch, limit: int) -> list[Change]:
        """Return the first spans that the file changes: until when, and the name."""
        changed = [line for line in self.good if line.key in self.held and self._differs(line)]
        return [self._change(line, self.held[line.key]) for line in changed[:limit]]

    def _change(self, line: Line, span: CalendarSpan) -> Change:
        pairs = [("until", span.last_day, line.last_day), ("", span.name, line.name)]
        return Change.of(line.line, f"{span.get_kind_display()}, from {day_name(line.first_day)}", pairs)

    def apply(self, batch: Batch) -> None:
        """Make the spans of the file's academic years those of the file, and the school days follow."""
        CalendarSpan.objects.filter(pk__in=[span.pk for span in self.gone]).delete()
        CalendarSpan.objects.bulk_create(
            [
                CalendarSpan(kind=one.kind, first_day=one.first_day, last_day=one.last_day, name=one.name)
                for one in self.good
            ],
            update_conflicts=True,
            unique_fields=["kind", "first_day"],
            update_fields=["last_day", "name"],
        )
        calendar_rebuild()
