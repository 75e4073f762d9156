"""Locks on open files: they end with the process that holds them, however it ends."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from functools import cache
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux says which machine this is, since it was started."""

DAY_SECONDS = 86_400.0
"""What another machine has not changed for so long counts as left by a killed command."""

NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


@cache
def machine() -> str:
    """Return eight hex digits that tell this machine, since it was started, from others.

    Locks on a shared disk may reach no further than the machine.
    """
    try:
        name = BOOT.read_bytes()
    except OSError:
        name = platform.node().encode()
    return hashlib.sha256(name).hexdigest()[:8]


def unchanged_for(path: Path, seconds: float) -> bool:
    """Return whether nothing of a file, or in a folder, has changed for so long; no link is followed."""
    try:
        latest = max(part.lstat().st_mtime for part in (path, *path.rglob("*")))
    except OSError:  # it changes now, or is another user's
        return False
    return time.time() - latest > seconds


def open_lock(path: Path, *, create: bool = False) -> int:
    """Open a file to lock it, be it another user's who lets it only be read; no link is followed.

    Parameters
    ----------
    path
        Of the file.
    create
        Make it where it is not there.

    Raises
    ------
    OSError
        It is not there, may not even be read, or is a link.
    """
    try:
        return os.open(path, os.O_RDWR | NOFOLLOW | (os.O_CREAT if create else 0), 0o666)
    except PermissionError:
        return os.open(path, os.O_RDONLY | NOFOLLOW)


def lock(file: int, *, wait: bool = False, shared: bool = False) -> bool:
    """Lock an open file until it is closed, and return whether it is locked now.

    Parameters
    ----------
    file
        Descriptor of an open file.
    wait
        Wait until no other process holds it.
    shared
        Beside others who share it; Windows has no such lock, and none is held there.

    Raises
    ------
    OSError
        The file system has no locks.
    """
    if fcntl is None:
        return _lock_on_windows(file, wait=wait, shared=shared)
    kind = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
    try:
        fcntl.flock(file, kind)
    except BlockingIOError:
        return False
    return True


def _lock_on_windows(file: int, *, wait: bool, shared: bool) -> bool:
    import msvcrt

    if shared:
        return True
    while True:
        try:
            msvcrt.locking(file, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:  # held; LK_LOCK asks for ten seconds
            if not wait:
                return False
        else:
            return True
