"""Grid distance: to the centres of the cells that features touch."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import mahotas
import numpy as np
from numpy.typing import NDArray

from prospector.evidence.burn import touched
from prospector.evidence.segments import Segments
from prospector.evidence.tiles import cell_distance
from prospector.grid import FloatArray, Grid

TIMES_WIDER, MOST_CELLS = 128, 9 << 20
"""A window is widened to at most so many times its cells, and to so many in all, which take 100 MB. Beyond,
burned cells count as points: for a cell of the window that takes as long as so many of the transform."""

LONGEST = 46_340
"""The longest side whose square is counted in 32 bits, as the transform counts it."""

SPACING = 16
"""How far features lie is looked up at places so many cells apart along a window's edge."""

CELLS_AT_ONCE = 64
"""Burned cells outside a window are looked at so many at a time, from the outermost inward."""

SLOW_COLUMNS = 256
"""The transform takes twice as long on a multiple of so many columns: the cells of a column then
compete for the same few places in the processor's cache."""

Margins = tuple[int, int, int, int]
"""Cells beside a window to the west, south, east and north."""


@dataclass(frozen=True, eq=False)
class _Edge:
    """Places along a window's edge, and how far from each a nearest burned cell may lie, in metres."""

    window: Grid
    easting: FloatArray
    northing: FloatArray
    reach_m: FloatArray

    def margins(self) -> Margins:
        """Return how many cells to each side may hold a nearest burned cell."""
        size = self.window.cell_size_m
        beyond = _beyond(self.window, self.easting, self.northing) + self.reach_m
        west, south, east, north = np.maximum(np.ceil(beyond.max(axis=1) / size), 0).astype(int) + 1
        return int(west), int(south), int(east), int(north)

    def outermost(self, easting: FloatArray, northing: FloatArray) -> Margins:
        """Return how many cells to each side the burned cells reach that may be nearest.

        Parameters
        ----------
        easting, northing
            Centres of burned cells, in metres.
        """
        cells = _beyond(self.window, easting, northing)
        reach = _beyond(self.window, self.easting, self.northing) + self.reach_m
        metres = [
            self._farthest(out, farthest, easting, northing)
            for out, farthest in zip(cells, reach, strict=True)
        ]
        west, south, east, north = (int(np.ceil(out / self.window.cell_size_m)) for out in metres)
        return west, south, east, north

    def _farthest(
        self, beyond: FloatArray, reach: FloatArray, easting: FloatArray, northing: FloatArray
    ) -> float:
        """Return how far beyond one side a burned cell lies that may be nearest; 0 where none does."""
        outside = np.flatnonzero(beyond > 0)
        order = outside[np.argsort(-beyond[outside])]
        for start in range(0, len(order), CELLS_AT_ONCE):
            some = order[start : start + CELLS_AT_ONCE]
            place = reach >= beyond[some[-1]]
            east = easting[some, None] - self.easting[place]
            north = northing[some, None] - self.northing[place]
            near = (east**2 + north**2 <= self.reach_m[place] ** 2).any(axis=1)
            if near.any():
                return float(beyond[some[near.argmax()]])
        return 0.0


def grid_distance(segments: Segments, grid: Grid, *, at_most_m: float = np.inf) -> FloatArray:
    """Return the distance in metres from each cell's centre to the nearest burned cell's centre.

    Shape (rows, columns), infinite where there is none or none within `at_most_m`. Off from the
    true distance by half a cell's diagonal at most, 0.71 cell.
    """
    if not len(segments):
        return np.full(grid.shape, np.inf)
    edge = _edge(segments, grid, at_most_m)
    margins = edge.margins()
    wide = _with_margins(grid, margins)
    row, column = touched(segments, wide)
    if not len(row):
        return np.full(grid.shape, np.inf)
    easting, northing = wide.axes()
    needed = edge.outermost(easting[column], northing[row])
    if _is_too_wide(_with_margins(grid, needed).shape, grid.shape):
        cells = np.unique(np.stack([row, column]), axis=1)
        metres = _to_points(easting[cells[1]], northing[cells[0]], grid, at_most_m)
    else:
        west, _, _, north = margins
        metres = _to_nearest(row - north, column - west, grid.shape, needed)
        metres *= grid.cell_size_m
    if np.isfinite(at_most_m):
        metres[metres > at_most_m] = np.inf
    return metres


def _is_too_wide(widened: tuple[int, int], shape: tuple[int, int]) -> bool:
    """Return whether the transform of a widened window is impossible, or takes too long or too much."""
    most = min(TIMES_WIDER * prod(shape), MOST_CELLS)
    return max(widened) > LONGEST or prod(widened) > most


def _to_nearest(
    row: NDArray[np.intp], column: NDArray[np.intp], shape: tuple[int, int], margins: Margins
) -> FloatArray:
    """Return the distance in cells to the nearest burned cell, for the cells of a window.

    Infinite where nothing is burned.

    Parameters
    ----------
    row, column
        Burned cells, in and around the window, counted from its first row and column.
    shape
        How many rows and columns the window has.
    margins
        Burned cells farther from the window do not count.

    Examples
    --------
    >>> _to_nearest(np.array([1]), np.array([3]), (2, 2), (0, 0, 2, 0)).round(2).tolist()
    [[3.16, 2.24], [3.0, 2.0]]
    """
    west, south, east, north = margins
    rows, columns = shape
    counts = (row >= -north) & (row < rows + south) & (column >= -west) & (column < columns + east)
    if not counts.any():
        return np.full(shape, np.inf)
    width = west + columns + east
    width += width % SLOW_COLUMNS == 0
    ground = np.ones((north + rows + south, width), dtype=bool)
    ground[row[counts] + north, column[counts] + west] = False
    square = mahotas.distance(ground)[north : north + rows, west : west + columns]
    return np.asarray(np.sqrt(square))


def _to_points(
    easting: FloatArray, northing: FloatArray, grid: Grid, at_most_m: float
) -> FloatArray:
    """Return the distance in metres to the nearest of some cells' centres, for the cells of a window."""
    at = np.column_stack([easting, northing])
    metres = cell_distance(Segments(np.stack([at, at], axis=1)), grid, at_most_m=at_most_m)
    # between centres the square is a whole number of cells: the same bits as the transform's
    return np.sqrt(np.round((metres / grid.cell_size_m) ** 2)) * grid.cell_size_m


def _edge(segments: Segments, grid: Grid, at_most_m: float) -> _Edge:
    """Return places along a window's edge, and how far from each a nearest burned cell may lie.

    The way from a cell to its nearest burned cell, if that lies outside, leaves through the edge at a
    place that has the same nearest one. So it lies no farther from the edge than features lie from
    the places looked up there, and half their spacing more.
    """
    easting, northing = _along_the_edge(grid)
    size = grid.cell_size_m
    metres = segments.distance_m(easting, northing)
    half = SPACING / 2 * size
    reach: FloatArray = np.minimum(metres + half + size, at_most_m + size) + half
    return _Edge(grid, easting, northing, reach)


def _beyond(grid: Grid, easting: FloatArray, northing: FloatArray) -> FloatArray:
    """Return how far places lie beyond a grid's west, south, east and north side in metres, (4, n)."""
    bounds = grid.bounds
    return np.stack(
        [
            bounds.west - easting,
            bounds.south - northing,
            easting - bounds.east,
            northing - bounds.north,
        ]
    )


def _along_the_edge(grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Return easting and northing of places along a grid's edge, no farther apart than the spacing."""
    rows, columns = (-(-side // SPACING) + 1 for side in grid.shape)
    bounds = grid.bounds
    across = np.linspace(bounds.west, bounds.east, columns)
    along = np.linspace(bounds.south, bounds.north, rows)
    east = [across, across, np.full(rows, bounds.west), np.full(rows, bounds.east)]
    north = [np.full(columns, bounds.south), np.full(columns, bounds.north), along, along]
    return np.concatenate(east), np.concatenate(north)


def _with_margins(grid: Grid, margins: Margins) -> Grid:
    """Return the grid with more cells on each side."""
    west, south, east, north = margins
    rows, columns = grid.shape
    size = grid.cell_size_m
    shape = rows + north + south, columns + west + east
    return Grid(grid.crs, grid.west - west * size, grid.north + north * size, size, shape)
