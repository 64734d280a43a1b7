"""How a choice names colleagues, so that two of one name are told apart."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from pastoral.core.forms import ReadOnce
from pastoral.core.models import User


def names_apart(people: Iterable[User]) -> dict[int, str]:
    """Return each one's name by key, in the order given: with the forename, then the staff code, where it is shared."""
    held = {user.pk: user for user in people}
    full = {key: f"{user.title} {user.forename} {user.surname}".strip() for key, user in held.items()}
    shared, same = Counter(user.formal_name for user in held.values()), Counter(full.values())
    return {
        key: user.formal_name
        if shared[user.formal_name] == 1
        else full[key]
        if same[full[key]] == 1
        else f"{full[key]}, {user.staff_code}"
        for key, user in held.items()
    }


class StaffNames(ReadOnce):
    """The choices of a field that offers colleagues, by these names."""

    def __iter__(self) -> Iterator[Any]:
        pairs = list(super().__iter__())
        names = names_apart(value.instance for value, _label in pairs if value)
        return iter([(value, names.get(getattr(value, "value", 0), label)) for value, label in pairs])


def offer(field: Any, people: QuerySet[User]) -> None:
    """Let a choice among records offer these colleagues, by the names that tell them apart."""
    field.iterator = StaffNames  # before its records, from which the choices are made
    field.queryset = people
