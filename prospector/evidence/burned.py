"""Grid distance: to the centres of the cells that features touch."""

from __future__ import annotations

import edt
import numpy as np
import shapely
from numpy.typing import NDArray

from prospector.evidence.burn import touched
from prospector.evidence.features import Segments
from prospector.evidence.tiles import COARSE, cell_distance, half_diagonal, tile_centres
from prospector.grid import FloatArray, Grid

WIDEST = 3
"""A window is widened to at most so many times its side; beyond, burned cells count as points."""


def grid_distance(segments: Segments, grid: Grid, *, at_most_m: float = np.inf) -> FloatArray:
    """Return the distance in metres from each cell's centre to the nearest burned cell's centre.

    Shape (rows, columns), infinite where there is none or none within `at_most_m`. Off from the
    true distance by half a cell's diagonal at most, 0.71 cell.
    """
    reach_m = _farthest(segments, grid, at_most_m)
    if reach_m is None:
        return np.full(grid.shape, np.inf)
    margin = int(np.ceil(reach_m / grid.cell_size_m)) + 2
    wide = grid.widened(margin)
    row, column = touched(segments, wide)
    if max(wide.shape) > WIDEST * max(*grid.shape, 64):
        metres = _to_points(np.unique(np.stack([row, column]), axis=1), wide, grid, at_most_m)
    else:
        ground = np.ones(wide.shape, dtype=np.uint8)
        ground[row, column] = 0
        square = edt.edtsq(ground, parallel=1)[margin:-margin, margin:-margin]
        metres = np.sqrt(square.astype(float)) * grid.cell_size_m
    return np.where(metres <= at_most_m, metres, np.inf)


def _to_points(cells: NDArray[np.intp], wide: Grid, grid: Grid, at_most_m: float) -> FloatArray:
    easting, northing = wide.axes()
    at = np.column_stack([easting[cells[1]], northing[cells[0]]])
    metres = cell_distance(Segments(np.stack([at, at], axis=1)), grid, at_most_m=at_most_m)
    # between centres the square is a whole number of cells: the same bits as the transform's
    return np.sqrt(np.round((metres / grid.cell_size_m) ** 2)) * grid.cell_size_m


def _farthest(segments: Segments, grid: Grid, at_most_m: float) -> float | None:
    """Return a distance within which every cell has its nearest burned cell; None without any."""
    if not len(segments):
        return None
    rows, columns = (-(-size // COARSE) * COARSE for size in grid.shape)
    tiled = Grid(grid.crs, grid.west, grid.north, grid.cell_size_m, (rows, columns))
    centres = np.asarray(shapely.points(*tile_centres(tiled, COARSE)), dtype=object)
    _, metres = segments.tree.query_nearest(centres, return_distance=True, all_matches=False)
    beyond = half_diagonal(grid, COARSE) + grid.cell_size_m
    if metres.min() > at_most_m + beyond:
        return None
    farthest = float(metres.max()) + beyond
    return float(min(farthest, at_most_m + grid.cell_size_m))
