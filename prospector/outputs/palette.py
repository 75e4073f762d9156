"""One palette and one set of class breaks for map, legend and GIS styles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

COLOURS = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")
"""Viridis in five classes, low to high: safe for colour-blind readers."""

TARGET_BREAKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Class breaks of the score, 0-1."""

CONTEXT = {
    "coast": "#4a5a68",
    "borders": "#6b6b6b",
    "trench": "#34618f",
    "faults": "#b3372f",
    "salars": "#4aa3c7",
    "volcanoes": "#c8542b",
    "protected": "#3b7d3b",
    "concessions": "#8a6fb0",
    "deposits": "#111111",
    "towns": "#555555",
    "ports": "#205080",
}
"""One colour for each role that the map draws."""


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def ramp(share: NDArray[np.float64], *, opacity: int = 200) -> NDArray[np.uint8]:
    """Return red, green, blue and alpha, shape (4, ...), of values 0-1; NaN is transparent.

    Examples
    --------
    >>> ramp(np.array([0.0, np.nan]))[:, 0].tolist(), ramp(np.array([np.nan]))[3].tolist()
    ([68, 1, 84, 200], [0])
    """
    stops = np.linspace(0, 1, len(COLOURS))
    table = np.array([_channels(colour) for colour in COLOURS], dtype=float)
    known = np.isfinite(share)
    at = np.clip(np.where(known, share, 0.0), 0.0, 1.0)
    bands = [np.interp(at, stops, table[:, channel]) for channel in range(3)]
    alpha = np.where(known, float(opacity), 0.0)
    return np.stack([*bands, alpha]).round().astype(np.uint8)
