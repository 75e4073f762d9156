"""Geometries as ArcGIS writes them where it does not write GeoJSON: points, paths and rings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from prospector.errors import SourceError

CURVES = ("curveRings", "curvePaths")


def shape_of(geometry: Mapping[str, Any] | None) -> BaseGeometry | None:
    """Return a geometry of f=json; None where there is none.

    Examples
    --------
    >>> ring = [[0, 0], [0, 4], [4, 4], [4, 0], [0, 0]]
    >>> hole = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
    >>> shape_of({"rings": [ring, hole]}).area, print(shape_of({"x": 1, "y": 2}))
    POINT (1 2)
    (15.0, None)
    """
    if not geometry:
        return None
    if any(key in geometry for key in CURVES):
        raise SourceError(
            "the service sends curves, which cannot be read. Download the file by hand, and "
            "convert the curves to straight segments."
        )
    if "x" in geometry:
        drawn = isinstance(geometry["x"], int | float) and isinstance(geometry["y"], int | float)
        return shapely.Point(geometry["x"], geometry["y"]) if drawn else None
    if "points" in geometry:
        return shapely.MultiPoint(_flat(geometry["points"]))
    if "paths" in geometry:
        paths = [shapely.LineString(_flat(path)) for path in geometry["paths"] if len(path) > 1]
        return (
            None if not paths else paths[0] if len(paths) == 1 else shapely.MultiLineString(paths)
        )
    return _polygon(geometry.get("rings") or [])


def _flat(places: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return places without height and measure."""
    return [list(place[:2]) for place in places]


def _polygon(rings: Sequence[Sequence[Sequence[float]]]) -> BaseGeometry | None:
    """Return rings as a polygon: what lies within an odd number of others is a hole, however it turns."""
    parts = np.array([shapely.Polygon(_flat(ring)) for ring in rings if len(ring) > 3])
    if len(parts) < 2:
        return parts[0] if len(parts) else None
    areas = shapely.area(parts)
    within: list[list[int]] = [[] for _ in parts]
    inner, outer = shapely.STRtree(parts).query(shapely.point_on_surface(parts), predicate="within")
    for ring, around in zip(inner.tolist(), outer.tolist(), strict=True):
        if ring != around and areas[around] > areas[ring]:
            within[ring].append(around)
    holes: dict[int, list[Any]] = {
        ring: [] for ring in range(len(parts)) if len(within[ring]) % 2 == 0
    }
    for ring, around in enumerate(within):
        if len(around) % 2:
            holes[min(around, key=lambda outer: areas[outer])].append(parts[ring].exterior)
    polygons = [shapely.Polygon(parts[ring].exterior, inside) for ring, inside in holes.items()]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
