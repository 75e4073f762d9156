"""Scores as whole steps, and how often each occurs: what percentiles and thresholds come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prospector.grid import FloatArray, WholeArray

Steps = NDArray[np.int16]

STEPS = 10_000
"""A score is a whole number of ten-thousandths, so that last bits decide nothing."""

STEP_DECIMALS = 3
"""Of a step, as scores are compared: those of a raster of 32-bit floats are off by up to 0.0003 steps."""

NO_SCORE = -1


def score_steps(score: FloatArray) -> Steps:
    """Return a score in ten-thousandths, -1 where there is none, of the shape of the score.

    Examples
    --------
    >>> score_steps(np.array([0.25, 1.0, np.nan])).tolist()
    [2500, 10000, -1]
    """
    known = np.isfinite(score)
    return np.where(known, np.rint(np.where(known, score, 0.0) * STEPS), NO_SCORE).astype(np.int16)


def score_of(steps: NDArray[np.integer]) -> FloatArray:
    """Return the scores of whole steps, NaN where there is none, of the shape of the steps."""
    return np.where(steps >= 0, steps / STEPS, np.nan)


def odds_of_steps(steps: NDArray[np.integer]) -> FloatArray:
    """Return the odds of scores in whole steps; a score of 1 counts as half a step less.

    Of the shape of the steps.

    Examples
    --------
    >>> odds_of_steps(np.array([0, 5000, 7500, 10000])).tolist()
    [0.0, 1.0, 3.0, 19999.0]
    """
    score = np.minimum(steps / STEPS, 1 - 0.5 / STEPS)
    return np.asarray(np.round(score / (1.0 - score), 6))


def count_steps(steps: NDArray[np.integer]) -> WholeArray:
    """Return how many units have each ten-thousandth of score, shape (10001,)."""
    return np.bincount(steps[steps >= 0], minlength=STEPS + 1).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Distribution:
    """How many units have each score.

    Parameters
    ----------
    counts
        Units with each ten-thousandth of score, shape (10001,).
    """

    counts: WholeArray

    @property
    def total(self) -> int:
        """Number of scored units."""
        return int(self.counts.sum())

    def percentile(self, score: FloatArray) -> FloatArray:
        """Return the percentile (0-100) of each score among all units, ties at mid-rank, NaN for NaN.

        Of the shape of the scores.

        Examples
        --------
        >>> two = Distribution(count_steps(score_steps(np.array([0.1, np.nan, 0.3]))))
        >>> two.percentile(np.array([0.1, 0.2, np.nan])).tolist()
        [25.0, 50.0, nan]
        """
        known = np.isfinite(score)
        at = np.round(np.where(known, score, 0.0) * STEPS, STEP_DECIMALS)
        low, high = np.ceil(at).astype(int), np.floor(at).astype(int) + 1
        below = np.concatenate([[0], np.cumsum(self.counts)])
        middle = (below[low] + below[high]) / 2
        return np.where(known, middle / max(self.total, 1) * 100, np.nan)

    def thresholds(self, levels: Sequence[float]) -> tuple[int, ...]:
        """Return the step from which on a unit reaches each percentile, lowest first, each once.

        A level that no unit reaches is step 10001.
        """
        there = np.flatnonzero(self.counts)
        place = self.percentile(there / STEPS)
        steps = np.append(there, STEPS + 1)
        found = steps[np.searchsorted(place, sorted(levels), side="left")]
        return tuple(dict.fromkeys(found.tolist()))
