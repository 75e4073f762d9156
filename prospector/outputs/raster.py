"""Rasters for GIS software (COG) and pictures of them for the map (EPSG:3857 PNG)."""

from __future__ import annotations

import base64
import warnings
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile
from rasterio.transform import array_bounds
from rasterio.warp import Resampling, calculate_default_transform, reproject
from scipy.ndimage import gaussian_filter

from prospector.grid import Grid, Raster

NODATA = -9999.0


def write_cog(raster: Raster, path: Path, *, description: str, sentences: list[str]) -> None:
    """Write a raster as a cloud-optimised GeoTIFF, float32, nodata -9999, with its unit.

    `sentences` stand in the tag NOTICE.
    """
    values = np.where(np.isfinite(raster.values), raster.values, NODATA).astype("float32")
    rows, columns = raster.grid.shape
    with rasterio.open(
        path, "w", driver="COG", height=rows, width=columns, count=1, dtype="float32",
        crs=raster.grid.crs, transform=raster.grid.transform, nodata=NODATA,
        compress="DEFLATE", predictor=3, blocksize=256,
    ) as dataset:  # fmt: skip
        dataset.write(values, 1)
        dataset.units = (raster.unit,)
        dataset.update_tags(NOTICE=" ".join(sentences))
        dataset.set_band_description(1, description)


def read_cog(path: Path, grid: Grid) -> Raster:
    """Return a raster that `write_cog` wrote."""
    with rasterio.open(path) as dataset:
        values = dataset.read(1, masked=True).astype(float).filled(np.nan)
        return Raster(values, grid, dataset.units[0] or "")


def web_picture(
    bands: NDArray[np.uint8], grid: Grid, *, resampling: Resampling = Resampling.nearest
) -> tuple[str, list[list[float]]]:
    """Return a PNG data URI warped to EPSG:3857, and its [[south, west], [north, east]].

    Parameters
    ----------
    bands
        Red, green, blue and alpha of each cell, shape (4, rows, columns).
    """
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
    return _png(warped), [[bottom, left], [top, right]]


def _png(bands: NDArray[np.uint8]) -> str:
    with MemoryFile() as memory, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture has no place
        with memory.open(
            driver="PNG", count=4, height=bands.shape[1], width=bands.shape[2], dtype="uint8"
        ) as dataset:
            dataset.write(bands)
        encoded = base64.b64encode(memory.read()).decode("ascii")
    return f"data:image/png;base64,{encoded}"


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
