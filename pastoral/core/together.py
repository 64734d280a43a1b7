"""Several lists read in one statement: what a page shows of one record lies in many tables, a few rows in each."""

import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import JSONField, QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable


def read_together(*lists: QuerySet[Any]) -> tuple[list[Any], ...]:
    """Return the rows of each list, as the list itself would, in one statement for all of them.

    For lists of a few rows of models, with what they select beside and their annotations of plain values; what they
    prefetch follows in statements of its own. Each row comes as JSON, since tables have different columns: no list for
    thousands of rows.
    """
    parts = [_Part(number, each) for number, each in enumerate(lists)]
    asked = [part for part in parts if part.sql]
    if asked:
        union = " UNION ALL ".join(part.sql for part in asked)
        with connection.cursor() as cursor:
            params = list(chain.from_iterable(part.params for part in asked))
            cursor.execute(f"SELECT part, row::text FROM ({union}) AS lists ORDER BY part, place", params)  # noqa: S608
            for number, row in cursor.fetchall():
                parts[number].rows.append(json.loads(row, parse_float=Decimal))
    return tuple(part.made() for part in parts)


class _Part:
    """One of the lists: its share of the statement, and the rows that came of it. sql: "" where nothing can come."""

    def __init__(self, number: int, held: QuerySet[Any]) -> None:
        self.held, self.sql = held.all(), ""
        self.rows: list[dict[str, Any]] = []
        self.params: Sequence[Any] = ()
        self.compiler: Any = self.held.query.get_compiler(connection=connection)
        try:
            inner, self.params = self.compiler.as_sql()
        except EmptyResultSet:
            return
        # Two tables have an `id`: the columns go by their places.
        names = ", ".join(f"c{place}" for place in range(len(self.compiler.select)))
        row = f"SELECT {number} AS part, row_number() OVER () AS place, to_jsonb(r) AS row"
        self.sql = f"{row} FROM ({inner}) AS r({names})"

    def made(self) -> list[Any]:
        """Return the rows as the list makes them of what the database answers."""
        if not self.sql:
            return []
        rows = [self._values(row) for row in self.rows]
        # The list's own way from rows to models, with rows that are here already.
        self.compiler.execute_sql = lambda *_args, **_kwargs: [rows]
        self.held.query.get_compiler = lambda *_args, **_kwargs: self.compiler  # type: ignore[method-assign]
        made: list[Any] = list(ModelIterable(self.held))
        prefetch_related_objects(made, *self.held._prefetch_related_lookups)  # type: ignore[attr-defined]
        return made

    def _values(self, row: dict[str, Any]) -> Sequence[Any]:
        """Return a row with days, times and keys as Python has them."""
        fields = (column.output_field for column, *_rest in self.compiler.select)
        return [_value(field, row[f"c{place}"]) for place, field in enumerate(fields)]


def _value(field: Any, value: Any) -> Any:
    if value is None:
        return None
    return json.dumps(value, default=float) if isinstance(field, JSONField) else field.to_python(value)
