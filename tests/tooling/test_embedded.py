"""The app's own PostgreSQL and Valkey: started once, shared, stopped by the last, and unharmed by a kill."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from pastoral import embedded
from pastoral.embedded.places import process_of
from pastoral.embedded.postgres import Postgres
from pastoral.embedded.sharing import EmbeddedServerError, SharedServer
from pastoral.embedded.valkey import Valkey

# Joins both servers, says so, and stays until it is told to go.
MEMBER = """
import sys
from pathlib import Path
from pastoral import embedded
var_dir = Path(sys.argv[1])
print(*embedded.start_postgres(var_dir), embedded.start_valkey(var_dir), flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def var_dir(tmp_path_factory):
    """A new installation, whose servers are stopped after the test whatever became of them."""
    folder = tmp_path_factory.mktemp("var")
    yield folder
    embedded.stop_postgres(folder)
    embedded.stop_valkey(folder)


def member(var_dir: Path) -> subprocess.Popen[str]:
    """Start another process of the installation, and return once it has joined both servers."""
    environment = {**os.environ, "PASTORAL_THROWAWAY": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", MEMBER, str(var_dir)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert str(var_dir.name) in process.stdout.readline()
    return process


def dismiss(process: subprocess.Popen[str]) -> None:
    """Let a member end as a command does."""
    process.communicate("\n", timeout=60)
    assert process.returncode == 0


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def ask(var_dir: Path, statement: str) -> object:
    """Run one statement on the installation's PostgreSQL."""
    host, port = embedded.start_postgres(var_dir)
    with psycopg.connect(host=host, port=port, user="postgres", dbname="postgres", autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def queue(var_dir: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(embedded.valkey_socket(var_dir)), retry=Retry(NoBackoff(), 0))


def test_the_last_to_leave_stops_the_servers(var_dir):
    first, second = member(var_dir), member(var_dir)
    dismiss(first)
    assert Postgres(var_dir).is_running()
    assert Valkey(var_dir).is_running()
    dismiss(second)
    assert not Postgres(var_dir).is_running()
    assert not Valkey(var_dir).is_running()


def test_processes_that_start_at_once_share_one_server(var_dir):
    with ThreadPoolExecutor(4) as pool:
        members = list(pool.map(member, [var_dir] * 4))
    running = [each for each in psutil.process_iter(["name", "cmdline"]) if is_server_of(each, var_dir)]
    assert len(running) == 2
    for process in members:
        dismiss(process)


def is_server_of(process: psutil.Process, var_dir: Path) -> bool:
    """Test for one of the installation's two servers; PostgreSQL's own children name no folder."""
    name, words = process.info["name"], " ".join(process.info["cmdline"] or [])
    return name in ("postgres", "valkey-server") and str(var_dir) in words


def test_a_killed_process_leaves_nothing_stale(var_dir):
    kill(member(var_dir))
    assert Postgres(var_dir).is_running()
    dismiss(member(var_dir))
    assert not Postgres(var_dir).is_running()


def test_killed_servers_come_back_with_what_was_committed(var_dir):
    ask(var_dir, "CREATE TABLE kept AS SELECT 42 AS answer")
    embedded.start_valkey(var_dir)
    queue(var_dir).rpush("jobs", "one")
    queue(var_dir).waitaof(1, 0, 5000)
    for pid_file in (var_dir / "postgres" / "postmaster.pid", var_dir / "valkey" / "server.pid"):
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
    embedded.start_valkey(var_dir)
    assert ask(var_dir, "SELECT answer FROM kept") == 42
    assert queue(var_dir).lrange("jobs", 0, -1) == [b"one"]


def test_stopped_servers_start_again_under_the_same_address(var_dir):
    before = embedded.start_postgres(var_dir), embedded.start_valkey(var_dir)
    embedded.stop_postgres(var_dir)
    embedded.stop_valkey(var_dir)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=before[0][0], port=before[0][1], user="postgres", dbname="postgres")
    with pytest.raises(redis.ConnectionError):
        queue(var_dir).ping()
    assert (embedded.start_postgres(var_dir), embedded.start_valkey(var_dir)) == before
    assert ask(var_dir, "SELECT 1") == 1
    assert queue(var_dir).ping()


def test_a_reused_process_number_is_not_taken_for_the_server(var_dir):
    ask(var_dir, "SELECT 1")
    embedded.stop_postgres(var_dir)
    pid_file = var_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n")
    assert not Postgres(var_dir).is_running()
    assert ask(var_dir, "SELECT 1") == 1


def test_a_folder_with_too_long_a_path_has_its_sockets_elsewhere(tmp_path):
    deep = tmp_path / ("x" * 120)
    assert len(str(Valkey(deep).socket)) < 100
    try:
        assert ask(deep, "SELECT 1") == 1
        embedded.start_valkey(deep)
        assert queue(deep).ping()
    finally:
        embedded.stop_postgres(deep)
        embedded.stop_valkey(deep)


def test_names_sort_alike_on_every_machine(var_dir):
    assert ask(var_dir, "SELECT lower('ŁÉ')") == "łé"
    assert ask(var_dir, "SELECT datlocale FROM pg_database WHERE datname = 'postgres'") == "C.UTF-8"


def test_data_of_another_version_is_left_alone(var_dir):
    ask(var_dir, "SELECT 1")
    embedded.stop_postgres(var_dir)
    (var_dir / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedServerError, match="made by PostgreSQL 12"):
        embedded.start_postgres(var_dir)


def test_a_missing_or_broken_process_file_means_no_process(tmp_path):
    assert process_of(tmp_path / "missing", "postgres", tmp_path) is None
    (tmp_path / "broken").write_text("")
    assert process_of(tmp_path / "broken", "postgres", tmp_path) is None


def test_leaving_twice_or_unjoined_does_nothing(tmp_path):
    class Never:
        def is_running(self):
            raise AssertionError

        start = stop = is_running

    SharedServer("never", tmp_path, Never()).leave()


def test_the_secret_key_is_made_once_and_kept_private(tmp_path):
    first = embedded.secret_key(tmp_path / "new")
    assert embedded.secret_key(tmp_path / "new") == first
    assert len(first) >= 50
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0
