"""A PostgreSQL backend that starts the embedded server at a process's first connection."""

import contextlib
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from psycopg import sql

from pastoral import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL under the installation's own folder.

    Later connections start nothing: while the server is down, pages say so, and whoever watches over the server
    (`manage.py demo`) brings it back under the same address.
    """

    def get_connection_params(self) -> dict[str, Any]:
        """Return the connection's parameters, with the server started and its database made on first use."""
        if not self.settings_dict.get("HOST"):
            try:
                host, port = embedded.start_postgres(self.settings_dict["VAR_DIR"])
            except embedded.EmbeddedServerError as fault:
                raise ImproperlyConfigured(str(fault)) from fault
            create_database(host, port, "pastoral")
            self.settings_dict.update(HOST=host, PORT=port)
        return super().get_connection_params()


def create_database(host: str, port: str, name: str) -> None:
    """Create the database unless it stands."""
    with psycopg.connect(host=host, port=port, user="postgres", dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known:
            return
        # Another process may make it in the meantime.
        with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
