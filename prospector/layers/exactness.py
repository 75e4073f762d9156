"""How exact a layer is: its resolution, its positional error, what was drawn from descriptions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pyproj import CRS

from prospector.grid import BoolArray, FloatArray
from prospector.region.region_tables import LayerEntry, SourceEntry

MAP_DETAIL_M = 0.0005
"""What a printed map resolves on its paper: half a millimetre (Tobler 1987)."""

EARTH_RADIUS_M = 6_371_008.8

RATIO = re.compile(r"\b1\s*:\s*(\d{1,3}(?:[ .,'\u00a0]\d{3})+(?!\d)|\d+)\s*([MK])?\b")
TIMES = {"": 1, "K": 1_000, "M": 1_000_000}


@dataclass(frozen=True, eq=False)
class Exactness:
    """How exact each feature of a layer is; a raster counts as one feature.

    Parameters
    ----------
    tolerance_m
        How far it may lie off, shape (n,); 0 where nothing is stated.
    resolution_m
        What its layer resolves, shape (n,); 0 where nothing is stated.
    schematic
        Whether it was drawn from descriptions, shape (n,).
    """

    tolerance_m: FloatArray
    resolution_m: FloatArray
    schematic: BoolArray

    @classmethod
    def alike(
        cls, n: int, *, tolerance_m: float = 0.0, resolution_m: float = 0.0, schematic: bool = False
    ) -> Exactness:
        """Return that of `n` features which are equally exact."""
        return cls(np.full(n, tolerance_m), np.full(n, resolution_m), np.full(n, schematic))

    @classmethod
    def joined(cls, parts: list[Exactness]) -> Exactness:
        """Return that of the features of several layers, one after another."""
        return cls(
            np.concatenate([part.tolerance_m for part in parts]),
            np.concatenate([part.resolution_m for part in parts]),
            np.concatenate([part.schematic for part in parts]),
        )

    def of(self, chosen: BoolArray) -> Exactness:
        """Return that of some of the features."""
        return Exactness(
            self.tolerance_m[chosen], self.resolution_m[chosen], self.schematic[chosen]
        )

    @property
    def effective_m(self) -> FloatArray:
        """The coarser of resolution and tolerance, shape (n,); 0 where neither is stated."""
        return np.maximum(self.tolerance_m, self.resolution_m)


def stated_tolerance_m(entry: LayerEntry, source: SourceEntry | None) -> float:
    """Return how far a layer may lie off by its entry, else by its source; 0 where neither says so."""
    if entry.tolerance_m is not None:
        return entry.tolerance_m
    return 0.0 if source is None else source.tolerance_m or 0.0


def stated_resolution_m(entry: LayerEntry, source: SourceEntry | None) -> float | None:
    """Return what a layer resolves by its entry, else by the scale of its map; None if neither says so."""
    if entry.resolution_m is not None:
        return entry.resolution_m
    return None if source is None else map_resolution_m(source.scale)


def map_resolution_m(scale: str) -> float | None:
    """Return what a map of a stated scale resolves, the coarsest if there are several; None without a ratio.

    Examples
    --------
    >>> map_resolution_m("1:1,000,000; towns 1:50 000"), map_resolution_m("1:10M")
    (500.0, 5000.0)
    >>> map_resolution_m("points") is None
    True
    """
    ratios = [
        int(re.sub(r"\D", "", number)) * TIMES[times] for number, times in RATIO.findall(scale)
    ]
    return max(ratios) * MAP_DETAIL_M if ratios else None


def cell_m(width: float, height: float, crs: CRS, latitude: float) -> float:
    """Return the longer side of a raster's cells in metres; of cells in degrees at a latitude.

    Examples
    --------
    >>> round(cell_m(0.5, 0.5, CRS.from_epsg(4326), 60.0) / 1000, 1)
    55.6
    """
    unit = crs.axis_info[0].unit_conversion_factor  # metres, or radians
    width, height = width * unit, height * unit
    if crs.is_geographic:
        width *= EARTH_RADIUS_M * np.cos(np.radians(latitude))
        height *= EARTH_RADIUS_M
    return float(max(width, height))


def feature_exactness(
    features: pd.DataFrame, *, tolerance_m: float, resolution_m: float | None, schematic: bool
) -> Exactness:
    """Return that of a layer's features: by its columns `tolerance_m` and `schematic`, else as stated."""
    n, off, drawn = len(features), tolerance_m, schematic
    whole = Exactness.alike(n, tolerance_m=off, resolution_m=resolution_m or 0.0, schematic=drawn)
    metres, words = features.get("tolerance_m"), features.get("schematic")
    if metres is not None:
        own = metres.to_numpy(dtype=float)
        whole = replace(whole, tolerance_m=np.where(np.isfinite(own), own, tolerance_m))
    if words is not None:
        whole = replace(whole, schematic=words.to_numpy(dtype=bool))
    return whole
