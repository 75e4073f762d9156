"""Nulls: the same pipeline where evidence and deposits have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.spatial import cKDTree
from sklearn.base import BaseEstimator

from prospector.engine import Done, Workers
from prospector.validation.folds import spatial_folds
from prospector.validation.sample import FloatArray, Folds, Sample
from prospector.validation.scoring import blocked_auc, one_blas_thread

Progress = Callable[[str, int, int], None]

MODES = 200
LENGTHS_M = np.geomspace(10_000.0, 400_000.0, 12)
VARIOGRAM_POINTS = 700


def correlation_lengths(sample: Sample, *, random: np.random.Generator) -> FloatArray:
    """Return, for each evidence, the length (m) of the Matern 3/2 model nearest its variogram.

    An evidence with a trend across the region lands at the longest length tried (400 km).
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
    model = np.sqrt(3) * middle / LENGTHS_M[:, None]
    gamma = 1 - (1 + model) * np.exp(-model)
    lengths = []
    for column in evidence.T:
        half_square = 0.5 * (column[first] - column[second])[keep] ** 2
        empirical = np.bincount(bin_of[keep], weights=half_square, minlength=len(size)) / size
        scale = (gamma @ empirical) / (gamma**2).sum(axis=1)
        misfit = ((scale[:, None] * gamma - empirical) ** 2).sum(axis=1)
        lengths.append(LENGTHS_M[int(np.argmin(misfit))])
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
    estimator: BaseEstimator,
    sample: Sample,
    lengths_m: FloatArray,
    folds: Folds,
    seed: np.random.SeedSequence,
) -> float:
    random = np.random.default_rng(seed)
    at = np.vstack([sample.positive_at, sample.background_at])
    fields = np.column_stack([smooth_field(at, one, random=random) for one in lengths_m])
    n = len(sample.positive)
    return blocked_auc(estimator, sample.with_evidence(fields[:n], fields[n:]), folds)


def shifted_deposits(sample: Sample, *, random: np.random.Generator) -> Sample:
    """Return the pattern of deposits moved as a whole, torus-wise, perhaps mirrored, to sample points.

    Evidence is that of the background place nearest to where each deposit lands.
    """
    low, high = sample.background_at.min(axis=0), sample.background_at.max(axis=0)
    mirrored = np.where(
        random.integers(0, 2, 2) == 1, low + high - sample.positive_at, sample.positive_at
    )
    moved = low + np.mod(mirrored - low + random.uniform(0, 1, 2) * (high - low), high - low)
    nearest = cKDTree(sample.background_at).query(moved)[1]
    return Sample(
        sample.background[nearest],
        sample.background_at[nearest],
        sample.district,
        sample.background,
        sample.background_at,
    )


def _shifted_null(
    estimator: BaseEstimator, sample: Sample, block_size_m: float, seed: np.random.SeedSequence
) -> float:
    random = np.random.default_rng(seed)
    moved = shifted_deposits(sample, random=random)
    folds = spatial_folds(moved, block_size_m=block_size_m, random=random)
    return blocked_auc(estimator, moved, folds)


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

    make: Callable[[np.random.SeedSequence], float]
    seed: np.random.SeedSequence


def _replicate(task: _Replicate) -> float:
    with one_blas_thread():
        return task.make(task.seed)


def null_aucs(
    estimator: BaseEstimator,
    sample: Sample,
    size_m: float,
    folds: Folds,
    n_null: int,
    random_state: int,
    *,
    workers: Workers,
    done: Done | None,
) -> dict[str, FloatArray]:
    """Return the AUCs of both nulls, replicate by replicate with a seed of its own."""
    lengths = correlation_lengths(sample, random=np.random.default_rng(random_state))
    smooth, shifted = np.random.SeedSequence(random_state).spawn(2)
    on_fields = partial(_smooth_null, estimator, sample, lengths, folds)
    on_shifted = partial(_shifted_null, estimator, sample, size_m)
    tasks = [
        *(_Replicate(on_fields, one) for one in smooth.spawn(n_null)),
        *(_Replicate(on_shifted, one) for one in shifted.spawn(n_null)),
    ]
    found = np.zeros(len(tasks))
    workers.run(_replicate, tasks, take=found.__setitem__, done=done)
    return {"smooth random fields": found[:n_null], "shifted deposits": found[n_null:]}
