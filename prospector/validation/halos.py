"""Whether evidence is a halo around the deposits, though its rim is not exactly that of discs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

from prospector.grid import BoolArray, FloatArray
from prospector.validation.sample import Sample
from prospector.validation.sizes import ground_width_m

RIM_M = 3_000.0
"""A halo reaches so much farther, or less far, than its radius."""

LEAST_RADIUS_M, RADIUS_STEP_M, LARGEST_SHARE = 6_000.0, 1_000.0, 1 / 3
"""Radii that are tried, to this share of the width of the ground."""

MOST_OF_GROUND = 0.6
"""A halo that holds more of the ground than this is no sign: discs around any places would fit it."""

LEAST_COMMON, TWO_CLASSES = 0.4, 0.85
"""Ground is inside or outside where so much has one value, or two classes explain so much."""

FEWEST_PLACES, FEWEST_DEPOSITS, SHARE_OF_DEPOSITS = 10, 3, 0.3

HALO, BY_CHANCE, N_CHANCES, SEED = 0.88, 1 / 3, 8, 0
"""A halo fits so well; and fails at no more than this part of what as many other discs fail at."""


def halo_share(sample: Sample, column: int) -> float:
    """Return how well evidence fits a halo around deposits: 1 for a halo, 0 for none.

    For evidence with an inside and an outside: of its ground, the share within a radius and 3 km of
    the deposits inside it; of the ground within the radius less 3 km, the share inside; the lesser
    of both, at the best radius. It is 0 where discs around as many places of that ground, drawn at
    random, fit nearly as well, as on geology where deposits lie anywhere.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> deposits, ground = random.uniform(0, 3e5, (12, 2)), random.uniform(0, 3e5, (2000, 2))
    >>> around = deposits + random.normal(0, 1e3, deposits.shape)
    >>> halo = (cKDTree(around).query(ground)[0] < 1e4).astype(float)[:, None]
    >>> made = Sample(np.ones((12, 1)), deposits, np.arange(12), halo, ground)
    >>> halo_share(made, 0) > 0.95
    True
    """
    widest, best = LARGEST_SHARE * ground_width_m(sample), 0.0
    for inside, known in _insides(sample.background[:, column], sample.positive[:, column]):
        if known.sum() < max(FEWEST_DEPOSITS, SHARE_OF_DEPOSITS * len(known)):
            continue
        share = _fit(sample.positive_at[known], sample.background_at, inside, widest)
        if share > max(HALO, best):
            by_chance = _fit_by_chance(int(known.sum()), sample.background_at, inside, widest)
            if 1 - share < BY_CHANCE * (1 - by_chance):
                best = share
    return best


def _insides(ground: FloatArray, known: FloatArray) -> Iterator[tuple[BoolArray, BoolArray]]:
    """Yield which ground and which deposits lie inside, either way round; none without two classes."""
    values, counts = np.unique(ground, return_counts=True)
    if len(values) < 2:
        return
    if counts.max() >= LEAST_COMMON * len(ground):
        common = values[counts.argmax()]
        inside, deposits = ground != common, known != common
    else:
        limit, explained = _two_classes(ground)
        if explained < TWO_CLASSES:
            return
        inside, deposits = ground > limit, known > limit
    yield inside, deposits
    yield ~inside, ~deposits


def _two_classes(values: FloatArray) -> tuple[float, float]:
    """Return the value that parts two classes best, and the share of the variance between them."""
    ordered = np.sort(values)
    below = np.arange(1, len(ordered))
    above, total = len(ordered) - below, np.cumsum(ordered)
    apart = total[:-1] / below - (total[-1] - total[:-1]) / above
    between = below * above / len(ordered) ** 2 * apart**2
    best = int(between.argmax())
    return float(ordered[best]), float(between[best] / np.var(ordered))


def _fit(places: FloatArray, ground: FloatArray, inside: BoolArray, widest_m: float) -> float:
    """Return how well discs around places fit some ground, at the best radius."""
    away, best = np.asarray(cKDTree(places).query(ground)[0]), 0.0
    if inside.sum() < FEWEST_PLACES or inside.mean() > MOST_OF_GROUND:
        return best
    for radius in np.arange(LEAST_RADIUS_M, widest_m, RADIUS_STEP_M):
        core, reach = away <= radius - RIM_M, away <= radius + RIM_M
        if core.sum() >= FEWEST_PLACES and reach.mean() <= MOST_OF_GROUND:
            best = max(best, min(float(reach[inside].mean()), float(inside[core].mean())))
    return best


def _fit_by_chance(n_places: int, ground: FloatArray, inside: BoolArray, widest_m: float) -> float:
    """Return the mean fit of discs around places drawn at random from the ground inside."""
    random, candidates = np.random.default_rng(SEED), ground[inside]
    drawn = (candidates[random.integers(0, len(candidates), n_places)] for _ in range(N_CHANCES))
    return float(np.mean([_fit(places, ground, inside, widest_m) for places in drawn]))
