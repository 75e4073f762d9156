"""Rasters on their way in: the band that is read, its grid and its CRS."""

from __future__ import annotations

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader

from prospector.errors import LayerError
from prospector.grid import FloatArray
from prospector.layers.formats import READ_ERRORS, open_raster, reason_of
from prospector.layers.rasters import RasterFile
from prospector.layers.reading import Reading


def read_raster(reading: Reading) -> tuple[RasterFile, FloatArray, FloatArray, CRS]:
    """Return the values of a raster, the coordinates of its columns and rows, and its CRS.

    Raises
    ------
    LayerError
        The file cannot be read, holds no value, has no CRS that PROJ knows, or is not north up.
    """
    path, entry = reading.path, reading.entry
    try:
        with open_raster(path) as dataset:
            values = RasterFile.of(dataset, _band(reading, dataset))
            transform, crs = dataset.transform, entry.crs or dataset.crs
            if MaskFlags.alpha in dataset.mask_flag_enums[values.band - 1]:
                reading.notice("alpha-is-mask", "note")
        known = any(np.isfinite(block).any() for _, block in values.blocks())
    except LayerError as error:
        raise reading.fail("file", str(error)) from error
    except READ_ERRORS as error:
        raise reading.fail(
            "file", f"{path} cannot be read: {reason_of(error)}. Give a GeoTIFF."
        ) from error
    if crs is None:
        raise reading.fail("crs", f"no CRS in {path}. {reading.setting('crs', 'EPSG:4326')}")
    if not known:
        raise reading.fail("file", f"{path} is all nodata. Give another file, or drop the layer.")
    if transform.a <= 0 or transform.e >= 0 or transform.b or transform.d:
        raise reading.fail(
            "file", f"{path} is not north up. Warp it to north up, e.g. with gdalwarp."
        )
    rows, columns = values.shape
    columns_at = transform.c + transform.a * (np.arange(columns) + 0.5)
    rows_at = transform.f + transform.e * (np.arange(rows) + 0.5)
    return values, columns_at, rows_at, _crs(reading, crs)


def _band(reading: Reading, dataset: DatasetReader) -> int:
    """Return the band to read: the one that region.toml states, else the first, which is noticed."""
    path, entry = reading.path, reading.entry
    if not dataset.count:
        inside = ", ".join(subdataset.rsplit(":", 1)[-1] for subdataset in dataset.subdatasets)
        raise reading.fail(
            "file", f"{path} holds several rasters ({inside}). Give a file of one, a GeoTIFF."
        )
    band = entry.band or 1
    if band > dataset.count:
        raise reading.fail(
            "band", f"{path} has no band {band}, it has {dataset.count}. Mend the number."
        )
    if dataset.dtypes[band - 1].startswith("complex"):
        raise reading.fail("file", f"{path} holds complex numbers. Give a file of real numbers.")
    if entry.band is None and dataset.count > 1:
        reading.notice("first-band-taken", "caution", bands=dataset.count)
    return band


def _crs(reading: Reading, crs: object) -> CRS:
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise reading.fail(
            "crs",
            f"the CRS of {reading.path} is none that PROJ knows. {reading.setting('crs', 'EPSG:4326')}",
        ) from error
