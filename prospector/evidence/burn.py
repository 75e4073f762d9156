"""Polygons and lines on the cells of a window: shares, insides, and the cells that lines touch.

Everything is computed from the edges where they lie, so a cell gets the same value in any window.
"""

from __future__ import annotations

import numpy as np
import shapely

from prospector.evidence.covering import Covering
from prospector.evidence.features import Features
from prospector.evidence.segments import Segments, ragged
from prospector.grid import BoolArray, FloatArray, Grid, IntArray, Units

SHARE_DECIMALS = 6

EDGES_AT_ONCE = 200_000
"""Edges that are cut at the cells at once: their pieces take many times the memory of the edges."""


def coverage(covering: Covering, grid: Grid) -> FloatArray:
    """Return the share (0-1) of each cell inside polygons, overlaps once, (rows, columns).

    Exact to 1e-6: each edge adds the ground to the east of it, with its sign, cell by cell.
    """
    edges = covering.edges(grid.bounds.as_tuple())
    if not len(edges):
        return np.zeros(grid.shape)
    ground = np.zeros((grid.shape[0], grid.shape[1] + 1))
    for start in range(0, len(edges), EDGES_AT_ONCE):
        _add_ground(ground, edges[start : start + EDGES_AT_ONCE], grid)
    return _shares(ground[:, :-1])


def _shares(changes: FloatArray) -> FloatArray:
    """Return the sums of changes along each row as shares: computed at changes, the same up to the next."""
    changed = changes != 0
    changed[:, 0] = True
    count = np.count_nonzero(changed, axis=1)
    row, number = ragged(np.zeros_like(count), count)
    steps = np.zeros((len(count), count.max()))
    steps[row, number] = changes[changed]
    share = np.cumsum(steps, axis=1)[row, number]
    np.round(share, SHARE_DECIMALS, out=share)
    np.clip(share, 0.0, 1.0, out=share)
    share += 0.0  # what rounds to -0 depends on the order of the edges; this makes it 0
    length = np.diff(np.flatnonzero(changed), append=changes.size)
    return np.repeat(share, length).reshape(changes.shape)


def share_covered(covering: Covering, units: Units) -> FloatArray:
    """Return the share (0-1) of each unit inside polygons, overlaps once. Shape (n,)."""
    if units.grid is not None:
        return coverage(covering, units.grid).ravel()
    outlines = units.shapes()
    pieces = covering.pieces(outlines)
    unit, piece = shapely.STRtree(pieces).query(outlines, predicate="intersects")
    overlap = shapely.area(shapely.intersection(outlines[unit], pieces[piece]))
    total = np.bincount(unit, weights=overlap, minlength=len(units))
    return np.clip(np.round(total / shapely.area(outlines), SHARE_DECIMALS), 0.0, 1.0)


def _add_ground(ground: FloatArray, edges: FloatArray, grid: Grid) -> None:
    """Add the ground to the east of edges, cell by cell, as changes along each row."""
    rows, columns = grid.shape
    at, sign = _southward(edges, grid)
    pieces, owner = _pieces(at, grid.shape)
    middle = pieces.mean(axis=1)
    fall = (pieces[:, 1, 1] - pieces[:, 0, 1]) * sign[owner]
    row = np.clip(np.floor(middle[:, 1]), 0, rows - 1).astype(np.intp)
    across = np.clip(middle[:, 0], 0.0, columns)
    column = np.minimum(np.floor(across), columns - 1).astype(np.intp)
    east = np.clip(column + 1 - across, 0.0, 1.0)
    np.add.at(ground, (row, column), fall * east)
    np.add.at(ground, (row, column + 1), fall * (1 - east))


def inside(features: Features, grid: Grid) -> BoolArray:
    """Return whether each cell's centre lies inside polygons, (rows, columns)."""
    edges = features.covering.edges(grid.bounds.as_tuple())
    southward = edges[:, 0, 1] > edges[:, 1, 1]
    low = np.where(southward[:, None], edges[:, 1], edges[:, 0])
    high = np.where(southward[:, None], edges[:, 0], edges[:, 1])
    easting, northing = grid.axes()
    first = np.searchsorted(-northing, -high[:, 1], side="left")
    last = np.searchsorted(-northing, -low[:, 1], side="left")
    edge, row = ragged(first, last)
    slope = (high[edge, 0] - low[edge, 0]) / (high[edge, 1] - low[edge, 1])
    crossing = low[edge, 0] + (northing[row] - low[edge, 1]) * slope
    winding = np.zeros((grid.shape[0], grid.shape[1] + 1), dtype=np.int32)
    column = np.searchsorted(easting, crossing, side="left")
    np.add.at(winding, (row, column), np.where(southward[edge], 1, -1))
    return np.cumsum(winding, axis=1)[:, :-1].astype(bool)


def touched(segments: Segments, grid: Grid) -> tuple[IntArray, IntArray]:
    """Return row and column of the cells that segments touch, each cell once or more, shape (n,) each."""
    rows, columns = grid.shape
    here = segments.meeting(grid.bounds.widened(grid.cell_size_m))
    pieces, _ = _pieces(_in_cells(here.ends, grid), grid.shape)
    middle = (pieces[:, 0] + pieces[:, 1]) / 2
    column, row = np.floor(middle).astype(np.intp).T
    on_grid = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    return row[on_grid], column[on_grid]


def _in_cells(ends: FloatArray, grid: Grid) -> FloatArray:
    """Return places as (column, row) in cells, the first cell's outer corner being 0, 0."""
    corner, step = [grid.west, grid.north], [grid.cell_size_m, -grid.cell_size_m]
    return np.asarray((ends - corner) / step)


def _southward(edges: FloatArray, grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Return edges as columns and rows, within the grid's rows, from north to south, and their sign.

    The sign is 1 for what ran southward and has the polygon in the east, -1 for the other way.
    """
    at = _in_cells(edges, grid)
    sign = np.sign(at[:, 1, 1] - at[:, 0, 1])
    ordered = np.where((sign < 0)[:, None, None], at[:, ::-1], at)
    falls = (sign != 0) & (ordered[:, 0, 1] < grid.shape[0]) & (ordered[:, 1, 1] > 0)
    ordered, sign = ordered[falls], sign[falls]
    start, step = ordered[:, 0], ordered[:, 1] - ordered[:, 0]
    limits = np.array([[0.0], [grid.shape[0]]])
    share = np.clip((limits - start[:, 1]) / step[:, 1], 0.0, 1.0)
    return np.stack([start + at[:, None] * step for at in share], axis=1), sign


def _pieces(at: FloatArray, shape: tuple[int, int]) -> tuple[FloatArray, IntArray]:
    """Return segments (as columns and rows) cut where they pass from cell to cell, and their owner."""
    rows, columns = shape
    owners, shares = [np.repeat(np.arange(len(at)), 2)], [np.tile([0.0, 1.0], len(at))]
    for axis, size in ((0, columns), (1, rows)):
        low, high = at[:, :, axis].min(axis=1), at[:, :, axis].max(axis=1)
        first = np.clip(np.floor(low) + 1, 0, size + 1).astype(np.intp)
        last = np.clip(np.ceil(high), 0, size + 1).astype(np.intp)
        owner, line = ragged(first, last)
        start = at[owner, 0, axis]
        owners.append(owner)
        shares.append((line - start) / (at[owner, 1, axis] - start))
    owner, share = np.concatenate(owners), np.concatenate(shares)
    order = np.lexsort((share, owner))
    owner, share = owner[order], share[order]
    places = at[owner, 0] + share[:, None] * (at[owner, 1] - at[owner, 0])
    inner = owner[1:] == owner[:-1]
    return np.stack([places[:-1][inner], places[1:][inner]], axis=1), owner[:-1][inner]
