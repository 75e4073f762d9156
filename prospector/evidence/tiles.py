"""True distances from the cells of a grid, tile by tile.

A segment can be nearest to a cell of a tile only if it lies no farther from the tile's centre than
the nearest one does, and a tile's diagonal more. Where these are few, they are measured from every
cell; where lines are finer than cells, each cell looks for its own. No feature is burned and no margin
is needed: the distance is to the geometry, wherever it lies, and does not depend on how a region is cut.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from prospector.evidence.segments import SLACK_M, Marks, Segments, squared_distance
from prospector.grid import BoolArray, FloatArray, Grid, IntArray

TILE = 16
"""Cells along the side of a tile at most: those of a small grid are less, so that they fill it."""

FEW = 64
"""Segments that may be nearest to a cell of a tile up to which each is measured from all of its cells."""

MARKS_LISTED = 1000
"""Marks near a tile up to which the segments that they lie on are looked at one by one."""

TILES_AT_ONCE, PAIRS_AT_ONCE = 256, 100_000

VALUES_AT_ONCE = 65_536
"""Distances that are measured at once: they fit the cache."""


def cell_distance(
    segments: Segments,
    grid: Grid,
    *,
    at_most_m: float = np.inf,
    wanted: BoolArray | None = None,
) -> FloatArray:
    """Return the distance in metres from each cell's centre to the nearest segment, (rows, columns).

    Infinite where there is no segment, or none within `at_most_m`, and in tiles without a cell that is
    `wanted`, shape (rows, columns); all cells are where it is left out.
    """
    (down, high), (along, wide) = (_tiles(size) for size in grid.shape)
    shape = down * high, along * wide
    whole = Grid(grid.crs, grid.west, grid.north, grid.cell_size_m, shape)
    near = np.full((down, high, along, wide), np.inf)
    if len(segments):
        tiles = _tiles_of(wanted, near.shape)
        _measure(segments, whole, at_most_m, tiles, near.swapaxes(1, 2))
    metres = near.reshape(shape)[: grid.shape[0], : grid.shape[1]]
    return np.where(metres <= at_most_m, metres, np.inf)


def _tiles(cells: int) -> tuple[int, int]:
    """Return how many tiles cover a row of cells, and the cells of each: as few beyond it as can be.

    Examples
    --------
    >>> _tiles(1024), _tiles(50), _tiles(3)
    ((64, 16), (4, 13), (1, 3))
    """
    count = -(-cells // TILE)
    return count, -(-cells // count)


def _tiles_of(wanted: BoolArray | None, shape: tuple[int, ...]) -> IntArray:
    """Return the numbers of the tiles that hold a wanted cell, of all where none are named.

    `shape` is (tile rows, rows of a tile, tile columns, columns of a tile).
    """
    down, high, along, wide = shape
    if wanted is None:
        return np.arange(down * along)
    beyond = down * high - wanted.shape[0], along * wide - wanted.shape[1]
    padded = np.pad(wanted, ((0, beyond[0]), (0, beyond[1])))
    return np.flatnonzero(padded.reshape(shape).any(axis=(1, 3)))


def _measure(
    segments: Segments, grid: Grid, at_most_m: float, tiles: IntArray, result: FloatArray
) -> None:
    """Fill some tiles of `result`, shape (tile rows, tile columns, rows, columns of a tile)."""
    tile_shape = result.shape[2], result.shape[3]
    centres, half = _tile_centres(grid, tile_shape), _half_diagonal(grid, tile_shape)
    reach, count = np.zeros(len(centres)), np.zeros(len(centres), dtype=np.intp)
    reach[tiles] = _reaches(segments.marks, centres[tiles], half, at_most_m)
    count[tiles] = segments.marks.tree.query_ball_point(
        centres[tiles], reach[tiles], return_length=True
    )
    count[reach == 0] = 0
    listed = np.flatnonzero((count > 0) & (count <= MARKS_LISTED))
    many = [np.flatnonzero(count > MARKS_LISTED)]
    for start, stop in _runs(np.cumsum(count[listed]) // PAIRS_AT_ONCE):
        tiles = listed[start:stop]
        tile, segment = _candidates(segments, tiles, centres, half, reach[tiles], at_most_m)
        n_segments = np.bincount(tile, minlength=len(count))[tile]
        few = n_segments <= FEW
        _from_all(segments, grid, tile[few], segment[few], result)
        many.append(np.unique(tile[~few]))
    _from_own(segments, grid, np.concatenate(many), at_most_m, result)


def _reaches(marks: Marks, centres: FloatArray, half: float, at_most_m: float) -> FloatArray:
    """Return how far from the tiles' centres the marks of segments that matter lie; 0 where none does."""
    nearest = marks.nearest(centres, 1, at_most_m + half)[0][:, 0]
    reach = marks.within(np.minimum(nearest + 2 * half, at_most_m + half))
    return np.where(np.isfinite(nearest), reach, 0.0)


def _candidates(
    segments: Segments, tiles: IntArray, centres: FloatArray, half: float, reach: FloatArray,
    at_most_m: float,
) -> tuple[IntArray, IntArray]:  # fmt: skip
    """Return pairs (tile, segment), each once, ordered by tile: those that may be nearest to a cell."""
    marks = segments.marks.tree.query_ball_point(centres[tiles], reach)
    mark = np.concatenate(marks).astype(np.intp)
    tile = np.tile(np.repeat(tiles, [len(near) for near in marks]), 2)
    pairs = np.unique(tile * len(segments) + np.concatenate(segments.marks.segments_of(mark)))
    tile, segment = np.divmod(pairs, len(segments))
    metres = np.sqrt(squared_distance(segments.ends[segment], *centres[tile].T))
    first = np.flatnonzero(np.diff(tile, prepend=-1))
    bound = np.minimum(np.minimum.reduceat(metres, first) + 2 * half, at_most_m + half)
    kept = metres <= np.repeat(bound, np.diff(np.append(first, len(tile)))) * (1 + 1e-12) + SLACK_M
    return tile[kept], segment[kept]


def _from_all(
    segments: Segments, grid: Grid, tile: IntArray, segment: IntArray, result: FloatArray
) -> None:
    """Measure every cell of tiles from all segments that are paired with its tile."""
    (high, wide), (easting, northing) = result.shape[2:], grid.axes()
    easting, northing = easting.reshape(-1, 1, wide), northing.reshape(-1, high, 1)
    first = np.flatnonzero(np.diff(tile, prepend=-1))
    for start, stop in _runs(first // (VALUES_AT_ONCE // (high * wide))):
        begin, end = first[start], np.append(first, len(tile))[stop]
        row, column = np.divmod(tile[begin:end], result.shape[1])
        square = squared_distance(
            segments.ends[segment[begin:end]][..., None, None], easting[column], northing[row]
        )
        own = first[start:stop] - begin
        result[row[own], column[own]] = np.sqrt(np.minimum.reduceat(square, own, axis=0))


def _from_own(
    segments: Segments, grid: Grid, tiles: IntArray, at_most_m: float, result: FloatArray
) -> None:
    """Measure each cell of tiles from the segments that are nearest to itself."""
    (high, wide), (easting, northing) = result.shape[2:], grid.axes()
    easting, northing = easting.reshape(-1, wide), northing.reshape(-1, high)
    for start in range(0, len(tiles), TILES_AT_ONCE):
        some = tiles[start : start + TILES_AT_ONCE]
        row, column = np.divmod(some, result.shape[1])
        shape = len(some), high, wide
        east = np.broadcast_to(easting[column][:, None, :], shape).ravel()
        north = np.broadcast_to(northing[row][:, :, None], shape).ravel()
        metres = segments.distance_m(east, north, at_most_m=at_most_m)
        result[row, column] = metres.reshape(shape)


def _tile_centres(grid: Grid, tile: tuple[int, int]) -> FloatArray:
    """Return easting and northing of the centres of tiles of some rows and columns, shape (n, 2)."""
    easting, northing = grid.axes()
    east, north = easting.reshape(-1, tile[1]), northing.reshape(-1, tile[0])
    east, north = np.meshgrid((east[:, 0] + east[:, -1]) / 2, (north[:, 0] + north[:, -1]) / 2)
    return np.column_stack([east.ravel(), north.ravel()])


def _half_diagonal(grid: Grid, tile: tuple[int, int]) -> float:
    """Return half the diagonal of a tile, in metres."""
    return float(np.hypot(*tile) * grid.cell_size_m / 2)


def _runs(number: IntArray) -> list[tuple[int, int]]:
    """Return (start, stop) of the runs of equal numbers, which ascend.

    Examples
    --------
    >>> _runs(np.array([0, 0, 3]))
    [(0, 2), (2, 3)]
    """
    cuts = np.flatnonzero(np.diff(number, prepend=-1, append=-1)).tolist()
    return list(pairwise(cuts))
