"""Names taken out of free text: what staff wrote of an incident, without the students whom its reader may not know.

A name is found however it was typed: with or without its apostrophe, hyphen or accent, one half of a double name, the
surname first or an initial for one part. It is a word by itself, never part of one. A name that is also a word of the
language (Will, Mark, Grace) is taken for the name where it begins with a capital.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

SOMEBODY = "another student"
SHORTEST_HALF = 3
_APOSTROPHES = "'`\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"
_DASHES = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}"
_LETTERS = str.maketrans({**dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_DASHES, "-"), "\N{NO-BREAK SPACE}": " "})
_UNFOLDED = str.maketrans("łŁøØđĐðÐıħ", "lLoOdDdDih")
_PARTICLES = frozenset("van von der den del dos das bin ibn abu mac the saint".split())
# Only such as staff write of an incident: to leave a name standing is worse than to lose a word.
_WORDS = frozenset(
    "will mark may grace rose hope faith joy art bill rob drew grant chase hunter young brown green white black gray "
    "grey long short bush wood woods hill field fields lane park day days april june august summer autumn frank max "
    "sunny sky star angel amber pearl iris ivy holly daisy lily violet ginger dawn eve bay robin jay swan fox wolf "
    "lamb fish cook baker walker ward page cross love moon stone rock rivers brook banks bridge church gates hall "
    "house mills pool street wells west east north south best bright sharp small wise savage strong power price rice "
    "bean bell ball nail banner case chance christian an my so he do to be she her him his in on at or as us no go "
    "rush reading reed read leader law lord major hardy last head foot hand heart legend justice patience harmony "
    "blessing gift precious prince rod nick pat sue iron mercy temple storm winter spring forest marsh hay colt buck "
    "crow song sing van man don ban pan fan la le de du".split()
)


@dataclass(frozen=True)
class Name:
    """How one student may be called: the legal and the preferred forename, and the surname."""

    legal_forename: str
    preferred_forename: str
    surname: str

    @property
    def forenames(self) -> tuple[str, ...]:
        """Return the forenames, each once."""
        return tuple(dict.fromkeys(folded(each) for each in (self.legal_forename, self.preferred_forename) if each))

    @property
    def single(self) -> frozenset[str]:
        """Return every form that stands for the student by itself."""
        return frozenset(form for each in (*self.forenames, folded(self.surname)) for form in _forms(each))

    @property
    def whole(self) -> Iterator[str]:
        """Yield patterns of a forename with the surname: these are nobody else's."""
        for first, last in self._pairs():
            yield rf"{first}\s+{last}"
            yield rf"{last}(?:\s*,\s*|\s+){first}"

    @property
    def initialled(self) -> Iterator[str]:
        """Yield patterns of a name with an initial for the rest of it."""
        surname = folded(self.surname).strip()
        for forename in self.forenames if surname else ():
            yield rf"{_any_of(_forms(forename) or {forename})}\s+{re.escape(surname[0])}\b\.?"
            yield rf"{re.escape(forename[0])}\.?\s*{_any_of(_forms(surname) or {surname})}"

    def _pairs(self) -> Iterator[tuple[str, str]]:
        last = _forms(folded(self.surname))
        for forename in self.forenames:
            if (first := _forms(forename)) and last:
                yield _any_of(first), _any_of(last)


class Mask:
    """Takes the names of some students out of any text; those who may be named keep theirs.

    A form that somebody else shares (a brother's surname, another Kai) is left where it stands alone, since it may mean
    the one who may be named; together with the rest of the hidden name it goes.
    """

    def __init__(self, hidden: Iterable[Name], named: Iterable[Name] = (), *, marks: Sequence[str] = ()) -> None:
        """Hide the names. marks: what stands in the place of each, in their order; "another student" for all without.

        A form that two of them share is nobody's own: alone it becomes "another student".
        """
        held = list(hidden)
        said = list(marks) or [SOMEBODY] * len(held)
        kept = frozenset(form for each in named for form in each.single)
        own: dict[str, str] = {}
        for mark, each in zip(said, held, strict=True):
            for form in each.single - kept:
                own[form] = mark if own.get(form, mark) == mark else SOMEBODY
        forms = _longest_first(own)
        self._passes = (
            (
                _Pass([(pattern, mark) for mark, each in zip(said, held, strict=True) for pattern in each.whole]),
                _always,
            ),
            (
                _Pass([(pattern, mark) for mark, each in zip(said, held, strict=True) for pattern in each.initialled]),
                _has_initial,
            ),
            (_Pass([(_pattern(form), own[form]) for form in forms]), _is_name),
        )

    def __call__(self, text: str) -> str:
        """Return the text with "another student", or the mark, for each name."""
        for wanted, is_meant in self._passes:
            text = _without(text, wanted, is_meant) if text and wanted.found else text
        return text


class _Pass:
    """Patterns that are looked for at once, each with what stands in its place."""

    def __init__(self, patterns: Sequence[tuple[str, str]]) -> None:
        one_mark = len({mark for _pattern_, mark in patterns}) == 1
        self.marks = [mark for _pattern_, mark in patterns]
        # A group for each tells which it was; where all mean the same nobody needs to know.
        self.found = _compiled(pattern if one_mark else f"({pattern})" for pattern, _mark in patterns)

    def mark(self, match: re.Match[str]) -> str:
        """Return what stands in the place of what was found."""
        return self.marks[(match.lastindex or 1) - 1]


def names_met(names: Mapping[int, Name], texts: Iterable[str], named: Iterable[Name] = ()) -> set[int]:
    """Return the keys of those whose whole name, or a name with an initial, is in one of the texts.

    named: a name with an initial that may be one of theirs is taken for it.
    """
    kept = {(form[0], surname) for each in named for form in each.forenames for surname in words_folded(each.surname)}
    by_word: dict[str, list[int]] = defaultdict(list)
    for key, each in names.items():
        for word in _ways(each.surname):
            by_word[word].append(key)
    met: set[int] = set()
    for text in texts:
        words = set(words_folded(text))
        for key in {key for word in words & by_word.keys() for key in by_word[word]} - met:
            if _is_met(names[key], text, words, kept):
                met.add(key)
    return met


def _is_met(name: Name, text: str, words: set[str], kept: Collection[tuple[str, str]]) -> bool:
    small = folded(text)
    if any(words & _ways(form) for form in name.forenames):
        wanted = _compiled(name.whole)
        if wanted and wanted.search(small):
            return True
    initials = {form[0] for form in name.forenames}
    if not words & initials or any((sign, word) in kept for sign in initials for word in words_folded(name.surname)):
        return False
    wanted = _compiled(name.initialled)
    return bool(wanted and any(_has_initial(text[each.start() : each.end()]) for each in wanted.finditer(small)))


def _ways(name: str) -> set[str]:
    """Return the words by which a name may stand in a text: its parts, all of them joined, each with an s."""
    parts = words_folded(name)
    return {word + end for word in (*parts, "".join(parts)) for end in ("", "s") if len(word) > 1}


def words_folded(text: str) -> list[str]:
    """Return the words of a text in small letters without accents; apostrophes and hyphens part them."""
    return re.findall(r"[^\W\d_]+", folded(text))


def finder_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds the forms in a text that is `folded`, however they are typed; None for no forms."""
    return _compiled(map(_pattern, _longest_first(forms)))


def whole_finder_of(names: Iterable[Name]) -> re.Pattern[str] | None:
    """Return what finds whole names, either way round, in a text that is `folded`; None for no names."""
    return _compiled(pattern for name in names for pattern in name.whole)


def forms_of(name: str) -> set[str]:
    """Return by what one of somebody's names may stand: as it is, and each part of a double one; in small letters."""
    return _forms(folded(name))


def bare(name: str) -> str:
    """Return a form, or what was found of it, without the signs by which its typings differ."""
    return "".join(words_folded(name))


def is_a_word(form: str) -> bool:
    """Test for a name that is a word of the language as well."""
    return form in _WORDS


def _without(text: str, wanted: "_Pass", is_meant: Callable[[str], bool]) -> str:
    parts, at = [], 0
    for match in wanted.found.finditer(folded(text)) if wanted.found else ():
        if is_meant(text[match.start() : match.end()]):
            mark = wanted.mark(match)
            parts += [text[at : match.start()], _somebody(text[: match.start()]) if mark == SOMEBODY else mark]
            at = match.end()
    return "".join([*parts, text[at:]])


def _compiled(patterns: Iterable[str]) -> re.Pattern[str] | None:
    found = "|".join(patterns)
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)") if found else None


def _always(_written: str) -> bool:
    return True


def _has_initial(written: str) -> bool:
    """Test for an initial as people write one: "K. Nowak" and not "a hall"."""
    return any(len(word) == 1 and word.isupper() for word in re.split(r"[\s.]+", written))


def _is_name(written: str) -> bool:
    """Test for a name and not for a word of the language, which begins with a small letter."""
    return written[0].isupper() or folded(written) not in _WORDS


def folded(text: str) -> str:
    """Return the text in small letters without accents, sign by sign, so that places in it stay the same."""
    return "".join(map(_sign, text.translate(_LETTERS)))


def _sign(sign: str) -> str:
    bare = unicodedata.normalize("NFKD", sign.translate(_UNFOLDED))[0].lower()
    return bare if len(bare) == 1 else sign


def _forms(name: str) -> set[str]:
    """Return the name itself and, of one with several parts, each part that is a name: smith-jones, smith, jones."""
    halves = [half for half in re.split(r"[\s-]+", name) if half]
    forms = {name.strip()} if len(name.strip()) > 1 else set()
    if len(halves) > 1:
        forms |= {half for half in halves if len(half) >= SHORTEST_HALF and half not in _PARTICLES}
    return forms


def _pattern(form: str) -> str:
    """Return the pattern of a name: its apostrophes may be missing, its parts joined by a hyphen, a space or nothing.

    An s may follow, since many leave the apostrophe of "Kai's" out.
    """
    signs = (r"[\s'-]?" if sign in "'- " else re.escape(sign) for sign in form)
    return "".join(signs) + ("s?" if form not in _WORDS else "")


def _any_of(forms: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(_pattern, _longest_first(forms)))})"


def _longest_first(forms: Iterable[str]) -> list[str]:
    return sorted(forms, key=lambda form: (-len(form), form))


def _somebody(before: str) -> str:
    begins = not before.strip() or re.search(r"[.!?]\s+$|\n\s*$", before)
    return SOMEBODY.capitalize() if begins else SOMEBODY
