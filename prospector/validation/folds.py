"""Folds: which deposits and which ground are tested together, unseen in training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import wasserstein_distance

from prospector.validation.sample import FloatArray, Folds, Sample

BLOCK_SIZES_M = (25_000.0, 50_000.0, 100_000.0, 150_000.0, 200_000.0)
FOLDS = 5


def spatial_folds(
    sample: Sample, *, block_size_m: float, random: np.random.Generator, n_folds: int = FOLDS
) -> Folds:
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


def random_folds(sample: Sample, *, random: np.random.Generator, n_folds: int = FOLDS) -> Folds:
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
