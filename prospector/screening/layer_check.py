"""Results of `check` for layers and evidence: range, coverage, resolution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from pyproj import Transformer

from prospector.evidence import readable_layers
from prospector.evidence.origin import origin_of
from prospector.evidence.surface import SurfaceParameters
from prospector.grid import BoolArray, FloatArray, Grid, cells
from prospector.ground.application import Column
from prospector.ground.own_places import computed
from prospector.ground.spread import sampled_windows
from prospector.layers import AnyLayer, Layers
from prospector.layers.rasters import RasterLayer

DEGREE_M = 111_195.0
"""Length of a degree of latitude in metres."""

READ_CELLS = 4_000_000
"""A raster of no more cells in the region gives its exact range; a larger one that of a sample."""


@dataclass(frozen=True)
class Range:
    """The values of a quantity in the region; None where there is none.

    Parameters
    ----------
    cover
        Share of the region, or of the units, that has a value.
    """

    low: float
    median: float
    high: float
    cover: float

    @classmethod
    def of(cls, values: FloatArray, cover: float | None = None) -> Range | None:
        """Return the range of values, NaN where there is none.

        Examples
        --------
        >>> Range.of(np.array([3.0, np.nan, 1.0, 2.0]))
        Range(low=1.0, median=2.0, high=3.0, cover=0.75)
        """
        known = values[np.isfinite(values)]
        if not len(known):
            return None
        share = len(known) / len(values) if cover is None else cover
        low, median, high = (float(value) for value in np.quantile(known, [0, 0.5, 1]))
        return cls(low, median, high, share)


@dataclass(frozen=True)
class LayerCheck:
    """A layer: how large it is, and of a raster its range.

    Parameters
    ----------
    size
        Number of features, or rows and columns.
    range
        Of a raster; None for features, and for a raster that has no value in the region.
    resolution_m
        Size of a raster's cells, or the tolerance that is stated; None where neither is known.
    """

    name: str
    role: str
    size: tuple[int, ...]
    schematic: bool
    partly_schematic: bool
    unit: str
    range: Range | None
    resolution_m: float | None

    @property
    def is_raster(self) -> bool:
        """Whether it has cells."""
        return len(self.size) == 2


@dataclass(frozen=True)
class EvidenceCheck:
    """An evidence of a deposit model at a sample of its units; see `LayerCheck`.

    Parameters
    ----------
    layers
        Names of the layers that it reads.
    """

    name: str
    label: str
    unit: str
    range: Range | None
    resolution_m: float | None
    layers: tuple[str, ...] = ()


def check_layer(layer: AnyLayer, grid: Grid) -> LayerCheck:
    """Return what there is to say of a layer."""
    found = _range(layer, grid) if isinstance(layer, RasterLayer) else None
    return LayerCheck(
        layer.name, layer.role, layer.shape, layer.schematic,
        layer.schematic and not layer.exactness.schematic.all(), layer.entry.unit, found,
        layer.resolution_m if isinstance(layer, RasterLayer) else layer.tolerance_m,
    )  # fmt: skip


def check_evidence(
    columns: Sequence[Column],
    values: FloatArray,
    covers: Sequence[float],
    evenly: BoolArray,
    layers: Layers,
) -> tuple[EvidenceCheck, ...]:
    """Return what there is to say of each evidence, given its values at units, (n units, n evidence).

    Parameters
    ----------
    columns
        Evidence, in the order of the deposit model.
    values
        At units spread over the ground, each evidence in its unit.
    covers
        Share of the ground that has each.
    evenly
        Which units are spread evenly over the ground: their median is that of the ground.
    layers
        The layers as read.
    """
    return tuple(
        EvidenceCheck(
            column.name,
            column.entry.label,
            column.unit,
            _with_median(Range.of(of_column, cover), of_column[evenly]),
            origin_of(column.entry.kind, layers, parameters=column.parameters).resolution_m,
            tuple(
                layer.name
                for layer in readable_layers(column.entry.kind, layers, column.parameters).items
            ),
        )
        for column, of_column, cover in zip(columns, values.T, covers, strict=True)
    )


def _with_median(found: Range | None, values: FloatArray) -> Range | None:
    """Return a range with the median of some values, where any of them is known."""
    if found is None or not np.isfinite(values).any():
        return found
    return replace(found, median=float(np.nanmedian(values)))


def _range(layer: RasterLayer, grid: Grid) -> Range | None:
    """Return the range of a raster in the region, and the share of the region that it covers."""
    only = Layers(grid.crs, (layer,))
    nearest = SurfaceParameters(role=layer.role, resampling="nearest")
    windows = sampled_windows(grid)
    parts = [computed("surface", only, cells(grid.part(window)), nearest) for window, _ in windows]
    known = [
        weight * np.isfinite(part).sum() for part, (_, weight) in zip(parts, windows, strict=True)
    ]
    sampled = np.concatenate(parts)
    cover = min(float(sum(known)) / (grid.shape[0] * grid.shape[1]), 1.0)
    block = _inside(layer, grid)
    return Range.of(sampled if block is None or not cover else block, cover)


def _inside(layer: RasterLayer, grid: Grid) -> FloatArray | None:
    """Return the values of a raster's cells whose centres lie in the region; None where they are many."""
    to_layer = Transformer.from_crs(grid.crs, layer.crs, always_xy=True)
    west, south, east, north = to_layer.transform_bounds(*grid.bounds.as_tuple())
    column = np.flatnonzero((layer.columns_at >= west) & (layer.columns_at <= east))
    row = np.flatnonzero((layer.rows_at >= south) & (layer.rows_at <= north))
    if not len(row) or not len(column) or len(row) * len(column) > READ_CELLS:
        return None
    block = np.asarray(layer.values[row[0] : row[-1] + 1, column[0] : column[-1] + 1])
    across, along = np.meshgrid(layer.columns_at[column], layer.rows_at[row])
    project = Transformer.from_crs(layer.crs, grid.crs, always_xy=True).transform
    _, _, on_grid = grid.index(*project(across, along))
    return block[on_grid] if on_grid.any() else None
