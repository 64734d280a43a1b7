"""A PostgreSQL backend that starts the embedded server at a process's first connection."""

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
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            pass  # another process made it in the meantime
