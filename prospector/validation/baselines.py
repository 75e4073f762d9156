"""Baselines that a model must beat in the same folds: distance to deposits, one evidence layer, area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree
from sklearn.base import BaseEstimator

from prospector.grid import FloatArray
from prospector.validation.intervals import district_interval, gain_interval
from prospector.validation.layout import Layout
from prospector.validation.record import BLOCKS, Baseline, Figure
from prospector.validation.sample import Sample
from prospector.validation.scoring import (
    Score,
    fit_sample,
    held_out_shares,
    learn_balanced,
    mean_known,
    one_blas_thread,
    score_rows,
    share_below,
)

TO_BEAT = ("distance to known deposits", "best single evidence")
"""The baselines that say something: a model that beats neither adds nothing to them."""


def compare_baselines(estimator: BaseEstimator, layout: Layout) -> tuple[Baseline, ...]:
    """Return the model and its baselines in the same splits, averaged deposit by deposit.

    Of one evidence alone the best single one is the model itself, and is left out.
    """
    chosen: list[int] = []
    rules: dict[str, Callable[[Sample], Score]] = {
        "model": learn_balanced(estimator),
        "distance to known deposits": learn_distance,
    }
    if layout.samples[0].positive.shape[1] > 1:
        rules["best single evidence"] = learn_best_single(estimator, chosen=chosen)
    with one_blas_thread():
        shares = {name: _shares(layout, rule) for name, rule in rules.items()}
    shares["area alone"] = np.where(np.isfinite(shares["model"]), 0.5, np.nan)
    counts = {"best single evidence": _most_chosen(chosen)}
    return tuple(
        _standing(name, share, shares["model"], layout.samples[0], counts.get(name, ()))
        for name, share in shares.items()
    )


def _shares(layout: Layout, learn: Callable[[Sample], Score]) -> FloatArray:
    """Return each deposit's share below within its fold, averaged over the splits that test it."""
    pairs = zip(layout.samples, layout.splits, strict=True)
    return mean_known([held_out_shares(sample, folds, learn)[0] for sample, folds in pairs])


def learn_distance(sample: Sample) -> Score:
    """Return a score by nearness to the deposits of a sample, whatever the evidence."""
    tree = cKDTree(sample.positive_at)
    return lambda evidence, at: -np.asarray(tree.query(at)[0], dtype=float)  # noqa: ARG005


def learn_best_single(
    estimator: BaseEstimator, *, chosen: list[int] | None = None
) -> Callable[[Sample], Score]:
    """Return what `hold_out` asks for: the estimator on the one evidence best in training.

    The choice is made on training rows alone; one made on the rows tested would flatter. Columns
    chosen are appended to `chosen`.
    """

    def learn(sample: Sample) -> Score:
        fits = [
            fit_sample(estimator, sample.with_columns([column]))
            for column in range(sample.positive.shape[1])
        ]
        aucs = [
            share_below(
                score_rows(fitted, sample.positive[:, [column]]),
                score_rows(fitted, sample.background[:, [column]]),
            ).mean()
            for column, fitted in enumerate(fits)
        ]
        best = int(np.argmax(aucs))
        if chosen is not None:
            chosen.append(best)
        return lambda evidence, at: score_rows(fits[best], evidence[:, [best]])  # noqa: ARG005

    return learn


def _most_chosen(chosen: list[int]) -> tuple[tuple[int, int], ...]:
    """Return the columns chosen, with in how many folds, most often first.

    Examples
    --------
    >>> _most_chosen([2, 0, 2])
    ((2, 2), (0, 1))
    """
    return tuple(sorted(Counter(chosen).items(), key=lambda pair: (-pair[1], pair[0])))


def _standing(
    name: str,
    share: FloatArray,
    model: FloatArray,
    sample: Sample,
    chosen: tuple[tuple[int, int], ...],
) -> Baseline:
    gain = model - share
    return Baseline(
        name,
        Figure(
            round(float(np.nanmean(share)), 4), BLOCKS, district_interval(share, sample.district)
        ),
        round(float(np.nanmean(gain)), 4),
        gain_interval(gain, sample.district),
        chosen,
    )
