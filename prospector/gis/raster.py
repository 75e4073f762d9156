"""Rasters for GIS software (COG) and pictures of them for the map (EPSG:3857 PNG)."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import rasterio
import rasterio.shutil
import rasterio.windows
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import DatasetReader, MemoryFile
from rasterio.transform import array_bounds
from rasterio.warp import Resampling, calculate_default_transform, reproject
from scipy.ndimage import gaussian_filter

from prospector.errors import OutputError
from prospector.grid import FloatArray, Grid, Raster, Values, Window
from prospector.gridded import Gridded
from prospector.layers.formats import CACHE_MB, READ_ERRORS, open_raster, reason_of

NODATA = -9999.0
COG_DRIVERS = ("GTiff",)
WINDOW_CELLS = 1024
PICTURE_CELLS = 2_000_000


def score_file(deposit_model: str) -> str:
    """Return the name of the raster of a deposit model's scores: several lie side by side in a GIS.

    Examples
    --------
    >>> score_file("porphyry_copper")
    'porphyry_copper_score.tif'
    """
    return f"{deposit_model}_score.tif"


def write_cog(raster: Values, path: Path, *, description: str, sentences: list[str]) -> None:
    """Write a raster as a cloud-optimised GeoTIFF, float32, nodata -9999, with its unit.

    It is written window by window beside the path first, so that no raster is held in memory.
    `sentences` stand in the tag NOTICE.
    """
    rows, columns = raster.grid.shape
    plain = path.with_suffix(".part.tif")
    with rasterio.Env(GDAL_CACHEMAX=CACHE_MB):
        with rasterio.open(
            plain, "w", driver="GTiff", height=rows, width=columns, count=1, dtype="float32",
            crs=raster.grid.crs, transform=raster.grid.transform, nodata=NODATA,
            tiled=True, blockxsize=256, blockysize=256, bigtiff="IF_SAFER",
        ) as dataset:  # fmt: skip
            for window in raster.grid.windows(WINDOW_CELLS):
                values = raster.read(window)
                known = np.where(np.isfinite(values), values, NODATA).astype("float32")
                place = rasterio.windows.Window.from_slices(*window.cells)
                dataset.write(known, 1, window=place)
            dataset.units = (raster.unit,)
            dataset.update_tags(NOTICE=" ".join(sentences))
            dataset.set_band_description(1, description)
        rasterio.shutil.copy(
            plain, path, driver="COG", compress="DEFLATE", predictor=3, blocksize=256
        )
    plain.unlink()


def read_cog(path: Path, grid: Grid) -> Raster:
    """Return a raster that `write_cog` wrote, its values of shape (rows, columns)."""
    with _opened(path, grid) as dataset:
        values = dataset.read(1, masked=True).astype(float).filled(np.nan)
        return Raster(values, grid, dataset.units[0] or "")


@contextmanager
def _opened(path: Path, grid: Grid) -> Iterator[DatasetReader]:
    """Open a raster that `write_cog` wrote of a grid.

    Raises
    ------
    OutputError
        It cannot be read, or is not of that grid.
    """
    try:
        with open_raster(path, drivers=COG_DRIVERS) as dataset:
            if dataset.shape != grid.shape or dataset.dtypes != ("float32",):
                raise ValueError(
                    f"its grid is not that of the run, {grid.shape[0]} x {grid.shape[1]} cells"
                )
            yield dataset
    except READ_ERRORS as error:
        raise OutputError(
            f"{path}: cannot be read: {reason_of(error)}. Screen the region again."
        ) from error


def read_cell(path: Path, grid: Grid, row: int, column: int) -> float:
    """Return one cell of a raster that `write_cog` wrote, NaN where nodata."""
    with _opened(path, grid) as dataset:
        window = rasterio.windows.Window(column, row, 1, 1)
        values = dataset.read(1, window=window, masked=True).astype(float)
        return float(values.filled(np.nan)[0, 0])


@dataclass(frozen=True)
class Cog(Gridded):
    """A raster that `write_cog` wrote, read window by window as it is asked for."""

    path: Path
    grid: Grid
    unit: str = ""

    @property
    def values(self) -> FloatArray:
        """All of it, shape (rows, columns)."""
        return read_cog(self.path, self.grid).values

    def read(self, window: Window) -> FloatArray:
        """Return a window of it, nodata as NaN, shape `window.shape`."""
        place = rasterio.windows.Window.from_slices(*window.cells)
        with _opened(self.path, self.grid) as dataset:
            values = dataset.read(1, window=place, masked=True).astype(float)
            return np.asarray(values.filled(np.nan))


def picture_grid(grid: Grid, at_most: int = PICTURE_CELLS) -> Grid:
    """Return a grid for a picture: of the same corner, with at most so many cells."""
    times = int(np.ceil(np.sqrt(grid.shape[0] * grid.shape[1] / at_most)))
    rows, columns = (-(-size // times) for size in grid.shape)
    return Grid(grid.crs, grid.west, grid.north, grid.cell_size_m * times, (rows, columns))


def thinned(raster: Values, picture: Grid) -> FloatArray:
    """Return the mean of the known cells in each cell of a picture's grid, read window by window.

    Of shape `picture.shape`.
    """
    times = round(picture.cell_size_m / raster.grid.cell_size_m)
    result = np.full(picture.shape, np.nan)
    for window in raster.grid.windows(max(WINDOW_CELLS // times, 1) * times):
        values = raster.read(window)
        rows, columns = (-(-size // times) for size in window.shape)
        wide = np.full((rows * times, columns * times), np.nan)
        wide[: window.shape[0], : window.shape[1]] = values
        blocks = wide.reshape(rows, times, columns, times)
        known = np.isfinite(blocks)
        total = np.where(known, blocks, 0.0).sum(axis=(1, 3))
        count = known.sum(axis=(1, 3))
        first = window.row // times, window.column // times
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        result[first[0] : first[0] + rows, first[1] : first[1] + columns] = mean
    return result


def web_picture(
    bands: NDArray[np.uint8],
    grid: Grid,
    *,
    driver: Literal["PNG", "WEBP"] = "PNG",
) -> tuple[str, list[list[float]]]:
    """Return a data URI of a picture warped to EPSG:3857, and its [[south, west], [north, east]].

    Parameters
    ----------
    bands
        Red, green, blue and alpha of each cell, shape (4, rows, columns).
    grid
        Where the picture lies.
    driver
        PNG where colours are classes, WEBP where they are shades.
    """
    resampling = Resampling.nearest if driver == "PNG" else Resampling.bilinear
    rows, columns = grid.shape
    bounds = grid.bounds
    transform, width, height = calculate_default_transform(
        grid.crs, "EPSG:3857", columns, rows, *bounds.as_tuple()
    )
    warped = np.zeros((4, height, width), dtype=np.uint8)
    reproject(
        bands, warped, src_transform=grid.transform, src_crs=grid.crs,
        dst_transform=transform, dst_crs="EPSG:3857", resampling=resampling,
    )  # fmt: skip
    west, south, east, north = array_bounds(height, width, transform)
    to_degrees = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True).transform
    (left, bottom), (right, top) = to_degrees(west, south), to_degrees(east, north)
    return _data_uri(warped, driver), [[bottom, left], [top, right]]


def _data_uri(bands: NDArray[np.uint8], driver: str) -> str:
    options = {"QUALITY": 82} if driver == "WEBP" else {}
    with MemoryFile() as memory, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture has no place
        with memory.open(
            driver=driver, count=4, height=bands.shape[1], width=bands.shape[2], dtype="uint8",
            **options,
        ) as dataset:  # fmt: skip
            dataset.write(bands)
        encoded = base64.b64encode(memory.read()).decode("ascii")
    return f"data:image/{driver.lower()};base64,{encoded}"


def relief_picture(
    elevation_m: NDArray[np.float64], land: NDArray[np.bool_], grid: Grid
) -> NDArray[np.uint8]:
    """Return a sober shaded relief, shape (4, rows, columns): light from the north-west.

    The elevation is smoothed over about 6 cells: a coarse relief must not show its own cells.
    """
    filled = gaussian_filter(np.where(np.isfinite(elevation_m), elevation_m, 0.0), 6.0)
    north_slope, east_slope = np.gradient(filled, grid.cell_size_m)
    exaggeration = 12.0
    slope = np.arctan(exaggeration * np.hypot(north_slope, east_slope))
    aspect = np.arctan2(-north_slope, -east_slope)
    sun, light = np.radians(45.0), np.radians(225.0)
    shade = np.cos(sun) * np.cos(slope) + np.sin(sun) * np.sin(slope) * np.cos(light - aspect)
    height = np.clip(filled / 6000.0, 0.0, 1.0)
    tone = np.clip(0.72 + 0.28 * shade, 0.0, 1.0)
    tint = np.stack([232 - 18 * height, 230 - 30 * height, 222 - 48 * height])
    sea = ~land
    tint[:, sea] = np.array([[206.0], [220.0], [230.0]])
    picture = np.where(sea, tint, tint * tone)
    alpha = np.where(np.isfinite(elevation_m), 255.0, 0.0)
    return np.concatenate([picture, alpha[None]]).round().astype(np.uint8)
