"""The country of polygon units, as their own layer or the administrative units say it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from prospector.grid import FloatArray, IntArray, polygons
from prospector.layers import Layers

COUNTRY = "country"

ADMINISTRATIVE = "administrative"


def unit_countries(role: str, layers: Layers, at: FloatArray) -> IntArray | None:
    """Return the country of each polygon of a layer as a number, shape (n,); None where no layer says.

    Parameters
    ----------
    role
        That of the polygons' layer; its column ``country`` goes before that of the layer of role
        ``administrative``. Units of no stated country are one group.
    layers
        The layers as read.
    at
        Centre of each unit, easting and northing in metres, shape (n, 2).
    """
    own, administrative = layers.vector(role), layers.vector(ADMINISTRATIVE)
    if own is not None and _says(own.features):
        names = _of_centres(own.features, at)
    elif administrative is not None and _says(administrative.features):
        names = _around(administrative.features, at)
    else:
        return None
    return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.intp)


def _says(features: gpd.GeoDataFrame) -> bool:
    return COUNTRY in features.columns and bool(features[COUNTRY].notna().any())


def _of_centres(features: gpd.GeoDataFrame, at: FloatArray) -> list[str]:
    """Return the country of the polygon that has each centre."""
    units = polygons(features)
    names = features[COUNTRY].fillna("").astype(str)
    of_centre = dict(zip(zip(units.easting, units.northing, strict=True), names, strict=True))
    return [of_centre.get((east, north), "") for east, north in at.tolist()]


def _around(features: gpd.GeoDataFrame, at: FloatArray) -> list[str]:
    """Return the country of the first polygon that each place lies in."""
    shapes, names = features.geometry.to_numpy(), features[COUNTRY].fillna("").astype(str)
    place, polygon = shapely.STRtree(shapes).query(shapely.points(at), predicate="intersects")
    found = [""] * len(at)
    for number, row in sorted(zip(place.tolist(), polygon.tolist(), strict=True), reverse=True):
        found[number] = names.iloc[row]
    return found
