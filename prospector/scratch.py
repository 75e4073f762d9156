"""The one folder for temporary files of a process: removed when that ends, or by the next command.

A process holds a lock on a file in its folder, which names its semaphores. Where nobody does, the
process was killed: its folder and its semaphores are removed. What has no such file is somebody else's.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from prospector.errors import OutputError
from prospector.locks import DAY_SECONDS, NOFOLLOW, lock, machine, unchanged_for

PREFIX = "prospector-"
OWNER = "owner"
LONGEST_OWNER = 100_000
UNFINISHED = "owner.part"
"""The lock file until it is locked."""

SEMAPHORES = Path("/dev/shm")  # noqa: S108 - where Linux shows named semaphores
_NAME = re.compile(rf"{PREFIX}(\d+)-\w+")
_SEMAPHORE = re.compile(r"sem\.loky-\d+-\w+")


@dataclass(frozen=True)
class _Own:
    pid: int
    folder: Path
    file: int
    semaphores: set[str] = field(default_factory=set)


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
    """Remove the folder of this process, and what is left of its semaphores: who has them open keeps them."""
    global _own
    for semaphore in own_semaphores():
        with suppress(OSError):
            semaphore.unlink()
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


@contextmanager
def semaphores_noted() -> Iterator[None]:
    """Note which named semaphores a pool of this process makes, for who may have to remove them.

    A number of a process alone does not tell: containers that share memory have equal ones.
    """
    scratch_folder()
    before = _shown()
    try:
        yield
    finally:
        made = _shown() - before
        if made and _own is not None:
            _own.semaphores.update(made)
            with suppress(OSError):  # a full disk: they may be left if this process is killed
                _write_owner(_own)


def own_semaphores() -> list[Path]:
    """Return the named semaphores that pools of this process have made, as far as they are there."""
    own = _own is not None and _own.pid == os.getpid()
    return _there(_own.semaphores) if own and _own else []


def _shown() -> set[str]:
    """Return the names of semaphores that may be of this process, where the system shows them."""
    return {path.name for path in SEMAPHORES.glob(f"sem.loky-{os.getpid()}-*")}


def _there(names: Iterable[str]) -> list[Path]:
    return [path for path in (SEMAPHORES / name for name in sorted(names)) if path.exists()]


def _made() -> _Own:
    """Make a folder with a locked file: its name shows only when it is locked."""
    pid = os.getpid()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{pid}-"))
    first = OWNER if os.name == "nt" else UNFINISHED  # Windows renames no file that is open
    file = os.open(folder / first, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with suppress(OSError):  # without locks nothing is swept either
        lock(file)
    own = _Own(pid, folder, file)
    _write_owner(own)
    if first != OWNER:
        (folder / first).rename(folder / OWNER)
    return own


def _write_owner(own: _Own) -> None:
    owner = {
        "pid": own.pid, "machine": machine(), "numbers": _numbers(), "semaphores": sorted(own.semaphores),
    }  # fmt: skip
    os.lseek(own.file, 0, os.SEEK_SET)
    os.write(own.file, json.dumps(owner).encode())


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
        dead, text = lock(file), os.read(file, LONGEST_OWNER)
    finally:
        os.close(file)
    if dead and _may_go(folder, text):
        shutil.rmtree(folder, ignore_errors=True)


def _mine(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _sweep_unfinished(folder: Path, pid: int) -> None:
    """Remove a folder whose process was killed before its file was locked: all but empty."""
    if not _lives(pid):
        (folder / UNFINISHED).unlink(missing_ok=True)
        folder.rmdir()


def _may_go(folder: Path, text: bytes) -> bool:
    """Return whether the folder of a dead process, which wrote this, may go; unlink its semaphores."""
    try:
        owner = json.loads(text)
        home, numbers = owner["machine"], owner["numbers"]
        names = [str(name) for name in owner["semaphores"]]
    except (ValueError, LookupError, TypeError):
        return False
    if home != machine():  # on a shared disk its lock may not be seen from here
        return unchanged_for(folder, DAY_SECONDS)
    if numbers == _numbers():
        for path in _there(name for name in names if _SEMAPHORE.fullmatch(name)):
            with suppress(OSError):
                path.unlink()
    return True


def _numbers() -> str:
    """Return what tells one set of numbers of processes from another, e.g. of a container's."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
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
