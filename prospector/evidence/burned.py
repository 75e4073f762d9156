"""Grid distance: to the centres of the cells that features touch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from prospector.evidence.burn import touched
from prospector.evidence.segments import Segments
from prospector.evidence.tiles import cell_distance
from prospector.grid import FloatArray, Grid

WIDEST = 3
"""A window is widened to at most so many times its side; beyond, burned cells count as points."""

SMALLEST = 64
"""A window's side counts as so many cells at least where it is asked whether a wider one is too wide."""

SPACING = 16
"""How far features lie is looked up at places so many cells apart along a window's edge."""


def grid_distance(segments: Segments, grid: Grid, *, at_most_m: float = np.inf) -> FloatArray:
    """Return the distance in metres from each cell's centre to the nearest burned cell's centre.

    Shape (rows, columns), infinite where there is none or none within `at_most_m`. Off from the
    true distance by half a cell's diagonal at most, 0.71 cell.
    """
    if not len(segments):
        return np.full(grid.shape, np.inf)
    places = _along_the_edge(grid)
    reach = _reach(segments, grid, places, at_most_m)
    margins = _margins(grid, places, reach)
    wide = _with_margins(grid, *margins)
    row, column = touched(segments, wide)
    if not len(row):
        return np.full(grid.shape, np.inf)
    if max(wide.shape) > WIDEST * max(*grid.shape, SMALLEST):
        metres = _to_points(np.unique(np.stack([row, column]), axis=1), wide, grid, at_most_m)
    else:
        near = _may_be_nearest(row, column, wide, margins, grid, places, reach)
        corner = margins[3], margins[0]
        metres = _to_nearest(row[near], column[near], corner, grid.shape) * grid.cell_size_m
    if np.isfinite(at_most_m):
        metres[metres > at_most_m] = np.inf
    return metres


def _may_be_nearest(
    row: NDArray[np.intp],
    column: NDArray[np.intp],
    wide: Grid,
    margins: tuple[int, int, int, int],
    grid: Grid,
    places: tuple[FloatArray, FloatArray],
    reach: FloatArray,
) -> NDArray[np.bool_]:
    """Return which burned cells lie within the window, or within the reach of a place along its edge."""
    west, _, _, north = margins
    rows, columns = grid.shape
    near = (row >= north) & (row < north + rows) & (column >= west) & (column < west + columns)
    outside = np.flatnonzero(~near)
    easting, northing = wide.axes()
    east, up = easting[column[outside]], northing[row[outside]]
    for place_east, place_north, within in zip(*places, reach, strict=True):
        near[outside] |= (east - place_east) ** 2 + (up - place_north) ** 2 <= within**2
    return near


def _to_nearest(
    row: NDArray[np.intp], column: NDArray[np.intp], corner: tuple[int, int], shape: tuple[int, int]
) -> FloatArray:
    """Return the distance in cells to the nearest burned cell, for the cells of a window.

    Made of the indices of that cell, where the window is: distances of all cells would take
    half as much memory again, and longer. Infinite where nothing is burned.

    Parameters
    ----------
    row, column
        Burned cells, in and around the window.
    corner, shape
        Row and column of the window's first cell, and how many it has of both.

    Examples
    --------
    >>> _to_nearest(np.array([1]), np.array([3]), (0, 2), (2, 2)).round(2).tolist()
    [[1.41, 1.0], [1.0, 0.0]]
    """
    if not len(row):
        return np.full(shape, np.inf)
    top, left = min(row.min(), corner[0]), min(column.min(), corner[1])
    last = max(row.max() + 1, corner[0] + shape[0]), max(column.max() + 1, corner[1] + shape[1])
    ground = np.ones((last[0] - top, last[1] - left), dtype=bool)
    ground[row - top, column - left] = False
    above, before = corner[0] - top, corner[1] - left
    inner = np.s_[:, above : above + shape[0], before : before + shape[1]]
    indices = distance_transform_edt(ground, return_distances=False, return_indices=True)[inner]
    rows, columns = (axis.astype(np.int32) for axis in np.ogrid[inner[1:]])
    down, along = indices[0] - rows, indices[1] - columns
    down *= down
    along *= along
    down += (
        along  # whole numbers: a window and its margins have fewer than 30,000 cells along a side
    )
    return np.asarray(np.sqrt(down, dtype=float))


def _to_points(cells: NDArray[np.intp], wide: Grid, grid: Grid, at_most_m: float) -> FloatArray:
    easting, northing = wide.axes()
    at = np.column_stack([easting[cells[1]], northing[cells[0]]])
    metres = cell_distance(Segments(np.stack([at, at], axis=1)), grid, at_most_m=at_most_m)
    # between centres the square is a whole number of cells: the same bits as the transform's
    return np.sqrt(np.round((metres / grid.cell_size_m) ** 2)) * grid.cell_size_m


def _reach(
    segments: Segments, grid: Grid, places: tuple[FloatArray, FloatArray], at_most_m: float
) -> FloatArray:
    """Return how far from each place along a window's edge the nearest burned cell of a cell may lie.

    The way from a cell to its nearest burned cell, if that lies outside, leaves through the edge at a
    place that has the same nearest one. So it lies no farther from the edge than features lie from
    the places looked up there, and half their spacing more.
    """
    size = grid.cell_size_m
    metres = segments.distance_m(*places)
    half = SPACING / 2 * size
    reach: FloatArray = np.minimum(metres + half + size, at_most_m + size) + half
    return reach


def _margins(
    grid: Grid, places: tuple[FloatArray, FloatArray], reach: FloatArray
) -> tuple[int, int, int, int]:
    """Return how many cells to the west, south, east and north may hold a nearest burned cell."""
    (east, north), bounds = places, grid.bounds
    beyond = (
        (bounds.west - (east - reach)).max(),
        (bounds.south - (north - reach)).max(),
        (east + reach - bounds.east).max(),
        (north + reach - bounds.north).max(),
    )
    west, south, east_side, north_side = (
        max(int(np.ceil(outline / grid.cell_size_m)), 0) + 1 for outline in beyond
    )
    return west, south, east_side, north_side


def _along_the_edge(grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Return easting and northing of places along a grid's edge, no farther apart than the spacing."""
    rows, columns = (-(-side // SPACING) + 1 for side in grid.shape)
    bounds = grid.bounds
    across = np.linspace(bounds.west, bounds.east, columns)
    along = np.linspace(bounds.south, bounds.north, rows)
    east = [across, across, np.full(rows, bounds.west), np.full(rows, bounds.east)]
    north = [np.full(columns, bounds.south), np.full(columns, bounds.north), along, along]
    return np.concatenate(east), np.concatenate(north)


def _with_margins(grid: Grid, west: int, south: int, east: int, north: int) -> Grid:
    """Return the grid with more cells on each side."""
    rows, columns = grid.shape
    size = grid.cell_size_m
    shape = rows + north + south, columns + west + east
    return Grid(grid.crs, grid.west - west * size, grid.north + north * size, size, shape)
