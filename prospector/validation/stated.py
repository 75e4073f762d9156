"""Test of a score that is stated: nothing is fitted, so it is held while the pattern of deposits moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, product
from math import prod

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial import cKDTree

from prospector.errors import Reason
from prospector.grid import BoolArray, FloatArray, IntArray
from prospector.validation.curves import SHARES, area_needed, found_within
from prospector.validation.curves import capture as capture_of
from prospector.validation.intervals import district_interval
from prospector.validation.nulls import p_value, usable_shifts
from prospector.validation.record import NOT_FITTED, Capture, Figure, StatedTest, enough_shifts
from prospector.validation.sample import Sample
from prospector.validation.shifting import Places, shift

MOVED = "patterns moved over the ground"
WITHIN_COUNTRIES = "units relabelled within their country"
IN_THE_REGION = "units relabelled in the whole region"

LEAST_DEPOSITS = 5
"""Deposits from which an AUC is stated."""

LEAST_RELABELLINGS = 20
"""Ways to relabel units from which p is stated: with fewer it cannot come down to 0.05."""

SHIFTS = 999
"""Patterns that are moved: p is 0.001 at the least."""

MOST_IN_ORDER = 500
"""Units of a country that are put in the order of least distance; more are only kept by cluster."""


@dataclass(frozen=True, eq=False)
class LabelledUnits:
    """Polygons with their score, and which of them hold a known deposit.

    Parameters
    ----------
    score
        Shape (n,), no NaN.
    at
        Easting and northing in metres, shape (n, 2).
    labelled
        Which of them hold a known deposit, shape (n,).
    district
        District of each labelled unit, in order, shape (n labelled,).
    country
        Country of each unit as a number, shape (n,); None where no layer says.
    """

    score: FloatArray
    at: FloatArray
    labelled: BoolArray
    district: IntArray
    country: IntArray | None = None


def stated_on_ground(scored: Sample, *, n: int = SHIFTS, random_state: int = 0) -> StatedTest:
    """Return how a stated score ranks the deposits, beside patterns moved over the ground.

    Parameters
    ----------
    scored
        The deposits on scored ground and the background; their score is the only evidence.
    n
        Patterns that are moved. Where fewer than half of them keep half of the deposits on the ground,
        they are no longer that pattern, and there is no p.
    random_state
        Seed of every random draw.

    Notes
    -----
    Of 200 regions of smooth noise of each kind (full ground or patches, 5 to 40 districts), p was
    at most 0.05 in 4 to 6 %.

    Examples
    --------
    >>> east = np.arange(100.0)
    >>> ground = np.column_stack([1000 * east, 0 * east])
    >>> test = stated_on_ground(Sample(east[90:, None], ground[90:], np.arange(10), east[:, None], ground))
    >>> test.auc.value, test.captures[2].captured.value, test.auc.p < 0.05
    (0.95, 1.0, True)
    """
    if len(scored.positive) < LEAST_DEPOSITS:
        return _too_few(MOVED, len(scored.positive))
    random, places = np.random.default_rng(random_state), Places.of(scored.background_at)
    needed = area_needed(scored.positive[:, 0], scored.background[:, 0])
    standing = scored.with_evidence(
        needed, area_needed(scored.background[:, 0], scored.background[:, 0])
    )
    moved = [shift(standing, random=random, places=places) for _ in range(n)]
    null = np.array([_reached(shifted.sample.positive) for shifted in moved])
    alone, dropped = (
        np.array([getattr(shifted, name) for shifted in moved]) for name in ("alone", "dropped")
    )
    usable, why = usable_shifts(dropped), None
    if not enough_shifts(usable, n):
        why = Reason("too-few-patterns", usable=usable, patterns=n)
    auc, captures = _beside(needed, scored.district, null if why is None else None)
    return StatedTest(
        MOVED, len(needed), 0, 0, auc,
        round(float(null[:, 0].mean()), 4) if why is None else None,
        captures, round(float(alone.mean()), 4), round(float(dropped.mean()), 4), untested=why,
    )  # fmt: skip


def stated_on_units(units: LabelledUnits, *, n: int = SHIFTS, random_state: int = 0) -> StatedTest:
    """Return how a stated score ranks the units that hold a deposit, beside other labels on them.

    In each country the units are put on a path through near neighbours. The middle unit of each
    district moves along it, all by one step, round its ends and perhaps mirrored; the district's
    other units follow to those that lie as near to it by rank. So near units stay together, and a
    country keeps its number. All ways are taken where there are no more than `n`.

    Parameters
    ----------
    units
        The polygons, which hold a deposit, and their country.
    n
        Ways to relabel that are drawn by lot where there are more.
    random_state
        Seed of every random draw.

    Notes
    -----
    Of 100 made-up regions each, p was at most 0.05 in 1 to 4 % where labels were dealt at random and the
    score was smooth. Where labels crowd in camps of some 80 km it was in 5 to 10 %, and where they fill
    one side of a country in 9 to 13 %, for the path then breaks up a pattern as wide as the country.
    """
    null = IN_THE_REGION if units.country is None else WITHIN_COUNTRIES
    count = int(units.labelled.sum())
    if count < LEAST_DEPOSITS:
        return _too_few(null, count)
    random = np.random.default_rng(random_state)
    needed = area_needed(units.score, units.score)
    tables = [_sums(needed, ways) for ways in _ways(units)]
    possible = prod(len(table) for table in tables)
    if possible < LEAST_RELABELLINGS:
        auc, captures = _beside(needed[units.labelled], units.district, None)
        why = Reason("too-few-relabellings", ways=possible, least=LEAST_RELABELLINGS)
        return StatedTest(
            null, count, 0, 0, auc, captures=captures, possible=possible, untested=why
        )
    others = _drawn(tables, possible, n, random) / count
    auc, captures = _beside(needed[units.labelled], units.district, others)
    mean = round(float(others[:, 0].mean()), 4)
    return StatedTest(null, count, 0, 0, auc, mean, captures, possible=possible)


def _too_few(null: str, count: int) -> StatedTest:
    why = Reason("too-few-to-test", deposits=count, least=LEAST_DEPOSITS)
    return StatedTest(null, count, 0, 0, untested=why)


def _reached(needed: FloatArray) -> list[float]:
    """Return the AUC of a pattern, and its share in each of `SHARES` of the ground."""
    return [1.0 - float(needed.mean()), *found_within(needed, np.array(SHARES)).tolist()]


def _beside(
    needed: FloatArray, district: IntArray, null: FloatArray | None
) -> tuple[Figure, tuple[Capture, ...]]:
    """Return the AUC and the captures of the deposits, each beside its null."""
    share = 1.0 - needed.mean(axis=1)
    interval = district_interval(share, district)
    caught = capture_of(needed, district)
    if null is None:
        auc, p95 = Figure(round(float(share.mean()), 4), NOT_FITTED, interval), [None] * len(SHARES)
    else:
        first, *rest = np.quantile(null, 0.95, axis=0).round(4).tolist()
        p, p95 = round(p_value(_floor(share.mean()), null[:, 0]), 4), rest
        auc = Figure(round(float(share.mean()), 4), NOT_FITTED, interval, first, p, len(null))
    captures = tuple(
        Capture(best.area, Figure(best.captured, NOT_FITTED, (best.low, best.high), greatest))
        for best, greatest in zip(caught, p95, strict=True)
    )
    return auc, captures


def _floor(auc: float) -> float:
    """Return an AUC less what rounding may add to it: an equal one under the null is as high."""
    return float(auc) - 1e-9


def _ways(units: LabelledUnits) -> list[IntArray]:
    """Return, for each country with a labelled unit, the units that each way to relabel labels."""
    country = np.zeros(len(units.score), np.intp) if units.country is None else units.country
    district = np.full(len(units.score), -1)
    district[units.labelled] = np.unique(units.district, return_inverse=True)[1]
    return [
        members[_relabelled(units.at[members], district[members])]
        for number in np.unique(country[units.labelled])
        for members in [np.flatnonzero(country == number)]
    ]


def _relabelled(at: FloatArray, district: IntArray) -> IntArray:
    """Return the units of each distinct way to move the labels of a country, those of the deposits first.

    Parameters
    ----------
    at
        Centres of the units in metres, shape (n, 2).
    district
        That of each labelled unit, -1 for a unit without a deposit, shape (n,).
    """
    path, n = _path(at), len(at)
    place = np.argsort(path)
    clusters = [
        _cluster(at, np.flatnonzero(district == number))
        for number in np.unique(district[district >= 0])
    ]
    reach = min(n, max(int(ranks.max()) for _, ranks in clusters) + int((district >= 0).sum()) + 1)
    near = np.asarray(cKDTree(at).query(at, k=range(1, reach + 1))[1])
    moves = [(sign, step) for sign in (1, -1) for step in range(n)][1:]
    ways = [
        np.flatnonzero(district >= 0).tolist(),
        *(
            _placed([path[(sign * place[unit] + step) % n] for unit, _ in clusters], clusters, near)
            for sign, step in moves
        ),
    ]
    _, first = np.unique(np.sort(ways, axis=1), axis=0, return_index=True)
    return np.asarray(ways, dtype=np.intp)[np.sort(first)]


def _cluster(at: FloatArray, members: IntArray) -> tuple[int, IntArray]:
    """Return the middle one of a district's units, and how many units lie nearer to it than each."""
    middle = at[members].mean(axis=0)
    anchor = members[np.hypot(*(at[members] - middle).T).argmin()]
    order = np.asarray(cKDTree(at).query(at[anchor], k=range(1, len(at) + 1))[1])
    return int(anchor), np.sort(np.argsort(order)[members])


def _placed(
    anchors: Sequence[int], clusters: Sequence[tuple[int, IntArray]], near: IntArray
) -> list[int]:
    """Return the units that clusters label from new anchors: as many units between as there were.

    Where all of these and farther ones are taken, the next nearer one that is free.
    """
    taken: dict[int, None] = {}
    for anchor, (_, ranks) in zip(anchors, clusters, strict=True):
        for rank in ranks:
            outwards, inwards = near[anchor, rank:], near[anchor, :rank][::-1]
            taken[next(unit for unit in chain(outwards, inwards) if unit not in taken)] = None
    return list(taken)


def _path(at: FloatArray) -> IntArray:
    """Return an order of places in which near ones follow one another.

    Examples
    --------
    >>> _path(np.array([[0.0, 0.0], [9.0, 0.0], [1.0, 0.0], [8.0, 0.0]])).tolist() in (
    ...     [0, 2, 3, 1], [1, 3, 2, 0])
    True
    """
    if len(at) < 3:
        return np.arange(len(at))
    tree = linkage(at, "average", optimal_ordering=len(at) <= MOST_IN_ORDER)
    return np.asarray(leaves_list(tree), dtype=np.intp)


def _sums(needed: FloatArray, ways: IntArray) -> FloatArray:
    """Return, for each way to relabel, the sums over the labelled units of what `_reached` means over."""
    share = 1.0 - needed.mean(axis=1)
    caught = np.array([found_within(row[None], np.array(SHARES)) for row in needed])
    return np.asarray(np.column_stack([share, caught])[ways].sum(axis=1))


def _drawn(
    tables: Sequence[FloatArray], possible: int, n: int, random: np.random.Generator
) -> FloatArray:
    """Return the sums over the countries under other ways to relabel: all, or `n` by lot."""
    if possible - 1 <= n:
        chosen = np.array(list(product(*(range(len(table)) for table in tables))))[1:]
    else:
        chosen = np.column_stack([random.integers(0, len(table), n) for table in tables])
    rows = [table[which] for table, which in zip(tables, chosen.T, strict=True)]
    return np.asarray(np.sum(rows, axis=0), dtype=float)
