"""Replicas and the learning curve: districts whole, ranks by hand, more deposits never hurt."""

import numpy as np
import pytest

from prospector.models import SquaredLogistic
from prospector.validation import Sample, out_of_fold, random_folds
from prospector.validation.replicas import (
    draw_replica,
    fit_replicas,
    fitting_districts,
    learning_curve,
    rank_spread,
    replica_scores,
)


def planted(seed=0, shift=1.0, n=60):
    """Return deposits in districts of three whose five evidences are all shifted."""
    random = np.random.default_rng(seed)
    evidence = random.normal(size=(n + 800, 5))
    evidence[:n] += shift
    at = random.uniform(size=(n + 800, 2))
    return Sample(
        evidence[:n], at[:n], np.repeat(np.arange(n // 3), 3), evidence[n:], at[n:]
    ), random


def test_a_replica_draws_districts_whole_and_half_of_the_background():
    """As many districts with repetition, each with all of its deposits; background without."""
    drawn, random = planted()
    replica = draw_replica(drawn, random=random)
    counts = np.bincount(replica.district, minlength=20)
    assert (counts % 3 == 0).all()
    assert counts.sum() == 60
    assert counts.max() > 3
    assert len(np.unique(replica.background_at, axis=0)) == len(replica.background) == 400


def test_mean_rank_spread_and_top_by_hand():
    """Ten cells of ground: one row above all, one above 9 then 7, one that has no score."""
    ground = np.column_stack([np.arange(10.0), np.arange(10.0)])
    found = rank_spread(np.array([[99.0, 99.0], [8.5, 6.5], [np.nan, np.nan]]), ground)
    assert found.mean[:2] == pytest.approx([1.0, 0.8])
    assert found.spread[:2] == pytest.approx([0.0, 0.2 / np.sqrt(2)])
    assert found.top[:2] == pytest.approx([1.0, 0.5])
    assert np.isnan([found.mean[2], found.spread[2], found.top[2]]).all()


def test_ground_counts_by_its_area():
    """The upper of two cells has 3 of 4 parts: a row between them is above 1/4."""
    found = rank_spread(
        np.array([[0.5, 0.5]]), np.array([[0.0, 0.0], [1.0, 1.0]]), area=np.array([1.0, 3.0])
    )
    assert found.mean == pytest.approx([0.25])


def test_replicas_agree_on_what_is_plain_and_repeat_themselves():
    """All evidence high: above all; the same seed: the same scores; NaN stays NaN."""
    drawn, _ = planted()
    replicas = fit_replicas(SquaredLogistic(), drawn, n=8, random_state=1)
    rows = np.array([[2.0] * 5, [0.5] * 5, [np.nan] * 5])
    scores = replica_scores(replicas, rows)
    assert scores.shape == (3, 8)
    found = rank_spread(scores, replica_scores(replicas, drawn.background))
    assert found.top[0] == 1.0
    assert found.spread[0] < found.spread[1]
    assert np.isnan(found.mean[2])
    again = fit_replicas(SquaredLogistic(), drawn, n=8, random_state=1)
    assert (replica_scores(again, rows[:2]) == scores[:2]).all()
    assert len({one.intercept_ for one in replicas}) == 8


def test_one_replica_has_no_spread():
    """It is refused."""
    with pytest.raises(ValueError, match="at least 2 replicas"):
        rank_spread(np.zeros((1, 1)), np.zeros((5, 1)))


def test_districts_fit_or_are_passed_over():
    """Sizes 3, 3, 2 into 5: one of 3 and the 2, or the 2 and one of 3; never a part."""
    district = np.array([0, 0, 0, 1, 1, 1, 2, 2])
    for seed in range(20):
        chosen = fitting_districts(district, 5, random=np.random.default_rng(seed))
        assert len(chosen) == 5
        assert set(np.bincount(district[chosen], minlength=3)) == {0, 2, 3}
    assert len(fitting_districts(district, 1, random=np.random.default_rng(0))) in (2, 3)


def test_more_deposits_learn_better_and_all_of_them_as_the_model_does():
    """From 3 to all: the AUC climbs; at the end it is the blocked AUC itself."""
    drawn, random = planted(shift=0.5)
    fold = drawn.district % 5
    folds = fold, random_folds(drawn, random=random)[1]
    few, more, every = learning_curve(SquaredLogistic(), drawn, folds, (3, 15, 100), draws=8)
    assert (few.n_trained, more.n_trained, every.n_trained) == (3.0, 15.0, 48.0)
    assert few.auc < more.auc < every.auc
    assert few.spread > every.spread == 0.0
    whole = np.nanmean(out_of_fold(SquaredLogistic(), drawn, folds)[0])
    assert every.auc == pytest.approx(whole, abs=1e-4)
