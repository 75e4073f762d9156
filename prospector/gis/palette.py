"""One palette and one set of class breaks for map, legend and GIS styles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

COLOURS = ("#f7fcb9", "#c2e699", "#78c679", "#31a354", "#006837")
"""Yellow to green in five classes, the best the darkest: safe for colour-blind readers."""

EVIDENCE_COLOURS = ("#f7f5f0", "#cbc7be", "#98938a", "#635f58", "#2a2825")
"""Greys for an evidence laid under the targets, low to high: another ramp than theirs."""

CLASS_BREAKS = (0.0, 75.0, 90.0, 97.0, 99.0, 100.0)
"""Class breaks of the percentile: most ground in one class, the best percent in one of its own."""

CONTEXT = {
    "land": "#8c8578",
    "geology": "#7d7466",
    "intrusions": "#b0527a",
    "roads": "#7a5c3e",
    "power_lines": "#6d5f9c",
    "coast": "#4a5a68",
    "borders": "#6b6b6b",
    "trench": "#34618f",
    "faults": "#b3372f",
    "salars": "#4aa3c7",
    "basins": "#5f7d95",
    "volcanoes": "#c8542b",
    "protected": "#2f6f2f",
    "indigenous": "#8a5a00",
    "urban": "#4a4a4a",
    "water": "#1f6690",
    "military": "#8c1d40",
    "border_zone": "#5b3f99",
    "concessions": "#8a6fb0",
    "deposits": "#111111",
    "towns": "#555555",
    "ports": "#205080",
    "tailings": "#7a4f12",
    "wells": "#1b7f9c",
}
"""One colour for each role that the map draws."""

OTHERS = ("#7a5195", "#00798c", "#a05a00", "#5f6f1e", "#a23b72")
"""Colours in turn for all other roles of points and lines, and for a region's own."""

TENURE = {
    "unknown": "#c3cbd2",
    "held": "#44346b",
    "applied_for": "#9b86c4",
    "reserved": "#d9962b",
    "vacant": "#6fb3dc",
    "open": "#1d8a6b",
}
"""One colour for each class of tenure; unknown is drawn hatched as well."""

PROTECTION = {
    "protected": "#9c3f12",
    "not_protected": "#1d8a6b",
    "protection_unknown": "#c3cbd2",
}
"""One colour for each class of protection; unknown is drawn hatched as well."""

FOR, AGAINST = "#0b6e8f", "#b4541a"
"""Evidence for a target, and against it."""

INK, MUTED = "#17202a", "#586574"
"""Text, and text of less weight."""

STRENGTHS = (0.0, 0.35, 0.55, 0.7, 0.8)
"""How strongly each class covers the relief on printed pictures."""

PAPER = (222, 215, 201)
"""The relief's middle tone: what a legend shows a class over."""


def over_relief(colour: str, strength: float) -> str:
    """Return how a class looks over the relief's middle tone.

    Examples
    --------
    >>> over_relief("#440154", 0.0), over_relief("#440154", 1.0)
    ('#ded7c9', '#440154')
    """
    pairs = zip(_channels(colour), PAPER, strict=True)
    mixed = [round(above * strength + below * (1 - strength)) for above, below in pairs]
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def classed(percentile: NDArray[np.float64], *, opacity: int = 200) -> NDArray[np.uint8]:
    """Return red, green, blue and alpha, shape (4, ...), of percentiles; NaN is transparent.

    Examples
    --------
    >>> classed(np.array([10.0, 99.5, np.nan])).T.tolist()
    [[247, 252, 185, 200], [0, 104, 55, 200], [0, 0, 0, 0]]
    """
    known = np.isfinite(percentile)
    index = np.digitize(np.where(known, percentile, 0.0), CLASS_BREAKS[1:-1])
    table = np.array([[*_channels(colour), opacity] for colour in COLOURS], dtype=np.uint8)
    colours = np.where(known[..., None], table[index], 0).astype(np.uint8)
    return np.moveaxis(colours, -1, 0)


def shaded(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    """Return red, green, blue and alpha, shape (4, ...), from low to high; NaN is transparent.

    Examples
    --------
    >>> shaded(np.array([0.0, 2.0, np.nan]), 0.0, 2.0).T.tolist()
    [[247, 245, 240, 255], [42, 40, 37, 255], [0, 0, 0, 0]]
    """
    known = np.isfinite(values)
    part = (np.where(known, values, low) - low) / ((high - low) or 1.0)
    stops = np.linspace(0.0, 1.0, len(EVIDENCE_COLOURS))
    table = np.array([_channels(colour) for colour in EVIDENCE_COLOURS], dtype=float)
    bands = [np.interp(part, stops, table[:, band]).round() for band in range(3)]
    alpha = np.where(known, 255, 0)
    return np.where(known, np.stack([*bands, alpha]), 0).astype(np.uint8)
