"""True distances from the cells of a grid, by dividing it into tiles.

A segment can be nearest to a cell of a tile only if it lies no farther from the tile's centre than
the nearest one does, and a tile's diagonal more. So each division of the tiles drops most segments,
and few are left to be measured from every cell. No feature is burned and no margin is needed: the
distance is to the geometry, wherever it lies, and does not depend on how a region is cut.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from prospector.evidence.features import Segments
from prospector.grid import FloatArray, Grid

SignedArray = NDArray[np.signedinteger]

COARSE, FINE = 128, 16
STEPS = (COARSE, 64, 32, FINE)
PAIRS_AT_ONCE = 256


def cell_distance(segments: Segments, grid: Grid, *, at_most_m: float = np.inf) -> FloatArray:
    """Return the distance in metres from each cell's centre to the nearest segment, (rows, columns).

    Infinite where there is no segment, or none within `at_most_m`.
    """
    rows, columns = (-(-size // COARSE) * COARSE for size in grid.shape)
    result = np.full((rows // FINE, columns // FINE, FINE, FINE), np.inf)
    if len(segments):
        whole = Grid(grid.crs, grid.west, grid.north, grid.cell_size_m, (rows, columns))
        _measure(segments, whole, at_most_m, result)
    near = result.swapaxes(1, 2).reshape(rows, columns)[: grid.shape[0], : grid.shape[1]]
    return np.where(near <= at_most_m, near, np.inf)


def _measure(segments: Segments, grid: Grid, at_most_m: float, result: FloatArray) -> None:
    """Fill `result`, shape (tile rows, tile columns, FINE, FINE)."""
    tile, segment = _first_candidates(segments, grid, at_most_m)
    for coarse, fine in pairwise(STEPS):
        tile, segment = _divided(segments, grid, tile, segment, coarse // fine, fine, at_most_m)
    columns = grid.shape[1] // FINE
    easting, northing = grid.axes()
    easting, northing = easting.reshape(-1, 1, FINE), northing.reshape(-1, FINE, 1)
    for start, stop in _runs(tile):
        row, column = np.divmod(tile[start:stop], columns)
        square = _squared_distance(
            segments.ends[segment[start:stop]][..., None, None], easting[column], northing[row]
        )
        first = np.flatnonzero(np.diff(tile[start:stop], prepend=-1))
        nearest = np.sqrt(np.minimum.reduceat(square, first, axis=0))
        result[row[first], column[first]] = nearest


def _first_candidates(segments: Segments, grid: Grid, at_most_m: float) -> tuple[Any, Any]:
    """Return (coarse tile, segment) pairs: those that may be nearest to a cell of the tile."""
    east, north = tile_centres(grid, COARSE)
    points = np.asarray(shapely.points(east, north), dtype=object)
    half = half_diagonal(grid, COARSE)
    reach = at_most_m + half if np.isfinite(at_most_m) else None
    (tile, _), nearest = segments.tree.query_nearest(
        points, max_distance=reach, return_distance=True, all_matches=False
    )
    if not len(tile):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    found, segment = segments.tree.query(
        points[tile], predicate="dwithin", distance=np.asarray(nearest + 2 * half)
    )
    return tile[found], segment


def _divided(
    segments: Segments,
    grid: Grid,
    tile: SignedArray,
    segment: SignedArray,
    times: int,
    size: int,
    at_most_m: float,
) -> tuple[Any, Any]:
    """Return the pairs of tiles divided `times` along each side, without the segments too far off."""
    if not len(tile):
        return tile, segment
    columns = grid.shape[1] // size
    row, column = np.divmod(tile, columns // times)
    step = np.arange(times)
    children = (row[:, None, None] * times + step[:, None]) * columns + (
        column[:, None, None] * times + step
    )
    child = children.reshape(len(tile), -1).T.ravel()
    candidate = np.tile(segment, times * times)
    order = np.argsort(child, kind="stable")
    child, candidate = np.asarray(child[order]), np.asarray(candidate[order])
    east, north = tile_centres(grid, size)
    distance = np.sqrt(_squared_distance(segments.ends[candidate], east[child], north[child]))
    first = np.flatnonzero(np.diff(child, prepend=-1))
    nearest = np.minimum.reduceat(distance, first)
    half = half_diagonal(grid, size)
    bound = np.minimum(nearest + 2 * half, at_most_m + half)
    keep = distance <= np.repeat(bound, np.diff(np.append(first, len(child)))) * (1 + 1e-12)
    return child[keep], candidate[keep]


def tile_centres(grid: Grid, size: int) -> tuple[FloatArray, FloatArray]:
    """Return easting and northing of the tiles' centres, row by row, shape (n,)."""
    rows, columns = grid.shape
    side = size * grid.cell_size_m
    tiles = Grid(grid.crs, grid.west, grid.north, side, (rows // size, columns // size))
    east, north = tiles.centres()
    return east.ravel(), north.ravel()


def half_diagonal(grid: Grid, size: int) -> float:
    """Return half the diagonal of a tile of `size` cells, in metres."""
    return float(size * grid.cell_size_m / np.sqrt(2))


def _runs(tile: SignedArray) -> list[tuple[int, int]]:
    """Return (start, stop) of runs of pairs small enough for the cache, no tile torn apart."""
    if not len(tile):
        return []
    starts = np.flatnonzero(np.diff(tile, prepend=-1))
    chosen = np.unique(starts // PAIRS_AT_ONCE, return_index=True)[1]
    cuts = np.append(starts[chosen], len(tile))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))


def _squared_distance(ends: FloatArray, easting: FloatArray, northing: FloatArray) -> FloatArray:
    """Return the squared distance of places to segments, elementwise by broadcasting."""
    (from_east, from_north), (to_east, to_north) = np.moveaxis(ends, 0, 2)
    east, north = to_east - from_east, to_north - from_north
    length = east**2 + north**2
    length = np.where(length > 0, length, 1.0)
    along_east, along_north = easting - from_east, northing - from_north
    share = along_east * (east / length) + along_north * (north / length)
    np.clip(share, 0.0, 1.0, out=share)
    away_east, away_north = share * east, share * north
    np.subtract(along_east, away_east, out=away_east)
    np.subtract(along_north, away_north, out=away_north)
    away_east *= away_east
    away_north *= away_north
    away_east += away_north
    return np.asarray(away_east)
