"""Sizes to try in a region: of blocks and of smooth fields, from the places of its ground and deposits."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from prospector.grid import FloatArray
from prospector.validation.sample import Sample

N_BLOCK_SIZES, N_LENGTHS = 6, 12

BLOCKS_ALONG = 3
"""Blocks of the largest size that fit the longer side of the ground: fewer hold nothing out."""

LEAST_LADDER = 8.0
"""The largest block is at least so many times the smallest."""


def block_sizes(sample: Sample) -> tuple[float, ...]:
    """Return the sides of blocks to choose from, in metres, ascending.

    From the distance of a deposit to its nearest one, the median of all, but no less than the
    background is apart, to a third of the longer side of the ground; evenly by ratio, to two digits.

    Examples
    --------
    A ground of 300 by 100 km:

    >>> at = np.stack(np.meshgrid(np.arange(0, 3e5 + 1, 5e3), np.arange(0, 1e5 + 1, 5e3)), axis=-1)
    >>> ground, deposits = at.reshape(-1, 2), np.array([[0.0, 0], [2e4, 0], [1e5, 5e4], [1.2e5, 5e4]])
    >>> sample = Sample(np.zeros((4, 1)), deposits, np.arange(4), np.zeros((1281, 1)), ground)
    >>> block_sizes(sample)
    (12000.0, 19000.0, 29000.0, 44000.0, 66000.0, 100000.0)
    """
    largest = ground_width_m(sample) / BLOCKS_ALONG
    least = max(float(np.median(_nearest(sample.positive_at))), background_spacing_m(sample))
    least = min(least, largest / LEAST_LADDER)
    return tuple(_ladder(least, largest, N_BLOCK_SIZES).tolist())


def field_lengths(sample: Sample) -> FloatArray:
    """Return the lengths of correlation to choose from, in metres, ascending, shape (12,).

    From what the background is apart, which cannot show anything shorter, to the longer side of the
    ground, which cannot tell anything longer from a trend.

    Examples
    --------
    >>> at = np.stack(np.meshgrid(np.arange(0, 3e5 + 1, 5e3), np.arange(0, 1e5 + 1, 5e3)), axis=-1)
    >>> sample = Sample(
    ...     np.zeros((1, 1)), np.zeros((1, 2)), np.zeros(1, dtype=int), np.zeros((1281, 1)),
    ...     at.reshape(-1, 2),
    ... )
    >>> field_lengths(sample)[[0, -1]].tolist()
    [10000.0, 300000.0]
    """
    width = ground_width_m(sample)
    return _ladder(min(background_spacing_m(sample), width / LEAST_LADDER), width, N_LENGTHS)


def ground_width_m(sample: Sample) -> float:
    """Return the longer side, in metres, of the rectangle that holds the ground and the deposits."""
    at = np.vstack([sample.positive_at, sample.background_at])
    return float(max(np.ptp(at, axis=0).max(), 1.0))


def background_spacing_m(sample: Sample) -> float:
    """Return how far apart background places are, in metres: 1 / root of their density on the ground.

    Twice the mean distance to the nearest one, which of places strewn at random is half of that.
    """
    nearest = _nearest(sample.background_at)
    return float(2 * nearest.mean())


def _nearest(at: FloatArray) -> FloatArray:
    """Return the distance of each place to its nearest other one, in metres; 0 of a single one."""
    places = np.unique(at, axis=0)
    if len(places) < 2:
        return np.zeros(1)
    apart, _ = cKDTree(places).query(places, k=[2])
    return np.asarray(apart, dtype=float).ravel()


def _ladder(least: float, largest: float, n: int) -> FloatArray:
    """Return lengths evenly by ratio from the least to the largest, to two digits."""
    least = least if least > 0 else largest / LEAST_LADDER
    lengths = np.geomspace(least, largest, n)
    digits = 10.0 ** (np.floor(np.log10(lengths)) - 1)
    return np.asarray(np.round(lengths / digits) * digits)
