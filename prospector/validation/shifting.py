"""Patterns of deposits moved over the ground, to where their evidence says nothing of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from prospector.grid import BoolArray, FloatArray, IntArray
from prospector.validation.sample import Sample

REACH = 2.0
"""Ground reaches so far around its sample: in median distances of a sampled place to the next."""


@dataclass(frozen=True, eq=False)
class Shifted:
    """A pattern of deposits that was moved, and what of it could not go as a whole.

    Parameters
    ----------
    sample
        The deposits that landed on ground, each with the evidence of the place nearest to it.
    alone
        Share of the districts that left the ground with the pattern and were moved by themselves.
    dropped
        Share of the deposits that landed off the ground and are left out.
    """

    sample: Sample
    alone: float
    dropped: float


@dataclass(frozen=True, eq=False)
class Places:
    """Places that a ground was sampled at, and how far in metres the ground reaches around each."""

    tree: cKDTree
    reach_m: float

    @staticmethod
    def of(at: FloatArray) -> Places:
        """Return those of a sample's background, easting and northing in metres, shape (n, 2)."""
        tree = cKDTree(at)
        nearest_m = np.asarray(tree.query(at, k=2)[0])[:, 1]
        return Places(tree, REACH * float(np.median(nearest_m)))


def shift(sample: Sample, *, random: np.random.Generator, places: Places | None = None) -> Shifted:
    """Move a pattern of deposits over the ground that its background was drawn from.

    The pattern moves as a whole, torus-wise over the window, perhaps mirrored. One deposit of each
    district, drawn by lot, decides for it: where it lands on ground the district stays there; where
    it does not, the district moves by itself, that deposit to a background place drawn by lot. Of a
    district that then reaches beyond the ground, the deposits off it are left out. Nothing is drawn
    a second time, since a district that may try again ends in the middle of its patch of ground.

    Parameters
    ----------
    places
        Those of the background; made of it if left out, which takes most of the time.

    Notes
    -----
    With evidence that has nothing to do with the deposits the mean AUC is one half, however little
    of the window is ground. A pattern moved over the window and snapped to the nearest ground, as
    was done before, crowds at the edges of patches: 0.71 to 0.87.
    """
    ground = places or Places.of(sample.background_at)
    tree, reach = ground.tree, ground.reach_m
    mirrored, moved = _moved_whole(sample, random)
    districts = np.unique(sample.district)
    nearest, landed, n_alone = np.zeros(len(moved), np.intp), np.zeros(len(moved), bool), 0
    for district in districts:
        members = np.flatnonzero(sample.district == district)
        decides = random.integers(len(members))
        apart, there = map(np.asarray, tree.query(moved[members]))
        if apart[decides] > reach:
            n_alone += 1
            home = sample.background_at[random.integers(len(sample.background_at))]
            offsets = mirrored[members] - mirrored[members[decides]]
            apart, there = map(np.asarray, tree.query(home + offsets))
        nearest[members], landed[members] = there, apart <= reach
    return Shifted(
        _at_places(sample, nearest, landed), n_alone / len(districts), float(1 - landed.mean())
    )


def shifted_deposits(sample: Sample, *, random: np.random.Generator) -> Sample:
    """Return the deposits of `shift` alone: each district whole where the ground holds it."""
    return shift(sample, random=random).sample


def _moved_whole(sample: Sample, random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return the pattern perhaps mirrored, and where it lies after a step over the torus."""
    low, high = sample.background_at.min(axis=0), sample.background_at.max(axis=0)
    mirrored = np.where(
        random.integers(0, 2, 2) == 1, low + high - sample.positive_at, sample.positive_at
    )
    wide = np.where(high > low, high - low, 1.0)  # of ground on one row of cells too
    step = random.uniform(0, 1, 2) * wide
    return mirrored, low + np.mod(mirrored - low + step, wide)


def _at_places(sample: Sample, nearest: IntArray, landed: BoolArray) -> Sample:
    """Return the deposits that landed, with what the background holds where each does."""
    places = nearest[landed]
    return replace(
        sample.part(landed, np.arange(len(sample.background))),
        positive=sample.background[places],
        positive_at=sample.background_at[places],
        background=sample.background,
        background_at=sample.background_at,
    )
