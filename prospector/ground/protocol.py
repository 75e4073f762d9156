"""What a deposit model is applied to: units with their evidence, sampled, scored and cut alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from prospector.errors import Notice
from prospector.grid import BoolArray, FloatArray, Values
from prospector.ground.distribution import Distribution
from prospector.models.deposits import Effort
from prospector.models.fitted import Fitted
from prospector.models.membership import complete
from prospector.options import Done
from prospector.region.model_tables import TargetEntry
from prospector.validation.applicability import Applicability


@dataclass(frozen=True)
class Scale:
    """The scale that each evidence is learned on: log(1 + value) where the model says so.

    Parameters
    ----------
    logged
        Which evidence is learned on a logarithm.
    optional
        Which evidence may be unknown in a unit that is scored; none where it is empty.
    """

    logged: tuple[bool, ...]
    optional: tuple[bool, ...] = ()

    def __call__(self, evidence: NDArray[np.floating]) -> FloatArray:
        """Return evidence of shape (n, n evidence) on that scale.

        Examples
        --------
        >>> Scale((True, False))(np.array([[0.0, 5.0]])).tolist()
        [[0.0, 5.0]]
        """
        logged = np.array(self.logged, dtype=bool)
        scaled = np.array(evidence, dtype=float)
        scaled[:, logged] = np.log1p(scaled[:, logged])
        return scaled

    def complete(self, evidence: NDArray[np.floating]) -> BoolArray:
        """Return which rows have all the evidence that they need, and some at all, shape (n,).

        Examples
        --------
        >>> rows = np.array([[1.0, 2.0], [1.0, np.nan], [np.nan, 2.0], [np.nan, np.nan]])
        >>> Scale((False, False), (False, True)).complete(rows).tolist()
        [True, True, False, False]
        """
        return complete(evidence, self.optional)


@dataclass(frozen=True, eq=False)
class Background:
    """Units drawn by area from the permissive ground where no evidence is missing.

    Parameters
    ----------
    evidence
        In the evidence's own units, shape (n, n evidence).
    at
        Easting and northing in metres, shape (n, 2).
    n_permissive
        Units of the permissive ground.
    n_scored
        Those of them that have all their evidence.
    ground_km2
        Area of those.
    lacking
        Units of the permissive ground that lack each evidence.
    """

    evidence: FloatArray
    at: FloatArray
    n_permissive: int
    n_scored: int
    ground_km2: float
    lacking: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Look:
    """Some units spread over a ground, whether they would be scored or not.

    Parameters
    ----------
    evidence
        In the evidence's own units, NaN where missing, shape (n, n evidence).
    permissive
        Which units the model can apply to, shape (n,).
    at
        Easting and northing of their centres in metres, shape (n, 2).
    """

    evidence: FloatArray
    permissive: BoolArray
    at: FloatArray


def turns(n_units: int, size: int, draws: int) -> list[NDArray[np.intp]]:
    """Return which units each draw takes, of units in the order of their random ranks.

    Draws follow one another and begin again at the first unit; with no more units than `size` there
    is but one draw, of all of them.

    Examples
    --------
    >>> [units.tolist() for units in turns(5, 2, 3)]
    [[0, 1], [2, 3], [4, 0]]
    """
    if n_units <= size:
        return [np.arange(n_units)]
    return [np.arange(draw * size, (draw + 1) * size) % n_units for draw in range(draws)]


@dataclass(frozen=True, eq=False)
class PolygonScores:
    """The score of each polygon, where the units are polygons.

    Parameters
    ----------
    outlines
        In the grid's CRS, shape (n,).
    score
        In steps of 1e-4, NaN where there is none, shape (n,).
    names
        What each is called, "" where it has no name, shape (n,).
    """

    outlines: NDArray[np.object_]
    score: FloatArray
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Scored:
    """The score of a ground, in steps of 1e-4.

    Parameters
    ----------
    values
        One score a cell; that of the polygon where the units are polygons.
    distribution
        How many units have each score.
    odds_km2
        Sum over the units of the odds of the score times the area.
    polygons
        The polygons and their scores; None where the units are cells.
    """

    values: Values
    distribution: Distribution
    odds_km2: float
    polygons: PolygonScores | None = None


@dataclass(frozen=True, eq=False)
class Outlined:
    """Targets as they were cut, unranked.

    Parameters
    ----------
    outlines
        Polygons in the grid's CRS.
    names
        Names of polygon units; empty for cells.
    score, score_max, odds
        Mean and highest score, and mean odds of the score, of the units inside, shape (n,).
    evidence, parts
        Mean evidence and mean contributions of the units inside, shape (n, n evidence).
    """

    outlines: gpd.GeoSeries
    names: list[str]
    score: FloatArray
    score_max: FloatArray
    odds: FloatArray
    evidence: FloatArray
    parts: FloatArray


@dataclass(frozen=True, eq=False)
class Cutting:
    """What targets are cut by.

    Parameters
    ----------
    model
        Name of the deposit model.
    applicability
        Ground outside of it is no target; None where that is not asked.
    """

    entry: TargetEntry
    model: str
    applicability: Applicability | None = None


class Ground(Protocol):
    """Units with the evidence of one deposit model: the cells of a grid or the polygons of a layer."""

    @property
    def scale(self) -> Scale: ...  # noqa: D102

    def at(self, places: gpd.GeoSeries) -> FloatArray:
        """Return the evidence at each point, NaN where there is none, shape (n, k).

        Of cells it is measured at the point itself; of polygons it is that of the one it lies in.
        """

    def permissive_at(self, places: gpd.GeoSeries) -> BoolArray:
        """Return whether the model can apply at each point, or to the polygon it lies in, shape (n,)."""

    def in_unit(self, places: gpd.GeoSeries) -> BoolArray:
        """Return whether each point lies in a unit, or near enough to one, shape (n,)."""

    def background(
        self, size: int, seed: int, done: Done, *, draws: int, effort: Effort | None = None
    ) -> tuple[Background, ...]:
        """Return draws of at most `size` units of the permissive ground, the same however it is cut.

        Evenly by area; where an `effort` is given, by area times that.
        """

    def score(self, fitted: Fitted, done: Done) -> Scored:
        """Return the score of every unit of the permissive ground that has all its evidence."""

    def around(self, at: FloatArray, shifts: FloatArray, column: int) -> FloatArray:
        """Return one evidence at places moved by each of some shifts, shape (n shifts, n places)."""

    def cut(
        self, scored: Scored, fitted: Fitted, rules: Cutting, done: Done
    ) -> tuple[Outlined, list[Notice]]:
        """Return the targets, and what cutting left out."""

    def look(self) -> Look:
        """Return some units spread over the ground, or all where these are few."""

    def evidence(self) -> list[Values]:
        """Return the evidence as one value a cell, in the order of the deposit model."""
