"""Our logistic regression against scikit-learn's, and the conditions of its bound optimum."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from prospector.models import SquaredLogistic
from prospector.models.penalised import fit_penalised
from prospector.validation import fit_balanced


def drawn(seed, n=800, k=6):
    """Rows, labels and weights, with terms that hang on one another."""
    random = np.random.default_rng(seed)
    terms = random.normal(size=(n, k)) @ (np.eye(k) + 0.4 * random.normal(size=(k, k)))
    positive = random.uniform(size=n) < 1 / (1 + np.exp(3 - terms @ random.normal(size=k)))
    return terms, positive, random.uniform(0.01, 1, n)


def gradient(terms, positive, weight, coefficients, constant, C):
    """The slope of the penalised loss."""
    share = 1 / (1 + np.exp(-(terms @ coefficients + constant)))
    return terms.T @ (weight * (share - positive)) + coefficients / C


@pytest.mark.parametrize("C", [0.01, 1.0, 300.0])
@pytest.mark.parametrize("seed", range(5))
def test_coefficients_equal_those_of_scikit_learn(seed, C):
    """Six correlated terms, penalties from strong to hardly any."""
    terms, positive, weight = drawn(seed)
    found, constant = fit_penalised(terms, positive, weight, C=C)
    plain = LogisticRegression(C=C, solver="newton-cholesky", tol=1e-12, max_iter=500)
    plain.fit(terms, positive, sample_weight=weight)
    np.testing.assert_allclose(found, plain.coef_[0], atol=1e-6)
    assert constant == pytest.approx(plain.intercept_[0], abs=1e-6)


def test_separated_classes_end_at_the_penalty():
    """Without a penalty no coefficient would do; with one it equals scikit-learn's."""
    terms, positive = np.linspace(-2, 2, 40)[:, None], np.linspace(-2, 2, 40) > 0.5
    found, _ = fit_penalised(terms, positive, np.ones(40), C=1e4)
    plain = LogisticRegression(C=1e4, solver="newton-cholesky", tol=1e-12, max_iter=500)
    assert found == pytest.approx(plain.fit(terms, positive).coef_[0], rel=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_bound_signs_meet_the_conditions_of_the_optimum(seed):
    """No slope where a term is free or has weight; where it has none the slope pushes against the sign."""
    terms, positive, weight = drawn(seed)
    sign = np.random.default_rng(seed).integers(-1, 2, 6).astype(float)
    found, constant = fit_penalised(terms, positive, weight, C=2.0, sign=sign)
    slope = gradient(terms, positive, weight, found, constant, 2.0)
    assert (sign * found >= 0).all()
    assert np.abs(slope[(sign == 0) | (found != 0)]).max() < 1e-4
    held = (sign != 0) & (found == 0)
    assert (slope[held] * sign[held] >= -1e-4).all()


def test_some_sign_binds_in_these_draws():
    """The test above tries both kinds of term."""
    held = 0
    for seed in range(8):
        sign = np.random.default_rng(seed).integers(-1, 2, 6).astype(float)
        found, _ = fit_penalised(*drawn(seed), C=2.0, sign=sign)
        held += ((sign != 0) & (found == 0)).sum()
    assert held >= 5


def test_evidence_bound_to_its_sign_is_monotone_or_has_no_weight():
    """Deposits lie high in the first and low in the second; both are expected high."""
    random = np.random.default_rng(0)
    positive, background = random.normal([1, -1, 0], 1, (40, 3)), random.normal(size=(900, 3))
    expected = ("increasing", "increasing", "any")
    fitted = fit_balanced(SquaredLogistic(signs="bound", expected=expected), positive, background)
    first, second, third = fitted.contributions(np.linspace(-4, 4, 50)[:, None] + np.zeros(3)).T
    assert (np.diff(first) > 0).all()
    assert (second == 0).all()
    assert np.diff(third).max() > 0 > np.diff(third).min()


def test_expectations_of_another_number_of_evidences_are_refused():
    """Two expectations, three columns."""
    bound = SquaredLogistic(signs="bound", expected=("any", "increasing"))
    with pytest.raises(ValueError, match="expected names 2 evidence layers; the data has 3"):
        bound.fit(np.eye(4)[:, :3], [0, 1, 0, 1])
