"""What an address asks for: which days, which students, which incidents or achievements. One way for every page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dateformat import format as format_date

from pastoral.core.requests import StaffRequest
from pastoral.core.words import asked_for, day_read
from reports.conduct.parts import Part, Praise
from reports.summaries.cohort_page import COHORTS_BY_SLUG
from reports.summaries.people import Person
from students.summaries import Window, window_chosen, windows_on

NOT_SAID = "none"  # asks for what has nothing there
OWN_DAYS = "days"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERYBODY, LED = "all", "led"


def says(held: str, asked: str) -> bool:
    """Test a word against what is asked for; nothing asked fits everything."""
    return not asked or held == ("" if asked == NOT_SAID else asked)


@dataclass(frozen=True)
class Asked:
    """The filters of an address; "" asks for nothing.

    slot: a part of the day. weekday: "1" to "7". roles: "all" with victims and witnesses. reach: "led" for the students
    whose behaviour the person leads, without others whom they see as a tutor.
    """

    windows: tuple[Window, ...]
    window: Window
    year: str = ""
    group: str = ""
    house: str = ""
    cohort: str = ""
    student: str = ""
    type: str = ""
    location: str = ""
    slot: str = ""
    weekday: str = ""
    activity: str = ""
    action: str = ""
    staff: str = ""
    roles: str = ""
    reach: str = ""

    @classmethod
    def of(cls, request: StaffRequest, today: date) -> Self:
        """Read the address; an unknown window is the half term, days that make no span are left out."""
        windows = windows_on(today)
        first, last = day_read(asked_for(request, "first")), day_read(asked_for(request, "last"))
        window = window_chosen(windows, asked_for(request, "window"))
        if first and last and first <= last:
            window = Window(OWN_DAYS, "Chosen days", first, last)
        words = {
            "year": asked_for(request, "year"),
            "group": asked_for(request, "group"),
            "house": asked_for(request, "house"),
            "cohort": asked_for(request, "cohort"),
            "student": asked_for(request, "student"),
            "type": asked_for(request, "type"),
            "location": asked_for(request, "location"),
            "slot": asked_for(request, "slot"),
            "weekday": asked_for(request, "weekday"),
            "activity": asked_for(request, "activity"),
            "action": asked_for(request, "action"),
            "staff": asked_for(request, "staff"),
            "roles": asked_for(request, "roles"),
            "reach": asked_for(request, "reach"),
        }
        return cls(windows, window, **words)

    def without(self, *names: str) -> Self:
        """Return the same with some filters taken out."""
        taken: dict[str, Any] = dict.fromkeys(names, "")
        return replace(self, **taken)

    @property
    def query(self) -> dict[str, str]:
        """What the address asks for, to be asked for again."""
        days = {"window": self.window.slug}
        if self.window.slug == OWN_DAYS:
            days = {"first": self.window.first.isoformat(), "last": self.window.last.isoformat()}
        return days | {name: getattr(self, name) for name in WORDS if getattr(self, name)}

    def url(self, page: str, **more: Any) -> str:
        """Return the address of a page that asks for the same and more; "" takes a part out."""
        asked = {**self.query, **{name: str(value) for name, value in more.items()}}
        return f"{reverse(page)}?{urlencode({name: value for name, value in asked.items() if value})}"

    def window_choices(self, page: str) -> list[tuple[str, str, bool]]:
        """Return the windows as choices of a page."""
        return [(replace(self, window=each).url(page), each.name, each == self.window) for each in self.windows]

    @property
    def span_words(self) -> str:
        """The days in words, with the year on the last one."""
        first, last = self.window.first, format_date(self.window.last, "j M Y")
        if first == self.window.last:
            return last
        return f"{format_date(first, 'j M' if first.year == self.window.last.year else 'j M Y')} \N{EN DASH} {last}"

    def people(self, people: Iterable[Person]) -> tuple[Person, ...]:
        """Return those of the students who are asked for; an unknown cohort holds nobody."""
        cohort = COHORTS_BY_SLUG.get(self.cohort)
        return tuple(
            person
            for person in people
            if self.year in ("", str(person.year))
            and says(person.tutor_group, self.group)
            and says(person.house, self.house)
            and self.student in ("", str(person.student_id))
            and (not self.cohort or (cohort is not None and cohort.holds(person)))
        )

    def subject(self, what: str, people: Collection[Person]) -> str:
        """Return whose list it is for the access log: one student's own, or only a group or year among the choices."""
        if self.student and any(self.student == str(person.student_id) for person in people):
            return f"student:{self.student}"
        groups, years = {person.tutor_group for person in people}, {str(person.year) for person in people}
        group, year = self.group if self.group in groups else "", self.year if self.year in years else ""
        return f"{what}:{group or year or 'all'}"

    def holds(self, part: Part) -> bool:
        """Test whether the part is asked for."""
        return (
            (part.is_negative or self.roles == EVERYBODY)
            and says(part.type, self.type)
            and says(part.location, self.location)
            and says(part.slot, self.slot)
            and self.weekday in ("", str(part.day.isoweekday()))
            and says(part.activity, self.activity)
            and says(part.action, self.action)
            and says(part.staff, self.staff)
        )

    def holds_praise(self, praise: Praise) -> bool:
        """Test whether the achievement is asked for."""
        return (
            says(praise.type, self.type)
            and says(praise.activity, self.activity)
            and self.weekday in ("", str(praise.day.isoweekday()))
            and says(praise.staff, self.staff)
        )

    @property
    def in_words(self) -> tuple[str, ...]:
        """What the list is narrowed to beside days and student, for its heading."""
        cohort = COHORTS_BY_SLUG.get(self.cohort)
        weekday = WEEKDAYS[int(self.weekday) - 1] + "s" if self.weekday in set("1234567") else self.weekday
        named = (
            f"Year {self.year}" if self.year else "",
            self.group,
            "No house" if self.house == NOT_SAID else self.house,
            cohort.name if cohort else self.cohort,
            weekday,
            *(_said(name, getattr(self, name)) for name in ("type", "location", "slot", "activity", "action", "staff")),
        )
        return tuple(word for word in named if word)


_WHAT = {
    "type": "type",
    "location": "place",
    "slot": "part of the day",
    "activity": "subject",
    "action": "action",
    "staff": "member of staff",
}
WORDS = tuple(field.name for field in fields(Asked) if field.name not in {"windows", "window"})


def _said(name: str, word: str) -> str:
    return f"no {_WHAT[name]} said" if word == NOT_SAID else word
