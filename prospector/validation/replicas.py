"""How far a score depends on which deposits and background were sampled, and whether more deposits help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from prospector.grid import FloatArray, IntArray
from prospector.validation.curves import SLACK
from prospector.validation.record import LearningPoint
from prospector.validation.sample import Folds, Sample
from prospector.validation.scoring import (
    Score,
    fit_sample,
    held_out_shares,
    learn_balanced,
    one_blas_thread,
    score_rows,
    share_below,
)

REPLICAS = 30
BACKGROUND_SHARE = 0.5
TOP = 0.10


@dataclass(frozen=True, eq=False)
class RankSpread:
    """Where rows stand among the ground, over replicas.

    Parameters
    ----------
    mean, spread
        Mean and standard deviation (ddof 1) of the share of the ground that scores below each row,
        0-1, shape (n,). NaN for a row without a score.
    top
        Share of the replicas that place the row in the best 10 % of the ground, shape (n,).
    """

    mean: FloatArray
    spread: FloatArray
    top: FloatArray


def draw_replica(
    sample: Sample, *, random: np.random.Generator, background_share: float = BACKGROUND_SHARE
) -> Sample:
    """Return as many districts drawn whole with replacement, and a share of the background without.

    A district drawn twice has its deposits twice.
    """
    labels = np.unique(sample.district)
    drawn = random.choice(labels, len(labels))
    positive = np.concatenate([np.flatnonzero(sample.district == number) for number in drawn])
    size = max(1, round(background_share * len(sample.background)))
    background = np.sort(random.permutation(len(sample.background))[:size])
    return sample.part(positive, background)


def fit_replicas(
    estimator: BaseEstimator,
    sample: Sample,
    *,
    n: int = REPLICAS,
    background_share: float = BACKGROUND_SHARE,
    random_state: int = 0,
) -> tuple[Any, ...]:
    """Return the estimator fitted to replicas of the sample, each with a seed of its own."""
    fitted = []
    for seed in np.random.SeedSequence(random_state).spawn(n):
        random = np.random.default_rng(seed)
        drawn = draw_replica(sample, random=random, background_share=background_share)
        with one_blas_thread():
            fitted.append(fit_sample(estimator, drawn))
    return tuple(fitted)


def replica_scores(replicas: Sequence[Any], evidence: FloatArray) -> FloatArray:
    """Return the score of each row by each replica, shape (n, n_replicas); NaN for missing evidence."""
    scores = np.full((len(evidence), len(replicas)), np.nan)
    known = np.isfinite(evidence).all(axis=1)
    if known.any():
        scores[known] = np.column_stack(
            [score_rows(replica, evidence[known]) for replica in replicas]
        )
    return scores


def rank_spread(
    scores: FloatArray, ground: FloatArray, *, area: FloatArray | None = None, top: float = TOP
) -> RankSpread:
    """Return the mean rank of rows, its spread, and the share of replicas in the top tenth.

    Parameters
    ----------
    scores
        `replica_scores` of the rows, shape (n, n_replicas).
    ground
        `replica_scores` of the ground that they are ranked among, shape (m, n_replicas): the
        background, or the rows themselves.
    area
        Area of each row of the ground, shape (m,); equal if left out.
    top
        Share of the ground that is the top.
    """
    if scores.shape[1] < 2:
        raise ValueError(f"A spread needs at least 2 replicas; there is {scores.shape[1]}")
    valid = np.isfinite(ground).all(axis=1)
    weight = None if area is None else area[valid]
    ranks = np.column_stack(
        [
            share_below(replica, among, weight=weight)
            for replica, among in zip(scores.T, ground[valid].T, strict=True)
        ]
    )
    ranks[~np.isfinite(scores)] = np.nan
    in_top = np.where(np.isfinite(ranks), ranks >= 1.0 - top - SLACK, np.nan)
    return RankSpread(ranks.mean(axis=1), ranks.std(axis=1, ddof=1), in_top.mean(axis=1))


def learning_curve(
    estimator: BaseEstimator,
    sample: Sample,
    folds: Folds,
    sizes: Sequence[int],
    *,
    draws: int = 10,
    random_state: int = 0,
) -> tuple[LearningPoint, ...]:
    """Return the blocked AUC against the number of deposits that train.

    The same deposits are tested at each size: in each fold, training districts are taken whole in
    random order as long as they fit. If the curve still climbs at its end, more deposits would help.

    Parameters
    ----------
    estimator
        A scikit-learn classifier; clones of it are fitted.
    sample
        Deposits and background: places in metres, evidence of shape (n, n evidence).
    folds
        Which deposits and background each fold tests.
    sizes
        Most deposits that a fold may train on. At least one district always trains.
    draws
        Random orders at each size.
    random_state
        Seed of every random draw.
    """
    seeds = np.random.SeedSequence(random_state).spawn(len(sizes))
    with one_blas_thread():
        return tuple(
            _learning_point(estimator, sample, folds, size, draws, np.random.default_rng(seed))
            for size, seed in zip(sizes, seeds, strict=True)
        )


def _learning_point(
    estimator: BaseEstimator,
    sample: Sample,
    folds: Folds,
    size: int,
    draws: int,
    random: np.random.Generator,
) -> LearningPoint:
    trained: list[int] = []
    learn_all = learn_balanced(estimator)

    def learn(training: Sample) -> Score:
        chosen = fitting_districts(training.district, size, random=random)
        trained.append(len(chosen))
        return learn_all(training.part(chosen, np.arange(len(training.background))))

    shares = [held_out_shares(sample, folds, learn)[0] for _ in range(draws)]
    if not trained:
        raise ValueError("No fold can be tested: each holds all deposits, or all or no background")
    aucs = np.nanmean(shares, axis=1)
    spread = float(aucs.std(ddof=1)) if draws > 1 else float("nan")
    return LearningPoint(
        round(float(np.mean(trained)), 1), round(float(aucs.mean()), 4), round(spread, 4)
    )


def fitting_districts(district: IntArray, size: int, *, random: np.random.Generator) -> IntArray:
    """Return indices of deposits: districts whole, in random order, as long as they fit in `size`.

    Shape (n taken,).

    The first district is taken even if it does not fit.
    """
    labels, index = np.unique(district, return_inverse=True)
    counts = np.bincount(index.reshape(-1))
    taken: list[int] = []
    total = 0
    for drawn in random.permutation(len(labels)):
        if not taken or total + counts[drawn] <= size:
            taken.append(int(drawn))
            total += int(counts[drawn])
    return np.flatnonzero(np.isin(index, taken)).astype(np.intp)
