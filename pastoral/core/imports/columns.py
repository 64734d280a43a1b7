"""The columns that an importer reads, under whichever heading the school's report gives them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

_NOT_LETTERS = re.compile(r"[\W_]+")


def folded(heading: str) -> str:
    """Return a heading without what does not count: letter case, spaces, punctuation."""
    return _NOT_LETTERS.sub("", heading.casefold())


def spoken_list(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: "A, B and C"."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else ""


@dataclass(frozen=True)
class Column:
    """A column by the name that FORMATS gives it, with the other headings it comes under."""

    name: str
    aliases: tuple[str, ...] = ()
    is_required: bool = True

    @cached_property
    def names_in_order(self) -> tuple[str, ...]:
        """Every accepted heading, folded, the column's own first."""
        return tuple(folded(name) for name in (self.name, *self.aliases))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every accepted heading, folded."""
        return frozenset(self.names_in_order)


def optional(name: str, *aliases: str) -> Column:
    """Return a column that an export may leave out."""
    return Column(name, aliases, is_required=False)


@dataclass(frozen=True)
class Field:
    """One or more columns parsed together into columns of the staging table.

    `parse` takes the cells and returns the value, or a tuple of them where `staged` names more than one; it raises
    Refusal. It is called once for each distinct set of cells, so it must depend on nothing else.
    """

    columns: tuple[str, ...]
    staged: tuple[str, ...]
    parse: Callable[..., object]


def field(column: str, staged: str, parse: Callable[[str], object]) -> Field:
    """Return the field of one column. staged: name and SQL type of its column in the staging table."""
    return Field((column,), (staged,), parse)
