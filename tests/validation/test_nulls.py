"""The nulls: how deposits are shifted, how far a variogram looks, what counts against the model."""

import numpy as np
import pytest

from prospector.compute.engine import Workers
from prospector.models import SquaredLogistic
from prospector.validation import Sample, correlation_lengths, p_value, shifted_deposits
from prospector.validation.nulls import SHIFTED, SMOOTH, null_figures
from prospector.validation.unseen import unseen

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


@pytest.mark.parametrize("seed", range(8))
def test_the_shifted_pattern_keeps_its_shape_on_the_torus(seed):
    """Deposits move as a whole: each step keeps its length, and all turn the same way or none."""
    moved = shifted_deposits(pattern(), random=np.random.default_rng(seed))
    turned = np.sign(steps(moved)[0])
    np.testing.assert_array_equal(steps(moved) * turned, [[1, 3], [5, 2]])


def test_the_shifted_pattern_is_mirrored_in_each_axis_half_of_the_time():
    """Of 40 draws each of the four ways to turn comes up, none more than 20 times."""
    draws = [shifted_deposits(pattern(), random=np.random.default_rng(i)) for i in range(40)]
    turned = [tuple(np.sign(steps(moved)[0])) for moved in draws]
    counts = [turned.count((east, north)) for east in (-1, 1) for north in (-1, 1)]
    assert sum(counts) == 40
    assert 1 <= min(counts) <= max(counts) <= 20


def test_a_shifted_deposit_keeps_its_district_and_takes_the_evidence_of_its_new_place():
    """Districts stay whole, so that folds hold them out whole; the background does not move."""
    sample = pattern()
    moved = shifted_deposits(sample, random=np.random.default_rng(0))
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
