"""The pages about what is done for students, in the rail."""

from pastoral.core.navigation import Entry

RAIL: tuple[Entry, ...] = ()
