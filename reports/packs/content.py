"""What a pack is made of: a few kinds of block that paper draws, frozen as plain data.

Everything is text by the time it is here: the same value is on every paper drawn from it. Each string is looked through
for other students' names before it is kept, but for `Plain` ones: names of staff and of the family, addresses, and
words of this application.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone

LATE = "logged late"
FEW = "restricted"
DSL = "for the DSL"
OURS = frozenset(
    {"headings", "columns", "widths", "badges", "day", "tone"}
)  # words of this application, or none at all


class Plain(str):
    """A text in which no student's name is looked for."""

    __slots__ = ()


@dataclass(frozen=True)
class Facts:
    """Pairs of label and words."""

    kind: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Words:
    """Paragraphs under a heading; "" for none. is_numbered: each paragraph has a number, as in a statement."""

    kind: ClassVar[str] = "words"
    heading: str
    paragraphs: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table; badges are printed in its first cell."""

    cells: tuple[str, ...]
    badges: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table. widths: of the columns in millimetres, 180 together."""

    kind: ClassVar[str] = "table"
    heading: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Letter:
    """A letter as it was sent."""

    kind: ClassVar[str] = "letter"
    addressee: str
    address: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """The register, session by session. weeks: the Monday in words, then a sign for each of the columns, AM and PM.

    codes: what the signs say.
    """

    kind: ClassVar[str] = "grid"
    columns: tuple[str, ...]
    weeks: tuple[tuple[str, tuple[str, ...]], ...]
    codes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sign:
    """Words to be signed under, with a line for each thing that is written by hand."""

    kind: ClassVar[str] = "sign"
    words: str
    lines: tuple[str, ...]


Block = Facts | Words | Table | Letter | Grid | Sign


@dataclass(frozen=True)
class Exhibit:
    """One part of a pack, which begins on a page of its own. day: of what it shows; mark: set when it is frozen."""

    title: str
    day: date | None
    blocks: tuple[Block, ...]
    badges: tuple[str, ...] = ()
    mark: str = ""


Looked = Callable[[str], str]


def plain_data(value: Any, looked: Looked) -> Any:
    """Return the value as JSON has it. looked: what every text is put through that is not `Plain`."""
    if isinstance(value, Plain):
        return str(value)
    if isinstance(value, str):
        return looked(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        named = {"kind": value.kind} if hasattr(value, "kind") else {}
        return named | {each.name: _of_field(each.name, getattr(value, each.name), looked) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain_data(each, looked) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(each, looked) for each in value]
    return value


def _of_field(name: str, value: Any, looked: Looked) -> Any:
    if name == "pairs":
        return [[label, plain_data(words, looked)] for label, words in value]
    return plain_data(value, str if name in OURS else looked)


def texts_in(value: Any) -> list[str]:
    """Return every text in which names are looked for."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    plain_data(value, note)
    return found


def digest_of(data: Any) -> str:
    """Return the SHA-256 of the data in its one way of being written."""
    written = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def cut(exhibit: Exhibit, rows: int) -> list[Exhibit]:
    """Return the exhibit in parts of which none has more table rows than that: each is drawn by itself.

    Only one that consists of a single long table is cut, under the same mark.
    """
    *before, last = exhibit.blocks
    if not isinstance(last, Table) or len(last.rows) <= rows:
        return [exhibit]
    parts = [replace(last, rows=last.rows[at : at + rows]) for at in range(0, len(last.rows), rows)]
    more = [replace(exhibit, title=f"{exhibit.title}, continued", blocks=(part,)) for part in parts[1:]]
    return [replace(exhibit, blocks=(*before, parts[0])), *more]


def day_words(day: date | None) -> str:
    """Return the day as paper says it: "Fri 13 Nov 2026"; "–" for none."""
    return f"{day:%a} {day.day} {day:%b %Y}" if day else "–"


def moment_words(moment: datetime | None) -> str:
    """Return the moment at the school: "Fri 13 Nov 2026, 09:05"."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    return f"{day_words(local.date())}, {local:%H:%M}"


def paragraphs(*texts: str) -> tuple[str, ...]:
    """Return the texts by paragraph, without empty ones."""
    parts = (part.strip() for text in texts for part in text.replace("\r\n", "\n").split("\n\n"))
    return tuple(part for part in parts if part)
