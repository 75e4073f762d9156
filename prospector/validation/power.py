"""How strong a signal must be to be demonstrated: looked up in a table that was simulated.

The table is written by tests/power.py, which says how its regions are made. Never is power taken at the
AUC that was observed: that would be the p-value again.
"""

from __future__ import annotations

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


def power_of(n_deposits: int, n_districts: int, range_share: float) -> Power:
    """Return the least true AUC that is demonstrated in half, and in 80 %, of the trials.

    Between the rows of the table it is interpolated by ratio; beyond them the nearest row stands.

    Parameters
    ----------
    n_deposits, n_districts
        Deposits that train, and the districts that they lie in.
    range_share
        Range of the evidence over the width of the region.

    Examples
    --------
    >>> few, many = power_of(12, 12, 0.1), power_of(160, 160, 0.1)
    >>> many.four_fifths < 0.75 < few.four_fifths
    True
    """
    axes, half, four_fifths = _table()
    asked = np.array([n_deposits, n_districts / n_deposits, range_share])
    at = np.log([np.clip(value, *axis[[0, -1]]) for value, axis in zip(asked, axes, strict=True)])
    logs = tuple(np.log(axis) for axis in axes)

    def least(values: FloatArray) -> float | None:
        auc = float(RegularGridInterpolator(logs, values)(at)[0])
        return round(auc, 2) if auc <= STRONGEST else None

    return Power(least(half), least(four_fifths), round(float(range_share), 3))


@cache
def _table() -> tuple[tuple[FloatArray, ...], FloatArray, FloatArray]:
    """Return the axes, and the AUCs on their grid; 1 where the strongest signal is not enough."""
    axes = tuple(np.unique(values) for values in zip(*(row[:3] for row in ROWS), strict=True))
    half, four_fifths = (np.ones([len(axis) for axis in axes]) for _ in range(2))
    for *place, least_half, least_four_fifths, _ in ROWS:
        at = tuple(np.searchsorted(axis, of) for axis, of in zip(axes, place, strict=True))
        half[at] = least_half or 1.0
        four_fifths[at] = least_four_fifths or 1.0
    return axes, half, four_fifths
