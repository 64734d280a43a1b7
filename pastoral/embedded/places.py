"""Where the embedded servers' sockets lie, and which process a process file means."""

import hashlib
import os
import tempfile
from pathlib import Path

import psutil

from pastoral.embedded.sharing import EmbeddedServerError

# A UNIX socket's path may have at most 103 bytes on macOS and 107 on Linux.
SOCKET_PATH_LIMIT = 100


def socket_folder(var_dir: Path, server: str, socket_name: str) -> Path:
    """Return the folder of a server's socket: the server's own, or a short one where the path would be too long."""
    folder = var_dir / server
    if len(os.fsencode(folder / socket_name)) <= SOCKET_PATH_LIMIT:
        return folder
    digest = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"pastoral-{digest}-{server}"


def make_private(folder: Path, uid: int, gid: int) -> None:
    """Make a folder that only its owner can enter; refuse one that somebody else put there first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, uid, gid)
    except FileExistsError:
        found = folder.lstat()
        if not folder.is_dir() or folder.is_symlink() or found.st_uid != uid:
            raise EmbeddedServerError(f"{folder} belongs to somebody else: remove it, or set PASTORAL_VAR.") from None


def process_of(pid_file: Path, name: str, marker: Path) -> int | None:
    """Return the running server that a process file means, or None when it is gone.

    A killed server's number may mean any other process by now, even another installation's server: so the program's
    name must fit, and its command line must name the marker (a path of this installation).
    """
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        is_server = process.name().startswith(name) and any(str(marker) in part for part in process.cmdline())
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None
    return process.pid if is_server else None
