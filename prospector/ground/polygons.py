"""The polygons of a layer as a deposit model's ground: few, so held in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from prospector.errors import Notice
from prospector.grid import BoolArray, FloatArray, Grid, IntArray, Units, Values, Window
from prospector.gridded import Gridded
from prospector.ground.burned_outlines import BurnedOutlines
from prospector.ground.distribution import (
    Distribution,
    count_steps,
    odds_of_steps,
    score_of,
    score_steps,
)
from prospector.ground.protocol import (
    Background,
    Cutting,
    Look,
    Outlined,
    PolygonScores,
    Scale,
    Scored,
    turns,
)
from prospector.models.deposits import Effort, polygon_ranks
from prospector.models.fitted import Fitted
from prospector.options import Done


@dataclass(frozen=True, eq=False)
class Burned(Gridded):
    """One value a cell, that of the polygon which its centre lies in; burned in when read."""

    burned: BurnedOutlines
    of_outline: FloatArray
    unit: str

    @property
    def grid(self) -> Grid:
        """The grid of the cells."""
        return self.burned.grid

    def read(self, window: Window) -> FloatArray:
        """Return a window of the values, NaN outside the polygons, shape `window.shape`."""
        place, outline = self.burned.cells(window, np.isfinite(self.of_outline))
        values = np.full(self.grid.part(window).shape, np.nan)
        values.flat[place] = self.of_outline[outline]
        return values

    @property
    def values(self) -> FloatArray:
        """All of them, in memory, shape (rows, columns)."""
        return self.read(Window((0, 0), 0, 0, self.grid.shape))


@dataclass(frozen=True, eq=False)
class PolygonGround:
    """The polygons of a layer with one deposit model's evidence: a `Ground`.

    Parameters
    ----------
    values
        Evidence, shape (n polygons, n evidence).
    permissive
        Which polygons the model can apply to, shape (n polygons,).
    near_m
        A point so near to a polygon counts as inside it; at 0 only one inside does.
    """

    units: Units
    names: list[str]
    values: FloatArray
    permissive: BoolArray
    scale: Scale
    measures: tuple[str, ...]
    grid: Grid
    near_m: float = 0.0

    @property
    def _scored(self) -> BoolArray:
        return np.asarray(self.permissive & self.scale.complete(self.values))

    def at(self, places: gpd.GeoSeries) -> FloatArray:
        """Return the evidence of the polygon that each point lies in or near to, (n, n evidence)."""
        result = np.full((len(places), self.values.shape[1]), np.nan)
        point, polygon = nearest_polygons(self.units, places, self.near_m)
        result[point] = self.values[polygon]
        return result

    def permissive_at(self, places: gpd.GeoSeries) -> BoolArray:
        """Return whether the model can apply to the polygon in or near which each point lies, shape (n,)."""
        result = np.zeros(len(places), dtype=bool)
        point, polygon = nearest_polygons(self.units, places, self.near_m)
        result[point] = self.permissive[polygon]
        return result

    def in_unit(self, places: gpd.GeoSeries) -> BoolArray:
        """Return whether each point lies in or near to a polygon, shape (n,)."""
        result = np.zeros(len(places), dtype=bool)
        result[nearest_polygons(self.units, places, self.near_m)[0]] = True
        return result

    def background(
        self, size: int, seed: int, done: Done, *, draws: int = 1, effort: Effort | None = None
    ) -> tuple[Background, ...]:
        """Return draws of at most `size` polygons, by area."""
        del done
        scored = np.flatnonzero(self._scored)
        rank = polygon_ranks(self.units, seed, effort)[scored]
        order = np.argsort(rank, kind="stable")[: int(np.isfinite(rank).sum())]
        chosen = [np.sort(scored[order[turn]]) for turn in turns(len(order), size, draws)]
        at = np.column_stack([self.units.easting, self.units.northing])
        n_permissive, ground_km2 = (
            int(self.permissive.sum()),
            float(self.units.area_km2[scored].sum()),
        )
        missing = ~np.isfinite(self.values[self.permissive])
        lacking = tuple(missing.sum(axis=0).tolist())
        return tuple(
            Background(self.values[row], at[row], n_permissive, len(scored), ground_km2, lacking)
            for row in chosen
        )

    def _scores(self, fitted: Fitted) -> FloatArray:
        scores, scored = np.full(len(self.units), np.nan), self._scored
        scores[scored] = fitted.score(self.scale(self.values[scored]))
        return score_of(score_steps(scores))

    def score(self, fitted: Fitted, done: Done) -> Scored:
        """Return the score of every polygon, one a unit however large it is."""
        del done
        scores = self._scores(fitted)
        counts = count_steps(score_steps(scores))
        odds_km2 = float(np.nansum(_odds(scores) * self.units.area_km2))
        polygons = PolygonScores(self.units.shapes(), scores, tuple(self.names))
        return Scored(self._burned(scores, ""), Distribution(counts), odds_km2, polygons)

    def around(self, at: FloatArray, shifts: FloatArray, column: int) -> FloatArray:
        """Return one evidence of the polygons at places, shape (n,): their outlines are not moved."""
        places = gpd.GeoSeries(shapely.points(at), crs=self.units.crs)
        return np.tile(self.at(places)[:, column], (len(shifts), 1))

    def cut(
        self, scored: Scored, fitted: Fitted, rules: Cutting, done: Done
    ) -> tuple[Outlined, list[Notice]]:
        """Return the polygons above the lowest percentile."""
        del done
        scores = self._scores(fitted)
        lowest = rules.entry.lowest_percentile
        chosen = np.flatnonzero(scored.distribution.percentile(scores) >= lowest)
        notices = []
        if rules.applicability is not None:
            like = rules.applicability.inside(self.scale(self.values[chosen]))
            if not like.all():
                about = {"model": rules.model}
                notices.append(
                    Notice("outside-applicability", "caution", about, int((~like).sum()))
                )
            chosen = chosen[like]
        outlined = Outlined(
            gpd.GeoSeries(self.units.shapes()[chosen], crs=self.units.crs),
            [self.names[i] for i in chosen],
            scores[chosen],
            scores[chosen],
            _odds(scores[chosen]),
            self.values[chosen],
            fitted.contributions(self.scale(self.values[chosen])),
        )
        return outlined, notices

    def look(self) -> Look:
        """Return all polygons: they are few."""
        at = np.column_stack([self.units.easting, self.units.northing])
        return Look(self.values, self.permissive, at)

    def evidence(self) -> list[Values]:
        """Return each evidence burned into the grid's cells."""
        return [
            self._burned(values, unit)
            for values, unit in zip(self.values.T, self.measures, strict=True)
        ]

    def _burned(self, of_outline: FloatArray, unit: str) -> Burned:
        return Burned(self._outlines, of_outline, unit)

    @cached_property
    def _outlines(self) -> BurnedOutlines:
        return BurnedOutlines(tuple(self.units.shapes()), self.grid)


def nearest_polygons(
    units: Units, places: gpd.GeoSeries, near_m: float
) -> tuple[IntArray, IntArray]:
    """Return which points have a polygon within `near_m`, and the nearest one of each.

    Shapes (n points,) and (n met,).
    """
    points = np.asarray(places.array, dtype=object)
    # shapely takes no max_distance of 0
    (point, polygon), away_m = shapely.STRtree(units.shapes()).query_nearest(
        points, max_distance=near_m or None, return_distance=True, all_matches=False
    )
    near = away_m <= near_m
    return point[near], polygon[near]


def _odds(scores: FloatArray) -> FloatArray:
    """Return the odds of scores, NaN where there is none."""
    return np.where(np.isfinite(scores), odds_of_steps(np.maximum(score_steps(scores), 0)), np.nan)
