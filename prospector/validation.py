"""Skill one may believe: spatial blocks, nulls, out-of-fold scores. Takes arrays and an estimator."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import wasserstein_distance
from sklearn.base import BaseEstimator, clone
from threadpoolctl import threadpool_limits

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Progress = Callable[[str, int, int], None]

BLOCK_SIZES_M = (25_000.0, 50_000.0, 100_000.0, 150_000.0, 200_000.0)
FOLDS = 5
BOOTSTRAPS = 1000
MODES = 200
LENGTHS_M = np.geomspace(10_000.0, 400_000.0, 12)
VARIOGRAM_POINTS = 700


@dataclass(frozen=True, eq=False)
class Sample:
    """Deposits and background with evidence and places.

    Parameters
    ----------
    positive, background
        Evidence of shape (n, n_evidence), no NaN.
    positive_at, background_at
        Easting and northing in metres, shape (n, 2).
    district
        District of each deposit, shape (n positive,).
    """

    positive: FloatArray
    positive_at: FloatArray
    district: IntArray
    background: FloatArray
    background_at: FloatArray

    def digest(self) -> str:
        """Return a hash of every number in it."""
        parts = self.positive, self.positive_at, self.district, self.background, self.background_at
        return hashlib.sha256(
            b"".join(np.ascontiguousarray(one).tobytes() for one in parts)
        ).hexdigest()

    def with_evidence(self, positive: FloatArray, background: FloatArray) -> Sample:
        """Return the same places with other evidence."""
        return Sample(positive, self.positive_at, self.district, background, self.background_at)


def spatial_folds(
    sample: Sample, *, block_size_m: float, random: np.random.Generator, n_folds: int = FOLDS
) -> tuple[IntArray, IntArray]:
    """Return the fold of each deposit and of each background place.

    Square blocks from a random corner; a district goes whole with the block of its centre; blocks
    with deposits are dealt evenly to the folds, so that each fold tests some where it can.
    """
    corner = random.uniform(0, block_size_m, 2)
    centre = _district_centres(sample)
    blocks = np.floor((np.vstack([centre, sample.background_at]) - corner) / block_size_m)
    _, block = np.unique(blocks.astype(np.int64), axis=0, return_inverse=True)
    block = block.reshape(-1)
    positive_block, background_block = block[: len(centre)], block[len(centre) :]
    fold = random.integers(0, n_folds, block.max() + 1)
    occupied = random.permutation(np.unique(positive_block))
    fold[occupied] = np.arange(len(occupied)) % n_folds
    return fold[positive_block].astype(np.intp), fold[background_block].astype(np.intp)


def _district_centres(sample: Sample) -> FloatArray:
    """Return, for each deposit, the mean place of its district."""
    _, index = np.unique(sample.district, return_inverse=True)
    size = np.bincount(index)
    sums = [np.bincount(index, weights=sample.positive_at[:, axis]) for axis in (0, 1)]
    return np.column_stack([one[index] / size[index] for one in sums])


def random_folds(
    sample: Sample, *, random: np.random.Generator, n_folds: int = FOLDS
) -> tuple[IntArray, IntArray]:
    """Return random folds: interpolation, optimistic; only ever shown beside spatial ones."""
    positive = random.permutation(len(sample.positive)) % n_folds
    background = random.permutation(len(sample.background)) % n_folds
    return positive.astype(np.intp), background.astype(np.intp)


def choose_block_size(
    sample: Sample, *, random: np.random.Generator, sizes_m: Sequence[float] = BLOCK_SIZES_M
) -> tuple[float, float]:
    """Return the block size whose test-to-train distances are most like those of prediction, and W.

    W is the Wasserstein distance (m) between nearest-neighbour distances from tested to training
    deposits and from the ground to be predicted to the deposits (after Linnenbrink et al. 2024).
    """
    wanted = cKDTree(sample.positive_at).query(sample.background_at)[0]
    distances = []
    for size in sizes_m:
        fold, _ = spatial_folds(sample, block_size_m=size, random=random)
        found = [
            cKDTree(sample.positive_at[fold != one]).query(sample.positive_at[fold == one])[0]
            for one in np.unique(fold)
            if (fold != one).any()
        ]
        apart = np.concatenate(found) if found else np.array([np.inf])
        distances.append(
            float(wasserstein_distance(apart, np.asarray(wanted))) if found else np.inf
        )
    best = int(np.argmin(distances))
    return sizes_m[best], distances[best]


def out_of_fold(
    estimator: BaseEstimator, sample: Sample, folds: tuple[IntArray, IntArray]
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


# nulls --------------------------------------------------------------------------------------


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
    folds: tuple[IntArray, IntArray],
    seed: np.random.SeedSequence,
) -> float:
    random = np.random.default_rng(seed)
    at = np.vstack([sample.positive_at, sample.background_at])
    fields = np.column_stack([smooth_field(at, one, random=random) for one in lengths_m])
    n = len(sample.positive)
    return _auc(estimator, sample.with_evidence(fields[:n], fields[n:]), folds)


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
    return _auc(estimator, moved, folds)


def _auc(estimator: BaseEstimator, sample: Sample, folds: tuple[IntArray, IntArray]) -> float:
    inside, _ = out_of_fold(estimator, sample, folds)
    return float(np.nanmean(inside)) if np.isfinite(inside).any() else 0.5


def p_value(real: float, null: FloatArray) -> float:
    """Return (1 + replicates at least as high) / (n + 1).

    Examples
    --------
    >>> p_value(0.9, np.array([0.5, 0.6, 0.95]))
    0.5
    """
    return float((1 + (null >= real).sum()) / (len(null) + 1))


# the whole ----------------------------------------------------------------------------------


def measure_skill(
    estimator: BaseEstimator,
    sample: Sample,
    *,
    without_schematic: Sequence[int],
    n_null: int = 99,
    repeats: int = 5,
    random_state: int = 0,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], FloatArray]:
    """Return the skill with its nulls, and each deposit's out-of-fold share in the region.

    Parameters
    ----------
    without_schematic
        Columns of evidence that are not schematic: the same is measured on them alone.
    n_null
        Replicates of each of the two nulls, on one split.
    repeats
        Repeats of the spatial folds for the real figure.

    Returns
    -------
    dict
        JSON-ready; ``demonstrated`` only if the figure beats both nulls with and without the
        schematic evidence.
    ndarray of shape (n positive,)
        Mean share of the region's background that scores below each deposit, out of fold.
    """
    columns = list(range(sample.positive.shape[1]))
    whole, share = _measure(
        estimator, sample, n_null, repeats, random_state, "validation", progress
    )
    plain_columns = list(without_schematic)
    plain: dict[str, Any] | None = dict(whole)
    if plain_columns != columns:
        plain = None
        if plain_columns:
            reduced = sample.with_evidence(
                sample.positive[:, plain_columns], sample.background[:, plain_columns]
            )
            plain, _ = _measure(
                estimator, reduced, n_null, repeats, random_state,
                "validation without schematic evidence", progress,
            )  # fmt: skip
    demonstrated = whole["demonstrated"] and plain is not None and plain["demonstrated"]
    return {**whole, "demonstrated": demonstrated, "without_schematic": plain}, share


def _measure(
    estimator: BaseEstimator,
    sample: Sample,
    n_null: int,
    repeats: int,
    random_state: int,
    what: str,
    progress: Progress | None,
) -> tuple[dict[str, Any], FloatArray]:
    random = np.random.default_rng(random_state)
    size_m, wasserstein_m = choose_block_size(sample, random=random)
    splits = [spatial_folds(sample, block_size_m=size_m, random=random) for _ in range(repeats)]
    runs = [out_of_fold(estimator, sample, one) for one in splits]
    inside = np.nanmean([one for one, _ in runs], axis=0)
    everywhere = np.nanmean([one for _, one in runs], axis=0)
    auc = float(np.nanmean(inside))
    chance = [_auc(estimator, sample, random_folds(sample, random=random)) for _ in range(repeats)]
    nulls = _nulls(estimator, sample, size_m, splits[0], n_null, random_state, what, progress)
    p = {kind: p_value(auc, values) for kind, values in nulls.items()}
    deciding = max(p, key=lambda kind: (p[kind], float(np.quantile(nulls[kind], 0.95))))
    p95 = max(float(np.quantile(values, 0.95)) for values in nulls.values())
    captured = np.mean([one >= 0.95 for _, one in runs], axis=0)
    figures = {
        "auc_blocked": round(auc, 4),
        "auc_blocked_interval": district_interval(inside, sample.district, random=random),
        "auc_random": round(float(np.mean(chance)), 4),
        "auc_null_p95": round(p95, 4),
        "auc_null_mean": {k: round(float(np.mean(v)), 4) for k, v in nulls.items()},
        "p_value": round(p[deciding], 4),
        "p_values": {kind: round(value, 4) for kind, value in p.items()},
        "n_null": n_null,
        "null_kind": deciding,
        "capture_at_5_percent": round(float(np.mean(captured)), 4),
        "capture_at_5_percent_interval": district_interval(
            captured, sample.district, random=random
        ),
        "demonstrated": bool(auc > p95 and p[deciding] <= 0.05),
        "n_deposits": len(sample.positive),
        "n_districts": len(np.unique(sample.district)),
        "block_size_m": size_m,
        "wasserstein_m": round(wasserstein_m, 1),
        "reason": None,
    }
    return figures, everywhere


def _nulls(
    estimator: BaseEstimator,
    sample: Sample,
    size_m: float,
    folds: tuple[IntArray, IntArray],
    n_null: int,
    random_state: int,
    what: str,
    progress: Progress | None,
) -> dict[str, FloatArray]:
    """Return the AUCs of both nulls, replicate by replicate with a seed of its own."""
    lengths = correlation_lengths(sample, random=np.random.default_rng(random_state))
    smooth, shifted = np.random.SeedSequence(random_state).spawn(2)
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        tasks = [
            *(
                pool.submit(_smooth_null, estimator, sample, lengths, folds, one)
                for one in smooth.spawn(n_null)
            ),
            *(
                pool.submit(_shifted_null, estimator, sample, size_m, one)
                for one in shifted.spawn(n_null)
            ),
        ]
        found = []
        with threadpool_limits(1):  # two replicates at once: a second layer of threads only waits
            for done, task in enumerate(tasks):
                found.append(task.result())
                if progress is not None:
                    progress(what, done + 1, len(tasks))
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupt waits for the two at work, no more
    return {
        "smooth random fields": np.asarray(found[:n_null]),
        "shifted deposits": np.asarray(found[n_null:]),
    }


def not_learned(reason: str, n_deposits: int, n_districts: int) -> dict[str, Any]:
    """Return the skill keys of a model that learned nothing: null, with the reason."""
    keys = (
        "auc_blocked", "auc_blocked_interval", "auc_random", "auc_null_p95", "p_value", "n_null",
        "null_kind", "capture_at_5_percent", "demonstrated", "without_schematic",
    )  # fmt: skip
    return {
        **dict.fromkeys(keys),
        "n_deposits": n_deposits,
        "n_districts": n_districts,
        "reason": reason,
    }
