"""How a week stands in an address."""

from datetime import date


class WeekConverter:
    """A week by its Monday: 2026-11-16."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Read the Monday; a date that does not exist is no address."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Write the Monday."""
        return value.isoformat()
