"""Tables of a section: a figure by tutor group or year, by cohort, or by what its records are of.

In the school's version, which leaves the team, numbers of fewer than five students are held back, and so many more
that no total gives them away (domain.md 4.6).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from behaviour.suppression import LEAST, Key, held_back, held_back_among
from reports.halfterm.counting import Item, Items, Spec, points_apart, value_of, whom
from reports.halfterm.shape import HELD_BACK, Grid, Line
from reports.halfterm.sides import Side, now_of
from reports.halfterm.spans import NOW, SLUGS
from reports.summaries.cohort_page import COHORTS_BY_SLUG
from reports.summaries.people import Person

WINDOWS = ("Half term", "Before", "A year ago")
EVERYBODY: Key = ("",)
HELD = "c: held back, fewer than five students, or one that would give such a number away."


@dataclass(frozen=True)
class Counted:
    """The items of one section in each window. None: nothing is held of the window."""

    sides: Mapping[str, Side | None]
    items: Mapping[str, Items | None]
    is_school: bool

    def of(self, slug: str, key: str) -> Sequence[Item] | None:
        """Return the items of a key in a window; None where nothing is held."""
        held = self.items.get(slug)
        return None if held is None else held.get(key, ())

    @property
    def now(self) -> Side:
        """The half term's side."""
        return now_of(self.sides)


def by_what(counted: Counted, spec: Spec, title: str, *, of: str = "", most: int = 12) -> Grid:
    """Return how many items of each word there are in each window, most first, and how many students now.

    of: the items whose words they are, where the same records say another word under the figure's own key.
    """
    source = of or spec.source
    times = {slug: Counter(item.what for item in counted.of(slug, source) or ()) for slug in SLUGS}
    students = {slug: _students(counted.of(slug, source) or ()) for slug in SLUGS}
    words = sorted(set().union(*times.values()), key=lambda word: (-times[NOW][word], -times[SLUGS[1]][word], word))
    left = words[most:]
    hidden = {slug: hidden_rows(students[slug], left) if counted.is_school else set() for slug in SLUGS}
    asks = {"of": of} if of else {}
    lines = []
    for word in words[:most]:
        held = [slug for slug in SLUGS if counted.of(slug, source) is not None]
        cells = [told_or_held(times[slug][word], word in hidden[slug]) if slug in held else None for slug in SLUGS]
        shown = (*cells, told_or_held(students[NOW][word], word in hidden[NOW]))
        lines.append(Line(word or "Not said", shown, asks | {"what": word or "-"}))
    note = (f"The {most} most frequent of {len(words)}. " if left else "") + note_of(lines)
    return Grid(f"{source}-what", title, ("", *WINDOWS, "Students"), tuple(lines), note.strip(), spec.key)


def _students(items: Sequence[Item]) -> Counter[str]:
    """Return how many students, or records of nobody alone, stand behind each word."""
    return Counter(what for what, _who in {(item.what, item.student_id or item.url) for item in items})


def told_or_held(cell: str | int | None, is_hidden: bool) -> str | int | None:
    """Return a cell as it may be shown; of what nothing is held nothing is held back."""
    return HELD_BACK if is_hidden and cell is not None else cell


def note_of(lines: Iterable[Line]) -> str:
    """Return what stands under a table in which a number is held back."""
    return HELD if any(HELD_BACK in line.cells for line in lines) else ""


def hidden_rows(numbers: Mapping[str, int], left: Collection[str] = ()) -> set[str]:
    """Return the rows to hold back, of rows that add up to a total which is shown. left: rows that are not printed."""
    keys: dict[Key, int] = {(f"-{name}",): number for name, number in numbers.items()}
    keys[("",)] = sum(numbers.values())
    also = {(f"-{name}",) for name in left}
    return {key[0][1:] for key in held_back(keys, ([f"-{name}" for name in numbers],), also=also) if key[0]}


Place = Callable[[Person], Iterable[str]]


def by_place(counted: Counted, specs: Sequence[Spec], title: str, *, key: str = "place") -> Grid:
    """Return figures by tutor group, or by year in the school's version, the first one in each window."""
    asks = "year" if counted.is_school else "group"

    def place(person: Person) -> Iterable[str]:
        return [str(person.year) if counted.is_school else person.tutor_group]

    people = sorted(whom(specs[0], counted.now), key=lambda person: (person.year, person.tutor_group))
    sizes = Counter(name for person in people for name in place(person))
    hidden = _hidden_places(counted, specs[0])
    lines = [
        _line(counted, specs, name, f"Year {name}" if counted.is_school else name, place, asks, sizes[name], hidden)
        for name in sizes
    ]
    headings = ("", "n", *_headings(specs))
    return Grid(f"{specs[0].key}-{key}", title, headings, tuple(lines), note_of(lines), specs[0].key)


Hidden = Mapping[str, Collection[str]]


def _hidden_places(counted: Counted, spec: Spec) -> Hidden:
    """Return by window the years to hold back in the school's version, by how many each had then."""
    sides = counted.sides if counted.is_school else {}
    sizes = {slug: Counter(str(person.year) for person in whom(spec, side)) for slug, side in sides.items() if side}
    return {slug: hidden_rows(numbers) for slug, numbers in sizes.items()}


def _hidden_cohorts(counted: Counted, spec: Spec) -> Hidden:
    """Return by window the cohorts to hold back in the school's version: all that a reader can add up, together."""
    sides = counted.sides if counted.is_school else {}
    return {slug: hidden_cohorts(whom(spec, side)) for slug, side in sides.items() if side}


def hidden_cohorts(people: Sequence[Person]) -> set[str]:
    """Return the cohorts of so many that their numbers must not be shown, nor those that would give them away.

    Everybody else is known beside each cohort, SEN is those with support and those with a plan, and girls, boys and
    whoever is neither are everybody.
    """
    sizes: Counter[Key] = Counter()
    for slug, cohort in COHORTS_BY_SLUG.items():
        sizes[(slug,)] = sum(cohort.holds(person) for person in people)
        sizes[("others", slug)] = len(people) - sizes[(slug,)]
    sizes[EVERYBODY] = len(people)
    sizes[("neither",)] = len(people) - sizes[("girls",)] - sizes[("boys",)]
    lines: list[tuple[tuple[Key, ...], Key]] = [(((slug,), ("others", slug)), EVERYBODY) for slug in COHORTS_BY_SLUG]
    lines += [((("sen-k",), ("sen-e",)), ("sen",)), ((("girls",), ("boys",), ("neither",)), EVERYBODY)]
    hidden = held_back_among(sizes, lines)
    return {slug for slug in COHORTS_BY_SLUG if (slug,) in hidden or ("others", slug) in hidden}


def by_cohort(counted: Counted, specs: Sequence[Spec], title: str) -> Grid:
    """Return figures by cohort, the first one in each window with its gap to everybody else; a student is in many."""
    people, hidden = whom(specs[0], counted.now), _hidden_cohorts(counted, specs[0])
    lines = []
    for slug, cohort in COHORTS_BY_SLUG.items():
        size = sum(cohort.holds(person) for person in people)
        if not size:
            continue

        def place(person: Person, held: Callable[[Person], bool] = cohort.holds, name: str = slug) -> Iterable[str]:
            return [name] if held(person) else []

        line = _line(counted, specs, slug, cohort.name, place, "cohort", size, hidden)
        gap = HELD_BACK if slug in hidden.get(NOW, ()) else _gap(counted, specs[0], place)
        cells = (*line.cells[:2], gap, *line.cells[2:])
        lines.append(Line(line.name, cells, line.asks, line.is_small))
    headings = ("", "n", *_headings(specs))
    headings = (*headings[:3], "Gap to others", *headings[3:])
    note = f"A student may be in many cohorts, or in none. {note_of(lines)}"
    return Grid(f"{specs[0].key}-cohort", title, headings, tuple(lines), note.strip(), specs[0].key)


def _headings(specs: Sequence[Spec]) -> list[str]:
    unit = f", {specs[0].unit}" if specs[0].unit else ""
    first = [f"{specs[0].name}{unit}", WINDOWS[1], WINDOWS[2]]
    return [*first, *(f"{spec.short or spec.name}{f', {spec.unit}' if spec.unit else ''}" for spec in specs[1:])]


def _line(
    counted: Counted, specs: Sequence[Spec], name: str, shown: str, place: Place, asks: str, size: int, hidden: Hidden
) -> Line:
    """Return one row; each number held back by who was in the place in its own window."""

    def told(slug: str, cell: str | int | None) -> str | int | None:
        return told_or_held(cell, name in hidden.get(slug, ()))

    cells = [told(NOW, size)]
    cells += [told(slug, _cell(counted, slug, specs[0], place, name)) for slug in SLUGS]
    cells += [told(NOW, _cell(counted, NOW, spec, place, name)) for spec in specs[1:]]
    return Line(shown, tuple(cells), {asks: name}, is_small=size < LEAST)


def _cell(counted: Counted, slug: str, spec: Spec, place: Place, name: str) -> str | int | None:
    """Return the figure of those who are in the place in that window."""
    items, side = counted.of(slug, spec.source), counted.sides.get(slug)
    if items is None or side is None:
        return None
    shift = _shift(counted, side)
    mine = {person.student_id for person in whom(spec, side) if name in place(_as_now(person, shift))}
    value, _n = value_of(spec, [item for item in items if item.student_id in mine], len(mine))
    return value if value is None or isinstance(value, int) else str(value)


def _shift(counted: Counted, side: Side) -> int:
    """Return how many years lower the same members were; none for the school, whose years stand side by side."""
    return 0 if counted.is_school or side.year is None else (counted.now.year or 0) - side.year


def _as_now(person: Person, shift: int) -> Person:
    """Return the person with the tutor group's name of now: 8C of last year is 9C, where groups keep their letter."""
    if not shift or not person.tutor_group.startswith(str(person.year)):
        return person
    letters = person.tutor_group.removeprefix(str(person.year))
    return person._replace(tutor_group=f"{person.year + shift}{letters}")


def _gap(counted: Counted, spec: Spec, place: Place) -> str | None:
    """Return how far the cohort's rate lies above everybody else's, in points; None for what is no rate."""
    mine: dict[bool, list[Item]] = defaultdict(list)
    inside = {person.student_id for person in whom(spec, counted.now) if list(place(person))}
    for item in counted.of(NOW, spec.source) or ():
        mine[item.student_id in inside].append(item)
    if spec.how != "rate":
        return None
    points = points_apart(mine[True], mine[False])
    return None if points is None else str(points)
