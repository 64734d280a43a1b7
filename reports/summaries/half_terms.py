"""Half terms, read off the calendar of school days."""

from datetime import date

from students.summaries import SchoolCalendar

BREAK_DAYS = 7  # more days than this without school are a break between half terms


def previous_half_term(calendar: SchoolCalendar, on: date) -> tuple[date, date]:
    """Return the first and last school day of the half term before the date's own; the date twice when none is held."""
    days = [day for day in calendar.days if day <= on]
    breaks = [n for n in range(1, len(days)) if (days[n] - days[n - 1]).days > BREAK_DAYS]
    if not breaks:
        return (days[0], days[-1]) if days else (on, on)
    return days[breaks[-2] if len(breaks) > 1 else 0], days[breaks[-1] - 1]
