"""Writes of what the school's forms offer: added, changed, retired; never deleted, since records hold the names."""

from typing import Any

from django.db import transaction

from behaviour.models import IncidentType, ListedWord


class NameHeld(Exception):
    """The list has the name already; the message is fit for the form."""


@transaction.atomic
def type_set(*, held: IncidentType | None, name: str, **facts: Any) -> IncidentType:
    """Add a type of incident, or change one; the name of one that is held stays, since incidents hold it.

    facts: strand, points, severity, is_prejudice, goes_to_dsl, is_active, order. Raises NameHeld.
    """
    if held is None and IncidentType.objects.filter(name__iexact=name).exists():
        raise NameHeld(f"“{name}” is in the catalogue already. Change that one, or take it up again if it is retired.")
    row = held or IncidentType(name=name)
    _put(row, facts)
    return row


@transaction.atomic
def word_set(*, held: ListedWord | None, kind: str, name: str, **facts: Any) -> ListedWord:
    """Add a word to one of the lists, or change one; the word itself stays, since records hold it.

    facts: points, is_active, order. Raises NameHeld.
    """
    if held is None and ListedWord.objects.filter(kind=kind, name__iexact=name).exists():
        raise NameHeld(f"“{name}” is in the list already. Change that one, or take it up again if it is retired.")
    row = held or ListedWord(kind=kind, name=name)
    _put(row, facts)
    return row


def _put(row: IncidentType | ListedWord, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
