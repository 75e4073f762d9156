"""Pieces of work on a thread for each core, where a library computes without Python's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def in_threads(work: Callable[[Piece], Result], pieces: Sequence[Piece]) -> list[Result]:
    """Return what a function makes of each piece, in order.

    GEOS and PROJ compute without Python's lock. What the threads share is only read: a prepared geometry
    makes its index when it is first asked, and none may be shared.

    Examples
    --------
    >>> in_threads(sum, [[1, 2], [3], []])
    [3, 3, 0]
    """
    with ThreadPoolExecutor(min(os.cpu_count() or 1, max(len(pieces), 1))) as threads:
        return list(threads.map(work, pieces))
