"""Raster layers: a gridded quantity as it comes, read block by block, sampled at places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import rasterio
import rasterio.enums
import rasterio.windows
from pyproj import CRS

from prospector.grid import FloatArray
from prospector.region import LayerEntry, SourceEntry


@dataclass(frozen=True)
class RasterFile:
    """The values of a raster file, read block by block as they are asked for; nodata is NaN."""

    path: str
    shape: tuple[int, int]

    def __getitem__(self, block: tuple[slice, slice]) -> FloatArray:
        """Return a block given as slices of rows and columns."""
        with rasterio.open(self.path) as dataset:
            window = rasterio.windows.Window.from_slices(
                *block, height=self.shape[0], width=self.shape[1]
            )
            return np.asarray(
                dataset.read(1, window=window, masked=True).astype(float).filled(np.nan)
            )

    def thinned(self, shape: tuple[int, int]) -> FloatArray:
        """Return the whole at a coarser shape, by averaging."""
        with rasterio.open(self.path) as dataset:
            values = dataset.read(
                1, out_shape=shape, masked=True, resampling=rasterio.enums.Resampling.average
            )
            return np.asarray(values.astype(float).filled(np.nan))


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


def _bilinear(values: FloatArray, row: FloatArray, column: FloatArray) -> FloatArray:
    """Return values between cells; a neighbour that weighs nothing is not looked at."""
    upper, left = row.astype(np.intp), column.astype(np.intp)
    down, right = row - upper, column - left
    lower, east = upper + (down > 0), left + (right > 0)
    above = values[upper, left] * (1 - right) + values[upper, east] * right
    below = values[lower, left] * (1 - right) + values[lower, east] * right
    return np.asarray(above * (1 - down) + below * down)
