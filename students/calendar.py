"""Dates as a school counts them: academic years and weeks. Pure arithmetic; school days come from `SchoolDay`."""

from datetime import date, timedelta

ACADEMIC_YEAR_MONTH = 9
TERM_YEAR_MONTH = 8  # the autumn term of the law begins with August


def academic_year_of(day: date) -> int:
    """Return the calendar year in which the day's academic year began: 2026 for 2026/27."""
    return day.year if day.month >= ACADEMIC_YEAR_MONTH else day.year - 1


def academic_year_start(year: int) -> date:
    """Return 1 September of the academic year."""
    return date(year, ACADEMIC_YEAR_MONTH, 1)


def academic_year_end(year: int) -> date:
    """Return 31 August at the end of the academic year."""
    return date(year + 1, 8, 31)


def academic_year_name(year: int) -> str:
    """Return the academic year as people write it: "2026/27"."""
    return f"{year}/{(year + 1) % 100:02d}"


def monday_of(day: date) -> date:
    """Return the Monday that begins the day's week."""
    return day - timedelta(days=day.weekday())


def friday_of(monday: date) -> date:
    """Return the Friday of the week: the as-at date of everything weekly."""
    return monday + timedelta(days=4)


def easter_monday(year: int) -> date:
    """Return Easter Monday of the calendar year, by the Gregorian rule of Meeus, Jones and Butcher."""
    century, of_century = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1) + timedelta(days=1)


def term_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the term that the day is in, as the law on exclusions counts terms.

    Where a year has more than three of its own: up to 31 December, up to Easter Monday, up to 31 July. Source:
    School Discipline (Pupil Exclusions and Reviews) (England) Regulations 2012, reg 2.
    """
    easter = easter_monday(day.year)
    if day <= easter:
        return date(day.year, 1, 1), easter
    if day.month < TERM_YEAR_MONTH:
        return easter + timedelta(days=1), date(day.year, TERM_YEAR_MONTH, 1) - timedelta(days=1)
    return date(day.year, TERM_YEAR_MONTH, 1), date(day.year, 12, 31)


def end_of_compulsory_age(born_on: date) -> date:
    """Return the last day of compulsory school age: the last Friday in June of the school year of the 16th birthday.

    Source: Education Act 1996 s.8; domain.md section 3.1.
    """
    year = academic_year_of(_birthday(born_on, 16)) + 1
    last_of_june = date(year, 6, 30)
    return last_of_june - timedelta(days=(last_of_june.weekday() - 4) % 7)


def _birthday(born_on: date, age: int) -> date:
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:  # 29 February
        return date(born_on.year + age, 3, 1)
