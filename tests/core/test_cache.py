"""The cache that stands in: nobody is shut out while Valkey is away."""

import pytest
from django.core.cache import caches
from django.test import Client

from tests.factories import UserFactory

PASSWORD = "seven-green-bicycles"


@pytest.fixture
def away(settings, tmp_path):
    """Point the cache at a server that is not there."""
    settings.CACHES = {
        "default": {"BACKEND": "pastoral.core.cache.SteadyCache", "LOCATION": f"unix://{tmp_path}/nothing.sock"}
    }


def test_values_are_held_all_the_same(away):
    cache = caches["default"]
    assert cache.add("steady-test", 1)
    assert not cache.add("steady-test", 2)
    assert cache.get("steady-test") == 1
    cache.set("steady-test", 3)
    assert cache.delete("steady-test")
    assert cache.get("steady-test", "gone") == "gone"


def test_signing_in_works_and_is_still_limited(away, db):
    UserFactory(staff_code="OWU001", password=PASSWORD)
    form = {"login": "OWU001", "password": "wrong-password"}
    tries = [Client().post("/accounts/login/", form).status_code for _ in range(6)]
    assert tries[:5] == [200] * 5
    assert b"too many tries" in Client().post("/accounts/login/", form).content
    UserFactory(staff_code="BEG002", password=PASSWORD)
    assert Client().post("/accounts/login/", {"login": "BEG002", "password": PASSWORD}).status_code == 302
