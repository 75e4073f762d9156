"""Detect degrees with a wrong sign or order: far-off features that would then lie in the region."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from prospector.errors import Reason
from prospector.grid import BoolArray, Bounds, FloatArray, Grid
from prospector.layers.crs import bounds_in


@dataclass(frozen=True)
class Turn:
    """A way in which degrees may be wrong.

    Parameters
    ----------
    how
        What is to be turned, as notices say it.
    remedy
        The same for an error.
    across, along
        What longitude and latitude are to be multiplied by.
    exchanged
        Whether one stands in the place of the other.
    """

    how: Reason
    remedy: str
    across: float = 1.0
    along: float = 1.0
    exchanged: bool = False

    def of(self, at: FloatArray) -> FloatArray:
        """Return turned degrees, shape (n, 2)."""
        return np.asarray((at[:, ::-1] if self.exchanged else at) * [self.across, self.along])


TURNS = (
    Turn(Reason("longitude-of-other-sign"), "with the other sign of its longitudes", across=-1.0),
    Turn(Reason("latitude-of-other-sign"), "with the other sign of its latitudes", along=-1.0),
    Turn(
        Reason("both-of-other-sign"),
        "with the other sign of its longitudes and latitudes",
        across=-1.0,
        along=-1.0,
    ),
    Turn(Reason("degrees-in-other-order"), "with longitude and latitude exchanged", exchanged=True),
)


def turned_into(features: gpd.GeoDataFrame, grid: Grid) -> tuple[Turn | None, int]:
    """Return which turn brings most features into the region, and how many; None where none does.

    Parameters
    ----------
    features
        Those that lie off the region, in any CRS: only degrees are tried.
    grid
        The region's cells.
    """
    window = bounds_in(features.crs, grid.bounds, grid) if features.crs.is_geographic else None
    if window is None or features.empty:
        return None, 0
    west, south, east, north = features.bounds.to_numpy(float).T
    middle = np.column_stack([(west + east) / 2, (south + north) / 2])
    counts = [int(_inside(turn.of(middle), window).sum()) for turn in TURNS]
    most = max(counts)
    return (TURNS[counts.index(most)], most) if most else (None, 0)


def _inside(at: FloatArray, window: Bounds) -> BoolArray:
    longitude, latitude = at.T
    return np.asarray(
        (longitude >= window.west) & (longitude <= window.east)
        & (latitude >= window.south) & (latitude <= window.north)
    )  # fmt: skip
