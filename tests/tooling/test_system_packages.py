"""The set-up step that asks the system's package manager, or says what to type."""

import importlib.util
from pathlib import Path

import pytest
from django.conf import settings

BROWSER = "chromium-headless-shell | chromium"


@pytest.fixture
def script():
    """The script, as a module of this test alone."""
    path = Path(settings.BASE_DIR) / ".ci" / "system_packages.py"
    spec = importlib.util.spec_from_file_location("system_packages", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine(script, monkeypatch):
    """Pretend a machine: its package managers, whether this is root, and what is installed on it."""
    commands = []

    def pretend(*, programs=(), is_root=False, there=()):
        monkeypatch.setattr(script.shutil, "which", lambda name: name if name in programs else None)
        monkeypatch.setattr(script.os, "geteuid", lambda: 0 if is_root else 1000)
        installed = set(there)
        for name, need in script.NEEDS.items():
            replaced = need._replace(is_there=lambda name=name: name in installed)
            monkeypatch.setitem(script.NEEDS, name, replaced)

        def run(command, **options):
            commands.append(" ".join(command))
            installed.update(name for name, need in script.NEEDS.items() if fits(need, command))
            return script.subprocess.CompletedProcess(command, 0)

        monkeypatch.setattr(script.subprocess, "run", run)
        return commands

    return pretend


def fits(need, command) -> bool:
    return any(set(packages) <= set(command) for packages in need.packages.values())


def test_nothing_is_done_when_all_is_there(script, machine):
    commands = machine(there=["pango", "chromium"])
    assert script.main(["pango", "chromium"]) == 0
    assert commands == []


def test_root_installs_what_is_missing(script, machine):
    commands = machine(programs=["apt-get"], is_root=True, there=["pango"])
    assert script.main(["pango", "chromium"]) == 0
    assert commands == ["apt-get update -q", "apt-get satisfy -q -y --no-install-recommends " + BROWSER]


def test_sudo_without_a_password_will_do(script, machine):
    commands = machine(programs=["dnf", "sudo"])
    assert script.main(["pango"]) == 0
    assert commands == ["sudo -n true", "sudo -n dnf install -q -y pango harfbuzz"]


@pytest.mark.parametrize(
    ("programs", "typed"),
    [
        (["apt-get"], f"sudo apt-get update -q && sudo apt-get satisfy -q -y --no-install-recommends '{BROWSER}'"),
        (["dnf"], "sudo dnf install -q -y chromium"),
    ],
)
def test_somebody_who_may_not_is_told_what_to_type(script, machine, capsys, programs, typed):
    commands = machine(programs=programs)
    assert script.main(["chromium"]) == 1
    assert typed in capsys.readouterr().err
    assert commands == []


def test_an_unknown_system_is_told_what_is_missing(script, machine, capsys):
    machine()
    assert script.main(["pango"]) == 1
    assert "Pango" in capsys.readouterr().err


def test_this_machine_has_what_the_tests_need(script):
    assert script.has_pango()
    assert script.has_chromium()
