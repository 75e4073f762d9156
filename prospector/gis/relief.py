"""The relief of a region: its own elevation on land, kept with the run to draw the ground by."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from prospector.errors import LayerError
from prospector.evidence import compute_evidence, validate_parameters
from prospector.gis.raster import picture_grid
from prospector.grid import FloatArray, Grid, Raster, cells
from prospector.layers import Layers
from prospector.layers.files import digest_of
from prospector.layers.rasters import RasterFile

RELIEF_FILE = "relief.tif"


def region_relief(layers: Layers, grid: Grid) -> Raster | None:
    """Return the elevation on land in metres, on a grid of at most two million cells; sea is NaN.

    Its values of shape (rows, columns).

    None where the region has no relief. Without a layer of land all ground counts as land.
    """
    if not layers.of_role("relief"):
        return None
    picture = picture_grid(grid)
    elevation_m = _on(picture, "surface", "relief", layers)
    if layers.of_role("land"):
        elevation_m[_on(picture, "share", "land", layers) < 0.5] = np.nan
    return Raster(elevation_m, picture, "m")


def refuse_changed(layers: Layers) -> None:
    """Raise LayerError where a raster of the relief or the land is not the one that was screened."""
    for role in ("relief", "land"):
        for layer in layers.of_role(role):
            values = getattr(layer, "values", None)
            if isinstance(values, RasterFile) and digest_of(Path(values.path)) != layer.sha256:
                raise LayerError(
                    f"Layer '{layer.name}': {values.path} has changed during the run. Run again."
                )


def _on(grid: Grid, kind: str, role: str, layers: Layers) -> FloatArray:
    """Return an evidence of one role over the cells of a grid."""
    parameters = validate_parameters(kind, {"role": role}, where=RELIEF_FILE)
    return compute_evidence(kind, layers, cells(grid), parameters=parameters).reshape(grid.shape)
