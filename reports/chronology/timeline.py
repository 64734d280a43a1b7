"""The timeline: every source read in one statement, its entries put in order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from attendance.summaries.reach import reached
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.together import read_together
from reports.chronology import (
    of_agencies,
    of_attendance,
    of_behaviour,
    of_cases,
    of_contacts,
    of_interventions,
    of_meetings,
    of_packs,
    of_plans,
    of_sanctions,
)
from reports.chronology.entries import Ask, Entry, Kind, Source

SOURCES: tuple[Source, ...] = (
    *of_attendance.SOURCES,
    *of_behaviour.SOURCES,
    *of_sanctions.SOURCES,
    *of_contacts.SOURCES,
    *of_agencies.SOURCES,
    *of_cases.SOURCES,
    *of_interventions.SOURCES,
    *of_plans.SOURCES,
    *of_meetings.SOURCES,
    *of_packs.SOURCES,
)


def kinds_for(rights: frozenset[Right]) -> tuple[Kind, ...]:
    """Return the kinds of which somebody with the rights over a student reads anything, in order."""
    open_ones = frozenset(chain.from_iterable(source.kinds for source in SOURCES if source.is_open(rights)))
    hidden = {Kind.AGENCY: Right.SEE_AGENCIES, Kind.DSL: Right.READ_DSL_CONCERNS}
    return tuple(kind for kind in Kind if kind in open_ones and hidden.get(kind) in {None, *rights})


def chronology_of(
    student: int,
    reader: User,
    first: date,
    last: date,
    kinds: Collection[Kind] = (),
    takes_restricted: bool = False,
    *,
    takes_dsl: bool = False,
) -> tuple[Entry, ...]:
    """Return everything about a student between two days, oldest first, as the reader may have it; () out of reach.

    kinds: all when empty. takes_restricted: with the words of restricted records, where the reader may read them;
    else these entries stand there without, and say so (`Entry.withheld`). takes_dsl: with what is for the DSL alone,
    for a DSL; whoever shows it notes the reading by the concern's or the incident's own key.
    """
    who = reached(reader, [student]).get(student)
    if who is None:
        return ()
    asked = Ask(reader, who, first, last, takes_restricted, takes_dsl and Right.READ_DSL_CONCERNS in who.rights)
    return entries_of(asked, kinds)


def entries_of(ask: Ask, kinds: Collection[Kind] = ()) -> tuple[Entry, ...]:
    """Return the entries asked for, oldest first: one statement for all sources, and what some of them need beside."""
    wanted = frozenset(kinds or Kind)
    sources = [each for each in SOURCES if each.kinds & wanted and each.is_open(ask.rights)]
    lists = [list(source.lists(ask)) for source in sources]
    rows = iter(read_together(*chain.from_iterable(lists)))
    found = chain.from_iterable(
        _taken(source, source.entries(ask, *(next(rows) for _each in asked)))
        for source, asked in zip(sources, lists, strict=True)
    )
    held = [each for each in found if each.kind in wanted and ask.first <= each.on <= ask.last]
    return tuple(sorted(held, key=lambda each: each.order))


def _taken(source: Source, entries: Iterable[Entry]) -> Iterable[Entry]:
    """Return a source's entries with the right that it takes to read any of them.

    Where one of several is enough, each entry says for itself which it took.
    """
    own = source.rights if len(source.rights) == 1 else frozenset[Right]()
    return (replace(each, takes=each.takes | own) for each in entries)


def others_named(entries: Sequence[Entry]) -> frozenset[int]:
    """Return the keys of the other students whom the entries may name."""
    return frozenset().union(*(each.others for each in entries))
