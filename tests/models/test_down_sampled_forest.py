"""The down-sampled forest, and the rows that it grows on."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import check_estimator

from prospector.models import DownSampledForest, make_estimator
from prospector.models.rows import Rows, merge_rows

EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": (
        "equal deposits are one deposit, so a row given twice is no row of double weight"
    )
}


def sample(n_deposits=30, n_background=300, seed=0):
    random = np.random.default_rng(seed)
    rows = np.vstack([random.normal(1, 1, (n_deposits, 3)), random.normal(0, 1, (n_background, 3))])
    return rows, np.repeat([1, 0], [n_deposits, n_background])


def test_it_passes_scikit_learns_own_checks():
    """All but the one that its rule on equal deposits excludes."""
    results = check_estimator(
        DownSampledForest(10, random_state=0),
        expected_failed_checks=EXPECTED,
        on_fail=None,
        on_skip=None,
    )
    assert [one["check_name"] for one in results if one["status"] == "failed"] == []


def test_every_tree_sees_all_deposits_and_as_much_background():
    """30 and 30, whatever 300 rows of background there are."""
    rows, labels = sample()
    forest = DownSampledForest(20, random_state=0).fit(rows, labels)
    assert forest.drawn_.tolist() == [[30.0, 30.0]] * 20
    root = [tree.tree_.weighted_n_node_samples[0] for tree in forest.estimators_]
    assert root == [60.0] * 20


def test_leaves_are_limited():
    """No tree has more than four."""
    forest = DownSampledForest(20, max_leaf_nodes=4, random_state=0).fit(*sample())
    assert max(tree.get_n_leaves() for tree in forest.estimators_) == 4


def test_the_score_is_the_mean_of_the_trees():
    """As scikit-learn's own trees give it one by one, also when rows come in several pieces."""
    rows, labels = sample()
    forest = DownSampledForest(5, random_state=0).fit(rows, labels)
    many = np.random.default_rng(1).normal(size=(70_000, 3))
    one_by_one = np.mean([tree.predict_proba(many)[:, 1] for tree in forest.estimators_], axis=0)
    np.testing.assert_allclose(forest.predict_proba(many)[:, 1], one_by_one, atol=1e-12)


def test_contributions_add_up_to_the_score():
    """Each tree's root holds one half: both classes weigh the same."""
    rows, labels = sample()
    forest = DownSampledForest(10, random_state=0).fit(rows, labels)
    np.testing.assert_allclose(
        0.5 + forest.contributions(rows).sum(axis=1), forest.predict_proba(rows)[:, 1], atol=1e-12
    )


def test_the_same_seed_gives_the_same_forest_and_another_seed_another():
    """Also when the rows come in another order."""
    rows, labels = sample()
    order = np.random.default_rng(5).permutation(len(rows))
    first = DownSampledForest(10, random_state=3).fit(rows, labels).decision_function(rows)
    again = DownSampledForest(10, random_state=3).fit(rows[order], labels[order])
    other = DownSampledForest(10, random_state=4).fit(rows, labels)
    np.testing.assert_array_equal(first, again.decision_function(rows))
    assert (first != other.decision_function(rows)).any()


def test_background_is_drawn_by_its_weight():
    """Half of the deposits lie at 0, and of the background 1/2, 1/4 or all that is drawn."""
    deposits = np.repeat([0.0, 2.0], 50)[:, None]
    background = np.repeat([0.0, 1.0], 50)[:, None]
    rows, labels = np.vstack([deposits, background]), np.repeat([1, 0], [100, 100])
    for weight_at_1, expected in ((1.0, 1 / 2), (3.0, 2 / 3), (0.0, 1 / 3)):
        weight = np.concatenate([np.ones(150), np.full(50, weight_at_1)])
        forest = DownSampledForest(100, random_state=0).fit(rows, labels, sample_weight=weight)
        assert forest.predict_proba([[0.0]])[0, 1] == pytest.approx(expected, abs=0.02)


def test_a_forest_of_no_trees_is_refused():
    """It would say nothing."""
    with pytest.raises(ValueError, match="at least 1 tree"):
        DownSampledForest(0).fit(*sample())


def test_equal_deposits_are_one_and_equal_background_adds_up():
    """Of 25 deposits one is listed twice; background listed twice weighs 2."""
    deposits = np.arange(25.0)[:, None]
    rows = np.vstack([deposits, deposits[:1], [[100.0], [100.0], [200.0]]])
    positive = np.repeat([True, False], [26, 3])
    merged = merge_rows(Rows(rows, positive, np.ones(29)))
    assert merged.positive.sum() == 25
    background = dict(
        zip(merged.evidence[~merged.positive, 0], merged.weight[~merged.positive], strict=True)
    )
    assert background[100.0] == pytest.approx(2 * background[200.0])


def test_equal_rows_of_coarse_evidence_stay_apart():
    """Two deposits on the same rock are two deposits, and the order of rows means nothing."""
    rows = np.array([[1.0], [1.0], [0.0], [0.0]])
    positive, weight = np.array([True, True, False, False]), np.array([1.0, 1, 2, 3])
    merged = merge_rows(Rows(rows, positive, weight))
    assert merged.positive.tolist() == [False, False, True, True]
    turned = merge_rows(Rows(rows[::-1], positive[::-1], weight[::-1]))
    assert turned.weight.tolist() == merged.weight.tolist() == [2.0, 3.0, 1.0, 1.0]


@pytest.mark.parametrize(("deposits", "least"), [(20, 5), (80, 20)])
def test_the_leaf_follows_the_number_of_deposits(deposits, least):
    """A quarter of them; a stated number holds where it is larger."""
    random = np.random.default_rng(0)
    rows = np.vstack([random.normal(1, 1, (deposits, 3)), random.normal(0, 1, (500, 3))])
    labels = np.repeat([1, 0], [deposits, 500])

    def smallest(**settings):
        forest = make_estimator("forest", 0, {"n_estimators": 10, **settings}).fit(rows, labels)
        leaves = [
            tree.tree_.n_node_samples[tree.tree_.children_left < 0] for tree in forest.estimators_
        ]
        return min(leaf.min() for leaf in leaves)

    assert smallest() >= least
    assert smallest(leaf_share=0.0) < least
    assert smallest(min_samples_leaf=30 if deposits == 80 else 8) >= (30 if deposits == 80 else 8)
