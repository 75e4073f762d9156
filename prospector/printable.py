"""Text from outside made safe for a terminal: nothing in it moves the cursor, hides or reverses text."""

from __future__ import annotations

import io
import logging
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TextIO, cast

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of Unicode that are escaped: control, format, lone surrogates, separators of lines.

Format characters are those that turn the direction of text, and those without a width.
"""

STANDARD_FILES = 3
"""Numbers of files that are standard input, output and error."""


def printable(text: str, *, kept: str = "") -> str:
    r"""Return text with every character that acts on a terminal, or cannot be seen, as an escape.

    Parameters
    ----------
    text
        From outside.
    kept
        Characters that stay, e.g. a newline where the lines are ours.

    Examples
    --------
    >>> printable("El Abra \x1b[2J\u202e")
    'El Abra \\x1b[2J\\u202e'
    >>> printable("Chuquicamata, 3 °C")
    'Chuquicamata, 3 °C'
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter in kept or unicodedata.category(letter) not in UNSEEN else _escaped(letter)
        for letter in text
    )


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


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

    It holds for whoever prints from Python in this process: this package, the parser of the command
    line, a library's warning, an exception that nobody caught. A library in C that writes by itself is
    not held. What goes to a stream that was closed is dropped.
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


class StandardError(logging.Handler):
    """Prints what the library warns of, a line each, above a bar where one runs."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a warning."""
        sys.stderr.write(f"{printable(self.format(record))}\n")


WARNINGS = StandardError()


def guard_process() -> None:
    """Guard the terminal, and print what the library warns of: in a command and in its workers."""
    logging.getLogger("prospector").addHandler(WARNINGS)
    guard_terminal()


def is_guarded() -> bool:
    """Whether what this process prints is guarded."""
    return isinstance(sys.stderr, Guarded)


def html_table(caption: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Return a table of HTML, every text escaped.

    Examples
    --------
    >>> html_table("", ["a"], [["<b>"]])
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    heads = "".join(f"<th>{escape(str(cell))}</th>" for cell in head)
    cells = ("".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<table>{title}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
