"""Rasters: their value at a place, resampled as befits them, and what lies around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import geopandas as gpd
import numpy as np
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pydantic import Field
from pyproj import CRS, Transformer
from scipy import ndimage
from shapely.geometry import mapping

from prospector.errors import ModelError, Reason
from prospector.evidence.kind import Kind, LayerParameters, register_kind
from prospector.evidence.radius import Radius, radius_in_cells, too_wide
from prospector.grid import FloatArray, Grid, Units
from prospector.layers import Layers
from prospector.layers.rasters import RasterLayer

RASTER_CELLS = 12_000.0
"""What reading rasters for a piece of a window costs, in cells: some 1.5 ms."""

LATTICE_CELLS = 8
FINEST = 16

PLACES_ALONG = 1024
"""Places along the side of a square that are looked up at once."""

CELLS_AT_ONCE = 25_000_000
"""Cells of a raster around all polygons that are read at once; of more, each polygon's own are read."""

OUTLINES_AT_ONCE = 2_000
"""Polygons that are handed over at once: each is held as lists of numbers meanwhile."""

WIDEST_SQUARE = 2000
"""Cells of the radius of a focal statistic at most: a worker then takes one or two gigabytes."""


class SurfaceParameters(LayerParameters):
    """The value of a raster in the unit: its mean over the unit's area, or the nearest cell's class.

    `resampling` is `mean` for quantities (bilinear where the raster is coarser than the cells, else
    the mean over the cell), `circular` for directions, which come round after `period_deg`, and
    `nearest` for classes. For polygons it is the area's mean.

    Parameters
    ----------
    resampling
        mean for quantities, circular for directions, nearest for classes.
    period_deg
        Of directions: the period in degrees after which they repeat.
    """

    resampling: Literal["mean", "circular", "nearest"] = Field(default="mean", examples=["mean"])
    period_deg: Annotated[float, Field(gt=0, le=360)] = Field(default=360.0, examples=[180])

    def cells_beside(self) -> float:
        """Return what a piece costs beside its cells: the rasters around it are read and projected."""
        return RASTER_CELLS

    def accuracy(self) -> Reason:
        """Return how the raster was resampled, as a value."""
        return {
            "mean": Reason("bilinear-or-mean"),
            "circular": Reason("mean-direction"),
            "nearest": Reason("nearest-value"),
        }[self.resampling]


class FocalParameters(LayerParameters):
    """A statistic of a raster over the square of `radius_m` to each side of a cell.

    NaN where less than half of the square is known. It takes a radius of 2000 cells at most.

    Parameters
    ----------
    radius_m
        Half the side of the square.
    statistic
        Mean, spread or range of the values in it.
    """

    radius_m: Radius = Field(examples=[5000])
    statistic: Literal["mean", "spread", "range"] = Field(default="mean", examples=["range"])

    def reaches(self) -> dict[str, float | None]:
        """Return half the side of the square."""
        return {"radius_m": self.radius_m}

    def misfits(self, cell_size_m: float, /) -> dict[str, str]:
        """Return that the radius is too many cells of a size, if it is."""
        return too_wide(self.radius_m, cell_size_m, most=WIDEST_SQUARE)

    def cells_beside(self) -> float:
        """Return that windows are computed whole: running sums depend on where they begin."""
        return np.inf


class TerrainParameters(LayerParameters):
    """Form of the relief around a cell: slope, ruggedness or curvature.

    `slope` in degrees (Horn 1981), `ruggedness` in m (Riley et al. 1999: root of the summed squared
    differences to the eight neighbours), `curvature` in m per km2 (the negative Laplacian: above 0
    on ridges). The neighbours are the grid's own cells.

    Parameters
    ----------
    measure
        slope, ruggedness or curvature.
    """

    measure: Literal["slope", "ruggedness", "curvature"] = Field(examples=["slope"])

    def cells_beside(self) -> float:
        """Return what a piece costs beside its cells: the rasters around it are read and projected."""
        return RASTER_CELLS

    def unit(self) -> str:
        """Return the unit of the measure."""
        return {"slope": "degrees", "ruggedness": "m", "curvature": "m per km2"}[self.measure]


def surface(layers: Layers, units: Units, *, parameters: SurfaceParameters) -> FloatArray:
    """Return the raster's value for each unit, in the raster's unit; NaN where nodata. Shape (n,)."""
    raster = raster_of(layers, parameters.role)
    if units.grid is None:
        return _mean_inside(raster, units, parameters)
    if parameters.resampling == "nearest":
        return raster.sample(*_places(units.grid, raster, (0.5, 0.5)), nearest=True)
    if parameters.resampling == "circular":
        turn = 2 * np.pi / parameters.period_deg
        east = sampled(raster, units.grid, lambda direction: np.sin(direction * turn))
        north = sampled(raster, units.grid, lambda direction: np.cos(direction * turn))
        return np.arctan2(east, north) / turn % parameters.period_deg
    return sampled(raster, units.grid)


def raster_of(layers: Layers, role: str) -> RasterLayer:
    """Return the raster of a role."""
    raster = layers.raster(role)
    if raster is None:
        raise ModelError(
            f"No raster has the role '{role}'. Add one to region.toml.",
            Reason("no-layer", role=role),
        )
    return raster


def sampled(
    raster: RasterLayer, grid: Grid, of: Callable[[FloatArray], FloatArray] | None = None
) -> FloatArray:
    """Return the raster over each cell, of `of(values)` if given, shape (n,).

    The mean of bilinear values at k by k places of the cell, where k raster cells fit its side.
    """
    times = _finer(raster, grid)
    total = np.zeros(grid.shape)
    parts = (np.arange(times) + 0.5) / times
    for window in grid.windows(max(PLACES_ALONG // times, 1)):
        places = [
            _places(grid, raster, (row, column), window.cells) for row in parts for column in parts
        ]
        values = raster.sample(*(np.stack(axis) for axis in zip(*places, strict=True)), of=of)
        for at_offset in values:
            total[window.cells] += at_offset.reshape(window.shape)
    return np.asarray(total.ravel() / times**2)


def _finer(raster: RasterLayer, grid: Grid) -> int:
    """Return how many of the raster's cells fit the side of one of the grid's, at least 1."""
    side = raster.cell_size * (111_000.0 if raster.crs.is_geographic else 1.0)
    return int(np.clip(np.round(grid.cell_size_m / side), 1, FINEST))


def _places(
    grid: Grid,
    raster: RasterLayer,
    offset: tuple[float, float],
    part: tuple[slice, slice] = (slice(None), slice(None)),
) -> tuple[FloatArray, FloatArray]:
    """Return where cells lie in the raster's CRS, shape (n,) each; `offset` is within the cell.

    All cells, or those of a part of the rows and columns.

    Every eighth cell is projected, counted from the CRS's origin so that the cut of the region does
    not matter, and those between are interpolated: within 0.6 m on the Atacama's cells of 1 km.
    """
    rows, columns = grid.shape
    size = grid.cell_size_m
    row = np.arange(rows)[part[0]] + round(-grid.north / size, 6) + offset[0]
    column = np.arange(columns)[part[1]] + round(grid.west / size, 6) + offset[1]
    crs = CRS.from_user_input(grid.crs)
    if crs == raster.crs:
        east, north = np.meshgrid(column * size, -row * size)
        return east.ravel(), north.ravel()
    nodes = [
        np.arange(np.floor(index[0] / LATTICE_CELLS), np.floor(index[-1] / LATTICE_CELLS) + 2)
        for index in (row, column)
    ]
    step = size * LATTICE_CELLS
    across, along = np.meshgrid(nodes[1] * step, -nodes[0] * step)
    project = Transformer.from_crs(crs, raster.crs, always_xy=True).transform
    x, y = project(across, along)
    found = raster.turned(x), y
    row_at, column_at = row / LATTICE_CELLS - nodes[0][0], column / LATTICE_CELLS - nodes[1][0]
    return _between(found[0], row_at, column_at), _between(found[1], row_at, column_at)


def _between(nodes: FloatArray, row: FloatArray, column: FloatArray) -> FloatArray:
    """Return values between the nodes of a lattice at rows and columns, shape (n,)."""
    upper, left = np.floor(row).astype(np.intp), np.floor(column).astype(np.intp)
    down, right = (row - upper)[:, None], column - left
    across = nodes[:, left] + (nodes[:, left + 1] - nodes[:, left]) * right
    result = across[upper] + (across[upper + 1] - across[upper]) * down
    return np.asarray(result.ravel())


def _mean_inside(raster: RasterLayer, units: Units, parameters: SurfaceParameters) -> FloatArray:
    """Return the raster's mean over each polygon, cells weighted by the share that is covered."""
    outlines = gpd.GeoSeries(units.outlines, crs=units.crs).to_crs(raster.crs)
    middle = outlines.total_bounds[[0, 2]].mean(keepdims=True)
    outlines = outlines.translate(float((raster.turned(middle) - middle)[0]))
    circular = parameters.resampling == "circular"
    statistic = "mode" if parameters.resampling == "nearest" else "mean"
    together = raster.cells_around(*outlines.total_bounds) <= CELLS_AT_ONCE
    groups = [outlines] if together else [outlines.iloc[[place]] for place in range(len(outlines))]
    turn = 2 * np.pi / parameters.period_deg
    means = []
    for group in groups:
        values, bounds = raster.around(*group.total_bounds)
        parts = [np.sin(values * turn), np.cos(values * turn)] if circular else [values]
        means.append([_extracted(part, bounds, group, statistic) for part in parts])
    of_parts = [np.concatenate(part) for part in zip(*means, strict=True)]
    return np.arctan2(*of_parts) / turn % parameters.period_deg if circular else of_parts[0]


def _extracted(
    values: FloatArray,
    bounds: tuple[float, float, float, float],
    outlines: gpd.GeoSeries,
    statistic: str,
) -> FloatArray:
    """Return a statistic of a block of values inside each outline, NaN where none is known."""
    west, south, east, north = bounds
    source = NumPyRasterSource(values, xmin=west, xmax=east, ymin=south, ymax=north, nodata=np.nan)
    found: list[Any] = []
    for first in range(0, len(outlines), OUTLINES_AT_ONCE):
        part = outlines.iloc[first : first + OUTLINES_AT_ONCE]
        features = [{"type": "Feature", "geometry": mapping(outline)} for outline in part]
        rows = exact_extract(source, features, [statistic])
        found += [row["properties"][statistic] for row in rows]
    return np.array([np.nan if value is None else value for value in found], dtype=float)


def focal(layers: Layers, units: Units, *, parameters: FocalParameters) -> FloatArray:
    """Return a statistic of the raster around each cell. Shape (n,)."""
    grid = _grid_of(units, "focal")
    radius = radius_in_cells(parameters.radius_m, grid, kind="focal", most=WIDEST_SQUARE)
    reach = max(round(radius), 1)
    values = _wide(raster_of(layers, parameters.role), grid, reach)
    known = np.isfinite(values)
    size = 2 * reach + 1
    inner = (slice(reach, -reach), slice(reach, -reach))
    filled = np.where(known, values, 0.0)
    share = ndimage.uniform_filter(known.astype(float), size)[inner]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = ndimage.uniform_filter(filled, size)[inner] / share
    if parameters.statistic == "spread":
        centre = np.nanmean(values) if known.any() else 0.0
        return _spread(np.where(known, values - centre, 0.0), share, size, inner)
    if parameters.statistic == "range":
        low = ndimage.minimum_filter(np.where(known, values, np.inf), size)[inner]
        mean = ndimage.maximum_filter(np.where(known, values, -np.inf), size)[inner] - low
    return np.where(share >= 0.5 - 1e-9, mean, np.nan).ravel()


def _spread(
    filled: FloatArray, share: FloatArray, size: int, inner: tuple[slice, slice]
) -> FloatArray:
    """Return the standard deviation in each square."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = ndimage.uniform_filter(filled, size)[inner] / share
        square = ndimage.uniform_filter(filled**2, size)[inner] / share
    spread = np.sqrt(np.maximum(square - mean**2, 0.0))
    return np.where(share >= 0.5 - 1e-9, spread, np.nan).ravel()


def terrain(layers: Layers, units: Units, *, parameters: TerrainParameters) -> FloatArray:
    """Return the form of the relief at each cell, NaN where a neighbour is unknown. Shape (n,)."""
    grid = _grid_of(units, "terrain")
    values = _wide(raster_of(layers, parameters.role), grid, 1)
    rows, columns = grid.shape
    around = {
        (row, column): values[row : row + rows, column : column + columns]
        for row in range(3)
        for column in range(3)
    }
    return _FORMS[parameters.measure](around, grid.cell_size_m).ravel()


Around = dict[tuple[int, int], FloatArray]


def _slope(around: Around, size_m: float) -> FloatArray:
    """Return Horn's slope in degrees."""
    east = sum(w * (around[r, 2] - around[r, 0]) for r, w in enumerate((1, 2, 1))) / (8 * size_m)
    south = sum(w * (around[2, c] - around[0, c]) for c, w in enumerate((1, 2, 1))) / (8 * size_m)
    return np.degrees(np.arctan(np.hypot(east, south)))


def _ruggedness(around: Around, size_m: float) -> FloatArray:
    """Return Riley's index in metres."""
    del size_m
    return np.sqrt(sum((beside - around[1, 1]) ** 2 for beside in around.values()))


def _curvature(around: Around, size_m: float) -> FloatArray:
    """Return the negative Laplacian in m per km2."""
    beside = around[0, 1] + around[2, 1] + around[1, 0] + around[1, 2]
    return (4 * around[1, 1] - beside) / (size_m / 1000) ** 2


_FORMS = {"slope": _slope, "ruggedness": _ruggedness, "curvature": _curvature}


def _wide(raster: RasterLayer, grid: Grid, reach: int) -> FloatArray:
    """Return the raster over a grid and `reach` cells around it."""
    wide = grid.widened(reach)
    return sampled(raster, wide).reshape(wide.shape)


def _grid_of(units: Units, kind: str) -> Grid:
    if units.grid is None:
        raise ModelError(
            f"kind '{kind}' is for cells, and the model scores polygons. Choose another kind.",
            Reason("kind-for-cells", kind=kind),
        )
    return units.grid


register_kind(
    "surface", Kind(SurfaceParameters, surface, None, geometries=("raster",), cell_ns=100)
)
register_kind("focal", Kind(FocalParameters, focal, None, geometries=("raster",)))
register_kind("terrain", Kind(TerrainParameters, terrain, "", geometries=("raster",), cell_ns=120))
