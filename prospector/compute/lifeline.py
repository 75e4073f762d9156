"""End a worker process when the process that started it ends, for whatever reason."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from functools import lru_cache
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Thread

SECONDS = 1.0
"""So often a worker looks whose child it is."""


def lifeline() -> Connection:
    """Return the end of a pipe that reads as closed once this process has ended."""
    return _pipe(os.getpid())[0]


def cut_lifeline() -> None:
    """End all workers of this process."""
    _pipe(os.getpid())[1].close()
    _pipe.cache_clear()


@lru_cache(maxsize=1)
def _pipe(pid: int) -> tuple[Connection, Connection]:  # noqa: ARG001 - a forked process has its own
    return Pipe(duplex=False)


def end_with_parent(end: Connection, parent: int) -> None:
    """Let this process end when another does; interrupts of the keyboard are left to that one.

    On Linux the kernel ends it, also in the middle of a long call into a library. Elsewhere a thread
    does, as soon as Python can run.

    Parameters
    ----------
    end
        The `lifeline` of the other process.
    parent
        Its number.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "fork" in multiprocessing.get_all_start_methods():
        # locks that libraries make when they load are nameless then, and none is left by a kill
        multiprocessing.set_start_method("fork", force=True)
    if sys.platform == "linux":
        with suppress(OSError):  # no /proc: the thread remains
            _end_by_signal(end)
    Thread(target=_watch, args=(end, parent), daemon=True).start()


def _end_by_signal(end: Connection) -> None:
    """Ask for SIGIO, which ends a process, when the pipe is closed.

    Who is to get the signal is kept with an open file, and that is shared by all workers: each opens
    the pipe for itself.
    """
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)
    own = os.open(f"/proc/self/fd/{end.fileno()}", os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(own, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(own, fcntl.F_SETFL, fcntl.fcntl(own, fcntl.F_GETFL) | os.O_ASYNC)


def _watch(end: Connection, parent: int) -> None:
    with suppress(OSError, EOFError):  # Windows: the pipe is closed
        while not end.poll(SECONDS) and (os.name == "nt" or os.getppid() == parent):
            pass
    os._exit(1)
