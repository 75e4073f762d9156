"""Raster layers: a gridded quantity as it comes, read block by block, sampled at places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import rasterio.enums
import rasterio.windows
from pyproj import CRS
from rasterio.io import DatasetReader

from prospector.grid import FloatArray
from prospector.layers.exactness import (
    Exactness,
    cell_m,
    stated_resolution_m,
    stated_tolerance_m,
)
from prospector.layers.formats import open_raster
from prospector.region.region_file import LayerEntry, SourceEntry

Block = tuple[tuple[slice, slice], FloatArray]
"""Slices of rows and columns, and the values there."""

BLOCK_CELLS = 1024
IN_FLOAT32 = ("uint8", "int8", "uint16", "int16", "float32")
"""Types of stored numbers that 32 bits of floating point hold exactly."""


@dataclass(frozen=True)
class RasterFile:
    """The values of a raster file, read block by block as they are asked for; nodata is NaN.

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
    """

    path: str
    shape: tuple[int, int]
    band: int = 1
    scale: float = 1.0
    offset: float = 0.0
    dtype: str = "float64"

    @classmethod
    def of(cls, dataset: DatasetReader, band: int) -> RasterFile:
        """Return the values of a band of an open raster, masked, scaled and shifted as it says."""
        scale, offset = dataset.scales[band - 1], dataset.offsets[band - 1]
        plain = scale == 1.0 and offset == 0.0 and dataset.dtypes[band - 1] in IN_FLOAT32
        dtype = "float32" if plain else "float64"
        return cls(dataset.name, dataset.shape, band, scale, offset, dtype)

    def __getitem__(self, block: tuple[slice, slice]) -> FloatArray:
        """Return a block given as slices of rows and columns."""
        with open_raster(Path(self.path)) as dataset:
            return self._read(dataset, block)

    def blocks(self) -> Iterator[Block]:
        """Give the whole, block by block, each with its slices of rows and columns."""
        with open_raster(Path(self.path)) as dataset:
            for row in range(0, self.shape[0], BLOCK_CELLS):
                for column in range(0, self.shape[1], BLOCK_CELLS):
                    block = slice(row, row + BLOCK_CELLS), slice(column, column + BLOCK_CELLS)
                    yield block, self._read(dataset, block)

    def thinned(self, shape: tuple[int, int]) -> FloatArray:
        """Return the whole at a coarser shape, by averaging its own cells: overviews are not looked at."""
        average = rasterio.enums.Resampling.average
        with (
            open_raster(Path(self.path)) as dataset,
            DatasetReader(dataset.name, driver=[dataset.driver], OVERVIEW_LEVEL="NONE") as bare,
        ):
            return self._values(
                bare.read(self.band, out_shape=shape, masked=True, resampling=average)
            )

    def _read(self, dataset: DatasetReader, block: tuple[slice, slice]) -> FloatArray:
        rows, columns = self.shape
        window = rasterio.windows.Window.from_slices(*block, height=rows, width=columns)
        window = window.intersection(rasterio.windows.Window(0, 0, columns, rows))
        return self._values(dataset.read(self.band, window=window, masked=True))

    def _values(self, stored: Any) -> FloatArray:
        """Return masked numbers as they are meant, NaN where masked."""
        values = stored.astype(float).filled(np.nan)
        if self.scale != 1.0 or self.offset != 0.0:
            values = values * self.scale + self.offset
        return np.asarray(values)


@dataclass(frozen=True, eq=False)
class RasterLayer:
    """A gridded quantity as it comes, in its own CRS; nodata is NaN.

    Parameters
    ----------
    values
        Array (rows, columns), first row at the north, or the file that it is read from.
    columns_at, rows_at
        Coordinates of the cell centres in `crs`: ascending, descending, evenly spaced.
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
        """Spacing of the columns in units of the CRS."""
        return float(self.columns_at[1] - self.columns_at[0])

    def with_values(self, values: FloatArray) -> RasterLayer:
        """Return the layer with other values on the same cells."""
        return replace(self, values=values)

    def thinned(self, cells_at_most: int) -> RasterLayer:
        """Return the layer in memory, averaged to fewer cells where it has more than that."""
        rows, columns = self.values.shape
        times = int(np.ceil(np.sqrt(rows * columns / cells_at_most)))
        if times <= 1:
            return self.with_values(np.asarray(self.values[:, :]))
        shape = rows // times, columns // times
        values = (
            self.values.thinned(shape)
            if isinstance(self.values, RasterFile)
            else self.values[: shape[0] * times, : shape[1] * times]
            .reshape(shape[0], times, shape[1], times)
            .mean(axis=(1, 3))
        )
        west, north = (one[0] - (one[1] - one[0]) / 2 for one in (self.columns_at, self.rows_at))
        width = (self.columns_at[1] - self.columns_at[0]) * columns / shape[1]
        height = (self.rows_at[1] - self.rows_at[0]) * rows / shape[0]
        return replace(
            self,
            values=values,
            columns_at=west + (np.arange(shape[1]) + 0.5) * width,
            rows_at=north + (np.arange(shape[0]) + 0.5) * height,
        )

    def around(
        self, west: float, south: float, east: float, north: float
    ) -> tuple[FloatArray, tuple[float, float, float, float]]:
        """Return the block of values that covers bounds in the raster's CRS, and its outer bounds."""
        row, column = self._index(np.array([west, east]), np.array([north, south]))
        block = tuple(
            slice(
                int(np.clip(np.floor(low), 0, size - 1)),
                int(np.clip(np.ceil(high), 0, size - 1)) + 1,
            )
            for (low, high), size in zip((row, column), self.values.shape, strict=True)
        )
        width, height = self.cell_size / 2, abs(self.rows_at[1] - self.rows_at[0]) / 2
        rows_at, columns_at = self.rows_at[block[0]], self.columns_at[block[1]]
        bounds = (
            float(columns_at[0] - width), float(rows_at[-1] - height),
            float(columns_at[-1] + width), float(rows_at[0] + height),
        )  # fmt: skip
        return np.asarray(self.values[block[0], block[1]]), bounds

    def sample(
        self,
        across: FloatArray,
        along: FloatArray,
        *,
        nearest: bool = False,
        of: Callable[[FloatArray], FloatArray] | None = None,
    ) -> FloatArray:
        """Return bilinear values at places, of `of(values)` if given, or those of the nearest cell.

        NaN outside, and where nodata would weigh in. `across` and `along` are coordinates in the
        raster's CRS: easting and northing, or longitude and latitude.
        """
        row, column = self._index(across, along)
        rows, columns = self.values.shape
        beyond = 0.5 if nearest else 0.0
        inside = (row >= -beyond) & (row <= rows - 1 + beyond) & np.isfinite(row + column)
        inside &= (column >= -beyond) & (column <= columns - 1 + beyond)
        result = np.full(np.shape(across), np.nan)
        if not inside.any():
            return result
        row, column = row[inside], column[inside]
        first_row, first_column = max(int(row.min()), 0), max(int(column.min()), 0)
        block = self.values[first_row : int(row.max()) + 2, first_column : int(column.max()) + 2]
        block = np.asarray(block if of is None else of(block))
        row, column = row - first_row, column - first_column
        if nearest:
            last = np.array(block.shape) - 1
            at_row, at_column = np.floor(row + 0.5), np.floor(column + 0.5)
            result[inside] = block[
                np.clip(at_row, 0, last[0]).astype(np.intp),
                np.clip(at_column, 0, last[1]).astype(np.intp),
            ]
        else:
            result[inside] = _bilinear(block, row, column)
        return result

    def _index(self, across: FloatArray, along: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return fractional row and column, 0 at the centre of the first cell, to a millionth."""
        row = (along - self.rows_at[0]) / (self.rows_at[1] - self.rows_at[0])
        column = (across - self.columns_at[0]) / (self.columns_at[1] - self.columns_at[0])
        return np.round(row, 6), np.round(column, 6)

    @property
    def resolution_m(self) -> float:
        """What the raster resolves: its cells, or what is stated where that is coarser."""
        cell = cell_m(self.columns_at, self.rows_at, self.crs)
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


def _bilinear(values: FloatArray, row: FloatArray, column: FloatArray) -> FloatArray:
    """Return values between cells; a neighbour that weighs nothing is not looked at."""
    upper, left = row.astype(np.intp), column.astype(np.intp)
    down, right = row - upper, column - left
    lower, east = upper + (down > 0), left + (right > 0)
    above = values[upper, left] * (1 - right) + values[upper, east] * right
    below = values[lower, left] * (1 - right) + values[lower, east] * right
    return np.asarray(above * (1 - down) + below * down)
