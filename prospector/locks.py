"""Locks on open files: they end with the process that holds them, however it ends."""

from __future__ import annotations

import os

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def lock(file: int, *, wait: bool = False, shared: bool = False) -> bool:
    """Lock an open file until it is closed, and return whether it is locked now.

    Parameters
    ----------
    file
        Descriptor of a file that is open for reading and writing.
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
