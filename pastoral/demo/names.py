"""Turning pools of names into people: drawing them, folding them to ASCII, numbering addresses."""

import unicodedata
from collections import Counter
from random import Random

from pastoral.demo.name_pools import BACKGROUNDS, Background
from pastoral.demo.randoms import pick

# NFKD leaves these letters whole, because no accent is separable from them.
_WHOLE_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ø": "o", "Ø": "O", "ß": "ss"})
_STREETS = (
    "Alder Grove|Ashfield Terrace|Bank Top|Beck Lane|Bracken Close|Calder View|Canal Street|Chapel Row|Clough Road|"
    "Cowslip Way|Dyehouse Lane|Fell Close|Foundry Street|Hawthorn Avenue|Heron Court|Highfield Drive|Kiln Lane|"
    "Laburnum Road|Linden Crescent|Loom Street|Mill Race|Moorside|Old Tannery|Pack Horse Lane|Quarry Bank|"
    "Reservoir Road|Rowan Drive|Silver Birch Close|Spinners Way|Station Parade|Tenter Hill|Union Street|Weavers Croft"
).split("|")
_TOWNS = {"Netherbeck": 0.6, "Upper Calderley": 0.2, "Thornholme": 0.1, "Moor End": 0.1}


def background_draw(random: Random) -> Background:
    """Draw a family background as often as it occurs among the school's families."""
    return BACKGROUNDS[pick(random, {name: background.share for name, background in BACKGROUNDS.items()})]


def ascii_folded(name: str) -> str:
    """Return the name in small ASCII letters only, for e-mail addresses and staff codes."""
    plain = unicodedata.normalize("NFKD", name.translate(_WHOLE_LETTERS))
    return "".join(letter for letter in plain.lower() if "a" <= letter <= "z")


def address_draw(random: Random) -> str:
    """Make up an address in a town that is on no map."""
    number = random.randint(1, 148)
    flat = f"Flat {random.randint(1, 12)}, " if random.random() < 0.12 else ""
    return f"{flat}{number} {random.choice(_STREETS)}, {pick(random, _TOWNS)}"


class EmailBook:
    """Hands out e-mail addresses that nobody else has."""

    def __init__(self, domain: str) -> None:
        """Begin an empty book; `domain` is one of the reserved .example names."""
        self._domain = domain
        self._taken: Counter[str] = Counter()

    def address_for(self, forename: str, surname: str) -> str:
        """Return forename.surname at the domain, with a number from the second person of that name on."""
        stem = f"{ascii_folded(forename)}.{ascii_folded(surname)}"
        self._taken[stem] += 1
        number = self._taken[stem]
        return f"{stem}{number if number > 1 else ''}@{self._domain}"


class PhoneBook:
    """Hands out numbers from the ranges that Ofcom keeps for drama, so that nobody's phone rings."""

    def __init__(self, random: Random) -> None:
        """Shuffle the thousand numbers of each range; they come round again when all are used."""
        self._endings = list(range(1000))
        random.shuffle(self._endings)
        self._landlines = 0
        self._mobiles = 0

    def landline(self) -> str:
        """Return the next landline."""
        self._landlines += 1
        return f"01632 960{self._endings[self._landlines % 1000]:03d}"

    def mobile(self) -> str:
        """Return the next mobile number."""
        self._mobiles += 1
        return f"07700 900{self._endings[self._mobiles % 1000]:03d}"
