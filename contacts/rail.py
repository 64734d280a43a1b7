"""Contacts' pages in the rail and in the menu of what can be logged."""

from pastoral.core.navigation import Entry

LOGGED: tuple[Entry, ...] = ()
RAIL: tuple[Entry, ...] = ()
