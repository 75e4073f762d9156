"""Area of applicability: where evidence resembles what the model was trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from prospector.grid import FloatArray, IntArray

CHUNK_ROWS = 100_000
LOOSENESS = 3.0

ROUNDING = 1e-9
"""Values of an evidence that differ by less than so much of the largest are one value."""


@dataclass(frozen=True, eq=False)
class Applicability:
    """The dissimilarity index and its threshold (Meyer and Pebesma 2021).

    Parameters
    ----------
    mean, spread
        Mean and standard deviation (ddof 1) of each evidence in training, shape (n_evidence,); a
        spread of 1 where it has one value.
    weight
        Importance of each evidence, none below 0; 0 where it has one value in training.
    training
        Training rows, standardised and weighted, shape (n, n_evidence).
    mean_distance
        Mean distance between two training rows.
    threshold
        Largest dissimilarity that is inside.
    """

    mean: FloatArray
    spread: FloatArray
    weight: FloatArray
    training: FloatArray
    mean_distance: float
    threshold: float

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.training)

    def dissimilarity(self, evidence: FloatArray) -> FloatArray:
        """Return the distance to the nearest training row over the mean between two, shape (n,).

        0 is a training row itself; NaN where any evidence is missing.
        """
        found = np.full(len(evidence), np.nan)
        for rows, scaled in self._chunks(evidence):
            found[rows] = self._tree.query(scaled)[0] / self.mean_distance
        return found

    def inside(self, evidence: FloatArray) -> NDArray[np.bool_]:
        """Return whether each row is within the area of applicability, shape (n,); missing evidence is not.

        The same as a `dissimilarity` at most the threshold, and much faster for many training
        rows: any near row will do, so the nearest is sought only where a loose search finds none.
        """
        found = np.zeros(len(evidence), dtype=bool)
        for rows, scaled in self._chunks(evidence):
            loose = self._tree.query(scaled, eps=LOOSENESS)[0] / self.mean_distance
            near = np.asarray(loose <= self.threshold, dtype=bool)
            exact = self._tree.query(scaled[~near])[0] / self.mean_distance
            near[~near] = np.asarray(exact <= self.threshold, dtype=bool)
            found[rows] = near
        return found

    def _chunks(self, evidence: FloatArray) -> Iterator[tuple[IntArray, FloatArray]]:
        """Yield indices of rows without NaN, and the rows standardised and weighted."""
        for first in range(0, len(evidence), CHUNK_ROWS):
            rows = np.asarray(evidence[first : first + CHUNK_ROWS], dtype=float)
            known = np.flatnonzero(np.isfinite(rows).all(axis=1))
            yield first + known, (rows[known] - self.mean) / self.spread * self.weight

    def to_figures(self) -> dict[str, Any]:
        """Return it as JSON-ready figures, without its training rows, which training.csv holds."""
        return {
            "mean": self.mean.tolist(),
            "spread": self.spread.tolist(),
            "weight": self.weight.tolist(),
            "mean_distance": self.mean_distance,
            "threshold": self.threshold,
        }

    @staticmethod
    def from_figures(figures: dict[str, Any], rows: FloatArray) -> Applicability:
        """Return what `to_figures` described, of these training rows, shape (n, n_evidence)."""
        mean, spread, weight = (
            np.asarray(figures[key], dtype=float) for key in ("mean", "spread", "weight")
        )
        training = (rows - mean) / spread * weight
        return Applicability(
            mean, spread, weight, training, figures["mean_distance"], figures["threshold"]
        )


def fit_applicability(
    training: FloatArray, fold: IntArray, *, importance: FloatArray | None = None
) -> Applicability:
    """Return the area of applicability of a model trained on these rows (Meyer and Pebesma 2021).

    Parameters
    ----------
    training
        Evidence of the training rows, shape (n, n_evidence), no NaN.
    fold
        Fold of each row, shape (n,): a row's own dissimilarity is to the rows of other folds.
        The threshold is that of the upper whisker, the lesser of Q75 + 1.5 IQR and the largest.
    importance
        Weight of each evidence, shape (n_evidence,); below 0 counts as 0. Equal if left out. An
        evidence of one value in training is left out: it has no spread to be standardised by.

    Raises
    ------
    ValueError
        There is one fold only, no evidence has a weight, or all rows are alike.
    """
    if len(np.unique(fold)) < 2:
        raise ValueError("The threshold needs training rows in at least 2 folds")
    weight = np.ones(training.shape[1]) if importance is None else np.maximum(importance, 0.0)
    if not (weight > 0).any():
        raise ValueError("No evidence has an importance above 0: leave importance out")
    flat = unvarying(training)
    if flat.all():
        raise ValueError("All training rows have the same evidence: nothing can be dissimilar")
    weight = np.where(flat, 0.0, weight)
    if not weight.any():
        raise ValueError("No evidence that varies has an importance above 0: leave importance out")
    mean, spread = training.mean(axis=0), training.std(axis=0, ddof=1)
    spread = np.where(flat, 1.0, spread)
    rows = (training - mean) / spread * weight
    mean_distance = _mean_distance(rows)
    if mean_distance == 0:
        raise ValueError("All training rows have the same evidence: nothing can be dissimilar")
    apart = _across_folds(rows, fold) / mean_distance
    low, high = np.quantile(apart, [0.25, 0.75])
    threshold = float(min(high + 1.5 * (high - low), apart.max()))
    return Applicability(mean, spread, weight, rows, mean_distance, threshold)


def unvarying(training: FloatArray) -> NDArray[np.bool_]:
    """Return which evidence has one value in all training rows, but for rounding. Shape (n_evidence,).

    Examples
    --------
    >>> unvarying(np.array([[558.0, 1.0, 0.0], [558.0, 2.0, 0.0]])).tolist()
    [True, False, True]
    """
    largest = np.abs(training).max(axis=0)
    return np.asarray(np.ptp(training, axis=0) <= ROUNDING * largest, dtype=bool)


def _across_folds(rows: FloatArray, fold: IntArray) -> FloatArray:
    """Return the distance of each row to the nearest one of another fold."""
    apart = np.empty(len(rows))
    for held_out in np.unique(fold):
        apart[fold == held_out] = cKDTree(rows[fold != held_out]).query(rows[fold == held_out])[0]
    return apart


def _mean_distance(rows: FloatArray, chunk: int = 500) -> float:
    """Return the mean distance over all pairs of rows, in chunks."""
    total = 0.0
    for first in range(0, len(rows), chunk):
        part = rows[first : first + chunk]
        total += float(cdist(part, part).sum()) / 2
        total += float(cdist(part, rows[first + chunk :]).sum())
    return total / (len(rows) * (len(rows) - 1) / 2)
