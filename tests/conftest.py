"""What every test may ask for."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

# Before the settings are read: tests have servers and files of their own, fast ones.
os.environ.setdefault("PASTORAL_VAR", str(Path(__file__).parents[1] / "var" / "test"))
os.environ.setdefault("PASTORAL_THROWAWAY", "1")

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.urls import get_resolver
from django.utils import timezone

from pastoral.core.rights import Role

pytest_plugins = ["tests.workers"]

DEFAULT_SCOPES = {Role.FORM_TUTOR: "9B", Role.PASTORAL_MANAGER: 9, Role.HEAD_OF_YEAR: 9}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones, whatever the shuffle said: one that begins last keeps a single core busy.

    First of them the demonstration, which has a database of its own: another process makes the tests' meanwhile.
    """
    items.sort(key=lambda item: (item.get_closest_marker("long") is None, "test_demo" not in item.nodeid))


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of every later collection of garbage, as the server does: a fifth of the time."""
    get_resolver().check()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> None:
    """Migrate once for all the processes of a run: the first one makes a template, and each copies it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run:
        from tests.template import template_for

        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = template_for(run)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let tests that commit leave what the migrations wrote, and end what still holds the database when all is over.

    A thread of the live server keeps its connection as long as a browser keeps the line open, and the database cannot
    be dropped until then. A process whose first tests need no database does not wait for the template.
    """
    from tests.emptying import AsMigrated

    with django_db_blocker.unblock():
        as_migrated = AsMigrated()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: as_migrated.restore())
        yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _charts_drawn_once() -> Iterator[None]:
    """Keep drawings from one test to the next: they are known by all that is in them."""
    from reports import charts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "cache", LocMemCache("charts", {"OPTIONS": {"MAX_ENTRIES": 5000}}))
        yield


@pytest.fixture(autouse=True)
def _own_cache(settings: object) -> Iterator[None]:
    """Give each test an empty cache: one test's sign-ins must not count against the next one's limits."""
    settings.WHITENOISE_AUTOREFRESH = True  # else each test's client begins by looking at every static file
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tests"}}
    yield
    for place in ["tests", "steady"]:
        LocMemCache(place, {}).clear()


@pytest.fixture(autouse=True)
def _names_in_the_same_order() -> None:
    """Let every test's first student, and its first member of staff, be called the same, whatever ran before it."""
    from tests.factories import DjangoModelFactory

    for each in DjangoModelFactory.__subclasses__():
        each.reset_sequence(0)


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[..., datetime]:
    """Fix the day: on_day(date(2026, 11, 20)) or with hour and minute, in school time (15:05 by default).

    Whatever asks django.utils.timezone for the time sees it, the live server's threads included; defaults of model
    fields and the database's own now() go on in real time.
    """

    def fix(day: date, hour: int = 15, minute: int = 5) -> datetime:
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("Europe/London"))
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(ZoneInfo("UTC")))
        return moment

    return fix


@pytest.fixture
def friday(on_day: Callable[..., datetime]) -> date:
    """Fix the day at Friday 20 November 2026, the sample school's, and return it."""
    return on_day(date(2026, 11, 20)).date()


@pytest.fixture
def seeded(db: None) -> int:
    """Lay out the calendar of 2025/26 and 2026/27 beside the codes; return the number of school days."""
    from tests.factories import lay_calendar

    return lay_calendar()


@pytest.fixture
def as_role(db: None, friday: date) -> Callable[..., Client]:
    """Return a client signed in as somebody who holds the role: as_role(Role.FORM_TUTOR, "9B"); `client.user` is who.

    The scope is a tutor group's name, a year's number or nothing; Year 9 and 9B where the role needs one.
    """
    from tests.factories import staff

    def sign_in(role: Role | None, scope: str | int | None = None) -> Client:
        from tests.factories import UserFactory

        user = staff(role, scope or DEFAULT_SCOPES.get(role)) if role else UserFactory()
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return sign_in


@pytest.fixture
def client_for(db: None) -> Callable[..., Client]:
    """Return a client signed in as a given user."""

    def sign_in(user: object) -> Client:
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return sign_in
