"""A file on a server, read from any place: in ranges, or whole where the server gives none."""

from __future__ import annotations

import io
import re
from typing import Protocol

from prospector.errors import SourceError
from prospector.sources.answers import place_of, refuse_web_page
from prospector.sources.http import Answer

BLOCK_BYTES = 65_536
MOST_WHOLE_BYTES = 100_000_000
"""So large a file is taken whole at most, where the server gives no ranges."""

ABSENT, FORBIDDEN = 404, 403

CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)", re.ASCII)


class Getter(Protocol):
    """What asks a service, as `prospector.sources.http.Client` does."""

    def get(
        self, url: str, *, headers: dict[str, str] | None = None, most_bytes: int | None = None
    ) -> Answer:
        """Return the answer to a question in the address."""


class MissingError(SourceError):
    """A file is not there, or is not given.

    Parameters
    ----------
    status
        404 or 403.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class RemoteFile:
    """A file on a server; what came once is not asked for again.

    Parameters
    ----------
    client
        What asks.
    url
        Address of the file.

    Raises
    ------
    MissingError
        It is not there, or is not given.
    SourceError
        The server does not answer, or gives something else.
    """

    def __init__(self, client: Getter, url: str) -> None:
        self.client, self.url = client, url
        self._blocks: dict[int, bytes] = {}
        self._whole: bytes | None = None
        self._version = ""
        self.size = 0
        self.came = 0
        self._begin()

    def read(self, start: int, count: int) -> bytes:
        """Return so many bytes from a place, fewer at the end of the file."""
        end = min(start + count, self.size)
        if start >= end:
            return b""
        if self._whole is not None:
            return self._whole[start:end]
        first, last = start // BLOCK_BYTES, (end - 1) // BLOCK_BYTES
        lacking = [number for number in range(first, last + 1) if number not in self._blocks]
        for run_first, run_last in _runs(lacking):
            self._fetch(run_first, run_last)
        if self._whole is not None:
            return self._whole[start:end]
        held = b"".join(self._blocks[number] for number in range(first, last + 1))
        return held[start - first * BLOCK_BYTES : end - first * BLOCK_BYTES]

    def _begin(self) -> None:
        answer = self._ask(0, BLOCK_BYTES - 1)
        if answer.status in (ABSENT, FORBIDDEN):
            raise MissingError(
                f"{place_of(answer)}: file not found ({answer.status}). Check the source's "
                "address.",
                answer.status,
            )
        self._take(answer, 0, BLOCK_BYTES - 1)

    def _fetch(self, first: int, last: int) -> None:
        start, end = first * BLOCK_BYTES, min((last + 1) * BLOCK_BYTES, self.size) - 1
        self._take(self._ask(start, end), start, end)

    def _ask(self, start: int, end: int) -> Answer:
        wanted = {"Range": f"bytes={start}-{end}", "Accept-Encoding": "identity"}
        return self.client.get(self.url, headers=wanted, most_bytes=MOST_WHOLE_BYTES)

    def _take(self, answer: Answer, start: int, end: int) -> None:
        """Keep what an answer gives, once it is what was asked for."""
        body = answer.body
        self.came += len(body)
        if answer.status == 200:
            refuse_web_page(answer)
            if self.size and len(body) != self.size:
                raise self._changed(answer)
            self._whole, self.size = body, len(body)
            return
        found = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
        if answer.status != 206 or found is None:
            raise SourceError(
                f"{place_of(answer)}: the server answers {answer.status} when asked for part of "
                "the file. Try again later, or download the file by hand."
            )
        first, last, size = map(int, found.groups())
        version = answer.headers.get("ETag", "") or answer.headers.get("Last-Modified", "")
        if self.size and (size != self.size or version != self._version):
            raise self._changed(answer)
        if first != start or last != min(end, size - 1) or len(body) != last - first + 1:
            raise SourceError(
                f"{place_of(answer)}: the server sent another part of the file than bytes {start} "
                f"to {end}. Try again later, or download the file by hand."
            )
        self.size, self._version = size, version
        for place in range(0, len(body), BLOCK_BYTES):
            self._blocks[(start + place) // BLOCK_BYTES] = body[place : place + BLOCK_BYTES]

    def _changed(self, answer: Answer) -> SourceError:
        return SourceError(
            f"{place_of(answer)}: the file changed while it was read. Nothing was changed here; "
            "run the command again."
        )


class Handle(io.RawIOBase):
    """A remote file as Python reads one; GDAL reads through it.

    A failure is kept in `failures`, not raised: GDAL cannot pass it on, and reads nothing in its place. Who
    reads must look there after each step.
    """

    def __init__(self, file: RemoteFile, failures: list[SourceError]) -> None:
        self._file, self._place, self._failures = file, 0, failures

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def seekable(self) -> bool:
        """Whether a place in it can be chosen: yes."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Choose the place that is read next, from the start, from here or from the end."""
        base = (0, self._place, self._file.size)[whence]
        self._place = max(0, base + offset)
        return self._place

    def tell(self) -> int:
        """Return the place that is read next."""
        return self._place

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes; none where a failure is kept."""
        if self._failures:
            return b""
        count = self._file.size - self._place if size < 0 else size
        try:
            part = self._file.read(self._place, count)
        except SourceError as error:
            self._failures.append(error)
            return b""
        self._place += len(part)
        return part


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return first and last of each run of numbers that follow one another.

    Examples
    --------
    >>> _runs([1, 2, 3, 7])
    [(1, 3), (7, 7)]
    """
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
