"""Features of GeoJSON as rows: read without GDAL, which would follow what a file points to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from prospector.errors import SourceError
from prospector.sources.rows import Rows, plain_values


def geojson_rows(features: Sequence[Any], names: Mapping[str, str], key: str, where: str) -> Rows:
    """Return features as rows.

    Parameters
    ----------
    features
        Of a FeatureCollection.
    names
        Asked field -> its name in the answer.
    key
        The field that tells features apart; their own id where it is empty or they lack it.
    where
        As errors name it.

    Raises
    ------
    SourceError
        They are no features.

    Examples
    --------
    >>> point = {"type": "Point", "coordinates": [-69, -24]}
    >>> rows = geojson_rows([{"id": 7, "properties": {"N": "a"}, "geometry": point}], {"n": "N"}, "", "x")
    >>> rows.ids, rows.values, str(rows.shapes[0])
    (('7',), {'n': ['a']}, 'POINT (-69 -24)')
    """
    try:
        tables = [feature.get("properties") or {} for feature in features]
        ids = tuple(
            str(table[key] if key and key in table else feature["id"])
            for table, feature in zip(tables, features, strict=True)
        )
        values = {
            asked: plain_values([table.get(name) for table in tables])
            for asked, name in names.items()
        }
        drawn = [feature.get("geometry") for feature in features]
        texts = np.array(
            [None if shape is None else json.dumps(shape) for shape in drawn], dtype=object
        )
        shapes = shapely.force_2d(shapely.from_geojson(texts))
    except (shapely.errors.ShapelyError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{where}: the answer cannot be read ({error}). Download the file by hand."
        ) from error
    return Rows(ids, values, np.asarray(shapes))
