"""Which cells' centres lie in which polygons, as GDAL burns them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray

from prospector.grid import BoolArray, FloatArray, Grid, IntArray, Window

MOST_KEPT = 8_000_000
"""Cells of burned polygons that are kept between rasters, 8 bytes each; beyond, each raster burns its own."""

OUTLINES_AT_ONCE = 2_000
"""Polygons that GDAL burns at once: each is held as lists of numbers meanwhile."""

FEW_CENTRES = 16
"""A polygon whose bounds hold at most so many centres of cells is looked up centre by centre."""

CLOSE = 1e-6
"""Cells that a bound may miss a cell's centre by and still count: what GDAL burns has its own rounding."""

Cells = tuple[IntArray, IntArray]
"""Cells of a window, counted along its rows, and the polygon that the centre of each lies in."""

Outlines = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class BurnedOutlines:
    """Polygons on a grid; which cells lie in which is found once for all rasters of them.

    Parameters
    ----------
    outlines
        The polygons, in the grid's CRS; where two overlap, the later one has the cell.
    """

    outlines: tuple[shapely.Geometry, ...]
    grid: Grid
    _kept: dict[tuple[Window, bytes], Cells] = field(default_factory=dict, repr=False)

    def cells(self, window: Window, known: BoolArray) -> Cells:
        """Return the cells of a window that lie in the polygons which are known, and in which each.

        Parameters
        ----------
        window
            Rows and columns of the grid.
        known
            Which polygons count, shape (n outlines,).
        """
        key = (window, np.packbits(known).tobytes())
        if key in self._kept:
            return self._kept[key]
        cells = self._burn(window, known)
        if len(cells[0]) + sum(len(place) for place, _ in self._kept.values()) <= MOST_KEPT:
            self._kept[key] = cells
        return cells

    def _burn(self, window: Window, known: BoolArray) -> Cells:
        part = self.grid.part(window)
        reached = _reached(shapely.bounds(self._outlines), part)
        reached = reached[known[reached.outline]]
        few = reached.cells <= FEW_CENTRES
        burned, unclear = _looked_up(self._outlines, reached[few], part)
        others = np.sort(np.concatenate([reached.outline[~few], unclear]))
        np.maximum(burned, self._rasterized(others, part), out=burned)
        index: Any = burned.ravel()
        place = np.flatnonzero(index >= 0)
        return place.astype(np.int32), index[place]

    def _rasterized(self, which: IntArray, part: Grid) -> IntArray:
        """Return which outline holds each cell's centre, the last of several; -1 where none does."""
        burned: IntArray = np.full(part.shape, -1, dtype=np.int32)
        for first in range(0, len(which), OUTLINES_AT_ONCE):
            some = which[first : first + OUTLINES_AT_ONCE].tolist()
            rasterio.features.rasterize(
                ((self.outlines[number], number) for number in some),
                out=burned, transform=part.transform,
            )  # fmt: skip
        return burned

    @cached_property
    def _outlines(self) -> Outlines:
        return np.array(self.outlines, dtype=object)


@dataclass(frozen=True, eq=False)
class _Reached:
    """Outlines whose bounds hold centres of cells: the first and last row and column of those cells."""

    outline: IntArray
    top: IntArray
    bottom: IntArray
    left: IntArray
    right: IntArray

    def __getitem__(self, which: BoolArray | IntArray) -> _Reached:
        return _Reached(*(getattr(self, one.name)[which] for one in fields(self)))

    @property
    def cells(self) -> IntArray:
        """How many centres the bounds of each hold, shape (n reached,)."""
        return np.asarray((self.bottom - self.top + 1) * (self.right - self.left + 1))

    def centres(self) -> tuple[IntArray, IntArray, IntArray]:
        """Return the outline of each of those centres by its place here, its row and its column.

        Shapes (n centres,).
        """
        high = int((self.bottom - self.top).max(initial=-1)) + 1
        wide = int((self.right - self.left).max(initial=-1)) + 1
        found = []
        for down, along in product(range(high), range(wide)):
            row, column = self.top + down, self.left + along
            place = np.flatnonzero((row <= self.bottom) & (column <= self.right))
            found.append((place, row[place], column[place]))
        none = [(np.empty(0, dtype=np.int64),) * 3]
        place, row, column = (np.concatenate(one) for one in zip(*(found or none), strict=True))
        return place, row, column


def _reached(bounds: FloatArray, part: Grid) -> _Reached:
    """Return the outlines that may hold the centre of a cell, by their bounds, shape (n outlines, 4)."""
    west, south, east, north = bounds.T
    rows, columns = part.shape
    sides = np.array([west - part.west, part.north - north, east - part.west, part.north - south])
    left, top, right, bottom = sides / part.cell_size_m - 0.5
    left, top = np.maximum(np.ceil(left - CLOSE), 0), np.maximum(np.ceil(top - CLOSE), 0)
    right = np.minimum(np.floor(right + CLOSE), columns - 1)
    bottom = np.minimum(np.floor(bottom + CLOSE), rows - 1)
    outline = np.flatnonzero((left <= right) & (top <= bottom))
    return _Reached(outline, *(one[outline].astype(np.int64) for one in (top, bottom, left, right)))


def _looked_up(outlines: Outlines, reached: _Reached, part: Grid) -> tuple[IntArray, IntArray]:
    """Return which outline holds each cell's centre, the last of several, and the outlines left to GDAL.

    Left to GDAL are those whose border a centre lies on: whether the cell is theirs is GDAL's to say.
    """
    place, row, column = reached.centres()
    cell = part.cell_size_m
    centre = shapely.points(part.west + (column + 0.5) * cell, part.north - (row + 0.5) * cell)
    shapes = outlines[reached.outline[place]]
    on_border = shapely.dwithin(shapely.boundary(shapes), centre, CLOSE * cell)
    unclear = np.zeros(len(reached.outline), dtype=bool)
    unclear[place[on_border]] = True
    held = np.flatnonzero(shapely.intersects(shapes, centre) & ~unclear[place])
    burned: IntArray = np.full(part.shape, -1, dtype=np.int32)
    numbers = reached.outline[place[held]].astype(np.int32)
    np.maximum.at(burned, (row[held], column[held]), numbers)
    return burned, reached.outline[unclear]
