"""What the address asks of a list about agencies."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Self

from pastoral.core.words import key_read


@dataclass(frozen=True)
class Asked:
    """Which part of the list, an agency, a year, one's own."""

    show: str = ""
    agency: int = 0
    year: int = 0
    is_mine: bool = False

    @classmethod
    def of(cls, words: Mapping[str, str], shows: Container[str]) -> Self:
        """Keep what means something. shows: the parts that the list has."""
        return cls(
            words["show"] if words["show"] in shows else "",
            key_read(words["agency"]),
            key_read(words["year"]),
            words["mine"] == "1",
        )

    @property
    def is_narrowed(self) -> bool:
        """Test for anything but a part of the list."""
        return bool(self.agency or self.year or self.is_mine)
