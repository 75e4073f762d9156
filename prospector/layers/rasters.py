"""Raster layers: a gridded quantity as it comes, read block by block, sampled at places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.enums
import rasterio.windows
from pyproj import CRS
from rasterio.io import DatasetReader

from prospector.grid import FloatArray, IntArray
from prospector.layers.exactness import (
    Exactness,
    cell_m,
    stated_resolution_m,
    stated_tolerance_m,
)
from prospector.layers.formats import CACHE_MB, open_raster
from prospector.region.region_tables import LayerEntry, SourceEntry

Block = tuple[tuple[slice, slice], FloatArray]
"""Slices of rows and columns, and the values there."""

BLOCK_CELLS = 1024
CELLS_AT_ONCE = 4_000_000
"""Cells of a raster that are held in memory at once to look up places in."""

PLACES_AT_ONCE = 1 << 16
"""Places that are looked up at once: some ten numbers of each are held meanwhile, and these fit the cache."""

IN_FLOAT32 = ("uint8", "int8", "uint16", "int16", "float32")
"""Types of stored numbers that 32 bits of floating point hold exactly."""


@dataclass(frozen=True)
class _Kept:
    """Rasters that stay open until the stack closes, by file and layer."""

    stack: ExitStack
    datasets: dict[tuple[str, str | None], DatasetReader] = field(default_factory=dict)


_kept: ContextVar[_Kept | None] = ContextVar("kept", default=None)


@contextmanager
def rasters_kept_open() -> Iterator[None]:
    """Open each raster once that this thread reads meanwhile, and close them all at the end.

    For many small blocks: opening takes as long as reading one. What is read comes from the file that
    was there first, though another takes its place.
    """
    with ExitStack() as stack:
        before = _kept.set(_Kept(stack))
        try:
            yield
        finally:
            _kept.reset(before)


@dataclass(frozen=True)
class RasterFile:
    """The values of a raster file, read block by block as they are asked for; nodata and infinity are NaN.

    Parameters
    ----------
    shape
        Rows and columns.
    band
        Number of the band, from 1.
    scale, offset
        A value is what is stored times `scale`, plus `offset`.
    dtype
        Type of floating-point numbers that holds every value exactly.
    first
        Row and column of the file that the first row and column here are.
    turn
        How many columns of the file go once around the Earth; none where it does not.
    nodata
        Stored numbers that are no values, beside the one that the file declares.
    layer
        Of a file that holds several rasters: which.
    """

    path: str
    shape: tuple[int, int]
    band: int = 1
    scale: float = 1.0
    offset: float = 0.0
    dtype: str = "float64"
    first: tuple[int, int] = (0, 0)
    turn: int | None = None
    nodata: tuple[float, ...] = ()
    layer: str | None = None

    @classmethod
    def of(
        cls,
        path: Path,
        dataset: DatasetReader,
        band: int,
        *,
        nodata: tuple[float, ...] = (),
        layer: str | None = None,
    ) -> RasterFile:
        """Return the values of a band of an open raster, masked, scaled and shifted as it says."""
        scale, offset = dataset.scales[band - 1], dataset.offsets[band - 1]
        plain = scale == 1.0 and offset == 0.0 and dataset.dtypes[band - 1] in IN_FLOAT32
        dtype = "float32" if plain else "float64"
        return cls(str(path), dataset.shape, band, scale, offset, dtype, nodata=nodata, layer=layer)

    def __getitem__(self, block: tuple[slice, slice]) -> FloatArray:
        """Return a block given as slices of rows and columns."""
        kept = _kept.get()
        if kept is None:
            with open_raster(Path(self.path), layer=self.layer) as dataset:
                return self._read(dataset, block)
        file = self.path, self.layer
        if file not in kept.datasets:
            opened = open_raster(Path(self.path), layer=self.layer)
            kept.datasets[file] = kept.stack.enter_context(opened)
        return self._read(kept.datasets[file], block)

    def blocks(self) -> Iterator[Block]:
        """Give the whole, block by block, each with its slices of rows and columns."""
        with open_raster(Path(self.path), layer=self.layer) as dataset, _rows_kept(dataset):
            for row in range(0, self.shape[0], BLOCK_CELLS):
                for column in range(0, self.shape[1], BLOCK_CELLS):
                    block = slice(row, row + BLOCK_CELLS), slice(column, column + BLOCK_CELLS)
                    yield block, self._read(dataset, block)

    def part(self, rows: slice, columns: slice, *, turn: int | None = None) -> RasterFile:
        """Return the values of some rows and columns; the latter may go on past the file's last, in turn."""
        shape = rows.stop - rows.start, columns.stop - columns.start
        return replace(self, first=(rows.start, columns.start), shape=shape, turn=turn)

    def thinned(self, shape: tuple[int, int]) -> FloatArray:
        """Return the whole at a coarser shape, by averaging its own cells: overviews are not looked at."""
        if self.nodata or self.turn:
            return self._thinned_by_rows(shape)
        (row, column), (rows, columns) = self.first, self.shape
        window = rasterio.windows.Window(column, row, columns, rows)
        average = rasterio.enums.Resampling.average
        with (
            open_raster(Path(self.path), layer=self.layer) as dataset,
            DatasetReader(dataset.name, driver=[dataset.driver], OVERVIEW_LEVEL="NONE") as bare,
        ):
            return self._values(
                bare.read(
                    self.band, window=window, out_shape=shape, masked=True, resampling=average
                )
            )

    def _thinned_by_rows(self, shape: tuple[int, int]) -> FloatArray:
        """Return the same, read a row of blocks at a time."""
        down = np.linspace(0, self.shape[0], shape[0] + 1).round().astype(int)
        with open_raster(Path(self.path), layer=self.layer) as dataset:
            rows = [
                _block_means(self._read(dataset, (slice(top, bottom), slice(None))), (1, shape[1]))
                for top, bottom in pairwise(down)
            ]
        return np.vstack(rows)

    def _read(self, dataset: DatasetReader, block: tuple[slice, slice]) -> FloatArray:
        """Return a block of an open file; columns of a raster around the Earth follow one another."""
        (row, bottom, _), (column, end, _) = (
            part.indices(cells) for part, cells in zip(block, self.shape, strict=True)
        )
        row, bottom = row + self.first[0], bottom + self.first[0]
        column, end = column + self.first[1], end + self.first[1]
        pieces = [
            self._values(
                dataset.read(
                    self.band,
                    window=rasterio.windows.Window(west, row, east - west, bottom - row),
                    masked=True,
                )
            )
            for west, east in _in_turn(column, end, self.turn)
        ]
        return pieces[0] if len(pieces) == 1 else np.hstack(pieces)

    def _values(self, stored: Any) -> FloatArray:
        """Return masked numbers as they are meant, NaN where masked."""
        values = stored.astype(float).filled(np.nan)
        for code in self.nodata:
            values[np.isclose(values, code, rtol=1e-6, atol=0)] = np.nan
        if self.scale != 1.0 or self.offset != 0.0:
            values = values * self.scale + self.offset
        return np.where(np.isfinite(values), values, np.nan)


def _rows_kept(dataset: DatasetReader) -> rasterio.Env:
    """Let GDAL keep as much as a row of blocks touches, so that nothing is read twice."""
    high, wide = dataset.block_shapes[0]
    touched = dataset.width * np.dtype(dataset.dtypes[0]).itemsize * (BLOCK_CELLS + high)
    in_strips = wide == dataset.width
    needed_mb = ceil(touched / 2**20) if in_strips else 0
    return rasterio.Env(GDAL_CACHEMAX=max(CACHE_MB, needed_mb))


def _in_turn(column: int, end: int, turn: int | None) -> list[tuple[int, int]]:
    """Return a range of columns as ranges of a file in which `turn` columns go around the Earth.

    Examples
    --------
    >>> _in_turn(2, 5, None), _in_turn(-3, 5, 360), _in_turn(358, 362, 360)
    ([(2, 5)], [(357, 360), (0, 5)], [(358, 360), (0, 2)])
    """
    if turn is None:
        return [(column, end)]
    ranges = []
    while column < end:
        start = column % turn
        length = min(end - column, turn - start)
        ranges.append((start, start + length))
        column += length
    return ranges


@dataclass(frozen=True, eq=False)
class RasterLayer:
    """A gridded quantity as it comes, in its own CRS; nodata is NaN.

    Parameters
    ----------
    values
        Array (rows, columns), first row at the north, or the file that it is read from.
    columns_at, rows_at
        Coordinates of the cell centres in `crs`: ascending, descending, evenly spaced.
    cell
        Width and height of a cell in units of the CRS; by default the spacing of the centres.
    """

    name: str
    role: str
    title: str
    values: FloatArray | RasterFile
    columns_at: FloatArray
    rows_at: FloatArray
    crs: CRS
    entry: LayerEntry
    source: SourceEntry | None
    sha256: str
    cell: tuple[float, float] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of rows and columns."""
        return self.values.shape

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return self.entry.unit

    @property
    def schematic(self) -> bool:
        """Whether the layer was drawn from descriptions."""
        return self.source is not None and self.source.schematic

    @property
    def cell_size(self) -> float:
        """Width of a cell in units of the CRS."""
        return self.cell_width_and_height[0]

    @property
    def cell_width_and_height(self) -> tuple[float, float]:
        """Width and height of a cell in units of the CRS."""
        if self.cell is not None:
            return self.cell
        width, height = (float(abs(at[1] - at[0])) for at in (self.columns_at, self.rows_at))
        return width, height

    def turned(self, longitude: FloatArray) -> FloatArray:
        """Return coordinates in the raster's CRS; degrees within half a turn of its middle.

        Each of shape (n,).
        """
        if not self.crs.is_geographic:
            return longitude
        middle = (self.columns_at[0] + self.columns_at[-1]) / 2
        return np.asarray(longitude + 360.0 * np.round((middle - longitude) / 360.0))

    def with_values(self, values: FloatArray) -> RasterLayer:
        """Return the layer with other values on the same cells."""
        return replace(self, values=values)

    def thinned(self, cells_at_most: int) -> RasterLayer:
        """Return the layer in memory, averaged to fewer cells where it has more than that."""
        rows, columns = self.values.shape
        times = int(np.ceil(np.sqrt(rows * columns / cells_at_most)))
        if times <= 1:
            return self.with_values(np.asarray(self.values[:, :]))
        shape = max(rows // times, 1), max(columns // times, 1)
        values = (
            self.values.thinned(shape)
            if isinstance(self.values, RasterFile)
            else _block_means(self.values, shape)
        )
        width, height = self.cell_width_and_height
        west, north = self.columns_at[0] - width / 2, self.rows_at[0] + height / 2
        width, height = width * columns / shape[1], height * rows / shape[0]
        return replace(
            self,
            values=values,
            columns_at=west + (np.arange(shape[1]) + 0.5) * width,
            rows_at=north - (np.arange(shape[0]) + 0.5) * height,
            cell=(width, height),
        )

    def around(
        self, west: float, south: float, east: float, north: float
    ) -> tuple[FloatArray, tuple[float, float, float, float]]:
        """Return the block of values that covers bounds in the raster's CRS, and its outer bounds.

        The block of shape (rows, columns).
        """
        block = self._block(west, south, east, north)
        width, height = (size / 2 for size in self.cell_width_and_height)
        rows_at, columns_at = self.rows_at[block[0]], self.columns_at[block[1]]
        bounds = (
            float(columns_at[0] - width), float(rows_at[-1] - height),
            float(columns_at[-1] + width), float(rows_at[0] + height),
        )  # fmt: skip
        return np.asarray(self.values[block[0], block[1]]), bounds

    def cells_around(self, west: float, south: float, east: float, north: float) -> int:
        """Return how many cells that block has."""
        rows, columns = (part.stop - part.start for part in self._block(west, south, east, north))
        return int(rows * columns)

    def _block(self, west: float, south: float, east: float, north: float) -> tuple[slice, slice]:
        row, column = self._index(np.array([west, east]), np.array([north, south]))
        rows, columns = (
            slice(
                int(np.clip(np.floor(low), 0, size - 1)),
                int(np.clip(np.ceil(high), 0, size - 1)) + 1,
            )
            for (low, high), size in zip((row, column), self.values.shape, strict=True)
        )
        return rows, columns

    def sample(
        self,
        across: FloatArray,
        along: FloatArray,
        *,
        nearest: bool = False,
        of: Callable[[FloatArray], FloatArray] | None = None,
    ) -> FloatArray:
        """Return bilinear values at places, of `of(values)` if given, or those of the nearest cell.

        Shape (n,).

        NaN outside, and where nodata would weigh in; between the centres of the outer cells and their
        outer edge the outer cells' own values hold. `across` and `along` are coordinates in the
        raster's CRS: easting and northing, or longitude and latitude.
        """
        row, column = self._index(self.turned(across), along)
        rows, columns = self.values.shape
        inside = (row >= -0.5) & (row <= rows - 0.5) & np.isfinite(row + column)
        inside &= (column >= -0.5) & (column <= columns - 0.5)
        result = np.full(np.shape(across), np.nan)
        if not inside.any():
            return result
        at = np.flatnonzero(inside)
        row, column = row[inside], column[inside]
        if not nearest:
            np.clip(row, 0, rows - 1, out=row)
            np.clip(column, 0, columns - 1, out=column)
        for some in _near_together(row, column):
            result.flat[at[some]] = self._sample(row[some], column[some], nearest=nearest, of=of)
        return result

    def _sample(
        self,
        row: FloatArray,
        column: FloatArray,
        *,
        nearest: bool,
        of: Callable[[FloatArray], FloatArray] | None,
    ) -> FloatArray:
        """Return values at fractional rows and columns of the raster, from one block that holds them."""
        first_row, first_column = max(int(row.min()), 0), max(int(column.min()), 0)
        block = self.values[first_row : int(row.max()) + 2, first_column : int(column.max()) + 2]
        block = np.asarray(block if of is None else of(block))
        between = _nearest if nearest else _bilinear
        result = np.empty(len(row))
        for start in range(0, len(row), PLACES_AT_ONCE):
            some = slice(start, start + PLACES_AT_ONCE)
            result[some] = between(block, row[some] - first_row, column[some] - first_column)
        return result

    def _index(self, across: FloatArray, along: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return fractional row and column, 0 at the centre of the first cell, to a millionth."""
        width, height = self.cell_width_and_height
        row = (self.rows_at[0] - along) / height
        column = (across - self.columns_at[0]) / width
        return np.round(row, 6), np.round(column, 6)

    @property
    def resolution_m(self) -> float:
        """What the raster resolves: its cells, or what is stated where that is coarser."""
        cell = cell_m(*self.cell_width_and_height, self.crs, float(np.mean(self.rows_at)))
        return max(cell, stated_resolution_m(self.entry, self.source) or 0.0)

    @property
    def tolerance_m(self) -> float | None:
        """How far the raster may lie off; None where nothing is stated."""
        return stated_tolerance_m(self.entry, self.source) or None

    @property
    def exactness(self) -> Exactness:
        """How exact the raster is, as one feature."""
        return Exactness.alike(
            1,
            tolerance_m=self.tolerance_m or 0.0,
            resolution_m=self.resolution_m,
            schematic=self.schematic,
        )


def _near_together(row: FloatArray, column: FloatArray) -> list[IntArray]:
    """Return groups of places, each in a block of a raster that is small enough to be held in memory.

    Examples
    --------
    >>> near = np.array([0.0, 1.0, 900_000.0])
    >>> [group.tolist() for group in _near_together(near, near)]
    [[0, 1], [2]]
    """
    waiting, groups = [np.arange(len(row))], []
    while waiting:
        some = waiting.pop()
        spans = [(np.ptp(index[some]) + 2, index[some]) for index in (row, column)]
        if len(some) == 1 or spans[0][0] * spans[1][0] <= CELLS_AT_ONCE:
            groups.append(some)
            continue
        _, along = max(spans, key=lambda span: span[0])
        middle = (along.min() + along.max()) / 2
        waiting += [some[along > middle], some[along <= middle]]
    return groups


def _block_means(values: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Return the means of about equal blocks of cells that have values."""
    edges = [
        np.linspace(0, cells, blocks + 1).round().astype(int)[:-1]
        for cells, blocks in zip(values.shape, shape, strict=True)
    ]
    known = np.isfinite(values)
    total, count = (
        np.add.reduceat(np.add.reduceat(part, edges[0], axis=0), edges[1], axis=1)
        for part in (np.where(known, values, 0.0), known.astype(float))
    )
    return np.asarray(np.divide(total, count, out=np.full(shape, np.nan), where=count > 0))


def _nearest(values: FloatArray, row: FloatArray, column: FloatArray) -> FloatArray:
    """Return the values of the cells that fractional rows and columns lie in."""
    last = np.array(values.shape) - 1
    at_row, at_column = np.floor(row + 0.5), np.floor(column + 0.5)
    return np.asarray(
        values[
            np.clip(at_row, 0, last[0]).astype(np.intp),
            np.clip(at_column, 0, last[1]).astype(np.intp),
        ]
    )


def _bilinear(values: FloatArray, row: FloatArray, column: FloatArray) -> FloatArray:
    """Return values between cells; a neighbour that weighs nothing is not looked at."""
    upper, left = row.astype(np.intp), column.astype(np.intp)
    down, right = row - upper, column - left
    lower, east = upper + (down > 0), left + (right > 0)
    above = values[upper, left] * (1 - right) + values[upper, east] * right
    below = values[lower, left] * (1 - right) + values[lower, east] * right
    return np.asarray(above * (1 - down) + below * down)
