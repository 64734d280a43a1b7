"""Tests for the database that more than one table needs."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db.models import Q


def one_of(names: Sequence[str]) -> Q:
    """Return the test that exactly one of the fields holds something."""
    ways = (Q(**{f"{name}__isnull": name != one for name in names}) for one in names)
    return reduce(or_, ways)
