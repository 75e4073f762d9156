"""Folds: what is tested together, and how like the task of prediction that is."""

from dataclasses import replace

import numpy as np
import pytest

from prospector.compute.engine import Workers
from prospector.models import SquaredLogistic
from prospector.models.known import make_estimator
from prospector.validation import Sample, out_of_fold, random_folds, scoring, spatial_folds
from prospector.validation.divisions import BY_BASIN, compare_divisions
from prospector.validation.folds import (
    belts,
    fold_distance_m,
    leave_one_basin_out,
    leave_one_district_out,
    leave_one_group_out,
    nearest_neighbour_folds,
)
from prospector.validation.sample import NEVER
from prospector.validation.shifting import shift

KM = 1000.0


def places(positive_at, district, background_at):
    """Return a sample of which only the places matter."""
    return Sample(
        np.zeros((len(positive_at), 1)), np.asarray(positive_at, float) * KM, np.asarray(district),
        np.zeros((len(background_at), 1)), np.asarray(background_at, float) * KM,
    )  # fmt: skip


def clustered(seed, n_districts=12):
    """Return 4 deposits in each of 12 districts of 5 km, on a square of 400 km."""
    random = np.random.default_rng(seed)
    district = np.repeat(np.arange(n_districts), 4)
    centre = random.uniform(0, 400, (n_districts, 2))
    at = centre[district] + random.normal(0, 5, (len(district), 2))
    drawn = places(at, district, random.uniform(0, 400, (1000, 2)))
    evidence = random.normal(size=(1048, 2))
    return drawn.with_evidence(evidence[:48], evidence[48:]), random


def test_leave_one_district_out_tests_each_district_once():
    """A fold for each district, its deposits all in it, and every deposit gets a score."""
    drawn, _ = clustered(0)
    fold, background_fold = leave_one_district_out(drawn)
    assert [sorted(set(drawn.district[fold == one])) for one in range(12)] == [
        [one] for one in range(12)
    ]
    assert set(background_fold) == set(range(12))
    inside, everywhere = out_of_fold(SquaredLogistic(), drawn, (fold, background_fold))
    assert np.isfinite(inside).all()
    assert np.isfinite(everywhere).all()


def test_ground_is_tested_with_its_nearest_deposit():
    """Deposits at 0 and 100 km: ground at 40 goes with the first, at 60 with the second."""
    drawn = places([[0, 0], [100, 0]], [7, 3], [[40, 0], [60, 0]])
    fold, background_fold = leave_one_district_out(drawn)
    assert fold.tolist() == [1, 0]
    assert background_fold.tolist() == [1, 0]


def test_stated_belts_are_folds():
    """Labels of any kind: two belts, two folds."""
    drawn = places([[0, 0], [10, 0], [100, 0]], [0, 1, 2], [[1, 0], [90, 0]])
    fold, background_fold = leave_one_group_out(drawn, np.array(["Domeyko", "Domeyko", "coast"]))
    assert fold.tolist() == [0, 0, 1]
    assert background_fold.tolist() == [0, 1]


def test_a_belt_that_leaves_too_few_to_train_is_never_tested():
    """Of two and one deposits, two must train: the pair stays, its ground with it; the one is tested."""
    drawn = places([[0, 0], [10, 0], [100, 0]], [0, 1, 2], [[1, 0], [90, 0]])
    belt = np.array(["Domeyko", "Domeyko", "coast"])
    folds = leave_one_group_out(drawn, belt, least=2)
    assert folds[0].tolist() == [NEVER, NEVER, 1]
    assert folds[1].tolist() == [NEVER, 1]
    masks = [[mask.tolist() for mask in masks] for masks in scoring.tested(drawn, folds)]
    assert masks == [[[False, False, True], [False, True], [True, False]]]
    assert list(scoring.tested(drawn, leave_one_group_out(drawn, belt, least=3))) == []


def test_belts_by_distance_keep_districts_whole():
    """Centres at 5, 100 and 400 km: within 150 km the first two are one belt."""
    drawn = places([[0, 0], [10, 0], [100, 0], [400, 0]], [0, 0, 1, 2], [[0, 0]])
    belt = belts(drawn, within_m=150 * KM)
    assert belt[0] == belt[1] == belt[2] != belt[3]
    assert len(set(belts(drawn, within_m=50 * KM))) == 3


def test_w_by_hand():
    """Tested deposits lie 10 km from training, ground 10 and 30 km from deposits: W is 10 km."""
    drawn = places([[0, 0], [10, 0]], [0, 1], [[-10, 0], [40, 0]])
    assert fold_distance_m(drawn, np.array([0, 1])) == pytest.approx(10 * KM)
    assert fold_distance_m(drawn, np.array([0, 0])) == np.inf


def test_nearest_neighbour_folds_beat_random_and_block_folds_in_w():
    """Ten regions: W is that stated, always below random folds', on average below blocks'."""
    apart, blocks = [], []
    for seed in range(10):
        drawn, random = clustered(seed)
        (fold, _), w = nearest_neighbour_folds(drawn)
        assert w == fold_distance_m(drawn, fold)
        assert w < fold_distance_m(drawn, random_folds(drawn, random=random)[0])
        apart.append(w)
        blocks.append(
            fold_distance_m(drawn, spatial_folds(drawn, block_size_m=50 * KM, random=random)[0])
        )
    assert np.mean(apart) <= np.mean(blocks)


def test_nearest_neighbour_folds_keep_districts_whole_and_no_fold_above_half():
    """Five folds, every deposit in one, and the same ones again."""
    for seed in range(10):
        drawn, _ = clustered(seed)
        (fold, background_fold), _ = nearest_neighbour_folds(drawn)
        assert all(len(set(fold[drawn.district == one])) == 1 for one in range(12))
        assert set(fold) == set(background_fold) == set(range(5))
        assert np.bincount(fold).max() <= 24
        assert (nearest_neighbour_folds(drawn)[0][0] == fold).all()


def test_where_the_origin_lies_and_how_deposits_are_ordered_does_not_matter():
    """Moved by 1000 km and read backwards: the same deposits are tested together."""
    for seed in range(5):
        drawn, _ = clustered(seed)
        (fold, background_fold), w = nearest_neighbour_folds(drawn)
        back = drawn.part(np.arange(48)[::-1], np.arange(1000))
        back = Sample(
            back.positive, back.positive_at + 1000 * KM, back.district,
            back.background, back.background_at + 1000 * KM,
        )  # fmt: skip
        (again, ground_again), w_again = nearest_neighbour_folds(back)
        assert (again[::-1] == fold).all()
        assert (ground_again == background_fold).all()
        assert w_again == pytest.approx(w)


def test_few_districts_make_as_many_folds_and_one_makes_none():
    """Three districts, three folds; one is refused."""
    drawn = places([[0, 0], [100, 0], [0, 300]], [0, 1, 2], [[50, 50]])
    assert set(nearest_neighbour_folds(drawn, n_folds=5)[0][0]) == {0, 1, 2}
    with pytest.raises(ValueError, match="at least 2 districts"):
        nearest_neighbour_folds(places([[0, 0], [1, 0]], [0, 0], [[9, 9]]))


# basins -----------------------------------------------------------------------------------------


def in_basins(seed=0, *, known=True):
    """Eight basins of 100 km, 24 deposits in four; evidence is noise, the same all over each basin."""
    random = np.random.default_rng(seed)
    ground_at = random.uniform([0, 0], [400_000, 200_000], (800, 2))
    value, best = random.normal(0, 1, (8, 5)), np.array([0, 3, 5, 6])
    corner = np.column_stack([best % 4, best // 4]) * 100_000.0
    at = np.repeat(corner, 6, axis=0) + random.uniform(5_000, 95_000, (24, 2))

    def basin(places):
        return (places[:, 0] // 100_000 + 4 * (places[:, 1] // 100_000)).astype(np.intp)

    of_deposit, of_ground = basin(at), basin(ground_at)
    basins = (of_deposit, of_ground) if known else (None, None)
    return Sample(
        value[of_deposit], at, np.arange(24), value[of_ground], ground_at,
        basin=basins[0], ground_basin=basins[1],
    )  # fmt: skip


def test_a_basin_is_held_out_whole_with_its_ground():
    """No basin stands on both sides of a fold, and basins without a deposit go whole as well."""
    sample = in_basins()
    fold, ground = leave_one_basin_out(
        sample, block_size_m=50_000.0, random=np.random.default_rng(0)
    )
    assert len(np.unique(fold)) == 4
    for basin in np.unique(sample.ground_basin):
        assert len(np.unique(ground[sample.ground_basin == basin])) == 1
        deposits = fold[sample.basin == basin]
        assert set(deposits) <= set(ground[sample.ground_basin == basin])


def test_what_lies_in_no_basin_is_held_out_by_blocks():
    """The western half has basins; deposits of the east go by blocks, never into a basin's fold."""
    sample = in_basins()
    east = sample.positive_at[:, 0] > 200_000
    sample = replace(
        sample,
        basin=np.where(east, -1, sample.basin),
        ground_basin=np.where(sample.background_at[:, 0] > 200_000, -1, sample.ground_basin),
    )
    fold, _ = leave_one_basin_out(sample, block_size_m=50_000.0, random=np.random.default_rng(0))
    assert not set(fold[east]) & set(fold[~east])
    assert len(np.unique(fold[east])) > len(np.unique(sample.basin[~east]))


def test_a_basin_whose_absence_leaves_too_few_is_never_tested():
    """Four basins of six deposits: without one, 18 are left."""
    sample, random = in_basins(), np.random.default_rng(0)
    enough, _ = leave_one_basin_out(sample, block_size_m=5e4, random=random, least=18)
    never, _ = leave_one_basin_out(sample, block_size_m=5e4, random=random, least=19)
    assert (enough != NEVER).all()
    assert (never == NEVER).all()


def test_what_is_the_same_all_over_a_basin_ranks_nothing_once_the_basin_is_held_out():
    """Blocks that cut basins let an evidence of each basin look like skill; basin by basin there is none."""
    by_basin, by_block = [], []
    for seed in range(4):
        sample, random = in_basins(seed), np.random.default_rng(seed)
        estimator = make_estimator("logistic", 0, {})
        basins = leave_one_basin_out(sample, block_size_m=5e4, random=random)
        blocks = spatial_folds(sample, block_size_m=2e4, random=random)
        by_basin.append(np.nanmean(out_of_fold(estimator, sample, basins)[0]))
        by_block.append(np.nanmean(out_of_fold(estimator, sample, blocks)[0]))
    assert np.mean(by_block) > 0.65  # 0.75 at most: the four basins hold half of the ground
    assert np.mean(by_basin) < 0.55


def test_a_moved_pattern_lies_in_the_basins_of_where_it_landed():
    """Not in those that it came from."""
    sample = in_basins()
    moved = shift(sample, random=np.random.default_rng(1)).sample
    expected = moved.positive_at[:, 0] // 100_000 + 4 * (moved.positive_at[:, 1] // 100_000)
    np.testing.assert_array_equal(moved.basin, expected)
    assert len(moved.ground_basin) == len(moved.background)


def test_basins_are_held_out_only_where_a_region_has_them():
    """Else the way is not named at all."""
    how = {"n_null": 2, "random_state": 0, "workers": Workers(count=1)}
    estimator = make_estimator("logistic", 0, {})
    with_basins, without = (
        {way.folds: way for way in compare_divisions(estimator, sample, **how)}
        for sample in (in_basins(), in_basins(known=False))
    )
    assert with_basins[BY_BASIN].n_folds == 4
    assert with_basins[BY_BASIN].n_tested == 24
    assert BY_BASIN not in without
