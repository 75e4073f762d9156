"""How far evidence is a function of the places of the deposits, and how the deposits lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import nnls
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist
from scipy.stats import rankdata
from sklearn.isotonic import isotonic_regression

from prospector.grid import BoolArray, FloatArray, IntArray
from prospector.validation.sample import Sample
from prospector.validation.scoring import share_below
from prospector.validation.sizes import ground_width_m

SHARES = tuple(share / 20 for share in range(20, 2, -1))
"""Shares of the deposits, those with the most telling values first, that evidence may be made of."""

WIDTHS_M = (1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0)
RADII_M = (3_000.0, 5_000.0, 10_000.0, 20_000.0)
POWERS = (1, 2)
"""Densities, counts and inverse distances that are tried beside the distance to the nearest deposit."""

WIDTH_RATIO, NARROWEST_M, WIDEST_SHARE = 1.3, 1_000.0, 1 / 3
"""Widths of densities and counts go on by this ratio, to this share of the width of the ground."""

NARROWINGS, WIDTHS_BETWEEN, SEARCH_PLACES, PROMISING = 4, 6, 1000, 0.7
"""Between the widths beside the best: so many times so many are tried, the first ones on so many
places, where a width explains so much."""

NEAREST = (2, 3, 5)
"""Distance to the second, third and fifth deposit, and the mean of those up to it."""

LEAST_M = 500.0
LOCAL_PLACES, LOCAL_M = 200, (3_000.0, 20_000.0)
"""The ground nearest to deposits: so many places, but no nearer and no farther than this."""

FEWEST_LOCAL = 10
MOST_PLACES = 3000
NUGGET, NOISE_SHARE = 0.9, 0.2

LINK_M, LEAST_GROUP = 10_000.0, 4
LINE_ELONGATION, LINE_SHARE = 0.4, 0.4
CAMP_M, FEWEST_CAMPS, ENOUGH_CAMPS, MANY_IN_A_CAMP = 40_000.0, 8, 14, 3.9


@dataclass(frozen=True)
class Explained:
    """How much of an evidence the places of the deposits explain, as shares of its variance in ranks.

    Parameters
    ----------
    whole
        Over all ground.
    structured
        Of what neighbouring places share, so that noise does not count; 0 where they share nothing.
    local
        Over the ground nearest to the deposits alone; 0 where that is too little to say, 1 where the
        evidence does not vary there.
    noise
        Whether what is left far from the deposits is noise: neighbouring places share none of it.
    """

    whole: float
    structured: float
    local: float
    noise: bool

    @property
    def most(self) -> float:
        """The larger of the two over all ground."""
        return max(self.whole, self.structured)


def explained_by_deposits(sample: Sample, column: int) -> Explained:
    """Return how far an evidence is a monotone function of the places of the deposits.

    Tried are distance to the nearest deposit, of all of them or of those with the most telling
    values, and density, count and inverse distance of those and of all; densities and counts of every
    width up to a third of the ground's, any sum of falling kernels, and distance to the second, third
    and fifth. The best over all ground is taken.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> deposits, ground = random.uniform(0, 1e5, (12, 2)), random.uniform(0, 1e5, (500, 2))
    >>> away = cKDTree(deposits).query(ground)[0][:, None]
    >>> made = Sample(np.zeros((12, 1)), deposits, np.arange(12), away, ground)
    >>> explained_by_deposits(made, 0)
    Explained(whole=1.0, structured=1.0, local=1.0, noise=False)
    """
    sample = thinned_ground(sample)
    values, at = sample.background[:, column], sample.background_at
    ranks = rankdata(values)
    if np.ptp(values) == 0:
        return Explained(0.0, 0.0, 0.0, noise=False)
    order = _telling_first(sample, column)
    away = cdist(at, sample.positive_at[order])
    count = [max(min(3, len(order)), round(share * len(order))) for share in SHARES]
    near = [away[:, :many].min(axis=1) for many in count]
    left = [residual_of_monotone(ranks, nearest) for nearest in near]
    best = int(np.argmin([np.var(residual) for residual in left]))
    feature, residual = near[best], left[best]
    some = {*count[::3], count[best]}
    others = (
        *_densities(away, some, count[best]),
        *_of_any_width(values, away, count[best], ground_width_m(sample)),
    )
    for other in others:
        remains = residual_of_monotone(ranks, other)
        if np.var(remains) < np.var(residual):
            feature, residual = other, remains
    return Explained(
        _share(ranks, residual),
        _structured(ranks, residual, at),
        _local(values, feature, near[best]),
        noise=_is_noise(residual, at, near[best]),
    )


def thinned_ground(sample: Sample) -> Sample:
    """Return the sample with no more ground than serves to say how it varies."""
    step = int(np.ceil(len(sample.background) / MOST_PLACES))
    if step <= 1:
        return sample
    return sample.part(np.arange(len(sample.positive)), np.arange(0, len(sample.background), step))


def _telling_first(sample: Sample, column: int) -> IntArray:
    """Return the numbers of the deposits, those with the most telling values first."""
    ground, known = sample.background[:, column], sample.positive[:, column]
    high = share_below(known, ground).mean() > 0.5
    return np.argsort(-known if high else known, kind="stable").astype(np.intp)


def _densities(away: FloatArray, count: Iterable[int], best: int) -> Iterator[FloatArray]:
    """Yield densities of the first deposits, for each count; counts and inverse distances.

    Parameters
    ----------
    away
        Distance (m) of each place to each deposit, shape (n places, n deposits).
    count
        How many deposits, each time.
    best
        How many of the deposits serve for counts and inverse distances, beside all.
    """
    for width in WIDTHS_M:
        density = np.cumsum(np.exp(-((away / width) ** 2) / 2), axis=1)
        yield from (density[:, many - 1] for many in sorted(count))
    for many in sorted({away.shape[1], best}):
        for radius in RADII_M:
            yield (away[:, :many] < radius).sum(axis=1).astype(float)
        for power in POWERS:
            yield (np.maximum(away[:, :many], LEAST_M) ** -power).sum(axis=1)


def _of_any_width(
    values: FloatArray, away: FloatArray, best: int, ground_m: float
) -> Iterator[FloatArray]:
    """Yield the density, count and sum of kernels that fit best; distances to the next deposits."""
    widest = max(WIDTHS_M[-1], WIDEST_SHARE * ground_m)
    steps = int(np.ceil(np.log(widest / NARROWEST_M) / np.log(WIDTH_RATIO))) + 1
    widths = np.geomspace(NARROWEST_M, widest, steps)
    ranks = rankdata(values)
    for many in sorted({away.shape[1], best}):
        for kernel in KERNELS:
            yield _at_best_width(ranks, away[:, :many], kernel, widths)
        for wanted in (ranks, values):
            yield _falling_kernels(wanted, away[:, :many], widths)
    nearest = np.sort(away, axis=1)
    for many in NEAREST:
        if many <= away.shape[1]:
            yield nearest[:, many - 1]
            yield nearest[:, :many].mean(axis=1)


def _gaussians(away: FloatArray, width: float) -> FloatArray:
    return np.asarray(np.exp(-((away / width) ** 2) / 2).sum(axis=1))


def _exponentials(away: FloatArray, length: float) -> FloatArray:
    return np.asarray(np.exp(-away / length).sum(axis=1))


def _discs(away: FloatArray, radius: float) -> FloatArray:
    return np.asarray((away < radius).sum(axis=1), dtype=float)


def _cones(away: FloatArray, radius: float) -> FloatArray:
    return np.asarray(np.maximum(1 - away / radius, 0.0).sum(axis=1))


def _parabolas(away: FloatArray, radius: float) -> FloatArray:
    return np.asarray(np.maximum(1 - (away / radius) ** 2, 0.0).sum(axis=1))


def _quartics(away: FloatArray, radius: float) -> FloatArray:
    return np.asarray((np.maximum(1 - (away / radius) ** 2, 0.0) ** 2).sum(axis=1))


KERNELS = (_gaussians, _exponentials, _discs, _cones, _parabolas, _quartics)
"""Kernels that densities are drawn with, summed over the deposits."""


def _at_best_width(
    ranks: FloatArray,
    away: FloatArray,
    kernel: Callable[[FloatArray, float], FloatArray],
    widths: FloatArray,
) -> FloatArray:
    """Return the sum of a kernel over the deposits at the width that explains most."""
    fewer = max(1, len(ranks) // SEARCH_PLACES)
    for turn in range(NARROWINGS + 1):
        step = fewer if 2 * turn <= NARROWINGS else 1
        sought, nearby = ranks[::step], away[::step]
        left = [np.var(residual_of_monotone(sought, kernel(nearby, width))) for width in widths]
        best, last = int(np.argmin(left)), len(widths) - 1
        width = float(widths[best])
        if left[best] > (1 - PROMISING) * np.var(sought):
            break
        widths = np.geomspace(widths[max(best - 1, 0)], widths[min(best + 1, last)], WIDTHS_BETWEEN)
    return kernel(away, width)


def _falling_kernels(values: FloatArray, away: FloatArray, widths: FloatArray) -> FloatArray:
    """Return the sum over the deposits of the falling kernel that fits best: one of many widths."""
    sums = np.column_stack([_cones(away, width) for width in widths])
    sums = sums / np.maximum(sums.std(axis=0), 1e-12)
    sums, centred = sums - sums.mean(axis=0), values - values.mean()
    fits = [sums @ nnls(sums, sign * centred)[0] for sign in (1, -1)]
    return np.asarray(max(fits, key=lambda fit: abs(float(fit @ centred))))


def residual_of_monotone(values: FloatArray, feature: FloatArray) -> FloatArray:
    """Return what the better of a rising and a falling function of a feature leaves of values, shape (n,).

    Examples
    --------
    >>> residual_of_monotone(np.array([9.0, 5.0, 1.0]), np.array([1.0, 2.0, 3.0])).tolist()
    [0.0, 0.0, 0.0]
    """
    _, place, count = np.unique(feature, return_inverse=True, return_counts=True)
    mean = np.bincount(place, weights=values) / count
    residuals = [
        values - isotonic_regression(mean, sample_weight=count, increasing=rising)[place]
        for rising in (True, False)
    ]
    return min(residuals, key=lambda residual: float((residual**2).sum()))


def _share(values: FloatArray, residual: FloatArray) -> float:
    variance = float(np.var(values))
    return 0.0 if variance == 0 else 1.0 - float(np.var(residual)) / variance


def _shared(values: FloatArray, at: FloatArray) -> float:
    """Return the mean product of each place and its neighbour, about the mean."""
    neighbour = np.asarray(cKDTree(at).query(at, k=2)[1])[:, 1]
    centred = values - values.mean()
    return float((centred * centred[neighbour]).mean())


def _structured(ranks: FloatArray, residual: FloatArray, at: FloatArray) -> float:
    shared = _shared(ranks, at)
    if shared <= (1 - NUGGET) * float(np.var(ranks)):
        return 0.0
    return min(1.0 - _shared(residual, at) / shared, 1.0)


def _local(values: FloatArray, feature: FloatArray, away_m: FloatArray) -> float:
    farthest = np.sort(away_m)[min(LOCAL_PLACES, len(away_m) - 1)]
    inside = away_m <= np.clip(farthest, *LOCAL_M)
    if inside.sum() < FEWEST_LOCAL:
        return 0.0
    ranks = rankdata(values[inside])
    return _share(ranks, residual_of_monotone(ranks, feature[inside])) if np.ptp(ranks) else 1.0


def _is_noise(residual: FloatArray, at: FloatArray, away_m: FloatArray) -> bool:
    """Return whether the residual of the farther half varies, and neighbours share none of it."""
    far = away_m > np.median(away_m)
    variance = float(np.var(residual[far])) if far.sum() >= FEWEST_LOCAL else 0.0
    if variance <= NOISE_SHARE * float(np.var(residual)) or variance == 0:
        return False
    return _shared(residual[far], at[far]) <= 2 * (1 - NUGGET) * variance


def has_no_neighbours(sample: Sample, column: int) -> bool:
    """Return whether neighbouring places of the ground share next to nothing of an evidence."""
    ranks = rankdata(sample.background[:, column])
    return _shared(ranks, sample.background_at) <= (1 - NUGGET) * float(np.var(ranks))


def lie_along_lines(deposits_at: FloatArray) -> bool:
    """Return whether deposits lie along lines, or in so few groups that this cannot be said.

    A line of deposits explains distance to the fault that they lie along, and a few camps around as
    many stocks explain distance to their contacts: both are honest evidence. Camps are at most
    40 km wide: below 8, or below 14 with four deposits each, are few. Chains of four and more
    deposits, 10 km apart at most, are looked at for lines.

    Examples
    --------
    >>> lie_along_lines(np.array([[5e4 * row, 9e3 * place] for row in range(9) for place in range(6)]))
    True
    >>> lie_along_lines(np.random.default_rng(0).uniform(0, 4e5, (40, 2)))
    False
    """
    if len(deposits_at) < FEWEST_CAMPS or _few_camps(deposits_at):
        return True
    group = fcluster(linkage(deposits_at, "single"), LINK_M, "distance")
    numbers, sizes = np.unique(group, return_counts=True)
    large = [deposits_at[group == number] for number in numbers[sizes >= LEAST_GROUP]]
    if sum(len(places) for places in large) <= LINE_SHARE * len(deposits_at):
        return False
    return bool(_elongation(large) > LINE_ELONGATION)


def _few_camps(deposits_at: FloatArray) -> bool:
    """Return whether deposits lie in so few camps that these may rim as many stocks."""
    camps = len(np.unique(fcluster(linkage(deposits_at, "complete"), CAMP_M, "distance")))
    many_each = len(deposits_at) >= MANY_IN_A_CAMP * camps
    return camps < FEWEST_CAMPS or (camps < ENOUGH_CAMPS and many_each)


def _elongation(groups: Sequence[FloatArray]) -> float:
    """Return how elongated groups of places are together: 1 for lines, 0 on average for round ones.

    The squared difference over the sum of the eigenvalues of a group's covariance, less what as few
    places of a round group have by chance: 2 / n of n.
    """
    above = possible = 0.0
    for places in groups:
        narrow, wide = np.linalg.eigvalsh(np.cov(places.T))
        by_chance = 2 / len(places)
        stretch = ((wide - narrow) / (wide + narrow)) ** 2 if wide > 0 else 0.0
        above += len(places) * (stretch - by_chance)
        possible += len(places) * (1 - by_chance)
    return above / possible


def near_deposits(sample: Sample, chosen: BoolArray, within_m: float) -> float:
    """Return the share of some ground that lies within a distance of a deposit; 1 for no ground."""
    if not chosen.any():
        return 1.0
    away = cKDTree(sample.positive_at).query(sample.background_at[chosen])[0]
    return float((np.asarray(away) <= within_m).mean())


def local_shares(
    sample: Sample, scores: FloatArray, among: FloatArray, within_m: float
) -> FloatArray:
    """Return, for each deposit, shape (n,), the share of the ground around it that scores below it.

    NaN for a deposit with no ground within the distance; ties count half.
    """
    around = cKDTree(sample.background_at).query_ball_point(sample.positive_at, within_m)
    return np.array(
        [
            np.mean((among[places] < score) + (among[places] == score) / 2) if places else np.nan
            for score, places in zip(scores, around, strict=True)
        ]
    )
