"""A migrated database that the processes of one test run copy, instead of migrating each its own."""

import fcntl
import os
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

PREFIX = "template_of_run_"


def template_for(run: str) -> str:
    """Return the name of the run's template, made by whichever process comes first; those of earlier runs go."""
    name = f"{PREFIX}{run[:16]}"
    lock = Path(os.environ["PASTORAL_VAR"]) / "template.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held, _server() as server:
        fcntl.flock(held, fcntl.LOCK_EX)
        known = [row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{PREFIX}"])]
        if name not in known:
            for old in known:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
            _make(name)
    return name


def _server() -> "psycopg.Connection[tuple[object, ...]]":
    params = connection.get_connection_params()
    login = {name: params[name] for name in ("host", "port", "user", "password") if params.get(name)}
    return psycopg.connect(**login, dbname="postgres", autocommit=True)


def _make(name: str) -> None:
    usual, before = connection.settings_dict["NAME"], connection.settings_dict["TEST"].get("NAME")
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.creation.destroy_test_db(usual, verbosity=0, keepdb=True)
    connection.settings_dict["TEST"]["NAME"] = before
