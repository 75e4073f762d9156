"""Targets with indistinguishable scores, and targets whose cells have indistinguishable scores."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from prospector.errors import Notice
from prospector.grid import FloatArray

AS_GOOD = 0.01
"""Scores that differ by less tell nothing apart."""

FEWEST, LARGE_SHARE = 3, 0.2
"""Targets as good as one another that are reported: so many, if they are such a share of all or lead."""

HUNDREDS = 100
"""Targets, or cells of a target, that are reported whatever share of all they are."""


def tie_notices(
    model: str, outlines: gpd.GeoSeries, score: FloatArray, score_max: FloatArray, cell_km2: float
) -> list[Notice]:
    """Return what the score cannot rank: targets among one another, and ground inside them.

    Parameters
    ----------
    model
        Name of the deposit model.
    outlines
        Outlines of the targets, in a CRS in metres.
    score, score_max
        Mean and highest score of each target, shape (n,).
    cell_km2
        Area of a cell; 0 where the units are polygons, each of one score.
    """
    about = {"model": model, "difference": AS_GOOD}
    notices, alike = [], most_alike(score)
    many = alike >= FEWEST and alike >= LARGE_SHARE * len(score)
    leading = alike_at_the_top(score)
    whole = {**about, "targets": len(score)}
    if many or alike >= HUNDREDS:
        notices.append(Notice("targets-alike", "caution", whole, alike))
    if leading >= FEWEST and (leading != alike or not notices):
        notices.append(Notice("best-targets-alike", "caution", whole, leading))
    if cell_km2:
        cells = np.asarray(outlines.area) / 1e6 / cell_km2
        flat = int(((score_max - score < AS_GOOD) & (cells >= HUNDREDS)).sum())
        if flat:
            notices.append(Notice("targets-flat-inside", "caution", about, flat))
    return notices


def alike_at_the_top(score: FloatArray) -> int:
    """Return how many scores lie within 0.01 of the highest, itself among them.

    Examples
    --------
    >>> alike_at_the_top(np.array([0.987, 0.984, 0.984, 0.9]))
    3
    """
    return int((score >= score.max(initial=0.0) - AS_GOOD * (1 + 1e-9)).sum())


def most_alike(score: FloatArray) -> int:
    """Return how many scores at most lie within 0.01 of one another.

    Examples
    --------
    >>> most_alike(np.array([0.91, 0.902, 0.905, 0.88, 0.7]))
    3
    """
    ordered = np.sort(score)
    reach = np.searchsorted(ordered, ordered + AS_GOOD * (1 + 1e-9), side="right")
    return int((reach - np.arange(len(ordered))).max(initial=0))
