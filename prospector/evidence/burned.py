"""Grid distance: to the centres of the cells that features touch."""

from __future__ import annotations

import edt
import numpy as np
from numpy.typing import NDArray

from prospector.evidence.burn import touched
from prospector.evidence.segments import Segments
from prospector.evidence.tiles import cell_distance
from prospector.grid import FloatArray, Grid

WIDEST = 3
"""A window is widened to at most so many times its side; beyond, burned cells count as points."""

SPACING = 32
"""How far features lie is looked up at places so many cells apart along a window's edge."""


def grid_distance(segments: Segments, grid: Grid, *, at_most_m: float = np.inf) -> FloatArray:
    """Return the distance in metres from each cell's centre to the nearest burned cell's centre.

    Shape (rows, columns), infinite where there is none or none within `at_most_m`. Off from the
    true distance by half a cell's diagonal at most, 0.71 cell.
    """
    if not len(segments):
        return np.full(grid.shape, np.inf)
    margins = _margins(segments, grid, at_most_m)
    wide = _with_margins(grid, *margins)
    row, column = touched(segments, wide)
    if not len(row):
        return np.full(grid.shape, np.inf)
    if max(wide.shape) > WIDEST * max(*grid.shape, 2 * SPACING):
        metres = _to_points(np.unique(np.stack([row, column]), axis=1), wide, grid, at_most_m)
    else:
        ground = np.ones(wide.shape, dtype=bool)  # the transform has a quicker way for these
        ground[row, column] = False
        west, _, _, north = margins
        inner = slice(north, north + grid.shape[0]), slice(west, west + grid.shape[1])
        square = edt.edtsq(ground, parallel=1)[inner].astype(float)
        np.sqrt(square, out=square)
        square *= grid.cell_size_m
        metres = square
    if np.isfinite(at_most_m):
        metres[metres > at_most_m] = np.inf
    return metres


def _to_points(cells: NDArray[np.intp], wide: Grid, grid: Grid, at_most_m: float) -> FloatArray:
    easting, northing = wide.axes()
    at = np.column_stack([easting[cells[1]], northing[cells[0]]])
    metres = cell_distance(Segments(np.stack([at, at], axis=1)), grid, at_most_m=at_most_m)
    # between centres the square is a whole number of cells: the same bits as the transform's
    return np.sqrt(np.round((metres / grid.cell_size_m) ** 2)) * grid.cell_size_m


def _margins(segments: Segments, grid: Grid, at_most_m: float) -> tuple[int, int, int, int]:
    """Return how many cells to the west, south, east and north may hold a nearest burned cell.

    The way from a cell to its nearest burned cell, if that lies outside, leaves through the edge at a
    place that has the same nearest one. So it lies no farther from the edge than features lie from
    the places looked up there, and half their spacing more.
    """
    size = grid.cell_size_m
    east, north = _along_the_edge(grid)
    metres = segments.distance_m(east, north)
    half = SPACING / 2 * size
    reach = np.minimum(metres + half + size, at_most_m + size) + half
    bounds = grid.bounds
    beyond = (
        (bounds.west - (east - reach)).max(),
        (bounds.south - (north - reach)).max(),
        (east + reach - bounds.east).max(),
        (north + reach - bounds.north).max(),
    )
    west, south, east_side, north_side = (
        max(int(np.ceil(outline / size)), 0) + 1 for outline in beyond
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
