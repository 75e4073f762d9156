"""A deposit model's ground at some of its units, and where its deposits lie: a first look, in a second.

Evidence does not depend on how a region is cut, so a unit has here the very value that it has in a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from prospector.evidence import Parameters
from prospector.grid import BoolArray, FloatArray, Grid, IntArray, Units, Window, cells
from prospector.ground.application import Column, units_of
from prospector.ground.conditions import conditions_of
from prospector.ground.own_places import OwnPlaces, computed
from prospector.ground.polygons import nearest_polygons
from prospector.layers import Layers
from prospector.region.deposit_model import CELL, DepositModel

WHOLE_CELLS = 128 * 128
"""A grid of no more cells is looked at whole."""

WINDOWS, WINDOW_CELLS = 64, 6
"""Windows that are spread over a larger grid, and their side in cells: some 2,300 cells in all."""

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
    at_deposits, deposits_permissive
        The same at each deposit itself, or of the polygon that it lies in, shape (m, n evidence) and (m,).
    whole
        Whether these are all units of the ground.
    """

    values: FloatArray
    permissive: BoolArray
    at_deposits: FloatArray
    deposits_permissive: BoolArray
    whole: bool

    @property
    def scored(self) -> BoolArray:
        """Which units would be scored: permissive ground that has all its evidence, shape (n,)."""
        return np.asarray(self.permissive & np.isfinite(self.values).all(axis=1))


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


def spread_windows(grid: Grid) -> list[Window]:
    """Return the whole of a small grid as one window; of a larger one, small windows spread over it.

    Examples
    --------
    >>> len(spread_windows(Grid("EPSG:32719", 0.0, 0.0, 1000.0, (100, 100))))
    1
    >>> windows = spread_windows(Grid("EPSG:32719", 0.0, 0.0, 1000.0, (4000, 1000)))
    >>> len(windows), windows[0]
    (64, Window(place=(0, 0), row=122, column=122, shape=(6, 6)))
    """
    rows, columns = grid.shape
    if rows * columns <= WHOLE_CELLS:
        return [Window((0, 0), 0, 0, grid.shape)]
    down = int(np.clip(round((WINDOWS * rows / columns) ** 0.5), 1, WINDOWS))
    across = max(WINDOWS // down, 1)
    sides = min(WINDOW_CELLS, rows), min(WINDOW_CELLS, columns)
    return [
        Window(
            (row, column),
            int((row + 0.5) * rows / down - sides[0] / 2),
            int((column + 0.5) * columns / across - sides[1] / 2),
            sides,
        )
        for row in range(down)
        for column in range(across)
    ]


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

    def own_places(self, grid: Grid) -> OwnPlaces:
        """Return what measures the same at places on a grid."""
        limits, _ = conditions_of(self.model, self.layers)
        return OwnPlaces(grid, self.layers, self.evidence, tuple(limits))

    def at(self, units: Units) -> tuple[FloatArray, BoolArray]:
        """Return evidence and permissive ground of units, in the precision of a run."""
        values = [computed(kind, self.layers, units, quick) for kind, quick in self.evidence]
        permissive = np.ones(len(units), dtype=bool)
        for limits in conditions_of(self.model, self.layers)[0]:
            permissive &= limits.hold(self.layers, units)
        return np.column_stack(values), permissive


def _cells(asked: _Asked, grid: Grid, places: gpd.GeoSeries) -> ThinnedGround:
    windows = spread_windows(grid)
    pieces = [asked.at(cells(grid.part(window))) for window in windows]
    values, permissive = (np.concatenate(part) for part in zip(*pieces, strict=True))
    whole = len(values) == grid.shape[0] * grid.shape[1]
    own_places = asked.own_places(grid)
    at_deposits, allowed = own_places.evidence(places), own_places.permissive(places)
    return ThinnedGround(values, permissive, at_deposits, allowed, whole)


def _polygons(asked: _Asked, grid: Grid, places: gpd.GeoSeries) -> ThinnedGround:
    units, _ = units_of(asked.model, grid, asked.layers)
    at_deposits = np.full((len(places), len(asked.columns)), np.nan)
    allowed = np.zeros(len(places), dtype=bool)
    if not len(units):
        nothing = np.zeros((0, len(asked.columns)))
        return ThinnedGround(nothing, np.zeros(0, dtype=bool), at_deposits, allowed, True)
    point, nearest = nearest_polygons(units, places, asked.model.labels.near_m)
    every = -(-len(units) // MOST_POLYGONS) or 1
    chosen = np.union1d(np.arange(0, len(units), every), nearest)
    values, permissive = asked.at(_some(units, chosen))
    place = np.searchsorted(chosen, nearest)
    at_deposits[point], allowed[point] = values[place], permissive[place]
    return ThinnedGround(values, permissive, at_deposits, allowed, len(chosen) == len(units))


def _some(units: Units, chosen: IntArray) -> Units:
    return Units(
        units.easting[chosen],
        units.northing[chosen],
        units.area_km2[chosen],
        units.crs,
        units.shapes()[chosen],
    )
