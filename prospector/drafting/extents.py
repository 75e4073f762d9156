"""Extents of layers in degrees; a stray row or a layer of the whole world is recognised."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from prospector.grid import Bounds, FloatArray

TURN = 360.0
HALF_TURN = 180.0

EARTH_RADIUS_M = 6_371_000.0

FAR = 3.0
"""Points farther from the middle nine tenths than so many times their width are taken for strays."""

EDGE_SAMPLES = 21

NEAR_THE_ANTIMERIDIAN = 1e-9


@dataclass(frozen=True)
class Extent:
    """Where a layer lies.

    Parameters
    ----------
    bounds
        In degrees, longitudes from -180 to 180.
    crosses
        Whether it lies on both sides of the antimeridian, and not between them.
    strays
        Points that lie so far from the others that they were not counted.
    """

    bounds: Bounds
    crosses: bool = False
    strays: int = 0

    @property
    def area_m2(self) -> float:
        """Ground within the bounds, on a sphere."""
        south, north = (
            math.sin(math.radians(side)) for side in (self.bounds.south, self.bounds.north)
        )
        turn = math.radians(self.bounds.east - self.bounds.west) % (2 * math.pi)
        return EARTH_RADIUS_M**2 * turn * (north - south)


def fits_degrees(bounds: FloatArray) -> bool:
    """Whether coordinates, shape (n, 4), can be degrees of longitude and latitude.

    Examples
    --------
    >>> fits_degrees(np.array([[-69.0, -24.0, -68.0, -23.0]])), fits_degrees(np.array([[5e5, 7e6, 6e5, 8e6]]))
    (True, False)
    """
    longitudes, latitudes = np.abs(bounds[:, [0, 2]]), np.abs(bounds[:, [1, 3]])
    return bool(longitudes.max() <= TURN and latitudes.max() <= 90)


def extent_of(bounds: FloatArray, crs: CRS, *, strays: int = 0) -> Extent | None:
    """Return where shapes lie by their bounds, shape (n, 4); None where the CRS cannot say.

    Examples
    --------
    >>> extent_of(np.array([[350.0, -30.0, 352.0, -20.0]]), CRS.from_epsg(4326)).bounds
    Bounds(west=-10.0, south=-30.0, east=-8.0, north=-20.0)
    >>> extent_of(np.array([[178.0, -18, 179, -17], [-180.0, -18, -179, -17]]), CRS.from_epsg(4326)).crosses
    True
    """
    if crs.is_geographic:
        return _in_degrees(bounds, strays)
    west, south = bounds[:, 0].min(), bounds[:, 1].min()
    east, north = bounds[:, 2].max(), bounds[:, 3].max()
    try:
        transformer = Transformer.from_crs(crs, 4326, always_xy=True)
        west, south, east, north = transformer.transform_bounds(
            west, south, east, north, densify_pts=EDGE_SAMPLES, errcheck=True
        )
    except ProjError:
        return None
    if not np.isfinite([west, south, east, north]).all():
        return None
    return Extent(Bounds(west, south, east, north), west > east, strays)


def extent_of_points(bounds: FloatArray, crs: CRS) -> Extent | None:
    """Return where points lie, those left out that lie far from all others: a row with 0, 0 or swapped."""
    kept = without_strays(bounds)
    return extent_of(kept, crs, strays=len(bounds) - len(kept))


def without_strays(bounds: FloatArray) -> FloatArray:
    """Return the points, as bounds of shape (n, 4), that do not lie far from all others.

    Examples
    --------
    >>> at = np.array([[120.0, -27.0], [120.5, -27.2], [120.2, -27.1], [0.0, 0.0]])
    >>> without_strays(np.hstack([at, at]))[:, 0].tolist()
    [120.0, 120.5, 120.2]
    """
    low, high = np.percentile(bounds[:, :2], [5, 95], axis=0)
    reach = FAR * np.maximum(high - low, np.abs(high) * 1e-6)
    near = ((bounds[:, :2] >= low - reach) & (bounds[:, :2] <= high + reach)).all(axis=1)
    kept = near & ~(bounds[:, :2] == 0).all(axis=1)
    return bounds[kept] if kept.any() else bounds


def _in_degrees(bounds: FloatArray, strays: int) -> Extent:
    west, south, east, north = bounds.T
    span = float(east.max() - west.min())
    lowest, highest = float(south.min()), float(north.max())
    if span >= TURN - 1:
        crosses = _parted(bounds)
        return Extent(Bounds(-HALF_TURN, lowest, HALF_TURN, highest), crosses, strays)
    turns = np.floor((west.min() + HALF_TURN) / TURN) * TURN
    left, right = float(west.min() - turns), float(east.max() - turns)
    crosses = right > HALF_TURN + NEAR_THE_ANTIMERIDIAN or _parted(bounds)
    return Extent(Bounds(left, lowest, right, highest), crosses, strays)


def _parted(bounds: FloatArray) -> bool:
    """Whether shapes lie in two groups with more than half the world between them."""
    order = np.argsort(bounds[:, 0])
    west, east = bounds[order, 0], np.maximum.accumulate(bounds[order, 2])
    gaps = west[1:] - east[:-1]
    return bool(len(gaps) and gaps.max() > HALF_TURN)
