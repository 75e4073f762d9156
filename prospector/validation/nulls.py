"""Nulls: the same pipeline where evidence and deposits have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

import numpy as np
from sklearn.base import BaseEstimator

from prospector.compute.engine import Workers
from prospector.grid import FloatArray
from prospector.options import Done
from prospector.validation.record import Figure, Interval, Null
from prospector.validation.sample import Folds, Sample
from prospector.validation.scoring import one_blas_thread
from prospector.validation.shifting import shift
from prospector.validation.sizes import field_lengths
from prospector.validation.unseen import Reached, together, unseen

Seed = np.random.SeedSequence

SMOOTH, SHIFTED = "smooth random fields", "shifted deposits"
"""The two nulls."""

MOST_DROPPED = 0.5
"""A shift that leaves more of the deposits off the ground is no longer their pattern."""

MODES = 200
VARIOGRAM_POINTS = 700


class Divide(Protocol):
    """What makes folds of a sample."""

    def __call__(self, sample: Sample, /, *, random: np.random.Generator) -> Folds:
        """Return the fold of each deposit and of each background place."""


def correlation_lengths(sample: Sample, *, random: np.random.Generator) -> FloatArray:
    """Return the length (m) of the Matern 3/2 model nearest each evidence's variogram, shape (n evidence,).

    Lengths tried are those of `field_lengths`; an evidence with a trend across the region lands at the
    longest, the region's width.
    """
    count = min(VARIOGRAM_POINTS, len(sample.background))
    drawn = random.permutation(len(sample.background))[:count]
    at, evidence = sample.background_at[drawn], sample.background[drawn]
    first, second = np.triu_indices(count, 1)
    lag = np.hypot(*(at[first] - at[second]).T)
    edges = np.linspace(0, np.quantile(lag, 0.5), 16)
    bin_of = np.digitize(lag, edges) - 1
    keep = bin_of < len(edges) - 1
    size = np.maximum(np.bincount(bin_of[keep], minlength=len(edges) - 1), 1)
    middle = (edges[:-1] + edges[1:]) / 2
    tried = field_lengths(sample)
    model = np.sqrt(3) * middle / tried[:, None]
    gamma = 1 - (1 + model) * np.exp(-model)
    lengths = []
    for column in evidence.T:
        half_square = 0.5 * (column[first] - column[second])[keep] ** 2
        empirical = np.bincount(bin_of[keep], weights=half_square, minlength=len(size)) / size
        scale = (gamma @ empirical) / (gamma**2).sum(axis=1)
        misfit = ((scale[:, None] * gamma - empirical) ** 2).sum(axis=1)
        lengths.append(tried[int(np.argmin(misfit))])
    return np.asarray(lengths)


def smooth_field(at: FloatArray, length_m: float, *, random: np.random.Generator) -> FloatArray:
    """Return one Gaussian random field of Matern 3/2 covariance at places, shape (n,).

    A sum of 200 random cosines drawn from the covariance's spectrum (Rahimi and Recht 2007).
    """
    spread = np.sqrt(random.chisquare(3.0, MODES) / 3.0)
    wave = random.standard_normal((2, MODES)) / (length_m * spread)
    phase = random.uniform(0, 2 * np.pi, MODES)
    centred = at - at.mean(axis=0)
    angle = (centred @ wave + phase).astype(np.float32)
    return np.asarray(np.cos(angle).sum(axis=1) * np.sqrt(2 / MODES), dtype=float)


def _smooth_null(
    estimator: BaseEstimator, lengths_m: FloatArray, sample: Sample, folds: Folds, seed: Seed
) -> Reached:
    random = np.random.default_rng(seed)
    at = np.vstack([sample.positive_at, sample.background_at])
    fields = np.column_stack([smooth_field(at, length_m, random=random) for length_m in lengths_m])
    n = len(sample.positive)
    noise = sample.with_evidence(fields[:n], fields[n:])
    return unseen(estimator, [noise], [folds]).reached


def _shifted_null(estimator: BaseEstimator, divide: Divide, sample: Sample, seed: Seed) -> Reached:
    random = np.random.default_rng(seed)
    moved = shift(sample, random=random)
    reached = unseen(estimator, [moved.sample], [divide(moved.sample, random=random)]).reached
    return replace(reached, alone=moved.alone, dropped=moved.dropped)


def p_value(real: float, null: FloatArray) -> float:
    """Return (1 + replicates at least as high) / (n + 1).

    Examples
    --------
    >>> p_value(0.9, np.array([0.5, 0.6, 0.95]))
    0.5
    """
    return float((1 + (null >= real).sum()) / (len(null) + 1))


@dataclass(frozen=True, eq=False)
class _Replicate:
    """One replicate of a null: what it is made of, and its seed."""

    make: Callable[[Seed], Reached]
    seed: Seed


def _replicate(task: _Replicate) -> Reached:
    with one_blas_thread():
        return task.make(task.seed)


def null_figures(
    estimator: BaseEstimator,
    samples: Sequence[Sample],
    splits: Sequence[Folds],
    divide: Divide,
    n_null: int,
    random_state: int,
    *,
    workers: Workers,
    done: Done | None,
) -> dict[str, Reached]:
    """Return what is reached under both nulls, a row a replicate with a seed of its own.

    Parameters
    ----------
    estimator
        A scikit-learn classifier; clones of it are fitted.
    samples, splits
        Draws of the background, each with its folds: replicates take them in turn, so that a null
        holds the chance of the draw too.
    divide
        What makes folds of deposits that were shifted.
    n_null
        Replicates of each null.
    random_state
        Seed of every random draw.
    workers
        Processes that share the work.
    done
        Called after each replicate.
    """
    lengths = correlation_lengths(samples[0], random=np.random.default_rng(random_state))
    smooth, shifted = np.random.SeedSequence(random_state).spawn(2)
    on_fields = [
        partial(_smooth_null, estimator, lengths, *drawn)
        for drawn in zip(samples, splits, strict=True)
    ]
    on_shifted = [partial(_shifted_null, estimator, divide, sample) for sample in samples]
    tasks = [
        _Replicate(makes[number % len(makes)], seed)
        for makes, seeds in ((on_fields, smooth), (on_shifted, shifted))
        for number, seed in enumerate(seeds.spawn(n_null))
    ]
    rows: list[Any] = [None] * len(tasks)
    workers.run(_replicate, tasks, take=rows.__setitem__, done=done)
    return {SMOOTH: together(rows[:n_null]), SHIFTED: together(rows[n_null:])}


def usable_shifts(dropped: FloatArray) -> int:
    """Return how many shifts left at least half of the deposits on the ground.

    Parameters
    ----------
    dropped
        Share of the deposits that each shift left off the ground.

    Examples
    --------
    >>> usable_shifts(np.array([0.0, 0.5, 0.6]))
    2
    """
    return int((dropped <= MOST_DROPPED).sum())


def figure_beside(
    auc: float, split: str, interval: Interval, nulls: Mapping[str, Reached]
) -> tuple[Figure, tuple[Null, ...]]:
    """Return an AUC beside the nulls that could be computed, and every null, as records.

    The 95th percentile is the greatest of the nulls, the mean and the p are those of the deciding one.
    """
    each = tuple(_record(auc, kind, null) for kind, null in nulls.items())
    decides = deciding(each)
    p95 = max(float(np.quantile(nulls[null.kind].auc, 0.95)) for null in each if null.computed)
    figure = Figure(
        round(auc, 4), split, interval, round(p95, 4), decides.p, len(decides.aucs), decides.mean
    )
    return figure, each


def deciding(each: Sequence[Null]) -> Null:
    """Return the null with the larger p, of equal ones that of the greater 95th percentile."""
    computed = [null for null in each if null.computed]
    return max(computed, key=lambda null: (null.p, float(np.quantile(null.aucs, 0.95))))


def _record(auc: float, kind: str, null: Reached) -> Null:
    usable = usable_shifts(null.dropped) if kind == SHIFTED else None
    return Null(
        kind,
        round(float(np.mean(null.auc)), 4),
        round(p_value(auc, null.auc), 4),
        tuple(np.sort(null.auc).round(4).tolist()),
        round(float(np.mean(null.alone)), 4),
        round(float(np.mean(null.dropped)), 4),
        usable,
    )
