"""Small numbers in a table that leaves the school: held back, and so many others that no total gives them away.

A table is a count for each key; a key has one word for each axis, or TOTAL. Each line of the table (the words of one
axis, with their total, the other axes held fast) is an equation that a reader can make.

Source: DfE and ONS practice for tables from administrative data: counts of 1 to 4 are suppressed, with secondary
suppression; nothing tells one kind from the other. A nought names nobody and stands.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

TOTAL = ""
LEAST = 5
_PRIME = 2**31 - 1

Key = tuple[str, ...]
Axes = Sequence[Sequence[str]]
Line = tuple[tuple[Key, ...], Key]


def keys_of(axes: Axes) -> list[Key]:
    """Return every key of the table, totals among them."""
    return list(product(*((*words, TOTAL) for words in axes)))


def held_back(counts: Mapping[Key, int], axes: Axes, *, also: Collection[Key] = ()) -> frozenset[Key]:
    """Return the keys whose counts must not be shown.

    No line may have a single number held back, nor such ones that together are fewer than five beside a total that is
    shown; and no number held back may follow from all the lines together. also: keys to be held back in any case.
    """
    return held_back_among(counts, lines_of(axes), also=also)


def held_back_among(counts: Mapping[Key, int], lines: Sequence[Line], *, also: Collection[Key] = ()) -> frozenset[Key]:
    """Return the keys whose counts must not be shown of several tables that are read together, as `held_back` does.

    lines: those of all the tables; a number that stands in two of them has the same key in both.
    """
    keys = {key for members, total in lines for key in (*members, total)}
    hidden = {key for key in keys if 0 < counts.get(key, 0) < LEAST} | set(also)
    while True:
        more = {key for line in lines if (key := _complement(line, counts, hidden))}
        if not more:
            more = _beside(_determined(lines, hidden), lines, counts, hidden)
        if not more:
            return frozenset(hidden)
        hidden |= more


def lines_of(axes: Axes) -> list[Line]:
    """Return every equation that the totals of one table make."""
    return list(_lines(axes))


def _lines(axes: Axes) -> Iterator[Line]:
    for place, words in enumerate(axes):
        others = [(*each, TOTAL) if n != place else ("",) for n, each in enumerate(axes)]
        for fixed in product(*others):
            members = tuple((*fixed[:place], word, *fixed[place + 1 :]) for word in words)
            yield members, (*fixed[:place], TOTAL, *fixed[place + 1 :])


def _complement(line: Line, counts: Mapping[Key, int], hidden: Collection[Key]) -> Key | None:
    """Return what has to be held back besides, for the line's own sake; None when it gives nothing away."""
    members, total = line
    unknown = [key for key in members if key in hidden]
    if total in hidden:
        return None if unknown else _least([*members], counts, hidden)
    if not unknown or (len(unknown) > 1 and sum(counts.get(key, 0) for key in unknown) >= LEAST):
        return None
    return _least([*members], counts, hidden) or total


def _least(keys: Sequence[Key], counts: Mapping[Key, int], hidden: Collection[Key]) -> Key | None:
    """Return the smallest count that is shown and is not nought, which tells the reader least."""
    shown = [key for key in keys if key not in hidden and counts.get(key, 0)]
    return min(shown, key=lambda key: (counts.get(key, 0), key), default=None)


def _beside(
    found: Collection[Key], lines: Sequence[Line], counts: Mapping[Key, int], hidden: Collection[Key]
) -> set[Key]:
    """Return one number more to hold back for each that follows from the lines together."""
    more = set()
    for key in found:
        for members, total in lines:
            if key in members or key == total:
                other = _least([*members, total], counts, hidden)
                if other:
                    more.add(other)
                    break
    return more


def _determined(lines: Sequence[Line], hidden: Collection[Key]) -> set[Key]:
    """Return the numbers held back that follow from all that is shown: by elimination, modulo a prime."""
    pivots: dict[Key, dict[Key, int]] = {}
    for members, total in lines:
        row = dict.fromkeys((key for key in members if key in hidden), 1)
        if total in hidden:
            row[total] = _PRIME - 1
        for key in [key for key in row if key in pivots]:
            row = _minus(row, pivots[key], key)
        if row:
            key = next(iter(row))
            inverse = pow(row[key], -1, _PRIME)
            row = {each: value * inverse % _PRIME for each, value in row.items()}
            pivots = {each: _minus(held, row, key) if key in held else held for each, held in pivots.items()}
            pivots[key] = row
    return {key for key, row in pivots.items() if len(row) == 1}


def _minus(row: Mapping[Key, int], pivot: Mapping[Key, int], key: Key) -> dict[Key, int]:
    factor = row.get(key, 0)
    found = {each: (row.get(each, 0) - factor * pivot.get(each, 0)) % _PRIME for each in row.keys() | pivot.keys()}
    return {each: value for each, value in found.items() if value}
