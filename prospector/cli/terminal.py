"""Progress and results on the terminal, and the Dask cluster that a command runs on."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TextIO

from prospector.printable import guard_terminal, printable

if TYPE_CHECKING:
    from concurrent.futures import Executor


PATIENCE = "10s"
"""So long a scheduler may take to answer."""

NARROWEST, WIDEST = 60, 100


def show(lines: Iterable[str], *, file: TextIO | None = None) -> None:
    """Print lines of text, each whole: an end of line within one, from outside, is escaped."""
    for line in lines:
        text = line.lstrip("\n")
        print("\n" * (len(line) - len(text)) + printable(text), file=file)


def columns() -> int | None:
    """Return at how many columns sentences are broken: a hundred at most; None where no one looks on."""
    if not sys.stdout.isatty():
        return None
    return min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)


class Bars:
    """Progress on a terminal; one line a step elsewhere.

    Parameters
    ----------
    language
        Code of the language of the lines.
    """

    def __init__(self, language: str = "en") -> None:
        self._language = language

    def __enter__(self) -> Bars:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        from prospector.words.language import language
        from prospector.words.progress import step_line

        words = language(self._language)
        self._line = partial(step_line, words=words)
        console = Console(file=getattr(sys.stderr, "stream", sys.stderr))
        self._tasks: dict[str, int] = {}
        self._live = console.is_terminal
        self._bars = Progress(
            TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn(),
            TextColumn(words.say("left")), TimeRemainingColumn(), console=console,
        )  # fmt: skip
        if self._live:
            self._bars.start()  # puts streams of its own in the place of those that were guarded
            guard_terminal()
        return self

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far a step is."""
        if what not in self._tasks:
            line = self._line(what)
            self._tasks[what] = self._bars.add_task(printable(line), total=total)
            if not self._live:
                show([line], file=sys.stderr)
                sys.stderr.flush()
        self._bars.update(self._tasks[what], completed=done, total=total)  # type: ignore[arg-type]

    def __exit__(self, *error: object) -> None:
        if self._live:
            self._bars.stop()


@contextmanager
def cluster(address: str | None) -> Iterator[Executor | None]:
    """Give the executor of a Dask cluster, or none where no address is given."""
    from prospector.errors import EngineError

    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise EngineError("--dask needs Dask. Install prospector-geo[dask].") from error
    for name in ("asyncio", *logging.root.manager.loggerDict):  # some have levels of their own
        if name.partition(".")[0] in {"distributed", "tornado", "asyncio"}:
            logging.getLogger(name).setLevel(logging.CRITICAL)  # no tracebacks of a lost scheduler
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise EngineError(
            f"--dask {address}: no scheduler answers ({error}). Start one with: dask scheduler."
        ) from error
    with client:
        yield client.get_executor()
