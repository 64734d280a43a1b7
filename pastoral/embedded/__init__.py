"""The application's own PostgreSQL and Valkey, from their wheels, under one folder.

Used only where DATABASE_URL or REDIS_URL is not set. Nothing starts until somebody connects (PostgreSQL, by the
backend in `base`) or asks for it (Valkey, by `start_valkey`), so checks and type checks start no server. A server that
the first process started stops when the last process that uses it has ended: see `sharing`.
"""

import contextlib
import functools
import os
import secrets
import stat
from pathlib import Path
from typing import Any

import dj_database_url

from pastoral.embedded import postgres, valkey
from pastoral.embedded.sharing import EmbeddedServerError, SharedServer
from pastoral.environment import env

__all__ = [
    "EmbeddedServerError",
    "database",
    "secret_key",
    "start_postgres",
    "start_valkey",
    "stop_postgres",
    "stop_valkey",
    "valkey_socket",
    "valkey_url",
]


def secret_key(var_dir: Path) -> str:
    """Return the installation's secret key, made once and kept readable by its owner only."""
    path = var_dir / "secret_key"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        fresh = var_dir / f".secret_key.{os.getpid()}"
        fresh.write_text(secrets.token_urlsafe(50))
        fresh.chmod(stat.S_IRUSR | stat.S_IWUSR)
        with contextlib.suppress(FileExistsError):  # the first of two racing processes wins
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()


def database(url: str, var_dir: Path) -> dict[str, Any]:
    """Return Django's settings for the database at url, or for the embedded one when url is empty."""
    if url:
        return dict(dj_database_url.parse(url))
    return {"ENGINE": "pastoral.embedded", "NAME": "pastoral", "USER": "postgres", "VAR_DIR": var_dir}


def valkey_socket(var_dir: Path) -> Path:
    """Return where the embedded Valkey listens."""
    return valkey.Valkey(var_dir).socket


def valkey_url(var_dir: Path) -> str:
    """Return the embedded Valkey's address; it listens on a socket only, never on the network."""
    return f"redis+socket://{valkey_socket(var_dir)}"


def start_postgres(var_dir: Path) -> tuple[str, str]:
    """Start the embedded PostgreSQL, or join it if it runs, and return its host (a socket folder) and port.

    It stops when the last process that joined it ends. Called again, it starts a server that was stopped or killed.
    PASTORAL_THROWAWAY=1 makes it fast and careless: for tests, whose data nobody will miss.
    """
    shared_postgres(var_dir).join()
    return str(postgres.Postgres(var_dir).sockets), str(postgres.PORT)


def stop_postgres(var_dir: Path) -> None:
    """Stop the embedded PostgreSQL under whoever uses it."""
    shared_postgres(var_dir).stop()


def start_valkey(var_dir: Path) -> str:
    """Start the embedded Valkey, or join it if it runs, and return its address.

    It stops when the last process that joined it ends; queued jobs are kept. Called again, it starts a server that was
    stopped or killed.
    """
    shared_valkey(var_dir).join()
    return valkey_url(var_dir)


def stop_valkey(var_dir: Path) -> None:
    """Stop the embedded Valkey under whoever uses it."""
    shared_valkey(var_dir).stop()


@functools.cache
def shared_postgres(var_dir: Path) -> SharedServer:
    """Return this process's share in the installation's PostgreSQL."""
    is_throwaway = env.bool("PASTORAL_THROWAWAY", False)
    return SharedServer("postgres", var_dir, postgres.Postgres(var_dir, is_throwaway=is_throwaway))


@functools.cache
def shared_valkey(var_dir: Path) -> SharedServer:
    """Return this process's share in the installation's Valkey."""
    return SharedServer("valkey", var_dir, valkey.Valkey(var_dir))
