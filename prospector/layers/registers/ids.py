"""Ids of titles: the register's, else made of file number and outline; one that repeats gets a number."""

from __future__ import annotations

import hashlib

import geopandas as gpd
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
    repeat = ids.groupby(ids).cumcount()
    suffix: pd.Series = repeat.map(lambda n: f"-{n + 1}" if n else "")
    notices = (
        Notice("ids-made", "note", count=int(none.sum())),
        Notice("ids-numbered", "note", count=int((repeat > 0).sum())),
    )
    return ids.str.cat(suffix), [notice for notice in notices if notice.count]


def _made(numbers: pd.Series, outlines: gpd.GeoSeries, prefix: str) -> pd.Series:
    shapes = shapely.to_wkb(outlines.array, byte_order=1)
    digests = [
        hashlib.sha256((shape or b"") + number.encode()).hexdigest()[:8].upper()
        for shape, number in zip(shapes, numbers, strict=True)
    ]
    return pd.Series([f"{prefix}-{digest}" for digest in digests], index=numbers.index)
