"""The demonstration from end to end: set up, stopped with Ctrl-C, started again with its data."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing

import psutil
import pytest
from django.conf import settings

from pastoral.core.rights import Role
from pastoral.supervisor.signins import DEMO_PASSWORD

pytestmark = pytest.mark.long


@pytest.fixture
def demo(tmp_path):
    """Start `manage.py demo` with a small school, as make does; whatever it leaves behind is killed after the test."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "PASTORAL_VAR": str(tmp_path / "var"), "PASTORAL_DEMO": "1"}
    for name in ("DATABASE_URL", "REDIS_URL"):
        environment.pop(name, None)
    command = [sys.executable, "manage.py", "demo", f"--port={port}", "--students=60"]

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    yield start, port
    for process in left_behind(tmp_path):
        process.kill()


def left_behind(folder) -> list[psutil.Process]:
    """Return the processes, servers and all, that still work for the installation in a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except psutil.Error:
            continue
        if process.pid != os.getpid() and any(str(folder) in word for word in words):
            found.append(process)
    return found


def still_there(folder) -> list[psutil.Process]:
    """Return those that do not end by themselves: a server takes its file away a moment before it is gone."""
    return psutil.wait_procs(left_behind(folder), timeout=5)[1]


def read_until_ready(process: subprocess.Popen[str]) -> str:
    """Return what it prints up to the last sign-in."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if Role.DATA_MANAGER.label in line:
            break
    return "".join(lines)


def press_ctrl_c(process: subprocess.Popen[str]) -> str:
    """Send Ctrl-C twice, as make and the terminal do, and return what it prints to its end."""
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=20)[0]


def status_of(port: int, path: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as response:
            return response.status


def test_it_starts_stops_and_starts_again(demo, tmp_path):
    start, port = demo
    first = start()
    said = read_until_ready(first)
    assert f"http://127.0.0.1:{port}" in said, said
    assert [role.label for role in Role if re.search(rf"^  {role.label} .*{DEMO_PASSWORD}$", said, re.MULTILINE)] == [
        role.label for role in Role
    ]
    assert status_of(port, "/accounts/login/") == 200
    assert "Stopped. The data is kept" in press_ctrl_c(first)
    assert first.returncode == 0
    assert still_there(tmp_path) == []

    second = start()
    said = read_until_ready(second)
    assert "First run" not in said
    assert DEMO_PASSWORD in said
    press_ctrl_c(second)
    assert still_there(tmp_path) == []


def test_a_second_one_is_refused_while_one_runs(demo):
    start, _ = demo
    first = start()
    first.stdout.readline()
    second = start()
    assert "runs already" in second.communicate(timeout=60)[0]
    assert second.returncode == 1
    press_ctrl_c(first)
    assert first.returncode == 0
