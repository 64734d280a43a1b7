"""Whose lateness an address asks for, and over which window: for all pages about it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from attendance.summaries.punctuality import punctuality_windows
from pastoral.core.requests import StaffRequest
from pastoral.core.words import asked_for
from students.models import Enrolment
from students.summaries import RollEntry, SchoolCalendar, Window, roll_of, window_chosen

YEARS = {str(number): number for number in range(7, 14)}


@dataclass(frozen=True)
class Reach:
    """Whose lateness is asked for, and over which window: what the pages of punctuality have in common."""

    windows: tuple[Window, ...]
    window: Window
    everybody: tuple[RollEntry, ...]
    year: int
    group: str
    calendar: SchoolCalendar

    @classmethod
    def of(cls, request: StaffRequest) -> "Reach":
        """Read the address and the roll that the person sees; what is not known asks for nothing."""
        today, calendar = timezone.localdate(), SchoolCalendar.load()
        windows = punctuality_windows(today, calendar)
        everybody = roll_of(Enrolment.objects.visible_to(request.user), today)
        group = asked_for(request, "group")
        names = {person.tutor_group.casefold(): person.tutor_group for person in everybody}
        return cls(
            windows=windows,
            window=window_chosen(windows, asked_for(request, "window") or "half-term"),
            everybody=everybody,
            year=YEARS.get(asked_for(request, "year"), 0),
            group=names.get(group.casefold(), group[:20]),
            calendar=calendar,
        )

    @property
    def roll(self) -> tuple[RollEntry, ...]:
        """The students asked for."""
        return tuple(
            person
            for person in self.everybody
            if self.year in (0, person.year) and self.group in ("", person.tutor_group)
        )

    @property
    def years(self) -> list[int]:
        """The years that may be chosen; none when there is only one."""
        held = sorted({person.year for person in self.everybody})
        return held if len(held) > 1 else []

    @property
    def groups(self) -> list[str]:
        """The tutor groups that may be chosen, those of the year asked for; none when there is only one."""
        held = {person.tutor_group: None for person in self.everybody if self.year in (0, person.year)}
        return list(held) if len(held) > 1 else []

    @property
    def name(self) -> str:
        """Whose lateness it is, in words."""
        if self.group or self.year:
            return self.group or f"Year {self.year}"
        groups = {person.tutor_group for person in self.everybody}
        years = {person.year for person in self.everybody}
        if len(groups) == 1:
            return groups.pop()
        return f"Year {years.pop()}" if len(years) == 1 else "All your students"

    @property
    def query(self) -> dict[str, str]:
        """What the address asks for, to be asked for again."""
        held = {"window": self.window.slug, "year": str(self.year or ""), "group": self.group}
        return {name: value for name, value in held.items() if value}

    def url(self, name: str, **asked: object) -> str:
        """Return the address of one of the pages for the same students and window, with more asked for."""
        more = {key: str(value) for key, value in asked.items()}
        query = {key: value for key, value in {**self.query, **more}.items() if value}
        return f"{reverse(name)}?{urlencode(query)}"

    def marks(self, **asked: object) -> str:
        """Return the address of the marks behind a number."""
        return self.url("attendance:punctuality_marks", **asked)

    def window_choices(self, name: str, **asked: object) -> list[tuple[str, str, bool]]:
        """Return the windows as choices of a page."""
        return [(self.url(name, window=each.slug, **asked), each.name, each == self.window) for each in self.windows]
