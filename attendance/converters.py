"""How a school day and a session stand in an address."""

from datetime import date


class DayConverter:
    """A date: 2026-11-20."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Read the date; one that does not exist is no address."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Write the date."""
        return value.isoformat()


class SessionConverter:
    """A session: AM or PM."""

    regex = "AM|PM"

    def to_python(self, value: str) -> str:
        """Read the session."""
        return value

    def to_url(self, value: str) -> str:
        """Write the session."""
        return value
