"""An installation of its own, which a test may stop or kill: a folder, PostgreSQL and Valkey in it, and the tables."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic
from uuid import uuid4

import psycopg
from django.db import connection

from pastoral import embedded
from pastoral.embedded.base import create_database
from pastoral.embedded.postgres import program

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds, on a busy machine


def wait_for(test: Callable[[], bool]) -> None:
    pause, deadline = Event(), monotonic() + PATIENCE
    while not test():
        assert monotonic() < deadline, "waited in vain"
        pause.wait(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class Installation:
    """The folder, and the environment in which the application runs on it."""

    var: Path
    environment: dict[str, str]

    def shell(self, script: str) -> str:
        """Return what a script prints that runs inside the application."""
        command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", script]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout

    def database(self) -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection to the database beside the application's own."""
        host, port = embedded.start_postgres(self.var)
        return psycopg.connect(host=host, port=port, user="postgres", dbname="pastoral", autocommit=True)


@contextmanager
def fresh_installation() -> Iterator[Installation]:
    """Make an installation with empty tables, and take it away again; wants pytest-django's `db`.

    Not under pytest's own folder: another run beside this one would shut that to PostgreSQL's account.
    """
    with TemporaryDirectory(prefix="pastoral-") as folder:
        var = Path(folder) / "var"
        environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
        environment |= {
            "PASTORAL_VAR": str(var),
            "PASTORAL_THROWAWAY": "1",
            "DJANGO_SETTINGS_MODULE": "pastoral.settings.local",
            "SECRET_KEY": uuid4().hex * 2,
        }
        servers = embedded.shared_postgres(var), embedded.shared_valkey(var)
        try:
            for server in servers:
                server.join()
            lay_tables(var)
            yield Installation(var, environment)
        finally:
            for server in servers:
                server.stop()


def lay_tables(var: Path) -> None:
    """Copy the tables and what the migrations wrote from the test database: many times faster than migrating."""
    source = connection.get_connection_params()
    login = os.environ | {"PGPASSWORD": str(source.get("password", ""))}
    dump = [program("pg_dump"), "--no-owner", *address(source["host"], source["port"], source["user"])]
    tables = subprocess.run([*dump, str(source["dbname"])], env=login, check=True, capture_output=True).stdout
    restore = [program("psql"), "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    host, port = embedded.start_postgres(var)
    create_database(host, port, "pastoral")
    command = [*restore, *address(host, port, "postgres"), "pastoral"]
    subprocess.run(command, input=tables, check=True, capture_output=True)


def address(host: object, port: object, user: object) -> list[str]:
    return [f"--host={host}", f"--port={port}", f"--username={user}"]
