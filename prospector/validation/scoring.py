"""Scores of deposits unseen in training, and the shares of background below them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone

from prospector.validation.sample import FloatArray, Folds, IntArray, Sample

BOOTSTRAPS = 1000


def out_of_fold(
    estimator: BaseEstimator, sample: Sample, folds: Folds
) -> tuple[FloatArray, FloatArray]:
    """Return, for each deposit unseen in training, the share of background that scores below it.

    Ties count half. The first array compares with the background of the same fold: its mean is
    the AUC pooled within folds. The second compares with all background: the place in the region.
    Both have shape (n positive,); NaN for a fold whose training or test side is empty.
    """
    fold, background_fold = folds
    inside = np.full(len(fold), np.nan)
    everywhere = np.full(len(fold), np.nan)
    for one in np.unique(fold):
        test, test_background = fold == one, background_fold == one
        if test.all() or not test_background.any() or test_background.all():
            continue
        fitted = fit_balanced(
            estimator, sample.positive[~test], sample.background[~test_background]
        )
        scores = fitted.decision_function(sample.positive[test])
        among = fitted.decision_function(sample.background)
        inside[test] = share_below(scores, among[test_background])
        everywhere[test] = share_below(scores, among)
    return inside, everywhere


def blocked_auc(estimator: BaseEstimator, sample: Sample, folds: Folds) -> float:
    """Return the AUC pooled within folds; 0.5 where no fold could be tested."""
    inside, _ = out_of_fold(estimator, sample, folds)
    return float(np.nanmean(inside)) if np.isfinite(inside).any() else 0.5


def fit_balanced(estimator: BaseEstimator, positive: FloatArray, background: FloatArray) -> Any:
    """Return a clone fitted so that deposits and background carry equal weight."""
    evidence = np.vstack([positive, background])
    labels = np.repeat([1, 0], [len(positive), len(background)])
    half = len(labels) / 2
    weight = np.repeat(
        [half / len(positive), half / len(background)], [len(positive), len(background)]
    )
    return clone(estimator).fit(evidence, labels, sample_weight=weight)


def share_below(scores: FloatArray, among: FloatArray) -> FloatArray:
    """Return the share of `among` below each score, ties counted half.

    Examples
    --------
    >>> share_below(np.array([2.0]), np.array([1.0, 2.0, 3.0, 4.0])).tolist()
    [0.375]
    """
    ordered = np.sort(among)
    low = np.searchsorted(ordered, scores, side="left")
    high = np.searchsorted(ordered, scores, side="right")
    return np.asarray((low + high) / 2 / len(ordered), dtype=float)


def district_interval(
    values: FloatArray, district: IntArray, *, random: np.random.Generator
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean, districts drawn whole."""
    known = np.isfinite(values)
    _, index = np.unique(district[known], return_inverse=True)
    sums = np.bincount(index, weights=values[known])
    sizes = np.bincount(index)
    drawn = random.integers(0, len(sums), (BOOTSTRAPS, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)
