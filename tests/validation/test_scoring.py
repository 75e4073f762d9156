"""Scores of deposits held out: who is learned from, who is compared with whom, with answers by hand."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from prospector.models import FuzzyOverlay, SmallMembership, SquaredLogistic
from prospector.validation.sample import NEVER, Sample
from prospector.validation.scoring import (
    blocked_auc,
    fit_balanced,
    fit_sample,
    ground_beside,
    held_out_shares,
    hold_out,
    score_rows,
    share_below,
    share_range,
)

PLACES = np.zeros((4, 2))
SAMPLE = Sample(
    np.array([[5.0], [1.0], [3.0]]), PLACES[:3], np.arange(3),
    np.array([[0.0], [2.0], [4.0], [6.0]]), PLACES,
)  # fmt: skip
TWO_FOLDS = np.array([0, 1, 1]), np.array([0, 0, 1, 1])


def as_it_is(sample):
    """Learn nothing: the score is the evidence."""
    return lambda evidence, at: evidence[:, 0]


def test_each_fold_learns_from_the_others_and_scores_its_own():
    """Deposits and background that are tested are not in the sample that is learned from."""
    seen = []

    def learn(sample):
        seen.append((sample.positive[:, 0].tolist(), sample.background[:, 0].tolist()))
        return as_it_is(sample)

    first, second = hold_out(SAMPLE, TWO_FOLDS, learn)
    assert seen == [([1.0, 3.0], [4.0, 6.0]), ([5.0], [0.0, 2.0])]
    assert (first.scores.tolist(), second.scores.tolist()) == ([5.0], [1.0, 3.0])
    assert first.among.tolist() == second.among.tolist() == [0.0, 2.0, 4.0, 6.0]


def test_a_deposit_is_compared_with_its_own_fold_and_with_all_ground():
    """5 lies above 0 and 2, and above 3 of the 4; 1 and 3 lie below 4 and 6."""
    inside, everywhere = held_out_shares(SAMPLE, TWO_FOLDS, as_it_is)
    assert inside.tolist() == [1.0, 0.0, 0.0]
    assert everywhere.tolist() == [0.75, 0.25, 0.5]


def test_a_deposit_that_no_fold_can_test_has_no_share():
    """Of a fold without background, and of one that is never tested."""
    folds = np.array([0, 1, NEVER]), np.array([0, 0, 2, 2])
    inside, everywhere = held_out_shares(SAMPLE, folds, as_it_is)
    np.testing.assert_array_equal(inside, [1.0, np.nan, np.nan])
    np.testing.assert_array_equal(everywhere, [0.75, np.nan, np.nan])


def test_without_a_fold_to_test_the_auc_is_that_of_a_coin():
    """All deposits lie in one fold: nothing is left to learn from."""
    one_fold = np.zeros(3, dtype=int), np.zeros(4, dtype=int)
    assert blocked_auc(LogisticRegression(), SAMPLE, one_fold) == 0.5


def test_the_auc_in_blocks_is_the_mean_over_the_deposits_that_were_tested():
    """A fold learns that more is better and tests two deposits: 5 above 0 and 4, 3 above 0."""
    sample = Sample(
        np.array([[5.0], [3.0], [9.0]]), PLACES[:3], np.arange(3),
        np.array([[0.0], [4.0], [-9.0], [-8.0]]), PLACES,
    )  # fmt: skip
    folds = np.array([0, 0, NEVER]), np.array([0, 0, NEVER, NEVER])
    assert blocked_auc(LogisticRegression(), sample, folds) == 0.75


def test_deposits_and_background_carry_equal_weight():
    """One deposit and three places of background: half each; without weights a quarter."""
    deposit, background = np.ones((1, 1)), np.zeros((3, 1))
    weighed = fit_balanced(DummyClassifier(strategy="prior"), deposit, background)
    assert weighed.class_prior_.tolist() == [0.5, 0.5]
    plain = fit_balanced(KNeighborsClassifier(n_neighbors=4), deposit, background)
    assert plain.predict_proba([[0.0]])[0].tolist() == [0.75, 0.25]


def test_what_is_fitted_is_a_clone():
    """The estimator that was handed in stays unfitted."""
    estimator = DummyClassifier(strategy="prior")
    fit_balanced(estimator, np.ones((1, 1)), np.zeros((3, 1)))
    assert not hasattr(estimator, "class_prior_")


def test_the_score_is_the_first_that_an_estimator_has():
    """Log-odds before probability, a stated overlay's score, else the share of class 1."""
    evidence, labels = np.array([[0.0], [1.0], [2.0], [3.0]]), [0, 0, 1, 1]
    logistic = LogisticRegression().fit(evidence, labels)
    odds = evidence[:, 0] * logistic.coef_[0] + logistic.intercept_
    np.testing.assert_allclose(score_rows(logistic, evidence), odds)
    overlay = FuzzyOverlay([SmallMembership(midpoint=10, spread=2)], operator="and").fit(evidence)
    assert score_rows(overlay, np.array([[10.0]])).tolist() == [0.5]
    nearest = KNeighborsClassifier(n_neighbors=1).fit(evidence, labels)
    assert score_rows(nearest, evidence).tolist() == [0.0, 0.0, 1.0, 1.0]


def test_shares_count_by_weight_and_ties_by_half():
    """Below 2 lies 1 of 4, at it 2 of 4."""
    among, weight = np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0])
    assert share_range(np.array([2.0]), among, weight=weight).tolist() == [[0.25, 0.75]]
    assert share_below(np.array([2.0]), among, weight=weight).tolist() == [0.5]
    even = np.ones(3)
    assert share_below(np.array([2.5]), among, weight=even).tolist() == pytest.approx(
        share_below(np.array([2.5]), among).tolist()
    )


def test_the_ground_of_a_district_that_is_held_out_does_not_train():
    """Two deposits 30 km apart in two blocks: ground within 30 km of either leaves with them."""
    km = np.array([[0.0, 0], [30, 0], [200, 0], [230, 0]])
    ground = np.array([[-20.0, 0], [45, 0], [65, 0], [150, 0], [190, 0], [240, 0]])
    sample = Sample(km, 1000 * km, np.array([0, 0, 1, 2]), ground, 1000 * ground)
    folds = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0, 1, 1])
    trained = []

    def learn(part):
        trained.append(part.background[:, 0].tolist())
        return as_it_is(part)

    list(hold_out(sample, folds, learn))
    assert ground_beside(sample).tolist() == [0, 1, -1, -1, 2, 3]
    assert trained == [[65.0, 190.0, 240.0], [-20.0, 150.0]]


def test_what_is_expected_goes_with_the_columns_of_evidence():
    """A part of the evidence keeps its own expectations; noise on one column has none."""
    random = np.random.default_rng(0)
    sample = replace(
        SAMPLE,
        positive=random.normal(1, 1, (3, 3)), background=random.normal(0, 1, (4, 3)),
        expected=("increasing", "any", "decreasing"),
    )  # fmt: skip
    some = sample.with_columns([2, 0])
    assert some.expected == ("decreasing", "increasing")
    assert some.part(np.array([0, 1]), np.arange(4)).expected == some.expected
    assert sample.with_evidence(np.ones((3, 3)), np.zeros((4, 3))).expected == sample.expected
    assert sample.with_evidence(np.ones((3, 1)), np.zeros((4, 1))).expected is None
    first, second = fit_sample(SquaredLogistic(signs="bound"), some).coef_[0]
    assert first <= 0 <= second


def test_ground_beside_deposits_without_a_district_trains():
    """Where each deposit is its own district nothing reaches into another block."""
    sample = Sample(
        SAMPLE.positive,
        np.array([[0.0, 0], [1, 0], [2, 0]]),
        np.arange(3),
        SAMPLE.background,
        PLACES + 0.5,
    )
    assert ground_beside(sample).tolist() == [-1] * 4
