"""Folds: which deposits and which ground are tested together, unseen in training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial import cKDTree
from scipy.stats import wasserstein_distance

from prospector.grid import FloatArray, IntArray
from prospector.validation.sample import NEVER, Folds, Sample

FOLDS = 5
BLOCKS_APART = 1 << 31
"""More blocks than lie along any side: a block's number is its column times this, and its row."""
DRAWS = 100
CORNERS = 20
"""Corners of the blocks over which W is averaged: 39 of 40 seeds then choose one size (Atacama)."""


def spatial_folds(
    sample: Sample, *, block_size_m: float, random: np.random.Generator, n_folds: int = FOLDS
) -> Folds:
    """Return the fold of each deposit and of each background place.

    Square blocks from a random corner; a district goes whole with the block of its centre; blocks
    with deposits are dealt evenly to the folds, so that each fold tests some where it can.
    """
    corner = random.uniform(0, block_size_m, 2)
    place, district = _districts(sample)
    centre = place[district]
    across, along = np.floor(
        (np.vstack([centre, sample.background_at]) - corner).T / block_size_m
    ).astype(np.int64)
    _, block = np.unique(across * BLOCKS_APART + along, return_inverse=True)
    positive_block, background_block = block[: len(centre)], block[len(centre) :]
    fold = random.integers(0, n_folds, block.max() + 1)
    occupied = random.permutation(np.unique(positive_block))
    fold[occupied] = np.arange(len(occupied)) % n_folds
    return fold[positive_block].astype(np.intp), fold[background_block].astype(np.intp)


def parting_folds(sample: Sample, *, block_size_m: float, random: np.random.Generator) -> Folds:
    """Return spatial folds in which deposits stand in more than one fold, if one of a hundred draws has such.

    Large blocks may hold all deposits by chance of their corner; such a draw tests nothing.
    """
    for _ in range(DRAWS):
        folds = spatial_folds(sample, block_size_m=block_size_m, random=random)
        if len(np.unique(folds[0])) > 1:
            break
    return folds


def usable_folds(
    samples: Sequence[Sample], *, block_size_m: float, random_state: int
) -> list[Folds]:
    """Return `parting_folds` of each sample; none at all where one sample's deposits lie in one block."""
    random, draws = np.random.default_rng(random_state), list[Folds]()
    for sample in samples:
        folds = parting_folds(sample, block_size_m=block_size_m, random=random)
        if len(np.unique(folds[0])) < 2:
            return []
        draws.append(folds)
    return draws


def random_folds(sample: Sample, *, random: np.random.Generator, n_folds: int = FOLDS) -> Folds:
    """Return random folds: interpolation, optimistic; only ever shown beside spatial ones."""
    positive = random.permutation(len(sample.positive)) % n_folds
    background = random.permutation(len(sample.background)) % n_folds
    return positive.astype(np.intp), background.astype(np.intp)


def choose_block_size(
    sample: Sample, *, random: np.random.Generator, sizes_m: Sequence[float]
) -> tuple[float, float]:
    """Return the block size whose test-to-train distances are most like those of prediction, and W.

    W is the Wasserstein distance (m) between nearest-neighbour distances from tested to training
    deposits and from the ground to be predicted to the deposits (after Linnenbrink et al. 2024): the
    mean over 20 corners of the blocks that part the deposits, since one corner alone chooses by chance.
    Infinite where no size parts them.
    """
    wanted = _prediction_distances(sample)
    distances = []
    for size in sizes_m:
        draws = (spatial_folds(sample, block_size_m=size, random=random)[0] for _ in range(CORNERS))
        apart = np.array([_apart(sample, fold, wanted) for fold in draws])
        parted = apart[np.isfinite(apart)]
        distances.append(float(parted.mean()) if len(parted) else float(np.inf))
    best = int(np.argmin(distances))
    return sizes_m[best], distances[best]


def fold_distance_m(sample: Sample, fold: IntArray) -> float:
    """Return W (m): how far folds are from the task of predicting the region.

    The Wasserstein distance between nearest-neighbour distances from tested to training deposits
    and from the ground to be predicted to the deposits (Linnenbrink et al. 2024). Infinite for
    fewer than two folds.
    """
    return _apart(sample, fold, _prediction_distances(sample))


def _prediction_distances(sample: Sample) -> FloatArray:
    """Return the distance from each background place to its nearest deposit."""
    return np.asarray(cKDTree(sample.positive_at).query(sample.background_at)[0], dtype=float)


def _apart(sample: Sample, fold: IntArray, wanted: FloatArray) -> float:
    tested = np.unique(fold[fold != NEVER])
    if len(np.unique(fold)) < 2 or not len(tested):
        return float(np.inf)
    found = [
        cKDTree(sample.positive_at[fold != number]).query(sample.positive_at[fold == number])[0]
        for number in tested
    ]
    return float(wasserstein_distance(np.concatenate(found), wanted))


def leave_one_district_out(sample: Sample) -> Folds:
    """Return folds that each test one district and the ground nearer to it than to any other."""
    return leave_one_group_out(sample, sample.district)


def leave_one_group_out(sample: Sample, group: IntArray, *, least: int = 1) -> Folds:
    """Return folds that each test one group of deposits, as a belt, and the ground nearest to it.

    `group` labels each deposit, shape (n positive,): from `belts`, or as stated by the user. A group
    to which no background place is nearest cannot be tested inside its fold. One whose absence leaves
    fewer than `least` deposits to train is never tested: its fold is `NEVER`.
    """
    _, fold, size = np.unique(group, return_inverse=True, return_counts=True)
    enough = len(sample.positive) - size >= least
    fold = np.where(enough, np.arange(len(size)), NEVER)[fold.reshape(-1)]
    return _with_nearest_ground(sample, fold.astype(np.intp))


def leave_one_basin_out(
    sample: Sample, *, block_size_m: float, random: np.random.Generator, least: int = 1
) -> Folds:
    """Return folds that each test the deposits of one basin, and its ground.

    What lies in no basin is grouped by square blocks from a random corner instead. Ground of a basin
    without a deposit goes whole with the basin whose deposits lie nearest to its middle. A basin whose
    absence leaves fewer than `least` deposits to train is never tested: its fold is `NEVER`.

    Parameters
    ----------
    sample
        With `basin` and `ground_basin`.
    block_size_m
        Side of the blocks of what lies in no basin, in metres.
    random
        Source of the random draws.
    least
        Fewest deposits that must be left to train.
    """
    if sample.basin is None or sample.ground_basin is None:
        raise ValueError("leave_one_basin_out takes a sample with basins")
    at = np.vstack([sample.positive_at, sample.background_at])
    group = _groups(at, np.concatenate([sample.basin, sample.ground_basin]), block_size_m, random)
    of_deposit, of_ground = group[: len(sample.positive)], group[len(sample.positive) :]
    held, fold, size = np.unique(of_deposit, return_inverse=True, return_counts=True)
    enough = len(of_deposit) - size >= least
    fold_of = np.where(enough, np.arange(len(held)), NEVER)
    nearest = _nearest_group(sample, of_deposit, of_ground)
    return fold_of[fold].astype(np.intp), fold_of[np.searchsorted(held, nearest)].astype(np.intp)


def _groups(
    at: FloatArray, basin: IntArray, block_size_m: float, random: np.random.Generator
) -> IntArray:
    """Return the basin of each place, and a number of its own for each block of those in none."""
    corner = random.uniform(0, block_size_m, 2)
    across, along = np.floor((at - corner).T / block_size_m).astype(np.int64)
    outside = np.where(basin < 0, across * BLOCKS_APART + along, 0)
    _, group = np.unique(np.column_stack([basin, outside]), axis=0, return_inverse=True)
    return group.reshape(-1).astype(np.intp)


def _nearest_group(sample: Sample, of_deposit: IntArray, of_ground: IntArray) -> IntArray:
    """Return the group of each background place; of one without a deposit, that of the nearest deposit."""
    groups, place, size = np.unique(of_ground, return_inverse=True, return_counts=True)
    sums = [np.bincount(place, weights=sample.background_at[:, axis]) for axis in (0, 1)]
    middle = np.column_stack([total / size for total in sums])
    nearest = of_deposit[cKDTree(sample.positive_at).query(middle)[1]]
    return np.asarray(np.where(np.isin(groups, of_deposit), groups, nearest)[place], dtype=np.intp)


def _with_nearest_ground(sample: Sample, fold: IntArray) -> Folds:
    """Return the folds of deposits, and for background places that of the nearest deposit."""
    nearest = cKDTree(sample.positive_at).query(sample.background_at)[1]
    return fold, fold[nearest]


def belts(sample: Sample, *, within_m: float) -> IntArray:
    """Return the belt of each deposit, 0-based: districts whole, shape (n positive,).

    Complete linkage: no two district centres of a belt lie farther apart than `within_m`.
    """
    centre, district = _districts(sample)
    if len(centre) < 2:
        return np.zeros(len(district), dtype=np.intp)
    belt = fcluster(linkage(centre, "complete"), within_m, "distance") - 1
    return np.asarray(belt[district], dtype=np.intp)


def nearest_neighbour_folds(
    sample: Sample, *, n_folds: int = FOLDS, largest: float = 0.5
) -> tuple[Folds, float]:
    """Return folds by nearest-neighbour distance matching, and their W in metres.

    Districts are clustered (complete linkage) into every number of clusters that serves, clusters
    dealt to folds along their first principal axis; the folds of least W are taken (kNNDM,
    Linnenbrink et al. 2024). Unlike there, districts stay whole, so that duplicates cannot leak.
    Background goes with its nearest deposit.

    Parameters
    ----------
    sample
        Deposits and background: places in metres, evidence of shape (n, n evidence).
    n_folds
        Number of folds; as many as there are districts if those are fewer.
    largest
        Largest share of the deposits in one fold, where any division keeps to it.

    Raises
    ------
    ValueError
        The deposits are all of one district.
    """
    centre, district = _districts(sample)
    n_folds = min(n_folds, len(centre))
    if n_folds < 2:
        raise ValueError("Folds need at least 2 districts; the deposits are all of one")
    wanted = _prediction_distances(sample)
    tree = linkage(centre, "complete")
    divisions = [_deal(centre, tree, n, n_folds) for n in range(n_folds, len(centre) + 1)]
    folds = [division[district] for division in divisions]
    even = [fold for fold in folds if np.bincount(fold).max() <= largest * len(fold)] or folds
    apart = [_apart(sample, fold, wanted) for fold in even]
    best = int(np.argmin(apart))
    return _with_nearest_ground(sample, even[best]), apart[best]


def _deal(centre: FloatArray, tree: FloatArray, n_clusters: int, n_folds: int) -> IntArray:
    """Return the fold of each district: clusters dealt in turn along their first principal axis."""
    _, cluster = np.unique(fcluster(tree, n_clusters, "maxclust"), return_inverse=True)
    size = np.bincount(cluster)
    middle = np.column_stack(
        [np.bincount(cluster, weights=centre[:, axis]) / size for axis in (0, 1)]
    )
    centred = middle - middle.mean(axis=0)
    axis = np.linalg.svd(centred, full_matrices=False)[2][0]
    axis = axis * np.sign(axis[np.argmax(np.abs(axis))])
    turn = np.argsort(np.argsort(np.round(centred @ axis, 3), kind="stable"), kind="stable")
    return np.asarray((turn % n_folds)[cluster], dtype=np.intp)


def _districts(sample: Sample) -> tuple[FloatArray, IntArray]:
    """Return the mean place of each district, and each deposit's index among them."""
    _, index = np.unique(sample.district, return_inverse=True)
    size = np.bincount(index)
    sums = [np.bincount(index, weights=sample.positive_at[:, axis]) for axis in (0, 1)]
    return np.column_stack([total / size for total in sums]), index.astype(np.intp)
