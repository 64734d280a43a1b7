"""What a rule of letters counts, over days that nobody may still explain (T8), and the marks that a letter is about."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce, JSONObject

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.figures.counts import Counts, counts_of_tallies
from attendance.figures.lateness import Lateness
from attendance.models import SessionMark
from behaviour.models import Achievement, TutorMark
from contacts.merging import STAGES
from contacts.models import LetterRule, LetterTemplate
from students.calendar import academic_year_of, academic_year_start, monday_of
from students.models import CalendarSpan
from students.summaries import SchoolCalendar

Measure = LetterRule.Measure
Kind = LetterTemplate.Kind
UNEXPLAINED = "N"
LATE = ("L", "U")
EARLY = 20  # possible sessions; figures.md, RAG band
_MISSED = tuple(
    key for key, code in CODES_BY_KEY.items() if code.code_class in (CodeClass.AUTHORISED, CodeClass.UNAUTHORISED)
)
_LATE = tuple(key for key, code in CODES_BY_KEY.items() if code.letters in LATE)
_OF_FORM_TIME = {Measure.UNIFORM: TutorMark.Kind.UNIFORM, Measure.EQUIPMENT: TutorMark.Kind.EQUIPMENT}
# What a letter counts that nobody's rule asked for.
OF_KIND = {
    Kind.MINUTES_LATE: Measure.LATE,
    Kind.UNIFORM: Measure.UNIFORM,
    Kind.EQUIPMENT: Measure.EQUIPMENT,
    Kind.PRAISE: Measure.ACHIEVEMENTS,
}


@dataclass(frozen=True)
class Span:
    """The days that count. period: what a letter about them is about, once for each student and step (T9)."""

    first: date
    last: date
    period: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that a letter is about, as it stands."""

    day: date
    session: str
    key: int
    minutes: int | None

    @property
    def letters(self) -> str:
        """Return its code."""
        return CODES_BY_KEY[self.key].letters

    @property
    def is_authorised(self) -> bool:
        """Test for an absence that the school authorised."""
        return CODES_BY_KEY[self.key].code_class is CodeClass.AUTHORISED


@dataclass(frozen=True)
class Figures:
    """One student's sessions over the span, and the marks of those missed and those late, oldest first."""

    counts: Counts = Counts()
    missed: tuple[Mark, ...] = ()
    late: tuple[Mark, ...] = ()

    @property
    def lateness(self) -> Lateness:
        """Return the late arrivals, their minutes, and how many have none."""
        after = sum(mark.letters == "U" for mark in self.late)
        untimed = sum(mark.minutes is None for mark in self.late)
        minutes = sum(mark.minutes or 0 for mark in self.late)
        return Lateness(before=len(self.late) - after, after=after, minutes=minutes, untimed=untimed)

    @property
    def settled_unauthorised(self) -> tuple[Mark, ...]:
        """Return the absences not authorised, but for those that nobody has explained yet."""
        return tuple(mark for mark in self.missed if not mark.is_authorised and mark.letters != UNEXPLAINED)


@dataclass(frozen=True)
class Figure:
    """What a rule counted of one student. caution: why somebody should look before a letter goes; "" mostly."""

    value: int
    words: str
    caution: str = ""


@dataclass(frozen=True)
class Sums:
    """Form-time marks by day and achievements by type, of one student. points: of the achievements."""

    days: tuple[date, ...] = ()
    types: Mapping[str, int] = field(default_factory=dict)
    points: int = 0


def span_of(rule: LetterRule | None, kind: str, *, today: date, calendar: SchoolCalendar) -> Span | None:
    """Return the days that count for the rule, or for a letter without one; None before any school day does.

    The last `grace_days` school days do not count yet. Without a number of weeks it is the half term of the last day
    that counts. A stage of attendance and lateness are once a half term, whatever their window; the rest once a week.
    """
    grace = rule.grace_days if rule else 0
    days = calendar.between(date.min, today)
    if len(days) <= grace:
        return None
    last = days[-(grace + 1)]
    term = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, first_day__lte=last).order_by("-first_day").first()
    begins = term.first_day if term else academic_year_start(academic_year_of(last))
    first = calendar.school_weeks(last, rule.weeks)[0] if rule and rule.weeks else begins
    by_half_term = kind in STAGES or kind == Kind.MINUTES_LATE
    return Span(first, last, (begins if by_half_term else monday_of(last)).isoformat())


def figures_of(students: Collection[int], span: Span) -> dict[int, Figures]:
    """Return each student's sessions and marks over the span, in one query."""
    marks = SessionMark.objects.filter(student__in=list(students), date__range=(span.first, span.last))
    row = JSONObject(day="date", session="session", minutes="minutes_late")
    told = ArrayAgg(row, filter=Q(code__in=(*_MISSED, *_LATE)), default=Value([]))
    minutes = Coalesce(Sum("minutes_late"), 0)
    held: dict[int, list[_Tally]] = defaultdict(list)
    grouped = marks.order_by().values_list("student", "code").annotate(n=Count("pk"), minutes=minutes, told=told)
    for student, *tally in grouped:
        held[student].append(_Tally(*tally))
    return {student: _figures(held[student]) for student in students}


class _Tally(NamedTuple):
    """One student's marks of one code; rows: each of them, where a letter may be about it."""

    code: int
    n: int
    minutes: int
    rows: Sequence[Mapping[str, Any]]


def _figures(tallies: Sequence[_Tally]) -> Figures:
    marks = sorted((mark for tally in tallies for mark in _marks(tally)), key=lambda mark: (mark.day, mark.session))
    return Figures(
        counts_of_tallies((tally.code, tally.n, tally.minutes) for tally in tallies),
        tuple(mark for mark in marks if mark.key in _MISSED),
        tuple(mark for mark in marks if mark.key in _LATE),
    )


def _marks(tally: _Tally) -> Iterable[Mark]:
    for row in tally.rows:
        yield Mark(date.fromisoformat(row["day"]), row["session"], tally.code, row["minutes"])


def sums_of(measure: str, students: Collection[int], span: Span) -> dict[int, Sums]:
    """Return each student's form-time marks, or achievements, over the span, in one query."""
    if measure == Measure.ACHIEVEMENTS:
        return _praised(students, span)
    days: dict[int, list[date]] = defaultdict(list)
    rows = TutorMark.objects.filter(
        student__in=list(students), kind=_OF_FORM_TIME[Measure(measure)], day__range=(span.first, span.last)
    )
    for student, day in rows.filter(withdrawn_at=None).order_by("day").values_list("student", "day"):
        days[student].append(day)
    return {student: Sums(tuple(days[student])) for student in students}


def _praised(students: Collection[int], span: Span) -> dict[int, Sums]:
    types: dict[int, dict[str, int]] = defaultdict(dict)
    points: Counter[int] = Counter()
    rows = Achievement.objects.filter(
        student__in=list(students), withdrawn_at=None, awarded_on__range=(span.first, span.last)
    )
    grouped = rows.order_by("type").values_list("student", "type").annotate(n=Count("pk"), sum=Sum("points"))
    for student, name, n, total in grouped:
        types[student][name] = n
        points[student] += total
    return {student: Sums(types=types[student], points=points[student]) for student in students}


def counted(measure: str, figures: Figures, sums: Sums) -> Figure:
    """Return what the measure says of one student, in a number and in words."""
    counts = figures.counts
    if measure == Measure.UNAUTHORISED:
        n = len(figures.settled_unauthorised)
        return Figure(n, f"{n} unauthorised session{_s(n)}")
    if measure in (Measure.MISSED, Measure.MISSED_PERMILLE):
        rate = counts.missed * 1000 // counts.possible if counts.possible else 0
        words = f"{counts.missed} of {counts.possible} sessions missed, {counts.percent or '–'} % attendance"
        return Figure(counts.missed if measure == Measure.MISSED else rate, words, _caution(counts))
    if measure in (Measure.LATE, Measure.MINUTES_LATE):
        late = figures.lateness
        words = ", and ".join(filter(None, (f"{late.lates} late{_s(late.lates)}, {late.lost}", late.untimed_words)))
        return Figure(late.lates if measure == Measure.LATE else late.minutes, words)
    if measure == Measure.ACHIEVEMENTS:
        return Figure(sums.points, f"{sums.points} achievement point{_s(sums.points)}")
    n = len(sums.days)
    return Figure(n, f"{n} {measure} mark{_s(n)}")


def _caution(counts: Counts) -> str:
    """Return why the absence may be no matter for a letter (domain.md 4.4: never by itself for long illness)."""
    if counts.authorised * 2 > counts.missed:
        return "Mostly authorised, such as illness: look before you send"
    return f"Only {counts.possible} sessions so far: early to say" if counts.possible < EARLY else ""


def marks_for(kind: str, measure: str, figures: Figures) -> Iterable[Mark]:
    """Return the marks that a letter of the kind is about (T7); none for one that is not about attendance."""
    if kind == Kind.MINUTES_LATE:
        return figures.late
    if kind in STAGES:
        return figures.settled_unauthorised if measure == Measure.UNAUTHORISED else figures.missed
    return ()


def _s(number: int) -> str:
    return "" if number == 1 else "s"
