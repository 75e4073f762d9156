"""Estimators."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import check_estimator

from prospector.models import FuzzyOverlay, Membership, SquaredLogistic
from prospector.models.fitted import from_figures, predict_score, to_figures


def test_squared_logistic_passes_scikit_learns_own_checks():
    """A skipped check is only skipped for an absent library."""
    results = check_estimator(SquaredLogistic(), on_fail=None, on_skip=None)
    assert [one["check_name"] for one in results if one["status"] == "failed"] == []


def test_a_peak_in_the_middle_is_found_by_the_squared_term():
    """Deposits at medium values: the best score lies there."""
    random = np.random.default_rng(0)
    positive, background = random.normal(0, 0.3, (200, 1)), random.normal(0, 2, (200, 1))
    labels = np.repeat([1, 0], 200)
    model = SquaredLogistic().fit(np.vstack([positive, background]), labels)
    score = model.predict_proba([[-3.0], [0.0], [3.0]])[:, 1]
    assert score[1] > 0.7 > 0.3 > score[0]
    assert score[1] > score[2]


def test_duplicated_rows_do_not_change_a_fit_of_equal_weight():
    """Twice the rows with half the weight is the same fit."""
    random = np.random.default_rng(1)
    rows, labels = random.normal(size=(80, 2)), np.repeat([1, 0], 40)
    once = SquaredLogistic().fit(rows, labels, sample_weight=np.ones(80))
    twice = SquaredLogistic().fit(
        np.vstack([rows, rows]), np.tile(labels, 2), sample_weight=np.full(160, 0.5)
    )
    np.testing.assert_allclose(once.coef_, twice.coef_, atol=1e-4)


def test_gamma_joins_product_and_sum():
    """Memberships 0.5 and 0.5: product 0.25, sum 0.75, gamma 0.5 their geometric mean."""
    half = Membership(full=1, none=0)
    rows = np.array([[0.5, 0.5]])
    for gamma, expected in ((0.0, 0.25), (1.0, 0.75), (0.5, np.sqrt(0.25 * 0.75))):
        overlay = FuzzyOverlay((half, half), gamma=gamma).fit(rows)
        assert overlay.predict_score(rows)[0] == pytest.approx(expected)


def test_fitted_figures_return():
    """What run.json holds computes the same score; missing evidence has none."""
    random = np.random.default_rng(2)
    rows, labels = random.normal(size=(60, 3)), np.repeat([1, 0], 30)
    fitted = SquaredLogistic().fit(rows, labels)
    rows[0, 1] = np.nan
    np.testing.assert_allclose(
        predict_score(from_figures(to_figures(fitted)), rows), predict_score(fitted, rows)
    )
    assert np.isnan(predict_score(fitted, rows)[0])
