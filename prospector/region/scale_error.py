"""How far lengths in a CRS err within a window."""

from __future__ import annotations

import math

import numpy as np
from pyproj import CRS, Proj

from prospector.grid import Bounds

FACTOR_POINTS = 21


def scale_error_percent(crs: str, window: Bounds) -> float:
    """Return how far lengths in a CRS err at most within a window, in per cent, rounded up.

    Examples
    --------
    >>> scale_error_percent("EPSG:32719", Bounds(-72.0, -25.0, -66.0, -24.0))
    0.076
    """
    longitudes, latitudes = np.meshgrid(
        np.linspace(window.west, window.east, FACTOR_POINTS),
        np.linspace(window.south, window.north, FACTOR_POINTS),
    )
    factors = Proj(CRS.from_user_input(crs)).get_factors(longitudes.ravel(), latitudes.ravel())
    scales = np.array([factors.tissot_semimajor, factors.tissot_semiminor])
    worst = 100 * float(np.nanmax(np.abs(scales[np.isfinite(scales)] - 1)))
    return math.ceil(worst * 1000) / 1000
