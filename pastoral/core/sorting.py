"""Lists that people sort: by a heading on a wide screen, by one choice ("Sort by") on a phone. One way for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Heading(NamedTuple):
    """A heading that sorts. title: what it means, for those who point; order: what the choice on a phone calls it."""

    name: str
    words: str
    title: str = ""
    is_number: bool = False
    order: str = ""


@dataclass(frozen=True)
class Column:
    """A heading on one page: the address that sorts by it, and how it is sorted now ("" when it is not).

    window: the span that it counts over, "" without one; begins: the first heading of its window.
    """

    name: str
    words: str
    title: str
    is_number: bool
    url: str
    sorted: str
    window: str = ""
    begins: bool = False


class Order(NamedTuple):
    """One entry of the choice: its word in the address, how people call it, and whether the list is in it."""

    value: str
    words: str
    is_chosen: bool


def column_of(heading: Heading, sort: str, address: Callable[[str], str]) -> Column:
    """Return the heading as a list in that order shows it: pressed again, it turns the order round.

    address: the page's address for an order; a leading "-" means the other way round.
    """
    turned = f"-{heading.name}" if sort == heading.name else heading.name
    state = {heading.name: "ascending", f"-{heading.name}": "descending"}.get(sort, "")
    return Column(heading.name, heading.words, heading.title, heading.is_number, address(turned), state)


def orders_of(headings: Sequence[Heading], sort: str, *, unsorted: str = "") -> list[Order]:
    """Return what the list can be sorted by, as a choice. unsorted: what no order at all is called, if there is that.

    The order it is in can also be turned round; one that no heading has is among them while the list is in it.
    """
    held = [("", unsorted)] if unsorted else []
    for heading in headings:
        words = heading.order or heading.words
        held.append((heading.name, words))
        if heading.name == sort.removeprefix("-"):
            held.append((f"-{heading.name}", f"{words}, other way round"))
    if sort not in dict(held):
        held.insert(0, (sort, "As listed"))
    return [Order(value, words, value == sort) for value, words in held]
