"""Statements that are planned for the values they are asked with."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from psycopg import ClientCursor


def spelled_out(sql: str, values: Mapping[str, Any]) -> str:
    """Return the statement with its values in it, quoted by the driver: docs/decisions/0012.

    For those that read most of a table, or little of it, by what they are asked for. A statement with values apart is
    planned once for all of them as soon as a connection has run it some times.
    """
    connection.ensure_connection()
    return ClientCursor(connection.connection).mogrify(sql, values)
