"""The demonstration's supervisor: children start again, stop within seconds and leave nothing behind."""

import os
import signal
import socket
import time
from datetime import date

import psutil
import pytest

from pastoral.core.models import User
from pastoral.core.rights import Role
from pastoral.supervisor import signals
from pastoral.supervisor.address import Address, PortTaken
from pastoral.supervisor.children import Child, stop_all
from pastoral.supervisor.signins import DEMO_PASSWORD, SignIn, as_table, demo_sign_ins
from students.models import StaffAssignment, YearGroup

PATIENT = "import time; time.sleep(600)"
# Has a child of its own, and will not hear of stopping.
STUBBORN = f"""
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGQUIT, signal.SIG_IGN)
print(subprocess.Popen([sys.executable, "-c", {PATIENT!r}]).pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def child(tmp_path):
    """Make children that are ended after the test."""
    made = []

    def make(code: str) -> Child:
        made.append(Child("worker", ["-c", code], log=tmp_path / "log" / "worker.log", environment={}))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.end()


def until(condition):
    """Wait for something that another process does."""
    deadline = time.monotonic() + 20
    while not (found := condition()):
        assert time.monotonic() < deadline
        os.sched_yield()
    return found


def test_a_killed_child_is_started_again_and_the_reader_told(child):
    worker = child(PATIENT)
    assert worker.revive() is None
    worker.ask_to_stop(signal.SIGKILL)
    news = until(worker.revive)
    assert "killed by SIGKILL" in news
    assert "worker.log" in news
    until(lambda: worker.revive() is None and worker.is_running)


def test_a_child_that_keeps_ending_waits_ever_longer(child):
    worker = child("raise SystemExit(3)")
    first, second = until(worker.revive), until(worker.revive)
    assert "exit code 3; starting it again in 1 s" in first
    assert "starting it again in 2 s" in second


def test_a_stubborn_child_is_killed_with_its_own_children(child):
    worker = child(STUBBORN)
    grandchild = psutil.Process(int(until(worker.last_words)))
    stop_all([worker], patience=0.1)
    assert not worker.is_running
    until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)


def test_an_unstarted_child_stops_at_once(tmp_path):
    began = time.monotonic()
    stop_all([Child("web", ["-c", ""], log=tmp_path / "web.log", environment={})])
    assert time.monotonic() - began < 1


def test_a_child_does_not_outlive_a_killed_supervisor(tmp_path):
    code = (
        "import os; from pathlib import Path; import django; django.setup();"
        "from pastoral.supervisor.children import Child;"
        f"child = Child('web', ['-c', {PATIENT!r}], log=Path({str(tmp_path / 'web.log')!r}), environment={{}});"
        "child.start(); print(child._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    supervisor = Child("supervisor", ["-c", code], log=tmp_path / "supervisor.log", environment={})
    supervisor.start()
    assert supervisor.wait() == -signal.SIGKILL
    until(lambda: not psutil.pid_exists(pid := int(supervisor.last_words())) or is_zombie(pid))


def is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def stop_request():
    """A stop request whose signal handlers are taken away after the test."""
    before = {number: signal.getsignal(number) for number in signals.STOP_SIGNALS}
    yield signals.StopRequest()
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_request_during_the_set_up_interrupts_it_once(stop_request):
    with pytest.raises(signals.Stopped):
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)  # make passes it on: the cleaning up goes on
    assert stop_request.is_made


def test_a_request_while_running_is_only_noted(stop_request):
    stop_request.wait_for_a_good_moment()
    signal.raise_signal(signal.SIGTERM)
    assert stop_request.is_made
    with pytest.raises(signals.Stopped):
        stop_request.wait_for_a_good_moment()


def test_a_taken_port_is_said_with_what_to_type():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"make demo PORT={port + 1}"):
            Address.of("127.0.0.1", port).check_free()
    Address.of("127.0.0.1", port).check_free()


@pytest.mark.parametrize(
    ("bind", "url", "is_for_everyone"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", False),
        ("::1", "http://[::1]:8000", False),
        ("0.0.0.0", f"http://{socket.gethostname()}:8000", True),
        ("192.0.2.7", "http://192.0.2.7:8000", True),
    ],
)
def test_the_address_is_one_that_can_be_opened(bind, url, is_for_everyone):
    address = Address.of(bind, 8000)
    assert (address.url, address.is_for_everyone) == (url, is_for_everyone)


@pytest.mark.parametrize(("bind", "port"), [("nowhere", 8000), ("127.0.0.1", 0), ("127.0.0.1", 70000)])
def test_an_impossible_address_is_refused(bind, port):
    with pytest.raises(ValueError):
        Address.of(bind, port)


def test_the_sign_ins_read_as_a_table():
    lines = as_table([SignIn(Role.FORM_TUTOR, "9B", "Ms Łukasik", "LUK")]).splitlines()
    assert lines[0].split() == ["Role", "Sees", "Name", "Sign", "in", "as", "Password"]
    assert lines[2].split() == ["Form", "Tutor", "9B", "Ms", "Łukasik", "LUK", DEMO_PASSWORD]


def staff(code: str, *roles: Role) -> User:
    user = User.objects.create(staff_code=code, email=f"{code}@school.example", forename="Ada", surname=code)
    year = YearGroup.objects.get_or_create(number=9)[0]
    for role in roles:
        scope = {"year_group": year} if role in (Role.HEAD_OF_YEAR, Role.PASTORAL_MANAGER) else {}
        StaffAssignment.objects.create(
            user=user, role=role, job_title=role.label, starts_on=date(2026, 9, 1), is_imported=True, **scope
        )
    return user


@pytest.mark.django_db
def test_each_role_has_one_sign_in_of_somebody_with_that_role_alone():
    staff("AAA", Role.SLT, Role.DSL)
    staff("BBB", Role.SLT)
    staff("CCC", Role.HEAD_OF_YEAR)
    sign_ins = demo_sign_ins(on=date(2026, 11, 20))
    assert [(each.role, each.staff_code) for each in sign_ins] == [
        (Role.HEAD_OF_YEAR, "CCC"),
        (Role.SLT, "BBB"),
        (Role.DSL, "AAA"),
    ]
    assert User.objects.get(staff_code="BBB").check_password(DEMO_PASSWORD)
    assert not demo_sign_ins(on=date(2026, 8, 31))
