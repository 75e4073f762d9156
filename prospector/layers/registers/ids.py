"""Ids of titles: from the register, or made from file number and outline; repeated ids get a number."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import count

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.errors import Notice


def title_ids(
    given: pd.Series, numbers: pd.Series, outlines: gpd.GeoSeries, prefix: str
) -> tuple[pd.Series, list[Notice]]:
    """Return an id for each title, and how many were made or numbered.

    Parameters
    ----------
    given
        Ids as text, '' where there is none.
    numbers
        File numbers as text.
    outlines
        Of the titles.
    prefix
        Before each id, where there is one.
    """
    none = given == ""
    ids = given.map(lambda number: f"{prefix}-{number}" if prefix else number)
    ids = ids.mask(none, _made(numbers, outlines, prefix or "C")) if none.any() else ids
    numbered = _numbered(ids)
    notices = (
        Notice("ids-made", "note", count=int(none.sum())),
        Notice("ids-numbered", "note", count=int((numbered != ids).sum())),
    )
    return numbered, [notice for notice in notices if notice.count]


def _numbered(ids: pd.Series) -> pd.Series:
    """Return ids of which none repeats: a later one gets the first number that makes an id no other has."""
    taken, found = set(ids), ids.to_list()
    numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(2))
    for place in np.flatnonzero(ids.duplicated()):
        stem = found[place]
        found[place] = next(free for n in numbers[stem] if (free := f"{stem}-{n}") not in taken)
        taken.add(found[place])
    return pd.Series(found, index=ids.index, name=ids.name, dtype=ids.dtype)


def _made(numbers: pd.Series, outlines: gpd.GeoSeries, prefix: str) -> pd.Series:
    shapes = shapely.to_wkb(outlines.array, byte_order=1)
    digests = [
        hashlib.sha256((shape or b"") + number.encode()).hexdigest()[:8].upper()
        for shape, number in zip(shapes, numbers, strict=True)
    ]
    return pd.Series([f"{prefix}-{digest}" for digest in digests], index=numbers.index)
