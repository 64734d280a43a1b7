"""The school's year worked out from rules: terms, INSET days, bank holidays, school days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

SCHOOL_DAYS_A_YEAR = 190
INSET_DAYS_A_YEAR = 5
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(6)
HALF_TERM_NAMES = ("Autumn 1", "Autumn 2", "Spring 1", "Spring 2", "Summer 1", "Summer 2")


@dataclass(frozen=True)
class Span:
    """A run of days in the calendar file, both ends included."""

    kind: str
    first: date
    last: date
    name: str


@dataclass(frozen=True)
class SchoolYear:
    """One academic year of the made-up school, 1 September to 31 August."""

    start: int
    terms: tuple[Span, ...]
    insets: tuple[Span, ...]
    bank_holidays: tuple[Span, ...]
    closures: tuple[Span, ...]

    @property
    def label(self) -> str:
        """Return the year as the exports print it, such as 2026/27."""
        return f"{self.start}/{(self.start + 1) % 100:02d}"

    @property
    def first_day(self) -> date:
        """Return 1 September."""
        return date(self.start, 9, 1)

    @property
    def last_day(self) -> date:
        """Return 31 August."""
        return date(self.start + 1, 8, 31)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Return the days on which students are in school, in order."""
        closed = {day for span in (*self.insets, *self.bank_holidays, *self.closures) for day in days_of(span)}
        return tuple(day for term in self.terms for day in weekdays(term.first, term.last) if day not in closed)

    @cached_property
    def half_terms(self) -> tuple[int, ...]:
        """Return, for each school day, the index of its half term (0 to 5)."""
        return tuple(
            index for day in self.days for index, term in enumerate(self.terms) if term.first <= day <= term.last
        )

    @cached_property
    def index_of(self) -> dict[date, int]:
        """Return each school day's place among the school days."""
        return {day: index for index, day in enumerate(self.days)}

    @property
    def leavers_day(self) -> date:
        """Return the last Friday in June, when compulsory school age ends for Year 11."""
        return last_weekday_by(FRIDAY, date(self.start + 1, 6, 30))

    def spans(self) -> tuple[Span, ...]:
        """Return every row of this year for the calendar file."""
        return (*self.terms, *self.insets, *self.bank_holidays, *self.closures)


def academic_year_of(day: date) -> int:
    """Return the calendar year in which the academic year of this day began."""
    return day.year if day.month >= 9 else day.year - 1


def weekdays(first: date, last: date) -> Iterator[date]:
    """Yield Mondays to Fridays from first to last, both included."""
    day = first
    while day <= last:
        if day.weekday() < SATURDAY:
            yield day
        day += timedelta(days=1)


def days_of(span: Span) -> Iterator[date]:
    """Yield the weekdays of a span."""
    return weekdays(span.first, span.last)


def last_weekday_by(weekday: int, limit: date) -> date:
    """Return the latest day that is this weekday and not after the limit."""
    return limit - timedelta(days=(limit.weekday() - weekday) % 7)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher's method)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leaps, leap_rest = divmod(in_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - leap_rest) % 7
    correction = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def bank_holidays(year: int) -> dict[date, str]:
    """Return the bank holidays of England in one calendar year, substitute days included."""
    easter = easter_sunday(year)
    days = {
        _substituted(date(year, 1, 1)): "New Year's Day",
        easter - timedelta(days=2): "Good Friday",
        easter + timedelta(days=1): "Easter Monday",
        last_weekday_by(MONDAY, date(year, 5, 7)): "Early May bank holiday",
        last_weekday_by(MONDAY, date(year, 5, 31)): "Spring bank holiday",
        last_weekday_by(MONDAY, date(year, 8, 31)): "Summer bank holiday",
    }
    christmas = _substituted(date(year, 12, 25))
    boxing_day = _substituted(date(year, 12, 26))
    if christmas.weekday() == MONDAY and boxing_day == christmas:
        boxing_day += timedelta(days=1)
    elif date(year, 12, 25).weekday() == SATURDAY + 1:
        # Christmas on a Sunday: Boxing Day keeps its Monday and Christmas moves to the Tuesday.
        christmas = date(year, 12, 27)
    return days | {christmas: "Christmas Day", boxing_day: "Boxing Day"}


def _substituted(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


def school_year(start: int) -> SchoolYear:
    """Work out the academic year that begins in September of `start`: exactly 190 days for students."""
    holidays = bank_holidays(start) | bank_holidays(start + 1)
    autumn_1 = (_first_day_of_autumn(start), _october_break(start) - timedelta(days=3))
    christmas_break = last_weekday_by(FRIDAY, date(start, 12, 22))
    autumn_2 = (_october_break(start) + timedelta(days=7), christmas_break)
    february_break = last_weekday_by(MONDAY, date(start + 1, 2, 18))
    spring_1 = (_open_on(christmas_break + timedelta(days=17), holidays), february_break - timedelta(days=3))
    easter_break = _easter_break(start + 1)
    spring_2 = (february_break + timedelta(days=7), _open_by(easter_break - timedelta(days=3), holidays))
    may_break = last_weekday_by(MONDAY, date(start + 1, 5, 31))
    summer_1 = (_open_on(easter_break + timedelta(days=14), holidays), may_break - timedelta(days=3))
    polling_day = last_weekday_by(THURSDAY, date(start + 1, 5, 7))
    closed = set(holidays) | {polling_day}
    so_far = (autumn_1, autumn_2, spring_1, spring_2, summer_1)
    summer_2 = (may_break + timedelta(days=7), _last_day_of_summer(so_far, may_break + timedelta(days=7), closed))
    terms = tuple(_term(name, span) for name, span in zip(HALF_TERM_NAMES, (*so_far, summer_2), strict=True))
    return SchoolYear(
        start=start,
        terms=terms,
        insets=_insets(terms, closed),
        bank_holidays=_in_term(terms, holidays),
        closures=(Span("closure", polling_day, polling_day, "Polling station"),),
    )


def _term(name: str, span: tuple[date, date]) -> Span:
    return Span("term", span[0], span[1], f"{name} {span[0].year}")


def _first_day_of_autumn(start: int) -> date:
    """Return the day staff come back: 1 September, but no Friday or Monday on its own."""
    first = date(start, 9, 1)
    if first.weekday() == MONDAY:
        return first + timedelta(days=1)
    return first if first.weekday() in (TUESDAY, WEDNESDAY, THURSDAY) else first + timedelta(days=7 - first.weekday())


def _october_break(start: int) -> date:
    """Return the Monday of the last whole working week of October."""
    return last_weekday_by(MONDAY, date(start, 10, 27))


def _easter_break(year: int) -> date:
    """Return the Monday that begins a fortnight off: the one nearest 1 April that touches the Easter weekend."""
    easter_monday = easter_sunday(year) + timedelta(days=1)
    choices = [easter_monday - timedelta(days=7 * weeks) for weeks in (2, 1, 0)]
    return min(choices, key=lambda monday: abs(monday - date(year, 4, 1)))


def _open_on(day: date, holidays: dict[date, str]) -> date:
    while day in holidays or day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def _open_by(day: date, holidays: dict[date, str]) -> date:
    while day in holidays or day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    return day


def _last_day_of_summer(so_far: tuple[tuple[date, date], ...], first: date, closed: set[date]) -> date:
    """Return the day on which the year has had its 190 school days and its five INSET days."""
    used = sum(day not in closed for term in so_far for day in weekdays(*term))
    rest = (day for day in weekdays(first, first + timedelta(days=120)) if day not in closed)
    return [day for day, _ in zip(rest, range(SCHOOL_DAYS_A_YEAR + INSET_DAYS_A_YEAR - used), strict=False)][-1]


def _insets(terms: tuple[Span, ...], closed: set[date]) -> tuple[Span, ...]:
    """Return two days in September, a Friday in November, the first of spring and the last of summer."""
    open_days = [day for day in days_of(terms[0]) if day not in closed]
    november = last_weekday_by(FRIDAY, date(terms[0].first.year, 11, 30))
    days = [*open_days[:2], november, terms[2].first, terms[5].last]
    return tuple(Span("inset", day, day, "INSET") for day in days)


def _in_term(terms: tuple[Span, ...], holidays: dict[date, str]) -> tuple[Span, ...]:
    return tuple(
        Span("bank holiday", day, day, name)
        for day, name in sorted(holidays.items())
        if any(term.first <= day <= term.last for term in terms)
    )
