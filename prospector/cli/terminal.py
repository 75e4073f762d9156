"""What a command shows while it works and when it is done, and the cluster that it works on."""

from __future__ import annotations

import io
import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from prospector.printable import printable

if TYPE_CHECKING:
    from concurrent.futures import Executor


PATIENCE = "10s"
"""So long a scheduler may take to answer."""

NARROWEST, WIDEST = 60, 100

STANDARD_FILES = 3
"""Numbers of files that are standard input, output and error."""


class Guarded(io.TextIOBase):
    """A stream of text that gives a terminal nothing but what can be seen; the ends of lines stay.

    What cannot be written in the terminal's encoding is escaped, too.

    Parameters
    ----------
    stream
        Where the text goes.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Encoding of the stream."""
        return getattr(self.stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write a text, escaped."""
        seen = printable(text, kept="\n\t")
        self.stream.write(seen.encode(self.encoding, "backslashreplace").decode(self.encoding))
        return len(text)

    def flush(self) -> None:
        """Write what waits."""
        if not self.stream.closed:
            self.stream.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """Return the number of the stream's file."""
        return self.stream.fileno()

    def writable(self) -> bool:
        """Whether it can be written to: yes."""
        return True


def guard_terminal() -> None:
    """Let nothing reach standard output and standard error but what can be seen.

    It holds for whoever prints: this package, the parser of the command line, a library's warning,
    an exception that nobody caught. What goes to a stream that was closed is dropped.
    """
    if sys.stdout is None or sys.stderr is None:
        _open_standard_files()
    sys.stdout, sys.stderr = (cast(TextIO, _guarded(stream)) for stream in (sys.stdout, sys.stderr))


def _open_standard_files() -> None:
    """Let no file that is opened later take a number below 3, and with it what a C library prints."""
    while (file := os.open(os.devnull, os.O_RDWR)) < STANDARD_FILES:
        os.set_inheritable(file, True)  # a worker prints there, too
    os.close(file)


def _guarded(stream: TextIO | Guarded | None) -> Guarded:
    if isinstance(stream, Guarded):
        return stream
    return Guarded(Path(os.devnull).open("w", encoding="utf-8") if stream is None else stream)


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


class StandardError(logging.Handler):
    """Prints what the library warns of, a line each, above a bar where one runs."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a warning."""
        show([self.format(record)], file=sys.stderr)


class Bars:
    """Progress on a terminal; one line a step elsewhere."""

    def __enter__(self) -> Bars:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(file=getattr(sys.stderr, "stream", sys.stderr))
        self._tasks: dict[str, int] = {}
        self._live = console.is_terminal
        self._bars = Progress(
            TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn(),
            console=console,
        )  # fmt: skip
        if self._live:
            self._bars.start()  # puts streams of its own in the place of those that were guarded
            guard_terminal()
        return self

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far a step is."""
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(printable(what), total=total)
            if not self._live:
                show([what], file=sys.stderr)
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
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise EngineError(
            f"--dask {address}: no scheduler answers ({error}). Start one with: dask scheduler."
        ) from error
    with client:
        yield client.get_executor()
