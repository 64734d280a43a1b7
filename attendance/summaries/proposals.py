"""What rules look at, read for a date; and the proposals as their page shows them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.figures import Counts
from attendance.models import Proposal, ProposalRule, SessionMark
from attendance.querysets import COUNTS, ProposalQuerySet
from attendance.rules.data import Mark, RuleData, Setting
from attendance.rules.found import Found
from attendance.rules.registry import findings, rule_named
from attendance.summaries.reach import Reached, reached
from attendance.summaries.shown import MarkShown, mark_shown
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of, monday_of
from students.models import CalendarSpan, ParentCarerLink, SchoolDay, Student
from students.scopes import scope_of
from students.summaries import SchoolCalendar

# Rules look back as far as the longest is set, and some weeks more: a window is still looked at when it has just ended.
MORE_WEEKS = 3
_MISSED_OR_LATE = {
    key: code.letters
    for key, code in CODES_BY_KEY.items()
    if code.code_class in (CodeClass.AUTHORISED, CodeClass.UNAUTHORISED) or code.letters == "L"
}


def rule_settings() -> tuple[Setting, ...]:
    """Read the rules as the school has set them, in their order, in one query."""
    rows = ProposalRule.objects.values_list("slug", "title", "count", "weeks", "proposes", "is_on")
    return tuple(Setting(*row) for row in rows)


def rule_data(on: date, settings: Iterable[Setting], calendar: SchoolCalendar | None = None) -> RuleData:
    """Read what the rules look at on the date, for everybody on roll, in six queries."""
    calendar = calendar or SchoolCalendar.load()
    weeks = max((setting.weeks or 1 for setting in settings), default=1)
    half_terms = _half_terms(on)
    mondays = calendar.school_weeks(on, weeks + MORE_WEEKS) or (monday_of(on),)
    begun = [first for first, _ in half_terms[-2:]]
    admitted = dict(Student.objects.on_roll(on).order_by().values_list("pk", "admitted_on"))
    return RuleData(
        on=on,
        calendar=calendar,
        half_terms=half_terms,
        admitted=admitted,
        marks=_marks(min([mondays[0], *begun]), on, admitted),
        weeks=_weeks(mondays[0], on),
        families=_families(on),
    )


def found_on(on: date) -> dict[str, tuple[Found, ...]]:
    """Return what every rule that is on finds on the date, by slug: the night's proposals, and what reports say."""
    settings = rule_settings()
    return findings(rule_data(on, settings), settings)


def last_day_over(today: date) -> date | None:
    """Return the last school day before today: the day whose marks the morning's proposals rest on; None if none."""
    return SchoolDay.objects.filter(day__lt=today).order_by("-day").values_list("day", flat=True).first()


def _half_terms(on: date) -> tuple[tuple[date, date], ...]:
    spans = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, first_day__lte=on).order_by("first_day")
    return tuple(spans.values_list("first_day", "last_day"))


# By hand: tens of thousands of rows, which a query set hands out a hundred at a time.
_MARKS = """
    SELECT student_id, date, session, code_id, coalesce(minutes_late, 0)
      FROM attendance_sessionmark
     WHERE date BETWEEN %(first)s AND %(on)s AND code_id = ANY(%(codes)s) AND student_id = ANY(%(students)s)
     ORDER BY student_id, date, session
"""


def _marks(first: date, on: date, students: Iterable[int]) -> dict[int, tuple[Mark, ...]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    asked: dict[str, Any] = {"first": first, "on": on, "codes": list(_MISSED_OR_LATE), "students": list(students)}
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, asked)
        for student, day, session, code, minutes in cursor.fetchall():
            found[student].append(Mark(day, session, _MISSED_OR_LATE[code], minutes))
    return {student: tuple(marks) for student, marks in found.items()}


# The weeks before those looked at come added up, as one row.
_WEEKS = f"""
    SELECT student_id, greatest(monday, %(before)s::date), {", ".join(f"sum({name})::int" for name in COUNTS)}
      FROM attendance_attendanceweek
     WHERE academic_year = %(year)s AND monday <= %(on)s
     GROUP BY 1, 2
     ORDER BY 1, 2
"""  # noqa: S608 - the names of the counts, not input


def _weeks(first: date, on: date) -> dict[int, tuple[tuple[date, Counts], ...]]:
    found: dict[int, list[tuple[date, Counts]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, {"before": first - timedelta(days=7), "year": academic_year_of(on), "on": on})
        for student, monday, *counts in cursor.fetchall():
            found[student].append((monday, Counts(*counts)))
    return {student: tuple(weeks) for student, weeks in found.items()}


def _families(on: date) -> tuple[frozenset[int], ...]:
    rows = ParentCarerLink.objects.filter(student__in=Student.objects.on_roll(on).order_by())
    children: dict[int, set[int]] = defaultdict(set)
    for carer, student in rows.values_list("parent_carer_id", "student_id"):
        children[carer].add(student)
    return tuple(frozenset(held) for held in children.values() if len(held) > 1)


def proposals_in_reach(user: User, on: date) -> ProposalQuerySet:
    """Return the proposals about students over whom the person holds the right to decide, whichever other they see."""
    years = scope_of(user).years_with(Right.DECIDE_PROPOSALS)
    return Proposal.objects.visible_to(user).within(years=years, group="", on=on)


@dataclass(frozen=True)
class Shown:
    """One proposal as a person reads it. words: what was found, with its figures; others: whom it names besides."""

    proposal: Proposal
    who: Reached
    title: str
    words: str
    others: str

    @property
    def decided_by(self) -> str:
        """Who decided, as staff are called."""
        return self.proposal.decided_by.formal_name if self.proposal.decided_by else ""


def proposals_shown(user: User, proposals: Iterable[Proposal]) -> list[Shown]:
    """Return the proposals that the person may decide, in the order given, named and in words; two queries."""
    held = list(proposals)
    people = reached(user, {key for one in held for key in (one.student_id, *one.facts.get("with", ()))})
    titles = {setting.slug: setting.title for setting in rule_settings()}
    return [
        Shown(one, who, titles.get(one.rule, one.rule), rule_named(one.rule).words(one.facts), _others(one, people))
        for one in held
        if (who := people.get(one.student_id)) and Right.DECIDE_PROPOSALS in who.rights
    ]


@dataclass(frozen=True)
class ShownTogether:
    """One student's proposals, decided together or singly. keys: all of them, as one tick sends them."""

    who: Reached
    rows: tuple[Shown, ...]

    @property
    def keys(self) -> str:
        """The proposals' keys as one value."""
        return " ".join(str(row.proposal.pk) for row in self.rows)

    @property
    def sessions(self) -> int:
        """How many different sessions they rest on."""
        return len({tuple(one) for row in self.rows for one in row.proposal.facts.get("sessions", ())})


def together(rows: Iterable[Shown]) -> list[ShownTogether]:
    """Return the proposals student by student: who has most findings first, then who has most sessions behind them."""
    held: dict[int, list[Shown]] = defaultdict(list)
    for row in rows:
        held[row.who.student_id].append(row)
    students = [ShownTogether(ones[0].who, tuple(ones)) for ones in held.values()]
    return sorted(students, key=lambda one: (-len(one.rows), -one.sessions))


def _others(proposal: Proposal, people: Mapping[int, Reached]) -> str:
    """Name the brothers and sisters whom the person may see, and count the rest."""
    keys = proposal.facts.get("with", ())
    known = [f"{people[key].name} {people[key].tutor_group}" for key in keys if key in people]
    rest = len(keys) - len(known)
    return "; ".join([*known, f"{rest} in another year" if known else ""] if rest else known)


@dataclass(frozen=True)
class MarkBehind:
    """A session that a finding rests on, as its mark stands now; shown is None where there is none any more."""

    day: date
    session: str
    shown: MarkShown | None
    minutes: int | None


def marks_behind(proposal: Proposal, *, sees_sensitive: bool) -> tuple[MarkBehind, ...]:
    """Return the sessions that the finding rests on, latest first, each as it stands now, in one query."""
    sessions = sorted({(date.fromisoformat(day), session) for day, session in proposal.facts.get("sessions", ())})
    rows = SessionMark.objects.filter(student=proposal.student_id, date__in={day for day, _ in sessions}).order_by()
    held = {(row.date, row.session): row for row in rows}
    return tuple(
        MarkBehind(
            day,
            session,
            mark_shown(mark.code_id, sees_sensitive=sees_sensitive) if mark else None,
            mark.minutes_late if mark else None,
        )
        for day, session in reversed(sessions)
        for mark in [held.get((day, session))]
    )
