"""What the author's words have to do with the numbers beside them, when these are counted anew.

In a report's words: {section: text, "staffing": text, "priorities": […], "because": [{words, saw, did, own}],
"numbers_before": {section: [number]}, "drafts_before": {section: [sentence]}}, the last two of which hold what drafts
said before and say no longer.
"""

import re
from collections.abc import Mapping
from typing import Any

from reports.halfterm.because import statement
from reports.halfterm.shape import Figures

BECAUSE = "because"
BEFORE = "numbers_before"
DRAFTS = "drafts_before"
IS_OLD = "is_old"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

Words = Mapping[str, Any]


def own_words(words: Words, drafted: Mapping[str, str]) -> dict[str, Any]:
    """Return the words without the drafted sentences among them: these are the figures', and change with them.

    Those of earlier counts are no more the author's: a page opened before it was counted anew sends them once more.
    """
    earlier = words.get(DRAFTS, {})
    return {key: said for key, said in words.items() if said not in (drafted.get(key), *earlier.get(key, ()))}


def counted_anew(words: Words, drafted: Mapping[str, str], figures: Figures, now: Mapping[str, str]) -> dict[str, Any]:
    """Return the words beside new figures: statements put together again, and which numbers stand no longer.

    drafted: the sentences that the words were written beside. now: those of the new figures. A statement whose figure
    or deed there is no longer keeps its words, and is marked.
    """
    own = {key: said for key, said in own_words(words, drafted).items() if key not in (BEFORE, DRAFTS)}
    own |= _said_before(words, drafted, now)
    if own.get(BECAUSE):
        own[BECAUSE] = [_again(each, figures) for each in own[BECAUSE]]
    return own


def _said_before(words: Words, drafted: Mapping[str, str], now: Mapping[str, str]) -> dict[str, Any]:
    """Return what drafts said up to this count and the new ones do not: their numbers and their sentences."""
    before, drafts = words.get(BEFORE, {}), words.get(DRAFTS, {})
    numbers = {
        key: sorted(({*before.get(key, ())} | _numbers(drafted.get(key, ""))) - _numbers(now.get(key, "")))
        for key in drafted.keys() | before.keys()
    }
    sentences = {
        key: sorted({*drafts.get(key, ()), drafted.get(key, "")} - {now.get(key, ""), ""})
        for key in drafted.keys() | drafts.keys()
    }
    kept = {BEFORE: numbers, DRAFTS: sentences}
    told = {name: {key: held for key, held in sorted(gone.items()) if held} for name, gone in kept.items()}
    return {name: gone for name, gone in told.items() if gone}


def _again(held: Mapping[str, Any], figures: Figures) -> dict[str, Any]:
    chosen = {name: held[name] for name in ("saw", "did", "own")}
    words = statement(figures, **chosen)
    return {**chosen, "words": words} if words else {**chosen, "words": held["words"], IS_OLD: True}


def outdated(words: Words) -> dict[str, list[str]]:
    """Return by section the numbers of an earlier count that its text holds."""
    found = {key: [each for each in before if each in _numbers(words.get(key, ""))] for key, before in _before(words)}
    return {key: numbers for key, numbers in found.items() if numbers}


def _before(words: Words) -> list[tuple[str, list[str]]]:
    return list(words.get(BEFORE, {}).items())


def has_old_statement(words: Words) -> bool:
    """Test for a statement that rests on what there is no longer."""
    return any(each.get(IS_OLD) for each in words.get(BECAUSE, ()))


def _numbers(said: str) -> set[str]:
    return set(_NUMBER.findall(said))
