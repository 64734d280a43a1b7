"""Names taken out of free text: what staff wrote of an incident, without the students whom its reader may not know.

A name is found however it was typed: with or without its apostrophe, hyphen or accent, one half of a double name, the
surname first or an initial for one part. It is a word by itself, never part of one. A name that is also a word of the
language (Will, Mark, Grace) is taken for the name where it begins with a capital.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
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
        return tuple(dict.fromkeys(_folded(each) for each in (self.legal_forename, self.preferred_forename) if each))

    @property
    def single(self) -> frozenset[str]:
        """Return every form that stands for the student by itself."""
        return frozenset(form for each in (*self.forenames, _folded(self.surname)) for form in _forms(each))

    @property
    def whole(self) -> Iterator[str]:
        """Yield patterns of a forename with the surname: these are nobody else's."""
        for first, last in self._pairs():
            yield rf"{first}\s+{last}"
            yield rf"{last}(?:\s*,\s*|\s+){first}"

    @property
    def initialled(self) -> Iterator[str]:
        """Yield patterns of a name with an initial for the rest of it."""
        surname = _folded(self.surname).strip()
        for forename in self.forenames if surname else ():
            yield rf"{_any_of(_forms(forename) or {forename})}\s+{re.escape(surname[0])}\b\.?"
            yield rf"{re.escape(forename[0])}\.?\s*{_any_of(_forms(surname) or {surname})}"

    def _pairs(self) -> Iterator[tuple[str, str]]:
        last = _forms(_folded(self.surname))
        for forename in self.forenames:
            if (first := _forms(forename)) and last:
                yield _any_of(first), _any_of(last)


class Mask:
    """Takes the names of some students out of any text; those who may be named keep theirs.

    A form that somebody else shares (a brother's surname, another Kai) is left where it stands alone, since it may mean
    the one who may be named; together with the rest of the hidden name it goes.
    """

    def __init__(self, hidden: Iterable[Name], named: Iterable[Name] = ()) -> None:
        held = list(hidden)
        kept = frozenset(form for each in named for form in each.single)
        single = {form for each in held for form in each.single} - kept
        self._passes = (
            (_compiled(pattern for each in held for pattern in each.whole), _always),
            (_compiled(pattern for each in held for pattern in each.initialled), _has_initial),
            (_compiled(map(_pattern, _longest_first(single))), _is_name),
        )

    def __call__(self, text: str) -> str:
        """Return the text with "another student" for each name."""
        for wanted, is_meant in self._passes:
            text = _without(text, wanted, is_meant) if wanted and text else text
        return text


def _without(text: str, wanted: re.Pattern[str], is_meant: Callable[[str], bool]) -> str:
    parts, at = [], 0
    for match in wanted.finditer(_folded(text)):
        if is_meant(text[match.start() : match.end()]):
            parts += [text[at : match.start()], _somebody(text[: match.start()])]
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
    return written[0].isupper() or _folded(written) not in _WORDS


def _folded(text: str) -> str:
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
