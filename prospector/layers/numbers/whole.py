"""Whole numbers of more than fifteen figures, as ids are, which columns of decimals would round."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

EXACT = 2.0**53
"""From here on not every whole number is a float."""

LARGEST = 1e30
"""From here on a number is a code of what is missing, not an id."""

LARGEST_FILE = 500_000_000
"""Of a GeoJSON of more bytes numbers beyond 64 bits stay rounded."""

_PLAIN_NAME = re.compile(r"[\w .,()%/-]+")
"""Names that may stand in quotes in a query."""


def exact_numbers(features: gpd.GeoDataFrame, place: str, layer: str | None) -> gpd.GeoDataFrame:
    """Return features as read from a place, rounded whole numbers as text with all their figures.

    GDAL's whole numbers come as decimals where a row has none; a GeoJSON's do where one is beyond 64 bits
    or stands beside decimals.
    """
    attributes = features.columns.drop(features.geometry.name)
    rounded = [str(name) for name in attributes if _is_rounded(features[name])]
    if not rounded:
        return features
    info = pyogrio.read_info(place, layer=layer)
    types = dict(zip(info["fields"], info["dtypes"], strict=True))
    for name in rounded:
        exact = None
        if str(types.get(name)).startswith("int"):
            exact = _by_query(place, info["layer_name"], name)
        if exact is None:
            exact = _by_json(Path(place), name, len(features))
        if exact is not None:
            features = features.assign(**{name: pd.Series(exact, features.index, dtype=object)})
    return features


def _is_rounded(column: pd.Series) -> bool:
    """Whether a column of decimals holds a whole number that may have lost its last figures."""
    if column.dtype.kind != "f":
        return False
    values = np.abs(column.to_numpy(dtype=float))
    with np.errstate(invalid="ignore"):
        return bool(((values >= EXACT) & (values < LARGEST)).any())


def _by_query(place: str, layer: str, name: str) -> list[str | None] | None:
    """Return a column of whole numbers as text, None where a row has none; None for an odd name."""
    if not (_PLAIN_NAME.fullmatch(layer) and _PLAIN_NAME.fullmatch(name)):
        return None
    query = f'SELECT CAST("{name}" AS character(20)) AS exact FROM "{layer}"'  # noqa: S608 (plain names)
    texts = pyogrio.read_dataframe(place, sql=query, sql_dialect="OGRSQL", read_geometry=False)
    return [text if isinstance(text, str) and text else None for text in texts["exact"]]


def _by_json(path: Path, name: str, count: int) -> list[str | None] | None:
    """Return a property of a GeoJSON as it is written; None where the file is no plain collection."""
    if path.suffix.lower() not in (".geojson", ".json"):
        return None
    try:
        if path.stat().st_size > LARGEST_FILE:
            return None
        found = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=str)
        values = [feature["properties"].get(name) for feature in found["features"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    if len(values) != count or not all(
        value is None or isinstance(value, int | str) for value in values
    ):
        return None
    return [None if value is None else str(value) for value in values]
