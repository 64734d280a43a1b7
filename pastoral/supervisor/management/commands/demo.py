"""`manage.py demo`: what `make demo` runs."""

import contextlib
import fcntl
import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from pastoral.embedded import EmbeddedServerError
from pastoral.supervisor.address import Address, PortTaken
from pastoral.supervisor.running import Application, NotReady
from pastoral.supervisor.school import DemoSchool, FillFailed, NotADemo, ask_weekly_rag
from pastoral.supervisor.servers import Servers
from pastoral.supervisor.signals import Stopped, StopRequest
from pastoral.supervisor.signins import as_table, demo_sign_ins

FAULTS = (EmbeddedServerError, FillFailed, NotADemo, NotReady, PortTaken)


class Command(BaseCommand):
    """Set up the demo school on the first run, then keep web, worker and beat running until Ctrl-C."""

    help = "Runs the demonstration: a made-up school, web, worker and beat, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and the size of the school."""
        parser.add_argument("--bind", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", default=8000, type=int, help="port to listen on")
        parser.add_argument("--seed", default=1, type=int, help="another seed makes another school")
        parser.add_argument("--students", default=900, type=int, help="size of the school")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until somebody asks to stop; a fault stops what has been started and is said in words."""
        address = self._address(options)
        school = DemoSchool(settings.VAR_DIR, seed=options["seed"], students=options["students"])
        stop = StopRequest()
        began = time.monotonic()
        try:
            with only_one(settings.VAR_DIR, address), self._everything(address, school) as (servers, application):
                address.check_free()
                self._set_up(servers, school)
                stop.wait_for_a_good_moment()
                application.start()
                self._tell("Starting the web server, the worker and beat")
                application.wait_until_ready(stop)
                if not stop.is_made:
                    self._welcome(address, time.monotonic() - began)
                application.keep_running(servers, stop, self._tell)
                self._tell("Stopping")
        except FAULTS as fault:
            raise CommandError(str(fault)) from fault
        except Stopped:
            pass
        self._tell("Stopped. The data is kept; `make demo` goes on with it.")

    def _address(self, options: dict[str, Any]) -> Address:
        bind = "127.0.0.1" if options["bind"] == "localhost" else options["bind"]
        try:
            return Address.of(bind, options["port"])
        except ValueError as fault:
            raise CommandError(str(fault)) from fault

    @contextlib.contextmanager
    def _everything(self, address: Address, school: DemoSchool) -> Iterator[tuple[Servers, Application]]:
        """Hold the servers and the application, and stop all of it at the end, whatever happens."""
        servers, application = Servers(), Application(address, settings.VAR_DIR)
        try:
            yield servers, application
        finally:
            school.abandon()
            application.stop()
            connections.close_all()
            servers.leave()

    def _set_up(self, servers: Servers, school: DemoSchool) -> None:
        is_first = not school.is_filled
        if is_first:
            self._tell("First run: making the demo school's export files, in the background")
            school.generate()
        self._tell("Starting the database and the job queue")
        servers.start()
        self._tell("Bringing the tables up to date")
        call_command("migrate", verbosity=0, interactive=False)
        if is_first:
            school.check_database()
            self._tell("Importing the demo school: two years of marks, some 40 seconds in all")
            school.fill()
        if not school.has_lived:
            self._tell("Living the last days: registers, plans, calls home, letters")
            school.live_the_day(timezone.localdate())
        if ask_weekly_rag(timezone.localdate()):
            self._tell("Last week's RAG is the worker's first job, unless it is done")

    def _welcome(self, address: Address, seconds: float) -> None:
        sign_ins = as_table(demo_sign_ins(on=timezone.localdate()))
        connections.close_all()
        print(f"\n  Pastoral is ready after {seconds:.0f} s at {address.url}   (Ctrl-C stops it)", flush=True)
        if address.is_for_everyone:
            print("  Everybody on this network can reach it, and the password is known.", flush=True)
        print(f"\n{sign_ins}\n", flush=True)

    def _tell(self, line: str) -> None:
        print(f"  {timezone.localtime():%H:%M:%S}  {line}", flush=True)


@contextlib.contextmanager
def only_one(var_dir: Path, address: Address) -> Iterator[None]:
    """Hold the installation's one demonstration; raise CommandError when another process does."""
    path = var_dir / "locks" / "demo"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(f"The demonstration runs already, at {lock.read()}.") from None
        lock.truncate(0)
        lock.write(address.url)
        lock.flush()
        os.fsync(lock.fileno())
        yield
