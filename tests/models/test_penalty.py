"""The penalty follows the number of deposits, not the number of background rows."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from prospector.models import SquaredLogistic, make_estimator
from prospector.validation import fit_balanced


def drawn(n_background=900):
    """Thirty deposits where the first evidence is high."""
    random = np.random.default_rng(3)
    return random.normal(0.8, 1, (30, 3)), random.normal(0, 1, (n_background, 3))


def test_the_penalty_is_that_of_the_deposits_share_of_the_rows():
    """C = 1 equals scikit-learn's C = deposits / rows, where its weights sum to the rows."""
    positive, background = drawn()
    fitted = fit_balanced(SquaredLogistic(), positive, background)
    rows, labels = np.vstack([positive, background]), np.repeat([1, 0], [30, 900])
    weight = np.repeat([930 / 60, 930 / 1800], [30, 900])
    plain = LogisticRegression(C=30 / 930, tol=1e-10, max_iter=1000)
    standardised = (rows - fitted.mean_) / fitted.spread_
    plain.fit(np.hstack([standardised, standardised**2]), labels, sample_weight=weight)
    np.testing.assert_allclose(fitted.coef_.ravel(), plain.coef_[0], atol=1e-5)


def test_a_background_ten_times_as_large_shrinks_no_less():
    """The same ground listed ten times teaches the same; ground drawn anew differs by its draw alone."""
    positive, background = drawn()
    few = fit_balanced(SquaredLogistic(), positive, background)
    many = fit_balanced(SquaredLogistic(), positive, np.tile(background, (10, 1)))
    np.testing.assert_allclose(many.coef_, few.coef_, atol=1e-6)
    large = fit_balanced(SquaredLogistic(), positive, drawn(20_000)[1])
    small = [
        fit_balanced(SquaredLogistic(), positive, ground).coef_
        for ground in np.random.default_rng(4).normal(0, 1, (60, 1000, 3))
    ]
    error = np.std(small, axis=0, ddof=1) / np.sqrt(60)
    assert (np.abs(np.mean(small, axis=0) - large.coef_) < 4 * error + 0.02).all()


@pytest.mark.parametrize("name", ["forest", "boosting", "weights-of-evidence"])
def test_other_estimators_do_not_feel_the_scale_of_weights(name):
    """Weights act within a class there; boosting scales its own to the deposits."""
    positive, background = drawn()
    rows, labels = np.vstack([positive, background]), np.repeat([1, 0], [30, 900])
    weight = np.repeat([0.5, 15 / 900], [30, 900])
    scores = [
        make_estimator(name, random_state=0)
        .fit(rows, labels, sample_weight=scale * weight)
        .decision_function(background)
        for scale in (1.0, 31.0)
    ]
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-9)
