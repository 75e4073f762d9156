"""How strong a signal must be to be demonstrated: looked up in a table that was simulated.

The table is written by tests/power.py, which says how its regions are made. Never is power taken at the
AUC that was observed: that would be the p-value again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from prospector.grid import FloatArray
from prospector.validation.power_table import ROWS
from prospector.validation.record import Power

LEAST_POWER_AUC = 0.75
"""A test that would seldom demonstrate this true AUC could not tell whether there is skill."""

STRONGEST = 0.97
"""True AUC of the strongest signal that was simulated."""


def power_of(n_deposits: int, n_districts: int, range_share: float) -> Power | None:
    """Return the least true AUC that is demonstrated in half, and in 80 %, of the trials.

    Between the rows of the table it is interpolated by ratio. More deposits than were simulated, more
    of them in a district, or evidence of a shorter range count as the nearest row that sees less. None
    for fewer deposits or districts, or a longer range, than any row has: how strong a signal must be
    is not known there.

    Parameters
    ----------
    n_deposits, n_districts
        Deposits that train, and the districts that they lie in.
    range_share
        Range of the evidence over the width of the region.

    Examples
    --------
    >>> few, many = power_of(15, 15, 0.1), power_of(80, 80, 0.1)
    >>> many.half < 0.75 < few.half
    True
    >>> power_of(100, 3, 0.1) is None
    True
    """
    axes, half, four_fifths = _table()
    least_share = axes[1][0]
    counted = min(float(n_deposits), n_districts / least_share, axes[0][-1])
    if counted < axes[0][0] or range_share > axes[2][-1]:
        return None
    asked = (counted, min(n_districts / counted, 1.0), max(range_share, axes[2][0]))
    at = np.log(np.array(asked))
    logs = tuple(np.log(axis) for axis in axes)

    def least(values: FloatArray) -> float | None:
        auc = float(
            RegularGridInterpolator(logs, values, bounds_error=False, fill_value=None)(at)[0]
        )
        return round(auc, 2) if auc <= STRONGEST else None

    return Power(least(half), least(four_fifths), round(float(range_share), 3))


@dataclass(frozen=True)
class Simulated:
    """The fewest deposits and districts, and the longest range of evidence, that were simulated."""

    deposits: int
    districts: int
    range_share: float


def simulated_range() -> Simulated:
    """Return how far the table reaches.

    Examples
    --------
    >>> simulated_range()
    Simulated(deposits=10, districts=4, range_share=0.5)
    """
    (deposits, share, ranges), _, _ = _table()
    return Simulated(int(deposits[0]), round(float(deposits[0] * share[0])), float(ranges[-1]))


@cache
def _table() -> tuple[tuple[FloatArray, ...], FloatArray, FloatArray]:
    """Return the axes, and the AUCs on their grid; 1 where the strongest signal is not enough.

    More deposits, more districts and shorter ranges see no less: what the trials say otherwise is
    their chance, and the larger AUC stands.
    """
    axes = tuple(np.unique(values) for values in zip(*(row[:3] for row in ROWS), strict=True))
    grids = [np.ones([len(axis) for axis in axes]) for _ in range(2)]
    for *place, half, four_fifths, _ in ROWS:
        at = tuple(np.searchsorted(axis, of) for axis, of in zip(axes, place, strict=True))
        grids[0][at], grids[1][at] = half or 1.0, four_fifths or 1.0
    for grid in grids:
        for axis, backwards in ((0, True), (1, True), (2, False)):
            turned = np.flip(grid, axis) if backwards else grid
            np.maximum.accumulate(turned, axis, out=turned)
    return axes, grids[0], grids[1]
