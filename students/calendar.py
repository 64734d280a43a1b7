"""Dates as a school counts them: academic years and weeks. Pure arithmetic; school days come from `SchoolDay`."""

from datetime import date, timedelta

ACADEMIC_YEAR_MONTH = 9


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
