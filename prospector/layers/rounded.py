"""Detect coordinates that were rounded to tenths of a degree or to kilometres."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from prospector.grid import FloatArray

DEGREE_STEPS, METRE_STEPS = (1.0, 0.1), (100_000.0, 10_000.0, 1_000.0)
METRES_A_DEGREE = 111_320.0
FEWEST = 8
"""Fewer places may be round by chance."""

ROLES = ("deposits", "geochemistry", "dated_samples", "domes")
"""Roles whose points decide what is learned or measured."""


def rounded_to_m(features: gpd.GeoDataFrame) -> float:
    """Return the step in metres to which both coordinates of all points are rounded; 0 for none.

    Examples
    --------
    >>> at = [-69.1, -69.2, -69.3, -69.4, -69.5, -69.6, -69.7, -68.8]
    >>> towns = gpd.GeoDataFrame(geometry=gpd.points_from_xy(at, [-24.1] * 8), crs="EPSG:4326")
    >>> rounded_to_m(towns), rounded_to_m(towns.translate(0.01, 0).to_frame("geometry"))
    (11132.0, 0.0)
    """
    at = np.unique(shapely.get_coordinates(features.geometry.to_numpy()), axis=0)
    if len(at) < FEWEST:
        return 0.0
    degrees = features.crs.is_geographic
    step = min(_step(axis, DEGREE_STEPS if degrees else METRE_STEPS) for axis in at.T)
    return step * (METRES_A_DEGREE if degrees else 1.0)


def _step(values: FloatArray, steps: tuple[float, ...]) -> float:
    """Return the largest step of which all values are multiples, within rounding; 0 for none."""
    multiples = ((step, values / step) for step in steps)
    return next((step for step, of in multiples if np.abs(of - np.round(of)).max() < 1e-6), 0.0)
