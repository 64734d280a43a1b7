"""What an app tells the pipeline about one kind of file, and the register of all kinds."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import PurePath
from typing import ClassVar

from pastoral.core.imports.batch import Batch
from pastoral.core.imports.cells import day_name
from pastoral.core.imports.columns import Column, Field
from pastoral.core.imports.refusal import FileRefused


@dataclass(frozen=True)
class Tally:
    """How many good lines are new, change something held, or say what is held already."""

    new: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True)
class Change:
    """One line that changes something held: what it is about, what is held and what it becomes."""

    line: int
    what: str
    was: str
    becomes: str

    @classmethod
    def of(cls, line: int, what: str, pairs: Iterable[tuple[str, object, object]]) -> "Change":
        """Return the change that shows those of the pairs (name, held, said) that differ."""
        differing = [(name, _spoken(held), _spoken(said)) for name, held, said in pairs if held != said]
        was = "; ".join(f"{name} {held}".strip() for name, held, _ in differing)
        return cls(line, what, was, "; ".join(f"{name} {said}".strip() for name, _, said in differing))


def _spoken(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day_name(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "–" if value is None or value == "" else str(value)


class Importer:
    """One kind of file. An instance serves one run, in one transaction, in the order of the methods below.

    name: the word by which a file's name is known. after: names of the importers whose files go in first.
    noun: what one line is, for reasons. tables: what a run fills, for the planner's statistics.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    noun: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    after: ClassVar[tuple[str, ...]] = ()
    tables: ClassVar[tuple[str, ...]] = ()

    def __init__(self, companions: frozenset[str] = frozenset()) -> None:
        """companions: names of the importers whose files go in together with this one."""
        self.companions = companions

    def fields(self) -> Sequence[Field]:
        """Return the fields of a line, with what their parsers look up; raise FileRefused when that is not there."""
        raise NotImplementedError

    def check(self, batch: Batch) -> Tally:
        """Refuse the staged lines that do not fit what is held or each other, and count the rest. Changes nothing."""
        raise NotImplementedError

    def changes(self, batch: Batch, limit: int) -> list[Change]:
        """Return the first lines that change something held, for the eye; asked between `check` and `apply`."""
        raise NotImplementedError

    def apply(self, batch: Batch) -> None:
        """Make what is held agree with the staged lines."""
        raise NotImplementedError


_registry: dict[str, type[Importer]] = {}


def register(*importers: type[Importer]) -> None:
    """Make kinds of file known to the pipeline; an app calls this when it is ready."""
    _registry.update({importer.name: importer for importer in importers})


def importer_named(name: str) -> type[Importer]:
    """Return the importer with the name."""
    return _registry[name]


def importer_for(file_name: str) -> type[Importer]:
    """Return the importer that the file's name asks for; raise FileRefused when there is none."""
    words = re.sub(r"[^a-z0-9]+", "_", PurePath(file_name).stem.casefold())
    known = [name for name in _registry if name in words]
    if not known:
        raise FileRefused(
            f"There is no importer for this file's name. Name it after what it holds: {', '.join(in_order(_registry))}."
        )
    return _registry[max(known, key=len)]


def importers() -> list[type[Importer]]:
    """Return every kind of file, in the order in which they go in."""
    return [_registry[name] for name in in_order(_registry)]


def in_order(names: Iterable[str]) -> list[str]:
    """Return the names so that each stands behind those it builds on; otherwise as they were registered."""
    wanted, ordered = set(names), []

    def place(name: str) -> None:
        if name in ordered or name not in _registry:
            return
        for earlier in _registry[name].after:
            place(earlier)
        ordered.append(name)

    for name in _registry:
        place(name)
    return [name for name in ordered if name in wanted]
