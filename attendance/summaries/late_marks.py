"""The late marks behind a number: to school or to lessons, newest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from attendance.codes import CODES_BY_KEY
from attendance.models import LessonMark, SessionMark
from attendance.summaries.punctuality import LATE_KEYS
from students.summaries import RollEntry, Window

PAGE_SIZE = 100
_NO_KEY = 2**63


@dataclass(frozen=True)
class LateAsked:
    """What the list is narrowed to; "" and 0 ask for nothing. weekday: 1 is Monday. letters: L or U."""

    lessons: bool = False
    letters: str = ""
    weekday: int = 0
    session: str = ""
    period: str = ""
    subject: str = ""

    @property
    def in_words(self) -> str:
        """What it is narrowed to, in words."""
        names = ("", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
        closes = {"L": "before the close", "U": "after the close"}
        parts = (closes.get(self.letters), names[self.weekday], self.session, self.period, self.subject)
        return ", ".join(part for part in parts if part)

    def test(self) -> Q:
        """Return the test for the marks."""
        keys = [key for key in LATE_KEYS if self.letters in ("", CODES_BY_KEY[key].letters)]
        test = Q(code__in=keys)
        if self.weekday:
            test &= Q(date__iso_week_day=self.weekday)
        places = {"period": self.period, "subject": self.subject} if self.lessons else {"session": self.session}
        return test & Q(**{name: value for name, value in places.items() if value})


@dataclass(frozen=True, slots=True)
class LateMark:
    """One late mark. place: AM, PM or a period; subject and class_name: of a lesson."""

    person: RollEntry
    key: int
    day: date
    place: str
    letters: str
    minutes: int | None
    subject: str = ""
    class_name: str = ""
    teacher: str = ""


@dataclass(frozen=True)
class LatePage:
    """One page of them. next_cursor: where the next begins, "" at the end."""

    rows: tuple[LateMark, ...]
    next_cursor: str
    is_later: bool


def late_marks(roll: Collection[RollEntry], window: Window, asked: LateAsked, cursor: str = "") -> LatePage:
    """Return a page of the late marks of the students in the window, in one query; a bad cursor is the top."""
    people = {person.student_id: person for person in roll}
    marks: QuerySet[Any] = LessonMark.objects.all() if asked.lessons else SessionMark.objects.all()
    held = marks.filter(asked.test(), student__in=list(people), date__range=(window.first, window.last))
    at = _read(cursor)
    if at:
        held = held.filter(Q(date__lt=at[0]) | Q(date=at[0], pk__lt=at[1]))
    names = ("period", "code", "minutes_late", "subject", "class_name", "teacher")
    wanted = names if asked.lessons else ("session", *names[1:3])
    found = list(held.order_by("-date", "-pk").values_list("student", "pk", "date", *wanted)[: PAGE_SIZE + 1])
    rows = tuple(_mark(people[row[0]], *row[1:]) for row in found[:PAGE_SIZE])
    following = f"{rows[-1].day:%Y-%m-%d}_{rows[-1].key}" if len(found) > PAGE_SIZE else ""
    return LatePage(rows, following, at is not None)


def _mark(person: RollEntry, key: int, day: date, place: str, code: int, minutes: int | None, *of: str) -> LateMark:
    return LateMark(person, key, day, place, CODES_BY_KEY[code].letters, minutes, *of)


def _read(cursor: str) -> tuple[date, int] | None:
    day, _, key = cursor.partition("_")
    try:
        at = date.fromisoformat(day), int(key)
    except ValueError:
        return None
    return at if at[1] < _NO_KEY else None
