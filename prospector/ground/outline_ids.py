"""Ids that come from outlines, so that they stay between runs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from prospector.in_threads import in_threads

AT_ONCE = 2_500
"""Outlines that are put in whole metres at once on each thread: each is a copy meanwhile."""


def outline_ids(code: str, outlines: Sequence[shapely.Geometry] | NDArray[np.object_]) -> list[str]:
    """Return an id of each outline, in whole metres: where its rings begin and how they turn says nothing.

    Examples
    --------
    >>> outline_ids("PCU", [shapely.box(0, 0, 1000, 1000), shapely.box(0, 0, 1000.2, 1000)])
    ['PCU-NEGAPPUA', 'PCU-NEGAPPUA']
    """
    shapes = np.asarray(outlines, dtype=object)
    parts = [shapes[first : first + AT_ONCE] for first in range(0, len(shapes), AT_ONCE)]
    return [f"{code}-{letters}" for part in in_threads(_letters_of, parts) for letters in part]


def _letters_of(outlines: NDArray[np.object_]) -> list[str]:
    """Return the letters of each outline in whole metres."""
    whole = shapely.normalize(shapely.set_precision(outlines, 1.0))
    return [_letters(data) for data in shapely.to_wkb(whole, byte_order=1)]


def _letters(data: bytes) -> str:
    return base64.b32encode(hashlib.sha256(data).digest()[:5]).decode("ascii")
