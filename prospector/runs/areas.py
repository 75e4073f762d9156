"""Evidence of a run inside an outline, and how far the outline's rank depends on each layer."""

from __future__ import annotations

import numpy as np
import rasterio.features
from shapely.geometry.base import BaseGeometry

from prospector.gis.raster import Cog
from prospector.grid import Bounds, FloatArray, Grid, Window
from prospector.ground.distribution import Distribution
from prospector.ground.protocol import Scale
from prospector.models.fitted import Fitted
from prospector.models.membership import complete
from prospector.runs.run import Run


def cut_out(grid: Grid, bounds: Bounds) -> Window:
    """Return the window of a grid that covers bounds, as far as the grid reaches."""
    row, column, _ = grid.index(
        np.clip([bounds.west, bounds.east], grid.bounds.west, grid.bounds.east - 1),
        np.clip([bounds.north, bounds.south], grid.bounds.south + 1, grid.bounds.north),
    )
    first, last = (int(row[0]), int(column[0])), (int(row[1]), int(column[1]))
    return Window((0, 0), *first, (last[0] - first[0] + 1, last[1] - first[1] + 1))


def rows_inside(run: Run, deposit_model: str, outline: BaseGeometry) -> FloatArray:
    """Return the evidence of the scored cells of an outline, shape (n, n evidence).

    What may be unknown in a scored cell is NaN. An outline smaller than a cell has that of the cell that
    holds a point inside.

    Parameters
    ----------
    run
        A run that is reopened.
    deposit_model
        Name of one that was ranked.
    outline
        In the CRS of the run's grid.
    """
    window = cut_out(run.grid, Bounds(*outline.bounds))
    part = run.grid.part(window)
    within = rasterio.features.geometry_mask(
        [outline], out_shape=part.shape, transform=part.transform, invert=True
    )
    if not within.any():
        point = outline.representative_point()
        row, column, _ = part.index(np.array([point.x]), np.array([point.y]))
        within[row, column] = True
    figures = run.record["deposit_models"][deposit_model]
    evidence, optional = figures["evidence"], figures["fitted"].get("optional", ())
    files = [run.file(deposit_model, "evidence", f"{entry['name']}.tif") for entry in evidence]
    rows = np.column_stack([Cog(file, run.grid).read(window)[within] for file in files])
    return np.asarray(rows[complete(rows, optional)])


def percentile_at_medians(
    rows: FloatArray, scale: Scale, fitted: Fitted, distribution: Distribution
) -> FloatArray:
    """Return the percentile that some cells would have if each evidence were at its median, in turn.

    Parameters
    ----------
    rows
        Evidence of the cells in its own units, shape (n, n evidence).
    scale
        The scale that each evidence is learned on.
    fitted
        The fitted estimator.
    distribution
        How many units have each score.

    Returns
    -------
    One percentile for each evidence, shape (n evidence,); NaN where no cell has a score.
    """
    places = np.full(len(fitted.centre), np.nan)
    for column, middle in enumerate(fitted.centre):
        scaled = scale(rows)
        scaled[np.isfinite(scaled[:, column]), column] = middle  # what is unknown stays so
        score = fitted.score(scaled) if len(rows) else np.array([])
        if np.isfinite(score).any():
            mean = np.array([np.nanmean(score)])
            places[column] = float(distribution.percentile(mean)[0])
    return places
