"""Install what pip and npm cannot bring, with the system's package manager, or say what to type.

    python3 .ci/system_packages.py venv pango chromium

Uses the standard library only: it runs before anything is installed. A package that is there is left alone.
"""

import ctypes
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

MAC_LIBRARIES = [Path("/opt/homebrew/lib"), Path("/usr/local/lib")]
PANGO_LIBRARIES = [
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
]
CHROMIUM_PROGRAMS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
CHROMIUM_ON_A_MAC = [
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
]


class Need(NamedTuple):
    """Something the application or its tests lean on, and its package's name for each package manager."""

    purpose: str
    is_there: Callable[[], bool]
    packages: dict[str, list[str]]


class Manager(NamedTuple):
    """A package manager and how it installs without asking."""

    program: str
    refresh: list[str]
    install: list[str]
    needs_root: bool


def has_venv() -> bool:
    """Test whether Python can make a virtual environment with pip in it."""
    return importlib.util.find_spec("ensurepip") is not None


def has_library(names: tuple[str, ...]) -> bool:
    """Test whether one of a library's names can be loaded."""
    candidates = [*names, *(str(folder / name) for folder in MAC_LIBRARIES for name in names)]
    for name in candidates:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def has_pango() -> bool:
    """Test for the libraries that draw the PDFs' text."""
    return all(has_library(names) for names in PANGO_LIBRARIES)


def has_chromium() -> bool:
    """Test for a browser that the tests can drive."""
    return any(map(shutil.which, CHROMIUM_PROGRAMS)) or any(path.exists() for path in CHROMIUM_ON_A_MAC)


NEEDS = {
    "venv": Need(
        "a virtual environment for Python",
        has_venv,
        # Debian ships the module apart, in a package named for the very version of Python.
        {"apt-get": ["python{}.{}-venv".format(*sys.version_info)], "dnf": ["python3-pip"], "brew": ["python"]},
    ),
    "pango": Need(
        "Pango, which sets the PDFs' text",
        has_pango,
        {
            "apt-get": ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"],
            "dnf": ["pango", "harfbuzz"],
            "brew": ["pango"],
        },
    ),
    "chromium": Need(
        "Chromium, which the browser tests drive",
        has_chromium,
        {
            # Without windows it does the tests' work in two thirds of the time; older systems know only the whole.
            "apt-get": ["chromium-headless-shell | chromium"],
            "dnf": ["chromium"],
            "brew": ["--cask", "chromium"],
        },
    ),
}
MANAGERS = [
    # "satisfy" takes a choice of packages, too, and the first that it knows.
    Manager("apt-get", ["update", "-q"], ["satisfy", "-q", "-y", "--no-install-recommends"], needs_root=True),
    Manager("dnf", [], ["install", "-q", "-y"], needs_root=True),
    Manager("brew", [], ["install", "--quiet"], needs_root=False),
]


def main(wanted: list[str]) -> int:
    """Install each wanted thing that is missing; return 1, with what to type, when it may not or cannot."""
    missing = [NEEDS[name] for name in wanted if not NEEDS[name].is_there()]
    if not missing:
        return 0
    manager = next((manager for manager in MANAGERS if shutil.which(manager.program)), None)
    if manager is None:
        names = "\n".join(f"  {need.purpose}" for need in missing)
        return give_up(f"Missing, and no package manager that this script knows:\n{names}")
    commands = [command for need in missing for command in install_commands(manager, need)]
    prefix = root_prefix(manager)
    if prefix is None:
        return give_up(f"Missing: {'; '.join(need.purpose for need in missing)}.\nType:\n\n  {as_typed(commands)}\n")
    print(f"Installing {', '.join(need.purpose for need in missing)} with {manager.program}", flush=True)
    return run(manager, prefix, commands, missing)


def install_commands(manager: Manager, need: Need) -> list[list[str]]:
    """Return the commands that install one thing, the package lists refreshed first where that is a step of its own."""
    install = [manager.program, *manager.install, *need.packages[manager.program]]
    return [[manager.program, *manager.refresh], install] if manager.refresh else [install]


def root_prefix(manager: Manager) -> list[str] | None:
    """Return what goes before the command, or None when a password would have to be typed."""
    if not manager.needs_root or os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def as_typed(commands: list[list[str]]) -> str:
    """Return one line that a person can type."""
    words = [shlex.join(command) for command in commands]
    sudo = "" if words[0].startswith("brew") else "sudo "
    return " && ".join(dict.fromkeys(f"{sudo}{line}" for line in words))


def run(manager: Manager, prefix: list[str], commands: list[list[str]], missing: list[Need]) -> int:
    """Run the commands, and return 1 if one fails or what was missing is still not there."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in dict.fromkeys(map(tuple, commands)):
        if subprocess.run([*prefix, *command], env=quiet, stdin=subprocess.DEVNULL, check=False).returncode:
            return give_up(f"{manager.program} failed. Type:\n\n  {as_typed(commands)}\n")
    importlib.invalidate_caches()
    still = [need.purpose for need in missing if not need.is_there()]
    return give_up(f"Installed, and still not found: {'; '.join(still)}") if still else 0


def give_up(message: str) -> int:
    """Print why it stops."""
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
