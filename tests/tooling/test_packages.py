"""The lock files: repeatable, complete, and naming no address."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def locked(name: str) -> dict[str, str]:
    """Return the locked version of each package."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", text, re.MULTILINE))


def required(specifiers: list[str]) -> set[str]:
    return {re.match(r"[A-Za-z0-9_.-]+", each).group().lower().replace("_", "-") for each in specifiers}


def test_both_locks_agree_on_every_version():
    base, dev = locked("base"), locked("dev")
    assert len(base) > 50
    assert base.items() <= dev.items()


def test_everything_asked_for_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert required(project["dependencies"]) <= locked("base").keys()
    assert required(project["optional-dependencies"]["dev"]) <= locked("dev").keys()


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_locked_package_has_hashes(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_locks_name_no_address():
    for name in ("base", "dev"):
        assert "://" not in (ROOT / "requirements" / f"{name}.txt").read_text()
    packages = json.loads((ROOT / "static" / "package-lock.json").read_text())["packages"]
    fetched = [package for path, package in packages.items() if path]
    assert fetched
    assert all("resolved" not in package and package["integrity"].startswith("sha512-") for package in fetched)
