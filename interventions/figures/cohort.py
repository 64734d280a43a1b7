"""Students among whom those are found who may be compared with one: of the same year group and RAG band."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from attendance.figures import Band, Bands
from interventions.figures.tracks import Person, day_of


class Cohort:
    """Whoever may be compared with, asked for at many half days: each year group is sorted into its bands once.

    Most interventions of a year begin on a few days, so that the same question is asked over and over.
    """

    def __init__(self, people: Iterable[Person], bands: Bands) -> None:
        self.people, self.bands = list(people), bands
        self._years: dict[date, dict[int | None, list[Person]]] = {}
        self._bands: dict[tuple[int, int], dict[Band, list[Person]]] = {}

    def like(self, person: Person, slot: int) -> list[Person]:
        """Return those of the person's year group on the day and of their band at the half day, without themselves."""
        year = person.year_on(day_of(slot))
        if year is None:
            return []
        found = self._by_band(year, slot)[person.band_at(slot, self.bands)]
        return [other for other in found if other.student_id != person.student_id]

    def _by_band(self, year: int, slot: int) -> dict[Band, list[Person]]:
        held = self._bands.get((year, slot))
        if held is None:
            held = self._bands[year, slot] = defaultdict(list)
            for other in self._by_year(day_of(slot))[year]:
                held[other.band_at(slot, self.bands)].append(other)
        return held

    def _by_year(self, day: date) -> dict[int | None, list[Person]]:
        held = self._years.get(day)
        if held is None:
            held = self._years[day] = defaultdict(list)
            for other in self.people:
                held[other.year_on(day)].append(other)
        return held
