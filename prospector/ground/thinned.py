"""A deposit model's ground at some of its units, and where its deposits lie: a first look, in a second.

Evidence does not depend on how a region is cut, so a unit has here the very value that it has in a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from prospector.evidence import Parameters
from prospector.grid import BoolArray, FloatArray, Grid, IntArray, Units, cells
from prospector.ground.application import Column, scale_of, units_of
from prospector.ground.conditions import conditions_of
from prospector.ground.own_places import OwnPlaces, computed
from prospector.ground.polygons import nearest_polygons
from prospector.ground.protocol import Scale
from prospector.ground.spread import sampled_windows
from prospector.layers import Layers
from prospector.region.deposit_model import CELL, DepositModel

MOST_POLYGONS = 2000


@dataclass(frozen=True, eq=False)
class ThinnedGround:
    """Some units of a deposit model's ground with their evidence, and those of its deposits.

    Parameters
    ----------
    values
        Evidence of the units, shape (n, n evidence).
    permissive
        Which units the model can apply to, shape (n,).
    at
        Easting and northing of their centres in metres, shape (n, 2).
    at_deposits, deposits_permissive
        The same at each deposit itself, or of the polygon that it lies in, shape (m, n evidence) and (m,).
    deposits_in_unit
        Whether each deposit lies in a unit, or near enough to one, shape (m,).
    whole
        Whether these are all units of the ground.
    weight
        How many units of the ground each stands for, shape (n,).
    scale
        The scale of the evidence, and which of it may be unknown.
    """

    values: FloatArray
    permissive: BoolArray
    at: FloatArray
    at_deposits: FloatArray
    deposits_permissive: BoolArray
    deposits_in_unit: BoolArray
    whole: bool
    weight: FloatArray
    scale: Scale

    @property
    def scored(self) -> BoolArray:
        """Which units would be scored: permissive ground that has the evidence it needs, shape (n,)."""
        return np.asarray(self.permissive & self.scale.complete(self.values))

    @property
    def evenly(self) -> BoolArray:
        """Which units are spread evenly over the ground, a rim looked at closer left out, shape (n,)."""
        return np.asarray(self.weight == self.weight.max(initial=0.0))

    def share(self, units: BoolArray, of: BoolArray | None = None) -> float:
        """Return the share of the ground that some units stand for, or of that of others; 0 of none."""
        among = np.ones(len(units), dtype=bool) if of is None else of
        total = float(self.weight[among].sum())
        return float(self.weight[units & among].sum()) / total if total else 0.0

    def covers(self, of: BoolArray | None = None) -> tuple[float, ...]:
        """Return the share of the ground, or of that of some units, that has each evidence."""
        return tuple(self.share(has, of) for has in np.isfinite(self.values).T)


def thinned_ground(
    model: DepositModel,
    columns: Sequence[Column],
    grid: Grid,
    layers: Layers,
    places: gpd.GeoSeries,
) -> ThinnedGround:
    """Return the ground of a deposit model at some of its units and at some places on the grid.

    Raises
    ------
    ModelError
        The model's unit is a layer that the region lacks, or evidence cannot be computed.
    """
    asked = _Asked(model, tuple(columns), layers)
    if model.deposit_model.unit == CELL:
        return _cells(asked, grid, places)
    return _polygons(asked, grid, places)


@dataclass(frozen=True, eq=False)
class _Asked:
    """The evidence and the conditions that are computed at units."""

    model: DepositModel
    columns: tuple[Column, ...]
    layers: Layers

    @property
    def evidence(self) -> tuple[tuple[str, Parameters], ...]:
        """Kind and parameters of each evidence, those of its quicker way if it has one."""
        return tuple((column.entry.kind, column.parameters.quicker()) for column in self.columns)

    @property
    def scale(self) -> Scale:
        """The scale of the evidence, and which of it may be unknown."""
        return scale_of(self.columns)

    def own_places(self, grid: Grid) -> OwnPlaces:
        """Return what measures the same at places on a grid."""
        limits, _ = conditions_of(self.model, self.layers)
        return OwnPlaces(grid, self.layers, self.evidence, tuple(limits))

    def at(self, units: Units) -> tuple[FloatArray, BoolArray]:
        """Return evidence and permissive ground of units, shape (n,) each, in the precision of a run."""
        values = [computed(kind, self.layers, units, quick) for kind, quick in self.evidence]
        permissive = np.ones(len(units), dtype=bool)
        for limits in conditions_of(self.model, self.layers)[0]:
            permissive &= limits.hold(self.layers, units)
        return np.column_stack(values), permissive


def _cells(asked: _Asked, grid: Grid, places: gpd.GeoSeries) -> ThinnedGround:
    windows = sampled_windows(grid)
    parts = [cells(grid.part(window)) for window, _ in windows]
    weight = np.concatenate(
        [np.full(len(part), of_cell) for part, (_, of_cell) in zip(parts, windows, strict=True)]
    )
    pieces = [(*asked.at(units), _places_of(units)) for units in parts]
    values, permissive, at = (np.concatenate(part) for part in zip(*pieces, strict=True))
    whole = len(values) == grid.shape[0] * grid.shape[1]
    own_places = asked.own_places(grid)
    at_deposits, allowed = own_places.evidence(places), own_places.permissive(places)
    inside = np.ones(len(places), dtype=bool)
    return ThinnedGround(
        values, permissive, at, at_deposits, allowed, inside, whole, weight, asked.scale
    )


def _polygons(asked: _Asked, grid: Grid, places: gpd.GeoSeries) -> ThinnedGround:
    units, _ = units_of(asked.model, grid, asked.layers)
    at_deposits = np.full((len(places), len(asked.columns)), np.nan)
    allowed, inside = np.zeros((2, len(places)), dtype=bool)
    if not len(units):
        nothing, nowhere = np.zeros((0, len(asked.columns))), np.zeros((0, 2))
        none = np.zeros(0, dtype=bool)
        return ThinnedGround(
            nothing, none, nowhere, at_deposits, allowed, inside, True, np.zeros(0), asked.scale
        )
    point, nearest = nearest_polygons(units, places, asked.model.labels.near_m)
    every = -(-len(units) // MOST_POLYGONS) or 1
    chosen = np.union1d(np.arange(0, len(units), every), nearest)
    some = _some(units, chosen)
    values, permissive = asked.at(some)
    place = np.searchsorted(chosen, nearest)
    at_deposits[point], allowed[point], inside[point] = values[place], permissive[place], True
    whole = len(chosen) == len(units)
    at, weight = _places_of(some), np.ones(len(some))
    return ThinnedGround(
        values, permissive, at, at_deposits, allowed, inside, whole, weight, asked.scale
    )


def _places_of(units: Units) -> FloatArray:
    """Return easting and northing of the units' centres, shape (n, 2)."""
    return np.column_stack([units.easting, units.northing])


def _some(units: Units, chosen: IntArray) -> Units:
    return Units(
        units.easting[chosen],
        units.northing[chosen],
        units.area_km2[chosen],
        units.crs,
        units.shapes()[chosen],
    )
