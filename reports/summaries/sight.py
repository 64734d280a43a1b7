"""What a person may see of each student on a page of many."""

from functools import lru_cache

from pastoral.core.rights import Right
from reports.summaries.people import Person
from students.scopes import Scope


class Sight:
    """What the person may see of whom: flags by kind and sensitive codes, by the rights that reach each student."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._groups = {
            held.tutor_group.name: held.tutor_group_id for held in scope.assignments if held.tutor_group is not None
        }
        self._of = lru_cache(maxsize=None)(self._rights)

    def of(self, person: Person) -> frozenset[Right]:
        """Return the rights over the student."""
        return self._of(person.year, self._groups.get(person.tutor_group), person.has("sen"))

    def _rights(self, year: int, group: int | None, has_sen: bool) -> frozenset[Right]:
        return self._scope.rights_on(year, group, has_sen=has_sen)
