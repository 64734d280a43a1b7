"""After a test that commits, the database as the migrations left it: rows go and come back, tables stay."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import Cursor, sql

# Django's own bookkeeping, which no test changes.
KEPT = ("django_migrations", "django_content_type", "auth_permission")


class AsMigrated:
    """What stands in the tables of a migrated database that no test has used yet, and the way back to it."""

    def __init__(self) -> None:
        with _cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
            self._tables = [name for (name,) in cursor.fetchall() if name not in KEPT]
            self._rows = {table: _copied(cursor, table) for table in self._filled(cursor)}

    def restore(self) -> None:
        """Take out what the test committed; emptying each table anew, as Django does, costs a second."""
        with _cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # no trigger and no foreign key minds
            for table in self._filled(cursor):
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for table, rows in self._rows.items():
                with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                    copy.write(rows)
            cursor.execute("SET session_replication_role = origin")

    def _filled(self, cursor: "Cursor[tuple[str]]") -> list[str]:
        one = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        every = sql.SQL(" UNION ALL ").join(one.format(table, sql.Identifier(table)) for table in self._tables)
        cursor.execute(every)
        return [table for (table,) in cursor.fetchall()]


def _copied(cursor: "Cursor[tuple[str]]", table: str) -> bytes:
    with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(part) for part in copy)


@contextmanager
def _cursor() -> "Iterator[Cursor[tuple[str]]]":
    with connection.cursor() as cursor:
        yield cursor.cursor
