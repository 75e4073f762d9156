"""How a command stops on Ctrl-C or a kill signal: in order and within seconds."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | int | None

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C; what a cluster or a service manager sends; a terminal that is closed."""

AGAIN_SECONDS = 0.05
"""So long after a finalizer swallowed what a signal raised it is raised again."""

PATIENCE_SECONDS = 4.0
"""So long a command may take to end in order."""


class Ended(BaseException):
    """A signal asked the command to end.

    Parameters
    ----------
    number
        Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.exit_code = 128 + number


@contextmanager
def orderly_end() -> Iterator[None]:
    """Raise `Ended` where a signal asks the command to end; a signal that is ignored stays so.

    Only the first counts. Where Python lets nothing be raised, e.g. in a finalizer, it is raised a
    moment later. What has not ended in time, e.g. in a long call into a library, is ended by a
    thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
    before: dict[int, Handler] = {number: signal.getsignal(number) for number in numbers}
    before = {number: old for number, old in before.items() if old not in (None, signal.SIG_IGN)}
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    woken = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_end_in_time, args=(reader, set(before)), daemon=True).start()
    for number in before:
        signal.signal(number, _end)
    told, sys.unraisablehook = sys.unraisablehook, _raise_again
    try:
        yield
    except Ended:
        raise  # what comes later is ignored, and the thread keeps the time
    except BaseException:
        _as_before(before, woken, writer)
        raise
    else:
        _as_before(before, woken, writer)
    finally:
        sys.unraisablehook = told


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what Python calls
    for name in NAMES:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    raise Ended(number)


def _raise_again(unraisable: sys.UnraisableHookArgs) -> None:
    """Let a signal whose exception was swallowed come again, outside of what swallowed it."""
    if not isinstance(unraisable.exc_value, Ended):
        sys.__unraisablehook__(unraisable)
        return
    number = unraisable.exc_value.number
    signal.signal(number, _end)
    later = threading.Timer(AGAIN_SECONDS, _come_again, [number])
    later.daemon = True
    later.start()


def _come_again(number: int) -> None:
    if signal.getsignal(number) is _end:  # else the command has ended meanwhile
        _thread.interrupt_main(signal.Signals(number))


def _as_before(before: dict[int, Handler], woken: int, writer: int) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)
    signal.set_wakeup_fd(woken)
    os.close(writer)


def _end_in_time(reader: int, numbers: set[int]) -> None:
    """Wait for a signal, then end the process if it has not ended by itself."""
    number = 0
    while number not in numbers:
        received = os.read(reader, 1)
        if not received:  # the command is done
            os.close(reader)
            return
        number = received[0]
    time.sleep(PATIENCE_SECONDS)
    with suppress(Exception):
        if "prospector.compute.engine" in sys.modules:
            sys.modules["prospector.compute.engine"].abandon()
        else:
            from prospector.scratch import discard

            discard()
    os._exit(128 + number)
