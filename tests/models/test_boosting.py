"""Boosting held back for few deposits."""

import numpy as np
from sklearn.utils.estimator_checks import check_estimator

from prospector.models.boosting import PresenceBoosting, boosting
from prospector.validation import fit_balanced


def test_boosting_passes_scikit_learns_own_checks():
    """With fewer and smaller trees than the project's settings, for speed."""
    results = check_estimator(PresenceBoosting(max_iter=5), on_fail=None, on_skip=None)
    assert [one["check_name"] for one in results if one["status"] == "failed"] == []


def test_boosting_is_held_back():
    """Trees of at most four leaves, and no deposit sits alone in a leaf of its own."""
    random = np.random.default_rng(0)
    positive, background = random.normal(1, 1, (60, 3)), random.normal(0, 1, (800, 3))
    fitted = fit_balanced(boosting(0), positive, background)
    leaves = [tree[0].get_n_leaf_nodes() for tree in fitted._predictors]
    assert (len(leaves), max(leaves)) == (150, 4)
    fewest = min(
        tree[0].nodes["count"][tree[0].nodes["is_leaf"] == 1].min() for tree in fitted._predictors
    )
    assert fewest >= 20


def test_a_deposit_weighs_one_whatever_the_background():
    """The same rows at a thousand times the weight: the penalty bites as before."""
    random = np.random.default_rng(0)
    rows = np.vstack([random.normal(1, 1, (40, 2)), random.normal(0, 1, (200, 2))])
    labels = np.repeat([1, 0], [40, 200])
    light = boosting(0).fit(rows, labels, sample_weight=np.ones(240))
    heavy = boosting(0).fit(rows, labels, sample_weight=np.full(240, 1000.0))
    np.testing.assert_allclose(light.decision_function(rows), heavy.decision_function(rows))


def test_bound_signs_make_the_score_follow_what_is_expected():
    """Deposits lie high in the first evidence and low in the second; both are expected high."""
    random = np.random.default_rng(0)
    positive, background = random.normal([1, -1, 0], 1, (60, 3)), random.normal(size=(800, 3))
    along = np.linspace(-3, 3, 60)[:, None]
    bound = boosting(0).set_params(signs="bound", expected=["increasing", "increasing", "any"])
    steps = {}
    for name, estimator in (("free", boosting(0)), ("bound", bound)):
        fitted = fit_balanced(estimator, positive, background)
        scores = [fitted.decision_function(along * np.eye(3)[column]) for column in (0, 1)]
        steps[name] = [np.diff(score).min() for score in scores]
    assert steps["free"][1] < -0.1
    assert min(steps["bound"]) >= 0
