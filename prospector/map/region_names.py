"""Names of the regions that a region of screening lies in, and where a map may write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import shapely

from prospector.layers import Layers
from prospector.tenure.units import ROLE

COLUMNS = ("region", "province")
"""Columns of the administrative layer that name what is larger than a commune, the largest first."""

STRIPS = (4, 5, 3, 6, 2, 7, 1, 8, 0, 9)
"""Tenths of a region's height from south to north, in the order in which its name is tried there."""

MOST_NAMES = 40


def region_names(layers: Layers, frame: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    """Return the regions inside a frame, the largest first, each at several places, in degrees.

    A map writes a name at the first of its places that has room.

    Parameters
    ----------
    layers
        Those of the screening; nothing is named where none is administrative.
    frame
        West, south, east and north in degrees.
    """
    layer = layers.vector(ROLE)
    column = next((name for name in COLUMNS if layer is not None and name in layer.features), None)
    if layer is None or column is None:
        return []
    units = layer.features[layer.features[column].fillna("").astype(str) != ""]
    regions = units.dissolve(column).to_crs("EPSG:4326").clip(frame, keep_geom_type=True)
    order = regions.to_crs(layer.features.crs).area.sort_values(ascending=False).index
    shapes = gpd.GeoSeries(regions.geometry).loc[order[:MOST_NAMES]]
    return [
        {"name": str(name), "longitude": round(place.x, 5), "latitude": round(place.y, 5)}
        for name, shape in shapes.items()
        for place in _places(shape)
    ]


def _places(shape: shapely.Geometry) -> Iterator[shapely.Point]:
    """Give a place inside each tenth of a region's height, in its widest part there."""
    west, south, east, north = shapely.bounds(shape)
    step = (north - south) / len(STRIPS)
    for strip in STRIPS:
        low = south + strip * step
        parts = shapely.get_parts(
            shapely.intersection(shape, shapely.box(west, low, east, low + step))
        )
        areas = shapely.area(parts)
        if len(parts) and areas.max() > 0:
            yield shapely.point_on_surface(parts[areas.argmax()])
