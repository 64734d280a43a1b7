"""A sheet of the weekly RAG: one dataset, drawn as a page and as a PDF, so that no number can differ between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Self

from attendance.figures import Band, Bands, Counts, GroupFigures, StudentWeek, points_between, total
from attendance.summaries import year_to_date_window
from reports.models import RagDocument, RagStudent, WeeklyRagRun
from reports.rag.cells import DayCells, Span, spans, week_cells
from reports.rag.cohorts import CohortLine, cohort_lines
from students.models import StudentFact
from students.summaries import TUTOR_FLAGS, Flag, has_flag

# Shape and letter, so that a band is read without its colour.
BAND_SIGNS = {Band.RED: "■ R", Band.AMBER: "◆ A", Band.GREEN: "● G", Band.NONE: "–"}
NOTICE_NEAR = 6  # unauthorised sessions from which the year sheet names a student before the threshold of 10


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday of the sheet."""

    day: date
    is_school_day: bool


@dataclass(frozen=True)
class Line:
    """One student of the sheet."""

    student_id: int
    surname: str
    forename: str
    tutor_group: str
    sex: str
    flags: tuple[Flag, ...]
    figures: StudentWeek
    days: tuple[DayCells, ...]
    recovers_on: date | None
    notice_marks: tuple[tuple[date, str, str], ...]

    def has(self, kind: str, value: str = "") -> bool:
        """Test for a flag of the kind, with that value when one is given."""
        return has_flag(self.flags, kind, value)

    @property
    def has_first_band(self) -> bool:
        """Test for a band where there was none to move from."""
        return self.figures.band_before == Band.NONE and self.figures.band != Band.NONE

    @property
    def fall(self) -> int:
        """Bands for the worse over the week: 2 from green to red, negative for the better, 0 for a first band."""
        return self.figures.fall

    @property
    def band_sign(self) -> str:
        """The band as paper shows it: shape and letter."""
        return BAND_SIGNS[self.figures.band]

    @property
    def band_sign_before(self) -> str:
        """The band of the week before as paper shows it."""
        return BAND_SIGNS[self.figures.band_before]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The week as cells on paper."""
        return spans(self.days)

    @property
    def dip(self) -> Decimal | None:
        """Points by which the week is under the year to date as it stood before; None unless dipped."""
        week, before = self.figures.week.percent, self.figures.before.percent
        return before - week if self.figures.has_dipped and week is not None and before is not None else None

    @property
    def notice_days(self) -> tuple[tuple[date, str], ...]:
        """The days with sessions that count towards a penalty notice: "O" for both of a day, "O am" for one."""
        days: dict[date, dict[str, str]] = {}
        for day, session, letters in self.notice_marks:
            days.setdefault(day, {})[session] = letters
        return tuple((day, _in_short(marks)) for day, marks in days.items())


def _in_short(marks: dict[str, str]) -> str:
    if len(marks) == 2 and len(set(marks.values())) == 1:
        return next(iter(marks.values()))
    halves = (f"{letters} {session.lower()}" for session, letters in marks.items())
    return " ".join(halves).replace(" ", "\N{NO-BREAK SPACE}")  # a date and its marks stay on one line


@dataclass(frozen=True)
class Section:
    """Students who moved alike; movers come first."""

    slug: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class GroupLine:
    """One tutor group beside the others of its year."""

    name: str
    led_by: str
    figures: GroupFigures
    before: Counts
    worse: int
    better: int

    @property
    def change(self) -> Decimal | None:
        """Points that the year to date moved over the week."""
        return points_between(self.figures.ytd, self.before)


@dataclass(frozen=True)
class Sheet:
    """One tutor group's or year's week."""

    name: str
    is_for_year: bool
    led_by: str
    school_name: str
    monday: date
    issue: int
    as_at: date
    first_day: date
    frozen_at: datetime
    bands: Bands
    days: tuple[Day, ...]
    whole: GroupLine
    sections: tuple[Section, ...]
    groups: tuple[GroupLine, ...] = ()
    cohorts: tuple[CohortLine, ...] = ()

    @classmethod
    def load(cls, document: RagDocument) -> Self:
        """Read a document's frozen rows in one query; a tutor group's sheet shows only what a tutor may see."""
        rows = list(RagStudent.objects.of(document).order_by("surname", "forename", "admission_number"))
        return cls.of(document, rows)

    @classmethod
    def of(cls, document: RagDocument, rows: Sequence[RagStudent]) -> Self:
        """Lay out the rows of a document, given by name."""
        run = document.run
        is_for_year = document.kind == RagDocument.Kind.YEAR
        lines = tuple(_line(row, run, is_for_year=is_for_year) for row in rows)
        return cls(
            name=document.name,
            is_for_year=is_for_year,
            led_by=run.tutors.get(document.name, ""),
            school_name=run.school_name,
            monday=run.week,
            issue=run.issue,
            as_at=run.as_at,
            first_day=year_to_date_window(run.as_at)[0],
            frozen_at=run.frozen_at or run.asked_at,
            bands=run.bands,
            days=tuple(Day(day, day in run.school_days) for day in (run.week + timedelta(days=n) for n in range(5))),
            whole=_group_line(document.name, run, lines),
            sections=_sections(lines),
            groups=_group_lines(run, lines) if is_for_year else (),
            cohorts=cohort_lines(lines) if is_for_year else (),
        )

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every student, movers first."""
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def movers(self) -> tuple[Section, ...]:
        """The sections of students who changed band or dipped."""
        return tuple(section for section in self.sections if section.slug != "rest")

    @property
    def others(self) -> tuple[Section, ...]:
        """The section of everybody else."""
        return tuple(section for section in self.sections if section.slug == "rest")

    @property
    def severely_absent(self) -> tuple[Line, ...]:
        """Students who missed half of their sessions or more, worst first."""
        return _worst_first(line for line in self.lines if line.figures.ytd.is_severely_absent)

    @property
    def persistently_absent(self) -> tuple[Line, ...]:
        """The other persistently absent students, worst first."""
        return _worst_first(
            line
            for line in self.lines
            if line.figures.ytd.is_persistently_absent and not line.figures.ytd.is_severely_absent
        )

    @property
    def at_threshold(self) -> tuple[Line, ...]:
        """Students with 10 or more unauthorised sessions in the last 10 school weeks, most first."""
        return _most_notice(line for line in self.lines if line.figures.at_penalty_notice_threshold)

    @property
    def near_threshold(self) -> tuple[Line, ...]:
        """Students with 6 to 9 unauthorised sessions in the last 10 school weeks, most first."""
        return _most_notice(
            line
            for line in self.lines
            if not line.figures.at_penalty_notice_threshold and line.figures.penalty_notice_sessions >= NOTICE_NEAR
        )

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """The signs of the grid that need explaining, each once, with its meaning."""
        cells = (cell for line in self.lines for day in line.days for cell in (day.am, day.pm))
        return tuple(sorted({(cell.sign, cell.meaning) for cell in cells if not cell.is_plain}, key=_key_order))

    @property
    def unmarked(self) -> int:
        """Sessions of the week that ought to have a mark and have none."""
        return sum(cell.sign == "?" for line in self.lines for day in line.days for cell in (day.am, day.pm))

    @property
    def red_under(self) -> Decimal:
        """Attendance in per cent at and under which the band is red."""
        return Decimal(1000 - self.bands.red_from) / 10

    @property
    def red_is_pa(self) -> bool:
        """Test for red bands that mean persistent absence, as the default ones do."""
        return self.bands.red_from == Bands().red_from

    @property
    def green_over(self) -> Decimal:
        """Attendance in per cent from which the band is green."""
        return Decimal(1000 - self.bands.green_to) / 10


def _key_order(sign_and_meaning: tuple[str, str]) -> tuple[bool, bool, str]:
    sign = sign_and_meaning[0]
    return (sign == "?", sign.islower(), sign)


def movers_of(rows: Iterable[RagStudent], run: WeeklyRagRun) -> tuple[Section, ...]:
    """Return the sections of those among the rows who changed band or dipped, with nothing a tutor may not see."""
    lines = sorted((_line(row, run, is_for_year=False) for row in rows), key=_by_name)
    return tuple(section for section in _sections(lines) if section.slug != "rest")


def line_of(row: RagStudent, run: WeeklyRagRun, *, shows_sensitive: bool) -> Line:
    """Return one student's line. shows_sensitive: with what only a year sheet shows."""
    return _line(row, run, is_for_year=shows_sensitive)


def movers_for_meeting(rows: Iterable[RagStudent], run: WeeklyRagRun) -> list[tuple[Line, str]]:
    """Return whom a meeting looks at, each with why: to a worse band, dipped, on track to be PA, to a better band."""
    sections = {
        section.slug: section.lines for section in _sections([_line(row, run, is_for_year=False) for row in rows])
    }
    ahead = [line for line in sections.get("rest", ()) if line.figures.is_on_track_to_be_pa]
    asked = (*sections.get("worse", ()), *sections.get("dipped", ()), *ahead, *sections.get("better", ()))
    return [(line, _why(line)) for line in asked]


def _why(line: Line) -> str:
    """Return why a student is talked of, in words that need no colour."""
    figures = line.figures
    said = [f"{figures.band_before} to {figures.band}"] if line.fall else []
    if line.dip is not None:
        said.append(f"{line.dip.quantize(Decimal('0.1'))} points under their year to date this week")
    if figures.is_on_track_to_be_pa:
        said.append("on track to be persistently absent")
    return ", ".join(said)[:160]


def _line(row: RagStudent, run: WeeklyRagRun, *, is_for_year: bool) -> Line:
    shown = frozenset(StudentFact.Kind) if is_for_year else TUTOR_FLAGS
    return Line(
        student_id=row.student_id,
        surname=row.surname,
        forename=row.forename,
        tutor_group=row.tutor_group,
        sex=row.sex,
        flags=tuple(Flag(kind, value) for kind, value in row.flags if kind in shown),
        figures=row.figures(run.bands),
        days=week_cells(row, run.week, run.school_days, shows_sensitive=is_for_year),
        recovers_on=row.recovers_on,
        notice_marks=tuple((date.fromisoformat(day), session, letters) for day, session, letters in row.notice_marks),
    )


def _sections(lines: Sequence[Line]) -> tuple[Section, ...]:
    """Put movers first: worse bands with the worst on top, better bands, dips in the same band, the rest by name."""
    worse = sorted(
        (line for line in lines if line.fall > 0),
        key=lambda line: (-line.figures.band.severity, -line.fall, *_by_rate(line)),
    )
    better = sorted((line for line in lines if line.fall < 0), key=lambda line: (line.fall, *_by_rate(line)))
    dipped = sorted(
        (line for line in lines if line.fall == 0 and line.figures.has_dipped),
        key=lambda line: (-(line.dip or Decimal(0)), *_by_name(line)),
    )
    rest = [line for line in lines if line.fall == 0 and not line.figures.has_dipped]
    return tuple(
        Section(slug, title, tuple(found))
        for slug, title, found in [
            ("worse", "To a worse band", worse),
            ("better", "To a better band", better),
            ("dipped", "Dipped, in the same band", dipped),
            ("rest", "Everybody else" if len(rest) < len(lines) else "Everybody", rest),
        ]
        if found
    )


def _by_name(line: Line) -> tuple[str, str]:
    return (line.surname.casefold(), line.forename.casefold())


def _by_rate(line: Line) -> tuple[float, str, str]:
    ytd = line.figures.ytd
    return (ytd.attended / ytd.possible if ytd.possible else 1.0, *_by_name(line))


def _worst_first(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=_by_rate))


def _most_notice(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (-line.figures.penalty_notice_sessions, *_by_name(line))))


def _group_lines(run: WeeklyRagRun, lines: Sequence[Line]) -> tuple[GroupLine, ...]:
    names = sorted({line.tutor_group for line in lines})
    return tuple(_group_line(name, run, [line for line in lines if line.tutor_group == name]) for name in names)


def _group_line(name: str, run: WeeklyRagRun, lines: Sequence[Line]) -> GroupLine:
    return GroupLine(
        name=name,
        led_by=run.tutors.get(name, ""),
        figures=GroupFigures.of(name, [line.figures for line in lines]),
        before=total(line.figures.before for line in lines),
        worse=sum(line.fall > 0 for line in lines),
        better=sum(line.fall < 0 for line in lines),
    )
