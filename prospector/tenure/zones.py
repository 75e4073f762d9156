"""Polygons scored in their own right: what a run's score says inside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from prospector.grid import BoolArray, FloatArray, Grid, Values, Window
from prospector.ground.distribution import STEPS, Distribution
from prospector.tenure.partition import Mosaic, Shapes, parts_of, sound

WINDOW_CELLS = 1024

LEAST_SHARE = 0.1
"""A polygon of which less is scored has no rank."""

ZONE_COLUMNS: dict[str, str] = {
    "score": "area-weighted mean score of the scored ground inside; empty where none is scored",
    "score_max": "highest score of a unit inside",
    "percentile": "percentile of the mean score among all scored units, 0-100",
    "scored_share": "share of the area that is scored: on permissive ground, no evidence missing",
    "above_ha": "hectares whose score reaches the lowest percentile that targets are cut at",
}
"""Columns that say how a polygon is scored, with what they mean."""


@dataclass(frozen=True, eq=False)
class ScoredGround:
    """What one deposit model scored.

    Parameters
    ----------
    values
        Score of every cell; that of the polygon that it lies in where units are polygons.
    outlines, of_outline
        The scored polygons and their scores, where units are polygons: shares are measured to them.
    lowest_percentile
        What `above_ha` counts from.
    targets
        The targets in the grid's CRS, with target_id and rank.
    """

    deposit_model: str
    values: Values
    distribution: Distribution
    lowest_percentile: float
    targets: gpd.GeoDataFrame
    outlines: Shapes | None = None
    of_outline: FloatArray | None = None

    @property
    def grid(self) -> Grid:
        """The grid of the score."""
        return self.values.grid

    @property
    def threshold(self) -> float:
        """The score that the lowest percentile of targets begins at."""
        return self.distribution.thresholds([self.lowest_percentile])[0] / STEPS

    def is_above(self, score: FloatArray) -> BoolArray:
        """Return whether scores reach the threshold, shape (n,); a raster may hold a last bit less."""
        return np.asarray(score >= self.threshold - 0.5 / STEPS)


def zone_scores(polygons: Shapes, ground: ScoredGround) -> pd.DataFrame:
    """Return the columns of `ZONE_COLUMNS` for polygons in the grid's CRS, in their order.

    Cells count with the share of them that lies inside; scored polygons with the area that both
    have in common.
    """
    shapes = sound(np.asarray(polygons, dtype=object))
    measured = _of_cells if ground.outlines is None else _of_polygons
    scored_m2, weighted, highest, above_m2 = measured(shapes, ground)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(scored_m2 > 0, weighted / scored_m2, np.nan)
        share = np.where(shapely.area(shapes) > 0, scored_m2 / shapely.area(shapes), 0.0)
    mean = np.asarray(np.round(score, 6), dtype=np.float64)
    columns = {
        "score": mean,
        "score_max": np.round(np.where(scored_m2 > 0, highest, np.nan), 6),
        "percentile": np.round(ground.distribution.percentile(mean), 3),
        "scored_share": np.round(np.clip(share, 0.0, 1.0), 6),
        "above_ha": np.round(above_m2 / 1e4, 2),
    }
    return pd.DataFrame(columns)


Sums = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def _of_cells(shapes: Shapes, ground: ScoredGround) -> Sums:
    """Return scored area, area times score, highest score and area above the threshold, in m2."""
    count, grid = len(shapes), ground.grid
    cells, weighted, above = np.zeros(count), np.zeros(count), np.zeros(count)
    highest = np.full(count, -np.inf)
    tree = shapely.STRtree(shapes)
    for window in grid.windows(WINDOW_CELLS):
        met = np.sort(tree.query(shapely.box(*grid.part(window).bounds.as_tuple())))
        met = met[~shapely.is_empty(shapes[met])]
        if not len(met):
            continue
        found = _in_window(shapes[met], ground, window)
        cells[met] += found["score_count"]
        weighted[met] += found["score_sum"].fillna(0.0)
        above[met] += found["above_count"]
        highest[met] = np.maximum(highest[met], found["score_max"].fillna(-np.inf))
    area_m2 = grid.cell_size_m**2
    return cells * area_m2, weighted * area_m2, highest, above * area_m2


def _in_window(shapes: Shapes, ground: ScoredGround, window: Window) -> pd.DataFrame:
    part = ground.grid.part(window)
    score = ground.values.read(window)
    above = np.where(ground.is_above(score), score, np.nan)
    bounds = part.bounds.as_tuple()
    rasters = [
        NumPyRasterSource(values, *bounds, nodata=np.nan, name=name, srs_wkt=part.crs)
        for name, values in (("score", score), ("above", above))
    ]
    places = gpd.GeoDataFrame(geometry=shapes, crs=part.crs)
    table: pd.DataFrame = exact_extract(rasters, places, ["count", "sum", "max"], output="pandas")
    return table


def _of_polygons(shapes: Shapes, ground: ScoredGround) -> Sums:
    """Return the same of scored polygons, by the area that each has in common with them."""
    count, outlines, scores = len(shapes), ground.outlines, ground.of_outline
    if outlines is None or scores is None:
        raise ValueError("scored polygons need their outlines and scores")
    known = np.isfinite(scores)
    mosaic, score = Mosaic(outlines[known]), scores[known]
    area, weighted, above = np.zeros(count), np.zeros(count), np.zeros(count)
    highest = np.full(count, -np.inf)
    for part in parts_of(count):
        met = mosaic.overlaps(shapes[part])
        zone, of_unit = met.outline + part.start, score[met.polygon]
        np.add.at(area, zone, met.area)
        np.add.at(weighted, zone, met.area * of_unit)
        np.add.at(above, zone, met.area * ground.is_above(of_unit))
        np.maximum.at(highest, zone, of_unit)
    return area, weighted, highest, above


def ranked(table: pd.DataFrame, by: Sequence[str], id_column: str) -> pd.Series:
    """Return ranks from 1 by columns, highest first, ties by id.

    Missing where a column is, and where less than `LEAST_SHARE` of the area is scored: a corner on
    good ground is no good title.
    """
    known = table[list(by)].notna().all(axis=1) & (table["scored_share"] >= LEAST_SHARE)
    order = table[known].sort_values(
        [*by, id_column], ascending=[*[False] * len(by), True], kind="stable"
    )
    ranks = pd.Series(pd.NA, index=table.index, dtype="Int64")
    ranks.loc[order.index] = np.arange(1, len(order) + 1)
    return ranks
