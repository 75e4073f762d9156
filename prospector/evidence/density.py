"""Density of points and lines around a place."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.spatial import cKDTree

from prospector.errors import ModelError, Reason
from prospector.evidence.features import ChosenParameters, Features, chosen, drawn_near
from prospector.evidence.kind import FEATURES, Kind, register_kind
from prospector.evidence.radius import Radius, radius_in_cells, too_wide
from prospector.evidence.segments import ragged
from prospector.grid import BoolArray, Bounds, FloatArray, Grid, Units
from prospector.layers import Layers

PIECES_PER_RADIUS = 32
MILLION = 1_000_000

MASSES_AT_ONCE = 20_000

WIDEST_KERNEL = 1000
"""Cells of the radius of a quartic kernel at most: a worker then takes about a gigabyte."""


class DensityParameters(ChosenParameters):
    """Features around the unit's centre: points, or km of line, per 1000 km2.

    `kernel` is a disc, which counts all within `radius_m` alike, or quartic, which counts less
    what is farther off and takes a radius of a thousand cells at most.

    Parameters
    ----------
    radius_m
        Features within it count.
    kernel
        disc counts all features alike, quartic gives farther ones less weight.
    """

    radius_m: Radius = Field(examples=[10000])
    kernel: Literal["disc", "quartic"] = Field(default="disc", examples=["quartic"])

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("lines-in-pieces", pieces=PIECES_PER_RADIUS)

    def reaches(self) -> dict[str, float | None]:
        """Return the radius."""
        return {"radius_m": self.radius_m}

    def misfits(self, cell_size_m: float, /) -> dict[str, str]:
        """Return that the radius of a kernel is too many cells of a size, if it is."""
        wide = too_wide(self.radius_m, cell_size_m, most=WIDEST_KERNEL)
        return wide if self.kernel == "quartic" else {}

    def cells_beside(self) -> float:
        """Return what a piece costs; windows of the kernel, whose sums depend on them, are computed whole."""
        return np.inf if self.kernel == "quartic" else super().cells_beside()


def density(layers: Layers, units: Units, *, parameters: DensityParameters) -> FloatArray:
    """Return points, or km of line, per 1000 km2 around each centre. Shape (n,)."""
    total: NDArray[np.int64] | FloatArray
    features = chosen(layers, parameters)
    radius_m = parameters.radius_m
    if units.grid is None:
        at, weight = _masses(features, radius_m)
        total = _around(at, weight, units, parameters)
    else:
        near = units.grid.bounds.widened(radius_m + units.grid.cell_size_m)
        at, weight = _masses(features, radius_m, near)
        spread = _discs if parameters.kernel == "disc" else _convolved
        total = spread(at, weight, units.grid, radius_m).ravel()
    area_km2 = np.pi * (radius_m / 1000) ** 2
    if parameters.kernel == "quartic":
        area_km2 /= 3
    return np.asarray(1000 * total / (area_km2 * MILLION))


def _masses(
    features: Features, radius_m: float, near: Bounds | None = None
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return places and whole millionths of a point, or millimetres of line, that lie there.

    Parameters
    ----------
    features
        Points or lines, in metres.
    radius_m
        Radius of the disc in metres.
    near
        What lies outside these bounds is left out; nothing by default.
    """
    if features.dimension == 2:
        raise ModelError("kind 'density' counts points or lines, not polygons. Use kind 'share'.")
    segments = features.segments if near is None else features.segments_near(near)
    begin, end = segments.ends.swapaxes(0, 1)
    if features.dimension == 0:
        return begin, np.full(len(begin), MILLION, dtype=np.int64)
    length = np.hypot(*(end - begin).T)
    count = np.maximum(np.ceil(length / (radius_m / PIECES_PER_RADIUS)), 1).astype(np.intp)
    owner, number = ragged(np.zeros_like(count), count)
    share = (number + 0.5) / count[owner]
    middle = begin[owner] + share[:, None] * (end - begin)[owner]
    return middle, np.round(1000 * length[owner] / count[owner]).astype(np.int64)


def _near(
    at: FloatArray, weight: NDArray[np.int64], grid: Grid, radius_m: float
) -> tuple[FloatArray, NDArray[np.int64]]:
    bounds = grid.bounds.widened(radius_m)
    near = (
        (at[:, 0] >= bounds.west) & (at[:, 0] <= bounds.east)
        & (at[:, 1] >= bounds.south) & (at[:, 1] <= bounds.north)
    )  # fmt: skip
    return at[near], weight[near]


def _discs(
    at: FloatArray, weight: NDArray[np.int64], grid: Grid, radius_m: float
) -> NDArray[np.int64]:
    """Return the mass within a radius of each cell's centre: whole numbers, so exact in any order.

    Each mass is added where its disc begins in a row of cells and taken away where it ends.
    """
    at, weight = _near(at, weight, grid, radius_m)
    change = np.zeros((grid.shape[0], grid.shape[1] + 1), dtype=np.int64)
    for start in range(0, len(at), MASSES_AT_ONCE):
        some = slice(start, start + MASSES_AT_ONCE)
        _add_discs(change, at[some], weight[some], grid, radius_m)
    return np.cumsum(change, axis=1)[:, :-1]


def _add_discs(
    change: NDArray[np.int64],
    at: FloatArray,
    weight: NDArray[np.int64],
    grid: Grid,
    radius_m: float,
) -> None:
    """Add masses where their discs begin in a row of cells, and take them away where they end."""
    easting, northing = grid.axes()
    first = np.searchsorted(-northing, -(at[:, 1] + radius_m), side="left")
    last = np.searchsorted(-northing, -(at[:, 1] - radius_m), side="right")
    mass, row = ragged(first, last)
    half = np.sqrt(np.maximum(radius_m**2 - (northing[row] - at[mass, 1]) ** 2, 0.0))
    starts = np.searchsorted(easting, at[mass, 0] - half, side="left")
    stops = np.searchsorted(easting, at[mass, 0] + half, side="right")
    np.add.at(change, (row, starts), weight[mass])
    np.subtract.at(change, (row, stops), weight[mass])


def _convolved(
    at: FloatArray, weight: NDArray[np.int64], grid: Grid, radius_m: float
) -> FloatArray:
    """Return the mass around each cell weighted by the quartic kernel, masses at cell centres."""
    from scipy.signal import oaconvolve  # a second to import, and only this kernel needs it

    reach = int(np.ceil(radius_in_cells(radius_m, grid, kind="density", most=WIDEST_KERNEL)))
    wide = grid.widened(reach)
    row, column, on_grid = wide.index(at[:, 0], at[:, 1])
    mass = np.zeros(wide.shape)
    np.add.at(mass, (row[on_grid], column[on_grid]), weight[on_grid])
    step = np.arange(-reach, reach + 1) * grid.cell_size_m
    kernel = _quartic(np.hypot(step, step[:, None]) / radius_m)
    # what the transform leaves differs by the window, far below a millionth of a point
    return np.abs(np.round(oaconvolve(mass, kernel, mode="valid")))


def _around(
    at: FloatArray, weight: NDArray[np.int64], units: Units, parameters: DensityParameters
) -> FloatArray:
    """Return the mass around the centre of each polygon unit."""
    centres = np.column_stack([units.easting, units.northing])
    found = cKDTree(at).query_ball_point(centres, parameters.radius_m)
    total = np.zeros(len(units))
    for unit, near in enumerate(found):
        distance = np.hypot(*(at[near] - centres[unit]).T) / parameters.radius_m
        counted = _quartic(distance) if parameters.kernel == "quartic" else 1.0
        total[unit] = (weight[near] * counted).sum()
    return total


def _quartic(distance: FloatArray) -> FloatArray:
    """Return the quartic (biweight) kernel, 1 at the centre, 0 from 1 on."""
    return np.maximum(1 - distance**2, 0.0) ** 2


def drawn(layers: Layers, units: Units, *, parameters: DensityParameters) -> BoolArray:
    """Return whether features drawn from descriptions count at each centre. Shape (n,)."""
    features = chosen(layers, parameters)
    return drawn_near(features, units.points(), within_m=parameters.radius_m)


register_kind(
    "density",
    Kind(
        DensityParameters,
        density,
        "per 1000 km2",
        check=chosen,
        drawn=drawn,
        geometries=FEATURES,
        cell_ns=10,
    ),
)
