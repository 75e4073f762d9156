"""Numbers as compressed bytes that show any damage, or another place."""

from __future__ import annotations

import zlib
from typing import Any

import numcodecs.blosc
import numpy as np
from numpy.typing import NDArray

from prospector.compute.sealed import Damaged

CHECK_BYTES = 4
COMPRESSION = {"cname": b"lz4", "clevel": 1, "shuffle": numcodecs.blosc.SHUFFLE}

numcodecs.blosc.use_threads = False
"""Several would write blocks as they end, other bytes each time; windows have processes of their own."""


def packed(values: NDArray[Any], place: str) -> bytes:
    """Return numbers as bytes for a place: a checksum of both, and the numbers by Blosc.

    Examples
    --------
    >>> unpacked(packed(np.array([2.5, np.nan], "float32"), "a/c/0/1"), "a/c/0/1", "float32")
    array([2.5, nan], dtype=float32)
    """
    body: bytes = numcodecs.blosc.compress(np.ascontiguousarray(values), **COMPRESSION)
    return _check(body, place) + body


def unpacked(content: bytes, place: str, dtype: str) -> NDArray[Any]:
    """Return the numbers that were packed for a place, shape (n,).

    Raises
    ------
    Damaged
        The bytes are not those that were packed, or belong elsewhere.
    """
    body = content[CHECK_BYTES:]
    if content[:CHECK_BYTES] != _check(body, place):
        raise Damaged(f"{place} does not match its checksum")
    return np.frombuffer(numcodecs.blosc.decompress(body), dtype=dtype)


def _check(body: bytes, place: str) -> bytes:
    return zlib.crc32(body, zlib.crc32(place.encode())).to_bytes(CHECK_BYTES)
