"""The basin that each place lies in, to hold one basin out at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from prospector.grid import FloatArray, IntArray
from prospector.layers import Layers
from prospector.layers.classes import class_words

BASINS = "basins"

CODE = "basin_code"


def basins_of(layers: Layers, at: FloatArray) -> IntArray | None:
    """Return the basin of each place as a number, -1 where it lies in none, shape (n,).

    None where the region has no layer of basins. Polygons of one code, or without codes of one name, are
    one basin; of several polygons around a place the first one counts.

    Parameters
    ----------
    layers
        The layers as read.
    at
        Easting and northing in metres, shape (n, 2).
    """
    layer = layers.vector(BASINS)
    if layer is None:
        return None
    table = layer.features
    names = class_words(table[CODE if CODE in table.columns else "name"])
    each = pd.Series([f"row {row}" for row in range(len(table))], table.index)
    numbers = np.unique(names.fillna(each).astype(str), return_inverse=True)[1].reshape(-1)
    tree = shapely.STRtree(np.asarray(table.geometry.array, dtype=object))
    place, polygon = tree.query(shapely.points(at), predicate="intersects")
    found = np.full(len(at), -1, dtype=np.intp)
    order = np.lexsort((polygon, place))[::-1]
    found[place[order]] = numbers[polygon[order]]
    return found
