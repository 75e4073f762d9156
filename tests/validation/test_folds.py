"""Folds: what is tested together, and how like the task of prediction that is."""

import numpy as np
import pytest

from prospector.models import SquaredLogistic
from prospector.validation import Sample, out_of_fold, random_folds, scoring, spatial_folds
from prospector.validation.folds import (
    belts,
    fold_distance_m,
    leave_one_district_out,
    leave_one_group_out,
    nearest_neighbour_folds,
)
from prospector.validation.sample import NEVER

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
