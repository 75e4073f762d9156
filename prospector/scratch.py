"""The one folder for temporary files of a process: it goes with it, or with the next command.

A process holds a lock on a file in its folder. Where nobody does, the process was killed: its folder
and its semaphores are removed. What has no such file is somebody else's.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prospector.errors import OutputError
from prospector.locks import NOFOLLOW, lock

PREFIX = "prospector-"
OWNER = "owner"
UNFINISHED = "owner.part"
"""The lock file until it is locked."""

SEMAPHORES = Path("/dev/shm")  # noqa: S108 - where Linux shows named semaphores
_NAME = re.compile(rf"{PREFIX}(\d+)-\w+")


@dataclass(frozen=True)
class _Own:
    pid: int
    folder: Path
    file: int


_own: _Own | None = None


def scratch_folder() -> Path:
    """Return the folder of this process, made where it is not there.

    Raises
    ------
    OutputError
        No folder for temporary files can be written.
    """
    global _own
    if _own is None or _own.pid != os.getpid() or not _own.folder.is_dir():
        sweep()
        try:
            _own = _made()
        except OSError as error:
            raise OutputError(
                f"no folder for temporary files can be written ({error.strerror or error}). Set "
                "TMPDIR to a folder with free space that you may write."
            ) from error
        atexit.register(discard)
    return _own.folder


def discard() -> None:
    """Remove the folder of this process."""
    global _own
    if _own is not None and _own.pid == os.getpid():
        shutil.rmtree(_own.folder, ignore_errors=True)
        with suppress(OSError):
            os.close(_own.file)
        shutil.rmtree(_own.folder, ignore_errors=True)  # Windows keeps a file that is open
    _own = None


def sweep() -> None:
    """Remove the folders and semaphores of processes that were killed; all others stay."""
    with suppress(OSError):
        for folder in list(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
            with suppress(OSError):
                _sweep(folder)


def semaphores(pid: int) -> Iterator[Path]:
    """Give the named semaphores that a pool of a process has made, where the system shows them."""
    yield from SEMAPHORES.glob(f"sem.loky-{pid}-*")


def _made() -> _Own:
    """Make a folder with a locked file: its name shows only when it is locked."""
    pid = os.getpid()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{pid}-"))
    first = OWNER if os.name == "nt" else UNFINISHED  # Windows renames no file that is open
    file = os.open(folder / first, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with suppress(OSError):  # without locks nothing is swept either
        lock(file)
    os.write(file, json.dumps({"pid": pid, "machine": _machine()}).encode())
    if first != OWNER:
        (folder / first).rename(folder / OWNER)
    return _Own(pid, folder, file)


def _sweep(folder: Path) -> None:
    named = _NAME.fullmatch(folder.name)
    if not named or folder.is_symlink() or not folder.is_dir() or not _mine(folder):
        return
    try:
        file = os.open(folder / OWNER, os.O_RDWR | NOFOLLOW)
    except FileNotFoundError:
        _sweep_unfinished(folder, int(named[1]))
        return
    try:
        dead, text = lock(file), os.read(file, 1000)
    finally:
        os.close(file)
    if dead and _without_semaphores(text):
        shutil.rmtree(folder, ignore_errors=True)


def _mine(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _sweep_unfinished(folder: Path, pid: int) -> None:
    """Remove a folder whose process was killed before its file was locked: all but empty."""
    if not _lives(pid):
        (folder / UNFINISHED).unlink(missing_ok=True)
        folder.rmdir()


def _without_semaphores(text: bytes) -> bool:
    """Unlink the semaphores of a dead process; return False where its number is another's by now."""
    try:
        owner = json.loads(text)
        pid, machine = int(owner["pid"]), owner["machine"]
    except (ValueError, LookupError, TypeError):
        return False
    if not machine or machine != _machine():
        return True
    left = list(semaphores(pid))
    if left and _lives(pid):
        return False
    for semaphore in left:
        with suppress(OSError):
            semaphore.unlink()
    return True


def _machine() -> str:
    """Return what tells one set of process numbers from another; nothing where that cannot be told."""
    if sys.platform != "linux":
        return ""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _lives(pid: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
