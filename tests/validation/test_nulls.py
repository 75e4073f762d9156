"""The nulls: how deposits are shifted, how far a variogram looks, what counts against the model."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from prospector.compute.engine import Workers
from prospector.models import SquaredLogistic
from prospector.validation import (
    Sample,
    correlation_lengths,
    measure_skill,
    p_value,
    share_below,
    shifted_deposits,
)
from prospector.validation.nulls import SHIFTED, SMOOTH, null_figures
from prospector.validation.shifting import shift
from prospector.validation.unseen import LADDER, Reached, greatest_p95, together, unseen

KM = 1000.0
SIDE = 39
"""Ground of 40 by 40 places, 10 km apart: 390 km from the first to the last, where the torus closes."""


def lattice():
    """Return places in rows from the south-west corner, shape (1600, 2); the corner is not at 0."""
    east, north = np.meshgrid(np.arange(SIDE + 1), np.arange(SIDE + 1))
    return 500 * KM + 10 * KM * np.column_stack([east.ravel(), north.ravel()])


def pattern():
    """Return three deposits whose evidence is where they lie: two of one district, one of another.

    The second lies 10 km east and 30 km north of the first, the third 50 km east and 20 km north.
    """
    ground = lattice()
    deposits = ground[0] + 10 * KM * np.array([[4.0, 5.0], [5.0, 8.0], [9.0, 7.0]])
    return Sample(deposits, deposits, np.array([7, 7, 3]), ground, ground)


def steps(sample):
    """Return how many places of the torus the second and third deposit lie from the first, -19 to 19."""
    away = np.round((sample.positive_at[1:] - sample.positive_at[0]) / (10 * KM)).astype(int)
    return (away + 19) % SIDE - 19


def test_a_replicate_as_high_as_the_model_counts_against_it():
    """Two of three replicates are not below 0.9: p is (1 + 2) / (3 + 1)."""
    assert p_value(0.9, np.array([0.5, 0.9, 0.9])) == pytest.approx(0.75)


def whole_shifts(n):
    """Return the shifts, of so many seeds, that lose no deposit: most of them."""
    moved = [shift(pattern(), random=np.random.default_rng(seed)) for seed in range(n)]
    whole = [drawn.sample for drawn in moved if not drawn.dropped and not drawn.alone]
    assert len(whole) > 0.7 * n
    return whole


def test_the_shifted_pattern_keeps_its_shape_on_the_torus():
    """Deposits move as a whole, to the next place: each step keeps its length to one place of ground."""
    for moved in whole_shifts(20):
        turned = np.sign(steps(moved)[0])
        np.testing.assert_allclose(steps(moved) * turned, [[1, 3], [5, 2]], atol=1)


def test_a_district_is_not_torn_where_the_torus_closes():
    """The two of one district lie 10 km east and 30 km north of each other, and not across the window."""
    for moved in whole_shifts(20):
        apart = np.abs(moved.positive_at[1] - moved.positive_at[0]) / (10 * KM)
        np.testing.assert_allclose(apart, [1, 3], atol=1.01)


def test_the_shifted_pattern_is_mirrored_in_each_axis_half_of_the_time():
    """Of 40 draws each of the four ways to turn comes up, none more than 20 times."""
    draws = whole_shifts(60)[:40]
    turned = [tuple(np.sign(steps(moved)[0])) for moved in draws]
    counts = [turned.count((east, north)) for east in (-1, 1) for north in (-1, 1)]
    assert sum(counts) == 40
    assert 1 <= min(counts) <= max(counts) <= 20


def test_a_shifted_deposit_keeps_its_district_and_takes_the_evidence_of_its_new_place():
    """Districts stay whole, so that folds hold them out whole; the background does not move."""
    sample = pattern()
    moved = shifted_deposits(sample, random=np.random.default_rng(1))
    assert moved.district.tolist() == [7, 7, 3]
    np.testing.assert_array_equal(moved.positive, moved.positive_at)
    assert not np.array_equal(moved.positive_at, sample.positive_at)
    assert moved.background is sample.background


def test_the_variogram_looks_as_far_as_half_of_the_lags():
    """A wave of 160 km is at its variance after a quarter, 40 km: that is the length, by a factor of two."""
    east = np.linspace(0, 400 * KM, 600)
    at = np.column_stack([east, np.zeros(600)])
    evidence = np.column_stack([np.cos(2 * np.pi * east / (160 * KM)), east])
    sample = Sample(evidence[:3], at[:3], np.arange(3), evidence, at)
    wave, trend = correlation_lengths(sample, random=np.random.default_rng(0)) / KM
    assert 20 <= wave <= 80
    assert trend == pytest.approx(400)


def test_replicates_of_a_null_have_the_figures_of_the_real_sample_and_seeds_of_their_own():
    """A row a replicate, as wide as what it is compared with; more of them change none before."""
    random = np.random.default_rng(0)
    ground = lattice()[::4]
    evidence = random.normal(size=(len(ground), 1))
    sample = Sample(evidence[:20], ground[:20], np.arange(20), evidence, ground)
    folds = (np.arange(20) % 2, np.arange(len(ground)) % 2)

    def nulls(n):
        return null_figures(
            SquaredLogistic(), [sample], [folds], lambda moved, random: folds, n, 5,
            workers=Workers(count=1), done=None,
        )  # fmt: skip

    few, more = nulls(2), nulls(3)
    real = unseen(SquaredLogistic(), [sample], [folds]).reached
    for name in (SMOOTH, SHIFTED):
        assert more[name].found.shape == (3, len(real.found))
        np.testing.assert_array_equal(more[name].found[:2], few[name].found)
        np.testing.assert_array_equal(more[name].auc[:2], few[name].auc)
        assert len(np.unique(more[name].auc)) == 3


def patches(seed, share):
    """Return 30 deposits and 800 places of ground in discs that fill a share of a square of 200 km.

    Deposits are drawn from the ground itself; the evidence is the distance to the middle of the disc,
    which has nothing to do with them.
    """
    random = np.random.default_rng(seed)
    axis = np.arange(20, 200, 40) * KM
    middles = np.array([(east, north) for east in axis for north in axis])
    middles = middles[random.permutation(25)[: random.integers(4, 26)]]
    place = random.uniform(0, 200 * KM, (200_000, 2))
    away = cKDTree(middles).query(place)[0]
    inside = away < np.sqrt(share * 40 * KM * 40 * KM / np.pi)
    ground, evidence = place[inside][:830], away[inside][:830, None] / KM
    return Sample(evidence[:30], ground[:30], np.arange(30), evidence[30:], ground[30:]), random


@pytest.mark.parametrize("share", [0.08, 0.3, 0.7])
def test_shifted_deposits_are_chance_on_ground_in_patches(share):
    """Over 40 regions of 4 to 25 discs the mean is 0.50 +- 0.03; snapped to the ground it was 0.7 to 0.9."""
    aucs = []
    for seed in range(40):
        sample, random = patches(seed, share)
        moved = shift(sample, random=random).sample
        aucs.append(share_below(-moved.positive[:, 0], -moved.background[:, 0]).mean())
    assert np.mean(aucs) == pytest.approx(0.5, abs=0.03)


def test_p_is_uniform_on_ground_in_patches():
    """Where a score has nothing to do with the deposits each quarter of p holds a quarter of the regions."""
    p = []
    for seed in range(120):
        sample, random = patches(seed, 0.2)

        def auc(drawn):
            return share_below(drawn.positive[:, 0], drawn.background[:, 0]).mean()

        null = np.array([auc(shift(sample, random=random).sample) for _ in range(19)])
        p.append(p_value(auc(sample), null))
    for quarter in (0.25, 0.5, 0.75):
        assert np.mean(np.array(p) <= quarter + 1e-9) == pytest.approx(quarter, abs=0.12)


def test_a_district_larger_than_every_patch_loses_deposits_and_says_how_many():
    """Of two deposits 60 km apart on a strip 20 km wide one falls off wherever the other lands."""
    random = np.random.default_rng(0)
    ground = random.uniform(0, 1, (2000, 2)) * np.array([400 * KM, 20 * KM])
    deposits = np.array([[100 * KM, -20 * KM], [100 * KM, 40 * KM]])
    sample = Sample(np.zeros((2, 1)), deposits, np.zeros(2, dtype=int), ground[:, :1], ground)
    moved = [shift(sample, random=random) for _ in range(20)]
    assert {drawn.dropped for drawn in moved} == {0.5}
    assert {len(drawn.sample.positive) for drawn in moved} == {1}


def test_a_null_that_loses_most_of_the_pattern_is_not_computed_and_gives_no_verdict():
    """Districts as wide as the window on two small patches: could not tell, however high the AUC."""
    random = np.random.default_rng(1)
    middles = np.array([[50.0, 50.0], [150.0, 60.0]]) * KM
    ground = np.vstack([middle + random.uniform(-6, 6, (300, 2)) * KM for middle in middles])
    away = np.array([[0.0, 0.0], [30.0, 0.0], [60.0, 0.0], [0.0, 30.0], [0.0, 60.0], [60.0, 60.0]])
    deposits = np.vstack([20 * KM + away * KM, 90 * KM + away * KM])
    evidence = random.normal(size=(600, 1))
    sample = Sample(evidence[:12] + 9, deposits, np.repeat([0, 1], 6), evidence, ground)
    skill, _ = measure_skill(SquaredLogistic(), sample, without_schematic=[0], n_null=19, repeats=2)
    shifted = next(null for null in skill.measured.nulls if null.kind == SHIFTED)
    assert shifted.n_usable < 10
    assert not shifted.computed
    assert skill.measured.deciding_null == SMOOTH
    assert not skill.measured.beats_nulls
    assert skill.verdict == "could not tell"


def test_a_figure_that_no_replicate_has_has_no_percentile():
    """Scores that are all the same have no Boyce index; the other figures keep theirs."""
    flat = together([Reached(0.5, 1.0, 0.5, np.nan, LADDER)] * 3)
    other = together([Reached(0.7, 1.0, 0.5, 0.2, LADDER)] * 3)
    p95 = greatest_p95([flat, other])
    assert np.isnan(p95.boyce)
    assert p95.auc == pytest.approx(0.7)
    np.testing.assert_array_equal(p95.found, LADDER)
