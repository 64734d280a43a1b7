"""Who lives with whom: parents and carers, shared between brothers and sisters."""

from dataclasses import dataclass, field
from random import Random

from pastoral.demo.name_pools import Background
from pastoral.demo.names import EmailBook, PhoneBook, address_draw
from pastoral.demo.randoms import chance, pick

_HOUSEHOLDS = {"couple": 0.55, "mother": 0.2, "separated": 0.14, "stepfather": 0.06, "father": 0.02, "kin": 0.03}
_TITLES = {"F": {"Mrs": 0.62, "Miss": 0.2, "Ms": 0.16, "Dr": 0.02}, "M": {"Mr": 0.98, "Dr": 0.02}}


@dataclass(frozen=True)
class Adult:
    """One parent or carer; the same person keeps one name, number and address for every child."""

    title: str
    forename: str
    surname: str
    relationship: str
    telephone: str
    mobile: str
    email: str
    address: str


@dataclass(frozen=True)
class Tie:
    """What one adult is to the children of a family."""

    adult: Adult
    parental_responsibility: bool
    court_order: bool
    lives_with: bool


@dataclass
class Family:
    """Children of one home, what they share, and the adults in order of whom to ring first."""

    background: Background
    surname: str
    hardship: float
    health: float
    random: Random
    ties: list[Tie] = field(default_factory=list)
    in_care: bool = False


@dataclass(frozen=True)
class Registry:
    """The books from which every adult of the school gets addresses and numbers."""

    emails: EmailBook
    phones: PhoneBook


def family_draw(random: Random, background: Background) -> Family:
    """Start a family: its name, how hard up it is and how often it is ill (both standard normal)."""
    return Family(background, random.choice(background.surnames), random.gauss(0, 1), random.gauss(0, 1), random)


def home_settle(family: Family, registry: Registry) -> None:
    """Give the family its adults; called once it is known whether the children are in care."""
    family.ties = _foster_home(family, registry) if family.in_care else _own_home(family, registry)


def _own_home(family: Family, registry: Registry) -> list[Tie]:
    random = family.random
    address = address_draw(random)
    landline = registry.phones.landline() if chance(random, 0.4) else ""
    household = pick(random, _HOUSEHOLDS)
    court_order = household == "separated" and chance(random, 0.12)
    ties: list[Tie] = []
    for relationship, lives_with in _adults_of(random, household):
        home = address if lives_with else address_draw(random)
        adult = _adult(family, registry, relationship, home, landline if lives_with else "")
        parent = relationship in ("Mother", "Father")
        # Fathers who were never married and not on the certificate have none.
        responsible = parent and not (relationship == "Father" and not lives_with and chance(random, 0.15))
        ties.append(Tie(adult, responsible, court_order and not lives_with, lives_with))
    return ties


def _adults_of(random: Random, household: str) -> list[tuple[str, bool]]:
    """Return relationship and lives-with, in order of whom to ring first."""
    adults = {
        "couple": [("Mother", True), ("Father", True)],
        "mother": [("Mother", True)],
        "separated": [("Mother", True), ("Father", False)],
        "stepfather": [("Mother", True), ("Stepfather", True), ("Father", False)],
        "father": [("Father", True)],
        "kin": [("Grandmother", True), ("Mother", False)],
    }[household]
    if household == "couple" and chance(random, 0.15):
        adults.reverse()
    if household != "kin" and chance(random, 0.22):
        # Working guidance asks for more than one emergency contact.
        adults.append((random.choice(["Grandmother", "Grandfather", "Aunt"]), False))
    return adults


def _adult(family: Family, registry: Registry, relationship: str, address: str, landline: str) -> Adult:
    random, background = family.random, family.background
    sex = "M" if relationship in ("Father", "Stepfather", "Grandfather") else "F"
    forename = random.choice(background.women if sex == "F" else background.men)
    own_name = {"Father": 0.05, "Mother": 0.3}.get(relationship, 0.7)
    surname = random.choice(background.surnames) if chance(random, own_name) else family.surname
    has_email = relationship in ("Mother", "Father") or chance(random, 0.4)
    return Adult(
        title=pick(random, _TITLES[sex]),
        forename=forename,
        surname=surname,
        relationship=relationship,
        telephone=landline,
        mobile=registry.phones.mobile(),
        email=registry.emails.address_for(forename, surname) if has_email else "",
        address=address,
    )


def _foster_home(family: Family, registry: Registry) -> list[Tie]:
    """Return a foster carer to ring first; the mother keeps responsibility but not always contact."""
    random = family.random
    mother = _adult(family, registry, "Mother", address_draw(random), "")
    carer = _adult(family, registry, "Foster carer", address_draw(random), registry.phones.landline())
    return [Tie(carer, False, False, True), Tie(mother, True, chance(random, 0.5), False)]
